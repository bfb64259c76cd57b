"""The practice world on a Slack of our own: Alder and Birch at home there, Cedar a guest."""

import asyncio
import atexit
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy.orm import Session

from adapters.slack.app import slack_app
from adapters.slack.chat import SlackChat
from adapters.slack.desk import Desk
from adapters.slack.gate import gate
from adapters.slack.manifest import EVENTS_PATH, SCOPES
from adapters.slack.sockets import Sockets
from adapters.slack.workspace import Pace, Workspace, opened
from adapters.web.serving import served
from bot import practice
from bot.conversation import rooms
from bot.exercise import World, read_world, settle_in
from bot.liaison import Liaison, Settings
from bot.wording.slack import WORKING
from storage.database import Store, open_store, upgrade
from tests.house import START, pipeline, policy
from tests.slack_server import (
    APP_TOKEN,
    BOT_TOKEN,
    SECRET,
    TEAM,
    FakeSlack,
    Json,
    labels,
    said_in,
)

T = TypeVar("T")

GUESTS = "T0CEDAR"
JOINT, THREE = "C0JOINT", "C0THREE"
MOMENT = timedelta(seconds=2)
SOCKET, HTTP = "socket", "http"
MODES = (SOCKET, HTTP)


def user(who: str) -> str:
    """What Slack calls somebody."""
    return f"U0{who.upper()}"


class SlackHouse:
    """Tests read like a transcript. Everything waits until the liaison has nothing left to do."""

    def __init__(
        self, folder: Path, mode: str = SOCKET, *, scopes: tuple[str, ...] = SCOPES
    ) -> None:
        structlog.reset_defaults()  # An earlier test's standard error may be closed by now.
        self.now = START
        self.folder = folder
        self.mode = mode
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self.slack: FakeSlack
        self.liaison: Liaison
        self.workspace: Workspace
        self.wait(self._open(scopes))

    def says(self, who: str, text: str, channel: str = JOINT, *, thread: str | None = None) -> str:
        """Somebody says something in a channel, or ("private") to the bot. Returns the ts."""
        ts = self.wait(self.slack.says(user(who), self.at(who, channel), text, thread=thread))
        self.passes()
        return ts

    def private(self, who: str) -> list[str]:
        """What the bot has said to somebody alone."""
        return self.said(self.slack.direct(user(who)).id)

    def said(self, channel: str = JOINT) -> list[str]:
        """What the bot has said in a channel, as it reads now."""
        posts = {each["ts"] for each in self.slack.posts(channel)}
        place = self.slack.channels[channel]
        reads = self.slack.reads(place.members[0], channel)
        told = [each for each in place.messages if not each.get("files")]
        return [text for message, text in zip(told, reads, strict=True) if message["ts"] in posts]

    def newest(self, channel: str = JOINT) -> Json:
        return self.slack.posts(channel)[-1]

    def taps(self, who: str, label: str, channel: str = "private") -> str:
        """Tap the newest button so called under what the bot said. Returns what a modal shows."""
        where = self.at(who, channel)
        for post in reversed(self.slack.posts(where)):
            if label in labels(post.get("blocks", [])):
                return self._shown(self.slack.taps(user(who), where, post["ts"], label))
        raise LookupError(f'Nothing in {where} reads "{label}".')

    def taps_in(self, who: str, label: str) -> str:
        """Tap a button in the modal that is open."""
        return self._shown(self.slack.taps_in(user(who), self.modal, label))

    def sends(self, who: str, **values: Any) -> str:
        """Send the modal that is open. Returns what it shows then, or what is wrong with it."""
        answer = self.wait(self.slack.submits(user(who), self.modal, **values))
        self.passes()
        if answer.get("response_action") == "errors":
            return "; ".join(answer["errors"].values())
        return said_in(self.modal) if self.slack.views else ""

    def commands(self, who: str, text: str, channel: str = JOINT) -> str:
        """Give a slash command. Returns what is shown to whoever gave it."""
        answer = self.wait(self.slack.commands(user(who), self.at(who, channel), text))
        self.passes()
        shown = said_in(answer) if answer else ""
        # A slow machine answers late, as it does to a person.
        return said_in(self.slack.ephemerals[-1]) if shown == WORKING else shown

    def uses(self, who: str, shortcut: str, ts: str) -> None:
        """Use a shortcut on a message: a form opens."""
        self.wait(self.slack.uses_shortcut(user(who), shortcut, JOINT, ts))
        self.passes()

    def home(self, who: str) -> str:
        """What somebody reads on the app's home."""
        self.wait(self.slack.opens_home(user(who)))
        self.wait(self.workspace.idle())
        return said_in(self.slack.homes[user(who)])

    @property
    def modal(self) -> Json:
        return list(self.slack.views.values())[-1]

    def passes(self, length: timedelta = MOMENT, **more: float) -> None:
        """Time goes by: everything due is done at its own moment."""
        self.wait(self._passes(timedelta(**more) if more else length))

    def change_room(self, address: str = JOINT, **values: object) -> None:
        """The directory says something else of a channel from now on."""

        def verb(session: Session) -> None:
            room = rooms.at(session, "slack", address)
            for name, value in values.items():
                setattr(room, name, value)

        self.wait(self.liaison.do(verb))

    def restarts(self) -> None:
        """End the process and start it anew; Slack goes on."""
        self.wait(self._stack.aclose())
        self.wait(self._start())

    def at(self, who: str, channel: str) -> str:
        return self.slack.direct(user(who)).id if channel == "private" else channel

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def close(self) -> None:
        self.wait(self._stack.aclose())
        self.wait(self.slack.__aexit__(None, None, None))
        self._runner.close()

    def _shown(self, tap: Coroutine[Any, Any, Any]) -> str:
        before = {number: id(view) for number, view in self.slack.views.items()}
        self.wait(tap)
        self.passes()
        after = {number: id(view) for number, view in self.slack.views.items()}
        return said_in(self.modal) if after != before else ""

    async def _open(self, scopes: tuple[str, ...]) -> None:
        slack = FakeSlack(now=lambda: self.now.timestamp(), scopes=scopes)
        self.slack = await slack.__aenter__()
        await self._start(is_first=True)

    async def _start(self, *, is_first: bool = False) -> None:
        self._stack = AsyncExitStack()
        self.workspace = await self._stack.enter_async_context(
            opened(BOT_TOKEN, self.slack.api, pace=Pace(per_second=1000))
        )
        if is_first:
            shutil.copytree(furnished(), self.folder, dirs_exist_ok=True)
        store = store_in(self.folder)
        self._stack.callback(store.close)
        chat = SlackChat(self.workspace)
        self.liaison = Liaison(
            store,
            extract=pipeline().read,
            clock=lambda: self.now,
            policy=policy(),
            chats=[chat],
            settings=Settings(),
        )
        self._stack.push_async_callback(self.liaison.close)
        if is_first:
            await self._furnish()
        desk = Desk(self.liaison, self.workspace, chat)
        app = slack_app(self.liaison, self.workspace, chat, desk)
        await self._stack.enter_async_context(doors(self.slack, app, self.mode))
        await self._passes(MOMENT)

    async def _furnish(self) -> None:
        for who in people(self.folder):
            name, home = who
            self.slack.person(user(name), name, team=home)
        invited = await self.liaison.read(lambda session: practice.guests(session, "slack"))
        for address, accounts in invited.items():
            self.slack.channel(address, *(account.user for account in accounts))

    async def _passes(self, length: timedelta) -> None:
        end = self.now + length
        await self._work()
        while True:
            due = await self.liaison.next_due_at()
            if due is None or due > end:
                break
            self.now = min(max(due, self.now + timedelta(milliseconds=100)), end)
            await self._work()
            if self.now >= end:
                break
        self.now = end
        await self._work()

    async def _work(self) -> None:
        await self.liaison.work()
        await self.workspace.idle()
        await self.slack.settle()


