"""Reach in words: who is heard, and who fares worst; the expected texts are written by hand."""

from __future__ import annotations

import pytest

from config.programme import Text
from dashboard.wording.fairness import gap_sentence
from dashboard.wording.reach import both_figures, caution_text, merged_text, range_of, silence_text
from metrics.evidence.fairness import FairnessGap
from metrics.kpis import kpi
from metrics.weighting.cautions import Caution
from tests.dashboard.evidence_samples import EN, LEAD_TIME, NL, SATISFACTION, in_both, reach

CHANNELS = {"desk": Text(nl="balie", en="desk"), "post": Text(nl="post", en="mail")}


def gap(worst_value, everybody, low=None, high=None):
    apart = worst_value - everybody
    return FairnessGap(
        worst="desk",
        worst_value=worst_value,
        everybody=everybody,
        difference=apart,
        low=low,
        high=high,
        compared=3,
    )


# --- who is heard ------------------------------------------------------------------------------------------------


def test_how_far_the_silent_ones_could_move_a_share_is_said():
    found = reach(response=0.31, lowest=0.272, highest=0.961)
    assert in_both(silence_text, found, SATISFACTION) == (
        (
            "31% van de genodigden antwoordde. Was iedereen die zweeg ontevreden, dan zou het 27% zijn; "
            "was iedereen tevreden, 96%."
        ),
        (
            "31% of those invited answered. If all who stayed silent were dissatisfied it would be 27%; "
            "if all were satisfied, 96%."
        ),
    )


@pytest.mark.parametrize(
    ("found", "one"),
    [
        (reach(lowest=0.2, highest=0.9), SATISFACTION),
        (reach(response=0.3, highest=0.9), SATISFACTION),
        (reach(response=0.3, lowest=0.2), SATISFACTION),
        (reach(response=0.3, lowest=1.2, highest=4.9), kpi("satisfaction_mean")),
    ],
)
def test_nothing_is_said_of_the_silent_where_something_of_them_is_unknown_or_it_is_no_share(found, one):
    assert silence_text(EN, found, one) is None


def test_the_weighted_figure_is_said_beside_the_crude_one():
    assert in_both(both_figures, SATISFACTION, led=0.871, crude=0.904) == (
        "87% als elk kanaal telt voor wie er langs kwam; 90% zoals de antwoorden binnenkwamen.",
        "87% with every channel counting for as many as came by it; 90% as the answers came in.",
    )


def test_channels_that_were_counted_together_are_named_by_their_labels():
    assert merged_text(NL, ["desk+post", "chat"], CHANNELS) == "balie en post; chat"
    assert merged_text(EN, [], CHANNELS) == ""
    assert in_both(caution_text, Caution.STRATA_MERGED.value, merged="balie en post") == (
        "Kanalen met weinig antwoorden zijn samen geteld: balie en post.",
        "Channels with few answers were counted together: balie en post.",
    )


def test_a_range_without_an_end_is_a_dash():
    assert in_both(range_of, 0.2721, 0.9609, SATISFACTION) == ("27–97", "27–97")
    assert range_of(EN, None, 0.9, SATISFACTION) == "–"
    assert range_of(EN, 0.1, None, SATISFACTION) == "–"


# --- who fares worst ---------------------------------------------------------------------------------------------


def test_the_channel_that_fares_worst_is_named_where_chance_cannot_have_done_it():
    assert in_both(gap_sentence, gap(0.80, 0.88, -0.124, -0.041), SATISFACTION, CHANNELS) == (
        (
            "Tevredenheid: wie via balie komt, is het slechtst af: 80%, tegen 88% voor iedereen "
            "(verschil 8 procentpunten; marge 4–13)."
        ),
        (
            "Satisfaction: residents who come by desk fare worst: 80%, against 88% for everybody "
            "(8 percentage points; range 4–13)."
        ),
    )


def test_a_longer_wait_is_worse():
    assert gap_sentence(EN, gap(74.0, 60.0, 6.0, 22.0), LEAD_TIME, {}) == (
        "Lead time: residents who come by desk fare worst: 74 days, against 60 days for everybody "
        "(14 days; range 6–22)."
    )


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [(-0.06, 0.02, "; marge 6 minder tot 2 meer"), (None, None, ""), (-0.06, None, ""), (0.0, 0.0, "; marge 0,0–0,0")],
)
def test_no_channel_is_said_to_fare_worse_where_it_may_be_chance(low, high, ends):
    assert gap_sentence(NL, gap(0.86, 0.88, low, high), SATISFACTION, CHANNELS) == (
        "Tevredenheid: van geen kanaal is aangetoond dat het slechter gaat dan bij de rest. "
        f"Het minst goed is balie: 86%, tegen 88% voor iedereen (verschil 2 procentpunten{ends})."
    )
