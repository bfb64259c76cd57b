"""What a heartbeat costs when much is promised: beside APScheduler's own job store.

python -m benchmarks.tick [--quick]

A hundred thousand promises wait and ten thousand are due. Both keep theirs in SQLite with a
write-ahead log at `synchronous=FULL`, on the same disk, in the same run, and have nothing to do in
each. The pause is the longest time in which the event loop, and with it every chat, stood still.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from benchmarks import base
from bot.followup import dues
from storage.database import Store, upgrade
from storage.models import Due

KIND, BATCH, AT_ONCE = "nothing", 200, 5000

_done = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """How long it took to promise everything, to keep what was due, and to look when nothing is."""

    promised: float
    kept: float
    pause_ms: float
    idle_ms: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tick", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    scale = 10 if parser.parse_args().quick else 1
    pending, due = 100_000 // scale, 10_000 // scale
    with tempfile.TemporaryDirectory(prefix="liaison-tick-") as folder:
        ours = asyncio.run(_ours(Path(folder), pending, due))
        theirs = asyncio.run(_theirs(Path(folder), pending, due))
    table = Table(f"{pending:,} waiting, {due:,} due", "Liaison", "APScheduler")
    for name, of in (
        ("promised, a second", lambda each: f"{(pending + due) / each.promised:,.0f}"),
        ("kept, a second", lambda each: f"{due / each.kept:,.0f}"),
        ("all that was due", lambda each: f"{each.kept:.1f} s"),
        ("longest pause of the event loop", lambda each: f"{each.pause_ms:,.0f} ms"),
        ("a look when nothing is due", lambda each: f"{each.idle_ms:.2f} ms"),
    ):
        table.add_row(name, of(ours), of(theirs))
    Console().print(table)
    Console().print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")


async def _ours(folder: Path, pending: int, due: int) -> Kept:
    store = base.opened(folder)
    upgrade(store.engine)
    began = time.perf_counter()
    now = datetime.now(UTC)
    _promise(store, pending, due, now)
    promised = time.perf_counter() - began

    def beat() -> int:
        with store.begin() as session:
            return dues.fire_due(session, now, {KIND: _nothing}, BATCH)

    async def keep() -> None:
        while await asyncio.to_thread(beat):
            pass

    kept, pause = await _timed(keep)
    began = time.perf_counter()
    for _ in range(100):
        with store.reading() as session:
            dues.next_due_at(session, now)
    idle = (time.perf_counter() - began) * 10
    store.close()
    return Kept(promised, kept, pause, idle)


async def _theirs(folder: Path, pending: int, due: int) -> Kept:
    engine = create_engine(f"sqlite:///{folder / 'apscheduler.db'}")
    event.listen(engine, "connect", _safely)
    jobs = SQLAlchemyJobStore(engine=engine)
    scheduler = AsyncIOScheduler(timezone=UTC, jobstores={"default": jobs})
    scheduler.start(paused=True)
    now = datetime.now(UTC)
    began = time.perf_counter()
    for number in range(pending + due):
        at = now - timedelta(seconds=1) if number < due else now + timedelta(days=1)
        scheduler.add_job(_called, "date", run_date=at, misfire_grace_time=None, id=str(number))
    promised = time.perf_counter() - began

    async def keep() -> None:
        scheduler.resume()
        while _done < due:  # noqa: ASYNC110  its jobs tell nobody when they are done
            await asyncio.sleep(0.01)

    kept, pause = await _timed(keep)
    began = time.perf_counter()
    for _ in range(100):
        jobs.get_due_jobs(now)
    idle = (time.perf_counter() - began) * 10
    scheduler.shutdown(wait=False)
    engine.dispose()
    return Kept(promised, kept, pause, idle)


async def _timed(work: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """How long the work took, and the longest pause of the event loop in it, in milliseconds."""
    longest, is_over = 0.0, asyncio.Event()

    async def beat() -> None:
        nonlocal longest
        last = time.perf_counter()
        while not is_over.is_set():
            await asyncio.sleep(0.001)
            longest, last = max(longest, time.perf_counter() - last), time.perf_counter()

    heart = asyncio.create_task(beat())
    await asyncio.sleep(0.01)
    began = time.perf_counter()
    await work()
    took = time.perf_counter() - began
    is_over.set()
    await heart
    return took, longest * 1000


def _promise(store: Store, pending: int, due: int, now: datetime) -> None:
    """As questions do when they are asked: many promises in one unit of work."""
    for start in range(0, pending + due, AT_ONCE):
        with store.begin() as session:
            for number in range(start, min(start + AT_ONCE, pending + due)):
                at = now - timedelta(seconds=1) if number < due else now + timedelta(days=1)
                dues.add(session, kind=KIND, subject_id=number, due_at=at, is_first=True)


def _nothing(_session: Session, _due: Due, _now: datetime) -> None:
    """What is measured is the keeping, not what is kept."""


async def _called() -> None:
    global _done
    _done += 1


def _safely(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


if __name__ == "__main__":
    main()
