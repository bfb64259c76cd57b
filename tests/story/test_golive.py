"""An operation under way: its people are left in peace, and two do not collide unawares."""

import re
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import golive
from bot.errors import UserError
from bot.governance import erasing
from storage.models import Case, Live, Officer, PromptState, Recusal
from tests.house import START, House
from tests.story.harbour import OTHER_PLATE, PLATE, ROOM, thread
from tests.story.test_followup import asks, prompt


def goes_live(house: House, more: str = "at quay 7 with bela") -> str:
    return house.asks("bruno", f"go live LARCH until 1200 {more}")


def alder_goes_live(house: House, place: str = "Quay 7, Antwerp") -> str:
    house.asks("alma", 'case open ELM "Night watch" for an operation at the quays')
    return house.asks("alma", f"go live ELM until 1400 at {place}")


def keeps_silent(session: Session) -> None:
    session.scalars(select(Case).where(Case.code == "LARCH")).one().silent = True


def erases_the_case(session: Session) -> None:
    larch = session.scalars(select(Case).where(Case.code == "LARCH")).one()
    erasing.case(session, larch, now=START)


def test_going_live_says_until_when_and_moves_what_waits_to_deputies(house: House) -> None:
    code = asks(house, more="")
    said = goes_live(house)
    assert "LARCH is live until 12:00 (Lisbon). All 2 of you hear nothing that can wait" in said
    assert "One question is with deputies." in said
    assert code in house.private("bice")[-1]


def test_who_is_in_it_is_asked_nothing_until_its_end(house: House) -> None:
    goes_live(house)
    before = house.private("bruno")
    asks(house, more="")
    asks(house)
    assert house.private("bruno") == before
    assert len([each for each in house.private("bice") if each.startswith("Question ")]) == 2


def test_a_routine_card_waits_until_the_end_and_danger_passes(house: House) -> None:
    goes_live(house)
    calm = house.says("bela", ROOM, f"{PLATE} has parked")
    house.passes(minutes=3)
    assert thread(house, calm, who="bela") == []
    grave = house.says("bela", ROOM, f"Officer down beside {PLATE}")
    house.passes(minutes=3)
    assert thread(house, grave, who="bela")
    other = house.says("ada", ROOM, f"Also seen {PLATE}")
    house.passes(minutes=3)
    assert thread(house, other)
    house.passes(hours=3)
    assert thread(house, calm, who="bela")


def test_whether_somebody_is_spared_is_asked_at_the_end_as_well(house: House) -> None:
    goes_live(house)
    house.says("bela", ROOM, f"Jon Sampleton may be a witness; van {OTHER_PLATE}")
    assert not any("spared" in each for each in house.private("bela"))
    house.passes(hours=3)
    assert any("spared" in each for each in house.private("bela"))


def test_who_is_away_as_well_is_still_left_in_peace(house: House) -> None:
    goes_live(house)
    house.asks("bela", "away until 1100")
    calm = house.says("bela", ROOM, f"{PLATE} has parked")
    house.passes(minutes=3)
    assert thread(house, calm, who="bela") == []


def test_at_its_end_the_commander_is_asked_how_it_stands(house: House) -> None:
    goes_live(house)
    house.passes(hours=3)
    assert house.private("bruno")[-1].startswith("Question ")
    assert "Is it over?" in house.taps("bruno", "Open")
    assert "goes on until 14:00 (Lisbon)" in house.taps("bruno", "Goes on", text="1400")
    house.passes(hours=2)
    house.taps("bruno", "Open")
    assert "a debrief of LARCH is offered" in house.taps("bruno", "It is over")
    assert any("Debrief" in each for each in house.private("bruno"))
    asks(house)
    assert house.private("bruno")[-1].startswith("Question ")


def test_a_commander_who_does_not_answer_is_asked_after(house: House) -> None:
    goes_live(house)
    house.passes(hours=3, minutes=21)
    assert any("watch desk" in each for each in house.private("bram"))


def test_an_operation_that_is_over_sooner_asks_nothing_at_its_planned_end(house: House) -> None:
    goes_live(house)
    house.asks("bruno", "go over LARCH")
    before = len(house.private("bruno"))
    house.passes(hours=4)
    assert len(house.private("bruno")) == before
    assert house.asks("bruno", "go over LARCH") == "LARCH is not live."


