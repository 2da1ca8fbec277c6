"""Calendars: days on which a statutory term cannot end, days on which staff work, and when a term runs out."""
