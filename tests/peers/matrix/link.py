"""A line to the homeserver that breaks when it is told to."""

from typing import Any

from aiohttp import ClientSession, ClientTimeout, web

from bot.errors import ChatUnavailable


class Link:
    """Passes everything on, but for what it is told to break: each once, and in rooms only."""

    def __init__(self, to: str) -> None:
        self.to = to
        self.faults: list[Exception] = []
        self.lost_answers = 0
        self.address = ""
        self.passed: list[str] = []
        """Every request that was passed on, as `VERB path`."""
        self._lost = ""
        self._session: ClientSession
        self._runner: web.AppRunner

    async def open(self) -> "Link":
        self._session = ClientSession(timeout=ClientTimeout(total=100))
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{tail:.*}", self._pass)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def close(self) -> None:
        await self._runner.cleanup()
        await self._session.close()

    def _loses(self, path: str) -> bool:
        # The client asks a second time on its own when a line breaks: that answer is lost, too.
        if self.lost_answers > 0:
            self.lost_answers -= 1
            self._lost = path
            return True
        is_again, self._lost = self._lost == path, ""
        return is_again

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        is_of_room = "/rooms/" in request.path
        if is_of_room and self.faults:
            return _answered(self.faults.pop(0))
        self.passed.append(f"{request.method} {request.path}")
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in ("host", "content-length", "accept-encoding")
        }
        async with self._session.request(
            request.method,
            f"{self.to}{request.raw_path}",
            data=await request.read(),
            headers=headers,
        ) as answer:
            body = await answer.read()
            if "/send/" in request.path and self._loses(request.path):
                assert request.transport is not None
                request.transport.abort()
            kind = answer.headers.get("Content-Type", "application/json")
            return web.Response(status=answer.status, body=body, headers={"Content-Type": kind})


def _answered(fault: Exception) -> web.Response:
    said: dict[str, Any] = {"errcode": "M_FORBIDDEN", "error": "no"}
    status = 403
    if isinstance(fault, ChatUnavailable):
        status, said = 503, {"errcode": "M_UNKNOWN"}
        if fault.retry_after is not None:
            status = 429
            said = {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": fault.retry_after * 1000}
    return web.json_response(said, status=status)
