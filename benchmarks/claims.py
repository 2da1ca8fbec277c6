"""Voorbeeldstad drawn many times: how often we claim an effect where there is none, and how often where there is one.

Run: .venv/bin/python -m benchmarks.claims [--seeds 200] [--processes 2]
A seed takes four to ten seconds of a processor core, most of it spent on proving that nothing small can be found out.

Each seed is a municipality of its own with the same eight truths (`examples/voorbeeldstad/README.md`). It is saved in a
store, evaluated and judged by the functions behind the pages. Then: the share of seeds in which each promise is kept,
with its exact 95 % interval (Clopper-Pearson); and for each project and measure how often each level of evidence and
each verdict was given, and what most often kept the level from being higher. The seed that the example itself uses was
chosen, not drawn, and is left out.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from config.load import load_programme
from config.programme import Programme
from dashboard.demo import LAST_DAY, SEED, generate
from dashboard.demo.municipality import courses
from dashboard.evaluating import find
from dashboard.exhibits import claims_in, controls_in, exhibits_by_project
from dashboard.findings import Finding, Kept, by_project, findings
from metrics.estimators.intervals import clopper_pearson, ends_of
from metrics.evidence.claim import Move
from metrics.evidence.level import Level
from metrics.kpi import Measure
from metrics.periods import Grain
from metrics.store.datafiles import StoredPart
from metrics.store.looks import Basis, Findings, Question
from metrics.store.records import RecordStore
from metrics.variation.signals import Mark
from metrics.verdict import Verdict

SEEDS = 200
EXAMPLE = Path(__file__).parents[1] / "examples" / "voorbeeldstad" / "programme.toml"
FALSE_CLAIMS = 0.02
"""At most this part of the claims about projects without an effect may reach level 3."""

FOUND_EFFECTS = 0.80
"""At least this part of the claims about the true effects of project 1 must reach level 3."""

UNCHANGED_ELSEWHERE = {
    2: (Measure.LEAD_TIME, Measure.CLARITY),
    3: (Measure.SATISFACTION, Measure.CLARITY),
    5: tuple(Measure),
    6: tuple(Measure),
}
"""Measures that the other projects did not change either (`dashboard/demo/municipality.py`)."""

_TOLD_EVERY = 10
_MARKED = {Mark.IMPROVEMENT.value, Mark.CONCERN.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said of one measure of a project (by its number in the README) in one seed.

    `held_by` is what first keeps the level from being higher; `crude_rose` tells that the crude figure rose; `warned`
    that an extreme start would have gone back by itself; `marked` that a month stands out on the control chart.
    """

    seed: int
    project: int
    measure: Measure
    verdict: Verdict
    level: Level
    move: Move
    held_by: str
    crude_rose: bool
    warned: bool
    marked: bool

    @property
    def effect(self) -> bool:
        """Whether we claim more than a change."""
        return self.level >= Level.BEYOND_OWN_TREND


Truth = Callable[[Said], bool]


