"""The whole flow of a message under load: heard, understood, kept, and its questions queued."""

import asyncio
import resource
import statistics
import threading
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import psutil
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import base, talk
from benchmarks.talk import Utterance
from bot.casework import linking
from bot.conversation import intake
from bot.followup.deadlines import load_policy
from bot.liaison import Liaison
from nlp import pipeline
from nlp.apart import Apart
from nlp.garbage import collect_rarely
from nlp.pipeline import Text
from storage.database import Store
from storage.models import Card, Delivery, Entry, Match, Mention, Message, Progress, Prompt

T = TypeVar("T")
LISTENERS = 256
"""So many callers tell the liaison something at the same time, each one message after another."""
_MILLISECONDS = 21
"""A row's number holds the moment it was made, in milliseconds, above these bits."""


@dataclass(frozen=True, slots=True)
class Sustained:
    """How much was worked through, and what it cost."""

    messages: int
    seconds: float
    cpu_seconds: float
    cpu_by_part: dict[str, float]
    rows: dict[str, int]
    idle_mb: float
    peak_mb: float

    @property
    def a_second(self) -> float:
        return self.messages / self.seconds


@dataclass(frozen=True, slots=True)
class Latency:
    """From `hear` to the question's delivery row committed, in milliseconds."""

    a_second: float
    asked: int
    p50: float
    p95: float
    worst: float
    cpu_share: float


class Stopwatch:
    """Processor time by part of the work. Parts may lie inside one another: subtract them."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._lock = threading.Lock()

    def timed(self, part: str, work: Callable[..., T]) -> Callable[..., T]:
        def working(*args: Any, **kwargs: Any) -> T:
            began = time.thread_time()
            try:
                return work(*args, **kwargs)
            finally:
                with self._lock:
                    self.seconds[part] += time.thread_time() - began

        return working


class Measured(Liaison):
    """The liaison, with a note of when each unit of work began and was committed."""

    def __init__(self, store: Store, watch: Stopwatch, reader: Apart) -> None:
        super().__init__(
            store,
            extract=reader.read,
            clock=lambda: datetime.now(UTC),
            policy=load_policy(),
        )
        self.units: list[tuple[float, float]] = []
        self.reader = psutil.Process(reader.pid)
        self._watch = watch

    def cpu(self) -> tuple[float, float]:
        """The processor time of this process, and of the one that reads texts."""
        reading = self.reader.cpu_times()
        return time.process_time(), reading.user + reading.system

    def resident_mb(self) -> float:
        """The memory of both."""
        here = psutil.Process().memory_info().rss
        return (here + self.reader.memory_info().rss) / 1e6

    def do_now(self, verb: Callable[[Session], T]) -> T:
        began = time.time()
        whole = self._watch.timed("write", super().do_now)
        outcome = whole(self._watch.timed("verb", verb))
        self.units.append((began, time.time()))
        return outcome


def sustained(folder: Path, warm: Sequence[Utterance], messages: Sequence[Utterance]) -> Sustained:
    """Work through these messages as fast as it goes, after some to warm up."""
    return asyncio.run(_sustained(folder, warm, messages))


def latency(
    folder: Path, warm: Sequence[Utterance], messages: Sequence[Utterance], rate: float
) -> Latency:
    """Hear so many messages a second that each speak of something known, and time the questions."""
    return asyncio.run(_latency(folder, warm, messages, rate))


async def _sustained(
    folder: Path, warm: Sequence[Utterance], messages: Sequence[Utterance]
) -> Sustained:
    async with _Opened(folder) as (liaison, watch):
        idle = liaison.resident_mb()
        await _run_through(liaison, warm, first=0)
        watch.seconds.clear()
        before = await _counted(liaison)
        began, (worked, was_read) = time.perf_counter(), liaison.cpu()
        await _run_through(liaison, messages, first=len(warm))
        seconds, (cpu, reading) = time.perf_counter() - began, liaison.cpu()
        cpu, reading = cpu - worked, reading - was_read
        after = await _counted(liaison)
        peak = _peak_mb(liaison)
    spent = watch.seconds
    parts = {
        "hear": spent["hear"],
        "read the queue": spent["wait"],
        "link": spent["link"],
        "match, card, ask": spent["verb"] - spent["hear"] - spent["link"],
        "commit": spent["write"] - spent["verb"],
    }
    parts["event loop and threads"] = cpu - sum(parts.values())
    parts["extract, in a process of its own"] = reading
    rows = {name: after[name] - before[name] for name in after}
    return Sustained(len(messages), seconds, cpu + reading, parts, rows, idle, peak)


async def _latency(
    folder: Path, warm: Sequence[Utterance], messages: Sequence[Utterance], rate: float
) -> Latency:
    told_at: dict[str, float] = {}
    async with _Opened(folder) as (liaison, _):
        await _run_through(liaison, warm, first=0)
        working = asyncio.create_task(_work_when_woken(liaison))
        worked, began = sum(liaison.cpu()), time.perf_counter()
        hearing = []
        for number, utterance in enumerate(messages):
            # Open loop: the next one comes at its time, whatever became of the last.
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            said = talk.said(utterance, len(warm) + number, datetime.now(UTC))
            told_at[said.event] = time.time()
            hearing.append(asyncio.create_task(liaison.hear([said])))
        await asyncio.gather(*hearing)
        took = time.perf_counter() - began
        cpu = sum(liaison.cpu()) - worked
        await liaison.work()
        working.cancel()
        queued = await liaison.read(_queued)
        waits = _waits(told_at, queued, liaison.units)
    cuts = statistics.quantiles(waits, n=100)
    return Latency(len(messages) / took, len(waits), cuts[49], cuts[94], max(waits), cpu / took)


@contextmanager
def _instrumented(watch: Stopwatch) -> Iterator[None]:
    from bot.conversation import inbox

    with (
        patch.object(intake, "hear", watch.timed("hear", intake.hear)),
        patch.object(linking, "find", watch.timed("link", linking.find)),
        patch.object(inbox, "waiting", watch.timed("wait", inbox.waiting)),
    ):
        yield


class _Opened:
    """A liaison on the base in *folder*, instrumented."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __aenter__(self) -> tuple[Measured, Stopwatch]:
        watch = Stopwatch()
        self._instruments = _instrumented(watch)
        self._instruments.__enter__()
        self._store = base.opened(self._folder)
        self._reader = Apart(pipeline.load)
        self._reader.read([Text("warm up")])
        self._liaison = Measured(self._store, watch, self._reader)
        await self._liaison.work()
        collect_rarely()
        return self._liaison, watch

    async def __aexit__(self, *_: object) -> None:
        await self._liaison.close()
        self._reader.close()
        self._store.close()
        self._instruments.__exit__(None, None, None)


