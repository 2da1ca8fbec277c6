"""When each contact was followed by the next one of the same resident, and how long one could look for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from metrics.estimators.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Contacts with `gap_days` and `follow_up_days`, and how many contacts could not be linked to a resident."""

    contacts: pl.DataFrame
    unlinked: int


def linked(contacts: pl.DataFrame, *, until: date, same: Sequence[str] = ("resident", "topic")) -> Linked:
    """Link each contact up to and including the day `until` to the next one of the same resident.

    Takes single contacts: `contact` (a number or code that puts those of one day in order), `day` and the columns
    `same`, which two contacts must share to belong together. A contact of which one of these is null is left out
    and counted in `unlinked`. Gives the columns of `contacts` and `gap_days` (0 for the same day, null for none up
    to `until`), `follow_up_days` (from the contact to `until`) and `n`, which is 1.
    """
    seen = contacts.filter(pl.col("day") <= until)
    known = seen.drop_nulls(list(same))
    next_day = pl.col("day").shift(-1).over(list(same), order_by=["day", "contact"])
    return Linked(
        contacts=known.with_columns(
            gap_days=(next_day - pl.col("day")).dt.total_days(),
            follow_up_days=(pl.lit(until) - pl.col("day")).dt.total_days(),
            n=pl.lit(1, dtype=pl.Int64),
        ),
        unlinked=seen.height - known.height,
    )


def followed_up(counted: pl.DataFrame, *, until: pl.Expr) -> pl.DataFrame:
    """Return the contacts among counted records of counts, with `follow_up_days`: days that all of a row could be seen.

    Takes `service`, `month`, `event`, `gap_days`, `n` and `newest` (`metrics.counting.count`). `until` is the as-of
    day. One could look until then, or until the newest contact of the service where the source stopped earlier.
    Counted from the end of the month, whatever the row: the days of those who came back must not decide how long the
    others were followed. A service of which no contact has a gap does not link its contacts: they are left out.
    """
    contacts = counted.filter(pl.col("event") == Event.CONTACT.value)
    links = pl.col("gap_days").is_not_null().any().over("service")
    month_end = (pl.col("month") + "-01").str.to_date("%Y-%m-%d").dt.month_end()
    seen_until = pl.min_horizontal(until, pl.col("newest").max().over("service"))
    return contacts.filter(links).with_columns(follow_up_days=(seen_until - month_end).dt.total_days().clip(0))
