"""The heartbeat: APScheduler wakes the liaison, the rows say what is due."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.liaison import Liaison

BEAT_SECONDS = 1
HOUSE_SECONDS = 3600

log = structlog.get_logger()


class Heartbeat:
    """Makes the liaison work each second, sooner when it is woken, and keep house each hour."""

    def __init__(self, liaison: Liaison) -> None:
        self._liaison = liaison
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._waker: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Beat from now on, in the running event loop."""
        # The jobs only wake: what was missed is in the rows, so that one late beat makes up for all.
        for work, seconds in (
            (self._liaison.work, BEAT_SECONDS),
            (self._liaison.keep_house, HOUSE_SECONDS),
        ):
            self._scheduler.add_job(
                _logged(work),
                "interval",
                seconds=seconds,
                next_run_time=datetime.now(UTC),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.start()
        self._waker = asyncio.create_task(self._work_when_woken())

    async def stop(self) -> None:
        """Beat no more; what is under way is finished."""
        self._scheduler.shutdown(wait=False)
        if self._waker is not None:
            self._waker.cancel()
            await asyncio.gather(self._waker, return_exceptions=True)
        await self._liaison.settled()

    async def _work_when_woken(self) -> None:
        while True:
            await self._liaison.woken.wait()
            self._liaison.woken.clear()
            await _logged(self._liaison.work)()


def _logged(work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """A beat that fails is told to the operator, and the next one tries again."""

    async def beat() -> None:
        try:
            await work()
        except Exception as fault:
            log.error("a beat failed", work=work.__name__, fault=type(fault).__name__, told=str(fault)[:200])

    return beat
