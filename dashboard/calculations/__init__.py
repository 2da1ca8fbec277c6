"""Calculations: each method that a figure rests on, to recompute the figure from counts by hand."""
