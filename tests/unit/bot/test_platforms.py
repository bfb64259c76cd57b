"""Chat platforms at the start: each comes when it can, and none waits for another."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from bot.commandline import platforms
from bot.commandline.platforms import Platform
from bot.errors import ChatUnavailable, ConfigError
from bot.liaison import Liaison

LIAISON = cast(Liaison, None)
"""These platforms have nobody to tell."""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platforms, "TRY_AGAIN_SECONDS", 0)


def reached(_here: Platform, _liaison: Liaison) -> Awaitable[str]:
    async def enter() -> str:
        return "Slack by socket"

    return enter()


def away_until(
    there: asyncio.Event, came: asyncio.Event
) -> Callable[[Platform, Liaison], Awaitable[str]]:
    async def enter(here: Platform, _liaison: Liaison) -> str:
        here.speaking.callback(left.append, here.name)
        if not there.is_set():
            raise ChatUnavailable("The homeserver does not answer.")
        came.set()
        return "Matrix as @liaison:example.org"

    return enter


left: list[str] = []


async def _starts() -> str:
    there, came = asyncio.Event(), asyncio.Event()
    slack, matrix = Platform("Slack", reached), Platform("Matrix", away_until(there, came))
    tasks = [asyncio.create_task(each.attend(LIAISON)) for each in (slack, matrix)]
    for each in (slack, matrix):
        await each.was_tried.wait()
    said = platforms.told([slack, matrix])
    matrix.is_told = True
    there.set()
    await came.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return said


def test_one_that_is_away_keeps_no_other_waiting_and_is_said_to_come(
    capsys: pytest.CaptureFixture[str],
) -> None:
    left.clear()
    assert asyncio.run(_starts()) == (
        "Liaison runs. It listens to Slack by socket. Matrix is not there yet; I say so when it "
        "comes."
    )
    told = capsys.readouterr().err
    assert "The homeserver does not answer. I try again in" in told
    assert "Matrix is there. It listens to Matrix as @liaison:example.org." in told


def test_what_was_half_opened_is_closed_before_it_is_tried_again() -> None:
    left.clear()
    asyncio.run(_starts())
    assert left
    assert set(left) == {"Matrix"}


def test_what_an_operator_must_act_on_is_not_tried_again() -> None:
    def refused(_here: Platform, _liaison: Liaison) -> Awaitable[str]:
        raise ConfigError("The token is revoked.")

    async def starts() -> None:
        await Platform("Slack", refused).attend(LIAISON)

    with pytest.raises(ConfigError, match="revoked"):
        asyncio.run(starts())
