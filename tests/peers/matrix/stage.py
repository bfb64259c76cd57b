"""The bot on a real homeserver, with people around it."""

import asyncio
import secrets
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from adapters.matrix import credentials as secrets_file
from adapters.matrix import opening
from adapters.matrix.credentials import Credentials
from adapters.matrix.homeserver import path
from adapters.matrix.listening import Listening
from adapters.matrix.opening import Opened
from adapters.matrix.speaking import Manners, MatrixChat
from adapters.timer import Heartbeat
from bot.conversation.messages import AccountRef
from bot.conversation.ports import Extract
from bot.errors import ConfigError
from bot.exercise import read_world, settle_in
from bot.followup.deadlines import load_policy
from bot.liaison import Liaison
from nlp.pipeline import Reading, Text
from storage import sealing
from storage.database import Store, open_store, upgrade
from storage.models import Message
from tests.peers.matrix.link import Link
from tests.peers.matrix.people import Person
from tests.peers.matrix.synapse import PASSWORD, Synapse

T = TypeVar("T")
HERE = Path(__file__).parent
SOON = 15.0
CHOICES = "\n\n"


class Bot:
    """The real liaison with the real adapter, which can be ended and started again."""

    def __init__(self, folder: Path, *, extract: Extract | None = None) -> None:
        self.folder = folder
        self.extract = extract or _read_nothing
        self.credentials: Credentials
        self.manners = Manners()
        self.store: Store
        self.liaison: Liaison
        self.opened: Opened
        self.listening: Listening
        self.ahead = timedelta()
        """By how much the bot's clock is ahead."""
        self.works = False
        """Whether it understands and delivers of itself, as it does where it runs."""
        self._heart: Heartbeat | None = None
        self.task: asyncio.Task[None] | None = None

    @classmethod
    async def arrives(
        cls,
        synapse: Synapse,
        folder: Path,
        *,
        address: str = "",
        manners: Manners | None = None,
        extract: Extract | None = None,
        name: str = "liaison",
    ) -> "Bot":
        """A new account for the bot, logged in and vouched for."""
        bot = cls(folder, extract=extract)
        user = synapse.register(f"{name}-{secrets.token_hex(3)}")
        told = await opening.log_in(synapse.address, user, PASSWORD)
        bot.credentials = opening.made(address or synapse.address, told, told["access_token"])
        secrets_file.write(folder / "matrix.secrets", bot.credentials)
        bot.manners = manners or Manners()
        bot.open_store()
        upgrade(bot.store.engine)
        await bot.begins(password=PASSWORD)
        return bot

    @property
    def user(self) -> str:
        return str(self.credentials.user)

    @property
    def chat(self) -> MatrixChat:
        return self.opened.chat

    def open_store(self) -> None:
        self.store = open_store(
            f"sqlite:///{self.folder}/liaison.db",
            keyring_url=f"sqlite:///{self.folder}/keyring.db",
            master=b"for tests only, never for keeps!",
        )

    async def begins(self, *, password: str | None = None, within: float = SOON) -> None:
        self.opened = await opening.opened(
            self.credentials, self.folder / "matrix", self.manners, password=password
        )
        self.liaison = Liaison(
            self.store,
            extract=self.extract,
            clock=lambda: datetime.now(UTC) + self.ahead,
            policy=load_policy(),
            chats=[self.chat],
        )
        self.listening = self.opened.listening(self.liaison)
        self.task = asyncio.create_task(self.listening.run())
        await asyncio.wait_for(self.listening.is_caught_up.wait(), within)
        if self.works:
            await self.goes_to_work()

    async def goes_to_work(self) -> None:
        """Understand and deliver from now on."""
        self.works = True
        self._heart = Heartbeat(self.liaison)
        self._heart.start()

    async def settles_in(self, room: str, *, ada: AccountRef, bruno: AccountRef) -> None:
        """Learn who is who, and what Birch knows already."""
        words = (HERE / "harbour.toml").read_text()
        for name, value in (
            ("home", ada.home), ("room", room), ("ada", ada.user), ("bruno", bruno.user)
        ):  # fmt: skip
            words = words.replace(f"{{{name}}}", value)
        directory = self.folder / "directory.toml"
        directory.write_text(words)
        world, now = read_world(directory, HERE / "larch.toml"), datetime.now(UTC)
        await self.liaison.do(lambda session: settle_in(session, world, now=now))

    async def ends(self) -> None:
        if self._heart is not None:
            await self._heart.stop()
            self._heart = None
        if self.task is None:
            return
        self.task.cancel()
        with suppress(asyncio.CancelledError, ConfigError):
            await self.task
        self.task = None
        await self.listening.stop()
        await self.opened.close()
        await self.liaison.close()

    async def restarts(self) -> None:
        await self.ends()
        await self.begins()

    async def closes(self) -> None:
        with closing(self.store):
            await self.ends()

    async def is_in(self, room: str) -> None:
        """Wait until the bot has come and knows the room."""
        await soon(lambda: self._knows(room))

    def heard(self) -> list[tuple[str, str]]:
        """What is kept of what people said, oldest first: its kind and its words."""
        with self.store.reading() as session:
            return [
                (row.kind, sealing.unseal_or(session, row, "text", ""))
                for row in session.scalars(select(Message).order_by(Message.id))
            ]

    def said(self) -> list[str]:
        """The words that were heard."""
        return [text for kind, text in self.heard() if kind == "said"]

    def _knows(self, room: str) -> bool:
        known = self.chat.rooms.get(room)
        return known is not None and known.is_encrypted


