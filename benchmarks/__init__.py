"""Benchmarks: every claim of speed as a command."""
