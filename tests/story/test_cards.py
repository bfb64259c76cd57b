"""The card under a message: what it says, what it never gives away, and how to put it right."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.memory import Posted
from bot.conversation import cardtaps
from bot.conversation.messages import AccountRef, Tap, Trust
from bot.errors import UserError
from storage.models import (
    Card,
    Judgement,
    Listening,
    Mention,
    Message,
    Officer,
    Prompt,
    PromptState,
    Tlp,
    Verdict,
)
from tests.house import House
from tests.story.harbour import (
    HIDDEN_PLATE,
    IBAN,
    NOTHING,
    OTHER_PLATE,
    PLATE,
    ROOM,
    UNKNOWN_PLATE,
    change_officer,
    change_room,
    knows,
    opened,
    posted_under,
    questions,
    thread,
)

UNREAD = "quiet lantern"
"""A name that nobody takes for one who does not know it."""


# What it says


def test_small_talk_gets_no_card(house: House) -> None:
    for text in (
        "morning all, coffee first",
        "grey van again",
        "at nine then",
        "5000 EUR, really?",
        "thanks Miriam, that helps",
        "Europol says the same",
    ):
        assert thread(house, house.says("ada", ROOM, text)) == []


def test_a_single_name_that_somebody_here_knows_gets_a_card(house: House) -> None:
    knows(house, "LARCH", names=("Vitya",))
    [card] = thread(house, house.says("ada", ROOM, "thanks Vitya, that helps"))
    assert "LARCH (name)" in card


@pytest.mark.parametrize("name", ["Bela", "Bela Stroud", "Stroud", "BELA STROUD"])
def test_an_officer_of_the_rooms_own_agencies_is_not_echoed(house: House, name: str) -> None:
    [card] = thread(house, house.says("ada", ROOM, f"plate {OTHER_PLATE}, thanks {name}"))
    assert card == f"TLP:AMBER. Read: plate {OTHER_PLATE}.\n{NOTHING}"


def test_a_colleagues_name_is_nobodys_to_ask_about_even_where_a_case_knows_it(
    house: House,
) -> None:
    knows(house, "LARCH", names=("Bela Stroud",))
    assert thread(house, house.says("ada", ROOM, "thanks Bela Stroud, seen")) == []
    assert questions(house, "bruno") == []


def test_who_only_shares_a_colleagues_first_name_is_read_as_anybody(house: House) -> None:
    text = f"plate {OTHER_PLATE}, driven by Bela Sampleton"
    [card] = thread(house, house.says("ada", ROOM, text))
    assert "Bela Sampleton" in card


def test_a_card_says_what_was_read_and_what_is_doubtful_and_why(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {OTHER_PLATE}, IBAN DE89370400440532013001")
    [card] = thread(house, event)
    assert card.startswith(f"TLP:AMBER. Read: plate {OTHER_PLATE}.\nDoubtful: IBAN DE89")
    assert card.endswith(f").\n{NOTHING}")


def test_a_card_does_not_say_that_a_name_was_not_looked_for(house: House) -> None:
    event = house.says("ada", ROOM, f"Joe Blogson in a van {PLATE}")
    [card] = thread(house, event)
    assert 'Nothing I can show for the name "Joe Blogson".' in card
    assert "LARCH (plate)" in card


@pytest.mark.parametrize(
    ("known", "written", "kind"),
    [
        (f"plate {PLATE}", "Van again XX00 TSU at quay 7", "plate"),
        (f"plate {PLATE}", "grey van XXOO TST at quay 7", "plate"),
        (f"plate {PLATE}", "plate XX00 TS at quay 7", "plate"),
        ("GB33BUKB20201555555555", "paid to IBAN GB33BUKB20201555555556", "IBAN"),
        ("jon.sampleton@example.org", "mail jon.sampletom@example.org", "e-mail"),
        ("+1 202 555 0143", "call +1 202 555 0144", "phone"),
    ],
)
def test_a_card_tells_what_is_known_from_what_is_known_but_for_a_slip(
    house: House, known: str, written: str, kind: str
) -> None:
    house.asks("bruno", f"link {known} to LARCH")
    [card] = thread(house, house.says("ada", ROOM, written))
    assert f"this room may see: LARCH ({kind} nearly equal). Its desk is being asked." in card
    house.passes(minutes=5)
    [card] = thread(house, house.says("ada", ROOM, f"seen: {known}"))
    assert f"this room may see: LARCH ({kind}). Its desk is being asked." in card


def test_a_plate_with_letters_for_its_figures_is_doubtful_whoever_knows_it(house: House) -> None:
    [card] = thread(house, house.says("bela", ROOM, "plate YYOO TST on the quay"))
    assert card == (
        "TLP:AMBER.\nDoubtful: plate YYOO TST (letters where figures belong).\n" + NOTHING
    )


def test_an_account_with_letters_for_figures_is_no_name(house: House) -> None:
    house.asks("bruno", "link GB33BUKB20201555555555 to LARCH")
    written = "Paid to IBAN GB33BUKB2O2O1555555555 today"
    [card] = thread(house, house.says("ada", ROOM, written))
    assert "Nothing I can show for the name" not in card
    assert "Doubtful: IBAN GB33BUKB2O2O1555555555" in card
    said = house.asks("bruno", "find IBAN GB33BUKB2O2O1555555555 for the vans")
    assert "But for a slip, I know:" in said
    assert "a character was taken for its look-alike, and more than once" in said


def test_a_card_counts_only_cases_that_this_room_may_see(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"plates {PLATE} and {HIDDEN_PLATE}")
    [card] = thread(house, event)
    assert card.endswith("In 1 case this room may see: LARCH (plate). Its desk is being asked.")
    assert "HAZEL" not in card


def test_a_card_comes_within_two_seconds(house: House) -> None:
    said_at = house.now
    [posted] = posted_under(house, house.says("ada", ROOM, f"plate {PLATE}"))
    assert posted.at - said_at < timedelta(seconds=2)


def test_one_card_for_what_an_author_says_within_ninety_seconds(house: House) -> None:
    first = house.says("ada", ROOM, f"plate {PLATE}")
    house.passes(seconds=60)
    second = house.says("ada", ROOM, f"plate {OTHER_PLATE}")
    [card] = thread(house, first)
    assert card.splitlines()[:3] == [
        "TLP:AMBER.",
        f"Message 1, 10:00 (Brussels). Read: plate {PLATE}.",
        f"Message 2, 10:01 (Brussels). Read: plate {OTHER_PLATE}.",
    ]
    assert thread(house, second) == []
    house.passes(seconds=60)
    third = house.says("ada", ROOM, f"plate {UNKNOWN_PLATE}")
    assert len(thread(house, third)) == 1


def test_what_is_said_again_has_its_line_each_time(house: House) -> None:
    first = house.says("ada", ROOM, f"{PLATE} at gate 4")
    for gate in (5, 6):
        house.says("ada", ROOM, f"{PLATE} at gate {gate}")
    [card] = thread(house, first)
    assert card.count(f"Read: plate {PLATE}.") == 3
    assert "Message 3, 10:00 (Brussels)." in card


def test_a_card_speaks_of_a_few_messages_only(house: House) -> None:
    said = [house.says("ada", ROOM, f"mail office{number}@example.org") for number in range(12)]
    assert [len(thread(house, event)) for event in said] == [1, *[0] * 9, 1, 0]


def test_each_author_has_a_card_of_their_own(house: House) -> None:
    first = house.says("ada", ROOM, f"plate {OTHER_PLATE}")
    second = house.says("bela", ROOM, f"plate {UNKNOWN_PLATE}")
    assert len(thread(house, first)) == len(thread(house, second)) == 1


def test_a_card_takes_the_strictest_marking_of_what_it_speaks_of(house: House) -> None:
    event = house.says("ada", ROOM, f"TLP:GREEN plate {OTHER_PLATE}")
    assert thread(house, event)[0].startswith("TLP:GREEN.")
    house.says("ada", ROOM, f"TLP:AMBER plate {UNKNOWN_PLATE}")
    assert thread(house, event)[0].startswith("TLP:AMBER.")


def test_a_card_says_no_longer_that_a_desk_is_asked_when_it_has_answered(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    [card, _] = thread(house, event)
    assert card.endswith(
        "In 1 case this room may see: LARCH (plate).\nLARCH: confirmed, Birch Lisbon desk."
    )


# A hidden hit and no hit


def answers(house: House, event: str, written: str) -> list[tuple[str, int, list[str], timedelta]]:
    """Words (less what is quoted), size, controls and delay of what came under a message."""
    [asked] = [p for p in house.stage.chat.posted if p.event == event]
    return [
        (
            posted.text.replace(written, "…"),
            len(posted.text),
            [control.label for control in posted.controls],
            posted.at - asked.at,
        )
        for posted in house.stage.chat.versions
        if posted.thread == event and posted.author is None
    ]


def both(house: House, hit: str, miss: str, sentence: str) -> tuple[list[object], list[object]]:
    """What comes under a message with a hidden hit, and under one without."""
    first = house.says("ada", ROOM, sentence.format(hit))
    house.passes(minutes=5)
    second = house.says("ada", ROOM, sentence.format(miss))
    house.passes(minutes=5)
    return list(answers(house, first, hit)), list(answers(house, second, miss))


def test_a_hidden_hit_and_no_hit_look_the_same(any_house: House) -> None:
    hit, miss = both(any_house, HIDDEN_PLATE, UNKNOWN_PLATE, "Coach {} at the checkpoint")
    assert hit == miss
    assert hit
    assert len(questions(any_house, "bruno")) == 1


def test_a_hidden_hit_and_no_hit_look_the_same_beside_a_shown_one(house: House) -> None:
    sentence = f"Coach {{}} behind van {PLATE}"
    hit, miss = both(house, HIDDEN_PLATE, UNKNOWN_PLATE, sentence)
    assert hit == miss


def test_a_hidden_hit_and_no_hit_look_the_same_on_a_name(house: House) -> None:
    knows(house, "HAZEL", names=("Tobias Krantz",))
    hit, miss = both(house, "Tobias Krantz", "Tobias Kranzo", "Met {} with plate XX40 TST")
    assert hit == miss


def test_a_name_that_only_a_hidden_case_knows_brings_no_card_forth(any_house: House) -> None:
    house = any_house
    knows(house, "HAZEL", names=(UNREAD,))
    sentence = "grey van, {} at the wheel"
    hit, miss = both(house, UNREAD, "quiet beacon", sentence)
    assert hit == miss == []
    assert len(questions(house, "bruno")) == 1


def test_a_name_of_the_author_s_own_hidden_case_is_not_shown_to_the_room(house: House) -> None:
    knows(house, "ROWAN", names=(UNREAD,), marking=Tlp.AMBER_STRICT)
    sentence = "plate XX40 TST, {} at the wheel"
    hit, miss = both(house, UNREAD, "quiet beacon", sentence)
    assert hit == miss
    assert UNREAD not in str(house.room()).casefold()


def test_a_longer_hidden_name_does_not_hide_a_shown_one(house: House) -> None:
    knows(house, "HAZEL", names=(f"{UNREAD} shade",))
    knows(house, "LARCH", names=(UNREAD,))
    event = house.says("ada", ROOM, f"seen: {UNREAD} shade")
    [card] = thread(house, event)
    assert "LARCH (name)" in card
    assert "shade" not in card


def test_a_later_hidden_hit_does_not_touch_the_card(house: House) -> None:
    knows(house, "HAZEL", names=(UNREAD,))
    event = house.says("ada", ROOM, f"plate {OTHER_PLATE}")
    house.says("ada", ROOM, f"grey van, {UNREAD} at the wheel")
    assert len(answers(house, event, OTHER_PLATE)) == 1
    assert len(questions(house, "bruno")) == 1


def test_what_was_hidden_when_it_was_said_stays_its_owner_s_to_tell(house: House) -> None:
    """A stranger was in the room then; that he has left tells nobody that there was a hit."""
    house.wait(house.stage.joins("stranger", ROOM))
    event = house.says("ada", ROOM, f"TLP:CLEAR plate {PLATE}")
    house.wait(house.stage.leaves("stranger", ROOM))
    house.says("ada", ROOM, f"TLP:CLEAR plate {OTHER_PLATE}")
    [card] = thread(house, event)
    assert card.startswith("TLP:CLEAR.\nMessage 1, 10:00 (Brussels). Read: plate")
    assert card.endswith(f"Read: plate {OTHER_PLATE}.\n{NOTHING}")


def test_first_time_seen_is_never_said(house: House) -> None:
    house.says("ada", ROOM, f"plate {UNKNOWN_PLATE} and {HIDDEN_PLATE}")
    assert not any("first time" in text.casefold() for text in house.room())


def test_a_hidden_hit_shows_in_no_record_list_or_count_of_the_author_s_side(
    any_house: House,
) -> None:
    house = any_house
    house.says("ada", "#three-desks", f"@liaison plate {PLATE}")  # LARCH is not carried there.
    assert len(questions(house, "bruno")) == 1
    assert "0 open questions" in house.asks("aron", "case show LARCH")
    assert "1 open question" in house.asks("bruno", "case show LARCH")
    house.says("ada", ROOM, f"plate {HIDDEN_PLATE}")
    assert house.asks("aron", f"find {HIDDEN_PLATE} for the checkpoint").endswith(
        "nothing I can show you; that is not proof of nothing."
    )
    assert "HAZEL" not in house.asks("aron", "case list")
    assert house.asks("aron", "record HAZEL for the court") == house.asks(
        "aron", "record ELM for the court"
    ).replace("ELM", "HAZEL")
    assert "clear" in house.asks("ada", "desk")


# Putting it right


def test_the_author_drops_what_does_not_belong(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"plates {PLATE} and {OTHER_PLATE}")
    house.taps("ada", "Fix", where=ROOM)
    assert house.taps("ada", f"Drop plate {PLATE}") == f"Dropped: plate {PLATE}."
    assert thread(house, event) == [f"TLP:AMBER. Read: plate {OTHER_PLATE}.\n{NOTHING}"]
    assert "withdrawn" in questions(house, "bruno")[0]


def test_a_drop_is_a_judgement(house: House) -> None:
    house.says("ada", ROOM, f"plate {PLATE}")
    house.taps("ada", "Fix", where=ROOM)
    house.taps("ada", f"Drop plate {PLATE}")
    verdicts = house.read(lambda session: session.scalars(select(Judgement.verdict)).all())
    assert verdicts == [Verdict.DROPPED]


def test_a_drop_can_be_undone(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"plates {PLATE} and {OTHER_PLATE}")
    house.taps("ada", "Fix", where=ROOM)
    house.taps("ada", f"Drop plate {PLATE}")
    assert "stands as it was read" in house.taps("ada", "Undo")
    assert "LARCH (plate). Its desk is being asked." in thread(house, event)[0]
    assert [each for each in questions(house, "bruno") if "withdrawn" not in each]


def test_what_was_dropped_stays_dropped_in_an_edit(house: House) -> None:
    event = house.says("ada", ROOM, f"plates {PLATE} and {OTHER_PLATE}")
    house.taps("ada", "Fix", where=ROOM)
    house.taps("ada", f"Drop plate {PLATE}")
    house.edits("ada", event, f"plates {PLATE} and {OTHER_PLATE}, quay 7")
    assert thread(house, event) == [f"TLP:AMBER. Read: plate {OTHER_PLATE}.\n{NOTHING}"]
    assert all("withdrawn" in each for each in questions(house, "bruno"))


def test_dropping_what_was_asked_about_asks_about_the_rest(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}, paid into {IBAN}")
    house.taps("ada", "Fix", where=ROOM)
    house.taps("ada", f"Drop plate {PLATE}")
    assert opened(house, "bruno").startswith("Same IBAN?")


def test_the_author_corrects_what_was_read_wrongly(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"plate {OTHER_PLATE}")
    house.taps("ada", "Fix", where=ROOM)
    said = house.taps("ada", f"Correct plate {OTHER_PLATE}", text=PLATE)
    assert said == f"Corrected: plate {OTHER_PLATE} is now {PLATE}."
    [card] = thread(house, event)
    assert card.startswith(f"TLP:AMBER. Read: plate {PLATE}.\nIn 1 case this room may see: LARCH")
    assert opened(house, "bruno").startswith("Same plate?")


def test_a_correction_can_be_undone(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {OTHER_PLATE}")
    house.taps("ada", "Fix", where=ROOM)
    house.taps("ada", f"Correct plate {OTHER_PLATE}", text=PLATE)
    house.taps("ada", "Undo")
    assert thread(house, event) == [f"TLP:AMBER. Read: plate {OTHER_PLATE}.\n{NOTHING}"]
    assert "withdrawn" in questions(house, "bruno")[0]


def test_a_correction_stands_after_an_edit(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {OTHER_PLATE}")
    house.taps("ada", "Fix", where=ROOM)
    house.taps("ada", f"Correct plate {OTHER_PLATE}", text=PLATE)
    house.edits("ada", event, f"plate {OTHER_PLATE} on quay 7")
    assert f"Read: plate {PLATE}." in thread(house, event)[0]
    assert "withdrawn" not in questions(house, "bruno")[0]


def test_a_correction_that_cannot_be_read_changes_nothing(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE}")
    house.taps("ada", "Fix", where=ROOM)
    said = house.taps("ada", f"Correct plate {PLATE}", text="quay seven")
    assert said == 'I do not recognise "quay seven" as a plate. Nothing was changed.'
    assert f"plate {PLATE}" in thread(house, event)[0]


def test_correcting_to_what_was_read_changes_nothing(house: House) -> None:
    house.says("ada", ROOM, f"plate {PLATE}")
    house.taps("ada", "Fix", where=ROOM)
    said = house.taps("ada", f"Correct plate {PLATE}", text="XX00TST")
    assert said.endswith("Nothing was changed.")
    assert "withdrawn" not in questions(house, "bruno")[0]


def test_only_the_author_s_agency_puts_a_card_right(house: House) -> None:
    house.says("ada", ROOM, f"plate {PLATE}")
    refused = "Its author or an officer of the author's agency can do that."
    assert house.taps("bela", "Fix", where=ROOM) == refused
    assert house.taps("bela", "Wrong room", where=ROOM) == refused
    assert "What is wrong?" in house.taps("aron", "Fix", where=ROOM)


# Wrong markings, wrong rooms


def test_red_in_an_amber_room_is_told_to_its_author_alone(any_house: House) -> None:
    house = any_house
    before = len(house.room())
    house.says("ada", ROOM, f"TLP:RED plate {PLATE}")
    assert len(house.room()) == before
    assert questions(house, "bruno") == []
    [warning] = house.private("ada")
    assert warning.startswith("You wrote TLP:RED in Joint harbour, which carries up to TLP:AMBER.")
    assert PLATE not in warning
    mentions = house.read(lambda session: session.scalars(select(Mention.id)).all())
    assert mentions == []


def test_red_is_not_read_even_where_the_room_carries_it(house: House) -> None:
    change_room(house, ceiling=Tlp.RED)
    house.says("ada", ROOM, f"TLP:RED plate {PLATE}")
    assert questions(house, "bruno") == []


def test_amber_strict_stays_in_the_author_s_agency(any_house: House) -> None:
    house = any_house
    change_room(house, ceiling=Tlp.AMBER_STRICT)
    event = house.says("ada", ROOM, f"TLP:AMBER+STRICT plate {PLATE}, Quillon Freight BV")
    assert thread(house, event) == []  # Birch is in the room.
    assert house.private("bruno") == []
    assert len(questions(house, "aron")) == 1
    [warning] = house.private("ada")
    assert warning.startswith("I kept silent in Joint harbour: TLP:AMBER+STRICT stays in one")


def test_who_comes_before_the_words_are_said_silences_them(any_house: House) -> None:
    """The rights of those who are in the room count at the moment of saying."""
    house = any_house
    posted = house.stage.chat.post(
        house.stage.account("ada"), ROOM, f"plate {PLATE}", now=house.now
    )
    house.wait(house.stage.liaison.hear([posted]))
    house.wait(house.stage.liaison.understand())
    house.stage.chat.join(house.stage.account("stranger"), ROOM, now=house.now)
    house.passes(seconds=2)
    assert thread(house, posted.event) == []
    [warning] = house.private("ada")
    assert "somebody is in the room whom the directory does not know" in warning


def test_who_is_not_cleared_silences_what_is_stricter(house: House) -> None:
    change_officer(house, "bela", clearance=Tlp.GREEN)
    event = house.says("ada", ROOM, f"plate {PLATE}")
    assert thread(house, event) == []
    assert "not cleared for the marking" in house.private("ada")[0]
    event = house.says("ada", ROOM, f"TLP:GREEN plate {OTHER_PLATE}")
    assert len(thread(house, event)) == 1


def test_who_is_in_the_room_is_learnt_from_the_room_itself(house: House) -> None:
    """A stranger whose coming nobody told of is noticed when something is said."""
    house.stage.chat.join(house.stage.account("stranger"), ROOM, now=house.now)
    house.says("ada", ROOM, f"plate {OTHER_PLATE}")
    house.passes(minutes=5)
    house.says("ada", ROOM, f"plate {PLATE}")
    # Now LARCH is hidden from the room: its owner is asked as of any hidden hit.
    assert "touched something of yours" in opened(house, "bruno")


def test_wrong_room_withdraws_everything_and_says_who_was_there(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"van {PLATE}, paid into {IBAN}")
    house.taps("ada", "Ask a desk", where=ROOM)
    house.taps("ada", "Birch Lisbon desk: ordinary request")
    opened(house, "bruno")
    said = house.taps("ada", "Wrong room", where=ROOM)
    assert "I cannot unsend your message" in said
    for name in ("Ada Quill (Alder Customs)", "Bruno Marsh (Birch Police)"):
        assert name in said
    assert "Otis Fern is asked whether the 72-hour breach clock runs" in said
    assert thread(house, event) == []
    assert all("withdrawn" in each for each in questions(house, "bruno"))
    alive = house.read(
        lambda session: session.scalars(
            select(Prompt.kind).where(Prompt.state == PromptState.OPEN)
        ).all()
    )
    assert alive == ["breach"]


def test_wrong_room_tapped_by_mistake_is_undone_within_a_minute(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"van {PLATE}")
    before = thread(house, event)
    house.taps("ada", "Wrong room", where=ROOM)
    assert thread(house, event) == []
    assert house.taps("ada", "Undo").startswith("It was the right room")
    house.passes(seconds=2)
    assert thread(house, event) == before
    assert opened(house, "bruno").startswith("Same plate?")
    house.taps("ada", "Wrong room", where=ROOM)
    house.passes(minutes=2)
    assert house.taps("ada", "Undo").startswith("That is deleted, decided, or withdrawn")
    assert thread(house, event) == []


def test_what_was_deleted_since_is_not_brought_back(house: House) -> None:
    event = house.says("ada", ROOM, f"van {PLATE}")
    house.taps("ada", "Wrong room", where=ROOM)
    house.deletes("ada", event)
    assert house.taps("ada", "Undo").startswith("That is deleted")
    assert thread(house, event) == []


def test_a_reaction_withdraws_no_card(house: House) -> None:
    event = house.says("ada", ROOM, f"van {PLATE}")

    def reacts(session: Session) -> None:
        card = session.scalars(select(Card)).one()
        ada = session.scalars(select(Officer).where(Officer.slug == "ada")).one()
        by = AccountRef("practice", "practice", "ada")
        tap = Tap(by, f"card:{card.code}:wrong", Trust.TAP)
        cardtaps.handle(session, ada, [card.code, "wrong"], tap, house.now)

    with pytest.raises(UserError, match="more than a reaction"):
        house.do(reacts)
    assert len(thread(house, event)) == 1


def test_a_reaction_asks_no_desk(house: House) -> None:
    house.says("ada", ROOM, "mail office@example.org")
    code = house.read(lambda session: session.scalars(select(Card.code)).one())
    ask = Tap(house.stage.account("ada"), f"ask:{code}:birch-lisbon:waiting", Trust.TAP)
    with pytest.raises(UserError, match="more than a reaction"):
        house.wait(house.stage.liaison.tap(ask))
    assert house.read(lambda session: session.scalars(select(Prompt)).all()) == []
    house.wait(house.stage.liaison.tap(replace(ask, trust=Trust.AUTHENTICATED)))
    assert len(house.read(lambda session: session.scalars(select(Prompt)).all())) == 1


def two_messages(house: House) -> tuple[str, str]:
    """Two messages of one author that share a card."""
    return (
        house.says("ada", ROOM, f"plate {OTHER_PLATE}"),
        house.says("ada", ROOM, f"mail office@example.org, plate {UNKNOWN_PLATE}"),
    )


def test_items_to_fix_say_of_which_message_they_are(house: House) -> None:
    event, _ = two_messages(house)
    house.taps("ada", "Fix", where=ROOM)
    house.taps("ada", f"Drop plate {UNKNOWN_PLATE} (message 2)")
    [card] = thread(house, event)
    assert f"Message 1, 10:00 (Brussels). Read: plate {OTHER_PLATE}." in card
    assert "Message 2, 10:00 (Brussels). Read: e-mail office@example.org.\n" in card


def test_wrong_room_for_one_of_several_messages_leaves_the_others(any_house: House) -> None:
    house = any_house
    event, _ = two_messages(house)
    assert "Which was for another room?" in house.taps("ada", "Wrong room", where=ROOM)
    said = house.taps("ada", f"Message 2: e-mail office@example.org, plate {UNKNOWN_PLATE}")
    assert "what I had read in that message" in said
    assert thread(house, event) == [f"TLP:AMBER. Read: plate {OTHER_PLATE}.\n{NOTHING}"]
    assert len(questions(house, "otis")) == 1


def test_wrong_room_for_all_of_several_messages_takes_the_card_back(house: House) -> None:
    event, _ = two_messages(house)
    house.taps("ada", "Wrong room", where=ROOM)
    assert "my card, its questions" in house.taps("ada", "Both messages")
    assert thread(house, event) == []


def test_wrong_room_as_a_command_asks_in_a_shared_thread_and_knows_the_last(house: House) -> None:
    event, _ = two_messages(house)
    house.says("ada", ROOM, "!liaison wrong room", thread=event)
    assert "Which was for another room?" in house.private("ada")[-1]
    house.says("ada", ROOM, "!liaison wrong room")
    assert "what I had read in that message" in house.private("ada")[-1]
    assert thread(house, event) == [f"TLP:AMBER. Read: plate {OTHER_PLATE}.\n{NOTHING}"]


def test_a_stranger_who_was_there_is_named_as_one(house: House) -> None:
    house.says("ada", ROOM, f"plate {PLATE}")
    house.wait(house.stage.joins("stranger", ROOM))
    said = house.taps("ada", "Wrong room", where=ROOM)
    assert "somebody the directory does not know" in said


def test_wrong_room_as_a_command_finds_the_last_message(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"plate {PLATE}")
    house.says("ada", ROOM, "!liaison wrong room")
    assert house.private("ada")[-1].startswith("Withdrawn in Joint harbour")
    assert thread(house, event) == []


def test_wrong_room_as_a_command_works_on_what_brought_no_card(house: House) -> None:
    house.says("ada", ROOM, "the witness sleeps at her aunt's")
    house.says("ada", ROOM, "!liaison wrong room")
    assert house.private("ada")[-1].startswith("Withdrawn in Joint harbour")
    assert len(questions(house, "otis")) == 1


def test_wrong_room_in_a_thread_means_its_message(house: House) -> None:
    meant = house.says("ada", ROOM, f"plate {PLATE}")
    house.passes(minutes=5)
    other = house.says("ada", ROOM, f"plate {OTHER_PLATE}")
    house.says("aron", ROOM, "!liaison wrong room", thread=meant)
    assert thread(house, meant) == []
    assert len(thread(house, other)) == 1


def test_nobody_withdraws_for_another_agency(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE}")
    house.says("bela", ROOM, "!liaison wrong room", thread=event)
    assert "I find no message of yours here" in house.private("bela")[-1]
    assert len(thread(house, event)) == 1


def test_an_edit_does_not_bring_up_what_was_withdrawn(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE}")
    house.taps("ada", "Wrong room", where=ROOM)
    house.edits("ada", event, f"plate {PLATE} and plate {OTHER_PLATE}")
    assert thread(house, event) == []
    assert all("withdrawn" in each for each in questions(house, "bruno"))


def test_what_was_confirmed_in_the_thread_goes_with_the_wrong_room(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    house.taps("ada", "Wrong room", where=ROOM)
    assert thread(house, event) == []


def test_the_breach_question_names_nothing_of_what_was_said(house: House) -> None:
    house.says("ada", ROOM, f"plate {PLATE}, witness Tilda Marrow")
    house.taps("ada", "Wrong room", where=ROOM)
    asked = opened(house, "otis")
    assert "within 72 hours of awareness" in asked
    assert PLATE not in asked
    assert "Marrow" not in asked


def test_deleting_the_message_too_leaves_the_breach_question_open(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE}")
    house.taps("ada", "Wrong room", where=ROOM)
    house.deletes("ada", event)
    assert "withdrawn" not in questions(house, "otis")[0]


def test_a_room_that_only_hears_mentions_shows_its_card_in_the_thread(house: House) -> None:
    change_room(house, listens=Listening.MENTIONS)
    root = house.says("ada", ROOM, "what have we here?")
    house.says("ada", ROOM, f"@liaison plate {PLATE}", thread=root)
    [card] = thread(house, root)
    assert "LARCH (plate)" in card


def test_a_card_survives_a_restart_unchanged(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"plate {PLATE}")
    before: list[Posted] = posted_under(house, event)
    house.restarts()
    house.passes(minutes=1)
    assert posted_under(house, event) == before


def test_rows_of_a_hidden_name_belong_to_the_agency_that_knows_it(house: House) -> None:
    knows(house, "HAZEL", names=(UNREAD,))
    house.says("ada", ROOM, f"grey van, {UNREAD} at the wheel")

    def look(session: Session) -> list[tuple[str, bool]]:
        rows = session.scalars(select(Mention).order_by(Mention.start))
        return [(row.label.value, row.is_hidden) for row in rows]

    assert ("PERSON", True) in house.read(look)


def test_a_form_shows_no_words_that_its_officer_may_not_read(house: House) -> None:
    house.says("ada", ROOM, f"TLP:AMBER+STRICT van {PLATE} at the back door")
    message = house.read(lambda session: session.scalars(select(Message.id)).one())

    def filled(who: str) -> str:
        shown = house.wait(
            house.stage.liaison.tap(Tap(house.stage.account(who), f"form:m{message}:ask"))
        )
        assert shown is not None
        assert shown.form is not None
        return " ".join(field.initial for field in shown.form.fields)

    assert "at the back door" in filled("ada")
    assert "at the back door" not in filled("bruno")
