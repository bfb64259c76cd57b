"""What may be the same is asked, decided by people, and can be taken back."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import entities, renewing
from bot.conversation.messages import Tap, Trust
from bot.errors import UserError
from bot.followup import desk
from storage.indexing import Hasher, Version
from storage.models import (
    Agency,
    Agreement,
    Base,
    Case,
    Category,
    Entity,
    Judgement,
    Match,
    MatchState,
    Note,
    Prompt,
    Tlp,
    Verdict,
)
from tests.house import House
from tests.story.harbour import (
    HIDDEN_PLATE,
    IBAN,
    OTHER_PLATE,
    PLATE,
    ROOM,
    change_officer,
    knows,
    opened,
    questions,
    thread,
)


def states(house: House) -> list[MatchState]:
    return house.read(lambda session: list(session.scalars(select(Match.state).order_by(Match.id))))


def labels(house: House, who: str) -> list[str]:
    sheet = house.stage.sheet_of(who)
    return [control.label for control in sheet.controls] if sheet is not None else []


# What its owner is asked


@pytest.mark.parametrize("words", ["met Jon Hale at the gate", "a bill of Sampleton Freight Ltd"])
def test_one_word_of_a_longer_name_is_nobody_known(house: House, words: str) -> None:
    """LARCH knows a Jon Sampleton; a word of his name alone would be asked about."""
    assert "LARCH" in thread(house, house.says("ada", ROOM, "thanks, saw Sampleton"))[0]
    house.passes(minutes=2)
    card = thread(house, house.says("ada", ROOM, f"{words}, mail office@example.org"))[0]
    assert "LARCH" not in card
    assert len(house.private("bruno")) == 1


def test_the_owner_is_asked_in_private_and_discreetly(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, f"Grey van {PLATE} on quay 7")
    [pushed] = house.private("bruno")
    assert pushed.startswith("Question ")
    assert pushed.endswith("(Lisbon).")
    for word in ("XX00", "LARCH", "quay", "van"):
        assert word not in pushed


def test_on_opening_the_owner_reads_the_words_the_evidence_and_why_it_is_theirs(
    house: House,
) -> None:
    house.says("ada", ROOM, f"Grey van {PLATE} on quay 7")
    lines = opened(house, "bruno").splitlines()
    assert lines[0] == (
        f"Same plate? Alder Customs wrote in Joint harbour: “Grey van {PLATE} on quay 7”."
    )
    assert lines[1] == "For: plate equal: XX00TST. Case LARCH, Grey vans on quay 7."
    assert lines[2] == "Against: nothing known."
    assert lines[3] == "A plate identifies a vehicle, never its driver."
    assert lines[4] == (
        "You: because you are on duty for Birch Lisbon desk and the case is yours; "
        "next would be Bice Holm."
    )
    assert labels(house, "bruno") == [
        "Same", "Not the same", "Unsure", "Need more", "Pass on", "Snooze", "Brief us",
    ]  # fmt: skip


def test_nothing_joins_a_case_before_a_person_says_so(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    notes = house.read(lambda session: session.scalars(select(Note.id)).all())
    assert notes == []
    assert states(house) == [MatchState.SUGGESTED]


def test_a_confirmed_match_is_noted_in_the_case_and_told_in_the_thread(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"van {PLATE} on quay 7")
    opened(house, "bruno")
    said = house.taps("bruno", "Same")
    assert said == f'"{PLATE}" belongs to LARCH now. Undo within a minute.'
    assert thread(house, event)[1] == (
        f"Birch Lisbon desk: plate {PLATE} is known in LARCH. They will contact you here."
    )
    shown = house.asks("bruno", "case show LARCH")
    assert f'"{PLATE}", said as: "van {PLATE} on quay 7". Confirmed by Birch Police.' in shown


def test_a_name_is_confirmed_only_with_what_was_checked(house: House) -> None:
    house.says("ada", ROOM, "stopped Jon Sampleton at the gate")
    opened(house, "bruno")
    assert "Same" not in labels(house, "bruno")
    assert "Same: birth date checked" in labels(house, "bruno")
    said = house.taps("bruno", "Same: document seen")
    assert "Checked: document." in said
    checked = house.read(lambda session: session.scalars(select(Judgement.checked)).all())
    assert checked == ["document"]


def test_same_is_understood_of_a_name_and_asks_what_was_checked(house: House) -> None:
    house.says("ada", ROOM, "met Jon Sampleton at the gate")
    code = questions(house, "bruno")[0].split()[1].strip(",:")
    said = house.asks("bruno", f"answer {code} same")
    assert said == f'Question {code}: which "same" do you mean? Nothing is answered yet.'
    assert states(house) == [MatchState.SUGGESTED]
    assert "Checked: document." in house.asks("bruno", f"answer {code} same document")
    assert states(house) == [MatchState.CONFIRMED]


@pytest.mark.parametrize("words", ["not sure", "no"])
def test_words_that_only_begin_like_an_answer_are_none(house: House, words: str) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    code = questions(house, "bruno")[0].split()[1].strip(",:")
    house.asks("bruno", f"answer {code} {words}")
    assert states(house) == [MatchState.SUGGESTED]


def test_an_organisation_is_confirmed_with_what_an_organisation_has(house: House) -> None:
    house.asks("bruno", "link organisation Krantz Boats Ltd to LARCH")
    house.says("ada", ROOM, "the invoice names Krantz Boats Ltd")
    opened(house, "bruno")
    offered = labels(house, "bruno")
    assert [each for each in offered if each.startswith("Same")] == [
        "Same: register number checked",
        "Same: address compared",
        "Same: document seen",
        "Same: known to me",
    ]
    assert "Checked: register number." in house.taps("bruno", "Same: register number checked")


def test_a_slip_in_a_plate_is_asked_about_with_its_reason_and_a_check(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, "Grey van, plate XX0? ?ST, on quay 7")
    said = opened(house, "bruno").splitlines()
    assert said[1].startswith("For: plate nearly equal: XX0??ST was written, XX00TST is known.")
    assert said[2] == "Against: not every character was read."
    assert "Same" not in labels(house, "bruno")
    house.taps("bruno", "Same: register checked")
    assert states(house) == [MatchState.CONFIRMED]


def test_a_plate_read_in_part_can_be_looked_up(house: House) -> None:
    said = house.asks("bruno", "find plate XX0? ?ST for the harbour watch")
    assert "LARCH" in said
    assert "XX00TST is known" in said


def test_a_common_name_is_not_confirmed_on_own_knowledge(house: House) -> None:
    house.says("bela", ROOM, "stopped Mr John Smith")
    assert "a common name: many people bear it" in opened(house, "aron")
    assert "Same: known to me" not in labels(house, "aron")
    code = questions(house, "aron")[0].split()[1].strip(",:")
    with pytest.raises(UserError):
        house.wait(
            house.stage.liaison.tap(
                Tap(house.stage.account("aron"), f"prompt:{code}:confirm_known")
            )
        )
    assert states(house) == [MatchState.SUGGESTED]


def test_an_answer_that_anybody_could_have_forged_is_not_taken(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    code = questions(house, "bruno")[0].split()[1].strip(",:")
    forged = Tap(house.stage.account("bruno"), f"prompt:{code}:confirm", Trust.TAP)
    with pytest.raises(UserError):
        house.wait(house.stage.liaison.tap(forged))
    assert states(house) == [MatchState.SUGGESTED]


# One thing after another


def test_the_next_thing_of_the_same_message_is_asked_on_the_same_sheet(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, f"van {PLATE}, paid into {IBAN} by Jon Sampleton")
    assert len(questions(house, "bruno")) == 1
    opened(house, "bruno")
    shown = house.taps("bruno", "Same")
    assert shown.startswith(f'"{PLATE}" belongs to LARCH now.')
    assert "\n\nSame IBAN?" in shown
    assert "because you answered for the same message" in shown
    assert "Same name?" in house.taps("bruno", "Not the same")
    assert "Same" not in house.taps("bruno", "Same: photo compared").split("\n\n")[-1][:5]
    assert len(questions(house, "bruno")) == 3
    assert house.asks("bruno", "desk").startswith("Your desk is clear.")
    assert states(house) == [MatchState.CONFIRMED, MatchState.REJECTED, MatchState.CONFIRMED]


def test_an_undo_beside_the_next_question_says_which_answer_it_takes_back(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}, paid into {IBAN}")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    assert "Undo" not in [each.label for each in house.stage.sheets[-1].words.controls]
    assert house.taps("bruno", f"Undo: {PLATE}").startswith("Question ")
    assert states(house) == [MatchState.SUGGESTED, MatchState.SUGGESTED]


def test_nothing_is_missed_nor_asked_again_while_the_index_comes_under_a_new_key(
    any_house: House,
) -> None:
    """Before, after each step, and in the end: the name, the plate and the account are asked about
    once each."""
    house, cards = any_house, list[str]()
    house.says("ada", ROOM, "stopped Jon Sampleton")
    opened(house, "bruno")
    house.taps("bruno", "Not the same")

    def say(*_: object) -> None:
        house.passes(minutes=5)
        event = house.says("ada", ROOM, f"van {PLATE}, Jon Sampleton paid into {IBAN}")
        cards.append(thread(house, event)[0])

    say()
    renewing.renew(house.stage.store, lambda: house.now, tell=say)
    say()
    assert len(cards) >= 5
    assert all("LARCH (plate, IBAN)" in card for card in cards)
    assert len(questions(house, "bruno")) == 3


def test_who_asks_reads_the_same_at_each_step_of_a_renewal(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}, Jon Sampleton paid into {IBAN}")
    asked = (
        f"why {PLATE}",
        f"find {PLATE} for a claim",
        "find Jon Sampleton for a claim",
        f"profile {IBAN} for a claim",
        "case related LARCH",
    )
    read: list[tuple[str, ...]] = []

    def ask(*_: object) -> None:
        read.append(tuple(house.asks("bruno", each) for each in asked))

    ask()
    renewing.renew(house.stage.store, lambda: house.now, tell=ask)
    ask()
    assert len(read) >= 5
    assert len(set(read)) == 1, read
    assert all("LARCH" in each for each in read[0]), read[0]


def test_nothing_anywhere_is_found_by_the_key_of_the_index_before(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever column holds a hash made with it: none is forgotten when the key is renewed."""
    made = hashes_made(monkeypatch)
    house.says("ada", ROOM, f"van {PLATE}, Jon Sampleton paid into {IBAN}")
    opened(house, "bruno")
    house.taps("bruno", "Not the same")
    house.asks("aron", f"watch plate {OTHER_PLATE} for the vans until 20 March 2027")
    house.asks("bruno", "go live LARCH until 1200 at quay 7")
    house.asks("ada", "concern Seals are opened at night by Aron Vale")
    assert made & everything_kept(house)
    renewing.renew(house.stage.store, lambda: house.now)
    assert not made & everything_kept(house)


