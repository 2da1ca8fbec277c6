"""Generating Voorbeeldstad: the same seed gives the same records, project by project."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import polars as pl

from dashboard.demo.answers import answers
from dashboard.demo.arrivals import arrivals
from dashboard.demo.cases import cases
from dashboard.demo.contacts import contacts
from dashboard.demo.counts import counts
from dashboard.demo.course import Course
from dashboard.demo.forms import forms
from dashboard.demo.municipality import courses
from dashboard.demo.spending import spending
from metrics.records import Kind

_STREAMS = 6


def generate(seed: int, *, projects: Collection[str] | None = None) -> Mapping[Kind, pl.DataFrame]:
    """Return the records of Voorbeeldstad, with the columns of `metrics.records.SCHEMAS`.

    `projects` asks for some of the projects; each has its own stream of chance, so its records do not
    depend on which others are asked for.
    """
    wanted = [course for course in courses() if projects is None or course.project in projects]
    parts = [_records(course, seed) for course in wanted]
    return {kind: pl.concat([part[kind] for part in parts]) for kind in parts[0]}


def _records(course: Course, seed: int) -> Mapping[Kind, pl.DataFrame]:
    # The number of the project is its place among the children of the seed, so a project that is added
    # or changed leaves the others as they were; within it each kind of record has a stream of its own;
    # a new one comes last, for the same reason.
    streams = np.random.SeedSequence(seed, spawn_key=(course.number,)).spawn(_STREAMS)
    people, decisions, survey, books, questions, attempts = (np.random.default_rng(stream) for stream in streams)
    came = arrivals(course, people)
    return {
        Kind.ANSWERS: answers(course, came, survey),
        Kind.CASES: cases(course, came, decisions),
        Kind.COUNTS: pl.concat(
            [counts(course, came), contacts(course, came, questions), forms(course, came, attempts)]
        ),
        Kind.SPENDING: spending(course, books),
    }