class Pier:
    """One listed room with the bot and ada."""

    def __init__(self, synapse: Synapse, folder: Path, *, manners: Manners | None = None) -> None:
        self._runner = asyncio.Runner()
        self.synapse = synapse
        self.folder = folder
        self.manners = manners
        self.run(self.opens())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def opens(self) -> None:
        self.bot = await Bot.arrives(self.synapse, self.folder, manners=self.manners)
        self.ada = await Person.arrives(self.synapse, "ada", self.synapse.folder)
        self.room = await self.ada.opens_room(self.bot.user, *await self.guests())
        await self.bot.is_in(self.room)
        nobody = AccountRef("matrix", self.ada.account.home, "nobody")
        await self.bot.settles_in(self.room, ada=self.ada.account, bruno=nobody)

    async def guests(self) -> list[str]:
        """Who else is invited."""
        return []

    async def says(self, text: str) -> str:
        return await self.ada.says(self.room, text)

    async def is_heard(self, text: str) -> None:
        """Ada says it, and the bot hears it."""
        await self.says(text)
        await soon(lambda: text in self.bot.said())

    def close(self) -> None:
        self.run(self.closes())
        self._runner.close()

    async def closes(self) -> None:
        await self.ada.closes()
        await self.bot.closes()


class MatrixStage:
    """One room with the bot, ada, bo, and somebody who lets nobody address them in private."""

    def __init__(self, runner: asyncio.Runner, synapse: Synapse) -> None:
        self.run = runner.run
        self._synapse = synapse
        self._folder = tempfile.TemporaryDirectory(prefix="liaison-matrix-")
        self._people: dict[AccountRef, Person] = {}
        self.run(self._begin())

    async def _begin(self) -> None:
        folder = Path(self._folder.name)
        self._link = await Link(self._synapse.address).open()
        self.bot = await Bot.arrives(self._synapse, folder, address=self._link.address)
        people = [
            await Person.arrives(self._synapse, name, folder) for name in ("ada", "bo", "cy", "sam")
        ]
        self.ada, self.bo, self.cy, self.stranger = (each.account for each in people)
        self._people = {each.account: each for each in people}
        ada, bo, _, sam = people
        self.room = await ada.opens_room(self.bot.user, bo.user, sam.user)
        await bo.joins(self.room)
        await sam.joins(self.room)
        await sam.homeserver.put(
            path("user", sam.user, "account_data", "org.matrix.msc4155.invite_permission_config"),
            {"blocked_users": ["*"]},
        )
        await self.bot.is_in(self.room)
        self.chat = self.bot.chat

    def reads(self, account: AccountRef, address: str) -> list[str]:
        person = self._people[account]
        self.run(person.catches_up())
        shown = [each["content"] for each in person.reads(address)]
        return [each["body"].split(CHOICES)[0] for each in shown if "body" in each]

    def thread_of(self, event: str) -> str | None:
        ada = self._people[self.ada]
        self.run(ada.catches_up())
        (found,) = (each for each in ada.reads(self.room) if each["event_id"] == event)
        relation = found["relation"]
        return relation.get("event_id") if relation.get("rel_type") == "m.thread" else None

    def says(self, account: AccountRef, text: str) -> str:
        return self.run(self._people[account].says(self.room, text))

    def breaks_next(self, fault: Exception) -> None:
        self._link.faults.append(fault)

    def loses_next_answer(self) -> None:
        self._link.lost_answers += 1

    def close(self) -> None:
        self.run(self._end())
        self._folder.cleanup()

    async def _end(self) -> None:
        for each in self._people.values():
            await each.closes()
        await self.bot.closes()
        await self._link.close()


async def soon(holds: Callable[[], bool], *, within: float = SOON) -> None:
    """Wait until this holds; it is a fault when it does not."""

    async def look() -> bool:
        return holds()

    await becomes(look, within=within)


async def becomes(holds: Callable[[], Awaitable[bool]], *, within: float = SOON) -> None:
    """As `soon`, for what has to be asked for."""
    async with asyncio.timeout(within):
        while not await holds():  # noqa: ASYNC110 - what we wait for is another process's doing
            await asyncio.sleep(0.05)


def _read_nothing(texts: Sequence[Text]) -> Sequence[Reading]:
    return [Reading(()) for _ in texts]
