"""Words are said once, in order, to those who may read them now, whatever the chat does."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.conversation.messages import Words
from bot.errors import ChatBusy, ChatRefused, ChatUnavailable
from storage import sealing
from storage.models import Account, Case, Delivery, Entry, Officer, Progress, Room, Tlp
from tests.house import House
from tests.story.harbour import PLATE, ROOM, change_officer, change_room, questions, thread


def says(house: House, key: str, text: str, **given: object) -> None:
    """The bot has something to say in the joint room."""

    def verb(session: Session) -> None:
        room = session.scalars(select(Room).where(Room.slug == "joint-harbour")).one()
        outbox.say(session, key=key, room=room, words=Words(text), now=house.now, **given)  # type: ignore[arg-type]  # the test's own

    house.do(verb)


def tells(house: House, who: str, key: str, text: str, **given: object) -> None:
    def verb(session: Session) -> None:
        officer = session.scalars(select(Officer).where(Officer.slug == who)).one()
        outbox.tell(session, key=key, officer=officer, words=Words(text), now=house.now, **given)  # type: ignore[arg-type]  # the test's own

    house.do(verb)


def revises(house: House, key: str, text: str) -> None:
    house.do(lambda session: outbox.revise(session, key, Words(text), now=house.now))


def retracts(house: House, key: str) -> None:
    house.do(lambda session: outbox.retract(session, key, now=house.now))


def delivery(house: House, key: str) -> Delivery:
    def look(session: Session) -> Delivery:
        found = session.scalars(select(Delivery).where(Delivery.key == key)).one()
        session.expunge(found)
        return found

    return house.read(look)


def said(house: House) -> list[str]:
    """What the bot said in the room, without its first words on coming in."""
    return house.room()[1:]


# Once


def test_the_same_key_is_never_said_twice(any_house: House) -> None:
    house = any_house
    says(house, "news", "The harbour is open.")
    says(house, "news", "The harbour is open, again.")
    house.passes(seconds=2)
    says(house, "news", "The harbour is closed.")
    house.passes(seconds=2)
    house.restarts()
    house.passes(minutes=2)
    assert said(house) == ["The harbour is open."]


def test_words_whose_answer_was_lost_are_not_said_again(any_house: House) -> None:
    house = any_house
    says(house, "news", "The harbour is open.")
    house.stage.chat.lost_answers = 1
    house.passes(minutes=5)
    assert said(house) == ["The harbour is open."]
    assert delivery(house, "news").attempts == 2
    assert delivery(house, "news").progress is Progress.DONE


def test_a_chat_that_might_say_it_twice_is_asked_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every chat knows our keys: it is asked what was said before it is told to say it."""
    told: list[str] = []
    say = house.stage.chat.say

    async def told_to_say(
        key: str, address: str, words: Words, *, thread: str | None = None
    ) -> str:
        told.append(key)
        return await say(key, address, words, thread=thread)

    monkeypatch.setattr(house.stage.chat, "say", told_to_say)
    says(house, "news", "The harbour is open.")
    house.stage.chat.lost_answers = 1
    house.passes(minutes=5)
    assert told == ["news"]


def test_words_are_said_later_when_the_chat_is_away(house: House) -> None:
    house.stage.chat.failures += [ChatUnavailable("gone")] * 3
    says(house, "news", "The harbour is open.")
    house.passes(seconds=1)
    assert said(house) == []
    house.passes(minutes=5)
    assert said(house) == ["The harbour is open."]


def test_a_chat_that_asks_for_patience_gets_it(house: House) -> None:
    house.stage.chat.failures.append(ChatUnavailable("slowly", retry_after=90))
    begun = house.now
    says(house, "news", "The harbour is open.")
    house.passes(minutes=5)
    [posted] = [each for each in house.posted() if each.text == "The harbour is open."]
    assert posted.at >= begun + timedelta(seconds=90)


def test_what_the_chat_refuses_is_not_tried_again_and_blocks_nothing(house: House) -> None:
    house.stage.chat.failures.append(ChatRefused("no"))
    says(house, "bad", "Nobody wants to hear this.")
    says(house, "good", "The harbour is open.")
    house.passes(hours=1)
    assert said(house) == ["The harbour is open."]
    assert delivery(house, "bad").attempts == 1