async def _run_through(liaison: Liaison, messages: Sequence[Utterance], *, first: int) -> None:
    """Tell all of these from many callers at once, until the last is understood."""
    waiting = iter(enumerate(messages, start=first))

    async def listen() -> None:
        for number, utterance in waiting:
            await liaison.hear([talk.said(utterance, number, datetime.now(UTC))])

    working = asyncio.create_task(_work_when_woken(liaison))
    await asyncio.gather(*(listen() for _ in range(LISTENERS)))
    await liaison.work()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def _work_when_woken(liaison: Liaison) -> None:
    """As the heartbeat does it."""
    while True:
        await liaison.woken.wait()
        liaison.woken.clear()
        await liaison.work()


def _queued(session: Session) -> list[tuple[str, int]]:
    """The event of each message that led to a question, and the number of the question's words."""
    rows = session.execute(
        select(Message.event, func.min(Delivery.id))
        .join(Prompt, Prompt.message_id == Message.id)
        .join(Delivery, Delivery.prompt_id == Prompt.id)
        .group_by(Message.event)
    )
    return [(event, delivery) for event, delivery in rows]


def _waits(
    told_at: dict[str, float], queued: Sequence[tuple[str, int]], units: list[tuple[float, float]]
) -> list[float]:
    """How long each question took, until the unit of work that queued it was committed."""
    ends = [end for _, end in units]
    waits = []
    for event, delivery in queued:
        if event in told_at:
            made_at = (delivery >> _MILLISECONDS) / 1000
            committed_at = ends[bisect_left(ends, made_at)]
            waits.append(1000 * (committed_at - told_at[event]))
    return waits


async def _counted(liaison: Liaison) -> dict[str, int]:
    models = {
        "messages": Message,
        "mentions": Mention,
        "matches": Match,
        "questions": Prompt,
        "cards": Card,
        "deliveries": Delivery,
        "ledger entries": Entry,
    }

    def counting(session: Session) -> dict[str, int]:
        counted = {
            name: session.scalar(select(func.count()).select_from(model)) or 0
            for name, model in models.items()
        }
        undone = select(func.count()).where(Message.progress != Progress.DONE)
        return {**counted, "not understood": session.scalar(undone) or 0}

    return await liaison.read(counting)


def _peak_mb(liaison: Measured) -> float:
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return (here + liaison.reader.memory_info().rss) / 1e6
