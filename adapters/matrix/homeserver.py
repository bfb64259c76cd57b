"""Speaking to a homeserver over HTTP: its refusals become ours."""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.errors import ChatBusy, ChatRefused, ChatUnavailable

CLIENT = "/_matrix/client"
MEDIA = "/_matrix/media/v3"
PATIENCE_SECONDS = 60.0
LONGEST_QUIET_SECONDS = 300.0
UNKNOWN_TOKEN = "M_UNKNOWN_TOKEN"


REVOKED = (
    "The homeserver no longer knows our access token: it was revoked. "
    "Do: liaison matrix login --new-device"
)


class Refused(ChatRefused):
    """The homeserver said no; `code` is its own word for why."""

    def __init__(self, status: int, code: str, answer: Mapping[str, Any]) -> None:
        # Not its sentence: that may name people.
        super().__init__(f"The homeserver refuses ({status} {code}).")
        self.status = status
        self.code = code
        self.answer = answer


class LoggedOut(ChatUnavailable):
    """The homeserver no longer knows our access token: the operator must act."""


class Homeserver:
    """One homeserver, spoken to as one account."""

    def __init__(self, address: str, token: str = "") -> None:
        self.address = address.rstrip("/")
        self.token = token
        self._session: aiohttp.ClientSession | None = None
        self._quiet_until = 0.0

    async def get(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        patience: float = PATIENCE_SECONDS,
    ) -> Any:
        return await self.call("GET", path, query=query, patience=patience)

    async def listed(self, path: str) -> list[dict[str, Any]]:
        """What answers with a list."""
        told = await self.call("GET", path, is_list=True)
        return [each for each in told if isinstance(each, dict)]

    async def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return await self.call("PUT", path, body)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return await self.call("POST", path, body)

    async def upload(self, content: bytes) -> str:
        """Keep these bytes there; returns where they are. Send nothing that is not encrypted."""
        answer = await self.call("POST", f"{MEDIA}/upload", content=content)
        return str(answer["content_uri"])

    async def call(
        self,
        verb: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        content: bytes | None = None,
        patience: float = PATIENCE_SECONDS,
        is_list: bool = False,
    ) -> Any:
        """Ask for one thing. Raises `ChatUnavailable`, `LoggedOut` or `Refused`."""
        if verb != "GET":
            self._keep_quiet()
        kind = "application/json" if content is None else "application/octet-stream"
        data = content if body is None else json.dumps(body).encode()
        headers = {"Content-Type": kind} if data is not None else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            async with self._opened().request(
                verb,
                self.address + path,
                data=data,
                params=query,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=patience),
            ) as answer:
                status, said = answer.status, await answer.read()
        except (aiohttp.ClientError, TimeoutError) as fault:
            raise ChatUnavailable(
                f"The homeserver cannot be reached ({type(fault).__name__})."
            ) from fault
        return self._judged(status, _read(said), list if is_list else dict)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # The connections are closed in the next turn of the loop.

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=True)
        return self._session

    def _keep_quiet(self) -> None:
        """Who was told to wait does not ask again before."""
        wait = self._quiet_until - time.monotonic()
        if wait > 0:
            raise ChatBusy("The homeserver asked us to wait.", retry_after=wait, is_for_all=True)

    def _judged(self, status: int, answer: Any, kind: type) -> Any:
        if status < 400 and isinstance(answer, kind):
            return answer
        said = answer if isinstance(answer, dict) else {}
        code = str(said.get("errcode", ""))[:64]
        if status == 429 or code == "M_LIMIT_EXCEEDED":
            wait = _seconds(said.get("retry_after_ms"))
            self._quiet_until = time.monotonic() + wait
            raise ChatBusy("The homeserver asked us to wait.", retry_after=wait, is_for_all=True)
        if code == UNKNOWN_TOKEN:
            raise LoggedOut("The homeserver no longer knows our access token.")
        if status >= 500 or status < 400:
            raise ChatUnavailable(f"The homeserver is not well ({status}).")
        raise Refused(status, code, said)


def path(*parts: str, version: str = "v3") -> str:
    """A path of the client API; what is in the parts stays in its part."""
    return "/".join([CLIENT, version, *(quote(part, safe="") for part in parts)])


def _read(said: bytes) -> Any:
    try:
        return json.loads(said)
    except (ValueError, RecursionError):
        return None


def _seconds(milliseconds: object) -> float:
    wait = milliseconds / 1000 if isinstance(milliseconds, int | float) else 1.0
    return min(max(wait, 0.1), LONGEST_QUIET_SECONDS)
