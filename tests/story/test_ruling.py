"""A case's own rule: a verified identifier joins it without a person, and anyone can undo that."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import ruling
from bot.conversation.messages import Tap
from bot.errors import UserError
from storage.models import Act, Case, Delivery, Judgement, Match, MatchState, Message, Officer
from tests.house import House
from tests.story.harbour import (
    HIDDEN_PLATE,
    IBAN,
    PLATE,
    ROOM,
    UNKNOWN_PLATE,
    opened,
    posted_under,
    questions,
    thread,
)

ON = "case links LARCH verified on because the van fleet is watched"
JOINED = "LARCH: 1 verified identifier joined it by the case's own rule, and nobody was asked."


def states(house: House) -> list[MatchState]:
    return house.read(lambda session: list(session.scalars(select(Match.state).order_by(Match.id))))


def rules(house: House) -> None:
    """Verified identifiers join LARCH without a person from now on."""
    assert "joins it without a person being asked" in house.asks("bruno", ON)


def notices(house: House) -> list[str]:
    return [text for text in house.private("bruno") if "by the case's own rule" in text]


def test_with_the_rule_a_verified_identifier_joins_and_nobody_is_asked(any_house: House) -> None:
    house = any_house
    rules(house)
    event = house.says("ada", ROOM, f"van {PLATE}")
    assert states(house) == [MatchState.CONFIRMED]
    assert questions(house, "bruno") == []
    assert notices(house) == [JOINED]
    card, line = thread(house, event)
    assert card.endswith("\nLARCH: linked by the case's own rule.")
    assert line.endswith(
        f"Linked by the case's own rule: plate {PLATE} is known in LARCH. Its desk is told."
    )
    assert "Linked by the case's own rule." in house.asks("bruno", "case show LARCH")


def test_it_is_off_until_its_desk_says_so_and_when_it_says_so_again(house: House) -> None:
    off = "case links LARCH verified off because the fleet was sold"
    for who in ("ada", "bela", "aron"):
        house.asks(who, ON)
    assert house.asks("bruno", "case links LARCH") == "LARCH: nothing joins it without a person."
    assert "Write" in house.asks("bruno", "case links LARCH verified on")
    rules(house)
    assert "already" in house.asks("bruno", ON)
    house.says("ada", ROOM, f"van {PLATE}")
    assert (
        "Verified identifiers join without a person, since Tue 9 Mar, 09:00 (Lisbon) by Bruno "
        "Marsh: the van fleet is watched. Off: case links LARCH verified off"
    ) in house.asks("bodil", "case show LARCH")
    assert "From now on I ask" in house.asks("bruno", off)
    assert "has no such rule" in house.asks("bruno", off)
    house.passes(hours=1)
    house.says("ada", ROOM, f"van {PLATE} again")
    assert len(questions(house, "bruno")) == 1
    assert states(house) == [MatchState.CONFIRMED, MatchState.SUGGESTED]
    assert "asked about again: the fleet was sold" in house.asks("bodil", "case show LARCH")


def test_anyone_who_could_have_decided_undoes_it_and_is_asked_instead(house: House) -> None:
    rules(house)
    event = house.says("ada", ROOM, f"van {PLATE}")
    number = house.read(lambda session: session.scalars(select(Judgement.id)).one())
    for verb in ("open", "undo"):
        for who in ("aron", "bela", "cyrus"):
            said = _refused(house, who, f"linked:{number}:{verb}")
            assert said == _refused(house, who, f"linked:{number + 99}:{verb}")
    assert states(house) == [MatchState.CONFIRMED]
    assert f"plate {PLATE}, said Tue 9 Mar" in house.asks("bodil", "case links LARCH")
    said = house.taps("bodil", f"Undo plate {PLATE}")
    assert said.startswith("Taken back: it is not counted in LARCH")
    assert "Same plate?" in said
    card, *rest = thread(house, event)
    assert "linked by" not in card
    assert card.endswith("LARCH: an answer was taken back; its desk is being asked again.")
    assert rest[-1].startswith("Correction: ")
    assert "That was taken back already" in house.taps("bruno", "Undo")
    house.taps("bodil", "Same")
    house.passes(hours=1)
    house.says("ada", ROOM, f"van {PLATE} again")
    assert states(house) == [MatchState.CONFIRMED, MatchState.SUGGESTED]


def test_of_several_links_each_undo_says_when_it_was_said(house: House) -> None:
    rules(house)
    for _ in range(2):
        house.says("ada", ROOM, f"van {PLATE}")
        house.passes(hours=1)
    house.asks("bodil", "case links LARCH")
    labels = [
        control.label
        for posted in house.stage.reads("bodil")[-1:]
        for control in posted.controls
        if control.label.startswith("Undo")
    ]
    assert labels == [f"Undo plate {PLATE}, Tue 9 Mar, {at} (Lisbon)" for at in ("10:00", "09:00")]


def test_everywhere_it_is_told_as_the_rule_s_and_who_turned_that_on(house: House) -> None:
    rules(house)
    house.says("ada", ROOM, f"van {PLATE}, money to {IBAN}")
    assert notices(house) == [JOINED.replace("1 verified identifier", "2 verified identifiers")]
    shown = house.taps("bruno", "Open")
    assert f"“van {PLATE}, money to {IBAN}”" in shown
    assert "plate equal: XX00TST" in shown
    assert f"IBAN equal: {IBAN}" in shown
    by_it = "by the case's own rule (Bruno Marsh turned it on)"
    assert f"answered “Same” {by_it}" in house.asks("bruno", f"why {PLATE}")
    assert f"confirmed {by_it}" in house.asks("bruno", f"profile {PLATE} in LARCH")
    assert "bruno" not in " ".join([*house.room(), *house.private("ada")]).casefold()


def test_the_rule_says_that_it_is_in_force_again_and_how_it_ends_to_who_may_end_it(
    house: House,
) -> None:
    rules(house)
    house.asks("bruno", "case grant LARCH to alder")
    assert "Verified identifiers join" in (shown := house.asks("aron", "case show LARCH"))
    assert "verified off" not in shown
    house.asks("bruno", "case close LARCH")
    said = house.asks("bruno", "case reopen LARCH")
    assert said.startswith("LARCH is open again.\nVerified identifiers join without a person")
    assert said.endswith("Off: case links LARCH verified off")


@pytest.mark.parametrize(
    "said",
    [
        "o menor Tiago Azevinho, {} visto",
        "Lena Birch may be a witness, {}",
        "victim Lena Birch told of {}",
    ],
)
def test_of_a_message_that_names_who_is_spared_or_may_be_nothing_joins(
    house: House, said: str
) -> None:
    rules(house)
    house.says("ada", ROOM, said.format(PLATE))
    assert MatchState.CONFIRMED not in states(house)
    assert notices(house) == []


@pytest.mark.parametrize("gone", ["edited", "wrong room"])
def test_what_no_person_decided_goes_with_the_words_it_rests_on(house: House, gone: str) -> None:
    rules(house)
    event = house.says("ada", ROOM, f"van {PLATE}")
    if gone == "edited":
        house.edits("ada", event, f"van {UNKNOWN_PLATE}")
    else:
        house.says("ada", ROOM, "!liaison wrong room", thread=event)
    house.passes(seconds=5)
    assert states(house) == [MatchState.WITHDRAWN]
    assert not any("LARCH" in text for text in thread(house, event))
    assert "taken back by who wrote it" in house.private("bruno")[-1]
    assert "sighting" not in house.asks("bruno", "case show LARCH")


@pytest.mark.parametrize("is_on", [True, False])
def test_a_hidden_hit_looks_and_takes_the_same_as_none_whatever_the_rule(
    house: House, is_on: bool
) -> None:
    if is_on:
        house.do(lambda session: _rule_in_every_case(session, house))
    read = []
    for plate in (UNKNOWN_PLATE, HIDDEN_PLATE):
        house.passes(minutes=5)
        event = house.says("ada", ROOM, f"van {plate}")
        house.passes(seconds=5)
        said = " ".join(each.text for each in posted_under(house, event))
        read.append((said.replace(plate, "PLATE"), _took(house, event)))
    assert read[0] == read[1]
    assert states(house) == [MatchState.SUGGESTED]
    assert len(questions(house, "bruno")) == 1


def test_the_poster_reads_no_more_than_after_a_person_s_answer(house: House) -> None:
    asked = house.says("ada", ROOM, f"van {PLATE}")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    rules(house)
    house.passes(minutes=5)
    ruled = house.says("ada", ROOM, f"van {PLATE}")
    house.passes(minutes=5)
    unknown = house.says("ada", ROOM, f"van {UNKNOWN_PLATE}")
    house.passes(seconds=5)
    (card, line), (by_person, said) = thread(house, ruled), thread(house, asked)
    assert card == by_person.replace(
        "confirmed, Birch Lisbon desk", "linked by the case's own rule"
    )
    assert line == said.replace("Birch Lisbon desk", "Linked by the case's own rule").replace(
        "They will contact you here", "Its desk is told"
    )
    assert set(_took(house, ruled)) == set(_took(house, unknown))


def _refused(house: House, who: str, token: str) -> str:
    with pytest.raises(UserError) as refused:
        house.wait(house.stage.liaison.tap(Tap(house.stage.account(who), token)))
    return str(refused.value)


def _rule_in_every_case(session: Session, house: House) -> None:
    for case in session.scalars(select(Case)).all():
        owner = session.get_one(Officer, case.owner_id)
        ruling.turn_on(session, case, owner, "everything is watched", now=house.now)


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


def test_who_opens_a_case_again_reads_that_its_rule_holds_again(house: House) -> None:
    rules(house)
    house.asks("bruno", "case close LARCH")
    assert house.asks("bruno", "case reopen LARCH").startswith(
        "LARCH is open again.\nVerified identifiers join without a person, since "
    )


def test_an_author_in_an_operation_reads_what_the_rule_linked_with_the_card(house: House) -> None:
    rules(house)
    house.asks("bruno", "go live LARCH until 1200 at quay 7 with bela")
    event = house.says("bela", ROOM, f"{PLATE} has parked")
    house.passes(minutes=3)
    assert thread(house, event, who="bela") == []
    house.passes(hours=3)
    card, line = thread(house, event, who="bela")
    assert "LARCH: linked by the case's own rule." in card
    assert "is known in LARCH" in line
