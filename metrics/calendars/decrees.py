"""Days that royal decrees put on a par with feast days, with the source of each decree and the years it covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


class UnknownYearError(ValueError):
    """A day had to be judged in a year of which we do not know the free days; whoever keeps the list must act."""

    def __init__(self, year: int, *, lacking: str, known: str, remedy: str) -> None:
        """Say which year it is, what is lacking, which years are known and what to do."""
        super().__init__(f"{year}: {lacking} of this year are not known here. Known are {known}. {remedy}")
        self.year = year


@dataclass(frozen=True, slots=True, kw_only=True)
class Decree:
    """A royal decree under art. 3.3 of the Algemene termijnenwet: all equated days of the years it covers."""

    first_year: int
    last_year: int
    days: tuple[date, ...]
    source: str

    @property
    def years(self) -> range:
        """Return the years in which no other days are equated than `days`."""
        return range(self.first_year, self.last_year + 1)


DECREES: tuple[Decree, ...] = (
    Decree(
        first_year=2017,
        last_year=2019,
        days=(
            date(2017, 4, 28),
            date(2017, 5, 26),
            date(2018, 5, 11),
            date(2018, 12, 24),
            date(2018, 12, 31),
            date(2019, 5, 31),
            date(2019, 12, 27),
        ),
        source="Royal decree of 24 October 2016, no. 2016001827 (wetten.overheid.nl, BWBR0038666), art. 1.",
    ),
    Decree(
        first_year=2023,
        last_year=2025,
        days=(
            date(2023, 4, 28),
            date(2023, 5, 19),
            date(2024, 5, 10),
            date(2024, 12, 27),
            date(2025, 5, 30),
        ),
        source="Title of the royal decree on 2023 to 2025, as quoted at sterfgeval.nl, question 70745.",
    ),
    Decree(
        first_year=2026,
        last_year=2028,
        days=(
            date(2026, 1, 2),
            date(2026, 5, 15),
            date(2027, 5, 7),
            date(2028, 4, 28),
            date(2028, 5, 26),
        ),
        source="Title of the royal decree on 2026 to 2028, as quoted at sterfgeval.nl, question 70745.",
    ),
)
"""The decrees we have a source for, oldest first. 2020 to 2022 are lacking: nothing before 2023 but 2017 to 2019."""


def known_years() -> tuple[int, ...]:
    """Return every year that a decree covers, in order."""
    return tuple(year for decree in DECREES for year in decree.years)


def equated_days(year: int) -> tuple[date, ...]:
    """Return the days of a year that a decree equates; UnknownYearError where no decree covers the year."""
    for decree in DECREES:
        if year in decree.years:
            return tuple(day for day in decree.days if day.year == year)
    raise UnknownYearError(
        year,
        lacking="the days equated with feast days by royal decree",
        known=", ".join(f"{decree.first_year} to {decree.last_year}" for decree in DECREES),
        remedy="Add the decree of that year, with its source, to DECREES in metrics/calendars/decrees.py.",
    )
