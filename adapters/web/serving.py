"""Serving pages on this machine."""

import asyncio
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from adapters.web.guard import is_loopback
from bot.errors import ConfigError

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_OUR_PROXIES = ["127.0.0.1", "::1"]
"""Who is believed when they say for whom they ask."""


async def serve(
    app: Starlette, host: str, port: int, *, ready: Callable[[int], None] | None = None
) -> None:
    """Serve *app* until a signal ends it. *ready* is told the port as soon as it answers.

    Port 0 takes any free one.
    """
    if not is_loopback(host):
        raise ConfigError(
            f'"{host}" is not an address of this machine alone. The practice room lets anybody '
            "play anybody, so it is served on 127.0.0.1 only."
        )
    with _opened(host, port) as door:
        await _Server(app, door.getsockname()[1], ready).serve(sockets=[door])


@asynccontextmanager
async def served(app: ASGIApp, host: str, port: int) -> AsyncIterator[int]:
    """Serve *app* meanwhile; yields the port. What has begun is finished in the end."""
    server = _Guest(
        uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=_OUR_PROXIES,
            timeout_graceful_shutdown=5,
        )
    )
    with _opened(host, port) as door:
        serving = asyncio.create_task(server.serve(sockets=[door]))
        try:
            yield door.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


class _Guest(uvicorn.Server):
    """Leaves the signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Server(uvicorn.Server):
    """Says when it answers, and lets open streams go before it waits for them to end."""

    def __init__(self, app: Starlette, port: int, ready: Callable[[int], None] | None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,  # The address holds the token.
                server_header=False,
                timeout_graceful_shutdown=2,
            )
        )
        self._app, self._port, self._ready = app, port, ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal, and then return: whoever called `serve` still has to clear away."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        for each in _SIGNALS:
            loop.add_signal_handler(each, self.handle_exit, each, None)
        try:
            yield
        finally:
            for each in _SIGNALS:
                loop.remove_signal_handler(each)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._ready is not None:
            self._ready(self._port)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.stream.close()
        await super().shutdown(sockets)


def _opened(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as fault:
        raise ConfigError(
            f"Port {port} on {host} cannot be opened: {fault.strerror}. "
            "Name another one, or 0 for any that is free."
        ) from fault