def test_words_that_were_altered_block_nothing(any_house: House) -> None:
    house = any_house
    says(house, "bad", "The harbour is closed.")
    says(house, "good", "The harbour is open.")

    def alter(session: Session) -> None:
        row = session.scalars(select(Delivery).where(Delivery.key == "bad")).one()
        row.words_sealed = bytes(reversed(row.words_sealed or b""))

    house.do(alter)
    house.passes(seconds=5)
    assert said(house) == ["The harbour is open."]
    assert delivery(house, "bad").fault == "its words do not open"


def test_words_that_were_erased_are_not_said(house: House) -> None:
    says(house, "news", "The harbour is open.")
    key = delivery(house, "news").key_id
    house.do(lambda session: sealing.keyring(session).destroy([key]))
    house.passes(seconds=5)
    assert said(house) == []


def test_words_that_are_not_due_wait(house: House) -> None:
    says(house, "news", "The harbour is open.", due_at=house.now + timedelta(hours=1))
    house.passes(minutes=59)
    assert said(house) == []
    house.passes(minutes=2)
    assert said(house) == ["The harbour is open."]


# Revised and taken back


def test_unsaid_words_are_replaced_and_said_once(any_house: House) -> None:
    house = any_house
    says(house, "news", "The harbour is open.", due_at=house.now + timedelta(minutes=1))
    revises(house, "news", "It is closed.")
    house.passes(minutes=2)
    assert [p.text for p in house.stage.chat.versions if p.address == ROOM][-1] == "It is closed."
    assert said(house) == ["It is closed."]


def test_said_words_are_revised_in_place_in_order(any_house: House) -> None:
    house = any_house
    says(house, "news", "One.")
    house.passes(seconds=2)
    for text in ("Two.", "Three."):
        revises(house, "news", text)
        house.passes(seconds=2)
    assert said(house) == ["Three."]
    shown = [p.text for p in house.stage.chat.versions if p.address == ROOM]
    assert shown[-3:] == ["One.", "Two.", "Three."]


def test_what_was_said_is_taken_back_and_what_was_not_is_never_said(house: House) -> None:
    says(house, "old", "The harbour is open.")
    house.passes(seconds=2)
    says(house, "new", "It will close.", due_at=house.now + timedelta(minutes=1))
    for key in ("old", "new"):
        retracts(house, key)
    house.passes(minutes=2)
    assert said(house) == []
    assert all(posted.text != "It will close." for posted in house.stage.chat.versions)


# To whom


def test_an_officer_is_told_on_their_own_account(house: House) -> None:
    tells(house, "ada", "news", "The harbour is open.")
    house.passes(seconds=2)
    assert house.private("ada") == ["The harbour is open."]


def test_an_officer_without_an_account_keeps_it_for_the_dashboard(house: House) -> None:
    def without(session: Session) -> None:
        ada = session.scalars(select(Officer).where(Officer.slug == "ada")).one()
        for account in session.scalars(select(Account).where(Account.officer_id == ada.id)):
            session.delete(account)

    house.do(without)
    tells(house, "ada", "news", "The harbour is open.")
    house.passes(minutes=5)
    assert delivery(house, "news").platform == "dashboard"
    assert delivery(house, "news").progress is Progress.PENDING
    # It is nothing that a chat waits for: nobody is woken again and again to say it.
    due = house.wait(house.stage.liaison.next_due_at())
    assert due is None or due > house.now


def test_private_words_go_to_nobody_who_is_not_cleared(house: House) -> None:
    tells(house, "cleo", "news", "The coach is ours.", marking=Tlp.AMBER_STRICT)
    house.passes(seconds=5)
    assert house.private("cleo") == []
    assert delivery(house, "news").progress is Progress.FAILED


def test_the_right_to_a_case_is_looked_at_when_it_is_said(any_house: House) -> None:
    """A grant that was revoked between asking and saying ends what would have been said."""
    house = any_house

    def about(session: Session) -> None:
        larch = session.scalars(select(Case).where(Case.code == "LARCH")).one()
        aron = session.scalars(select(Officer).where(Officer.slug == "aron")).one()
        outbox.tell(
            session,
            key="news",
            officer=aron,
            words=Words("LARCH moves tonight."),
            now=house.now,
            cases=[larch],
            due_at=house.now + timedelta(minutes=5),
        )

    house.do(about)
    house.asks("bruno", "case revoke LARCH from alder")
    house.passes(minutes=10)
    assert house.private("aron") == []


def test_a_room_that_may_no_longer_know_of_a_case_hears_nothing_of_it(house: House) -> None:
    event = house.says("ada", ROOM, f"van {PLATE}")
    house.taps("bruno", "Open")
    house.asks("bruno", "case revoke LARCH from alder")
    house.taps("bruno", "Same")
    assert [text for text in thread(house, event) if "is known in LARCH" in text] == []


