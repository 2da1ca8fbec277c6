"""Disclosure control: what may not leave the metrics layer, and what must be hidden with it."""
