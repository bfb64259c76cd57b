"""Running: the bot at work, until it is told to end."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.orm import Session

from adapters.timer import Heartbeat
from bot import config as configuration
from bot.commandline import platforms
from bot.commandline.alone import alone
from bot.commandline.opening import now, opened, reader_of
from bot.commandline.platforms import Platform
from bot.commandline.telling import tell
from bot.config import Config, Log
from bot.conversation import delivering
from bot.errors import ConfigError, LiaisonError
from bot.followup.deadlines import load_policy
from bot.governance import leases
from bot.liaison import Liaison, Settings
from bot.meetings.busy import BusyTimes
from nlp.garbage import collect_rarely
from storage import indexing
from storage.database import Store

DEVICE = "matrix device"
"""The lease of whoever listens to Matrix: a device's keys bear one owner at a time."""

log = structlog.get_logger()


def run(path: Path) -> None:
    """Start the bot; end it in order on SIGINT or SIGTERM."""
    config = configuration.read(path)
    set_up_log(config.log)
    with opened(config) as store, alone(config.database.url) as is_alone:
        with store.reading() as session:
            indexing.of(session)  # Said here, and not of each message.
        asyncio.run(_run(config, store, is_alone=is_alone))


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
    why: list[str] = []

    def end(fault: BaseException) -> None:
        why.append(str(fault))
        stop.set()

    async with AsyncExitStack() as stack:
        reader = reader_of(config)
        stack.callback(reader.close)
        liaison = Liaison(
            store,
            extract=reader.read,
            clock=now,
            policy=load_policy(config.deadlines.policy),
            calendars=_calendars(config),
            settings=Settings(
                keep_messages_days=config.retention.messages_days,
                anchor=config.ledger.anchor,
                calendar_address=config.calendar.address,
                web_address=config.web.address,
                meeting_place=config.meetings.place,
            ),
        )
        stack.push_async_callback(liaison.close)
        here = await _platforms(config, liaison, is_alone=is_alone)
        for each in here:
            stack.push_async_callback(each.leave)
        collect_rarely()
        heartbeat = Heartbeat(liaison)
        if is_alone:
            await liaison.do(delivering.drop_leases)
        else:
            await _stay(liaison, here)
            # From now on: a device's lease must not run out while its homeserver is waited for.
            heartbeat.renew(lambda: _stay(liaison, here), lost=lambda fault: _on_lost(fault, end))
        heartbeat.start()
        attending = [asyncio.create_task(_attend(each, liaison, end)) for each in here]
        try:
            async with _serving(config, liaison):
                await _tell_how_it_runs(here, stop)
                await stop.wait()
        finally:
            for task in attending:
                task.cancel()
            await asyncio.gather(*attending, return_exceptions=True)
            for each in here:
                await each.hearing.aclose()
            await heartbeat.stop()
        await liaison.do(lambda session: leases.leave(session, leases.RUN))
        await liaison.do(lambda session: leases.give_back(session, DEVICE))
    if why:
        raise ConfigError(why[0])
    tell("Ended. Nothing was left half-done.")


async def _platforms(config: Config, liaison: Liaison, *, is_alone: bool) -> list[Platform]:
    """Those that are configured. Of several processes on one database one owns Matrix's device."""
    found = [platforms.slack(config)] if config.slack.is_on else []
    if not config.matrix.is_on:
        return found
    if not is_alone:
        try:
            await liaison.do(_take_device)
        except leases.Taken:
            tell("Another process listens to Matrix. This one helps with everything else.")
            return found
    return [*found, platforms.matrix(config)]


async def _attend(
    platform: Platform, liaison: Liaison, end: Callable[[BaseException], None]
) -> None:
    """Be there for one platform; what an operator must act on ends everything, and is told."""
    try:
        await platform.attend(liaison)
    except LiaisonError as fault:
        end(fault)
    except Exception as fault:
        log.error("a platform failed", platform=platform.name, fault=type(fault).__name__)
        end(ConfigError(f"{platform.name} failed ({type(fault).__name__}). Ended."))


async def _tell_how_it_runs(here: Sequence[Platform], stop: asyncio.Event) -> None:
    """Say what is listened to, as soon as each platform was tried once."""

    async def each_was_tried() -> None:
        for each in here:
            await each.was_tried.wait()

    first: set[asyncio.Future[Any]] = {
        asyncio.create_task(each_was_tried()),
        asyncio.create_task(stop.wait()),
    }
    _, left = await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
    for each in left:
        each.cancel()
    if not stop.is_set():
        tell(platforms.told(here))
        for platform in here:
            platform.is_told = True


@asynccontextmanager
async def _serving(config: Config, liaison: Liaison) -> AsyncIterator[None]:
    """Serve what people open outside the chats, meanwhile: calendar feeds, desks in a browser."""
    async with AsyncExitStack() as stack:
        if config.calendar.address is not None:
            from adapters.web.feeds import feeds_app
            from adapters.web.serving import served

            host, port = config.calendar.host, config.calendar.port
            await stack.enter_async_context(served(feeds_app(liaison), host, port))
        if config.web.address is not None:
            from adapters.web.desk import desk_app
            from adapters.web.serving import served

            host, port = config.web.host, config.web.port
            app = desk_app(liaison, config.web.address)
            await stack.enter_async_context(served(app, host, port))
        yield


def _calendars(config: Config) -> dict[str, list[BusyTimes]]:
    """The calendars that may be asked, by whose they are."""
    asked = config.calendar
    if not asked.people:
        return {}
    from adapters.calendar.reading import calendar_at

    password = configuration.calendar_password(config)
    return {
        slug: [calendar_at(each, user=asked.user or "", password=password) for each in addresses]
        for slug, addresses in asked.people.items()
    }


async def _stay(liaison: Liaison, here: Sequence[Platform]) -> None:
    await liaison.do(lambda session: leases.join(session, leases.RUN, now=now()))
    if any(each.name == platforms.MATRIX for each in here):
        await liaison.do(_take_device)


def _take_device(session: Session) -> None:
    leases.take(session, DEVICE, leases.LENGTH, now=now())


def _on_lost(fault: Exception, end: Callable[[BaseException], None]) -> None:
    log.error("the lease could not be renewed", fault=type(fault).__name__)
    if isinstance(fault, leases.Taken):
        end(ConfigError("Another process has taken over this database. Ended, to leave it alone."))


def _told_to_stop() -> asyncio.Event:
    """Set when somebody asks us to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    return stop