@pytest.mark.parametrize(
    ("who", "ends_it"),
    [("bruno", "go over LARCH"), ("bodil", "go over LARCH"), ("bice", "live off me")],
)
def test_what_was_held_for_somebody_is_said_when_they_are_told_things_again(
    house: House, who: str, ends_it: str
) -> None:
    house.asks("bice", f"watch plate {OTHER_PLATE} for the vans until 20 March 2027")
    goes_live(house, "with bela, bice")
    house.says("aron", ROOM, f"van {OTHER_PLATE} at the gate")
    card = house.says("bice", ROOM, f"{PLATE} has parked")
    house.passes(minutes=3)
    assert not any("what you watch for" in each for each in house.private("bice"))
    assert not thread(house, card)
    house.asks(who, ends_it)
    house.passes(minutes=1)
    assert len([each for each in house.private("bice") if "what you watch for" in each]) == 1
    assert thread(house, card)


def test_who_rests_after_an_operation_is_told_after_their_rest(house: House) -> None:
    house.asks("bice", f"watch plate {OTHER_PLATE} for the vans until 20 March 2027")
    goes_live(house, "with bice")
    house.asks("bice", "away until 1100")
    house.says("aron", ROOM, f"van {OTHER_PLATE} at the gate")
    house.asks("bruno", "go over LARCH")
    house.passes(minutes=3)
    assert not any("what you watch for" in each for each in house.private("bice"))
    house.passes(hours=2)
    assert any("what you watch for" in each for each in house.private("bice"))


def test_everybody_in_it_hears_once_who_ended_it(house: House) -> None:
    code = goes_live(house, "with bela, bice").split()[1].rstrip(":")
    house.asks("bice", "go over LARCH")
    over = f"Bice Holm has ended operation {code}: you are told things again."
    assert [house.private(who).count(over) for who in ("bruno", "bela", "bice")] == [1, 1, 0]


def test_both_sides_learn_whom_to_call_and_nothing_else(house: House) -> None:
    alone = alder_goes_live(house)
    goes_live(house)
    assert house.private("alma")[-1].endswith("Your desk is calling them; stay reachable.")
    ours = house.taps("aron", "Open")
    assert "Call: Birch Police, Birch Lisbon desk, +1 202 555 0121." in ours
    theirs = house.taps("bice", "Open")
    assert "Call: Alder Customs" in theirs
    assert "They were told whom to call, and nothing else." in theirs
    for shown, hidden in ((ours, ("LARCH", "bruno", "quay")), (theirs, ("ELM", "Alma", "Antwerp"))):
        assert not any(word in shown for word in hidden)
    assert "Time and place were checked" in alone


def test_an_outcome_needs_a_reason_and_is_kept(house: House) -> None:
    alder_goes_live(house)
    goes_live(house)
    house.taps("bice", "Open")
    code = house.private("bice")[-1].split()[1].strip(",:")
    assert "belongs on record" in house.taps("bice", "Delay", text=" ")
    house.taps("bice", "Open")
    assert "delay. It is on record" in house.taps("bice", "Delay", text="They are closer.")
    assert prompt(house, code).state is PromptState.ANSWERED


@pytest.mark.parametrize("place", ["Quay 9", "the fish market"])
def test_another_place_touches_nobody(house: House, place: str) -> None:
    alder_goes_live(house, place)
    goes_live(house)
    assert not house.private("bice")


def test_coordinates_side_by_side_are_one_place(house: House) -> None:
    alder_goes_live(house, "51.2194, 4.4025")
    goes_live(house, "at 51.2251, 4.4101")
    assert house.private("bice")


def test_a_silent_case_is_told_and_the_other_side_is_not(house: House) -> None:
    alder_goes_live(house)
    house.do(keeps_silent)
    before = house.private("alma")
    goes_live(house)
    assert house.private("alma") == before
    assert not house.private("aron")
    assert "They were told nothing: your case is kept silent." in house.taps("bice", "Open")


def test_the_place_is_never_stored_in_the_open(house: House) -> None:
    goes_live(house)
    kept = house.read(lambda session: session.scalars(select(Live)).one().place_sealed)
    assert kept is not None
    assert b"quay" not in kept


def test_others_cannot_be_drawn_into_an_operation(house: House) -> None:
    refused = goes_live(house, "with aron")
    assert refused.startswith("An operation has members of the case's own agency.")
    assert "open a case of their own and go live with that" in refused
    goes_live(house)
    assert "is live already" in goes_live(house)


def test_who_is_taken_in_is_told_at_once_and_may_step_out(any_house: House) -> None:
    house = any_house
    goes_live(house)
    [told] = house.private("bela")
    assert "Bruno Marsh has taken you into operation" in told
    assert "until 12:00 (Lisbon)" in told
    assert house.taps("bela", "Step out").endswith("no more: you are told things again.")
    assert "Bela Stroud is in operation" in house.private("bruno")[-1]
    calm = house.says("bela", ROOM, f"{PLATE} has parked")
    house.passes(minutes=3)
    assert thread(house, calm, who="bela")


