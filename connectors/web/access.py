"""Access: how a request says who we are. What is renewed by itself is renewed once; what is refused is not retried."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import jwt

from connectors.web.secret import Secret

Headers = Mapping[str, str]


class Access(Protocol):
    """Gives the headers of a request."""

    def headers(self, *, renewed: bool) -> Headers:
        """Return them; `renewed` asks for a new token, after the last one was refused."""

    @property
    def renews(self) -> bool:
        """Tell whether a new token can be had without a person."""


@dataclass(frozen=True, slots=True)
class Open:
    """A source that asks nobody who they are."""

    renews: bool = False

    def headers(self, *, renewed: bool) -> Headers:  # noqa: ARG002
        """Return none."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A token or key that goes along as it is: `name: {prefix}{secret}`, such as `Authorization: Token …`."""

    secret: Secret
    name: str = "Authorization"
    prefix: str = ""
    renews: bool = False

    def headers(self, *, renewed: bool) -> Headers:  # noqa: ARG002
        """Return the one header."""
        return {self.name: f"{self.prefix}{self.secret.told()}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Basic:
    """A user name and a password."""

    user: str
    secret: Secret
    renews: bool = False

    def headers(self, *, renewed: bool) -> Headers:  # noqa: ARG002
        """Return the one header."""
        pair = base64.b64encode(f"{self.user}:{self.secret.told()}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


@dataclass(slots=True)
class _Kept:
    """The token in use, and until when (seconds since 1970)."""

    token: str = ""
    until: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A token that we sign ourselves (JWT, HS256) with the secret, made anew every few minutes."""

    secret: Secret
    claims: Mapping[str, str]
    good_for_seconds: int = 300
    clock: Callable[[], float] = time.time
    renews: bool = True
    kept: _Kept = field(default_factory=_Kept, repr=False)

    def headers(self, *, renewed: bool) -> Headers:
        """Return the header with the token in use, or with a new one."""
        now = self.clock()
        if renewed or now >= self.kept.until:
            claims = {**self.claims, "iat": int(now)}
            self.kept.token = jwt.encode(claims, self.secret.told(), algorithm="HS256")
            self.kept.until = now + self.good_for_seconds
        return {"Authorization": f"Bearer {self.kept.token}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A token that another address gives in exchange for a secret (OAuth 2, client credentials).

    `ask` exchanges the secret and returns the token and for how many seconds it is good.
    """

    ask: Callable[[], tuple[str, float]]
    spare_seconds: float = 30
    clock: Callable[[], float] = time.time
    renews: bool = True
    kept: _Kept = field(default_factory=_Kept, repr=False)

    def headers(self, *, renewed: bool) -> Headers:
        """Return the header with the token in use, or with a new one."""
        now = self.clock()
        if renewed or now >= self.kept.until:
            token, seconds = self.ask()
            self.kept.token, self.kept.until = token, now + max(0, seconds - self.spare_seconds)
        return {"Authorization": f"Bearer {self.kept.token}"}
