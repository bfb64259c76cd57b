"""The heartbeat: APScheduler wakes the liaison, the rows say what is due."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.liaison import Liaison

BEAT_SECONDS = 1
RENEW_SECONDS = 10
HOUSE_SECONDS = 3600
CALENDARS_SECONDS = 900
JUMP = timedelta(seconds=30)
"""By how much the clock may disagree with the time that has passed before somebody is told."""

Work = Callable[[], Coroutine[Any, Any, None]]

log = structlog.get_logger()


class Heartbeat:
    """Makes the liaison work each second, sooner when it is woken, and keep house each hour."""

    def __init__(self, liaison: Liaison) -> None:
        self._liaison = liaison
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._watches: list[asyncio.Task[None]] = []
        self._under_way: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Beat from now on, in the running event loop."""
        self._scheduler.start()
        self._every(BEAT_SECONDS, _logged(self._liaison.work))
        self._every(HOUSE_SECONDS, _logged(self._liaison.keep_house))
        self._every(CALENDARS_SECONDS, _logged(self._liaison.read_calendars))
        self._watches = [
            asyncio.create_task(self._work_when_woken()),
            asyncio.create_task(self._watch_the_clock()),
        ]

    def renew(self, take: Work, *, lost: Callable[[Exception], None]) -> None:
        """Keep a lease: *take* it again in good time, and say so when that fails.

        *lost* is told why. Whether that ends anything is for the caller to decide.
        """

        async def again() -> None:
            try:
                await take()
            except Exception as fault:
                lost(fault)

        self._every(RENEW_SECONDS, again)

    async def stop(self) -> None:
        """Beat no more; what is under way is finished."""
        self._scheduler.shutdown(wait=False)
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        await asyncio.gather(*self._under_way)
        await self._liaison.settled()

    def _every(self, seconds: float, work: Work) -> None:
        async def finish() -> None:
            await self._finish(work)

        # The jobs only wake: what was missed is in the rows, so one late beat makes up for all.
        self._scheduler.add_job(
            finish,
            "interval",
            seconds=seconds,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    async def _finish(self, work: Work) -> None:
        """Work that goes on to its end, though whoever asked for it is told to stop."""
        # APScheduler cancels its jobs when it is shut down: in the midst of saying something, too.
        task = asyncio.create_task(work())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.shield(task)

    async def _work_when_woken(self) -> None:
        beat = _logged(self._liaison.work)
        while True:
            await self._liaison.woken.wait()
            self._liaison.woken.clear()
            await self._finish(beat)

    async def _watch_the_clock(self) -> None:
        """A clock that is set back must not stop the heart until it has caught up."""
        last, passed = self._liaison.now(), time.monotonic()
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            now, then = self._liaison.now(), time.monotonic()
            jump = (now - last) - timedelta(seconds=then - passed)
            if abs(jump) > JUMP:
                log.warning("the clock jumped", seconds=round(jump.total_seconds()))
            self._bring_forward()
            last, passed = now, then

    def _bring_forward(self) -> None:
        """No job waits longer than its interval."""
        now = datetime.now(UTC)
        for job in self._scheduler.get_jobs():
            if job.next_run_time - now > job.trigger.interval + timedelta(seconds=BEAT_SECONDS):
                job.modify(next_run_time=now)


def _logged(work: Callable[[], Coroutine[Any, Any, object]]) -> Work:
    """A beat that fails is told to the operator, and the next one tries again."""

    async def beat() -> None:
        try:
            await work()
        except Exception as fault:
            # Its kind alone: what a fault says may repeat what somebody said.
            log.error("a beat failed", work=work.__name__, fault=type(fault).__name__)

    return beat
