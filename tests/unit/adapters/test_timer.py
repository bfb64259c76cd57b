"""The heart beats, whatever the clock does."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from structlog.testing import capture_logs

from adapters import timer
from adapters.timer import Heartbeat
from bot.liaison import Liaison


class Patient:
    """Counts the beats. Stands for the liaison, of which the heart needs no more than this."""

    def __init__(self) -> None:
        self.beats = 0
        self.houses = 0
        self.calendars = 0
        self.ahead = timedelta(0)
        self.fault: Exception | None = None
        self.woken = asyncio.Event()
        self.at_work = False
        self.length = 0.0

    async def work(self) -> None:
        self.beats += 1
        if self.fault is not None:
            raise self.fault
        self.at_work = True
        await asyncio.sleep(self.length)
        self.at_work = False

    async def keep_house(self) -> None:
        self.houses += 1

    async def read_calendars(self) -> None:
        self.calendars += 1

    async def settled(self) -> None:
        assert not self.at_work

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timer, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(timer, "RENEW_SECONDS", 0.05)


def test_the_heart_beats_and_keeps_house() -> None:
    async def life(patient: Patient, heart: Heartbeat) -> None:
        await _until(lambda: patient.beats > 3 and patient.houses == 1)

    _live(life)


def test_what_is_under_way_is_finished_before_the_heart_stops() -> None:
    patient = Patient()

    async def life(_: Patient, heart: Heartbeat) -> None:
        patient.length = 0.3
        await _until(lambda: patient.at_work)

    _live(life, patient)
    assert not patient.at_work


def test_a_beat_that_fails_is_told_by_its_kind_and_the_next_one_comes() -> None:
    async def life(patient: Patient, heart: Heartbeat) -> None:
        patient.fault = ValueError("Jon Sampleton, XX00 TST")
        before = patient.beats
        with capture_logs() as logs:
            await _until(lambda: patient.beats > before + 2)
        assert {log["fault"] for log in logs} == {"ValueError"}
        assert "Sampleton" not in str(logs)

    _live(life)


def test_somebody_who_wakes_the_liaison_need_not_wait_for_the_beat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timer, "BEAT_SECONDS", 3600)

    async def life(patient: Patient, heart: Heartbeat) -> None:
        await _until(lambda: patient.beats == 1)
        patient.woken.set()
        await _until(lambda: patient.beats == 2)

    _live(life)


def test_a_clock_set_back_does_not_stop_the_heart() -> None:
    async def life(patient: Patient, heart: Heartbeat) -> None:
        # What a clock that was set back by an hour leaves behind: every job is an hour away.
        for job in heart._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1, seconds=3600))
        before = patient.beats
        await _until(lambda: patient.beats > before + 1)

    _live(life)


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(hours=-1)])
def test_a_clock_that_jumps_is_told_to_the_operator(jump: timedelta) -> None:
    async def life(patient: Patient, heart: Heartbeat) -> None:
        await _until(lambda: patient.beats > 1)
        with capture_logs() as logs:
            patient.ahead = jump
            await _until(lambda: any("jumped" in log["event"] for log in logs))
        told = next(log["seconds"] for log in logs if "jumped" in log["event"])
        assert abs(told - jump.total_seconds()) <= 2

    _live(life)


def test_a_lease_is_renewed_until_that_fails_and_then_it_is_said() -> None:
    async def life(patient: Patient, heart: Heartbeat) -> None:
        taken = 0
        lost: list[Exception] = []

        async def take() -> None:
            nonlocal taken
            taken += 1
            if taken == 3:
                raise RuntimeError("somebody else has it")

        heart.renew(take, lost=lost.append)
        await _until(lambda: bool(lost))
        assert taken == 3

    _live(life)


def _live(
    life: Callable[[Patient, Heartbeat], Awaitable[None]], patient: Patient | None = None
) -> None:
    patient = patient or Patient()

    async def whole() -> None:
        heart = Heartbeat(cast(Liaison, patient))
        heart.start()
        try:
            await life(patient, heart)
        finally:
            await heart.stop()
        stood = patient.beats
        await asyncio.sleep(0.15)
        assert patient.beats == stood

    asyncio.run(whole())


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  # it is the clock that is tried here
            await asyncio.sleep(0.01)
