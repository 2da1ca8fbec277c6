"""Voorbeeldstad: made-up records of eight projects, each with a truth that a naive dashboard gets wrong."""

from dashboard.demo.generation import generate
from dashboard.demo.months import FIRST_DAY, LAST_DAY
from dashboard.demo.writing import FILES, SEED, Progress, write

__all__ = ["FILES", "FIRST_DAY", "LAST_DAY", "SEED", "Progress", "generate", "write"]
