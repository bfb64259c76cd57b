"""What is heard is kept once, and only where people were told that it is."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import cases
from bot.conversation import inbox, intake
from bot.conversation.messages import AccountRef, Deleted, Edited, Said
from bot.governance import access
from nlp.pipeline import Reading, Text
from storage import sealing
from storage.models import Case, Listening, Message, Name, Officer, Room
from tests.house import House, pipeline
from tests.story.harbour import (
    HIDDEN_PLATE,
    IBAN,
    NOTHING,
    OTHER_PLATE,
    PLATE,
    ROOM,
    change_officer,
    change_room,
    kept,
    opened,
    posted_under,
    questions,
    thread,
)


def account(house: House, who: str) -> AccountRef:
    return house.stage.account(who)


def said(house: House, event: str, text: str, *, who: str = "ada") -> Said:
    return Said("practice", ROOM, event, account(house, who), text, house.now)


def words_left(house: House) -> list[bytes]:
    """The sealed words of every message that still has any."""

    def look(session: Session) -> list[bytes]:
        return [blob for blob in session.scalars(select(Message.text_sealed)) if blob is not None]

    return house.read(look)


# Hearing


def test_what_is_told_twice_is_kept_once_and_asked_once(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"plate {PLATE} at the gate")
    again = said(house, event, f"plate {PLATE} at the gate")
    house.wait(house.stage.hear([again, again]))
    house.wait(house.stage.hear([again]))
    assert kept(house) == [("said", "done")]
    assert len(thread(house, event)) == 1
    assert len(questions(house, "bruno")) == 1


def test_messages_told_at_the_same_time_are_all_kept(any_house: House) -> None:
    house = any_house

    async def at_once() -> None:
        await asyncio.gather(
            *(house.stage.liaison.hear([said(house, f"e{each}", "coffee")]) for each in range(30))
        )

    house.wait(at_once())
    house.passes(seconds=1)
    assert kept(house) == [("said", "done")] * 30


def test_how_far_a_platform_was_read_is_kept_with_what_was_read(any_house: House) -> None:
    house = any_house
    heard = house.stage.liaison.hear
    house.wait(heard([said(house, "e1", "coffee")], cursor=("practice", "s72")))
    house.wait(heard([], cursor=("practice", "s73")))
    assert house.read(lambda session: intake.cursor_of(session, "practice")) == "s73"


def test_what_is_kept_is_sealed(house: House) -> None:
    house.says("ada", ROOM, f"plate {PLATE} at the gate")
    house.stage.store.close()
    database = (house.stage.folder / "liaison.db").read_bytes()
    log = house.stage.folder / "liaison.db-wal"
    everything = database + (log.read_bytes() if log.exists() else b"")
    assert b"XX00" not in everything
    assert b"at the gate" not in everything


def test_a_restart_between_hearing_and_understanding_loses_nothing(any_house: House) -> None:
    house = any_house
    posted = house.stage.chat.post(
        account(house, "ada"), ROOM, f"plate {PLATE} at the gate", now=house.now
    )
    house.wait(house.stage.liaison.hear([posted]))
    house.restarts()
    house.passes(seconds=2)
    assert len(thread(house, posted.event)) == 1
    house.restarts()
    assert len(thread(house, posted.event)) == 1
    assert len(questions(house, "bruno")) == 1


# Where it listens


def test_a_room_that_is_not_listed_is_not_kept_and_not_answered(house: House) -> None:
    house.wait(house.stage.joins("ada", "#canteen"))
    event = house.says("ada", "#canteen", f"plate {PLATE} at the gate")
    house.says("ada", "#canteen", "!liaison help")
    assert kept(house) == []
    assert posted_under(house, event, where="#canteen") == []
    assert house.room("#canteen") == []
    assert house.private("ada") == []


def test_a_room_that_left_the_directory_is_not_kept_any_more(house: House) -> None:
    change_room(house, retired_at=house.now)
    event = house.says("ada", ROOM, f"plate {PLATE} at the gate")
    assert kept(house) == []
    assert thread(house, event) == []


def test_a_room_that_is_off_keeps_nothing_at_all(house: House) -> None:
    change_room(house, listens=Listening.OFF)
    event = house.says("ada", ROOM, f"@liaison plate {PLATE} at the gate")
    house.edits("ada", event, f"@liaison plate {PLATE} at the old gate")
    assert kept(house) == []
    assert thread(house, event) == []


def test_a_room_of_mentions_hears_what_is_said_to_the_bot_alone(house: House) -> None:
    event = house.says("ada", "#three-desks", f"IBAN {IBAN}")
    assert kept(house) == []
    assert thread(house, event, where="#three-desks") == []
    event = house.says("ada", "#three-desks", f"@liaison IBAN {IBAN} on the invoice")
    [card] = thread(house, event, where="#three-desks")
    assert card == f"TLP:AMBER. Read: IBAN {IBAN}.\n{NOTHING}"


def test_in_a_room_of_mentions_an_edit_counts_when_its_message_did(house: House) -> None:
    event = house.says("ada", "#three-desks", f"IBAN {IBAN}")
    house.edits("ada", event, f"IBAN {IBAN} again")
    assert kept(house) == []
    event = house.says("ada", "#three-desks", f"@liaison IBAN {IBAN}")
    house.edits("ada", event, f"sorry, plate {PLATE}")
    assert [kind for kind, _ in kept(house)] == ["said", "edited"]
    assert thread(house, event, where="#three-desks")[0].startswith(
        f"TLP:AMBER. Read: plate {PLATE}"
    )


def test_in_a_room_of_mentions_a_deletion_heard_with_its_message_counts(house: House) -> None:
    spoken = Said(
        "practice", "#three-desks", "e9", account(house, "ada"), f"@liaison plate {PLATE}",
        house.now, to_bot=True,
    )  # fmt: skip
    edited = Edited(
        "practice", "#three-desks", "e9", "e9.1", account(house, "ada"), f"IBAN {IBAN}", house.now
    )
    deleted = Deleted("practice", "#three-desks", "e9", account(house, "ada"), house.now)
    house.wait(house.stage.liaison.hear([spoken, edited, deleted]))
    house.wait(house.stage.liaison.work())
    assert sorted(kind for kind, _ in kept(house)) == ["deleted", "edited", "said"]
    assert questions(house, "bruno") == []
    assert words_left(house) == []


def test_a_deletion_heard_with_what_was_said_in_private_counts(house: House) -> None:
    ada = account(house, "ada")
    spoken = Said("practice", "private:ada", "e9", ada, "my case", house.now, is_private=True)
    deleted = Deleted("practice", "private:ada", "e9", ada, house.now)

    async def at_once() -> None:
        hear = house.stage.liaison.hear
        await asyncio.gather(hear([spoken]), hear([deleted]))

    house.wait(at_once())
    house.wait(house.stage.liaison.work())
    assert words_left(house) == []


# What it says on coming in


def test_each_listed_room_is_told_once_what_is_read_there(any_house: House) -> None:
    house = any_house
    house.restarts()
    house.passes(hours=1)
    [told] = house.room()
    assert told == (
        "Liaison is in Joint harbour. I read every message here, keep it sealed, and answer in "
        'the thread; commands I answer in private. Say "!liaison help" for what I can do.'
    )
    [other] = house.room("#three-desks")
    assert "I read only what is said to me here" in other


def test_a_room_is_told_again_when_it_is_listened_to_differently(house: House) -> None:
    change_room(house, listens=Listening.OFF, announced_at=None)
    house.passes(seconds=2)
    assert house.room()[1:] == ["Liaison is in Joint harbour. I read and keep nothing here."]


def test_whoever_is_in_the_room_is_told_that_it_is_read(house: House) -> None:
    house.wait(house.stage.joins("stranger", ROOM))
    change_room(house, announced_at=None)
    house.passes(seconds=2)
    assert len(house.room()) == 2


def test_a_room_that_does_not_let_the_bot_in_yet_is_told_later(house: House) -> None:
    change_room(house, address="#new-harbour", announced_at=None)
    house.passes(seconds=2)
    house.wait(house.stage.joins("ada", "#new-harbour"))
    assert house.room("#new-harbour") == []
    house.passes(minutes=10)
    assert len(house.room("#new-harbour")) == 1


# Strangers


def test_strangers_are_heard_and_never_answered(house: House) -> None:
    house.wait(house.stage.joins("stranger", ROOM))
    event = house.says("stranger", ROOM, f"plate {PLATE} at the gate")
    asked = house.says("stranger", ROOM, "!liaison help")
    house.says("stranger", "private", "help")
    assert [kind for kind, _ in kept(house)] == ["said", "said"]
    assert thread(house, event) == thread(house, asked) == []
    said_by_bot = [
        posted.text
        for posted in house.stage.chat.posted
        if posted.author is None and posted.address in (ROOM, "@stranger")
    ]
    assert all(text.startswith("Liaison is in ") for text in said_by_bot)
    assert questions(house, "bruno") == []


def test_a_stranger_s_private_words_are_not_even_kept(house: House) -> None:
    house.says("stranger", "private", "I know something")
    assert words_left(house) == []


def test_a_stranger_s_tap_does_nothing(house: House) -> None:
    house.says("ada", ROOM, f"plate {PLATE} at the gate")
    house.wait(house.stage.joins("stranger", ROOM))
    assert house.taps("stranger", "Wrong room", where=ROOM) == ""
    assert house.room()[-1].startswith("TLP:AMBER.")


def test_who_has_left_the_service_is_a_stranger(house: House) -> None:
    change_officer(house, "ada", retired_at=house.now)
    event = house.says("ada", ROOM, f"plate {PLATE} at the gate")
    assert thread(house, event) == []


def test_the_same_user_of_another_home_is_a_stranger(house: House) -> None:
    imposter = AccountRef("practice", "elsewhere", "ada")
    heard = Said("practice", ROOM, "x1", imposter, f"plate {PLATE}", house.now)
    house.wait(house.stage.hear([heard]))
    assert questions(house, "bruno") == []


# Edits and deletions


def test_an_edit_keeps_what_is_the_same_and_does_not_ask_again(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"plate {PLATE} on quay 7")
    before = questions(house, "bruno")
    house.edits("ada", event, f"plate {PLATE} on quay 8, driver paid into {IBAN}")
    assert questions(house, "bruno") == before
    [card] = thread(house, event)
    assert f"plate {PLATE}, IBAN {IBAN}" in card
    assert "quay 8" in opened(house, "bruno")
    assert [kind for kind, _ in kept(house)] == ["said", "edited"]


def test_an_edit_after_the_answer_does_not_ask_again(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE} on quay 7")
    house.taps("bruno", "Open")
    house.taps("bruno", "Same")
    house.edits("ada", event, f"plate {PLATE} on quay 8")
    assert len(questions(house, "bruno")) == 1
    assert thread(house, event)[0].endswith("LARCH: confirmed, Birch Lisbon desk.")
    assert house.asks("bruno", "desk").startswith("Your desk is clear.")


def test_an_edit_asks_about_what_is_new_in_it(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE} on quay 7")
    house.taps("bruno", "Open")
    house.taps("bruno", "Same")
    house.edits("ada", event, f"plate {PLATE} on quay 7, paid into {IBAN}")
    assert len(questions(house, "bruno")) == 2
    assert opened(house, "bruno").startswith("Same IBAN?")


def test_what_an_edit_leaves_out_is_withdrawn(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"plate {PLATE} on quay 7")
    house.edits("ada", event, f"plate {OTHER_PLATE} on quay 7")
    [question] = questions(house, "bruno")
    assert "withdrawn" in question
    assert thread(house, event) == [f"TLP:AMBER. Read: plate {OTHER_PLATE}.\n{NOTHING}"]


def test_an_edit_that_leaves_nothing_takes_the_card_back(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE} on quay 7")
    house.edits("ada", event, "never mind")
    assert thread(house, event) == []
    assert "withdrawn" in questions(house, "bruno")[0]


def test_a_late_edit_speaks_on_the_card_that_stands(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE} on quay 7")
    house.passes(minutes=20)
    house.edits("ada", event, f"plate {PLATE} and plate {OTHER_PLATE}")
    [card] = thread(house, event)
    assert f"plate {PLATE}, plate {OTHER_PLATE}" in card


def test_an_edit_to_what_the_room_may_not_carry_takes_back_what_was_read(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE} on quay 7")
    house.edits("ada", event, f"TLP:RED plate {PLATE} on quay 7")
    assert thread(house, event) == []
    assert "withdrawn" in questions(house, "bruno")[0]
    assert house.private("ada")[-1].startswith("You wrote TLP:RED in Joint harbour")


def test_nobody_edits_what_somebody_else_said(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE} on quay 7")
    forged = Edited("practice", ROOM, event, "f1", account(house, "bela"), "nothing", house.now)
    house.wait(house.stage.hear([forged]))
    assert PLATE in thread(house, event)[0]
    assert "withdrawn" not in questions(house, "bruno")[0]


def test_an_edit_heard_before_its_message_counts(house: House) -> None:
    edited = Edited(
        "practice", ROOM, "e9", "e9.1", account(house, "ada"), "never mind",
        house.now.replace(second=30),
    )  # fmt: skip
    house.wait(house.stage.hear([edited, said(house, "e9", f"plate {PLATE}")]))
    assert questions(house, "bruno") == []


def test_a_deletion_recalls_the_card_and_the_questions(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"plate {PLATE} on quay 7")
    house.deletes("ada", event)
    assert thread(house, event) == []
    assert "withdrawn" in questions(house, "bruno")[0]
    assert [kind for kind, _ in kept(house)] == ["said", "deleted"]


def test_a_deletion_erases_the_words(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE} on quay 7")
    house.edits("ada", event, f"plate {PLATE} on quay 8")
    house.deletes("ada", event)
    assert words_left(house) == []


def test_a_deletion_recalls_what_was_asked_from_the_card(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {OTHER_PLATE} on quay 7")
    house.taps("ada", "Ask a desk", where=ROOM)
    house.taps("ada", "Birch Lisbon desk: ordinary request")
    assert len(questions(house, "bruno")) == 1
    house.deletes("ada", event)
    assert "withdrawn" in questions(house, "bruno")[0]


def test_a_deletion_takes_back_what_the_thread_was_told(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE} on quay 7")
    house.taps("bruno", "Open")
    house.taps("bruno", "Same")
    assert len(thread(house, event)) == 2
    house.deletes("ada", event)
    assert thread(house, event) == []
    assert any("About LARCH: the words behind a match" in each for each in house.private("bruno"))


def test_a_deletion_heard_first_leaves_nothing_of_its_message(house: House) -> None:
    deleted = Deleted("practice", ROOM, "e9", account(house, "ada"), house.now)
    house.wait(house.stage.hear([deleted, said(house, "e9", f"plate {PLATE}")]))
    assert questions(house, "bruno") == []
    assert words_left(house) == []


# Who says much


FLOOD = 300


@pytest.mark.parametrize("is_fair", [True, False])
def test_nobody_waits_for_who_floods_a_room(
    any_house: House, monkeypatch: pytest.MonkeyPatch, is_fair: bool
) -> None:
    """The control takes what is oldest, whoever said it."""
    house = any_house
    if not is_fair:
        monkeypatch.setattr(inbox, "_filling", lambda _rows, _limit: [])
    flood = [said(house, f"flood {each}", f"coffee {each}") for each in range(FLOOD)]
    other = said(house, "e1", f"plate {PLATE} at the gate", who="bruno")
    house.do(lambda session: intake.hear(session, [*flood, other], now=house.now))

    def first(session: Session) -> list[str]:
        return [each.text for each in inbox.waiting(session, house.now, 256)]

    found = house.read(first)
    assert len(found) == len(set(found)) == 256
    assert (found[0] == other.text) is is_fair
    assert (other.text in found) is is_fair
    assert found[1:3] == ["coffee 0", "coffee 1"] if is_fair else ["coffee 1", "coffee 2"]


# What fails


class Stumbling:
    """A reader of texts that cannot read one of them."""

    def __init__(self, over: str) -> None:
        self.over = over

    def __call__(self, texts: Sequence[Text]) -> Sequence[Reading]:
        if any(self.over in text.text for text in texts):
            raise ValueError("stumbled")
        return pipeline().read(texts)


def test_a_right_taken_back_holds_for_the_very_next_message(house: House) -> None:
    bruno, there = account(house, "bruno"), house.says("ada", ROOM, "morning")
    plate = Said(
        "practice", ROOM, "p1", account(house, "ada"), f"van {PLATE}", house.now, thread=there
    )
    revokes = Said(
        "practice", "private:bruno", "r1", bruno, "case revoke LARCH from alder", house.now,
        is_private=True,
    )  # fmt: skip
    house.wait(house.stage.liaison.hear([revokes, plate]))
    house.wait(house.stage.liaison.work())
    house.passes(seconds=3)
    cards = [each for each in house.room() if PLATE in each]
    assert cards
    assert not any("LARCH" in each for each in cards)


def test_what_was_said_before_a_command_is_asked_about_and_shown(house: House) -> None:
    there = house.says("ada", ROOM, "morning")
    plate = Said(
        "practice", ROOM, "p1", account(house, "ada"), f"van {PLATE}", house.now, thread=there
    )
    asks = Said(
        "practice", "private:bruno", "d1", account(house, "bruno"), "duty", house.now,
        is_private=True,
    )  # fmt: skip
    house.wait(house.stage.hear([plate, asks]))
    house.passes(seconds=3)
    assert len(questions(house, "bruno")) == 1
    assert any("LARCH" in each for each in house.room())


def test_a_message_that_fails_is_set_aside_and_does_not_block_the_next(any_house: House) -> None:
    house = any_house
    house.stage.liaison._extract = Stumbling("abracadabra")
    bad = said(house, "b1", "abracadabra")
    good = said(house, "g1", f"plate {PLATE} at the gate")
    house.wait(house.stage.hear([bad, good]))
    assert kept(house) == [("said", "pending"), ("said", "done")]
    assert len(questions(house, "bruno")) == 1
    house.passes(minutes=10)
    assert kept(house) == [("said", "failed"), ("said", "done")]
    [told] = house.private("ada")
    assert told.startswith("I could not make sense of what you said in Joint harbour")


def test_a_message_that_was_tampered_with_does_not_block_the_next(any_house: House) -> None:
    house = any_house
    house.wait(house.stage.liaison.hear([said(house, "b1", f"plate {OTHER_PLATE}")]))

    def tamper(session: Session) -> None:
        row = session.scalars(select(Message)).one()
        row.text_sealed = bytes(reversed(row.text_sealed or b""))

    house.do(tamper)
    house.wait(house.stage.hear([said(house, "g1", f"plate {PLATE}")]))
    assert kept(house) == [("said", "pending"), ("said", "done")]
    assert len(questions(house, "bruno")) == 1


def test_a_message_whose_month_was_erased_does_not_deafen_the_bot(house: House) -> None:
    house.wait(house.stage.liaison.hear([said(house, "b1", f"plate {OTHER_PLATE}")]))

    def erase(session: Session) -> None:
        room = session.scalars(select(Room).where(Room.address == ROOM)).one()
        sealing.keyring(session).destroy([f"room:{room.id}:{house.now:%Y-%m}"])

    house.do(erase)
    house.wait(house.stage.hear([said(house, "g1", f"plate {PLATE}")]))
    assert len(questions(house, "bruno")) == 1


def test_a_right_that_changes_while_it_is_foreseen_is_looked_up_again(house: House) -> None:
    def change(session: Session) -> list[tuple[bool, bool]]:
        larch = session.scalars(select(Case).where(Case.code == "LARCH")).one()
        aron, bruno = (
            session.scalars(select(Officer).where(Officer.slug == slug)).one()
            for slug in ("aron", "bruno")
        )
        found = []
        for verb in (
            lambda: cases.revoke(session, larch, bruno, aron.agency, now=house.now),
            lambda: cases.grant(session, larch, bruno, to=aron, now=house.now),
            lambda: cases.recuse(session, larch, aron, now=house.now),
        ):
            with access.foreseen(session, [larch]):
                before = access.may_see(session, aron, larch, house.now)
                verb()
                found.append((before, access.may_see(session, aron, larch, house.now)))
        return found

    assert house.do(change) == [(True, False), (False, True), (True, False)]


def test_what_failed_once_is_understood_when_it_can_be(house: House) -> None:
    stumbling = Stumbling(PLATE)
    house.stage.liaison._extract = stumbling
    event = house.says("ada", ROOM, f"plate {PLATE} at the gate")
    assert thread(house, event) == []
    stumbling.over = "nothing any more"
    house.passes(seconds=30)
    assert len(thread(house, event)) == 1


def test_what_cannot_be_linked_for_one_message_is_linked_for_the_others(house: House) -> None:
    """A case whose names do not open must not blind the bot to everything else."""

    def tamper(session: Session) -> None:
        for name in session.scalars(select(Name)):
            name.text_sealed = bytes(reversed(name.text_sealed))

    house.do(tamper)
    house.wait(
        house.stage.hear(
            [said(house, "b1", "met Jon Sampleton"), said(house, "g1", f"plate {PLATE}")]
        )
    )
    assert kept(house) == [("said", "pending"), ("said", "done")]


def test_a_page_longer_than_is_read_says_so(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE} " + "x " * 60_000)
    [card] = thread(house, event)
    assert f"plate {PLATE}" in card
    left = len(f"plate {PLATE} " + "x " * 60_000) - 65_536
    assert f"The last {left:,} characters are kept, not read" in card


def test_a_call_log_is_read_as_far_as_a_card_goes(house: House) -> None:
    calls = [f"{10 + i // 60}:{i % 60:02} +44 7700 900{i:03}, {3 * i} s" for i in range(60)]
    house.says("ada", ROOM, "\n".join([*calls, f"van {PLATE}"]))
    assert len(questions(house, "bruno")) == 1


def test_ten_thousand_identifiers_make_one_short_card_and_few_questions(any_house: House) -> None:
    house = any_house
    many = " ".join(f"plate {each // 100 % 90 + 10}-AB-{each % 90 + 10}" for each in range(5_000))
    event = house.says("ada", ROOM, f"plate {PLATE} {HIDDEN_PLATE} {many} {many}")
    [card] = thread(house, event)
    assert len(card) < 1_000
    assert " more." in card
    assert len(questions(house, "bruno")) <= 2


def test_an_officer_s_agency_owns_what_they_said(house: House) -> None:
    house.says("bela", ROOM, "coffee")

    def look(session: Session) -> bool:
        message = session.scalars(select(Message)).one()
        return message.agency_id == session.get_one(Officer, message.officer_id).agency_id

    assert house.read(look)
