"""Variation: what is ordinary from month to month, and what is a signal that something changed."""
