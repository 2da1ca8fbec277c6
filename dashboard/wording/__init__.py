"""Wording: the only place where numbers, dates, money and reasons become words, in Dutch and English."""
