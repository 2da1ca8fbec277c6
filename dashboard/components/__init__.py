"""The parts that pages share: marks, tables, charts, filters and the frame around them."""
