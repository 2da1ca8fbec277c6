"""Every kind of source that is asked over the network: an application that answers as it does, and a block for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import TypeAdapter

from config.programme import Programme
from config.secrets import Secrets
from connectors import CONNECTORS
from tests.connectors import (
    limesurvey_site,
    matomo_site,
    open311_site,
    open_klant_site,
    rest_site,
    signalen_site,
    touchpoints_site,
    zgw_site,
)
from tests.connectors.serving import App
from tests.connectors.test_matomo import source as matomo
from tests.connectors.test_open_klant import connector as open_klant
from tests.connectors.test_signalen import signalen

_INJECTED = {"secret", "limits", "timezone", "folder"}


@dataclass(frozen=True)
class Network:
    """A kind of source: how its application is made, and its settings at an address."""

    app: Callable[[], App]
    connector: Callable[[str], object]


def _redmine(url: str) -> object:
    return rest_site.rest(url, **rest_site.REDMINE)


NETWORK = {
    "limesurvey": Network(limesurvey_site.LimeSurveySite, limesurvey_site.survey),
    "zgw": Network(zgw_site.OpenZaak, zgw_site.zgw),
    "signalen": Network(signalen_site.Signalen, signalen),
    "open_klant": Network(open_klant_site.Klant, open_klant),
    "matomo": Network(matomo_site.Matomo, lambda url: matomo(url, days_a_page=5)),
    "open311": Network(open311_site.City, open311_site.open311),
    "touchpoints": Network(touchpoints_site.Agency, touchpoints_site.touchpoints),
    "rest": Network(
        lambda: rest_site.redmine(rest_site.issues()), lambda url: rest_site.rest(url, **rest_site.REDMINE)
    ),
}


def block(kind: str, url: str) -> dict:
    """Return the block of a source as it would stand in a programme file."""
    adapter = TypeAdapter(dict(CONNECTORS)[kind])
    connector = NETWORK[kind].connector(url)
    given = adapter.dump_python(connector, mode="json", by_alias=True, exclude=_INJECTED, exclude_defaults=True)
    return {"kind": kind, **given}


def programme(kind: str, url: str, **changed: object) -> Programme:
    """Return a programme with one source, called `source`; `changed` are settings of its block."""
    project = {"title": {"nl": "Project", "en": "Project"}, "services": ["any"]}
    return Programme.model_validate(
        {
            "name": "town",
            "title": {"nl": "Stad", "en": "Town"},
            "timezone": getattr(NETWORK[kind].connector(url), "timezone", "Europe/Amsterdam"),
            "sources": {"source": {**block(kind, url), **changed}},
            "projects": {"project": project},
        }
    )


def secrets(kind: str) -> Secrets:
    """Return the secret of the source."""
    secret = NETWORK[kind].connector("http://127.0.0.1:1").secret
    return Secrets(values={"UITKOMST_SECRET_SOURCE": secret.value or ""})
