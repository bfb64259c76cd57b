"""The door for Slack's calls over HTTP: small, signed and fresh, or not at all."""

import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, cast

from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp

from adapters.slack.manifest import EVENTS_PATH

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES: Final = 1 << 20
"""Slack's largest payloads are a tenth of this."""
FRESH_FOR: Final = 300


def gate(app: AsyncApp, signing_secret: str, *, now: Callable[[], float] = time.time) -> Asgi:
    """The app as ASGI. What is not Slack's own and of this minute never reaches it."""
    served = cast("Asgi", AsyncSlackRequestHandler(app, path=EVENTS_PATH))
    return Gate(served, signing_secret, now)


class Gate:
    """Reads no more than it must, compares over the raw bytes, and answers without a word."""

    def __init__(self, app: Asgi, signing_secret: str, now: Callable[[], float]) -> None:
        if not signing_secret:
            raise ValueError("A signing secret is needed: anybody could sign with an empty one.")
        self._app = app
        self._secret = signing_secret.encode()
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http" or scope["path"] != EVENTS_PATH:
            await _end(send, 404)
            return
        if scope["method"] != "POST":
            await _end(send, 405)
            return
        headers = dict(scope["headers"])
        stamp = headers.get(b"x-slack-request-timestamp", b"")
        signature = headers.get(b"x-slack-signature", b"")
        if not self._is_fresh(stamp) or not signature.startswith(b"v0="):
            await _end(send, 401)
            return
        body = await _read(receive, headers.get(b"content-length", b"0"))
        if body is None:
            await _end(send, 413)
            return
        if not hmac.compare_digest(self._sign(stamp, body), signature) or not _is_text(body):
            await _end(send, 401)
            return
        await self._app(scope, _again(body, receive), send)

    def _is_fresh(self, stamp: bytes) -> bool:
        if not stamp.isdigit() or len(stamp) > 12:
            return False
        return abs(self._now() - int(stamp)) <= FRESH_FOR

    def _sign(self, stamp: bytes, body: bytes) -> bytes:
        base = b"v0:" + stamp + b":" + body
        return b"v0=" + hmac.new(self._secret, base, hashlib.sha256).hexdigest().encode()


async def _read(receive: Receive, length: bytes) -> bytes | None:
    """The body; nothing as soon as it is known to be too long."""
    if not length.isdigit() or int(length) > MOST_BYTES:
        return None
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """What was read, to be read once more."""
    told = False

    async def replay() -> MutableMapping[str, Any]:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


async def _end(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
