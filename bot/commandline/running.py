"""Running: the bot itself, and the practice room."""

import asyncio
import contextlib
import logging
import os
import secrets
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from adapters.calendar.reading import calendar_at
from adapters.matrix.opening import Opened
from adapters.matrix.opening import opened as opened_on_matrix
from adapters.memory import MemoryChat
from adapters.practice.world import practice_world
from adapters.slack.service import Service, speaking
from adapters.timer import Heartbeat
from adapters.web import practice as pages
from adapters.web.clock import PracticeClock
from adapters.web.feeds import feeds_app
from adapters.web.serving import serve, served
from bot import config as configuration
from bot import practice
from bot.commandline.alone import LOCK, alone
from bot.commandline.matrix import credentials_of, manners_of
from bot.commandline.opening import now, opened, reader_of
from bot.commandline.telling import say, tell
from bot.config import Config, Log
from bot.conversation import delivering
from bot.errors import ChatUnavailable, ConfigError
from bot.exercise import settle_in
from bot.followup.deadlines import load_policy
from bot.governance import leases
from bot.liaison import Liaison, Settings
from bot.meetings.busy import BusyTimes
from nlp import pipeline
from nlp.garbage import collect_rarely
from storage.database import Store, open_store, upgrade

DEVICE = "matrix device"
"""The lease of whoever listens to Matrix: a device's keys bear one owner at a time."""

CATCH_UP_SECONDS = 10
TRY_AGAIN_SECONDS = 10
"""Until a platform that cannot be reached is tried again."""

T = TypeVar("T")

log = structlog.get_logger()


def run(path: Path) -> None:
    """Start the bot; end it in order on SIGINT or SIGTERM."""
    config = configuration.read(path)
    set_up_log(config.log)
    with opened(config) as store, alone(config.database.url) as is_alone:
        asyncio.run(_run(config, store, is_alone=is_alone))