def main() -> None:
    """Evaluate every seed and print what was said of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    seeds = list(islice((seed for seed in count(1) if seed != SEED), arguments.seeds))
    start = time.perf_counter()
    said = [one for some in _in_processes(seeds, arguments.processes) for one in some]
    seconds = time.perf_counter() - start
    print(f"Voorbeeldstad with {len(seeds)} seeds, {seeds[0]} to {seeds[-1]} without {SEED}: {seconds:,.0f} seconds\n")
    _print_promises(said)
    _print_truths(said)
    _print_levels(said)
    _print_verdicts(said)


def _in_processes(seeds: Sequence[int], processes: int) -> Iterator[Sequence[Said]]:
    # Each process takes one core: threads of their own would only be in each other's way.
    os.environ |= dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    start = time.perf_counter()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for done, one in enumerate(as_completed([pool.submit(_evaluated, seed) for seed in seeds]), start=1):
            yield one.result()
            if done % _TOLD_EVERY == 0 or done == len(seeds):
                seconds = time.perf_counter() - start
                print(f"{done} of {len(seeds)} seeds after {seconds:,.0f} seconds", file=sys.stderr)


def _evaluated(seed: int) -> Sequence[Said]:
    programme = load_programme(EXAMPLE)
    with tempfile.TemporaryDirectory(prefix="uitkomst-benchmark-") as folder:
        store = RecordStore(location=str(Path(folder) / "records"), pseudonym_key="benchmark")
        for kind, frame in generate(seed).items():
            store.save(StoredPart(programme=programme.name, kind=kind, source=kind.value), frame)
        question = Question(programme=programme.name, grain=Grain(programme.period))
        basis = Basis(known_at=store.version(), records="", definitions="", seen_on=LAST_DAY)
        found = find(store, programme, question, basis)
    return list(_said(seed, programme, found))


def _said(seed: int, programme: Programme, found: Findings) -> Iterator[Said]:
    evidence, exhibits = by_project(found.evidence), exhibits_by_project(found.exhibits)
    for course in courses():
        shown = exhibits.get(course.project, ())
        kept = Kept(evidence=evidence.get(course.project, ()), claims=claims_in(shown), controls=controls_in(shown))
        for finding in findings(kept, programme, course.project, grain=Grain(programme.period), as_of=LAST_DAY):
            yield _of(seed, course.number, finding)


def _of(seed: int, project: int, finding: Finding) -> Said:
    claim, control = finding.claim, finding.control
    if claim is None:
        message = f"seed {seed}, project {project}: no claim was made of {finding.kpi.name}"
        raise RuntimeError(message)
    crude = claim.now.crude if claim.now else None
    return Said(
        seed=seed,
        project=project,
        measure=finding.kpi.measure,
        verdict=finding.judged.verdict,
        level=claim.level,
        move=claim.move,
        held_by=claim.held[0].hold.value if claim.held else "",
        crude_rose=crude is not None and crude.value > 0,
        warned=claim.regression_to_the_mean,
        marked=control is not None and any(dot.mark in _MARKED for dot in control.dots),
    )


def _print_promises(said: Sequence[Said]) -> None:
    print(f"{'promised of level 3 or higher':<62}{'of':>6}{'share':>9}{'95 % interval':>20}{'promised':>14}")
    none = f"at most {FALSE_CLAIMS:.0%}"
    for numbers in ((7,), (8,), (7, 8)):
        some = [one for one in said if one.project in numbers]
        names = " and ".join(str(number) for number in numbers)
        _print_share(f"claimed of {names}, without an effect: seeds times measures", [one.effect for one in some], none)
    others = [one.effect for one in said if one.measure in UNCHANGED_ELSEWHERE.get(one.project, ())]
    _print_share("claimed of what 2, 3, 5 and 6 did not change", others)
    found = f"at least {FOUND_EFFECTS:.0%}"
    for measure in (Measure.LEAD_TIME, Measure.CLARITY):
        some = [one for one in said if one.project == 1 and one.measure is measure]
        better = [one.effect and one.move is Move.BETTER for one in some]
        _print_share(f"claimed of 1, that it is better: {_name(measure)}", better, found)
    print("\nThe measures of one seed lean on the same residents. By seed:")
    for number in (7, 8):
        some = [one for one in said if one.project == number]
        _print_share(f"claimed of {number}, at least one measure", _any_by_seed((one.seed, one.effect) for one in some))
    steady = ((one.seed, one.marked) for one in said if one.project == 8)  # noqa: PLR2004 - a number of the README
    _print_share("8: a month stands out on at least one control chart", _any_by_seed(steady))
    print()


def _any_by_seed(found: Iterable[tuple[int, bool]]) -> Sequence[bool]:
    seeds: dict[int, bool] = {}
    for seed, one in found:
        seeds[seed] = seeds.get(seed, False) or one
    return list(seeds.values())


def _print_truths(said: Sequence[Said]) -> None:
    print(f"{'told by the README of the example, in every seed':<62}{'of':>6}{'share':>9}{'95 % interval':>20}")
    for says, number, measures, kept in _truths():
        _print_share(
            f"{number}: {says}", [kept(one) for one in said if one.project == number and one.measure in measures]
        )
    print()


def _truths() -> Iterator[tuple[str, int, Sequence[Measure], Truth]]:
    satisfaction, lead_time, clarity = Measure.SATISFACTION, Measure.LEAD_TIME, Measure.CLARITY
    every = tuple(Measure)
    for measure in (lead_time, clarity):
        yield f"{_name(measure)} meets its goal, at level 3 or higher", 1, (measure,), _goal_met_with_effect
    yield "satisfaction rose, but not better at a constant mix", 2, (satisfaction,), _better_by_mix_only
    yield "lead time got worse", 3, (lead_time,), lambda one: one.verdict is Verdict.WORSE
    yield "too little to say", 4, every, lambda one: one.verdict is Verdict.TOO_LITTLE
    yield "no comparison across the break", 5, (satisfaction, clarity), lambda one: one.verdict is Verdict.SERIES_BREAK
    for measure in every:
        yield f"{_name(measure)} at most level 2, with the warning", 6, (measure,), _warned
    yield "better, and not beyond its own trend", 7, every, lambda one: one.move is Move.BETTER and not one.effect
    yield "on target, and no level 3", 8, every, lambda one: one.verdict is Verdict.GOAL_MET and not one.effect
    yield "no month stands out on the control chart", 8, every, lambda one: not one.marked


def _goal_met_with_effect(one: Said) -> bool:
    return one.verdict is Verdict.GOAL_MET and one.effect and one.move is Move.BETTER


def _better_by_mix_only(one: Said) -> bool:
    return one.crude_rose and one.move is not Move.BETTER and one.verdict in {Verdict.WORSE, Verdict.NO_DIFFERENCE}


def _warned(one: Said) -> bool:
    return one.warned and not one.effect


def _print_levels(said: Sequence[Said]) -> None:
    levels = "".join(f"{'level ' + str(int(level)):>9}" for level in Level)
    print(f"{'project and measure':<24}{levels}   what first kept it from a higher level")
    for name, some in _by_measure(said):
        given, holds = Counter(one.level for one in some), Counter(one.held_by for one in some if one.held_by)
        shares = "".join(f"{given[level] / len(some):>9.1%}" for level in Level)
        print(f"{name:<24}{shares}   {_told(holds, len(some))}")
    print()


def _print_verdicts(said: Sequence[Said]) -> None:
    print(f"{'project and measure':<24}{'better':>9}{'worse':>9}   verdicts")
    for name, some in _by_measure(said):
        moves = Counter(one.move for one in some)
        shares = "".join(f"{moves[move] / len(some):>9.1%}" for move in (Move.BETTER, Move.WORSE))
        print(f"{name:<24}{shares}   {_told(Counter(one.verdict.value for one in some), len(some))}")


def _by_measure(said: Sequence[Said]) -> Iterator[tuple[str, Sequence[Said]]]:
    for number in sorted({one.project for one in said}):
        for measure in Measure:
            some = [one for one in said if one.project == number and one.measure is measure]
            if some:
                yield f"{number} {_name(measure)}", some


def _name(measure: Measure) -> str:
    return measure.value.replace("_", " ")


def _told(found: Counter[str], of: int) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {number / of:.1%}" for name, number in found.most_common())


def _print_share(what: str, kept: Sequence[bool], promised: str = "") -> None:
    share = sum(kept) / len(kept)
    low, high = ends_of(clopper_pearson(pl.lit(sum(kept)), pl.lit(len(kept)))) or (0.0, 1.0)
    outcome = ""
    if promised:
        holds = share <= FALSE_CLAIMS if promised.startswith("at most") else share >= FOUND_EFFECTS
        outcome = f"{promised:>14}  {'holds' if holds else 'DOES NOT HOLD'}"
    print(f"{what:<62}{len(kept):>6}{share:>9.1%}{f'{low:.1%} to {high:.1%}':>20}{outcome}")


if __name__ == "__main__":
    main()
