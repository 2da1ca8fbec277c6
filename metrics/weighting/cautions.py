"""Codes of what a reader must know about a weighted figure, or why there is none."""

from __future__ import annotations

from enum import StrEnum

import polars as pl


class Caution(StrEnum):
    """What limits a weighted figure, a comparison at one mix, or a response; `dashboard.wording` has the sentence."""

    UNEQUAL_WEIGHTS = "unequal_weights"
    FEW_EFFECTIVE = "few_effective"
    FEW_IN_STRATUM = "few_in_stratum"
    ANSWERS_LEFT_OUT = "answers_left_out"
    CASES_UNPLACED = "cases_unplaced"
    STRATA_MERGED = "strata_merged"
    RAKING_FAILED = "raking_failed"
    NOT_WEIGHTED = "not_weighted"
    MIX_REVERSES = "mix_reverses"
    MIX_NOT_HELD = "mix_not_held"
    RESPONSE_UNKNOWN = "response_unknown"
    LOW_RESPONSE = "low_response"
    UNREPRESENTATIVE = "unrepresentative"
    UNEVEN_RESPONSE = "uneven_response"
    ONLY_DIGITAL = "only_digital"
    CHANNELS_SILENT = "channels_silent"
    MORE_ANSWERS_THAN_INVITATIONS = "more_answers_than_invitations"
    MORE_INVITATIONS_THAN_CUSTOMERS = "more_invitations_than_customers"


class Unweighted(StrEnum):
    """Why there is no weighted figure; `dashboard.wording` has the sentence."""

    NO_ANSWERS = "no_answers"
    NO_VOLUMES = "no_volumes"
    CHANNELS_SILENT = "channels_silent"
    TOO_MUCH_UNPLACED = "too_much_unplaced"
    MARGINS_DIFFER = "margins_differ"
    NOT_CONVERGED = "not_converged"


def coded(conditions: dict[Caution, pl.Expr]) -> pl.Expr:
    """Return the list of codes whose condition holds, in the order given; a condition that is null does not hold."""
    found = [pl.when(holds).then(pl.lit(code.value)) for code, holds in conditions.items()]
    return pl.concat_list(found).list.drop_nulls()