def demo(folder: Path, port: int, *, fresh: bool) -> None:
    """Open the practice room and print its address."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if fresh and folder.exists() and not (folder / "chat.jsonl").exists():
        raise ConfigError(f"{folder} is no practice room. I do not delete it.")
    folder.mkdir(parents=True, exist_ok=True)
    with alone(f"sqlite:///{folder}/liaison.db"):
        if fresh:
            _clear(folder)
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


async def _run(config: Config, store: Store, *, is_alone: bool) -> None:
    stop = _told_to_stop()
    lost: list[str] = []

    async with contextlib.AsyncExitStack() as stack:
        slack = await _slack(config, stack, stop)
        # Last, for its lease is renewed only when everything runs.
        matrix = await _matrix(config, store, stack, stop, is_alone=is_alone)
        if stop.is_set():
            return
        reader = reader_of(config)
        stack.callback(reader.close)
        liaison = Liaison(
            store,
            extract=reader.read,
            clock=now,
            policy=load_policy(config.deadlines.policy),
            chats=[each.chat for each in (slack, matrix) if each is not None],
            calendars=_calendars(config),
            settings=Settings(
                keep_messages_days=config.retention.messages_days,
                anchor=config.ledger.anchor,
                calendar_address=config.calendar.address,
                meeting_place=config.meetings.place,
            ),
        )
        stack.push_async_callback(liaison.close)

        async def stay() -> None:
            await liaison.do(lambda session: leases.join(session, leases.RUN, now=now()))
            if matrix is not None:
                await liaison.do(_take_device)

        def on_lost(fault: Exception) -> None:
            log.error("the lease could not be renewed", fault=type(fault).__name__)
            if isinstance(fault, leases.Taken):
                lost.append(
                    "Another process has taken over this database. Ended, to leave it alone."
                )
                stop.set()

        collect_rarely()
        heartbeat = Heartbeat(liaison)
        if is_alone:
            await liaison.do(delivering.drop_leases)
        else:
            await stay()
        # Nothing is said before Matrix has caught up; what Slack told last is settled.
        async with _listening_to_matrix(matrix, liaison, stop, lost):
            heartbeat.start()
            if not is_alone:
                heartbeat.renew(stay, lost=on_lost)
            try:
                async with (
                    _listening_to_slack(config, slack, liaison),
                    _serving_feeds(config, liaison),
                ):
                    tell(_runs(config, slack, matrix))
                    await stop.wait()
            finally:
                await heartbeat.stop()
        await liaison.do(lambda session: leases.leave(session, leases.RUN))
        await liaison.do(lambda session: leases.give_back(session, DEVICE))
    if lost:
        raise ConfigError(lost[0])
    tell("Ended. Nothing was left half-done.")


async def _slack(
    config: Config, stack: contextlib.AsyncExitStack, stop: asyncio.Event
) -> Service | None:
    """The workspace that is configured, as soon as Slack lets us in."""
    if not config.slack.is_on:
        return None
    token = configuration.slack_secret(config, "bot_token")

    async def enter() -> Service:
        return await stack.enter_async_context(
            speaking(token, config.slack.base_url, is_discreet=config.slack.discreet)
        )

    return await _once_reached(enter, stop)


async def _matrix(
    config: Config,
    store: Store,
    stack: contextlib.AsyncExitStack,
    stop: asyncio.Event,
    *,
    is_alone: bool,
) -> Opened | None:
    """The account that is configured, as soon as its homeserver lets us in.

    Of several processes on one database one owns the device, and the others do without.
    """
    if not config.matrix.is_on:
        return None
    credentials = credentials_of(config)
    if not is_alone:
        try:
            with store.begin() as session:
                _take_device(session)
        except leases.Taken:
            tell("Another process listens to Matrix. This one helps with everything else.")
            return None

    async def enter() -> Opened:
        there = await opened_on_matrix(credentials, config.matrix.store, manners_of(config))
        stack.push_async_callback(there.close)
        return there

    return await _once_reached(enter, stop)


def _take_device(session: Session) -> None:
    leases.take(session, DEVICE, leases.LENGTH, now=now())


async def _once_reached(enter: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T | None:
    """What *enter* gives, as soon as the platform can be reached; nothing when told to end."""
    while not stop.is_set():
        try:
            return await enter()
        except ChatUnavailable as fault:
            tell(f"{fault} I try again in {TRY_AGAIN_SECONDS} seconds.")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), TRY_AGAIN_SECONDS)
    return None


@contextlib.asynccontextmanager
async def _listening_to_slack(
    config: Config, slack: Service | None, liaison: Liaison
) -> AsyncIterator[None]:
    if slack is None:
        yield
    elif config.slack.mode == "socket":
        token = configuration.slack_secret(config, "app_token")
        async with slack.by_socket(liaison, token):
            yield
    else:
        secret = configuration.slack_secret(config, "signing_secret")
        app = slack.by_http(liaison, secret)
        async with served(app, config.slack.host, config.slack.port):
            yield


@contextlib.asynccontextmanager
async def _serving_feeds(config: Config, liaison: Liaison) -> AsyncIterator[None]:
    if config.calendar.address is None:
        yield
        return
    async with served(feeds_app(liaison), config.calendar.host, config.calendar.port):
        yield


def _calendars(config: Config) -> dict[str, list[BusyTimes]]:
    """The calendars that may be asked, by whose they are."""
    asked = config.calendar
    password = configuration.calendar_password(config)
    return {
        slug: [calendar_at(each, user=asked.user or "", password=password) for each in addresses]
        for slug, addresses in asked.people.items()
    }


@contextlib.asynccontextmanager
async def _listening_to_matrix(
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


def _runs(config: Config, slack: Service | None, matrix: Opened | None) -> str:
    heard = []
    if slack is not None:
        by = "by socket" if config.slack.mode == "socket" else f"on port {config.slack.port}"
        heard.append(f"Slack {by}")
    if matrix is not None:
        heard.append(f"Matrix as {matrix.credentials.user}")
    if heard:
        return f"Liaison runs. It listens to {' and to '.join(heard)}."
    if config.matrix.is_on:
        return "Liaison runs. It keeps its clocks and hears nothing."
    return "Liaison runs. No chat is configured: it keeps its clocks and hears nothing."


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


def _told_to_stop() -> asyncio.Event:
    """Set when somebody asks us to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    return stop


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
