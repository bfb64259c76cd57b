"""What an event from Slack costs until it is kept and acknowledged, beside a bare bolt app.

python -m benchmarks.slack [--events 3000] [--waiting 32]

Slack is played by another process than the one measured. Both apps run in the same minutes, one
after the other, in both modes; the bare one verifies as bolt does, listens and does nothing.
"""

import argparse
import asyncio
import multiprocessing
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters.slack.app import slack_app
from adapters.slack.chat import SlackChat
from adapters.slack.desk import Desk
from adapters.slack.gate import gate
from adapters.slack.manifest import EVENTS_PATH
from adapters.slack.sockets import Sockets
from adapters.slack.workspace import opened
from adapters.web.serving import served
from bot.followup.deadlines import load_policy
from bot.liaison import Liaison
from nlp.pipeline import Reading
from tests.house import START
from tests.slack_house import HTTP, JOINT, MODES, SOCKET, furnished, people, store_in, user
from tests.slack_server import APP_TOKEN, BOT_TOKEN, SECRET, TEAM, FakeSlack

WARM_UP = 200
LIAISON, BARE = "Liaison: verified, kept, acknowledged", "bare bolt: verified, acknowledged"


@dataclass(frozen=True, slots=True)
class Measured:
    """So many events, what they cost the process under test, and how long each waited."""

    events: int
    cpu_seconds: float
    seconds: float
    waits: list[float]

    @property
    def a_core_second(self) -> float:
        return self.events / self.cpu_seconds

    @property
    def p99(self) -> float:
        return 1000 * statistics.quantiles(self.waits, n=100)[98]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.slack")
    parser.add_argument("--events", type=int, default=3000)
    parser.add_argument("--waiting", type=int, default=32, help="so many at the same time")
    given = parser.parse_args()
    table = Table("mode", "app", "events/s and core", "events/s", "ack p50 ms", "ack p99 ms")
    for mode in MODES:
        for name in (BARE, LIAISON):
            found = asyncio.run(_measured(mode, name, given.events, given.waiting))
            table.add_row(
                mode,
                name,
                f"{found.a_core_second:,.0f}",
                f"{found.events / found.seconds:,.0f}",
                f"{1000 * statistics.median(found.waits):.1f}",
                f"{found.p99:.1f}",
            )
    console = Console(width=110)
    console.print(table)
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")


async def _measured(mode: str, name: str, events: int, waiting: int) -> Measured:
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as folder:
        shutil.copytree(furnished(), folder, dirs_exist_ok=True)
        async with FakeSlack(retries_after=()) as slack:
            for who, team in people(Path(folder)):
                slack.person(user(who), who, team=team)
            slack.channel(JOINT, user("ada"))
            ours, theirs = multiprocessing.get_context("spawn").Pipe()
            child = multiprocessing.get_context("spawn").Process(
                target=_serve, args=(theirs, mode, name, slack.api, folder)
            )
            child.start()
            port = await asyncio.to_thread(ours.recv)
            if mode == HTTP:
                slack.events_url = f"http://127.0.0.1:{port}{EVENTS_PATH}"
            await _send(slack, WARM_UP, waiting)
            before = await _asked(ours)
            began = time.perf_counter()
            waits = await _send(slack, events, waiting)
            seconds = time.perf_counter() - began
            cpu = await _asked(ours) - before
            ours.send(None)
            await asyncio.to_thread(child.join)
            return Measured(events, cpu, seconds, waits)


async def _send(slack: FakeSlack, events: int, waiting: int) -> list[float]:
    """Deliver so many events; how long each waited for its acknowledgement."""
    place, ada = slack.channels[JOINT], slack.people[user("ada")]
    left, waits = iter(range(events)), []

    async def send() -> None:
        for number in left:
            message = slack._message(ada, {"text": f"round {number} done, nothing to see here"})
            event = {**message, "channel": JOINT, "channel_type": "channel"}
            began = time.perf_counter()
            assert await slack.deliver(slack.envelope(place, event))
            waits.append(time.perf_counter() - began)

    await asyncio.gather(*(send() for _ in range(waiting)))
    return waits


async def _asked(line: Connection) -> float:
    """How much processor time the process under test has used."""
    line.send("cpu")
    told: float = await asyncio.to_thread(line.recv)
    return told


def _serve(line: Connection, mode: str, name: str, api: str, folder: str) -> None:
    asyncio.run(_served(line, mode, name, api, Path(folder)))


async def _served(line: Connection, mode: str, name: str, api: str, folder: Path) -> None:
    async with _app(name, api, folder) as app:
        if mode == SOCKET:
            sockets = Sockets(app, APP_TOKEN, apart=0.0)
            await sockets.open()
            await _answer(line, 0)
            await sockets.close()
            return
        door = AsyncSlackRequestHandler(app) if name == BARE else gate(app, SECRET)
        async with served(door, "127.0.0.1", 0) as port:  # type: ignore[arg-type]  # bolt types its scope
            await _answer(line, port)


async def _answer(line: Connection, port: int) -> None:
    line.send(port)
    while await asyncio.to_thread(line.recv) is not None:
        line.send(time.process_time())


@asynccontextmanager
async def _app(name: str, api: str, folder: Path) -> AsyncIterator[AsyncApp]:
    if name == BARE:
        yield _bare(api)
        return
    store = store_in(folder)
    async with opened(BOT_TOKEN, api) as workspace:
        chat = SlackChat(workspace)
        liaison = Liaison(
            store,
            extract=lambda texts: [Reading(()) for _ in texts],
            clock=lambda: START,
            policy=load_policy(),
            chats=[chat],
        )
        yield slack_app(liaison, workspace, chat, Desk(liaison, workspace, chat))
        await liaison.close()
    store.close()


def _bare(api: str) -> AsyncApp:
    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token="xoxb-x")

    app = AsyncApp(authorize=authorize, signing_secret=SECRET)
    app.client.base_url = api

    @app.event("message")
    async def heard() -> None:
        pass

    return app


if __name__ == "__main__":
    main()
