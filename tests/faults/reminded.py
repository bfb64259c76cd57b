"""Reminders under a bot that is killed and stays away, and what must hold all the same.

`python -m tests.faults.reminded --reminders 10000 --kills 200` does it for long. The clock is a
virtual one: between two lives lie a second to seven days.
"""

import argparse
import contextlib
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.followup import dues
from bot.governance import ledger
from bot.governance.ledger import Operation
from storage.database import Store, open_store, upgrade
from storage.models import Due, DueState, Entry
from tests.faults.killed import PRELOADED
from tests.house import START

KIND = "reminder"
LONGEST_AWAY = timedelta(days=7)
PATIENCE = 300.0
_TAKEN_BACK = 0.05
"""Of the reminders of the next step, each is taken back so often."""
_STEP = LONGEST_AWAY / 16
"""The virtual clock goes on by up to so much at once: several times between two kills."""


def prepare(folder: Path, reminders: int, kills: int, chance: random.Random) -> None:
    """So many reminders at random moments, over as long as the bot will be there and away."""
    length = (kills + 2) * LONGEST_AWAY
    with _opened(folder) as store:
        upgrade(store.engine)
        with store.begin() as session:
            for number in range(reminders):
                due_at = START + length * chance.random()
                dues.add(session, kind=KIND, subject_id=number, due_at=due_at, is_first=True)
    _set_clock(folder, START)


def run(folder: Path, seed: int, *, careless: bool) -> None:
    """One life: time goes by in steps, reminders are rung, and people take some back."""
    chance = random.Random(seed)
    with _opened(folder) as store:
        while _progress(folder, store):
            now = _clock(folder) + _STEP * chance.random()
            _set_clock(folder, now)
            _take_back(store, chance, now, until=now + _STEP)
            if careless:
                _ring_carelessly(store, now)
            else:
                with store.begin() as session:
                    dues.fire_due(session, now, {KIND: _ring})


def survive(
    folder: Path, *, reminders: int, kills: int, seed: int, careless: bool = False
) -> list[str]:
    """Kill it so often while so many reminders fall due. Returns all that is wrong in the end."""
    chance = random.Random(seed)
    prepare(folder, reminders, kills, chance)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    killed = life = 0
    while True:
        life += 1
        child = context.Process(
            target=run, args=(folder, seed + life), kwargs={"careless": careless}
        )
        child.start()
        if killed < kills and _kill(child, folder, chance, kills - killed):
            killed += 1
            away = timedelta(seconds=chance.uniform(1, LONGEST_AWAY.total_seconds()))
            _set_clock(folder, _clock(folder) + away)
            continue
        child.join(PATIENCE)
        if child.exitcode == 0:
            break
        child.kill()
        raise AssertionError(f"it did not come to an end: {child.exitcode}")
    return [*wrong(folder), *([f"killed {killed} times only"] if killed < kills else [])]


def wrong(folder: Path) -> list[str]:
    """Everything that does not hold in what is left in *folder*."""
    with _opened(folder) as store, store.reading() as session:
        rung = Counter(
            session.scalars(select(Entry.subject).where(Entry.operation == Operation.CLOCK))
        )
        early = session.scalars(
            select(Due.subject_id).where(Due.state == DueState.FIRED, Due.settled_at < Due.due_at)
        )
        found = [f"reminder {subject} was rung before its time" for subject in early]
        for due in session.scalars(select(Due)):
            times = rung[_subject(due.subject_id)]
            match due.state:
                case DueState.FIRED if times != 1:
                    found.append(f"reminder {due.subject_id} was rung {times} times")
                case DueState.SUPERSEDED if times:
                    found.append(f"reminder {due.subject_id} was taken back and rung")
                case DueState.WAITING | DueState.MISSED:
                    found.append(f"reminder {due.subject_id} is {due.state}")
                case _:
                    pass
        held = ledger.verify(session)
        if isinstance(held, ledger.Broken):
            found.append(f"the ledger is broken at {held.sequence}: {held.why}")
        return found


