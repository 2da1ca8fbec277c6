"""Weighting: answers counted in proportion to who really came, and differences with the mix held constant."""
