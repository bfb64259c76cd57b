"""A case's own rule: a verified identifier joins it without a person, and anyone can undo that."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import calibration, ruling
from bot.conversation.messages import Tap
from bot.errors import UserError
from bot.governance import erasing
from storage.models import (
    Act,
    Agency,
    Case,
    Category,
    Delivery,
    Entity,
    Entry,
    Judgement,
    LinkRule,
    Match,
    MatchState,
    Message,
    Note,
    Officer,
    Tlp,
)
from tests.house import House
from tests.story.harbour import (
    HIDDEN_PLATE,
    IBAN,
    PLATE,
    ROOM,
    UNKNOWN_PLATE,
    change_officer,
    knows,
    opened,
    posted_under,
    questions,
    thread,
)

ON = "case links LARCH verified on because the van fleet is watched day and night"
OFF = "case links LARCH verified off because the fleet was sold"
JOINED = "LARCH: 1 verified identifier joined it by the case's own rule, and nobody was asked."


def states(house: House) -> list[MatchState]:
    return house.read(lambda session: list(session.scalars(select(Match.state).order_by(Match.id))))


def rules(house: House, who: str = "bruno") -> None:
    """Somebody lets verified identifiers join LARCH without a person."""
    assert "joins it without a person being asked" in house.asks(who, ON)


def notices(house: House, who: str = "bruno") -> list[str]:
    return [text for text in house.private(who) if "by the case's own rule" in text]


# On and off


def test_nothing_joins_a_case_without_a_person_unless_its_desk_says_so(house: House) -> None:
    assert house.asks("bruno", "case links LARCH") == "LARCH: nothing joins it without a person."
    house.says("ada", ROOM, f"van {PLATE}")
    assert len(questions(house, "bruno")) == 1
    assert states(house) == [MatchState.SUGGESTED]


def test_with_the_rule_a_verified_identifier_joins_and_nobody_is_asked(any_house: House) -> None:
    house = any_house
    rules(house)
    event = house.says("ada", ROOM, f"van {PLATE}")
    assert states(house) == [MatchState.CONFIRMED]
    assert questions(house, "bruno") == []
    assert notices(house) == [JOINED]
    card, line = thread(house, event)
    assert card.endswith("\nLARCH: confirmed, Birch Lisbon desk.")
    assert line.endswith(f"plate {PLATE} is known in LARCH. They will contact you here.")
    assert "Linked by the case's own rule." in house.asks("bruno", "case show LARCH")


def test_once_it_is_off_its_desk_is_asked_and_what_was_linked_stays(house: House) -> None:
    rules(house)
    house.says("ada", ROOM, f"van {PLATE}")
    assert "From now on I ask" in house.asks("bruno", OFF)
    house.passes(days=1)
    house.says("ada", ROOM, f"van {PLATE} again")
    assert len(questions(house, "bruno")) == 1
    assert states(house) == [MatchState.CONFIRMED, MatchState.SUGGESTED]


def test_a_case_shows_its_rule_who_let_it_and_why(house: House) -> None:
    assert "without a person" not in house.asks("bruno", "case show LARCH")
    rules(house)
    shown = house.asks("bodil", "case show LARCH")
    assert (
        "Verified identifiers join without a person, since Tue 9 Mar, 09:00 (Lisbon) by Bruno "
        "Marsh: the van fleet is watched day and night. Off: case links LARCH verified off"
    ) in shown
    house.asks("bruno", OFF)
    shown = house.asks("bodil", "case show LARCH")
    assert "Off: case links" not in shown
    assert "rule: Verified identifiers are asked about again: the fleet was sold" in shown


def test_only_who_decides_a_case_turns_its_rule_on_or_off(house: House) -> None:
    for who in ("ada", "bela", "aron"):
        house.asks(who, ON)
    assert house.read(lambda session: session.scalars(select(LinkRule)).all()) == []
    assert "Write it like this: case links CODE" in house.asks(
        "bruno", "case links LARCH verified on"
    )
    rules(house)
    assert "already" in house.asks("bruno", ON)
    house.asks("aron", OFF)
    house.asks("bodil", "case links LARCH verified off")
    assert "has no such rule" in house.asks("bruno", OFF)


def test_the_ledger_and_the_judgement_say_which_rule_linked_it(house: House) -> None:
    rules(house)
    house.says("ada", ROOM, f"van {PLATE}")

    def look(session: Session) -> tuple[str, str, int | None]:
        rule = session.scalars(select(LinkRule)).one()
        judgement = session.scalars(select(Judgement)).one()
        assert judgement.rule_id == rule.id
        who = session.get_one(Officer, rule.officer_id).slug
        on_record = session.scalars(select(Entry).where(Entry.subject == f"rule:{rule.id}")).all()
        assert len(on_record) == 1
        return who, judgement.trust, judgement.officer_id

    assert house.read(look) == ("bruno", "rule", None)
    why = house.asks("bruno", f"why {PLATE}")
    assert "“Same” by the case's own rule (Bruno Marsh turned it on), Tue 9 Mar" in why
    assert "confirmed by the case's own rule" in house.asks("bruno", f"profile {PLATE} in LARCH")
    assert "The case's own rule (Bruno Marsh turned it on) judged match" in house.asks(
        "bruno", "record LARCH"
    )


# Undone


def test_anyone_who_could_have_decided_undoes_it_and_is_asked_instead(any_house: House) -> None:
    house = any_house
    rules(house)
    event = house.says("ada", ROOM, f"van {PLATE}")
    assert f"plate {PLATE}, said Tue 9 Mar" in house.asks("bodil", "case links LARCH")
    said = house.taps("bodil", f"Undo plate {PLATE}")
    assert said.startswith("Taken back: it is not counted in LARCH")
    assert "Same plate?" in said
    assert states(house) == [MatchState.SUGGESTED]
    card, *rest = thread(house, event)
    assert "LARCH: confirmed" not in card
    assert rest[-1].startswith("Correction: what I said here about a match was taken back.")
    house.taps("bodil", "Not the same")
    assert states(house) == [MatchState.REJECTED]
    assert "That was taken back already" in house.taps("bruno", "Undo")


def test_what_was_taken_back_is_asked_about_from_then_on_whatever_the_rule(house: House) -> None:
    rules(house)
    house.says("ada", ROOM, f"van {PLATE}")
    house.taps("bruno", "Undo")
    house.taps("bruno", "Same")
    house.passes(days=1)
    house.says("ada", ROOM, f"van {PLATE} again")
    assert states(house) == [MatchState.CONFIRMED, MatchState.SUGGESTED]
    assert len(notices(house)) == 1


def test_a_stranger_to_the_case_undoes_nothing(house: House) -> None:
    rules(house)
    house.says("ada", ROOM, f"van {PLATE}")
    number = house.read(lambda session: session.scalars(select(Judgement.id)).one())
    for verb in ("open", "undo"):
        for who in ("aron", "bela", "cyrus"):
            assert "That is for the desk whose case it is." in _tapped(
                house, who, f"linked:{number}:{verb}"
            )
    assert states(house) == [MatchState.CONFIRMED]


def test_the_notice_opens_on_what_was_said_and_why(house: House) -> None:
    rules(house)
    house.says("ada", ROOM, f"van {PLATE}, money to {IBAN}")
    assert notices(house) == [JOINED.replace("1 verified identifier", "2 verified identifiers")]
    shown = house.taps("bruno", "Open")
    assert f"“van {PLATE}, money to {IBAN}”" in shown
    assert "plate equal: XX00TST" in shown
    assert f"IBAN equal: {IBAN}" in shown
    assert PLATE not in notices(house)[0]


@pytest.mark.parametrize("gone", ["deleted", "edited", "wrong room"])
def test_what_no_person_decided_goes_with_the_words_it_rests_on(house: House, gone: str) -> None:
    rules(house)
    event = house.says("ada", ROOM, f"van {PLATE}, money to {UNKNOWN_PLATE}")
    if gone == "deleted":
        house.deletes("ada", event)
    elif gone == "edited":
        house.edits("ada", event, f"van {UNKNOWN_PLATE}")
    else:
        house.says("ada", ROOM, "!liaison wrong room", thread=event)
    house.passes(seconds=5)
    assert states(house) == [MatchState.WITHDRAWN]
    assert not any("LARCH" in text for text in thread(house, event))
    assert "sighting" not in house.asks("bruno", "case show LARCH")
    assert "was taken back by who wrote it" in house.private("bruno")[-2]


# What is never linked so


@pytest.mark.parametrize(
    "words",
    [
        f"it was not {PLATE}",
        f"he claims it was {PLATE}",
        f"{PLATE} came by. No, it was not {PLATE}",
        "plate XX0? TST",
        "Jon Sampleton came by",
        "plate XXO0 TST",
    ],
)
def test_what_is_denied_heard_of_partly_read_or_a_name_is_asked_about(
    house: House, words: str
) -> None:
    rules(house)
    house.says("ada", ROOM, words)
    assert MatchState.CONFIRMED not in states(house)
    assert notices(house) == []


def test_a_list_is_asked_about_and_not_linked(house: House) -> None:
    rules(house)
    plates = [f"XX{number} TST" for number in range(40, 51)]
    for plate in plates:
        knows(house, "LARCH", schema="Vehicle", plate=plate)
    house.says("ada", ROOM, ", ".join(f"plate {plate}" for plate in plates))
    assert states(house) == [MatchState.SUGGESTED] * len(plates)


def test_who_is_spared_is_asked_about(house: House) -> None:
    rules(house)

    def spare(session: Session) -> None:
        for entity in session.scalars(select(Entity)):
            entity.category = Category.WITNESS

    house.do(spare)
    house.says("ada", ROOM, f"van {PLATE}")
    assert MatchState.CONFIRMED not in states(house)


def test_what_two_bear_is_asked_about(house: House) -> None:
    rules(house)
    house.asks("bruno", 'case open FIR "Firs" for a long investigation')
    knows(house, "FIR", names=("Tobias Krantz",), plate=PLATE)
    house.says("ada", ROOM, f"van {PLATE}")
    assert MatchState.CONFIRMED not in states(house)


def test_what_another_agency_bears_changes_nothing(house: House) -> None:
    rules(house)
    knows(house, "HAZEL", names=("Tobias Krantz",), plate=PLATE)
    house.says("ada", ROOM, f"van {PLATE}")
    assert notices(house) == [JOINED]


def test_what_is_everywhere_is_asked_about(house: House) -> None:
    rules(house)
    for number in range(4):
        house.asks("bruno", f'case open FIR{number} "Firs" for a long investigation')
        house.asks("bruno", f"link {PLATE} to FIR{number}")
    house.says("ada", ROOM, f"van {PLATE}")
    assert MatchState.CONFIRMED not in states(house)


def test_what_is_muted_is_neither_asked_about_nor_linked(house: House) -> None:
    rules(house)
    house.asks("bruno", f"mute {PLATE} for it is our own van")
    house.says("ada", ROOM, f"van {PLATE}")
    assert states(house) == []


def test_what_the_owner_may_not_read_is_asked_about(house: House) -> None:
    rules(house)
    change_officer(house, "bruno", clearance=Tlp.GREEN)
    house.says("ada", ROOM, f"van {PLATE}")
    assert MatchState.CONFIRMED not in states(house)
    assert notices(house) == []


def test_a_closed_case_is_asked_as_ever(house: House) -> None:
    rules(house)
    house.asks("bruno", "case close LARCH")
    house.says("ada", ROOM, f"van {PLATE}")
    assert MatchState.CONFIRMED not in states(house)


def test_what_somebody_called_not_the_same_is_asked_about(house: House) -> None:
    house.says("ada", ROOM, f"van {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Not the same")
    rules(house)
    house.passes(days=1)
    house.says("ada", ROOM, f"van {PLATE} again")
    assert states(house) == [MatchState.REJECTED, MatchState.SUGGESTED]


# Discretion


@pytest.mark.parametrize("is_on", [True, False])
def test_a_hidden_hit_looks_and_takes_the_same_as_none_whatever_the_rule(
    house: House, is_on: bool
) -> None:
    if is_on:
        _rule_in_every_case(house)
    read = []
    for plate in (UNKNOWN_PLATE, HIDDEN_PLATE):
        house.passes(minutes=5)
        event = house.says("ada", ROOM, f"van {plate}")
        house.passes(seconds=5)
        said = posted_under(house, event)
        times = _took(house, event)
        read.append((" ".join(each.text for each in said).replace(plate, "PLATE"), times))
    assert read[0] == read[1]
    assert MatchState.CONFIRMED not in states(house)


def test_the_poster_reads_what_they_would_after_a_person_s_answer(house: House) -> None:
    asked = house.says("ada", ROOM, f"van {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    rules(house)
    house.passes(days=1)
    ruled = house.says("ada", ROOM, f"van {PLATE}")
    assert thread(house, ruled) == thread(house, asked)


def test_the_card_and_the_line_behind_it_come_when_a_card_does(house: House) -> None:
    rules(house)
    known = house.says("ada", ROOM, f"van {PLATE}")
    house.passes(minutes=5)
    unknown = house.says("ada", ROOM, f"van {UNKNOWN_PLATE}")
    house.passes(seconds=5)
    [waited] = set(_took(house, known))
    assert _took(house, unknown) == [waited]


def test_no_other_agency_learns_who_turned_the_rule_on(house: House) -> None:
    rules(house)
    house.says("ada", ROOM, f"van {PLATE}")
    everything = [text for who in ("ada", "aron") for text in house.private(who)]
    everything += house.room(ROOM, "ada")
    assert not any("rule" in text for text in everything)


def test_calibration_does_not_learn_from_the_rule(house: House) -> None:
    rules(house)
    house.says("ada", ROOM, f"van {PLATE}")

    def decided(session: Session) -> int:
        return sum(
            len(calibration.decided(session, each)) for each in session.scalars(select(Agency))
        )

    assert house.read(decided) == 0


def test_erasing_a_case_erases_why_its_rule_was_turned_on(house: House) -> None:
    rules(house)

    def erase(session: Session) -> None:
        case = session.scalars(select(Case).where(Case.code == "LARCH")).one()
        erasing.case(session, case, now=house.now)

    house.do(erase)
    assert house.read(lambda session: session.scalars(select(LinkRule.reason_sealed)).one()) is None
    assert house.read(lambda session: session.scalars(select(Note.text_sealed)).all()) == [None]


def _tapped(house: House, who: str, token: str) -> str:
    with pytest.raises(UserError) as refused:
        house.wait(house.stage.liaison.tap(Tap(house.stage.account(who), token)))
    return str(refused.value)


def _rule_in_every_case(house: House) -> None:
    def verb(session: Session) -> None:
        for case in session.scalars(select(Case)).all():
            owner = session.get_one(Officer, case.owner_id)
            ruling.turn_on(session, case, owner, "everything is watched", now=house.now)

    house.do(verb)


def _took(house: House, event: str) -> list[float]:
    """How many seconds after it was said each line under a message came."""

    def look(session: Session) -> list[float]:
        said = session.scalars(select(Message).where(Message.event == event)).one()
        lines = session.scalars(
            select(Delivery.said_at)
            .where(Delivery.thread == event, Delivery.act == Act.SAY)
            .order_by(Delivery.id)
        )
        return [(at - said.heard_at).total_seconds() for at in lines if at is not None]

    return house.read(look)
