"""What officers make of a match: sure, unsure, of two minds; and who hears of it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import entities
from bot.conversation.messages import Tap
from storage.models import Case, Entity, Match, MatchState, Officer, Recusal
from tests.house import House
from tests.story.harbour import IBAN, OTHER_PLATE, PLATE, ROOM, knows, opened, questions, thread


def states(house: House) -> list[MatchState]:
    return house.read(lambda session: list(session.scalars(select(Match.state).order_by(Match.id))))


def answers_late(house: House, who: str, choice: str) -> str:
    """Somebody answers a question that another has closed."""
    code = questions(house, who)[-1].split()[1].strip(",:")
    tap = Tap(house.stage.account(who), f"prompt:{code}:{choice}")
    shown = house.wait(house.stage.liaison.tap(tap))
    assert shown is not None
    house.passes(seconds=2)
    return shown.text


def code_of(text: str) -> str:
    return text.split()[1].strip(",:")


# Unsure


def test_who_is_unsure_says_so_and_it_stays_open(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"van {PLATE}")
    opened(house, "bruno")
    said = house.taps("bruno", "Unsure")
    assert said.startswith(f'Unsure: "{PLATE}" stays open in LARCH, and its next briefing')
    assert states(house) == [MatchState.SUGGESTED]
    [card] = thread(house, event)
    assert "LARCH: not sure yet, Birch Lisbon desk." in card


def test_what_somebody_is_unsure_of_is_spoken_of_at_the_next_briefing(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Unsure")
    called = house.asks("bruno", "brief Friday 1500 with aron about LARCH")
    agenda = house.asks("bruno", f"briefing agenda {called.split('briefing ')[1][:3]}")
    assert f"Plate {PLATE}" in agenda
    assert "the same? Somebody is unsure." in agenda


def test_being_unsure_silences_nothing_and_is_shown_at_the_next_sighting(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Unsure")
    assert len(questions(house, "bruno")) == 1
    house.passes(days=1)
    house.says("bela", ROOM, f"van {PLATE} again")
    assert len(questions(house, "bruno")) == 2
    assert "Another sighting of it was answered “Unsure” by Bruno Marsh, " in opened(house, "bruno")


def test_the_same_is_not_asked_again_at_once_and_the_next_of_the_message_is(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE} of Jon Sampleton")
    opened(house, "bruno")
    said = house.taps("bruno", "Unsure")
    assert "Same name?" in said
    assert said.count("Same plate?") == 0


def test_one_question_names_all_of_a_message_that_its_case_knows(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}, money to {IBAN}")
    assert len(questions(house, "bruno")) == 1
    shown = opened(house, "bruno")
    assert f"asked about next on this sheet: IBAN {IBAN}." in shown or (
        f"asked about next on this sheet: plate {PLATE}." in shown
    )
    assert "asked about next" not in house.taps("bruno", "Same")


def test_new_evidence_brings_what_was_unsure_up_again(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, "stopped Jon Sampleton at the gate")
    opened(house, "bruno")
    house.taps("bruno", "Unsure")
    house.passes(hours=1)
    house.says("ada", ROOM, "stopped Jonathan Sampleton again")
    opened(house, "bruno")
    said = house.taps("bruno", "Same: document seen")
    assert "belongs to LARCH now" in said
    assert "This was answered “Unsure” by Bruno Marsh, " in said
    assert "Something new was learnt since." in said


def test_a_no_holds_until_something_new_is_learnt(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, "stopped Jon Sampleton at the gate")
    opened(house, "bruno")
    house.taps("bruno", "Not the same")
    house.passes(days=1)
    house.says("bela", ROOM, "Jon Sampleton is back")
    assert len(questions(house, "bruno")) == 1

    def learns(session: Session) -> None:
        for entity in session.scalars(select(Entity)):
            entity.learnt_at = house.now

    house.do(learns)
    house.passes(days=1)
    house.says("bela", ROOM, "Jon Sampleton once more")
    assert len(questions(house, "bruno")) == 2
    assert "Something new was learnt since." in opened(house, "bruno")


def test_an_undone_doubt_can_be_answered_again(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Unsure")
    assert house.taps("bruno", "Undo").startswith("Question ")
    assert "belongs to LARCH now" in house.taps("bruno", "Same")


def test_a_doubt_taken_back_is_no_doubt_about_the_next_answer(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    house.passes(hours=26)
    opened(house, "bruno")
    house.taps("bruno", "Unsure")
    house.taps("bruno", "Undo")
    house.taps("bruno", "Same")
    assert "was answered the same way by" in answers_late(house, "bodil", "confirm")


# Of two minds


def test_after_a_doubt_a_later_answer_decides(house: House) -> None:
    event = house.says("ada", ROOM, f"van {PLATE}")
    house.passes(hours=26)
    opened(house, "bruno")
    house.taps("bruno", "Unsure")
    assert "yours decides: it belongs to LARCH." in answers_late(house, "bodil", "confirm")
    assert states(house) == [MatchState.CONFIRMED]
    assert any("is known in LARCH" in text for text in thread(house, event))


def test_a_doubt_after_an_answer_changes_nothing(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    house.passes(hours=26)
    opened(house, "bruno")
    house.taps("bruno", "Same")
    assert "nothing else changes" in answers_late(house, "bodil", "unsure")
    assert states(house) == [MatchState.CONFIRMED]


def test_a_dispute_is_told_to_who_answered_otherwise_and_to_who_was_told(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"van {PLATE}")
    house.passes(hours=26)
    opened(house, "bruno")
    house.taps("bruno", "Same")
    answers_late(house, "bodil", "not_same")
    assert "About LARCH: somebody answered otherwise than you." in house.private("bruno")[-1]
    shown = opened(house, "bruno")
    assert "This was answered “Same” by Bruno Marsh" in shown
    assert "This was answered “Not the same” by Bodil Crane" in shown
    assert "This match is disputed" in shown
    card, *rest = thread(house, event)
    assert "LARCH: disputed, Birch" in card
    assert rest[-1].startswith("What I said here about a match is disputed now")


def test_the_same_answer_twice_is_one_sighting(house: House) -> None:
    house.says("ada", ROOM, "stopped Jon Sampleton")
    house.passes(hours=26)
    opened(house, "bruno")
    house.taps("bruno", "Same: document seen")
    assert "nothing else changes" in answers_late(house, "bodil", "confirm_photo")
    assert house.asks("bruno", "case show LARCH").count("sighting") == 1


def test_answers_that_cannot_all_be_true_are_shown_and_none_is_dropped(house: House) -> None:
    for name in ("Tobias Krantz", "Tobyas Krantz"):
        knows(house, "LARCH", names=(name,))
    house.says("ada", ROOM, "stopped Tobias Krantz at the gate")
    shown = opened(house, "bruno")
    assert "Same name?" in shown
    house.taps("bruno", "Not the same")
    house.taps("bruno", "Same: document seen")
    assert states(house) == [MatchState.REJECTED, MatchState.CONFIRMED]
    said = house.asks("bruno", "merge Tobias Krantz with Tobyas Krantz")
    assert "are one from now on" in said
    assert "Against their being one: the name said Tue 9 Mar, 09:00 (Lisbon)" in said
    assert said.endswith("Both answers stand.")
    assert "Both answers stand." in house.asks("bruno", "profile Tobias Krantz in LARCH")
    assert states(house) == [MatchState.REJECTED, MatchState.CONFIRMED]


def test_what_was_answered_in_a_case_that_the_reader_may_not_see_is_not_shown(house: House) -> None:
    for name in ("Tobias Krantz", "Tobyas Krantz"):
        knows(house, "LARCH", names=(name,))
    house.says("ada", ROOM, "stopped Tobias Krantz at the gate")
    opened(house, "bruno")
    house.taps("bruno", "Not the same")
    house.taps("bruno", "Same: document seen")
    house.asks("bruno", "merge Tobias Krantz with Tobyas Krantz")
    house.asks("bodil", 'case open PINE "Gate" for an inquiry')

    def stand_in_both(session: Session) -> None:
        pine = session.scalars(select(Case).where(Case.code == "PINE")).one()
        for entity in session.scalars(select(Entity)).all():
            entities.put_into(session, entity, pine, now=house.now)

    house.stage.liaison.do_now(stand_in_both)
    look = "profile Tobias Krantz in PINE"
    assert "Both answers stand." in house.asks("bodil", look)

    def forget(session: Session) -> None:
        larch = session.scalars(select(Case).where(Case.code == "LARCH")).one()
        bodil = session.scalars(select(Officer).where(Officer.slug == "bodil")).one()
        session.add(Recusal(case_id=larch.id, officer_id=bodil.id, at=house.now))

    house.stage.liaison.do_now(forget)
    said = house.asks("bodil", look)
    assert "Tobias Krantz" in said
    assert "Both answers stand." not in said


# Said again


def test_a_question_says_when_else_it_was_said_and_each_is_asked_about_in_turn(
    house: House,
) -> None:
    for gate in range(5):
        house.says("ada", ROOM, f"van {PLATE} at gate {gate}")
        house.passes(minutes=1)
    shown = opened(house, "bruno")
    assert "Said again, and asked about when this is answered: 4 times, last at 09:0" in shown
    house.taps("bruno", "Same")
    assert "gate 1" in opened(house, "bruno")


# Who was told


def test_an_undo_is_followed_until_everybody_has_seen_it(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, f"van {PLATE}")
    code = code_of(questions(house, "bruno")[-1])
    opened(house, "bruno")
    house.taps("bruno", "Same")
    assert "It stands." in house.asks("bruno", f"told {code}")
    house.taps("bruno", "Undo")
    assert "Seen by: nobody yet." in house.asks("bruno", f"told {code}")
    assert house.taps("ada", "Seen", where=ROOM) == "Noted: you have seen it."
    said = house.asks("bruno", f"told {code}")
    assert "Seen by: Ada Quill (Tue 9 Mar, 09:" in said
    assert "Not yet: " in said
    assert "Ada Quill" not in said.split("Not yet: ")[1]


def test_one_s_own_answer_is_put_right_later_and_who_was_told_is_told(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"van {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    code = code_of(questions(house, "bruno")[-1])
    house.passes(minutes=10)
    said = answers_late(house, "bruno", "not_same")
    assert f'answer “Same” about "{PLATE}" is taken back: it is not counted in LARCH now.' in said
    lines = thread(house, event)[1:]
    assert not any("is known in LARCH" in text for text in lines)
    assert "Correction: what I said here about a match was taken back." in lines
    assert states(house) == [MatchState.REJECTED]
    assert "LARCH: not the same, Birch" in thread(house, event)[0]
    assert "corrected" in house.asks("bruno", f"told {code}")
    assert "it belongs to LARCH now" in answers_late(house, "bruno", "same")
    assert states(house) == [MatchState.CONFIRMED]


def test_a_dispute_is_over_when_one_side_changes_its_mind(house: House) -> None:
    event = house.says("ada", ROOM, f"van {PLATE}")
    house.passes(hours=26)
    opened(house, "bruno")
    house.taps("bruno", "Same")
    answers_late(house, "bodil", "not_same")
    assert states(house) == [MatchState.DISPUTED]
    assert "not counted in LARCH now" in answers_late(house, "bruno", "not_same")
    assert states(house) == [MatchState.REJECTED]
    card, *rest = thread(house, event)
    assert "LARCH: not the same, Birch" in card
    assert rest[-1].endswith("is not the one in LARCH.")


def test_who_was_told_is_for_the_desk_that_told_them(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE} and {OTHER_PLATE}")
    code = code_of(questions(house, "bruno")[-1])
    assert "Nobody was told anything" in house.asks("bruno", f"told {code}")
    assert "Nobody was told" not in house.asks("cyrus", f"told {code}")
