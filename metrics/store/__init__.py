"""The one door to what is kept: records in Delta tables, everything else in SQL tables."""