def counted(folder: Path) -> Counter[str]:
    """How many reminders ended in which way."""
    with _opened(folder) as store, store.reading() as session:
        rows = session.execute(select(Due.state, func.count()).group_by(Due.state)).all()
        return Counter({str(state): count for state, count in rows})


def _ring(session: Session, due: Due, now: datetime) -> None:
    """An effect that shows when it comes twice."""
    ledger.record(session, Operation.CLOCK, now=now, subject=_subject(due.subject_id))


def _ring_carelessly(store: Store, now: datetime) -> None:
    """The control: note first what is done, and do it after."""
    with store.begin() as session:
        claimed = dues.claim(session, now, kinds=[KIND], limit=100)
        for due in claimed:
            dues.settle(due, DueState.FIRED, now)
        subjects = [due.subject_id for due in claimed]
    for subject in subjects:
        with store.begin() as session:
            ledger.record(session, Operation.CLOCK, now=now, subject=_subject(subject))


def _take_back(store: Store, chance: random.Random, now: datetime, *, until: datetime) -> None:
    """Somebody has answered: what was to remind them *until* then is not needed."""
    with store.begin() as session:
        waiting = session.scalars(
            select(Due.subject_id).where(
                Due.state == DueState.WAITING, Due.due_at > now, Due.due_at <= until
            )
        )
        for subject in waiting.all():
            if chance.random() < _TAKEN_BACK:
                dues.supersede(session, KIND, subject, now)


def _progress(folder: Path, store: Store) -> int:
    """How many reminders still wait; written down for who watches from outside."""
    with store.reading() as session:
        left = session.scalar(select(func.count()).where(Due.state == DueState.WAITING)) or 0
    _write(folder / "left", str(left))
    return left


def _kill(child: BaseProcess, folder: Path, chance: random.Random, still: int) -> bool:
    """Kill it at some moment while it works, as one of so many *still* to come. False when it was
    done before.
    """
    left = folder / "left"
    before = int(left.read_text()) if left.exists() else None
    until = chance.randint(1, max(1, (before or 0) // (still + 1)))
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if child.exitcode is not None:
            return False
        now = int(left.read_text()) if left.exists() else None
        if before is None:
            before = now
        if before is not None and now is not None and before - now >= until:
            break
        time.sleep(0.002)
    time.sleep(chance.random() * 0.02)
    if child.exitcode is not None or child.pid is None:
        return False
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    return True


def _subject(number: int) -> str:
    return f"{KIND}:{number}"


def _clock(folder: Path) -> datetime:
    return datetime.fromisoformat((folder / "clock").read_text())


def _set_clock(folder: Path, now: datetime) -> None:
    _write(folder / "clock", now.isoformat())


def _write(path: Path, text: str) -> None:
    """Whole or not at all, whoever is killed in between."""
    part = path.with_suffix(f".{os.getpid()}")
    part.write_text(text)
    part.rename(path)


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[Store]:
    store = open_store(
        f"sqlite:///{folder / 'liaison.db'}",
        keyring_url=f"sqlite:///{folder / 'keyring.db'}",
        master=b"for a test only, and never kept!",
    )
    with contextlib.closing(store):
        yield store


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reminders", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--careless", action="store_true", help="the control, which must fail")
    given = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="liaison-reminded-"))
    began = time.monotonic()
    found = survive(
        folder,
        reminders=given.reminders,
        kills=given.kills,
        seed=given.seed,
        careless=given.careless,
    )
    ended = ", ".join(f"{count} {state}" for state, count in sorted(counted(folder).items()))
    took = f"{given.reminders} reminders, {given.kills} kills, {time.monotonic() - began:.0f} s"
    lines = [f"{took}: {ended}; {len(found)} faults", *(f"  {each}" for each in found[:50])]
    sys.stdout.write("\n".join(lines) + "\n")
    if not found:
        shutil.rmtree(folder)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
