"""Whatever Slack does and whenever it ends: nothing is lost, nothing is said twice.

Each claim stands beside its control: one careless way of doing it, which must be found out.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapters.slack import app as slack_app
from adapters.slack import hearing, workspace
from adapters.slack.chat import SlackChat
from adapters.slack.workspace import Pace, opened
from bot.conversation.messages import Words
from bot.errors import ChatRefused, ChatUnavailable
from bot.liaison import Liaison
from storage.models import Message
from tests.faults import slack_killed
from tests.slack_house import JOINT, MODES, SlackHouse, user
from tests.slack_server import BOT_TOKEN, FakeSlack, Fault
from tests.unit.adapters.test_slack_chat import listening

MESSAGES = 40
POSTS = 1000
TRIES = 5


@pytest.fixture
def opening(tmp_path: Path) -> Iterator[Callable[[str], SlackHouse]]:
    houses = []

    def opened_in(mode: str) -> SlackHouse:
        houses.append(SlackHouse(tmp_path, mode))
        return houses[-1]

    yield opened_in
    for house in houses:
        house.close()


def kept(house: SlackHouse) -> Counter[str]:
    """How often each message is kept."""
    look = house.liaison.read(
        lambda session: list(session.scalars(select(Message.event).where(Message.room_id > 0)))
    )
    return Counter(house.wait(look))


def tell_again_and_again(house: SlackHouse) -> list[str]:
    """Every message is delivered one to four times, in any order. Returns their ts."""
    chance, slack = random.Random(1), house.slack
    place = slack.channels[JOINT]
    bodies, said = [], []
    for number in range(MESSAGES):
        message = slack._message(slack.people[user("ada")], {"text": f"round {number} done"})
        said.append(message["ts"])
        event = {**message, "channel": JOINT, "channel_type": "channel"}
        bodies += [slack.envelope(place, event)] * chance.randint(1, 4)
    chance.shuffle(bodies)

    async def tell() -> None:
        assert all(await asyncio.gather(*(slack.deliver(body) for body in bodies)))

    house.wait(tell())
    return said


@pytest.mark.parametrize("mode", MODES)
def test_what_is_told_again_and_again_is_kept_once(
    opening: Callable[[str], SlackHouse], mode: str
) -> None:
    house = opening(mode)
    said = tell_again_and_again(house)
    assert kept(house) == dict.fromkeys(said, 1)


def test_one_that_takes_each_delivery_for_a_message_is_found_out(
    opening: Callable[[str], SlackHouse], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(10_000))

    def anew(body: Any, us: Any) -> Any:
        heard = hearing.inbound_from(body, us)
        return heard and slack_app.replace(heard, event=f"{heard.event}/{next(numbers)}")

    house = opening(MODES[0])
    monkeypatch.setattr(slack_app, "inbound_from", anew)
    tell_again_and_again(house)
    assert len(kept(house)) > MESSAGES


def break_the_store(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The store fails a few times, and then no more."""
    left, hear = [times], Liaison.hear

    async def heard(self: Liaison, *args: Any, **more: Any) -> None:
        if left[0]:
            left[0] -= 1
            raise OSError("the disk is full")
        await hear(self, *args, **more)

    monkeypatch.setattr(Liaison, "hear", heard)


