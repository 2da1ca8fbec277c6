from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from connectors.connector import SourceChangedError, SourceRefusedError, SourceUnavailableError, Start
from tests.connectors.rest_site import PLAIN, ids, numbered, paged, read_all, rest, told
from tests.connectors.serving import QUICK, Told, serving

SIZED = {"size_parameter": "size", "size": 10}
WAYS = {
    "page": {"by": "page", **SIZED},
    "page without a size": {"by": "page"},
    "page that says there is more": {"by": "page", **SIZED, "more": "more"},
    "page of a told size": {"by": "page", "size_parameter": "size", "size": 50, "size_told": "size"},
    "page of a size that is cut": {"by": "page", "size_parameter": "size", "size": 50},
    "offset": {"by": "offset", **SIZED},
    "offset of a size that is cut": {"by": "offset", "size_parameter": "size", "size": 50},
    "cursor": {"by": "cursor", **SIZED, "next": "cursor"},
    "link": {"by": "link", **SIZED, "next": "next"},
}


def counted(number: int) -> list[str]:
    return [str(place) for place in range(number)]


@pytest.mark.parametrize("number", [0, 1, 10, 11, 35])
@pytest.mark.parametrize("expected", ["total", None])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_paging_reads_every_row_once(way, expected, number):
    paging = WAYS[way]
    with serving(paged(numbered(number), by=paging["by"])) as site:
        batches = read_all(rest(site.url, **PLAIN, paging=paging, expected=expected))
    assert ids(batches) == counted(number)
    assert told(batches, "rows_expected") == ([{"expected": number, "found": number}] if expected else [])


@pytest.mark.parametrize("way", WAYS)
def test_a_run_cut_after_any_page_goes_on_behind_it(way):
    paging = WAYS[way]
    with serving(paged(numbered(35), by=paging["by"])) as site:
        connector = rest(site.url, **PLAIN, paging=paging)
        pages = list(connector.fetch(Start()))
        for kept in range(1, len(pages) + 1):
            before = ids(connector.parse(page) for page in pages[:kept])
            after = ids(read_all(connector, Start(after=pages[kept - 1].resume)))
            assert set(before) | set(after) == set(counted(35))
            assert kept == len(pages) or Counter([*before, *after]) == Counter(counted(35))


def test_the_link_header_is_followed():
    with serving(paged(numbered(35), by="link", header=True)) as site:
        assert ids(read_all(rest(site.url, **PLAIN, paging={"by": "link"}))) == counted(35)


@pytest.mark.parametrize("header", [True, False])
def test_a_link_to_another_host_is_refused_and_nothing_is_sent_there(header):
    app = paged(numbered(35), by="link", header=header, host="https://elders.example")
    paging = {"by": "link"} if header else {"by": "link", "next": "next"}
    with serving(app) as site, pytest.raises(SourceChangedError, match=r"elders\.example"):
        read_all(rest(site.url, **PLAIN, paging=paging))
    assert len(site.asked) == 1


def test_a_link_of_our_host_behind_a_proxy_is_followed_by_its_query_alone():
    app = paged(numbered(35), by="link", host="https://127.0.0.1:9")
    with serving(app) as site:
        assert ids(read_all(rest(site.url, **PLAIN, paging={"by": "link", "next": "next"}))) == counted(35)


@pytest.mark.parametrize("by", ["page", "offset"])
def test_a_source_that_gives_the_same_page_for_ever_is_stopped_and_told(by):
    rows = numbered(10)
    with serving(lambda _: Told({"rows": rows})) as site:
        pages = rest(site.url, **PLAIN, paging={"by": by}).fetch(Start())
        next(pages)
        with pytest.raises(SourceChangedError, match="page 2 has the same rows as the page before it"):
            next(pages)
    assert len(site.asked) == 2


def test_cursors_in_a_circle_are_stopped_and_told():
    def app(asked):
        at = asked.query.get("cursor", "a")
        return Told({"rows": [{"id": at, "day": "2026-03-01", "score": 3}], "cursor": {"a": "b", "b": "a"}[at]})

    with serving(app) as site, pytest.raises(SourceChangedError, match="for ever"):
        read_all(rest(site.url, **PLAIN, paging={"by": "cursor", "next": "cursor"}))
    assert len(site.asked) < 5


def test_a_cursor_that_no_longer_moves_behind_the_last_row_is_the_end():
    def app(asked):
        rows = numbered(3) if "cursor" not in asked.query else []
        return Told({"rows": rows, "cursor": "c3"})

    with serving(app) as site:
        assert ids(read_all(rest(site.url, **PLAIN, paging={"by": "cursor", "next": "cursor"}))) == counted(3)


