"""The chat platforms of a deployment: each is tried by itself until it can be reached."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot import config as configuration
from bot.commandline.telling import tell
from bot.config import Config
from bot.errors import ChatUnavailable, ConfigError
from bot.liaison import Liaison

if TYPE_CHECKING:
    from adapters.matrix.listening import Listening

SLACK, MATRIX = "Slack", "Matrix"
CATCH_UP_SECONDS = 10
TRY_AGAIN_SECONDS = 10
"""Until a platform that cannot be reached is tried again."""


@dataclass(slots=True)
class Platform:
    """A platform that is configured: spoken to and listened to from when it lets us in."""

    name: str
    enter: Callable[["Platform", Liaison], Awaitable[str]]
    """Lets us in, and says how we listen. Raises `ChatUnavailable` while it cannot be reached."""
    hearing: AsyncExitStack = field(default_factory=AsyncExitStack)
    speaking: AsyncExitStack = field(default_factory=AsyncExitStack)
    listening: str = ""
    """How it is listened to; empty until then."""
    was_tried: asyncio.Event = field(default_factory=asyncio.Event)
    is_told: bool = False
    """Whether it was said that it is not there yet, so that its coming is news."""
    ended: asyncio.Future[None] = field(default_factory=asyncio.Future)
    """Fails when listening ends and an operator must act."""

    async def attend(self, liaison: Liaison) -> None:
        """Try until we are let in; then go on until listening fails for good, or for ever."""
        while not self.listening:
            try:
                self.listening = await self.enter(self, liaison)
            except ChatUnavailable as fault:
                await self.leave()
                tell(f"{fault} I try again in {TRY_AGAIN_SECONDS} seconds.")
                self.was_tried.set()
                await asyncio.sleep(TRY_AGAIN_SECONDS)
        self.was_tried.set()
        if self.is_told:
            tell(f"{self.name} is there. It listens to {self.listening}.")
        await self.ended

    async def leave(self) -> None:
        """Neither hear nor speak there any more."""
        await self.hearing.aclose()
        await self.speaking.aclose()


def slack(config: Config) -> Platform:
    """The workspace that is configured."""
    token = configuration.slack_secret(config, "bot_token")
    by_socket = config.slack.mode == "socket"
    secret = configuration.slack_secret(config, "app_token" if by_socket else "signing_secret")

    async def enter(here: Platform, liaison: Liaison) -> str:
        from adapters.slack.service import speaking
        from adapters.web.serving import served

        service = await here.speaking.enter_async_context(
            speaking(token, config.slack.base_url, is_discreet=config.slack.discreet)
        )
        if by_socket:
            await here.hearing.enter_async_context(service.by_socket(liaison, secret))
        else:
            app, at = service.by_http(liaison, secret), config.slack
            await here.hearing.enter_async_context(served(app, at.host, at.port))
        liaison.speak_by(service.chat)
        return "Slack by socket" if by_socket else f"Slack on port {config.slack.port}"

    return Platform(SLACK, enter)


def matrix(config: Config) -> Platform:
    """The account that is configured."""
    from bot.commandline.matrix import credentials_of, manners_of

    credentials, manners = credentials_of(config), manners_of(config)

    async def enter(here: Platform, liaison: Liaison) -> str:
        from adapters.matrix.opening import opened

        there = await opened(credentials, config.matrix.store, manners)
        here.speaking.push_async_callback(there.close)
        listening = there.listening(liaison)
        await here.speaking.enter_async_context(_listening(listening, here.ended))
        # Nothing is said before what was said meanwhile is heard, and our rooms are known.
        caught_up = asyncio.create_task(listening.is_caught_up.wait())
        first: set[asyncio.Future[Any]] = {caught_up, here.ended}
        await asyncio.wait(first, timeout=CATCH_UP_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        caught_up.cancel()
        liaison.speak_by(there.chat)
        return f"Matrix as {credentials.user}"

    return Platform(MATRIX, enter)


def told(platforms: Sequence[Platform]) -> str:
    """What the bot listens to at its start, and what is not there yet."""
    heard = [each.listening for each in platforms if each.listening]
    missing = [each.name for each in platforms if not each.listening]
    if heard:
        line = f"Liaison runs. It listens to {' and to '.join(heard)}."
    elif missing:
        line = "Liaison runs. It keeps its clocks and hears nothing yet."
    else:
        line = "Liaison runs. No chat is configured: it keeps its clocks and hears nothing."
    for each in missing:
        line += f" {each} is not there yet; I say so when it comes."
    return line


@contextlib.asynccontextmanager
async def _listening(listening: "Listening", ended: asyncio.Future[None]) -> AsyncIterator[None]:
    """Listen while this lasts; when it ends by itself, *ended* tells why."""
    task = asyncio.create_task(listening.run())

    def tell_why(done: asyncio.Task[None]) -> None:
        if not done.cancelled() and not ended.done():
            ended.set_exception(done.exception() or ConfigError("Listening to Matrix ended."))

    task.add_done_callback(tell_why)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await listening.stop()
