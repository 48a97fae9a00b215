"""The gate before every request: this computer only, no foreign web page, a token, a role, a size, a rate.

Pure ASGI, so that WebSockets pass through the same gate. What is checked, in this order: the Host header
names this computer (a page that rebinds its name to 127.0.0.1 is refused); there is no Origin but our own;
the body is at most LARGEST; the token is one of ours; its role may do this; at most RATE requests a second.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException

from bench.core import wall
from bench.service.models.base import Refusal
from bench.service.tokens import Role, Tokens

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST = 1_000_000
"""Bytes of the body of a request."""
RATE = 200.0
"""Requests a second, in the mean, for each token; BURST at once."""
BURST = 400.0
STRANGERS = 5.0
"""Requests a second without a right token, from everybody together."""
URGENT = ("/safe", "/abort")
"""Never refused for their number: the way to the off switch is not rationed."""
_LOOKING = ("GET", "HEAD", "OPTIONS")
_OURS = ("127.0.0.1", "localhost", "[::1]")


class Bucket:
    """At most `rate` a second in the mean, `burst` at once."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._at = burst, wall.now()

    def take(self) -> bool:
        """Whether one more is allowed now."""
        now = wall.now()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class Gate:
    """See the module. Puts the role of the token into the scope as `bench.role`."""

    def __init__(self, app: App, tokens: Tokens, hosts: frozenset[str]) -> None:
        self._app = app
        self._tokens = tokens
        self._hosts = hosts
        self._origins = frozenset(f"http://{host}" for host in hosts)
        self._buckets: dict[Role | None, Bucket] = {
            "view": Bucket(RATE, BURST),
            "operate": Bucket(RATE, BURST),
            None: Bucket(STRANGERS, 2 * STRANGERS),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or one WebSocket."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = _headers(scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _refuse(scope, receive, send, *refusal)
            return
        if scope["type"] == "http":
            receive = _Bounded(receive).receive
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, headers: dict[str, list[str]]) -> tuple[int, Refusal] | None:
        """Status and reason, None for who may pass."""
        if [host.lower() for host in headers.get("host", [])] not in [[host] for host in self._hosts]:
            return _no(403, "this service answers on this computer only, by 127.0.0.1 or localhost")
        if any(origin not in self._origins for origin in headers.get("origin", [])):
            return _no(403, "a page of another web site may not use this service")
        if _length(headers) > LARGEST:
            return _no(413, f"the request is larger than {LARGEST} bytes", "send less at once")
        role = self._role(headers)
        if role is None:
            return self._stranger()
        scope["bench.role"] = role
        return self._by_role(role, str(scope["path"]), str(scope.get("method", "GET")))

    def _stranger(self) -> tuple[int, Refusal]:
        if not self._buckets[None].take():
            return _no(429, "too many requests without a valid token", "wait a second")
        return _no(401, "the token is missing or wrong", "send 'Authorization: Bearer TOKEN'")

    def _by_role(self, role: Role, path: str, method: str) -> tuple[int, Refusal] | None:
        if role != "operate" and method not in _LOOKING:
            return _no(403, "this token may only look", "use the token for operating")
        if not path.endswith(URGENT) and not self._buckets[role].take():
            return _no(429, f"more than {RATE:g} requests a second", "wait a second, or follow /live")
        return None

    def _role(self, headers: dict[str, list[str]]) -> Role | None:
        given = headers.get("authorization", [])
        if len(given) != 1:
            return None
        scheme, _, token = given[0].partition(" ")
        return self._tokens.role_of(token.strip()) if scheme.lower() == "bearer" else None


class _Bounded:
    """Counts a body whose length nobody announced."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._size = 0

    async def receive(self) -> MutableMapping[str, Any]:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > LARGEST:
            raise HTTPException(413, f"the request is larger than {LARGEST} bytes")
        return message


def hosts_of(port: int) -> frozenset[str]:
    """What a Host header may say."""
    return frozenset(f"{name}:{port}" for name in _OURS)


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _length(headers: dict[str, list[str]]) -> int:
    text = headers.get("content-length", ["0"])[0]
    return int(text) if text.isdecimal() else 0


def _no(status: int, what: str, remedy: str | None = None) -> tuple[int, Refusal]:
    return status, Refusal(kind="Refused", what=what, state="nothing was done", remedy=remedy)


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, refusal: Refusal) -> None:
    body = json.dumps(refusal.model_dump()).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if status == 429:
        headers.append((b"retry-after", b"1"))
    if scope["type"] == "websocket":
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008, "reason": refusal.what})
            return
        await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": body})
        return
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
