"""What is asked to connect a source: each kind in a sentence, its settings as questions with an example."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.source_settings import Block, has_secret, required
from dashboard.wording.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A setting: its key, what it is, and an example. With `pairs` it is a map, of which each pair is a line."""

    key: str
    question: str
    example: str
    pairs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KindAsked:
    """A kind of source: what it reads, and the settings that one mostly gives."""

    kind: str
    what: str
    asks: Sequence[Ask]

    @property
    def needed(self) -> Sequence[Ask]:
        """Return the questions that must have an answer."""
        must = required(self.kind)
        return [ask for ask in self.asks if ask.key in must]


def kinds_asked(words: Words) -> Mapping[str, KindAsked]:
    """Return every kind of source with its questions."""
    return {kind: make(words, kind) for kind, make in _KINDS.items()}


def needs_secret(kind: str, block: Block) -> bool:
    """Tell whether a source with these settings cannot be read without a secret.

    A database may let us in without one, and says so itself where it does not.
    """
    optional: Mapping[str, Callable[[], bool]] = {
        "rest": lambda: isinstance(block.get("access"), dict) and block["access"].get("by", "none") != "none",
        "open311": lambda: block.get("api_key") is True,
        "sql": lambda: False,
    }
    return has_secret(kind) and optional.get(kind, lambda: True)()


def _files(words: Words, kind: str) -> KindAsked:
    return KindAsked(
        kind=kind,
        what=words.say("Answers, cases, counts or spending from files: CSV, Excel, JSON or Parquet."),
        asks=[
            Ask(
                key="path",
                question=words.say("Where are the files, seen from the programme file? A * stands for any name."),
                example="survey/*.csv",
            ),
            *_records(words),
        ],
    )


def _event_log(words: Words, kind: str) -> KindAsked:
    return KindAsked(
        kind=kind,
        what=words.say("Cases from the log of a process: XES or CSV."),
        asks=[
            Ask(
                key="path",
                question=words.say("Where is the log, seen from the programme file?"),
                example="log.xes",
            ),
            _service(words),
            Ask(
                key="received",
                question=words.say("Which event says that a case came in?"),
                example="Confirmation of receipt",
            ),
            Ask(
                key="decided",
                question=words.say("Which event says that a case was decided?"),
                example="Decision sent",
            ),
            Ask(
                key="channel",
                question=words.say("Which attribute of a case tells its channel?"),
                example="channel",
            ),
        ],
    )


def _limesurvey(words: Words, kind: str) -> KindAsked:
    return KindAsked(
        kind=kind,
        what=words.say("Answers to the closed questions of one survey in LimeSurvey."),
        asks=[
            _url(words, "https://enquete.voorbeeldstad.example"),
            Ask(key="user", question=words.say("Which account of the source do we use?"), example="koppeling"),
            Ask(key="survey", question=words.say("What is the number of the survey?"), example="202601"),
            _service(words),
            Ask(
                key="items",
                question=words.say("Which question is which item of ours, on which scale?"),
                example='satisfaction = { question = "TEVR", scale = "1-5" }',
                pairs=True,
            ),
            Ask(
                key="channel",
                question=words.say("Which question tells the channel, and what do its codes mean?"),
                example='{ question = "KANAAL", map = { TEL = "phone" } }',
            ),
            Ask(
                key="invitations",
                question=words.say(
                    "Do we count how many were invited on which day? Names come along, and are dropped at once."
                ),
                example="true",
            ),
        ],
    )


def _matomo(words: Words, kind: str) -> KindAsked:
    return KindAsked(
        kind=kind,
        what=words.say("Page feedback and steps of forms from the statistics of a website in Matomo."),
        asks=[
            _url(words, "https://statistiek.voorbeeldstad.example"),
            Ask(key="site", question=words.say("What is the number of the site (idSite)?"), example="1"),
            _first_day(words, "from"),
            Ask(
                key="answers",
                question=words.say("Which events are answers, and what value does each have?"),
                example='{ map = { "nuttig: ja" = 1, "nuttig: nee" = 0 }, category = "Paginafeedback" }',
            ),
            Ask(
                key="forms",
                question=words.say("Which events or goals are the steps of a form?"),
                example='{ category = "Formulier", start = { event = "gestart" }, end = { event = "verzonden" } }',
            ),
            _services(words, '"/producten/paspoort" = passport'),
            _rest_service(words),
        ],
    )


def _open311(words: Words, kind: str) -> KindAsked:
    return KindAsked(
        kind=kind,
        what=words.say("Requests of residents as cases, from a server that speaks Open311 GeoReport."),
        asks=[
            _url(words, "https://meldingen.voorbeeldstad.example/open311/v2"),
            _first_day(words, "first_day"),
            _services(words, "006 = sidewalks"),
            _rest_service(words),
        ],
    )


def _open_klant(words: Words, kind: str) -> KindAsked:
    return KindAsked(
        kind=kind,
        what=words.say("Contacts and calls back from Open Klant."),
        asks=[
            _url(words, "https://openklant.voorbeeldstad.example/klantinteracties/api/v1"),
            _services(words, "6729c948-5859-46df-a2d9-ce934bb4a4b4 = passport"),
            _rest_service(words),
            _channels(words, "telefonisch = phone"),
        ],
    )


