"""The door for Slack's calls: small, signed and fresh, or nothing."""

import asyncio
import json
import socket
import time
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any, cast

import pytest
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from adapters.slack.gate import MOST_BYTES, Asgi, gate
from adapters.web.serving import served
from tests.slack_server import SECRET, FakeSlack

PATH = "/slack/events"
MOST_KEPT = 32 << 20
signed = FakeSlack.signed
EVENT = json.dumps({"type": "event_callback", "event": {"type": "message"}}).encode()


def app(seen: list[Any]) -> AsyncApp:
    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0", bot_token="")

    made = AsyncApp(authorize=authorize, request_verification_enabled=False)

    @made.middleware
    async def keep(body: dict[str, Any], next: Any) -> BoltResponse:  # noqa: A002 - bolt looks for this name
        seen.append(body)
        return BoltResponse(status=200, body="")

    return made


@asynccontextmanager
async def at_the_door(seen: list[Any]) -> AsyncIterator[int]:
    async with served(gate(app(seen), SECRET), "127.0.0.1", 0) as port:
        yield port


async def status(port: int, body: bytes, headers: dict[str, str], path: str = PATH) -> int:
    """What the door answers, read byte by byte as it comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"POST {path} HTTP/1.1", "Host: a.example", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if "Content-Length" not in headers:
        lines.append(f"Content-Length: {len(body)}")
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
    try:
        answer = await asyncio.wait_for(reader.readline(), 5)
        return int(answer.split()[1])
    finally:
        writer.close()


def knock(body: bytes, headers: dict[str, str], path: str = PATH) -> tuple[int, list[Any]]:
    seen: list[Any] = []

    async def run() -> int:
        async with at_the_door(seen) as port:
            return await status(port, body, headers, path)

    return asyncio.run(run()), seen


@pytest.fixture(scope="module")
def slack() -> FakeSlack:
    return FakeSlack()


def test_what_slack_signed_comes_in(slack: FakeSlack) -> None:
    answer, seen = knock(EVENT, slack.signed(EVENT))
    assert (answer, len(seen)) == (200, 1)


@pytest.mark.parametrize(
    ("what", "headers"),
    [
        ("unsigned", lambda slack: {}),
        ("forged", lambda slack: slack.signed(EVENT, secret="another")),
        ("signed for other words", lambda slack: slack.signed(b"{}")),
        ("replayed", lambda slack: slack.signed(EVENT, at=time.time() - 301)),
        ("from the future", lambda slack: slack.signed(EVENT, at=time.time() + 360)),
        (
            "with letters for a time",
            lambda slack: {**slack.signed(EVENT), "X-Slack-Request-Timestamp": "abc"},
        ),
        (
            "with a time without end",
            lambda slack: {**slack.signed(EVENT), "X-Slack-Request-Timestamp": "9" * 5000},
        ),
        (
            "with a signature that is no ASCII",
            lambda slack: {**slack.signed(EVENT), "X-Slack-Signature": "v0=\xe9"},
        ),
        (
            "with half a signature",
            lambda slack: {
                **slack.signed(EVENT),
                "X-Slack-Signature": slack.signed(EVENT)["X-Slack-Signature"][:30],
            },
        ),
    ],
)
def test_what_slack_did_not_sign_just_now_is_refused(
    slack: FakeSlack, what: str, headers: Any
) -> None:
    answer, seen = knock(EVENT, headers(slack))
    assert (what, answer, seen) == (what, 401, [])


def test_a_body_that_is_no_text_is_refused(slack: FakeSlack) -> None:
    body = b"\xff\xfe\x00"
    assert knock(body, slack.signed(body)) == (401, [])


def test_a_body_that_says_it_is_too_long_is_not_read(slack: FakeSlack) -> None:
    headers = {**slack.signed(EVENT), "Content-Length": str(MOST_BYTES + 1)}
    assert knock(b"", headers) == (413, [])


def test_another_path_is_not_there(slack: FakeSlack) -> None:
    assert knock(EVENT, slack.signed(EVENT), "/elsewhere") == (404, [])


def test_a_door_without_a_secret_is_not_made() -> None:
    with pytest.raises(ValueError, match="signing secret"):
        gate(app([]), "")


@pytest.mark.parametrize("headers_of", [lambda slack: {}, lambda slack: slack.signed(EVENT)])
def test_300_mebibytes_leave_the_memory_as_it_was(slack: FakeSlack, headers_of: Any) -> None:
    seen: list[Any] = []
    answer, most = flooded(gate(app(seen), SECRET), headers_of(slack), mebibytes=300)
    assert answer in (401, 413)
    assert most < MOST_KEPT
    assert seen == []


def test_a_door_without_a_gate_is_found_out(slack: FakeSlack) -> None:
    bare = cast("Asgi", AsyncSlackRequestHandler(app([]), path=PATH))
    _, most = flooded(bare, {}, mebibytes=64)
    assert most > MOST_KEPT


def flooded(door: Asgi, headers: dict[str, str], *, mebibytes: int) -> tuple[int, int]:
    """What a door answers to so many MiB, and how many bytes it held of them at once."""

    async def flood() -> int:
        async with served(door, "127.0.0.1", 0) as port:
            return await asyncio.to_thread(_flood, port, headers, mebibytes)

    tracemalloc.start()
    try:
        return asyncio.run(flood()), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _flood(port: int, headers: dict[str, str], mebibytes: int) -> int:
    """Send them without saying how many; read what comes back when the door closes."""
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as line:
        said = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        start = f"POST {PATH} HTTP/1.1\r\nHost: a\r\n{said}Transfer-Encoding: chunked\r\n\r\n"
        line.sendall(start.encode())
        try:
            for _ in range(mebibytes):
                line.sendall(chunk)
            line.sendall(b"0\r\n\r\n")
        except OSError:
            pass
        return int(line.recv(64).split()[1])