def test_strict_words_stay_in_one_agency_s_room(house: House) -> None:
    change_room(house, ceiling=Tlp.AMBER_STRICT)
    says(house, "news", "The coach is ours.", marking=Tlp.AMBER_STRICT)
    house.passes(seconds=5)
    assert said(house) == []


def test_red_words_are_said_in_no_room(house: House) -> None:
    def loosen(session: Session) -> None:
        for room in session.scalars(select(Room)):
            room.ceiling = Tlp.RED
        for officer in session.scalars(select(Officer)):
            officer.clearance = Tlp.RED

    house.do(loosen)
    says(house, "news", "The source is well.", marking=Tlp.RED)
    house.passes(seconds=5)
    assert said(house) == []


def test_clear_words_may_be_said_before_strangers(house: House) -> None:
    house.wait(house.stage.joins("stranger", ROOM))
    says(house, "clear", "The harbour is open.", marking=Tlp.CLEAR)
    says(house, "green", "The harbour is busy.", marking=Tlp.GREEN)
    house.passes(seconds=5)
    assert said(house) == ["The harbour is open."]


def test_who_left_the_service_is_told_nothing_any_more(house: House) -> None:
    tells(house, "ada", "news", "The harbour is open.")
    change_officer(house, "ada", retired_at=house.now)
    house.passes(seconds=5)
    assert house.private("ada") == []


# On record


def test_every_delivery_records_who_was_present(any_house: House) -> None:
    house = any_house
    says(house, "news", "The harbour is open.")
    house.passes(seconds=2)

    def look(session: Session) -> tuple[str, list[str], int]:
        row = session.scalars(select(Delivery).where(Delivery.key == "news")).one()
        entry = session.scalars(select(Entry).where(Entry.subject == f"delivery:{row.id}")).one()
        return sealing.unseal(session, row, "present"), entry.details["to"], len(entry.details)

    present, to, _ = house.read(look)
    for slug in ("ada", "aron", "bela", "bruno"):
        assert f'"{slug}"' in present
        assert slug in to
    assert "otis" not in to


def test_silence_is_recorded_as_a_refusal(house: House) -> None:
    change_room(house, ceiling=Tlp.AMBER_STRICT)
    says(house, "news", "The coach is ours.", marking=Tlp.AMBER_STRICT)
    house.passes(seconds=5)

    def refused(session: Session) -> list[str]:
        entries = session.scalars(select(Entry).where(Entry.operation == "refusal"))
        return [entry.details["why"] for entry in entries]

    assert house.read(refused) == ["TLP:AMBER+STRICT stays in one agency"]


def test_a_card_that_could_not_be_shown_does_not_swallow_the_next(house: House) -> None:
    house.wait(house.stage.joins("stranger", ROOM))
    house.says("ada", ROOM, f"van {PLATE}")
    house.wait(house.stage.leaves("stranger", ROOM))
    event = house.says("ada", ROOM, f"van {PLATE} again")
    assert len(thread(house, event)) == 1


def test_a_question_that_could_not_be_pushed_is_there_when_the_chat_is_back(
    house: House,
) -> None:
    house.stage.chat.failures += [ChatUnavailable("gone")] * 8
    house.says("ada", ROOM, f"van {PLATE}")
    house.passes(minutes=30)
    assert len(questions(house, "bruno")) == 1


def test_words_that_wait_their_turn_hold_up_no_others_and_are_not_looked_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    chat, find_said = house.stage.chat, house.stage.chat.find_said

    async def find(key: str, address: str, **more: object) -> str | None:
        looked.append(key)
        return await find_said(key, address)

    monkeypatch.setattr(chat, "find_said", find)
    chat.failures = [ChatBusy("by turns", retry_after=30)]
    says(house, "one", "First.")
    says(house, "two", "Second.")
    house.passes(seconds=1)
    assert house.room()[-1:] == ["Second."]
    house.passes(seconds=28)
    assert "First." not in house.room()
    house.passes(seconds=3)
    assert house.room()[-1:] == ["First."]
    assert looked == []


def test_what_waits_its_turn_is_replaced_by_what_is_newer(house: House) -> None:
    house.stage.chat.failures = [ChatBusy("by turns", retry_after=30)]
    says(house, "one", "First.")
    house.passes(seconds=1)
    revises(house, "one", "Better.")
    house.passes(minutes=1)
    assert house.room()[-1:] == ["Better."]
    assert "First." not in [posted.text for posted in house.stage.chat.versions]