def _rest(words: Words, kind: str) -> KindAsked:
    return KindAsked(
        kind=kind,
        what=words.say("Records from any system that answers questions over HTTP with JSON."),
        asks=[
            _url(words, "https://redmine.voorbeeldstad.example"),
            Ask(
                key="path",
                question=words.say("What is asked for: the path behind the address?"),
                example="issues.json",
            ),
            Ask(
                key="access",
                question=words.say("How do we say who we are?"),
                example='{ by = "key", header = "X-Redmine-API-Key" }',
            ),
            Ask(
                key="paging",
                question=words.say("How does the source give the next page?"),
                example='{ by = "offset", size_parameter = "limit", size = 100 }',
            ),
            Ask(key="rows", question=words.say("Where in an answer are the rows?"), example="issues"),
            *_records(words),
        ],
    )


def _signalen(words: Words, kind: str) -> KindAsked:
    return KindAsked(
        kind=kind,
        what=words.say("Reports on public space, and whether the reporters were satisfied, from Signalen."),
        asks=[
            _url(words, "https://api.meldingen.voorbeeldstad.example/signals/v1"),
            Ask(
                key="token_url",
                question=words.say("At which address do we get a token?"),
                example="https://id.voorbeeldstad.example/realms/signals/protocol/openid-connect/token",
            ),
            _client(words),
            _services(words, "afval/grofvuil = bulky-waste"),
            _channels(words, "online = website"),
        ],
    )


def _sql(words: Words, kind: str) -> KindAsked:
    return KindAsked(
        kind=kind,
        what=words.say("Records from a database, by one query; or counted there, so that no row leaves it."),
        asks=[
            Ask(
                key="url",
                question=words.say("What is the address of the database, without a password?"),
                example="postgresql://reader@db.voorbeeldstad.example/register",
            ),
            Ask(
                key="query",
                question=words.say("Which SELECT gives the rows?"),
                example="SELECT nr, zaaktype, ontvangen, besloten FROM zaken",
            ),
            *_records(words),
        ],
    )


def _touchpoints(words: Words, kind: str) -> KindAsked:
    return KindAsked(
        kind=kind,
        what=words.say("Answers to the questions of OMB Circular A-11 from GSA Touchpoints."),
        asks=[
            _url(words, "https://api.gsa.gov/analytics/touchpoints/v1"),
            Ask(
                key="forms",
                question=words.say("Which form is about which service of ours? Forms go by their short id."),
                example='8fc3c208 = { service = "passports" }',
                pairs=True,
            ),
            _services(words, "12 = passports"),
            _channels(words, "phone = telephone"),
        ],
    )


def _zgw(words: Words, kind: str) -> KindAsked:
    return KindAsked(
        kind=kind,
        what=words.say("Cases from a system for casework with the Zaken API (ZGW), such as Open Zaak."),
        asks=[
            _url(words, "https://openzaak.voorbeeldstad.example"),
            _client(words),
            _services(words, "ZT-PARK = parking"),
            _channels(words, "753616d8-ab9b-52e2-80cd-05f111fe38e7 = website"),
            Ask(
                key="outcomes",
                question=words.say("Which of their results means withdrawn, transferred or decided?"),
                example="Ingetrokken = withdrawn",
                pairs=True,
            ),
        ],
    )


def _url(words: Words, example: str) -> Ask:
    return Ask(key="url", question=words.say("What is the address of the system?"), example=example)


def _client(words: Words) -> Ask:
    question = words.say("What is our application called at the source?")
    return Ask(key="client_id", question=question, example="uitkomst")


def _service(words: Words) -> Ask:
    return Ask(key="service", question=words.say("Which service of ours is all of it about?"), example="permits")


def _rest_service(words: Words) -> Ask:
    question = words.say("Which service of ours gets what the pairs do not name?")
    return Ask(key="service", question=question, example="other")


def _services(words: Words, example: str) -> Ask:
    question = words.say("Which of their case types, codes or pages is which service of ours?")
    return Ask(key="services", question=question, example=example, pairs=True)


def _channels(words: Words, example: str) -> Ask:
    question = words.say("Which of their channels is which channel of ours?")
    return Ask(key="channels", question=question, example=example, pairs=True)


def _first_day(words: Words, key: str) -> Ask:
    return Ask(key=key, question=words.say("From which day on do we read?"), example="2026-01-01")


def _records(words: Words) -> Sequence[Ask]:
    return (
        Ask(
            key="record",
            question=words.say("What is a row: answers, cases, counts, spending or published?"),
            example="cases",
        ),
        Ask(
            key="columns",
            question=words.say("Which column of ours is which of theirs?"),
            example="received_on = ontvangen",
            pairs=True,
        ),
        Ask(
            key="constants",
            question=words.say("Which columns of ours are the same for every row?"),
            example="service = permits",
            pairs=True,
        ),
    )


_KINDS: Mapping[str, Callable[[Words, str], KindAsked]] = {
    "files": _files,
    "event_log": _event_log,
    "limesurvey": _limesurvey,
    "matomo": _matomo,
    "open311": _open311,
    "open_klant": _open_klant,
    "rest": _rest,
    "signalen": _signalen,
    "sql": _sql,
    "touchpoints": _touchpoints,
    "zgw": _zgw,
}
