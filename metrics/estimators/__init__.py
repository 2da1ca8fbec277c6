"""Estimators: each reduces counted rows per group to a value, its interval and how many it rests on."""
