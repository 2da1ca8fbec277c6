"""The figures: charts as plotly reads them, for the screen and, with `paper`, for the report."""
