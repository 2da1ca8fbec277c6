"""The order in which channels are put together."""

from __future__ import annotations

import polars as pl
import pytest

from metrics.weighting.pooling import Pooling, merged_strata, pooled

CHANNELS = pl.DataFrame(
    {
        "group": [0] * 7,
        "channel": ["app", "chat", "desk", "post", "telephone", "unknown", "website"],
        "n": [1, 0, 0, 2, 7, 3, 50],
        "volume": [5, 0, 9, 4, 7, 3, 20],
        "thin": [True, True, True, True, False, True, False],
    }
)


def strata(pooling: Pooling, channels: pl.DataFrame = CHANNELS) -> dict[str, str]:
    named = pooled(channels, pooling, digital=frozenset({"app", "website"}))
    return dict(named.select("channel", "stratum").sort("channel").rows())


APART = {name: name for name in CHANNELS["channel"]}


@pytest.mark.parametrize(
    ("pooling", "together"),
    [
        (Pooling.CHANNEL, {}),
        (Pooling.THIN_TOGETHER, {"desk": "desk+post", "post": "desk+post"}),
        (Pooling.NOT_DIGITAL_TOGETHER, dict.fromkeys(("desk", "post", "telephone"), "desk+post+telephone")),
        (
            Pooling.DIGITAL_OR_NOT,
            {
                **dict.fromkeys(("desk", "post", "telephone"), "desk+post+telephone"),
                **dict.fromkeys(("app", "website"), "app+website"),
            },
        ),
        (
            Pooling.ALL_TOGETHER,
            dict.fromkeys(("app", "desk", "post", "telephone", "website"), "app+desk+post+telephone+website"),
        ),
    ],
)
def test_each_pooling_puts_more_channels_together_than_the_one_before(pooling, together):
    assert strata(pooling) == {**APART, **together}


def test_the_order_of_pooling_is_from_fine_to_coarse():
    assert [len(set(strata(pooling).values())) for pooling in Pooling] == [7, 6, 5, 4, 3]


def test_unknown_and_channels_that_nobody_used_are_never_put_together_with_others():
    assert {(strata(pooling)["unknown"], strata(pooling)["chat"]) for pooling in Pooling} == {("unknown", "chat")}


def test_a_channel_with_answers_and_without_cases_is_put_together_with_its_own_kind():
    opened = CHANNELS.with_columns(n=pl.when(pl.col("channel") == "chat").then(6).otherwise("n"))
    assert strata(Pooling.NOT_DIGITAL_TOGETHER, opened)["chat"] == "chat+desk+post+telephone"
    assert strata(Pooling.CHANNEL, opened)["chat"] == "chat"


def test_a_stratum_tells_which_channels_it_holds():
    named = pooled(CHANNELS, Pooling.NOT_DIGITAL_TOGETHER, digital=frozenset({"app", "website"}))
    assert named.group_by("group").agg(merged=merged_strata())["merged"].to_list() == [["desk+post+telephone"]]
    assert dict(named.select("channel", "members").rows())["desk"] == 3


def test_one_channel_alone_is_not_called_merged():
    named = pooled(CHANNELS.filter(pl.col("channel") == "desk"), Pooling.THIN_TOGETHER, digital=frozenset())
    assert named.group_by("group").agg(merged=merged_strata())["merged"].to_list() == [[]]


def test_channels_of_one_group_are_not_put_together_with_those_of_another():
    other = CHANNELS.filter(pl.col("channel") == "post").with_columns(pl.col("group") + 1)
    named = pooled(pl.concat([CHANNELS, other]), Pooling.THIN_TOGETHER, digital=frozenset())
    assert named.filter(pl.col("group") == 1)["stratum"].to_list() == ["post"]
