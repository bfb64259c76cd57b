"""A liaison that is killed again and again, and what must hold all the same.

`python -m tests.faults.killed --messages 2000 --kills 100` does it for long.
"""

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from adapters.memory import MemoryChat, Posted
from adapters.practice.world import practice_world
from bot.casework import entities
from bot.casework.entities import Hard, Known
from bot.conversation import intake
from bot.conversation.messages import AccountRef, Inbound, Words
from bot.conversation.ports import Clock
from bot.exercise import settle_in
from bot.governance import ledger
from bot.liaison import Liaison
from bot.practice import guests
from nlp.spans import Label
from storage.database import Store, open_store, upgrade
from storage.models import Card, Case, Delivery, Message, Progress, Prompt
from tests.house import START, pipeline, policy

FASTER = 30
"""The clock of the story runs so much faster than ours: what waits a second waits a moment."""
ROOM = "#joint-harbour"
PLATFORM = "practice"
SOON = timedelta(seconds=5)
PATIENCE = 300.0
PRELOADED = ["tests.faults.loaded", "tests.faults.killed", "tests.slack_house"]
"""What lives are forked from has read already, so that each begins at once."""
_AUTHORS = ("ada", "bela", "aron")


class ForgetfulChat(MemoryChat):
    """Says what it is told as often as it is told so: like a platform that knows no keys."""

    async def say(self, key: str, address: str, words: Words, *, thread: str | None = None) -> str:
        posted = Posted(
            event=self._next_event(),
            address=address,
            author=None,
            text=words.text,
            at=self._clock(),
            thread=self._root(thread, address),
            controls=words.controls,
            key=key,
        )
        self._post(posted)
        return posted.event


