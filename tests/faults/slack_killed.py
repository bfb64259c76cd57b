"""A bot on Slack in a process of its own, killed at a chosen point, and started again."""

import asyncio
import contextlib
import json
import multiprocessing
import os
import shutil
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from adapters.slack import app as slack_app
from adapters.slack.chat import SlackChat
from adapters.slack.desk import Desk
from adapters.slack.workspace import Pace, Workspace, opened
from bot.liaison import Liaison
from storage.models import Delivery, Message, Progress
from tests.faults.killed import PRELOADED
from tests.house import START, pipeline, policy
from tests.slack_house import JOINT, SOCKET, doors, furnished, people, store_in, user
from tests.slack_server import BOT_TOKEN, FakeSlack

FASTER = 30
"""The clock of the story runs so much faster than ours: a dead process's lease ends soon."""
SOON = timedelta(seconds=5)
PATIENCE = 60.0

BEFORE_STORE, BEFORE_ACK = "before it stores", "before it acknowledges"
BEFORE_SEND, AFTER_SEND = "before it sends", "after it has sent"
POINTS = (BEFORE_STORE, BEFORE_ACK, BEFORE_SEND, AFTER_SEND)
HASTY, FORGETFUL = "acknowledges first", "never reads back"


def survive(folder: Path, point: str, *, careless: str = "") -> list[str]:
    """Kill it at *point* while it hears one message; returns all that is wrong in the end."""
    shutil.copytree(furnished(), folder, dirs_exist_ok=True)
    (folder / "began.json").write_text(json.dumps(time.time()))
    return asyncio.run(_survive(folder, point, careless))


async def _survive(folder: Path, point: str, careless: str) -> list[str]:
    # A minute later, Slack tells again; here that is a moment.
    async with FakeSlack(
        now=lambda: _clock(folder)().timestamp(), ack_within=1.0, retries_after=(0.3,) * 100
    ) as slack:
        for who, team in people(folder):
            slack.person(user(who), who, team=team)
        slack.channel(JOINT, *(user(who) for who in ("ada", "aron", "bela", "bruno")))
        first = await _started(slack, folder, point, careless)
        saying = asyncio.create_task(slack.says(user("ada"), JOINT, "Plate XX00 TST, grey van"))
        await slack.until(lambda: not first.is_alive(), PATIENCE)
        second = await _started(slack, folder, "", careless)
        ts = await asyncio.wait_for(saying, PATIENCE)
        told_at = time.time()
        await slack.until(lambda: (folder / "idle").stat().st_mtime > told_at + 1, PATIENCE)
        os.kill(second.pid or 0, signal.SIGKILL)
        await asyncio.to_thread(second.join)
        return _wrong(folder, slack, ts, first.exitcode)


def _wrong(folder: Path, slack: FakeSlack, ts: str, exitcode: int | None) -> list[str]:
    found = [] if exitcode == -signal.SIGKILL else [f"it was not killed: {exitcode}"]
    with contextlib.closing(store_in(folder)) as store, store.reading() as session:
        kept = session.scalar(select(func.count()).where(Message.event == ts))
    if kept != 1:
        found.append(f"the message is kept {kept} times")
    cards = [each for each in slack.posts(JOINT) if each.get("thread_ts") == ts]
    if len(cards) != 1:
        found.append(f"the card was said {len(cards)} times")
    asked = slack.posts(slack.direct(user("bruno")).id)
    if len(asked) != 1:
        found.append(f"the question was said {len(asked)} times")
    return found


async def _started(slack: FakeSlack, folder: Path, point: str, careless: str) -> BaseProcess:
    (folder / "idle").touch()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    child = context.Process(target=live, args=(folder, slack.api, point, careless))
    child.start()
    await slack.until(lambda: len(slack.sockets) == 2, PATIENCE)
    return child


def live(folder: Path, api: str, point: str, careless: str) -> None:
    """One life of the bot, which ends at *point*, or when it is ended."""
    with pytest.MonkeyPatch.context() as patch:
        _arm(patch, folder, point)
        if careless == HASTY:
            patch.setattr(slack_app._Ear, "hear", _hasty(slack_app._Ear.hear))
        elif careless == FORGETFUL:
            patch.setattr(SlackChat, "find_said", _forgetful)
        asyncio.run(_live(folder, api))


async def _live(folder: Path, api: str) -> None:
    async with AsyncExitStack() as stack:
        workspace = await stack.enter_async_context(
            opened(BOT_TOKEN, api, pace=Pace(per_second=1000))
        )
        chat = SlackChat(workspace)
        liaison = Liaison(
            store_in(folder),
            extract=pipeline().read,
            clock=_clock(folder),
            policy=policy(),
            chats=[chat],
        )
        app = slack_app.slack_app(liaison, workspace, chat, Desk(liaison, workspace, chat))
        await liaison.work()  # The announcements are no part of the story.
        slack: Any = _Elsewhere()
        async with doors(slack, app, SOCKET):
            while True:
                await liaison.work()
                if await liaison.read(lambda session: _waits(session, liaison.now())):
                    await asyncio.sleep(0.02)
                    continue
                (folder / "idle").touch()
                await asyncio.sleep(0.05)


class _Elsewhere:
    """Slack is in the process that started us."""

    async def until(self, _look: Callable[[], Any]) -> None:
        return


def _arm(patch: pytest.MonkeyPatch, folder: Path, point: str) -> None:
    hear, say, ask = Liaison.hear, SlackChat.say, Workspace.ask

    async def heard(self: Liaison, *args: Any, **more: Any) -> None:
        _die_at(point, BEFORE_STORE)
        await hear(self, *args, **more)
        _die_at(point, BEFORE_ACK)

    async def said(self: SlackChat, key: str, *args: Any, **more: Any) -> str:
        if key.startswith("card:"):
            _die_at(point, BEFORE_SEND)
        return await say(self, key, *args, **more)

    async def asked(self: Workspace, method: str, **arguments: Any) -> dict[str, Any]:
        answer = await ask(self, method, **arguments)
        if method == "chat.postMessage" and arguments.get("thread_ts"):
            _die_at(point, AFTER_SEND)
        return answer

    patch.setattr(Liaison, "hear", heard)
    patch.setattr(SlackChat, "say", said)
    patch.setattr(Workspace, "ask", asked)


def _die_at(point: str, here: str) -> None:
    if point == here:
        os.kill(os.getpid(), signal.SIGKILL)


def _hasty(hear: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The control: acknowledge at once, and keep it a moment later."""

    async def later(self: Any, body: Any) -> None:
        async def keep() -> None:
            await asyncio.sleep(0.2)
            await hear(self, body)

        self._workspace.later(keep())

    return later


async def _forgetful(*_: Any, **__: Any) -> None:
    """The control: what was said before is never found."""


def _waits(session: Any, now: datetime) -> bool:
    unread = select(func.count()).where(Message.progress == Progress.PENDING)
    unsaid = select(func.count()).where(
        Delivery.progress == Progress.PENDING, Delivery.due_at <= now + SOON
    )
    return bool(session.scalar(unread) or session.scalar(unsaid))


def _clock(folder: Path) -> Callable[[], datetime]:
    began: float = json.loads((folder / "began.json").read_text())
    return lambda: START + timedelta(seconds=FASTER * (time.time() - began))
