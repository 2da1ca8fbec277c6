"""Entry: how a source is told who asks, as a programme declares it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode

from pydantic import ConfigDict

from connectors.connector import SourceChangedError, SourceRefusedError
from connectors.web.access import Access, Basic, Fixed, Granted, Open, Signed
from connectors.web.client import Limits, Web
from connectors.web.reach import Origin, address_problems
from connectors.web.secret import Secret

_GIVEN_FOR: Mapping[str, tuple[str, ...]] = {
    "user": ("basic",),
    "header": ("key",),
    "prefix": ("key",),
    "claims": ("jwt",),
    "client_id": ("oauth",),
    "token_url": ("oauth",),
    "scope": ("oauth",),
}
_NEEDED = ("user", "header", "claims", "client_id", "token_url")
_GOOD_FOR_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How we say who we are; the secret itself comes from the environment.

    `bearer` sends `Authorization: Bearer …`; `basic` a `user` with the secret as password; `key` a `header` of the
    source's choice, with a `prefix` such as `Token ` before the secret; `jwt` a token that we sign with the secret
    (HS256) and that holds `claims`; `oauth` a token that `token_url` gives for `client_id` and the secret (client
    credentials), asked with the `scope`. `client_in` is where that secret stands: in the body or in a header (basic).
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    by: Literal["none", "bearer", "basic", "key", "jwt", "oauth"] = "none"
    user: str = ""
    header: str = ""
    prefix: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)
    client_id: str = ""
    token_url: str = ""
    scope: str = ""
    client_in: Literal["body", "header"] = "body"

    def problems(self) -> Iterator[str]:
        """Yield a sentence for each thing that is wrong with these settings."""
        for name, kinds in _GIVEN_FOR.items():
            given = bool(getattr(self, name))
            if given and self.by not in kinds:
                yield f"access: {name} goes with by = '{kinds[0]}', not with by = '{self.by}'."
            if not given and self.by in kinds and name in _NEEDED:
                yield f"access: by = '{self.by}' needs {name}."
        if self.token_url:
            yield from address_problems(self.token_url, name="access: token_url")

    def access(self, secret: Secret, limits: Limits) -> Access:
        """Return the access that a client works with."""
        kinds: Mapping[str, Callable[[], Access]] = {
            "none": Open,
            "bearer": lambda: Fixed(secret=secret, prefix="Bearer "),
            "basic": lambda: Basic(user=self.user, secret=secret),
            "key": lambda: Fixed(secret=secret, name=self.header, prefix=self.prefix),
            "jwt": lambda: Signed(secret=secret, claims=self.claims),
            "oauth": lambda: Granted(ask=_Desk(entry=self, secret=secret, limits=limits).token),
        }
        return kinds[self.by]()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """The address that gives tokens, which may be another host than the source."""

    entry: Entry
    secret: Secret
    limits: Limits

    def token(self) -> tuple[str, float]:
        entry = self.entry
        in_header = entry.client_in == "header"
        access: Access = Basic(user=entry.client_id, secret=self.secret) if in_header else Open()
        form = {"grant_type": "client_credentials", **({"scope": entry.scope} if entry.scope else {})}
        if not in_header:
            form |= {"client_id": entry.client_id, "client_secret": self.secret.told()}
        address = Origin.of(entry.token_url)
        web = Web(origin=replace(address, path=""), access=access, limits=self.limits)
        try:
            answer = web.post(address.path, urlencode(form).encode(), content_type="application/x-www-form-urlencoded")
        except SourceChangedError as error:
            # A wrong secret is HTTP 400 at some hosts, which cannot be told from a wrong scope.
            sentence = f"it gives no token: {error.sentence} Check the secret, `client_id`, `token_url` and `scope`."
            raise SourceRefusedError(error.where, sentence, status=error.status, code=error.code) from error
        return _granted(answer.data, answer.where)


def _granted(data: Any, where: str) -> tuple[str, float]:  # noqa: ANN401 - whatever the source sent
    token = data.get("access_token") if isinstance(data, dict) else None
    if not isinstance(token, str) or not token:
        sentence = "it answers without an access_token. Check `token_url` in `access` of this source."
        raise SourceChangedError(where, sentence)
    seconds = data.get("expires_in")
    good = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return token, float(seconds) if good else _GOOD_FOR_SECONDS