@cache
def furnished() -> Path:
    """A folder with the house as everybody moves in: furnished once, copied for each story."""
    folder = Path(tempfile.mkdtemp(prefix="liaison-slack-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with closing(store_in(folder)) as store:
        upgrade(store.engine)
        with store.begin() as session:
            settle_in(session, world(folder), now=START)
    return folder


def store_in(folder: Path) -> Store:
    return open_store(
        f"sqlite:///{folder}/liaison.db",
        keyring_url=f"sqlite:///{folder}/keyring.db",
        master=b"rehearsal only, never for keeps!",
    )


@asynccontextmanager
async def doors(slack: FakeSlack, app: Any, mode: str) -> AsyncIterator[None]:
    """Let Slack's events in, by sockets or by HTTP."""
    if mode == HTTP:
        async with served(gate(app, SECRET), "127.0.0.1", 0) as port:
            slack.events_url = f"http://127.0.0.1:{port}{EVENTS_PATH}"
            yield
        return
    sockets = Sockets(app, APP_TOKEN, apart=0.0)
    await sockets.open()
    try:
        await slack.until(lambda: len(slack.sockets) == 2)
        yield
    finally:
        await sockets.close()


def world(folder: Path) -> World:
    """The practice world with Slack's names for people and channels."""
    here = resources.files("adapters.practice")
    directory = folder / "directory.toml"
    directory.write_text(_on_slack((here / "directory.toml").read_text("utf-8")), "utf-8")
    with resources.as_file(here / "world.toml") as cases:
        return read_world(directory, cases)


def _on_slack(text: str) -> str:
    def account(found: re.Match[str]) -> str:
        home = GUESTS if found[1].startswith(("c", "opal")) else TEAM
        return f'platform = "slack", home = "{home}", user = "{user(found[1])}"'

    text = re.sub(r'platform = "practice", home = "practice", user = "(\w+)"', account, text)
    text = text.replace('platform = "practice"', 'platform = "slack"')
    return text.replace("#joint-harbour", JOINT).replace("#three-desks", THREE)


def people(folder: Path) -> list[tuple[str, str]]:
    text = (folder / "directory.toml").read_text("utf-8")
    found = re.findall(r'home = "(\w+)", user = "U0(\w+)"', text)
    return [(name.lower(), home) for home, name in found]


def moment(now: datetime, **later: float) -> int:
    """A moment as Slack's pickers name it."""
    return int((now + timedelta(**later)).timestamp())