def hashes_made(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What is hashed from now on with the first version of the key, as it is written."""
    made: set[str] = set()
    hasher = Version.hasher

    def noting(version: Version, family: str) -> Hasher:
        hashed = hasher(version, family)

        def note(text: str) -> int:
            if version.number == 0:
                made.add(str(hashed(text)))
            return hashed(text)

        return note

    monkeypatch.setattr(Version, "hasher", noting)
    return made


def everything_kept(house: House) -> set[str]:
    """Every number in every column of every table, in lists and names too."""

    def look(session: Session) -> set[str]:
        return {
            number
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
            for number in re.findall(r"-?\d{6,}", str(tuple(row)))
        }

    return house.read(look)


def test_an_undo_that_stands_alone_needs_no_name(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    assert [each.label for each in house.stage.sheets[-1].words.controls] == ["Undo"]


def test_the_thread_reads_each_outcome_and_the_card_reads_the_case_s(house: House) -> None:
    event = house.says("ada", ROOM, f"van {PLATE}, paid into {IBAN}")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    house.taps("bruno", "Not the same")
    card, first, second = thread(house, event)
    assert card.endswith("\nLARCH: confirmed, Birch Lisbon desk.")
    assert f"plate {PLATE} is known in LARCH" in first
    assert f"IBAN {IBAN} is not the one in LARCH" in second


def test_the_same_plate_twice_in_a_message_is_asked_about_once(house: House) -> None:
    house.says("ada", ROOM, f"{PLATE} came, {PLATE} left: plate {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    assert house.asks("bruno", "desk").startswith("Your desk is clear.")


def test_the_same_evidence_in_another_message_waits_for_the_first_answer(house: House) -> None:
    first = house.says("ada", ROOM, f"van {PLATE} on quay 7")
    house.passes(minutes=5)
    second = house.says("bela", ROOM, f"van {PLATE} on quay 9")
    assert len(questions(house, "bruno")) == 1
    opened(house, "bruno")
    assert "quay 9" in house.taps("bruno", "Same")
    house.taps("bruno", "Same")
    for event in (first, second):
        assert "is known in LARCH" in thread(house, event)[1]


def test_a_rejection_answers_everybody_who_wrote_the_same(house: House) -> None:
    first = house.says("ada", ROOM, "stopped Jon Sampleton on quay 7")
    house.passes(minutes=5)
    second = house.says("bela", ROOM, "stopped Jon Sampleton on quay 9")
    opened(house, "bruno")
    house.taps("bruno", "Not the same")
    for event in (first, second):
        assert "is not the one in LARCH" in thread(house, event)[1]
    assert states(house) == [MatchState.REJECTED, MatchState.REJECTED]


def test_two_cases_are_asked_apart(house: House) -> None:
    event = house.says("ada", ROOM, f"van {PLATE} of Quillon Freight BV")
    assert len(questions(house, "bruno")) == len(questions(house, "aron")) == 1
    assert "In 2 cases this room may see: LARCH (plate), ROWAN (organisation)." in thread(
        house, event
    )[0]  # fmt: skip
    opened(house, "bruno")
    house.taps("bruno", "Not the same")
    opened(house, "aron")
    house.taps("aron", "Same: known to me")
    card = thread(house, event)[0]
    assert "LARCH: not the same, Birch Lisbon desk." in card
    assert "ROWAN: confirmed, Alder harbour desk." in card


def test_a_message_that_touches_many_cases_asks_only_the_first_desks(house: House) -> None:
    def many(session: Session) -> None:
        larch = session.scalars(select(Case).where(Case.code == "LARCH")).one()
        agency = session.get_one(Agency, larch.agency_id)
        for number in range(15):
            case = Case(
                code=f"ELM-{number}",
                agency_id=agency.id,
                unit_id=larch.unit_id,
                owner_id=larch.owner_id,
                marking=Tlp.AMBER,
                opened_at=house.now,
                review_on=larch.review_on,
                key_id=larch.key_id,
            )
            session.add(case)
            session.flush()
            known = entities.Known("Person", names=["Tobias Krantz"])
            entities.add(session, agency, known, now=house.now, case=case)

    house.do(many)
    for number in range(15):
        house.says("ada", ROOM, f"met Tobias Krantz, number {number}")
    asked = house.read(lambda session: session.scalars(select(Prompt.id)).all())
    assert len(asked) <= 10


# Not again, and learnt


def test_what_was_rejected_is_not_suggested_again_on_the_same_evidence(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, "stopped Jon Sampleton")
    opened(house, "bruno")
    assert "I will not ask again on the same evidence" in house.taps("bruno", "Not the same")
    house.passes(days=1)
    event = house.says("bela", ROOM, "stopped Jon Sampleton again")
    assert len(questions(house, "bruno")) == 1
    assert "LARCH" not in thread(house, event)[0]
    house.says("bela", ROOM, f"money to {IBAN}")
    assert len(questions(house, "bruno")) == 2


def test_a_no_about_one_sighting_silences_no_other(any_house: House) -> None:
    """A plate was misread once: whoever sees it next may have read it well."""
    house = any_house
    first = house.says("ada", ROOM, f"van {PLATE}")
    house.passes(minutes=5)
    second = house.says("bela", ROOM, f"van {PLATE} at quay 8")
    opened(house, "bruno")
    said = house.taps("bruno", "Not the same")
    assert "I ask again when it is seen again; if it does not belong in this case" in said
    assert f"unlink {PLATE} from LARCH" in said
    assert "is not the one in LARCH" in thread(house, first)[-1]
    assert states(house) == [MatchState.REJECTED, MatchState.SUGGESTED]
    house.taps("bruno", "Same")
    assert "is known in LARCH" in thread(house, second)[-1]
    house.passes(minutes=5)
    event = house.says("aron", ROOM, f"{PLATE} again, today at quay 9")
    assert "LARCH (plate)" in thread(house, event)[0]
    assert states(house)[2:] == [MatchState.SUGGESTED]


def test_one_no_silences_nothing_that_was_confirmed_elsewhere(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, "stopped Jon Sampleton")
    opened(house, "bruno")
    house.taps("bruno", "Same: photo compared")
    house.passes(hours=1)
    house.says("ada", ROOM, "stopped Jon Sampleton again")
    assert "answered “Same” by Bruno Marsh, 09:" in opened(house, "bruno")
    assert "so I go on asking" in house.taps("bruno", "Not the same")
    house.passes(hours=1)
    event = house.says("bela", ROOM, "stopped Jon Sampleton once more")
    assert "LARCH" in thread(house, event, who="bela")[0]
    assert len(questions(house, "bruno")) == 3


def test_what_was_rejected_is_asked_about_again_once_it_is_linked(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, "stopped Jon Sampleton, born 1970")
    opened(house, "bruno")
    assert "link Jon Sampleton to LARCH" in house.taps("bruno", "Not the same")
    house.passes(days=1)
    house.asks("bruno", "link Jon Sampleton to LARCH")
    said = 'is asked about for LARCH again: the answer "not the same" is taken back.'
    assert any(each.endswith(said) for each in house.private("bruno"))
    assert len(questions(house, "bruno")) == 2
    assert "LARCH: not the same" not in thread(house, event)[0]
    assert "is in LARCH already" in house.asks("bruno", "link Jon Sampleton to LARCH")
    house.says("bela", ROOM, "stopped Jon Sampleton again, born 1970")
    assert len(questions(house, "bruno")) == 2  # it waits for the one that is open
    opened(house, "bruno")
    house.taps("bruno", "Same: document seen")
    assert MatchState.CONFIRMED in states(house)


def test_a_confirmed_alias_is_learnt(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, "stopped Jonathan Sampleton at the gate")
    opened(house, "bruno")
    house.taps("bruno", "Same: document seen")

    def names(session: Session) -> list[str]:
        [person] = session.scalars(
            select(Entity)
            .join(Match, Match.entity_id == Entity.id)
            .where(Match.state == MatchState.CONFIRMED)
        )
        return entities.names_of(session, person)

    assert house.read(names) == ["Jon Sampleton", "Jonathan Sampleton"]
    event = house.says("bela", ROOM, "and again: jonathan sampleton, quay 2")
    assert "LARCH (name)" in thread(house, event)[0]


def test_an_alias_is_forgotten_with_the_answer_it_was_learnt_from(house: House) -> None:
    house.says("ada", ROOM, "stopped Jonathan Sampleton at the gate")
    opened(house, "bruno")
    house.taps("bruno", "Same: document seen")
    house.taps("bruno", "Undo")
    aliases = house.asks("bruno", "find Jonathan Sampleton for checking the alias")
    assert "name equal" not in aliases


# Taking back, and disputing


def test_an_undo_tells_everyone_who_was_told(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"van {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    assert house.taps("bruno", "Undo").startswith("Question ")
    card, told, corrected = thread(house, event)
    assert "LARCH: an answer was taken back; its desk is being asked again." in card
    assert told == "What I said here about a match was taken back."
    assert corrected == (
        "Correction: what I said here about a match was taken back. It is open again."
    )
    assert states(house) == [MatchState.SUGGESTED]
    assert "sighting" not in house.asks("bruno", "case show LARCH")


def test_what_is_unlinked_is_told_to_everyone_who_was_told_it_was_known(house: House) -> None:
    event = house.says("ada", ROOM, f"van {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    said = house.asks("bruno", f"unlink {PLATE} from LARCH")
    assert said == (
        f"{PLATE} is out of LARCH. Whoever was told otherwise is told now. "
        f"Undo: link {PLATE} to LARCH."
    )
    card, told, corrected = thread(house, event)
    assert "LARCH: what was known there was taken out of it." in card
    assert told == "What I said here about a match was taken back."
    assert corrected == "Correction: what I said here about a match was taken back."
    house.asks("bruno", f"link {PLATE} to LARCH")
    again = house.asks("bruno", f"unlink {PLATE} from LARCH")
    assert again == f"{PLATE} is out of LARCH. Undo: link {PLATE} to LARCH."
    assert len(thread(house, event)) == 3


def test_a_card_keeps_what_else_of_it_is_known_when_one_thing_is_unlinked(house: House) -> None:
    house.asks("bruno", f"link {OTHER_PLATE} to LARCH")
    event = house.says("ada", ROOM, f"vans {PLATE} and {OTHER_PLATE}")
    for _ in range(2):
        opened(house, "bruno")
        house.taps("bruno", "Same")
    house.asks("bruno", f"unlink {OTHER_PLATE} from LARCH")
    card, *told = thread(house, event)
    assert "known in LARCH" in "".join(told)
    assert "taken out" not in card
    house.asks("bruno", f"unlink {PLATE} from LARCH")
    assert "taken out" in thread(house, event)[0]


def test_an_undo_reaches_those_who_wrote_the_same(house: House) -> None:
    house.says("ada", ROOM, "stopped Jon Sampleton")
    house.passes(minutes=5)
    second = house.says("bela", ROOM, "stopped Jon Sampleton again")
    opened(house, "bruno")
    house.taps("bruno", "Not the same")
    house.taps("bruno", "Undo")
    assert thread(house, second)[-1].startswith("Correction: what I said here")
    assert states(house) == [MatchState.SUGGESTED, MatchState.SUGGESTED]


def test_undo_is_a_new_judgement_and_overwrites_nothing(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    house.taps("bruno", "Undo")

    def verdicts(session: Session) -> list[tuple[Verdict, bool]]:
        rows = session.scalars(select(Judgement).order_by(Judgement.id))
        return [(row.verdict, row.undone_by is not None) for row in rows]

    assert house.read(verdicts) == [(Verdict.SAME, True), (Verdict.UNSURE, False)]


def test_after_an_undo_it_can_be_answered_again(house: House) -> None:
    event = house.says("ada", ROOM, f"van {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    house.taps("bruno", "Undo")
    house.taps("bruno", "Not the same")
    assert states(house) == [MatchState.REJECTED]
    assert "is not the one in LARCH" in thread(house, event)[-1]


def test_after_a_minute_an_answer_stands(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    house.passes(minutes=2)
    house.taps("bruno", "Undo")
    assert states(house) == [MatchState.CONFIRMED]


def test_a_later_different_answer_is_kept_and_marks_it_disputed(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    house.passes(hours=26)  # Nobody answered: the head was told too.
    assert questions(house, "bodil")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    code = questions(house, "bodil")[-1].split()[1].strip(",:")
    tap = Tap(house.stage.account("bodil"), f"prompt:{code}:not_same")
    said = house.wait(house.stage.liaison.tap(tap))
    assert said is not None
    assert "The match with LARCH is marked disputed." in said.text
    assert states(house) == [MatchState.DISPUTED]
    assert house.read(lambda s: len(s.scalars(select(Judgement.id)).all())) == 2


def test_the_first_final_answer_closes_every_copy(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    house.passes(hours=26)
    opened(house, "bruno")
    house.taps("bruno", "Same")
    assert all("closed" in text for text in questions(house, "bruno"))
    assert "closed by Bruno Marsh" in questions(house, "bodil")[-1]


# Who may read the words


def test_an_agency_that_was_not_in_the_room_is_asked_without_the_words(house: House) -> None:
    house.says("ada", ROOM, "Quillon Freight BV signed for it")
    opened(house, "aron")
    house.taps("aron", "Pass on", text="cora")
    shown = opened(house, "cora")
    assert "Alder Customs wrote of it in a room that your agency is not in." in shown
    assert "signed for it" not in shown


def test_an_agenda_names_a_thing_to_those_alone_who_may_read_it_and_a_name_to_nobody(
    house: House,
) -> None:
    house.asks("bruno", "case grant LARCH to cedar")
    house.says("ada", ROOM, f"van {PLATE}, driven by Jon Sampleton")
    called = house.asks("bruno", "brief Friday 1500 with aron, cyrus about LARCH")
    code = called.split("briefing ")[1][:3]
    for who, shown in (("bruno", f"Plate {PLATE}"), ("aron", f"Plate {PLATE}"), ("cyrus", "Plate")):
        text = house.asks(who, f"briefing agenda {code}")
        assert f"{shown}, Tue 9 Mar, " in text
        assert "Name, Tue 9 Mar, " in text


def test_a_sighting_is_quoted_to_nobody_who_could_not_have_heard_it(any_house: House) -> None:
    """ROWAN is granted to Cedar, whose officers are not in the room."""
    house = any_house
    house.says("ada", ROOM, "Quillon Freight BV signed for it")
    opened(house, "aron")
    house.taps("aron", "Same: known to me")
    assert "signed for it" in house.asks("aron", "case show ROWAN")
    assert "signed for it" in house.asks("bruno", "case show ROWAN")
    shown = house.asks("cyrus", "case show ROWAN")
    assert shown.startswith("TLP:AMBER. ROWAN: Undervalued cargo")
    assert "signed for it" not in shown
    assert "[a sighting in words that your agency was not told]" in shown


# Hidden matches: silent, contact, disclose


def test_the_owner_of_a_hidden_match_is_asked_and_nobody_else(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, f"coach {HIDDEN_PLATE}")
    assert not any("HAZEL" in text or "XX11" in text for text in house.private("bruno"))
    shown = opened(house, "bruno")
    assert "touched something of yours: case HAZEL, Night crossings." in shown
    assert "The asker knows nothing. No choice means silent." in shown
    for who in ("ada", "aron", "alma", "bela", "cyrus"):
        assert house.private(who) == []


def test_a_silent_owner_leaves_the_asker_where_they_were(house: House) -> None:
    house.says("ada", ROOM, f"coach {HIDDEN_PLATE}")
    opened(house, "bruno")
    assert "Silent. The asker learns nothing." in house.taps("bruno", "Stay silent")
    assert house.private("ada") == []


def test_no_choice_means_silent(house: House) -> None:
    house.says("ada", ROOM, f"coach {HIDDEN_PLATE}")
    house.passes(days=10)
    assert house.private("ada") == []
    notices = house.read(lambda session: session.scalars(select(Match.notice)).all())
    assert notices == ["silent"]


def test_contact_gives_a_desk_and_its_number_and_nothing_else(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, f"coach {HIDDEN_PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Give desk number")
    [told] = house.private("ada")
    assert told.endswith(
        "about the plate you wrote, call Birch Police, Birch Lisbon desk, +1 202 555 0121. "
        "They expect you."
    )
    assert "HAZEL" not in told


def test_what_was_given_can_be_taken_back_and_given_again(house: House) -> None:
    house.says("ada", ROOM, f"coach {HIDDEN_PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Give desk number")
    house.taps("bruno", "Undo")
    [told] = house.private("ada")
    assert "was taken back. Please do not act on it." in told
    house.taps("bruno", "Give desk number")
    assert "call Birch Police" in house.private("ada")[-1]


def test_the_owner_may_say_more_in_their_own_words(house: House) -> None:
    house.says("ada", ROOM, f"coach {HIDDEN_PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Disclose…", text="TLP:AMBER Stop it politely")
    assert "“TLP:AMBER Stop it politely”" in house.private("ada")[-1]


def test_disclosing_nothing_tells_nothing(house: House) -> None:
    house.says("ada", ROOM, f"coach {HIDDEN_PLATE}")
    opened(house, "bruno")
    said = house.taps("bruno", "Disclose…", text="  ")
    assert said == "Say in a line what the asker may be told. Nothing was told."
    assert house.private("ada") == []
    opened(house, "bruno")
    house.taps("bruno", "Give desk number")
    assert len(house.private("ada")) == 1


def test_nobody_is_told_above_their_clearance(house: House) -> None:
    change_officer(house, "ada", clearance=Tlp.AMBER)
    house.says("ada", ROOM, f"coach {HIDDEN_PLATE}")
    opened(house, "bruno")
    said = house.taps("bruno", "Disclose…", text="We follow it")
    assert said.startswith("The asker is not cleared for TLP:AMBER+STRICT. Nothing was told.")
    assert house.private("ada") == []
    opened(house, "bruno")
    house.taps("bruno", "Disclose…", text="TLP:AMBER We follow it")
    assert len(house.private("ada")) == 1


def test_an_agreement_gives_the_desk_number_by_itself(any_house: House) -> None:
    house = any_house

    def agree(session: Session) -> None:
        agency = {each.slug: each.id for each in session.scalars(select(Agency))}
        session.add(
            Agreement(
                slug="harbour-accord",
                from_agency_id=agency["cedar"],
                to_agency_id=agency["alder"],
                labels=["IBAN"],
                up_to=Tlp.AMBER,
                notice="contact",
                purpose="Deconfliction",
                until=house.now.replace(year=2028),
            )
        )

    house.do(agree)
    house.says("ada", ROOM, "money to DE89370400440532013000")
    assert "call Cedar Financial Intelligence" in house.private("ada")[-1]
    assert "has your desk number already" in opened(house, "cora")
    house.says("ada", ROOM, f"coach {HIDDEN_PLATE}")
    assert len(house.private("ada")) == 1


def test_a_hidden_match_is_asked_about_once_a_message(house: House) -> None:
    knows(house, "HAZEL", schema="Vehicle", plate="XX41TST")
    event = house.says("ada", ROOM, f"coaches {HIDDEN_PLATE} and plate XX41 TST")
    opened(house, "bruno")
    house.taps("bruno", "Stay silent")
    house.edits("ada", event, f"coaches {HIDDEN_PLATE} and plate XX41 TST, both blue")
    assert len(questions(house, "bruno")) == 1


def test_a_restricted_person_is_matched_by_nobody(house: House) -> None:
    def restrict(session: Session) -> None:
        for entity in session.scalars(select(Entity)):
            entity.restricted_at = house.now

    house.do(restrict)
    house.says("ada", ROOM, f"van {PLATE}, {IBAN}, Jon Sampleton")
    assert questions(house, "bruno") == []


def test_what_has_no_name_is_listed_by_what_it_is_known_by(house: House) -> None:
    house.asks("bruno", "link rui@example.org to LARCH")
    said = house.asks("bruno", "link DE89370400440532013000 to LARCH")
    assert said.startswith("IBAN DE89370400440532013000 is in LARCH now.")
    listed = house.asks("bruno", "case list LARCH")
    assert "Known by e-mail: rui@example.org" in listed
    assert "Person or organisation" not in listed


def test_a_desk_with_more_than_its_buttons_says_how_to_open_the_rest(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    assert "answer CODE" not in house.asks("bruno", "desk")
    monkeypatch.setattr(desk, "MOST_OPENED", 0)
    assert house.asks("bruno", "desk").endswith("Any other opens by its code: answer CODE.")


def test_several_identifiers_are_looked_up_at_once(house: House) -> None:
    both = house.asks("bruno", f"find {PLATE}, {IBAN} for the van")
    assert "plate equal" in both
    assert "IBAN equal" in both
    assert f'"{OTHER_PLATE}": nothing' in house.asks(
        "bruno", f"find {PLATE}, {OTHER_PLATE} for the van"
    )
    assert '"Sampleton, Tom": nothing' in house.asks("bruno", "find Sampleton, Tom for the van")


def test_a_case_lists_what_is_in_it_to_who_may_be_told(house: House) -> None:
    def spare(session: Session) -> None:
        for entity in session.scalars(select(Entity).where(Entity.schema == "Person")):
            entity.category = Category.WITNESS

    listed = house.asks("bruno", "case list LARCH")
    assert listed.startswith("LARCH: 4 people and things.")
    assert "\nPerson: Jon Sampleton" in listed
    assert "\nVehicle: Grey delivery van, plate XX00TST" in listed
    assert "show you no case" in house.asks("cyrus", "case list LARCH")
    house.do(spare)
    assert "Jon Sampleton" in house.asks("bruno", "case list LARCH")
    shown = house.asks("bruno", "case show LARCH")
    assert "4 people and things, 0 open questions. List them: case list LARCH" in shown
    house.asks("bruno", "case grant LARCH to alder")
    listed, shown = (house.asks("aron", f"case {verb} LARCH") for verb in ("list", "show"))
    assert "Jon Sampleton" not in listed
    assert "3 people and things" in listed
    assert "3 people and things" in shown
    for number in range(20):
        knows(house, "LARCH", names=(f"Person {number}",))
    assert "page 1 of 2" in house.asks("bruno", "case list LARCH")
    assert house.asks("bruno", "case list LARCH page 2").count("\n") == 4
