"""The token: Signalen gives none itself, the identity provider (OIDC) beside it does, often on another host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from connectors.connector import SourceChangedError, SourceRefusedError
from connectors.web.access import Granted
from connectors.web.client import Answer, Limits, Web
from connectors.web.reach import Origin
from connectors.web.secret import Secret

_FORM = "application/x-www-form-urlencoded"
_PARTS_OF_A_TOKEN = 3
_UNTOLD_SECONDS = 60
_WRONG_QUESTION = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who we are at the identity provider; `scope` only where it asks for one."""

    url: str
    name: str
    secret: Secret
    limits: Limits
    scope: str | None = None

    def access(self) -> Granted:
        """Return access with tokens of this client, asked for anew when the last runs out."""
        origin = Origin.of(self.url)
        folder, _, last = origin.path.rpartition("/")
        web = Web(origin=replace(origin, path=folder), limits=self.limits)
        return Granted(ask=lambda: self._granted(web, last))

    def _granted(self, web: Web, path: str) -> tuple[str, float]:
        fields = {
            "grant_type": "client_credentials",
            "client_id": self.name,
            "client_secret": self.secret.told(),
            **({"scope": self.scope} if self.scope else {}),
        }
        try:
            answer = web.post(path, urlencode(fields).encode(), content_type=_FORM, told="token")
        except SourceChangedError as error:
            if error.status != _WRONG_QUESTION:
                raise
            # OAuth 2 says "wrong client" with 400 as well as with 401.
            sentence = (
                "it gives us no token (HTTP 400). Renew the secret of this source, or check `client_id`, `scope`."
            )
            raise SourceRefusedError(error.where, sentence, status=error.status, code=error.code) from error
        return _token(answer)


def _token(answer: Answer) -> tuple[str, float]:
    told: Mapping[str, object] = answer.data if isinstance(answer.data, dict) else {}
    token, seconds = told.get("access_token"), told.get("expires_in")
    # Signalen answers HTTP 500 to a token that is no JWT: it is better told here.
    if not isinstance(token, str) or len(token.split(".")) != _PARTS_OF_A_TOKEN:
        sentence = (
            "no token came that Signalen can read: a JWT has three parts with points between. "
            "Check `token_url`, `client_id` and `scope` of this source."
        )
        raise SourceChangedError(answer.where, sentence)
    return token, float(seconds) if isinstance(seconds, int | float) else _UNTOLD_SECONDS
