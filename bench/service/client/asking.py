"""One request, and its answer as a model; what is not 2xx is an error with the service's own words."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter

from bench.service.client.errors import ServiceGoneError, refused
from bench.service.client.finding import Finder
from bench.service.models.base import Refusal
from bench.service.models.files import API

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

PATIENCE_S = 30.0


class Asking:
    """May be used from several threads. Raises ServiceRefusedError, ServiceGoneError; repeats nothing.

    What asks is loaded with the first question: a window is seen sooner.
    """

    def __init__(self, find: Finder) -> None:
        self._find = find
        self._http: httpx.Client | None = None
        self._mutex = threading.Lock()

    def close(self) -> None:
        """Let go of connections."""
        with self._mutex:
            if self._http is not None:
                self._http.close()

    def _connections(self) -> httpx.Client:
        import httpx

        with self._mutex:
            if self._http is None:
                self._http = httpx.Client(timeout=PATIENCE_S, trust_env=False)
            return self._http

    def get(self, path: str, kind: type[T], query: Mapping[str, Any] | None = None) -> T:
        """What there is."""
        return _read(self._ask("GET", path, query=query), kind)

    def content(self, path: str) -> bytes:
        """A file."""
        return self._ask("GET", path).content

    def post(self, path: str, body: BaseModel, kind: type[T], patience_s: float = PATIENCE_S) -> T:
        """Do something."""
        return _read(self._ask("POST", path, body=body, patience_s=patience_s), kind)

    def patch(self, path: str, body: BaseModel, kind: type[T]) -> T:
        """Change something."""
        return _read(self._ask("PATCH", path, body=body), kind)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: BaseModel | None = None,
        query: Mapping[str, Any] | None = None,
        patience_s: float = PATIENCE_S,
    ) -> httpx.Response:
        where = self._find()
        import httpx

        content = None if body is None else body.model_dump_json(exclude_unset=True)
        headers = {"Authorization": f"Bearer {where.token}", "Content-Type": "application/json"}
        try:
            response = self._connections().request(
                method,
                f"{where.url}{API}{path}",
                content=content,
                params=query,
                headers=headers,
                timeout=patience_s,
            )
        except httpx.HTTPError as error:
            raise ServiceGoneError(where.url, f"{type(error).__name__}: {error}") from error
        if response.is_success:
            return response
        raise refused(response.status_code, _refusal(response))


def part(text: str) -> str:
    """A part of a path, whatever it holds."""
    return quote(text, safe="")


def _read(response: httpx.Response, kind: type[T]) -> T:
    found: T = TypeAdapter(kind).validate_json(response.content)
    return found


def _refusal(response: httpx.Response) -> Refusal:
    try:
        return Refusal.model_validate_json(response.content)
    except ValueError:
        text = response.text[:200] or response.reason_phrase
        return Refusal(kind="Refused", what=f"HTTP {response.status_code}: {text}")
