"""Weighting of thousands of groups at once, and how often its 95 % intervals hold the truth.

Run: .venv/bin/python -m benchmarks.weighting
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from metrics.coverage import coverage
from metrics.estimators.intervals import wilson
from metrics.kpi import Direction
from metrics.weighting.design import SurveyDesign
from metrics.weighting.fairness import gaps_in_answers
from metrics.weighting.limits import IntervalKind, with_limits
from metrics.weighting.post_stratified import post_stratified
from metrics.weighting.standardised import Thinness, standardised_series
from metrics.weighting.weighted import weighted

PROJECTS = 200
PERIODS = 36 + 12 + 1
ITEMS = ("satisfaction", "clarity", "recommend")
CHANNELS = {"website": 0.6, "telephone": 0.2, "desk": 0.15, "post": 0.05}
SEGMENTS = {"resident": 0.7, "business": 0.3}
CASES = 400
SATISFIED = 0.75
SURVEYS = 20_000
_SEED = 7

DESIGN = SurveyDesign(strata=("channel", "customer"), digital=frozenset({"website"}), interval=IntervalKind.SHARE)
BY = ["project", "period", "item"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Per channel its share of the cases, how many answer, and how many in a hundred of its residents are content."""

    cases: tuple[float, ...]
    answers: tuple[int, ...]
    content: tuple[int, ...]


TRUTHS = (
    Truth(cases=(0.6, 0.3, 0.1), answers=(400, 70, 30), content=(78, 59, 63)),
    Truth(cases=(0.5, 0.3, 0.2), answers=(80, 10, 2), content=(81, 70, 50)),
    Truth(cases=(0.5, 0.3, 0.2), answers=(80, 10, 5), content=(81, 70, 90)),
    Truth(cases=(0.5, 0.5), answers=(40, 5), content=(90, 50)),
    Truth(cases=(0.2, 0.8), answers=(100, 6), content=(80, 80)),
    Truth(cases=(0.2, 0.8), answers=(100, 5), content=(80, 90)),
    Truth(cases=(0.7, 0.3), answers=(100, 20), content=(50, 50)),
    Truth(cases=(0.34, 0.33, 0.33), answers=(20, 20, 20), content=(95, 50, 5)),
)


def main() -> None:
    """Print what takes how long, and how often the intervals hold the truth."""
    for answers_a_group in (30, 300):
        answers, volumes = generated(answers_a_group)
        print(f"{answers_a_group} answers a group, {answers.height:,} counted rows")
        for name, work in _work(answers, volumes).items():
            wall, processor = _seconds(work)
            print(f"  {name:<72}{wall:>8.3f} s, {processor:.3f} s of processors")
    print("\nhow often 95 % intervals of a weighted share hold the truth, and how wide they are")
    print(f"  {'cases, answers, content per channel':<62}{'variance alone':>16}{'with Kish':>16}")
    for truth in TRUTHS:
        print(f"  {_told(truth):<62}" + "".join(f"{held:>10.3f} {width:.3f}" for held, width in simulated(truth)))


def generated(answers_a_group: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return counted answers of every project, period, item, channel and segment, and the cases they came from."""
    rng = np.random.default_rng(_SEED)
    strata = (
        _column("channel", CHANNELS)
        .join(_column("customer", SEGMENTS), how="cross")
        .with_columns(share=pl.col("channel_share") * pl.col("customer_share"))
    )
    groups = pl.DataFrame({"project": [f"project-{number}" for number in range(PROJECTS)]}).join(
        pl.DataFrame({"period": range(PERIODS)}), how="cross"
    )
    cells = groups.join(strata, how="cross")
    volumes = cells.with_columns(volume=pl.Series(rng.poisson(cells["share"].to_numpy() * CASES)))
    scored = cells.join(pl.DataFrame({"item": ITEMS}), how="cross").join(
        pl.DataFrame({"score": [1.0, 0.0], "of_all": [SATISFIED, 1 - SATISFIED]}), how="cross"
    )
    expected = (scored["share"] * scored["of_all"]).to_numpy() * answers_a_group
    answers = scored.with_columns(n=pl.Series(rng.poisson(expected))).filter(pl.col("n") > 0)
    return answers.select(*BY, "channel", "customer", "score", "n"), volumes.select(
        "project", "period", "channel", "customer", "volume"
    )


def simulated(truth: Truth) -> list[tuple[float, float]]:
    """Return the share of surveys whose interval holds the truth, and its mean width: variance alone, and ours."""
    rng = np.random.default_rng(_SEED)
    hits = rng.binomial(truth.answers, np.array(truth.content) / 100, (SURVEYS, len(truth.answers)))
    volumes = np.array(truth.cases) * 100
    rows = pl.DataFrame(
        {
            "survey": np.repeat(np.arange(SURVEYS), len(truth.answers)),
            "n": np.tile(truth.answers, SURVEYS),
            "total": hits.ravel().astype(float),
            "volume": np.tile(volumes, SURVEYS),
        }
    ).with_columns(
        squares="total",
        least=(pl.col("total") == pl.col("n")).cast(pl.Float64),
        most=(pl.col("total") > 0).cast(pl.Float64),
    )
    ours = with_limits(post_stratified(rows, ["survey"]), IntervalKind.SHARE)
    alone = pl.when(pl.col("standard_error") > 0).then(pl.col("spread") / pl.col("standard_error") ** 2)
    size = pl.coalesce(alone, "n_eff")
    low, high = wilson(pl.col("value") * size, size)
    real = sum(share * content for share, content in zip(truth.cases, truth.content, strict=True)) / 100
    return [_held(figures, real) for figures in (ours.with_columns(low=low, high=high), ours)]


def _held(figures: pl.DataFrame, real: float) -> tuple[float, float]:
    held = (pl.col("low") <= real) & (real <= pl.col("high"))
    found = figures.select(held.mean(), width=(pl.col("high") - pl.col("low")).mean())
    return found.row(0)


def _work(answers: pl.DataFrame, volumes: pl.DataFrame) -> dict[str, Callable[[], object]]:
    mix = volumes.group_by("project", "channel").agg(pl.col("volume").sum())
    counts = pl.concat(
        volumes.rename({"volume": "n"}).with_columns(event=pl.lit(event)) for event in ("customer", "invitation")
    )
    groups = f"{PROJECTS * PERIODS * len(ITEMS):,} groups"
    one_item = answers.filter(pl.col("item") == ITEMS[0])
    return {
        f"weighted, {groups} of 4 channels x 2 segments": lambda: weighted(answers, volumes, by=BY, design=DESIGN),
        f"series at one mix, {PROJECTS * len(ITEMS)} series of {PERIODS} periods": lambda: standardised_series(
            answers, mix, by=["project", "item"], period="period", design=DESIGN, thinness=Thinness()
        ),
        f"gaps between channels, {groups}": lambda: gaps_in_answers(
            answers, by=BY, among="channel", better=Direction.UP, interval=IntervalKind.SHARE
        ),
        f"coverage, {PROJECTS * PERIODS:,} groups": lambda: coverage(
            counts, one_item, by=["project", "period"], digital=DESIGN.digital, segments=["customer"]
        ),
    }


def _column(name: str, shares: dict[str, float]) -> pl.DataFrame:
    return pl.DataFrame({name: list(shares), f"{name}_share": list(shares.values())})


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return how long it took by the clock, and on all processors together: others may use them too."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - used


def _told(truth: Truth) -> str:
    return f"{truth.cases}, {truth.answers}, {truth.content}"


if __name__ == "__main__":
    main()