def test_a_source_without_an_end_is_stopped_at_the_page_limit():
    def app(asked):
        return Told({"rows": [{"id": asked.query["page"], "day": "2026-03-01", "score": 3}]})

    limits = replace(QUICK, most_pages=7)
    with serving(app) as site, pytest.raises(SourceChangedError, match="more than 7 pages"):
        read_all(rest(site.url, **PLAIN, paging={"by": "page"}, limits=limits))
    assert len(site.asked) == 7


def test_pages_with_rows_left_out_of_them_are_no_end():
    rows = numbered(30)

    def app(asked):
        begin = (int(asked.query["page"]) - 1) * 10
        return Told({"rows": [row for row in rows[begin : begin + 10] if row["id"] != 3]})

    with serving(app) as site:
        assert len(ids(read_all(rest(site.url, **PLAIN, paging={"by": "page", **SIZED})))) == 29


def test_fewer_rows_than_the_source_counts_are_told():
    with serving(lambda _: Told({"rows": numbered(50), "total": 120})) as site:
        batches = read_all(rest(site.url, **PLAIN, expected="total"))
    assert told(batches, "rows_expected") == [{"expected": 120, "found": 50}]


def test_a_source_that_refuses_a_page_past_its_end_is_told_with_what_to_give():
    with serving(paged(numbered(20), by="page", refuses_past_end=True)) as site:
        with pytest.raises(SourceChangedError, match="give `expected`"):
            read_all(rest(site.url, **PLAIN, paging={"by": "page", **SIZED}))
        for more in ({"expected": "total"}, {"paging": {"by": "page", **SIZED, "more": "more"}}):
            connector = rest(site.url, **{**PLAIN, "paging": {"by": "page", **SIZED}, **more})
            assert ids(read_all(connector)) == counted(20)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"row": []}, "no list of rows stands at `rows` = 'rows'. Did you mean 'row'?"),
        ({"error": {"message": "Mevrouw Geheim"}}, "There are: error."),
        ({"Jan Jansen": []}, "There are: none."),
        ([], "The answer is a list."),
        ("nothing", "The answer is a single value."),
        ({"rows": {"id": 1}}, "no list of rows"),
    ],
)
def test_an_answer_without_rows_is_told_with_what_there_is(answer, sentence):
    with serving(lambda _: Told(answer)) as site, pytest.raises(SourceChangedError) as changed:
        read_all(rest(site.url, **PLAIN))
    assert sentence in str(changed.value)
    assert "Geheim" not in str(changed.value)
    assert "Jansen" not in str(changed.value)


def test_null_in_the_place_of_rows_is_no_rows():
    with serving(lambda _: Told({"rows": None})) as site:
        assert ids(read_all(rest(site.url, **PLAIN))) == []


def test_a_total_that_is_not_there_is_told():
    with (
        serving(lambda _: Told({"rows": [], "totals": 3})) as site,
        pytest.raises(SourceChangedError, match="no total"),
    ):
        read_all(rest(site.url, **PLAIN, expected="total"))


def test_a_total_that_only_the_first_page_tells_holds_for_the_others():
    inner = paged(numbered(25), by="page")

    def app(asked):
        body = inner(asked).body
        return Told({**body, "total": body["total"] if asked.query["page"] == "1" else None})

    with serving(app) as site:
        batches = read_all(rest(site.url, **PLAIN, paging={"by": "page", **SIZED}, expected="total"))
    assert told(batches, "rows_expected") == [{"expected": 25, "found": 25}]


@pytest.mark.parametrize("fault", ["drop", "stall", "429", "502", "truncated", "html"])
def test_what_passes_by_itself_is_asked_again(fault):
    with serving(paged(numbered(25), by="page"), faults=["ok", fault]) as site:
        assert ids(read_all(rest(site.url, **PLAIN, paging={"by": "page", **SIZED}, limits=QUICK))) == counted(25)


@pytest.mark.parametrize(
    ("faults", "error"),
    [(["502"] * 2, SourceUnavailableError), (["html"] * 2, SourceUnavailableError), (["refused"], SourceRefusedError)],
)
def test_what_does_not_pass_is_told_and_what_was_read_stays(faults, error):
    with serving(paged(numbered(25), by="page"), faults=["ok", *faults]) as site:
        connector = rest(site.url, **PLAIN, paging={"by": "page", **SIZED})
        pages = connector.fetch(Start())
        first = next(pages)
        with pytest.raises(error, match="answers, page 2"):
            next(pages)
        after = ids(read_all(connector, Start(after=first.resume)))
    assert [*ids([connector.parse(first)]), *after] == counted(25)