@pytest.mark.parametrize("mode", MODES)
def test_what_could_not_be_stored_is_told_again(
    opening: Callable[[str], SlackHouse], monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    house = opening(mode)
    house.slack.ack_within = 0.5
    break_the_store(monkeypatch, times=3)
    ts = house.says("ada", "round 1 done")
    assert kept(house) == {ts: 1}
    assert max(each.number for each in house.slack.attempts) == 3


@pytest.mark.parametrize("mode", MODES)
def test_one_that_acknowledges_before_it_stores_is_found_out(
    opening: Callable[[str], SlackHouse], monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    house = opening(mode)
    monkeypatch.setattr(slack_app._Ear, "hear", slack_killed._hasty(slack_app._Ear.hear))
    break_the_store(monkeypatch, times=1)
    house.says("ada", "round 1 done")
    house.passes(seconds=5)
    assert kept(house) == {}


class Flaky(FakeSlack):
    """Refuses a tenth of what it is asked."""

    async def _answered(self, method: str, arguments: Any, token: str) -> Any:
        if method.startswith(("chat.", "conversations.")) and self.chance.random() < 0.1:
            self.fails(method, Fault(retry_after=0))
            self.refused += 1
        return await super()._answered(method, arguments, token)

    refused = 0


def say_all(chat: SlackChat, count: int, now: Callable[[], float]) -> Any:
    """Say so many things, as the outbox would: what fails is read back, then said again."""

    async def say() -> None:
        for number in range(count):
            key, since = f"card:{number}", datetime.now(UTC)
            is_retry = False
            for _ in range(TRIES):
                try:
                    found = await chat.find_said(key, JOINT, since=since) if is_retry else None
                    if found is None:
                        await chat.say(key, JOINT, Words(f"card {number}"))
                    break
                except ChatUnavailable:
                    is_retry = True
                except ChatRefused:
                    break

    return say()


def said_through(slack: FakeSlack, count: int) -> Counter[str]:
    """How often each thing is read in the end."""

    async def story() -> Counter[str]:
        async with slack:
            slack.person("U0ADA", "ada")
            slack.channel(JOINT, "U0ADA")
            async with opened(BOT_TOKEN, slack.api, pace=Pace(per_second=100_000)) as place:
                await say_all(SlackChat(place), count, slack.now)
            return Counter(slack.reads("U0ADA", JOINT))

    return asyncio.run(story())


def all_once(count: int) -> dict[str, int]:
    return {f"card {number}": 1 for number in range(count)}


def test_a_tenth_refused_is_all_said_once() -> None:
    slack = Flaky(retries_after=())
    assert said_through(slack, 200) == all_once(200)
    assert slack.refused > 10


def test_one_that_takes_no_for_an_answer_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def final(method: str, error: str, _retry_after: float | None = None) -> Exception:
        return ChatRefused(f"Slack refuses {method}: {error}.")

    monkeypatch.setattr(workspace, "fault_of", final)
    assert said_through(Flaky(retries_after=()), 200) != all_once(200)


def without_answers() -> FakeSlack:
    began, posts = time.time(), iter(range(10**6))
    slack = FakeSlack(retries_after=(), now=lambda: began + 600 * next(posts))
    slack.fails("chat.postMessage", Fault(is_cut=True, is_done=True), times=POSTS)
    return slack


def test_a_thousand_lost_answers_are_a_thousand_words_said_once() -> None:
    assert said_through(without_answers(), POSTS) == all_once(POSTS)


def test_one_that_never_reads_back_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SlackChat, "find_said", slack_killed._forgetful)
    assert said_through(without_answers(), 50) == dict.fromkeys(all_once(50), TRIES)


def refreshed(connections: int) -> tuple[int, int, int]:
    """Renew connections while much is said: how much was said, heard, and missed at first."""

    async def story() -> tuple[int, int, int]:
        seen: list[Any] = []
        async with FakeSlack(ack_within=10.0, retries_after=(0.2, 0.5, 1.0)) as slack:
            slack.person("U0ADA", "ada")
            slack.channel(JOINT, "U0ADA")
            async with listening(slack, seen, connections=connections) as _:
                for _round in range(5):
                    slack._start(slack.refreshes(min(slack.sockets)))
                    for number in range(20):
                        await slack.says("U0ADA", JOINT, f"line {number}", waits=False)
                        await asyncio.sleep(0.002)
                    await slack.until(lambda: len(slack.sockets) == connections, 10)
                await slack.settle()
            missed = sum(each.number == 0 and each.status is None for each in slack.attempts)
            return 100, len({each["event"]["ts"] for each in seen}), missed

    return asyncio.run(story())


def test_renewing_a_connection_under_load_misses_nothing() -> None:
    said, heard, missed = refreshed(connections=2)
    assert (heard, missed) == (said, 0)


def test_one_connection_alone_is_found_out() -> None:
    said, heard, missed = refreshed(connections=1)
    assert heard == said  # Slack tells it again; a tap would be lost.
    assert missed > 0


@pytest.mark.timeout(300)
@pytest.mark.parametrize("point", slack_killed.POINTS)
def test_killed_at_any_point_nothing_is_lost_and_nothing_is_repeated(
    tmp_path: Path, point: str
) -> None:
    assert slack_killed.survive(tmp_path, point) == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("point", "careless", "fault"),
    [
        (slack_killed.BEFORE_STORE, slack_killed.HASTY, "the message is kept 0 times"),
        (slack_killed.AFTER_SEND, slack_killed.FORGETFUL, "the card was said 2 times"),
    ],
)
def test_one_that_is_careless_does_not_survive_its_kill(
    tmp_path: Path, point: str, careless: str, fault: str
) -> None:
    assert fault in slack_killed.survive(tmp_path, point, careless=careless)
