"""Asking a calendar over the network: CalDAV's free/busy report, or an iCalendar feed."""

import asyncio
import base64
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import aiohttp

from bot.errors import CalendarUnavailable
from bot.meetings import calendar
from bot.meetings.busy import BusyTimes, Interval

_TIMEOUT = aiohttp.ClientTimeout(total=30)
UNFOLDED_WITHIN: Final = timedelta(seconds=60)
"""The largest calendar needs a third of it; a rule can be written that takes for ever."""
_REPORT = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">'
    '<C:time-range start="{start:%Y%m%dT%H%M%SZ}" end="{end:%Y%m%dT%H%M%SZ}"/>'
    "</C:free-busy-query>"
)


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar that is published as one iCalendar file."""

    address: str

    async def busy(self, start: datetime, end: datetime, zone: ZoneInfo) -> Sequence[Interval]:
        content = await _asked("GET", self.address, {})
        return await _read(content, start, end, zone)


@dataclass(frozen=True, slots=True)
class CalDav:
    """A calendar on a CalDAV server, asked for free and busy times only (RFC 4791, 7.10)."""

    address: str
    user: str = ""
    password: str = ""

    async def busy(self, start: datetime, end: datetime, zone: ZoneInfo) -> Sequence[Interval]:
        content = await _asked(
            "REPORT",
            self.address,
            {
                "Depth": "1",
                "Content-Type": "application/xml; charset=utf-8",
                **_signed(self.user, self.password),
            },
            _REPORT.format(start=start.astimezone(UTC), end=end.astimezone(UTC)),
        )
        return await _read(content, start, end, zone)


def calendar_at(address: str, *, user: str = "", password: str = "") -> BusyTimes:
    """The calendar at an address: a feed where a file is named, else on a CalDAV server."""
    plain = address.replace("webcal://", "https://", 1)
    if urlsplit(plain).path.endswith((".ics", ".ifb", ".vfb")):
        return Feed(plain)
    return CalDav(plain, user, password)


def _signed(user: str, password: str) -> Mapping[str, str]:
    """Who asks (RFC 7617); nothing for nobody."""
    if not user:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


async def _asked(
    method: str,
    address: str,
    headers: Mapping[str, str],
    body: str | None = None,
) -> bytes:
    """What is answered there. A redirect is not followed: it could lead anywhere."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.request(
                method, address, headers=headers, data=body, allow_redirects=False
            ) as answer,
        ):
            if answer.status != 200:
                raise CalendarUnavailable(f"A calendar answered with status {answer.status}.")
            return await _read_all(answer)
    except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
        # Not its address: that may be all that keeps strangers out.
        raise CalendarUnavailable("A calendar could not be reached.") from fault


async def _read_all(answer: aiohttp.ClientResponse) -> bytes:
    content = b""
    async for part in answer.content.iter_chunked(64 * 1024):
        content += part
        if len(content) > calendar.LARGEST_CALENDAR:
            raise CalendarUnavailable("A calendar is too large to be read.")
    return content


async def _read(
    content: bytes, start: datetime, end: datetime, zone: ZoneInfo
) -> Sequence[Interval]:
    """What it says, found out in a process of its own: it may need all of that one's time."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "adapters.calendar.unfolding"),
        *(start.isoformat(), end.isoformat(), zone.key),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # What a fault says may repeat what the calendar says.
        # All that it is given: the environment may hold keys.
        env={"PYTHONPATH": os.pathsep.join(each for each in sys.path if each)},
    )
    try:
        async with asyncio.timeout(UNFOLDED_WITHIN.total_seconds()):
            said, _ = await child.communicate(content)
    except TimeoutError as fault:
        raise CalendarUnavailable("A calendar takes too long to be understood.") from fault
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise CalendarUnavailable("A calendar could not be understood.")
    return [
        (datetime.fromisoformat(begins), datetime.fromisoformat(ends))
        for begins, ends in json.loads(said)
    ]
