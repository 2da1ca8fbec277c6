"""The eight projects of Voorbeeldstad, each with the truth it hides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dashboard.demo.course import Behaviour, Course, Money, Waiting, divided, per_channel, same_each_month
from dashboard.demo.months import bump, flat, holidays, line, season, step

_START = date(2025, 4, 1)

_QUESTIONS = (-0.04, 0.05, 0.03, 0.02)
"""Who applies by telephone asks more often than who applies by website."""

_RETURNS = (0.01, 0.0, -0.02, 0.0)


def courses() -> tuple[Course, ...]:
    """Return the projects in the order of the README; their numbers never change."""
    return (
        _really_faster_and_clearer(),
        _better_by_mix_only(),
        _easy_cases_first(),
        _too_few_to_say(),
        _new_scale_half_way(),
        _started_after_its_worst_month(),
        _improving_already(),
        _steady(),
    )


def _really_faster_and_clearer() -> Course:
    return Course(
        number=1,
        project="sneller-omgevingsvergunning",
        service="omgevingsvergunning",
        receipts=flat(700) * season(0.08),
        mix=divided(flat(0.62)),
        response=same_each_month((0.40, 0.39, 0.38, 0.35)),
        satisfaction=per_channel(step(0.66, 0.77, on=_START)),
        clarity=per_channel(step(0.58, 0.83, on=_START)),
        waiting=Waiting(median=step(43, 27, on=_START) * holidays(0.02), spread=0.38, shelved=flat(0)),
        behaviour=Behaviour(
            asks=per_channel(step(0.62, 0.42, on=_START), _QUESTIONS),
            back=per_channel(step(0.36, 0.20, on=_START), _RETURNS),
            completed=step(0.72, 0.86, on=_START),
            refused=0.06,
        ),
        norm_days=56,
        service_norm_days=42,
        money=Money(budget=Decimal(640_000), booked=0.94, since=date(2025, 1, 1)),
    )


def _better_by_mix_only() -> Course:
    start = date(2025, 1, 1)
    website = step(0.20, 0.62, on=start)
    others = step(0.30, 0.18, on=start)
    better_online = step(0.79, 0.85, on=start)
    worse_elsewhere = step(0.66, 0.48, on=start)
    satisfaction = per_channel(worse_elsewhere, (0, 0, 0.02, -0.03))
    satisfaction[:, 0] = better_online
    # The website answers more by itself; who needs a person waits longer for one, and calls again.
    asks = per_channel(step(0.26, 0.40, on=start), (0, 0, 0, 0))
    asks[:, 0] = step(0.20, 0.15, on=start)
    back = per_channel(step(0.20, 0.36, on=start), (0, 0, 0, 0))
    back[:, 0] = step(0.18, 0.16, on=start)
    response = per_channel(others, (0, 0, 0, 0))
    response[:, 0] = website
    return Course(
        number=2,
        project="digitaal-loket-burgerzaken",
        service="burgerzaken",
        receipts=flat(800) * season(0.06),
        mix=divided(step(0.40, 0.48, on=start)),
        response=response,
        satisfaction=satisfaction,
        clarity=per_channel(flat(0.72), (0, 0, 0, 0)),
        waiting=Waiting(median=flat(12), spread=0.45, shelved=flat(0)),
        behaviour=Behaviour(asks=asks, back=back, completed=step(0.74, 0.85, on=start)),
        norm_days=28,
        business=0.2,
        money=Money(budget=Decimal(480_000), booked=1.02, since=date(2024, 11, 1)),
    )


def _easy_cases_first() -> Course:
    return Course(
        number=3,
        project="bezwaar-binnen-de-termijn",
        service="bezwaar",
        receipts=flat(170) * season(0.05),
        mix=divided(flat(0.55), (0.15, 0.15, 0.70)),
        response=same_each_month((0.36, 0.34, 0.34, 0.30)),
        satisfaction=per_channel(flat(0.60)),
        clarity=per_channel(flat(0.64)),
        waiting=Waiting(median=step(28, 17, on=_START) * holidays(0.03), spread=0.37, shelved=step(0, 0.36, on=_START)),
        behaviour=Behaviour(
            asks=per_channel(step(0.55, 0.78, on=_START), _QUESTIONS),
            back=per_channel(step(0.30, 0.42, on=_START), _RETURNS),
            completed=flat(0.81),
        ),
        norm_days=42,
        business=0.3,
        unknown_channel=0.01,
        money=Money(budget=Decimal(310_000), booked=0.97, since=date(2025, 2, 1)),
    )


def _too_few_to_say() -> Course:
    return Course(
        number=4,
        project="wmo-aanvraag-aan-huis",
        service="wmo-aan-huis",
        receipts=flat(2.2),
        mix=same_each_month((0.1, 0.5, 0.3, 0.1)),
        response=same_each_month((0.8, 0.8, 0.8, 0.7)),
        satisfaction=per_channel(step(0.70, 0.85, on=_START)),
        clarity=per_channel(step(0.65, 0.80, on=_START)),
        waiting=Waiting(median=step(40, 34, on=_START), spread=0.35, shelved=flat(0)),
        behaviour=Behaviour(
            asks=per_channel(flat(0.35), (0, 0, 0, 0)),
            back=per_channel(flat(0.20), (0, 0, 0, 0)),
            completed=flat(0.70),
        ),
        norm_days=56,
        business=0.0,
        most_a_month=3,
        money=Money(budget=Decimal(90_000), booked=0.81, since=date(2025, 3, 1)),
    )


def _new_scale_half_way() -> Course:
    return Course(
        number=5,
        project="duidelijke-brieven-bijstand",
        service="bijstand",
        receipts=flat(240) * season(0.04),
        mix=divided(flat(0.50)),
        response=same_each_month((0.46, 0.45, 0.45, 0.40)),
        satisfaction=per_channel(flat(0.71)),
        clarity=per_channel(flat(0.66)),
        waiting=Waiting(median=flat(33) * holidays(0.03), spread=0.35, shelved=flat(0)),
        behaviour=Behaviour(
            asks=per_channel(flat(0.66), _QUESTIONS),
            back=per_channel(flat(0.34), _RETURNS),
            completed=flat(0.73),
            refused=0.08,
        ),
        norm_days=56,
        business=0.08,
        unknown_channel=0.02,
        new_scale_on=date(2025, 7, 1),
        money=Money(budget=Decimal(150_000), booked=0.88, since=date(2025, 2, 1)),
    )


def _started_after_its_worst_month() -> Course:
    storm = {date(2025, 1, 1): -0.05, date(2025, 2, 1): -0.12, date(2025, 3, 1): -0.26, date(2025, 4, 1): -0.07}
    delay = {date(2025, 1, 1): 2, date(2025, 2, 1): 6, date(2025, 3, 1): 14, date(2025, 4, 1): 3}
    more_questions = {date(2025, 1, 1): 0.04, date(2025, 2, 1): 0.09, date(2025, 3, 1): 0.20, date(2025, 4, 1): 0.05}
    storm_online = {date(2025, 2, 1): -0.04, date(2025, 3, 1): -0.10}
    extra = {date(2025, 2, 1): 150, date(2025, 3, 1): 400, date(2025, 4, 1): 60}
    return Course(
        number=6,
        project="meldingen-openbare-ruimte",
        service="meldingen",
        receipts=bump(450, extra) * season(0.05),
        mix=divided(flat(0.68), (0.75, 0.20, 0.05)),
        response=same_each_month((0.40, 0.38, 0.38, 0.34)),
        satisfaction=per_channel(bump(0.79, storm)),
        clarity=per_channel(bump(0.75, storm)),
        waiting=Waiting(median=bump(13, delay), spread=0.45, shelved=flat(0)),
        behaviour=Behaviour(
            asks=per_channel(bump(0.16, more_questions), _QUESTIONS),
            back=per_channel(bump(0.20, more_questions), _RETURNS),
            completed=bump(0.89, storm_online),
            refused=0.02,
        ),
        norm_days=28,
        business=0.15,
        unknown_channel=0.03,
        money=Money(budget=Decimal(220_000), booked=0.99, since=date(2025, 3, 1)),
    )


def _improving_already() -> Course:
    return Course(
        number=7,
        project="schuldhulp-eerste-gesprek",
        service="schuldhulp",
        receipts=flat(300) * season(0.05),
        mix=divided(flat(0.45)),
        response=same_each_month((0.42, 0.42, 0.40, 0.38)),
        satisfaction=per_channel(line(0.60, 0.80)),
        clarity=per_channel(line(0.58, 0.76)),
        waiting=Waiting(median=line(27, 18.5), spread=0.45, shelved=flat(0)),
        behaviour=Behaviour(
            asks=per_channel(line(0.62, 0.50), _QUESTIONS),
            back=per_channel(line(0.36, 0.25), _RETURNS),
            completed=line(0.72, 0.82),
        ),
        norm_days=28,
        business=0.12,
        money=Money(budget=Decimal(275_000), booked=0.95, since=date(2025, 2, 1)),
    )


def _steady() -> Course:
    return Course(
        number=8,
        project="parkeervergunning",
        service="parkeervergunning",
        receipts=flat(500) * season(0.06),
        mix=divided(flat(0.70)),
        response=same_each_month((0.42, 0.41, 0.40, 0.38)),
        satisfaction=per_channel(flat(0.88)),
        clarity=per_channel(flat(0.87)),
        waiting=Waiting(median=flat(20), spread=0.36, shelved=flat(0)),
        behaviour=Behaviour(
            asks=per_channel(flat(0.14), _QUESTIONS),
            back=per_channel(flat(0.14), _RETURNS),
            completed=flat(0.92),
            refused=0.03,
        ),
        norm_days=42,
        service_norm_days=28,
        business=0.2,
        money=Money(budget=Decimal(120_000), booked=0.96, since=date(2025, 2, 1)),
    )
