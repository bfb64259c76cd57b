"""Several processes read and say what waits: what one is late with, another has done by then."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.conversation import delivering, inbox, outbox
from bot.conversation.inbox import Waiting
from bot.conversation.messages import Words
from storage.models import Delivery, Progress, Room
from tests.faults.killed import ForgetfulChat
from tests.house import House

OPEN, CLOSED = "The harbour is open.", "The harbour is closed."


def says(house: House, key: str, text: str) -> None:
    def verb(session: Session) -> None:
        room = session.scalars(select(Room).where(Room.slug == "joint-harbour")).one()
        outbox.say(session, key=key, room=room, words=Words(text), now=house.now)

    house.do(verb)


def sets(house: House, key: str, **values: object) -> None:
    """What another process does with a delivery meanwhile."""
    with house.stage.store.begin() as session:
        session.execute(update(Delivery).where(Delivery.key == key).values(**values))


def delivery(house: House, key: str) -> Delivery:
    def look(session: Session) -> Delivery:
        found = session.scalars(select(Delivery).where(Delivery.key == key)).one()
        session.expunge(found)
        return found

    return house.read(look)


def said(house: House) -> list[str]:
    return [each.text for each in house.posted() if not each.deleted][1:]


@pytest.mark.parametrize("is_found", [False, True])
def test_words_that_two_said_at_once_stand_once(
    any_house: House, monkeypatch: pytest.MonkeyPatch, *, is_found: bool
) -> None:
    """Whether the other had said them too, or has found ours in time."""
    house, chat = any_house, any_house.stage.chat

    async def say(key: str, address: str, words: Words, *, thread: str | None = None) -> str:
        event = await ForgetfulChat.say(chat, key, address, words, thread=thread)  # type: ignore[arg-type]  # its verb alone
        theirs = event
        if not is_found:
            theirs = await ForgetfulChat.say(chat, key, address, words, thread=thread)  # type: ignore[arg-type]  # its verb alone
        sets(
            house, key, progress=Progress.DONE, event=theirs, address=address, said_at=house.now,
            lease_owner=None, lease_until=None,
        )  # fmt: skip
        return event

    monkeypatch.setattr(chat, "say", say)
    says(house, "news", OPEN)
    house.passes(minutes=2)
    assert said(house) == [OPEN]
    [stands] = [each.event for each in house.posted() if each.text == OPEN]
    assert delivery(house, "news").event == stands


def test_words_said_late_are_taken_back_only_when_it_is_known_what_stands(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    say = house.stage.chat.say

    async def late(key: str, address: str, words: Words, *, thread: str | None = None) -> str:
        sets(house, key, lease_owner="another", lease_until=house.now + delivering.LEASE)
        return await say(key, address, words, thread=thread)

    monkeypatch.setattr(house.stage.chat, "say", late)
    says(house, "news", OPEN)
    house.passes(seconds=30)
    assert said(house) == [OPEN]  # the other may have found it, and let it stand
    monkeypatch.setattr(house.stage.chat, "say", say)
    house.passes(minutes=2)
    assert said(house) == [OPEN]


def test_a_revision_that_comes_late_does_not_stand(
    any_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, chat = any_house, any_house.stage.chat
    revise = chat.revise

    async def late(key: str, address: str, event: str, words: Words) -> None:
        """Another process shows this, and what came after; and then we come with the old words."""
        monkeypatch.setattr(chat, "revise", revise)
        sets(house, "news#1", progress=Progress.DONE, lease_owner=None, event=event)
        with house.stage.store.begin() as session:
            outbox.revise(session, "news", Words(CLOSED), now=house.now)
        await revise(key, address, event, Words(CLOSED))
        sets(house, "news#2", progress=Progress.DONE, event=event)
        await revise(key, address, event, words)

    says(house, "news", OPEN)
    house.passes(seconds=2)
    monkeypatch.setattr(chat, "revise", late)
    house.do(lambda session: outbox.revise(session, "news", Words("Perhaps."), now=house.now))
    house.passes(seconds=5)
    assert delivery(house, "news#1").progress is Progress.DONE
    assert said(house) == [CLOSED]


def test_a_revision_waits_until_the_one_before_is_shown(house: House) -> None:
    says(house, "news", OPEN)
    house.passes(seconds=2)
    house.do(lambda session: outbox.revise(session, "news", Words("Perhaps."), now=house.now))
    sets(
        house, "news#1", attempts=1, lease_owner="another",
        lease_until=house.now + delivering.LEASE,
    )  # fmt: skip
    house.do(lambda session: outbox.revise(session, "news", Words(CLOSED), now=house.now))
    house.passes(seconds=30)
    assert said(house) == [OPEN]
    house.passes(minutes=1)
    assert said(house) == [CLOSED]


def test_what_another_has_is_due_when_its_lease_ends(any_house: House) -> None:
    """Nobody looks again and again before, for it nor for the revision that waits behind it."""
    house, until = any_house, any_house.now + delivering.LEASE
    says(house, "news", OPEN)
    sets(house, "news", attempts=1, lease_owner="another", lease_until=until)
    assert house.wait(house.stage.liaison.next_due_at()) == until
    house.do(lambda session: outbox.revise(session, "news", Words(CLOSED), now=house.now))
    assert house.wait(house.stage.liaison.next_due_at()) == until
    sets(house, "news", lease_owner=house.stage.store.process)  # A chat that takes its time.
    assert house.wait(house.stage.liaison.next_due_at()) == house.now


def test_who_was_stopped_before_it_spoke_says_nothing_until_it_is_its_turn_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide, told = delivering._decide, []
    say = house.stage.chat.say

    def stopped(*given: Any) -> object:
        monkeypatch.setattr(delivering, "_decide", decide)
        decision = decide(*given)
        house.stage.now += timedelta(seconds=61)
        return decision

    async def told_to_say(
        key: str, address: str, words: Words, *, thread: str | None = None
    ) -> str:
        told.append(house.now)
        return await say(key, address, words, thread=thread)

    monkeypatch.setattr(delivering, "_decide", stopped)
    monkeypatch.setattr(house.stage.chat, "say", told_to_say)
    says(house, "news", OPEN)
    house.wait(house.stage.liaison.deliver())
    assert told == []
    house.passes(seconds=2)
    assert len(told) == 1
    assert said(house) == [OPEN]


def test_whose_lease_is_all_but_over_does_not_begin_to_speak(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = house.stage.chat.members

    async def slow(address: str) -> object:
        monkeypatch.setattr(house.stage.chat, "members", members)
        house.stage.now += delivering.LEASE - delivering.LEAST_LEFT / 2
        return await members(address)

    monkeypatch.setattr(house.stage.chat, "members", slow)
    says(house, "news", OPEN)
    house.wait(house.stage.liaison.deliver())
    assert said(house) == []
    house.passes(minutes=1)
    assert said(house) == [OPEN]


def hung(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Callable[[], Coroutine[Any, Any, None]],
) -> None:
    """The chat hangs with the first of three until *meanwhile* is over."""
    say = house.stage.chat.say

    async def hang(key: str, address: str, words: Words, *, thread: str | None = None) -> str:
        if key == "news 0":
            await meanwhile()
        return await say(key, address, words, thread=thread)

    monkeypatch.setattr(delivering, "HANGS", timedelta(milliseconds=20))
    monkeypatch.setattr(delivering, "RENEWS", timedelta(milliseconds=20))
    monkeypatch.setattr(house.stage.chat, "say", hang)
    for number in range(3):
        says(house, f"news {number}", f"Ship {number} is in.")
    house.wait(house.stage.liaison.deliver())


def test_a_chat_that_hangs_keeps_nothing_else_from_being_said_by_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners: list[str | None] = []

    async def look() -> None:
        await asyncio.sleep(0.3)
        owners.extend(
            [
                await house.stage.liaison.read(
                    lambda session, key=key: session.scalars(  # type: ignore[misc]  # bound early
                        select(Delivery.lease_owner).where(Delivery.key == key)
                    ).one()
                )
                for key in ("news 0", "news 1", "news 2")
            ]
        )

    hung(house, monkeypatch, look)
    assert owners == [house.stage.store.process, None, None]
    house.passes(seconds=5)
    assert said(house) == ["Ship 0 is in.", "Ship 1 is in.", "Ship 2 is in."]


def test_the_lease_is_kept_while_the_chat_takes_its_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wait() -> None:
        house.stage.now += timedelta(seconds=50)
        await asyncio.sleep(0.3)
        until = delivery_now(house)
        assert until is not None
        assert until > house.now + timedelta(seconds=50)

    hung(house, monkeypatch, wait)
    assert said(house)[0] == "Ship 0 is in."


def test_who_finds_that_another_has_it_stops_waiting_for_the_chat(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def taken_over() -> None:
        sets(house, "news 0", lease_owner="another")
        await asyncio.sleep(60)

    hung(house, monkeypatch, taken_over)
    assert "Ship 0 is in." not in said(house)
    assert delivery(house, "news 0").lease_owner == "another"


def delivery_now(house: House) -> Any:
    with house.stage.store.reading() as session:
        return session.scalars(select(Delivery.lease_until).where(Delivery.key == "news 0")).one()


# Reading


def test_what_one_process_has_taken_to_read_no_other_reads_for_a_while(any_house: House) -> None:
    house = any_house
    ada = house.stage.account("ada")
    heard = house.stage.chat.post(ada, "#joint-harbour", "plate XX00 TST", now=house.now)
    house.wait(house.stage.liaison.hear([heard]))
    assert [len(taken(house, after)) for after in (0, 0, 14, 16)] == [1, 0, 0, 1]


def test_where_several_share_a_database_they_share_the_reading(
    any_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, read = any_house, any_house.stage.liaison._extract
    left: list[int] = []

    def reading(texts: Any) -> Any:
        with house.stage.store.reading() as session:
            left.append(len(inbox.waiting(session, house.now, 9)))
        return read(texts)

    monkeypatch.setattr(house.stage.liaison, "_extract", reading)
    house.says("ada", "#joint-harbour", "Seen: plate XX00 TST")
    assert left == [0 if house.stage.store.is_shared else 1]


def taken(house: House, after: int) -> list[Waiting]:
    return house.do(lambda session: inbox.take(session, house.now + timedelta(seconds=after), 9))
