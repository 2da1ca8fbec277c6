"""Cells of projects: what is hidden over all grains and breakdowns, and that nobody can undo it."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.disclosure.cells import CELLS, HIDDEN, cells_of, hide, protect
from metrics.estimate import FIGURES, Reason, Status
from tests.metrics.builders import only, quickly
from tests.metrics.disclosure.attacker import Attacker, Shown

BY = ["grain", "period_start", "period_end", "breakdown"]


# --- a second way to make cells: row by row, in plain Python -----------------------------------------------------


def month_end(start):
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def periods(month, baseline):
    """The periods that a month belongs to, each as grain, first and last day."""
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    yield "month", month, month_end(month)
    yield "quarter", quarter, month_end(quarter.replace(month=quarter.month + 2))
    yield "year", month.replace(month=1), month.replace(month=12, day=31)
    yield "all", date(2025, 11, 20), date(2026, 6, 15)
    if baseline[0] <= month <= baseline[1]:
        yield "baseline", baseline[0], month_end(baseline[1])


def cells(rows, *, project="p", population="answers", baseline=(date(2025, 12, 1), date(2026, 2, 1)), counted=True):
    """Cells of rows of month, channel, segment (or None), persons and hits; and which rows each cell holds."""
    found = {}
    for place, (month, channel, segment, n, hits) in enumerate(rows):
        for period in periods(month, baseline):
            for breakdown in ("all", f"channel={channel}", *([f"customer={segment}"] if segment else [])):
                cell = found.setdefault((*period, breakdown), [0, 0, set()])
                cell[0] += n
                cell[1] += hits
                cell[2].add(place)
    frame = pl.DataFrame(
        [(project, population, *key, n, hits if counted else None, False) for key, (n, hits, _) in found.items()],
        schema=CELLS,
        orient="row",
    )
    return frame, {key: frozenset(places) for key, (_, _, places) in found.items()}


def hidden_of(frame):
    return {
        tuple(row[name] for name in BY): (row["n_hidden"], row["secret"]) for row in protect(frame).rows(named=True)
    }


JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def month(start, breakdown="all"):
    return ("month", start, month_end(start), breakdown)


def firm(*starts):
    """Rows that are no secret: 90 persons a month on the website and 60 at the desk, 40 of each with a hit."""
    return [(start, channel, None, n, 40) for start in starts for channel, n in (("web", 90), ("desk", 60))]


# --- by hand -----------------------------------------------------------------------------------------------------


def test_a_project_without_small_cells_hides_nothing():
    found = protect(cells(firm(JAN, FEB, MAR))[0])
    assert (found.height, dict(found.schema)) == (0, dict(HIDDEN))


def test_no_cells_are_no_hidden_cells():
    assert protect(pl.DataFrame(schema=CELLS)).schema == HIDDEN


def test_a_channel_of_three_hides_another_channel_and_another_month_of_both():
    # By hand: in january the website gives away the post, and in the quarter february does: two by two.
    rows = [*firm(JAN, FEB, MAR), (JAN, "post", None, 3, 1), (FEB, "post", None, 30, 12), (MAR, "post", None, 35, 12)]
    found = hidden_of(cells(rows, baseline=(JAN, MAR))[0])
    assert found.pop(month(JAN, "channel=post")) == (True, "persons")
    assert set(found) == {
        month(JAN, "channel=desk"),
        month(FEB, "channel=post"),
        month(FEB, "channel=desk"),
    }
    assert set(found.values()) == {(True, None)}


def test_a_figure_on_seven_hides_figures_and_no_numbers():
    rows = [*firm(JAN, FEB), (JAN, "post", None, 7, 4), (FEB, "post", None, 30, 12)]
    found = hidden_of(cells(rows, baseline=(JAN, FEB))[0])
    assert found.pop(month(JAN, "channel=post")) == (False, "figure")
    assert set(found.values()) == {(False, None)}


def test_where_no_figure_adds_up_seven_persons_hide_nothing():
    rows = [*firm(JAN, FEB), (JAN, "post", None, 7, 4), (FEB, "post", None, 30, 12)]
    assert hidden_of(cells(rows, counted=False)[0]) == {}


def test_a_figure_that_is_withheld_for_a_reason_of_its_own_is_kept_too():
    frame, _ = cells(firm(JAN, FEB, MAR))
    desk = pl.all_horizontal(
        pl.col("grain") == "month", pl.col("period_start") == JAN, pl.col("breakdown") == "channel=desk"
    )
    found = hidden_of(frame.with_columns(withheld=desk))
    assert found[month(JAN, "channel=desk")] == (False, "figure")
    assert found[month(JAN, "channel=web")] == (False, None)


def test_who_has_no_segment_and_is_few_is_not_given_away_by_subtraction():
    rows = [(JAN, "web", "resident", 60, 40), (JAN, "web", "business", 40, 20), (JAN, "web", None, 3, 2)]
    found = hidden_of(cells(rows)[0])
    assert (True, None) in {found.get(month(JAN, f"customer={one}")) for one in ("resident", "business")}
    assert month(JAN, "customer=") not in found
    whole = [(JAN, "web", "resident", 60, 40), (JAN, "web", "business", 43, 22)]
    assert hidden_of(cells(whole)[0]) == {}


def test_a_month_in_which_nobody_has_a_segment_is_no_obstacle():
    # Three persons without a segment in january, where nobody has one, and a resident in february.
    rows = [(JAN, "web", None, 3, 2), (JAN, "desk", None, 60, 40), (FEB, "web", "resident", 60, 40)]
    found = hidden_of(cells(rows)[0])
    assert found[month(JAN, "channel=web")] == (True, "persons")


def test_a_cell_without_persons_changes_nothing():
    rows = [*firm(JAN, FEB), (JAN, "post", None, 3, 1), (FEB, "post", None, 30, 12)]
    frame, _ = cells(rows)
    nobody = frame.filter(pl.col("n") > 1000)
    empty = pl.concat(
        [
            nobody,
            frame.head(1).with_columns(
                breakdown=pl.lit("channel=fax"), n=pl.lit(0, pl.Int64), hits=pl.lit(0, pl.Int64)
            ),
        ]
    )
    assert protect(pl.concat([frame, empty])).equals(protect(frame))


def test_projects_and_populations_do_not_touch():
    few = [*firm(JAN, FEB), (JAN, "post", None, 3, 1), (FEB, "post", None, 30, 12)]
    one, _ = cells(few)
    other, _ = cells(firm(JAN, FEB), project="q")
    third, _ = cells(few, population="cases", counted=False)
    found = protect(pl.concat([one, other, third]))
    assert set(found["project"]) == {"p"}
    assert found.filter(population="answers").drop("population").equals(protect(one).drop("population"))
    assert found.filter(population="cases").height > 0


def test_populations_with_the_same_cells_hide_the_same():
    few = [*firm(JAN, FEB), (JAN, "post", None, 3, 1), (FEB, "post", None, 30, 12)]
    frames = {name: cells(few, population=name)[0] for name in ("answers", "arrived", "received")}
    found = protect(pl.concat(frames.values()))
    for name, frame in frames.items():
        assert found.filter(population=name).equals(protect(frame))


def test_which_of_two_equal_cells_is_hidden_does_not_hang_on_their_order():
    equal = [(start, channel, None, 60, 40) for start in (JAN, FEB) for channel in ("web", "desk")]
    frame, _ = cells([*equal, (JAN, "post", None, 3, 1), (FEB, "post", None, 30, 12)])
    assert protect(frame.reverse()).equals(protect(frame))


def test_cells_that_do_not_add_up_are_refused():
    frame, _ = cells([*firm(JAN, FEB), (JAN, "post", None, 3, 1)])
    with pytest.raises(ValueError, match="do not add up"):
        protect(frame.with_columns(n=pl.when(pl.col("grain") == "quarter").then(999).otherwise(pl.col("n"))))


# --- cells made of months ----------------------------------------------------------------------------------------

FACTS = pl.DataFrame(
    {
        "project": ["p"],
        "first": [date(2025, 12, 15)],
        "as_of": [date(2026, 4, 10)],
        "baseline_start": [date(2025, 12, 1)],
        "baseline_end": [date(2026, 1, 31)],
    }
)


def made(**changed):
    months = {"month": [date(2025, 12, 1), JAN, FEB], "n": [10, 20, 40], "hits": [1, 2, 4], **changed}
    monthly = pl.DataFrame({"project": "p", "breakdown": "all", **months}, schema_overrides={"hits": pl.Int64})
    return cells_of(monthly, FACTS, population="answers").sort("grain", "period_start")


def test_every_longer_period_and_the_baseline_are_their_months():
    found = made()
    assert found.schema == CELLS
    assert found.select("grain", "period_start", "n", "hits").rows() == [
        ("all", date(2025, 12, 15), 70, 7),
        ("baseline", date(2025, 12, 1), 30, 3),
        ("month", date(2025, 12, 1), 10, 1),
        ("month", JAN, 20, 2),
        ("month", FEB, 40, 4),
        ("quarter", date(2025, 10, 1), 10, 1),
        ("quarter", JAN, 60, 6),
        ("year", date(2025, 1, 1), 10, 1),
        ("year", JAN, 60, 6),
    ]


def test_where_no_hits_are_counted_a_longer_period_has_none_either():
    assert made(hits=[None, None, None])["hits"].to_list() == [None] * 9


def test_the_cells_made_of_months_add_up():
    few = made(n=[3, 20, 40])
    assert protect(few).filter(pl.col("secret") == "persons").select("grain", "period_start").rows() == [
        ("month", date(2025, 12, 1)),
        ("quarter", date(2025, 10, 1)),
        ("year", date(2025, 1, 1)),
    ]


# --- hiding ------------------------------------------------------------------------------------------------------

FIRM = {
    "value": 0.5,
    "low": 0.4,
    "high": 0.6,
    "n": 60,
    "support": 60,
    "status": "ok",
    "reason": None,
    "method": "m",
    "detail": '{"hits":30}',
}


def hidden_row(*, n_hidden, secret=None, **changed):
    place = {"project": "p", **dict(zip(BY, month(JAN), strict=True))}
    figures = pl.DataFrame([{**place, **FIRM, **changed}], schema_overrides=FIGURES)
    found = pl.DataFrame([{**place, "population": "x", "n_hidden": n_hidden, "secret": secret}])
    return only(hide(figures, found))


def carried(row):
    return {name for name, value in row.items() if value is not None} - {"project", *BY, "method"}


def test_a_cell_that_hides_its_figure_keeps_its_number():
    row = hidden_row(n_hidden=False)
    assert (row["status"], row["reason"], row["n"]) == (Status.HIDDEN, Reason.PROTECTS_OTHERS, 60)
    assert carried(row) == {"n", "support", "status", "reason"}


def test_a_cell_that_hides_its_number_keeps_nothing():
    row = hidden_row(n_hidden=True)
    assert (row["status"], row["reason"]) == (Status.HIDDEN, Reason.PROTECTS_OTHERS)
    assert carried(row) == {"status", "reason"}


@pytest.mark.parametrize(
    ("status", "reason"),
    [("too_few", "too_few_observations"), ("hidden", "everybody_the_same"), ("undefined", "mixed_scales")],
)
def test_a_row_without_a_value_keeps_its_own_reason_unless_its_number_is_hidden(status, reason):
    own = {"status": status, "reason": reason, "value": None, "low": None, "high": None}
    row = hidden_row(n_hidden=False, secret="figure", **own)
    assert (row["status"], row["reason"], row["n"]) == (status, reason, 60)
    row = hidden_row(n_hidden=True, **own)
    assert (row["status"], row["reason"], row["n"]) == (Status.HIDDEN, Reason.PROTECTS_OTHERS, None)


def test_a_few_persons_are_still_told_to_be_few():
    few = {"status": "hidden", "reason": "few_persons", "value": None, "low": None, "high": None, "n": None}
    row = hidden_row(n_hidden=True, secret="persons", **few, support=None, detail=None)
    assert (row["status"], row["reason"]) == (Status.HIDDEN, Reason.FEW_PERSONS)


def test_a_stale_figure_is_hidden_as_well():
    assert hidden_row(n_hidden=False, status="stale", reason="source_late")["reason"] == Reason.PROTECTS_OTHERS


def test_what_is_not_hidden_stays_as_it_is():
    place = {"project": "p", **dict(zip(BY, month(JAN), strict=True))}
    figures = pl.DataFrame([{**place, **FIRM}], schema_overrides=FIGURES)
    assert hide(figures, pl.DataFrame(schema=HIDDEN)).equals(figures)


# --- against an attacker of another make -------------------------------------------------------------------------

MONTHS = [date(2025, 11, 1), date(2025, 12, 1), JAN, FEB]
GROUPS = [(start, channel, segment) for start in MONTHS for channel in ("web", "desk") for segment in ("a", None)]
answered = st.tuples(st.integers(0, 14), st.integers(0, 14)).map(lambda pair: (max(pair), min(pair)))


def first_rule(n, hits):
    """The first rules of docs/privacy.md, written once more."""
    if n == 0:
        return None
    if n < 5:
        return "persons"
    return "figure" if n < 10 or (n < 20 and hits in (0, n)) else None


def page(frame, holds):
    """What a reader sees of every cell, and which cells are secrets of what."""
    hidden, shown, secrets = hidden_of(frame), [], []
    for row in frame.rows(named=True):
        key = tuple(row[name] for name in BY)
        n_hidden, secret = hidden.get(key, (False, None))
        hits = None if key in hidden else row["hits"]
        shown.append(Shown(groups=holds[key], n=None if n_hidden else row["n"], hits=hits))
        secrets.append((holds[key], row["n"], secret))
        assert secret == first_rule(row["n"], row["hits"])
    return tuple(shown), secrets


def left_over(counts, holds):
    """Who has no segment stands on no page: everybody of a month less those who have one."""
    for start in MONTHS:
        groups = holds[month(start)] - holds[month(start, "customer=a")]
        n, hits = (sum(counts[place][part] for place in groups) for part in (0, 1))
        yield groups, n, first_rule(n, hits)


@quickly
@given(st.lists(answered, min_size=len(GROUPS), max_size=len(GROUPS)))
def test_no_secret_over_grains_and_breakdowns_can_be_worked_out(counts):
    """The attacker knows every group of month, channel and segment that there can be, and nothing but the pages."""
    frame, holds = cells([(*group, *one) for group, one in zip(GROUPS, counts, strict=True)])
    shown, secrets = page(frame, holds)
    attacker = Attacker(groups=len(GROUPS), cells=shown)
    for groups, _, secret in [*secrets, *left_over(counts, holds)]:
        persons, figure = {(1, 1): 5, (1, 0): 1, (0, 1): 1}, {(1, 0): 1}
        wanted = {"persons": persons, "figure": figure, None: {}}[secret]
        for (hits, misses), needed in wanted.items():
            low, high = attacker.range_of(groups, hits=hits, misses=misses)
            assert high - low >= needed - 1e-6
