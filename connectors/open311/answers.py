"""Answers of a server: the shapes that requests and errors come in."""

from __future__ import annotations

from typing import Any

from connectors.connector import SourceChangedError, SourceRefusedError
from connectors.web.client import Answer

XML_ONLY = (
    "it answers in XML only, and we read JSON. Ask who runs it whether requests.json can be switched on, "
    "or give us an export of it as a source of files."
)

_LISTS = ("service_requests", "requests", "request")
_FORBIDDEN = "403"


def listed(data: object) -> list[Any]:
    """Return the requests of an answer: a list, a list under a name as some servers put it, or a single object."""
    if isinstance(data, list):
        wrapped = bool(data) and all(_inner(one) is not None for one in data)
        return [request for one in data for request in listed(one)] if wrapped else data
    if not isinstance(data, dict):
        return [data]
    inner = _inner(data)
    if inner is not None:
        return listed(inner)
    return [data] if "service_request_id" in data else []


def plain(request: object) -> object:
    """Return a request with its values as they are: older FixMyStreet puts each into a list of its own."""
    if not isinstance(request, dict) or not isinstance(request.get("service_request_id"), list):
        return request
    return {name: one[0] if isinstance(one, list) and len(one) == 1 else one for name, one in request.items()}


def checked(data: object, *, where: str) -> list[Any]:
    """Return the requests; an error inside an answer that says all is well is raised."""
    codes = _error_codes(data)
    if codes is not None:
        raise _error(codes, where)
    if not _holds_requests(data):
        sentence = "no list of requests came. Check `url`: it is the address before /requests.json."
        raise SourceChangedError(where, sentence)
    return listed(data)


def is_xml(answer: Answer) -> bool:
    """Tell whether an answer is XML, whatever it was asked to be."""
    return answer.content_type.endswith("xml") or answer.body.lstrip()[:5] == b"<?xml"


def _inner(data: object) -> list[Any] | dict[str, Any] | None:
    """Return what a wrapping object holds under one of the names there are; None where it is no wrapping."""
    if not isinstance(data, dict) or "service_request_id" in data:
        return None
    found = (data[name] for name in _LISTS if isinstance(data.get(name), list | dict))
    return next(found, None)


def _holds_requests(data: object) -> bool:
    if not isinstance(data, dict):
        return isinstance(data, list)
    return not data or any(name in data for name in (*_LISTS, "service_request_id"))


def _error_codes(data: object) -> list[str] | None:
    """Return the codes of an answer that is an error, None where it is none; descriptions may repeat what we sent."""
    if isinstance(data, dict) and isinstance(data.get("errors"), list):
        return _codes(data["errors"])
    rows = data if isinstance(data, list) else [data]
    return _codes(rows) if rows and all(_is_error(one) for one in rows) else None


def _is_error(one: object) -> bool:
    return isinstance(one, dict) and "service_request_id" not in one and {"code", "description"} <= set(one)


def _codes(errors: list[Any]) -> list[str]:
    codes = [str(one.get("code")) for one in errors if isinstance(one, dict)]
    return [code for code in codes if code.isalnum()]


def _error(codes: list[str], where: str) -> SourceChangedError | SourceRefusedError:
    if _FORBIDDEN in codes:
        sentence = "it does not let us in (error 403). Set api_key = true and give the key, or ask for a new one."
        return SourceRefusedError(where, sentence)
    told = ", ".join(codes) or "without a code"
    return SourceChangedError(
        where, f"it answered with an error ({told}). Check `url` and the settings of this source."
    )