def test_who_stepped_out_is_not_taken_in_again_when_it_goes_on(house: House) -> None:
    goes_live(house, "with bela, bice")
    assert "told things again" in house.asks("bela", "live off me")
    house.passes(hours=3)
    house.taps("bruno", "Open")
    house.taps("bruno", "Goes on", text="1400")
    assert "until 14:00 (Lisbon)" in house.private("bice")[-1]
    assert not any("14:00" in each for each in house.private("bela"))
    house.asks("bruno", "go over LARCH")
    assert house.private("bice")[-1].startswith("Bruno Marsh has ended operation")
    assert house.asks("bela", "live off me").endswith("in no operation that you may speak of.")


def test_whoever_is_in_an_operation_sees_so_on_their_desk(house: House) -> None:
    assert "operation" not in house.asks("bela", "desk")
    goes_live(house, "with bela")
    for who in ("bruno", "bela"):
        assert re.search(r"You are live: operation \w+ until 12:00 \(", house.asks(who, "desk"))
    house.asks("bela", "live off me")
    assert "You are live" not in house.asks("bela", "desk")
    assert "You are live" not in house.asks("bice", "desk")


def test_the_desk_lets_somebody_out_and_others_cannot(house: House) -> None:
    goes_live(house, "with bela")
    assert "in no operation" in house.asks("aron", "live off bela")
    assert "was told so" in house.asks("bodil", "live off bela")
    assert house.private("bela")[-1].startswith("You were let out of operation")
    assert "go over LARCH" in house.asks("bruno", "live off me")


def test_who_may_not_know_the_case_hears_of_no_operation(house: House) -> None:
    goes_live(house, "with bela")

    def sees_no_more(session: Session) -> None:
        bice = session.scalars(select(Officer).where(Officer.slug == "bice")).one()
        larch = session.scalars(select(Case).where(Case.code == "LARCH")).one()
        session.add(Recusal(case_id=larch.id, officer_id=bice.id, at=house.now))

    house.stage.liaison.do_now(sees_no_more)
    said = house.asks("bice", "live off bela")
    assert "in no operation" in said
    assert "LARCH" not in said


def test_a_head_hears_when_a_field_officer_takes_colleagues_in(house: House) -> None:
    house.asks("bruno", "case grant LARCH to bela")
    said = house.asks("bela", "go live LARCH until 1200 with bice")
    assert "All 2 of you" in said
    assert "Bela Stroud began operation" in house.private("bodil")[-1]
    assert "Bela Stroud has taken you into" in house.private("bice")[-1]
    assert "is over" in house.asks("bodil", "go over LARCH")


@pytest.mark.postgresql
def test_of_two_that_go_live_at_once_with_one_case_one_does(
    tmp_path: Path, unmade_postgres_url: str
) -> None:
    house = House(tmp_path, url=unmade_postgres_url)
    liaison, said = house.stage.liaison, list[str]()

    def begins(session: Session, who: str) -> None:
        larch = session.scalars(select(Case).where(Case.code == "LARCH")).one()
        officer = session.scalars(select(Officer).where(Officer.slug == who)).one()
        until = house.now + timedelta(hours=2)
        try:
            golive.begin(
                session, officer, larch, until=until, place="", spans=(), others=(), now=house.now
            )
        except UserError as mistake:
            said.append(str(mistake))

    second = Thread(target=lambda: liaison.do_now(lambda session: begins(session, "bodil")))

    def first(session: Session) -> None:
        begins(session, "bruno")
        second.start()
        second.join(1)  # It has looked for another before this one is kept.

    liaison.do_now(first)
    second.join(20)
    under_way = house.read(lambda session: len(session.scalars(select(Live)).all()))
    house.close()
    assert said == ['LARCH is live already. End it with "go over LARCH".']
    assert under_way == 1


def test_nobody_is_silenced_for_a_case_that_is_closed_or_that_they_may_not_see(
    house: House,
) -> None:
    house.asks("bice", "case recuse LARCH")
    assert "may not see LARCH" in goes_live(house, "with bice")
    house.asks("bruno", "case close LARCH")
    assert "is closed. Re-open it first: case reopen LARCH" in goes_live(house)


def test_what_an_operation_was_found_by_goes_with_its_end(house: House) -> None:
    goes_live(house)
    house.asks("bruno", "go over LARCH")
    assert house.read(lambda session: session.scalars(select(Live)).one().place_hashes) == []


def test_who_was_in_an_operation_and_where_is_erased_with_its_case(house: House) -> None:
    goes_live(house)
    house.do(erases_the_case)

    def left(session: Session) -> tuple[object, ...]:
        live = session.scalars(select(Live)).one()
        return live.members, live.place_hashes, live.place_sealed, live.ended_at is not None

    assert house.read(left) == ([], [], None, True)
