"""The practice room: opened on this machine alone."""

import asyncio
import contextlib
import logging
import os
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path

import structlog

from adapters.memory import MemoryChat
from adapters.practice.world import practice_world
from adapters.web import practice as pages
from adapters.web.clock import PracticeClock
from adapters.web.serving import serve
from bot import config as configuration
from bot import practice
from bot.commandline.alone import LOCK, alone
from bot.commandline.telling import say
from bot.conversation import delivering
from bot.errors import ConfigError
from bot.exercise import settle_in
from bot.followup.deadlines import load_policy
from bot.liaison import Liaison
from nlp import pipeline
from storage import engines
from storage.database import open_store, upgrade


def demo(folder: Path, port: int, *, fresh: bool) -> None:
    """Open the practice room and print its address."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if fresh and folder.exists() and not (folder / "chat.jsonl").exists():
        raise ConfigError(f"{folder} is no practice room. I do not delete it.")
    folder.mkdir(parents=True, exist_ok=True)
    with alone(engines.address_of(folder / "liaison.db")):
        if fresh:
            _clear(folder)
        asyncio.run(_demo(folder, port))


async def _demo(folder: Path, port: int) -> None:
    clock = PracticeClock(lambda: datetime.now(UTC))
    store = open_store(
        engines.address_of(folder / "liaison.db"),
        keyring_url=engines.address_of(folder / "keyring.db"),
        master=_practice_key(folder),
    )
    with contextlib.closing(store):
        upgrade(store.engine)
        with store.reading() as session:
            stand = practice.clock_stand(session)
        if stand is not None:
            clock.set(stand)
        chat = MemoryChat(clock, journal=folder / "chat.jsonl")
        reader = pipeline.load()
        liaison = Liaison(
            store,
            extract=reader.read,
            clock=clock,
            policy=load_policy(),
            chats=[chat],
        )
        world = practice_world()
        await liaison.do(delivering.drop_leases)
        await liaison.do(lambda session: settle_in(session, world, now=clock()))
        token = _token(folder)
        app = pages.practice_app(liaison, chat, clock, token=token, read=reader.read)

        def ready(opened: int) -> None:
            say(f"\nThe practice room is open:\n\n    http://127.0.0.1:{opened}/p/{token}/\n")
            say("Everything in it is fictional. It stays on this machine. End it with Ctrl-C.")

        await serve(app, "127.0.0.1", port, ready=ready)
        await liaison.close()


def _clear(folder: Path) -> None:
    """Leave nothing of a practice room but the lock that we hold."""
    for each in folder.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        elif not each.name.endswith(LOCK):
            each.unlink()


def _practice_key(folder: Path) -> bytes:
    """The practice room's own key, beside its data: there is nothing real to protect in it."""
    file = folder / "practice.key"
    if not file.exists():
        configuration.new_key(file)
    return configuration.read_key(file)


def _token(folder: Path) -> str:
    """The secret part of the address, the same after a restart."""
    file = folder / "token"
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as held:
            held.write(secrets.token_urlsafe(24))
    return file.read_text().strip()
