"""Whoever has much coming keeps nobody else waiting."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.memory import MemoryChat
from bot import liaison
from bot.conversation import turns
from bot.conversation.delivering import AT_ONCE
from bot.conversation.discretion import REPLY
from bot.conversation.messages import AccountRef
from bot.errors import ChatBusy, ChatUnavailable
from storage.models import Delivery, Tlp
from tests.house import House
from tests.story.harbour import PLATE, ROOM, thread
from tests.story.test_delivery import delivery, revises, says, tells

FLOOD = 60


def flood(house: House, count: int = FLOOD) -> None:
    """So many answers to commands wait for ada."""
    for number in range(count):
        tells(house, "ada", f"{REPLY}{number}", f"Answer {number}.")


def order(house: House) -> list[str]:
    """What the bot said, to whomever, in the order of saying."""
    return [each.text for each in house.stage.chat.posted if each.author is None]


def test_a_flood_of_answers_to_one_holds_up_no_others(any_house: House) -> None:
    house, before = any_house, len(order(any_house))
    flood(house)
    tells(house, "bruno", "question", "Question 4F2.")
    says(house, "card", "The harbour is open.")
    house.passes(seconds=1)
    said = order(house)[before:]
    assert set(said[:3]) == {"Answer 0.", "Question 4F2.", "The harbour is open."}
    assert [each for each in said if "Answer" in each] == [f"Answer {n}." for n in range(FLOOD)]


def test_one_that_says_the_oldest_first_is_found_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "next_due", partial(turns._oldest, without=()))
    before = len(order(house))
    flood(house)
    tells(house, "bruno", "question", "Question 4F2.")
    house.passes(seconds=1)
    assert order(house)[before:].index("Question 4F2.") == FLOOD


def test_whoever_flooded_is_asked_and_reminded_before_their_answers(house: House) -> None:
    before = len(order(house))
    flood(house)
    tells(house, "ada", "question", "Question 4F2.")
    house.passes(seconds=1)
    assert order(house)[before] == "Question 4F2."


def test_what_comes_up_while_much_is_said_slowly_is_said_soon(house: House) -> None:
    before, asked = len(order(house)), []

    def take_time() -> None:
        house.stage.now += timedelta(seconds=1)
        asked.append(house.now)

    flood(house)
    house.stage.chat.watchers.append(take_time)
    sighting = house.stage.chat.post(
        house.stage.account("bela"), ROOM, "plate XX00 TST", now=house.now
    )
    house.wait(house.stage.hear([sighting]))
    assert len(asked) > FLOOD
    card = next(n for n, text in enumerate(order(house)[before:]) if "XX00 TST" in text)
    assert card < 10


def test_a_chat_that_wants_rest_is_asked_once_and_keeps_its_order(house: House) -> None:
    before = len(order(house))
    flood(house, 5)
    house.stage.chat.failures = [ChatBusy("slowly", retry_after=30, is_for_all=True)]
    assert house.wait(house.stage.liaison.deliver()) == 0
    assert house.stage.chat.failures == []
    assert order(house)[before:] == []
    assert [delivery(house, f"{REPLY}{n}").attempts for n in range(5)] == [0] * 5
    house.passes(seconds=31)
    assert sorted(order(house)[before:]) == [f"Answer {n}." for n in range(5)]


def test_revisions_of_what_is_still_to_be_said_hold_up_nothing(house: House) -> None:
    house.stage.chat.failures += [ChatUnavailable("gone")] * AT_ONCE
    for number in range(AT_ONCE):
        says(house, f"news {number}", f"News {number}.")
    house.wait(house.stage.liaison.deliver())
    for number in range(AT_ONCE):
        revises(house, f"news {number}", f"Better {number}.")
    tells(house, "bruno", "question", "Question 4F2.")
    house.wait(house.stage.liaison.deliver())
    assert order(house)[-1] == "Question 4F2."
    house.passes(seconds=10)
    assert house.room()[-AT_ONCE:] == [f"Better {number}." for number in range(AT_ONCE)]


def test_no_chat_waits_for_another(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hung(MemoryChat):
        async def members(self, address: str) -> Sequence[AccountRef]:
            await is_back.wait()
            return await super().members(address)

    def move(session: Session) -> None:
        there = session.scalars(select(Delivery).where(Delivery.key == "there")).one()
        there.platform, there.address = hung.platform, "#quay"

    monkeypatch.setattr(liaison, "WAITS_FOR", 0.5)
    is_back = asyncio.Event()
    hung = Hung(lambda: house.now, platform="elsewhere")
    for who in ("ada", "bruno"):
        account = house.stage.account(who)
        hung.join(replace(account, platform=hung.platform), "#quay", now=house.now)
    says(house, "there", "Said elsewhere.", marking=Tlp.CLEAR)
    house.do(move)
    house.stage.liaison.speak_by(hung)
    event = house.says("ada", ROOM, f"plate {PLATE}")
    house.passes(seconds=2)
    assert thread(house, event)
    assert hung.posted == []
    is_back.set()
    house.wait(house.stage.liaison.settled())
    assert [each.text for each in hung.posted] == ["Said elsewhere."]
