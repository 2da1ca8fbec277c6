"""Access: how a request says who we are. What is renewed by itself is renewed once; what is refused is not retried."""

from __future__ import annotations

import base64
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

import jwt

from connectors.web.secret import Secret

Headers = Mapping[str, str]


class Access(Protocol):
    """Gives the headers of a request."""

    def headers(self, *, refused: Headers | None = None) -> Headers:
        """Return them; `refused` are those that were just refused, so that a new token is wanted."""

    @property
    def renews(self) -> bool:
        """Tell whether a new token can be had without a person."""


@dataclass(frozen=True, slots=True)
class Open:
    """A source that asks nobody who they are."""

    renews: bool = False

    def headers(self, *, refused: Headers | None = None) -> Headers:  # noqa: ARG002 - cannot renew
        """Return none."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A token or key that goes along as it is: `name: {prefix}{secret}`, such as `Authorization: Token …`."""

    secret: Secret
    name: str = "Authorization"
    prefix: str = ""
    renews: bool = False

    def headers(self, *, refused: Headers | None = None) -> Headers:  # noqa: ARG002 - cannot renew
        """Return the one header."""
        return {self.name: f"{self.prefix}{self.secret.told()}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Basic:
    """A user name and a password."""

    user: str
    secret: Secret
    renews: bool = False

    def headers(self, *, refused: Headers | None = None) -> Headers:  # noqa: ARG002 - cannot renew
        """Return the one header."""
        pair = base64.b64encode(f"{self.user}:{self.secret.told()}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


@dataclass(slots=True, eq=False)
class _Kept:
    """The header in use, and until when (seconds since 1970). Threads take turns, so that one renewal does for all."""

    headers: Headers = field(default_factory=dict, repr=False)
    until: float = -math.inf
    turn: Lock = field(default_factory=Lock, repr=False)

    def given(self, now: float, refused: Headers | None, make: Callable[[], tuple[str, float]]) -> Headers:
        """Return the header in use; or with a new token, where it has ended or is the one that was refused."""
        with self.turn:
            if now >= self.until or self.headers == refused:
                token, seconds = make()
                self.headers, self.until = {"Authorization": f"Bearer {token}"}, now + seconds
            return self.headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A token that we sign ourselves (JWT, HS256) with the secret, made anew every few minutes."""

    secret: Secret
    claims: Mapping[str, str]
    good_for_seconds: int = 300
    clock: Callable[[], float] = time.time
    renews: bool = True
    kept: _Kept = field(default_factory=_Kept, repr=False, compare=False)

    def headers(self, *, refused: Headers | None = None) -> Headers:
        """Return the header with the token in use, or with a new one."""
        now = self.clock()
        return self.kept.given(now, refused, lambda: (self._token(now), self.good_for_seconds))

    def _token(self, now: float) -> str:
        return jwt.encode({**self.claims, "iat": int(now)}, self.secret.told(), algorithm="HS256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A token that another address gives in exchange for a secret (OAuth 2, client credentials).

    `ask` exchanges the secret and returns the token and for how many seconds it is good. It is renewed
    `spare_seconds` before its end, or half-way where it is good for less than twice that.
    """

    ask: Callable[[], tuple[str, float]] = field(repr=False)
    spare_seconds: float = 30
    clock: Callable[[], float] = time.time
    renews: bool = True
    kept: _Kept = field(default_factory=_Kept, repr=False, compare=False)

    def headers(self, *, refused: Headers | None = None) -> Headers:
        """Return the header with the token in use, or with a new one."""
        return self.kept.given(self.clock(), refused, self._token)

    def _token(self) -> tuple[str, float]:
        token, seconds = self.ask()
        # What is no number of seconds makes the token good for this once.
        good = seconds if math.isfinite(seconds) else 0.0
        return token, max(0.0, good / 2, good - self.spare_seconds)