def plate(number: int) -> str:
    """A plate of a mark that no office gives out, and whose letters are no word, such as ETA."""
    letters = "CGHJKQWXYZ"
    tail = letters[number % 10] + letters[number // 10 % 10] + letters[number // 100 % 10]
    return f"XX{number % 97:02} {tail}"


def text(number: int) -> str:
    """What is said: every fourth message speaks of a vehicle that case LARCH knows."""
    match number % 4:
        case 0:
            return f"Seen again: plate {plate(number)}"
        case 1:
            return f"Write to lorry{number}@example.org about it"
        case _:
            return f"Quiet here, round {number} done"


def prepare(folder: Path, messages: int) -> None:
    """The practice world, and what is to be said in it."""
    began = time.time()
    (folder / "story.json").write_text(json.dumps({"began": began, "messages": messages}))
    with _opened(folder) as (store, chat):
        upgrade(store.engine)
        liaison = _liaison(folder, store, chat)
        now = liaison.now()

        liaison.do_now(lambda session: furnish(session, messages, now))
        for address, accounts in liaison.do_now(lambda s: guests(s, PLATFORM)).items():
            for account in accounts:
                chat.join(account, address, now=now)
        asyncio.run(liaison.close())


def furnish(session: Session, messages: int, now: datetime) -> None:
    """A practice world in which case LARCH knows every fourth vehicle of so many messages."""
    settle_in(session, practice_world(), now=now)
    case = session.scalars(select(Case).where(Case.code == "LARCH")).one()
    vehicles = [
        Known("Vehicle", identifiers=[Hard(Label.PLATE, plate(each).replace(" ", ""))])
        for each in range(0, messages, 4)
    ]
    entities.add_many(session, case.agency, vehicles, now=now, case=case)


def run(folder: Path, *, careless: bool, is_last: bool) -> None:
    """One life of the liaison: it may end at any moment. *careless* is the control."""
    asyncio.run(_live(folder, careless=careless, is_last=is_last))


def survive(
    folder: Path, *, messages: int, kills: int, seed: int, careless: bool = False
) -> list[str]:
    """Kill it so often while it hears so many messages. Returns all that is wrong in the end."""
    chance = random.Random(seed)
    prepare(folder, messages)
    for killed in range(kills):
        share = (messages - len(acknowledged(folder))) // (kills - killed + 1)
        _kill(_begun(folder, careless=careless), folder, chance, share)
    last = _begun(folder, careless=careless, is_last=True)
    last.join(PATIENCE)
    if last.exitcode != 0:
        last.kill()
        last.join()
        with _opened(folder) as (store, _), store.reading() as session:
            raise AssertionError(f"it did not come to an end: {last.exitcode}, {left(session)}")
    return wrong(folder)


def wrong(folder: Path) -> list[str]:
    """Everything that does not hold in what is left in *folder*."""
    with _opened(folder) as (store, chat), store.reading() as session:
        return faults(session, chat, acknowledged(folder))


def faults(session: Session, chat: MemoryChat, acknowledged: Sequence[str]) -> list[str]:
    """Everything that does not hold in what is kept of this chat."""
    posted = [each for each in chat.posted if each.author is not None]
    return [
        *_lost(session, posted, acknowledged),
        *_wrong_questions(session, posted),
        *_said_wrong(session, chat),
        *_wrong_cards(session, posted),
        *_wrong_ledger(session),
    ]


def acknowledged(folder: Path) -> list[str]:
    """The events of which the platform was told that they are kept."""
    path = folder / "acknowledged"
    return path.read_text().split() if path.exists() else []


def _lost(session: Session, posted: Sequence[Posted], acknowledged: Sequence[str]) -> Iterator[str]:
    kept = Counter(session.scalars(select(Message.event)))
    for event in acknowledged:
        if not kept[event]:
            yield f"message {event} was acknowledged and is lost"
    for each in posted:
        if kept[each.event] != 1:
            yield f"message {each.event} is kept {kept[each.event]} times"
    undone = select(Message.event).where(Message.progress != Progress.DONE)
    for event in session.scalars(undone):
        yield f"message {event} was never understood"


def _wrong_questions(session: Session, posted: Sequence[Posted]) -> Iterator[str]:
    asked = Counter(
        session.scalars(select(Message.event).join(Prompt, Prompt.message_id == Message.id))
    )
    for each in posted:
        expected = 1 if each.text.startswith("Seen again") else 0
        if asked[each.event] != expected:
            yield f"about message {each.event} were asked {asked[each.event]} questions"


def _said_wrong(session: Session, chat: MemoryChat) -> Iterator[str]:
    said = Counter(each.key for each in chat.posted if each.author is None)
    stands = Counter(e.key for e in chat.posted if e.author is None and not e.deleted)
    for key, times in stands.items():
        if times > 1:
            yield f"{key} was said {times} times"
    for delivery in session.scalars(select(Delivery).where(Delivery.about.is_(None))):
        if delivery.progress is Progress.DONE and not said[delivery.key]:
            yield f"{delivery.key} is noted as said and was not"
        if delivery.progress is Progress.FAILED:
            yield f"{delivery.key} was never said: {delivery.fault}"
    for prompt in session.scalars(select(Prompt)):
        told = [key for key in said if key and key.startswith(f"copy:{prompt.id}:")]
        if not told:
            yield f"nobody was told of question {prompt.code}"


def _wrong_cards(session: Session, posted: Sequence[Posted]) -> Iterator[str]:
    shown = Counter(each for card in session.scalars(select(Card)) for each in card.message_ids)
    speaking = [each.event for each in posted if not each.text.startswith("Quiet")]
    for message in session.scalars(select(Message).where(Message.event.in_(speaking))):
        if shown[message.id] != 1:
            yield f"message {message.event} stands on {shown[message.id]} cards"


def _wrong_ledger(session: Session) -> Iterator[str]:
    found = ledger.verify(session)
    if isinstance(found, ledger.Broken):
        yield f"the ledger is broken at {found.sequence}: {found.why}"


def _begun(folder: Path, *, careless: bool, is_last: bool = False) -> BaseProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    child = context.Process(
        target=run, args=(folder,), kwargs={"careless": careless, "is_last": is_last}
    )
    child.start()
    return child


def _kill(child: BaseProcess, folder: Path, chance: random.Random, share: int) -> None:
    """Kill it at some moment while it works."""
    # Counted in messages and not in seconds, so that a slow machine is killed as often.
    until = len(acknowledged(folder)) + (chance.randint(1, share) if share else 0)
    deadline = time.monotonic() + PATIENCE
    while len(acknowledged(folder)) < until and time.monotonic() < deadline:
        assert child.exitcode is None, f"it ended by itself: {child.exitcode}"
        time.sleep(0.005)
    time.sleep(chance.random() * 0.1)
    child.kill()
    child.join()


async def _live(folder: Path, *, careless: bool, is_last: bool) -> None:
    messages: int = json.loads((folder / "story.json").read_text())["messages"]
    with _opened(folder) as (store, chat):
        liaison = _liaison(folder, store, chat)
        working = asyncio.create_task(work(liaison))
        cursor = await liaison.read(lambda session: intake.cursor_of(session, PLATFORM))
        unkept: list[Inbound] = []
        if careless:
            unkept = await _listen_carelessly(folder, liaison, chat, messages)
        else:
            await _listen(folder, liaison, chat, messages, cursor)
        if not is_last:
            await asyncio.Event().wait()  # However late the kill comes, nothing else ends it.
        await liaison.hear(unkept)
        while await liaison.read(lambda session: waits(session, liaison.now())):  # noqa: ASYNC110  what is waited for is in the database
            await asyncio.sleep(0.05)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await liaison.close()


async def _listen(
    folder: Path, liaison: Liaison, chat: MemoryChat, messages: int, cursor: str | None
) -> None:
    """Hear what was missed, and then what is said, and acknowledge what is kept."""
    chance = random.Random()
    while True:
        told, cursor = chat.since(cursor)
        if told:
            await liaison.hear(told, cursor=(PLATFORM, cursor))
            _acknowledge(folder, [each.event for each in told if hasattr(each, "event")])
        left = messages - _posted(chat)
        if not left:
            return
        _say_next(chat, liaison, min(left, chance.randint(1, 4)))
        await asyncio.sleep(chance.random() * 0.02)


async def _listen_carelessly(
    folder: Path, liaison: Liaison, chat: MemoryChat, messages: int
) -> list[Inbound]:
    """The control: acknowledge at once; what is returned is kept when all is said."""
    place = folder / "cursor"
    cursor = place.read_text() if place.exists() else None
    heap: list[Inbound] = []
    while True:
        told, cursor = chat.since(cursor)
        heap += told
        _acknowledge(folder, [each.event for each in told if hasattr(each, "event")])
        place.write_text(cursor)
        left = messages - _posted(chat)
        if not left:
            return heap
        _say_next(chat, liaison, 1)
        await asyncio.sleep(0.002)


async def work(liaison: Liaison) -> None:
    """Work until cancelled."""
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(liaison.woken.wait(), 0.03)
        liaison.woken.clear()
        await liaison.work()


def left(session: Session) -> dict[str, list[str]]:
    """What a life that did not end had still to do."""
    unread = select(Message).where(Message.progress == Progress.PENDING)
    unsaid = select(Delivery).where(Delivery.progress == Progress.PENDING)
    return {
        "unread": [f"{m.event} {m.attempts} {m.next_try_at}" for m in session.scalars(unread)],
        "unsaid": [
            f"{d.key} {d.act} {d.attempts} due {d.due_at} leased {d.lease_until} {d.fault}"
            for d in session.scalars(unsaid)
        ],
    }


def waits(session: Session, now: datetime) -> bool:
    """Whether anything is still to be understood, or to be said soon."""
    unread = select(func.count()).where(Message.progress == Progress.PENDING)
    unsaid = select(func.count()).where(
        Delivery.progress == Progress.PENDING, Delivery.due_at <= now + SOON
    )
    return bool(session.scalar(unread) or session.scalar(unsaid))


def _posted(chat: MemoryChat) -> int:
    return sum(each.author is not None for each in chat.posted)


def _say_next(chat: MemoryChat, liaison: Liaison, count: int) -> None:
    for _ in range(count):
        number = _posted(chat)
        author = AccountRef(PLATFORM, chat.home, _AUTHORS[number % len(_AUTHORS)])
        chat.post(author, ROOM, text(number), now=liaison.now())


def _acknowledge(folder: Path, events: Sequence[str]) -> None:
    with (folder / "acknowledged").open("a") as told:
        told.write("".join(f"{event}\n" for event in events))


def _liaison(folder: Path, store: Store, chat: MemoryChat) -> Liaison:
    return Liaison(
        store, extract=pipeline().read, clock=_clock(folder), policy=policy(), chats=[chat]
    )


def _clock(folder: Path) -> Clock:
    began: float = json.loads((folder / "story.json").read_text())["began"]
    return lambda: START + timedelta(seconds=FASTER * (time.time() - began))


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[tuple[Store, MemoryChat]]:
    store = open_store(
        f"sqlite:///{folder / 'liaison.db'}",
        keyring_url=f"sqlite:///{folder / 'keyring.db'}",
        master=b"for a test only, and never kept!",
    )
    with contextlib.closing(store):
        yield store, ForgetfulChat(_clock(folder), journal=folder / "chat.jsonl")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--careless", action="store_true", help="the control, which must fail")
    chosen = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="liaison-killed-"))
    began = time.monotonic()
    found = survive(
        folder,
        messages=chosen.messages,
        kills=chosen.kills,
        seed=chosen.seed,
        careless=chosen.careless,
    )
    took = time.monotonic() - began
    lines = [
        f"{chosen.messages} messages, {chosen.kills} kills, {took:.0f} s: {len(found)} faults",
        *(f"  {each}" for each in found[:50]),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    if not found:
        shutil.rmtree(folder)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
