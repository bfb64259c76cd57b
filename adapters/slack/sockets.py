"""Socket Mode: two connections that we open, so that one is there while the other is renewed."""

import asyncio
import time
from typing import Final

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.faults import REST, ShutOut, fault_of
from adapters.slack.quiet import LOGGER
from adapters.slack.workspace import Workspace
from bot.errors import ChatUnavailable

CONNECTIONS: Final = 2
APART: Final = 30.0
"""Seconds between two connections, so that Slack does not renew both at once."""
PING_EVERY: Final = 5.0
SILENT_AFTER: Final = 30.0
"""A connection that has not answered a ping for so long is dead, whatever it says of itself."""
LOOK_EVERY: Final = 5.0
CONNECT_WITHIN: Final = 15.0
CONNECT: Final = "apps.connections.open"
"""It has a token of its own: who is shut out of it may still speak."""

log = structlog.get_logger()


class Sockets:
    """Keeps the connections up until it is closed."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        *,
        connections: int = CONNECTIONS,
        apart: float = APART,
        silent_after: float = SILENT_AFTER,
        look_every: float = LOOK_EVERY,
        ping_every: float = PING_EVERY,
        rest: float = REST,
        workspace: Workspace | None = None,
    ) -> None:
        """What an operator must mend is told to the *workspace*."""
        self._app = app
        self._workspace = workspace
        self._rest = rest
        self._app_token = app_token
        self._connections = connections
        self._apart = apart
        self._silent_after = silent_after
        self._look_every = look_every
        self._ping_every = ping_every
        self._held: dict[int, _Connection] = {}
        self._keeping: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Connect; when this returns, events can come in. Raises where Slack refuses."""
        await self._connect(0)
        self._keeping = [
            asyncio.create_task(self._keep(number)) for number in range(self._connections)
        ]

    async def close(self) -> None:
        """Hear nothing more."""
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        await asyncio.gather(*(each.close() for each in self._held.values()))
        self._held.clear()

    @property
    def alive(self) -> int:
        """How many connections answer."""
        return sum(each.is_alive(self._silent_after) for each in self._held.values())

    async def _keep(self, number: int) -> None:
        if number not in self._held:
            await asyncio.sleep(self._apart * number)
        while True:
            try:
                await self._look(number)
            except ShutOut as fault:
                if self._workspace is not None:
                    self._workspace.shut_out(CONNECT, fault.why)
                await asyncio.sleep(self._rest)  # Only an operator can help: no storm meanwhile.
            except Exception as fault:
                log.warning("slack cannot be reached", fault=type(fault).__name__)
            await asyncio.sleep(self._look_every)

    async def _look(self, number: int) -> None:
        """Connect where there is no connection, or one that does not answer."""
        held = self._held.get(number)
        if held is not None and held.is_alive(self._silent_after):
            return
        if held is not None:
            log.warning("a connection to slack fell silent and is made anew")
            del self._held[number]
            await held.close()
        await self._connect(number)

    async def _connect(self, number: int) -> None:
        connection = _Connection(self._app, self._app_token, self._ping_every)
        try:
            await connection.open()
        except BaseException:
            await connection.close()
            raise
        self._held[number] = connection
        if self._workspace is not None:
            self._workspace.let_in(CONNECT)


class _Connection:
    def __init__(self, app: AsyncApp, app_token: str, ping_every: float) -> None:
        self._handler = AsyncSocketModeHandler(
            app,
            app_token,
            logger=LOGGER,
            web_client=AsyncWebClient(base_url=app.client.base_url, logger=LOGGER),
            ping_interval=ping_every,
        )
        self._opened_at = time.monotonic()

    async def open(self) -> None:
        client = self._handler.client
        try:
            # Asked here first: left alone, the client would ask for ever with a wrong token.
            client.wss_uri = await client.issue_new_wss_url()
        except SlackApiError as fault:
            error = str(fault.response.get("error"))
            raise fault_of(CONNECT, error) from fault
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as fault:
            raise ChatUnavailable(f"Slack cannot be reached: {type(fault).__name__}.") from fault
        try:
            await asyncio.wait_for(client.connect(), CONNECT_WITHIN)  # type: ignore[no-untyped-call]  # the library's own
        except TimeoutError as fault:
            raise ChatUnavailable("Slack lets no connection be made.") from fault
        self._opened_at = time.monotonic()

    async def close(self) -> None:
        client = self._handler.client
        if client.current_session is not None:
            await client.close()  # type: ignore[no-untyped-call]  # the library's own
            return
        client.closed = True  # It was never connected, and cannot be disconnected.
        client.message_processor.cancel()
        await client.aiohttp_client_session.close()

    def is_alive(self, silent_after: float) -> bool:
        """Whether Slack has answered lately. Being connected does not show it."""
        answered = self._handler.client.last_ping_pong_time
        if answered is None:
            return time.monotonic() - self._opened_at < silent_after
        return time.time() - answered < silent_after
