"""Running: the bot itself, and the practice room."""

import asyncio
import contextlib
import logging
import os
import secrets
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import structlog

from adapters.matrix.opening import Opened
from adapters.matrix.opening import opened as opened_on_matrix
from adapters.memory import MemoryChat
from adapters.practice.world import practice_world
from adapters.timer import Heartbeat
from adapters.web import practice as pages
from adapters.web.clock import PracticeClock
from adapters.web.serving import serve
from bot import config as configuration
from bot import practice
from bot.commandline.matrix import credentials_of, manners_of
from bot.commandline.opening import now, opened, pipeline_of
from bot.commandline.telling import say, tell
from bot.config import Config, Log
from bot.errors import ChatUnavailable, ConfigError
from bot.exercise import settle_in
from bot.followup.deadlines import load_policy
from bot.governance import leases
from bot.liaison import Liaison, Settings
from nlp import pipeline
from storage.database import Store, open_store, upgrade

CATCH_UP_SECONDS = 10
TRY_AGAIN_SECONDS = 10
"""Until a homeserver that cannot be reached is tried again."""

log = structlog.get_logger()


def run(path: Path) -> None:
    """Start the bot; end it in order on SIGINT or SIGTERM."""
    config = configuration.read(path)
    set_up_log(config.log)
    with opened(config) as store:
        asyncio.run(_run(config, store))


def demo(folder: Path, port: int, *, fresh: bool) -> None:
    """Open the practice room and print its address."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if fresh and folder.exists():
        if not (folder / "chat.jsonl").exists():
            raise ConfigError(f"{folder} is no practice room. I do not delete it.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_demo(folder, port))


def set_up_log(log: Log) -> None:
    """Log to standard error, without a word of anybody's."""
    renderer = (
        structlog.processors.JSONRenderer()
        if log.json_lines
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(log.level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


async def _run(config: Config, store: Store) -> None:
    stop = _told_to_stop()
    async with contextlib.AsyncExitStack() as stack:
        matrix = await _matrix(config, stack, stop)
        if not stop.is_set():
            await _run_with(config, store, matrix, stop)


async def _run_with(
    config: Config, store: Store, matrix: Opened | None, stop: asyncio.Event
) -> None:
    liaison = Liaison(
        store,
        extract=pipeline_of(config).extract,
        clock=now,
        policy=load_policy(config.deadlines.policy),
        chats=[] if matrix is None else [matrix.chat],
        settings=Settings(
            keep_messages_days=config.retention.messages_days, anchor=config.ledger.anchor
        ),
    )
    # SQLite has room for one of us. Elsewhere each says that it is there.
    is_alone = store.engine.dialect.name == "sqlite"
    lease = leases.RUN if is_alone else f"{leases.RUN}:{store.process}"
    lost: list[str] = []

    async def take() -> None:
        await liaison.do(lambda session: leases.take(session, lease, leases.LENGTH, now=now()))

    def on_lost(fault: Exception) -> None:
        log.error("the lease could not be renewed", fault=type(fault).__name__)
        if isinstance(fault, leases.Taken):
            lost.append("Another process has taken over this database. Ended, to leave it alone.")
            stop.set()

    try:
        await take()
        async with _listening(matrix, liaison, stop, lost):
            heartbeat = Heartbeat(liaison)
            heartbeat.start()
            heartbeat.renew(take, lost=on_lost)
            tell(_runs(matrix))
            await stop.wait()
            await heartbeat.stop()
        await liaison.do(lambda session: leases.give_back(session, lease))
    finally:
        await liaison.close()
    if lost:
        raise ConfigError(lost[0])
    tell("Ended. Nothing was left half-done.")


async def _matrix(
    config: Config, stack: contextlib.AsyncExitStack, stop: asyncio.Event
) -> Opened | None:
    """The account that is configured, as soon as its homeserver lets us in."""
    if not config.matrix.is_on:
        return None
    credentials = credentials_of(config)
    while not stop.is_set():
        try:
            there = await opened_on_matrix(credentials, config.matrix.store, manners_of(config))
        except ChatUnavailable as fault:
            tell(f"{fault} I try again in {TRY_AGAIN_SECONDS} seconds.")
        else:
            stack.push_async_callback(there.close)
            return there
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), TRY_AGAIN_SECONDS)
    return None


@contextlib.asynccontextmanager
async def _listening(
    matrix: Opened | None, liaison: Liaison, stop: asyncio.Event, lost: list[str]
) -> AsyncIterator[None]:
    """Listen while this lasts; what an operator must act on ends everything, and is told."""
    if matrix is None:
        yield
        return
    listening = matrix.listening(liaison)
    task = asyncio.create_task(listening.run())

    def ended(done: asyncio.Task[None]) -> None:
        if not done.cancelled():
            lost.append(str(done.exception() or "Listening to Matrix ended."))
            stop.set()

    task.add_done_callback(ended)
    try:
        # What was said meanwhile is heard, and our rooms are known, before anything is said.
        caught_up = asyncio.create_task(listening.is_caught_up.wait())
        await asyncio.wait(
            {caught_up, task}, timeout=CATCH_UP_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        caught_up.cancel()
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await listening.stop()


def _runs(matrix: Opened | None) -> str:
    if matrix is None:
        return "Liaison runs. No chat is configured: it keeps its clocks and hears nothing."
    return f"Liaison runs. It listens to Matrix as {matrix.credentials.user}."


async def _demo(folder: Path, port: int) -> None:
    clock = PracticeClock(lambda: datetime.now(UTC))
    store = open_store(
        f"sqlite:///{folder}/liaison.db",
        keyring_url=f"sqlite:///{folder}/keyring.db",
        master=_practice_key(folder),
    )
    with contextlib.closing(store):
        upgrade(store.engine)
        with store.reading() as session:
            stand = practice.clock_stand(session)
        if stand is not None:
            clock.set(stand)
        chat = MemoryChat(clock, journal=folder / "chat.jsonl")
        liaison = Liaison(
            store,
            extract=pipeline.load().extract,
            clock=clock,
            policy=load_policy(),
            chats=[chat],
        )
        world = practice_world()
        await liaison.do(lambda session: leases.take(session, leases.RUN, leases.LENGTH, now=now()))
        await liaison.do(lambda session: settle_in(session, world, now=clock()))
        token = _token(folder)
        app = pages.practice_app(liaison, chat, clock, token=token)

        def ready(opened: int) -> None:
            say(f"\nThe practice room is open:\n\n    http://127.0.0.1:{opened}/p/{token}/\n")
            say("Everything in it is fictional. It stays on this machine. End it with Ctrl-C.")

        await serve(app, "127.0.0.1", port, ready=ready)
        await liaison.do(lambda session: leases.give_back(session, leases.RUN))
        await liaison.close()


def _told_to_stop() -> asyncio.Event:
    """Set when somebody asks us to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    return stop


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
