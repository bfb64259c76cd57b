"""Questions to desks: asked, climbed, answered, undone, passed on, snoozed, stood down."""

import re
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.conversation.messages import Tap, Trust
from bot.errors import UserError
from bot.followup import answers
from bot.governance import ledger
from storage.models import (
    Answer,
    Briefing,
    Due,
    DueState,
    Entry,
    Officer,
    Prompt,
    PromptState,
    Unit,
)
from tests.house import House

QUESTION = "who drives XX00 TST?"


def asks(house: House, desk: str = "birch-lisbon", more: str = "officer waiting") -> str:
    """Ada asks a desk; returns the question's code."""
    said = house.asks("ada", f"ask {desk} {QUESTION} {more}".strip())
    found = re.match(r"Question (\w+) is with", said)
    assert found is not None, said
    return found[1]


def prompt(house: House, code: str) -> Prompt:
    def look(session: Session) -> Prompt:
        found = session.scalars(select(Prompt).where(Prompt.code == code)).one()
        session.expunge(found)
        return found

    return house.read(look)


# Asking


def test_an_officer_can_be_asked_by_name(any_house: House) -> None:
    house = any_house
    for asked in ("ask bruno are you there?", "ask Bruno Marsh is it ours? officer waiting"):
        assert "Bruno Marsh" in house.asks("aron", asked)
    assert len(house.private("bruno")) == 2
    house.taps("bruno", "Open")


def test_the_asker_hears_at_once_with_whom_it_is_and_by_when(house: House) -> None:
    said = house.asks("ada", f"ask birch-lisbon {QUESTION} officer waiting")
    assert re.fullmatch(
        r"Question \w+ is with Birch Lisbon desk, by 10:10 \(Brussels\) "
        r"\(10 minutes after the question\)\.",
        said,
    )


def test_what_is_pushed_is_a_number_a_clock_and_open(house: House) -> None:
    code = asks(house)
    assert house.private("bruno") == [f"Question {code}, by 09:10 (Lisbon)."]
    [posted] = [p for p in house.stage.reads("bruno") if p.author is None]
    assert [control.label for control in posted.controls] == ["Open"]


def test_opening_shows_the_words_the_reason_and_the_source_of_the_limit(house: House) -> None:
    asks(house)
    shown = house.taps("bruno", "Open")
    assert f'TLP:AMBER. Alder Customs asks: "{QUESTION}"' in shown
    assert "You: because you are on duty for Birch Lisbon desk; next would be Bice Holm." in shown
    rule = "10 minutes after the question; Liaison's own limit, not law"
    assert f"By 09:10 (Lisbon) ({rule})." in shown


def test_the_words_of_a_question_are_never_stored_in_the_open(house: House) -> None:
    code = asks(house)
    blob = prompt(house, code).question_sealed
    assert blob is not None
    assert b"XX00" not in blob


def test_the_answer_reaches_the_asker_alone_and_the_thread_reads_a_neutral_line(
    house: House,
) -> None:
    house.says("ada", "#joint-harbour", f"@liaison ask birch-lisbon {QUESTION}")
    house.taps("bruno", "Open")
    assert "in private" in house.taps("bruno", "Have it", text="A red Volvo, hired")
    code = house.private("bruno")[0].split()[1].strip(":,")
    assert house.private("ada")[-1] == f"Question {code} is answered."
    assert 'TLP:AMBER: "A red Volvo, hired"' in house.taps("ada", "Open")
    assert house.room()[-1] == f"Question {code}: answered. The asker has it."
    assert not any("Volvo" in each for each in [*house.room(), *house.private("ada")])


def test_nobody_but_those_asked_and_the_asker_can_open_a_question(house: House) -> None:
    code = asks(house)
    hidden = house.asks("cyrus", f"answer {code}")
    assert hidden == f'I can show you no question "{code}".'
    assert house.asks("cyrus", "answer 9Z9") == 'I can show you no question "9Z9".'


def test_the_asker_hears_at_once_that_nobody_is_on_duty(house: House) -> None:
    house.passes(hours=15)  # Midnight in Lisbon.
    said = house.asks("ada", f"ask birch-lisbon {QUESTION}")
    # The watch desk is of the same agency, and awake.
    assert "Nobody is on duty" not in said
    assert house.private("bram")[-1].startswith("Question ")
    said = house.asks("ada", f"ask alder-harbour {QUESTION}")
    assert "Nobody is on duty there; next on duty 07:00 (Brussels)." in said
    assert "It is read when their duty begins." in said


def test_night_rests_unless_somebody_waits(house: House) -> None:
    house.passes(hours=15)
    calm = asks(house, "alder-harbour", "")
    assert not any(calm in each for each in house.private("aron"))
    waiting = asks(house, "alder-harbour")
    assert any(waiting in each for each in house.private("aron"))
    house.passes(hours=7)
    assert any(calm in each for each in house.private("aron"))


def test_urgent_needs_one_of_the_grounds_and_its_facts(house: House) -> None:
    refused = house.asks("ada", f"ask birch-lisbon {QUESTION} urgent")
    assert "Urgent needs one ground of Directive (EU) 2023/977 Art. 4" in refused
    said = house.asks("ada", f"ask birch-lisbon {QUESTION} urgent because life: he is armed")
    assert "by 18:00 (Brussels) (8 hours" in said
    assert "imminent threat to life or physical integrity: he is armed" in house.taps(
        "bruno", "Open"
    )


def test_each_end_of_a_limit_is_shown_with_its_own_reason(house: House) -> None:
    said = house.asks("ada", f"ask birch-lisbon {QUESTION} urgent because life: he is armed")
    hour = "the hour it began in is not counted (Regulation (EEC, Euratom) No 1182/71 Art. 3)"
    assert said.endswith(
        "by 18:00 (Brussels) (8 hours after receipt of the request). "
        f"By law 19:00 (Brussels): {hour}."
    )
    assert (
        "By 17:00 (Lisbon) (8 hours after receipt of the request; Directive (EU) 2023/977 Art. 5). "
        f"By law 18:00 (Lisbon): {hour}." in house.taps("bruno", "Open")
    )


def test_a_strict_question_stays_in_its_agency(house: House) -> None:
    said = house.asks("ada", f"ask birch-lisbon TLP:AMBER+STRICT {QUESTION}")
    assert said == (
        "TLP:AMBER+STRICT stays in your agency. Ask a desk of your own, or the originator."
    )


def test_a_desk_nobody_knows_gets_the_nearest_ones(house: House) -> None:
    said = house.asks("ada", f"ask birch-lissabon {QUESTION}")
    assert 'I know no officer or desk "birch-lissabon". Did you mean birch-lisbon' in said


# Climbing


def test_an_officer_who_waits_climbs_to_the_deputy_and_the_watch_desk(any_house: House) -> None:
    house = any_house
    code = asks(house)
    house.passes(minutes=2, seconds=30)
    assert house.private("bice") == []
    house.passes(seconds=30)
    assert house.private("bice") == [
        f"Question {code}: an officer has waited 3 minutes. You are deputy now."
    ]
    house.passes(minutes=3)
    assert house.private("bram") == [
        f"Question {code}: an officer has waited 6 minutes. You are the watch desk now."
    ]


def test_the_thread_reads_in_private_first_and_there_later(house: House) -> None:
    house.says("ada", "#joint-harbour", f"@liaison ask birch-lisbon {QUESTION} officer waiting")
    house.passes(minutes=5)
    assert not any("still open" in each for each in house.room())
    house.passes(minutes=2)
    assert house.room()[-1].endswith("still open. More officers are asked.")
    house.passes(minutes=30)
    assert not any("ran out" in each for each in house.room())


def test_the_night_of_who_states_no_hours_is_quiet_too(house: House) -> None:
    for who in ("bruno", "bice", "bram", "bodil"):
        house.asks(who, "duty off")
    house.passes(hours=17)  # Two in the morning, in Lisbon.
    calm = asks(house, more="")
    assert not any(calm in each for each in house.private("bruno"))
    grave = asks(house)
    assert any(grave in each for each in house.private("bruno"))
    house.passes(hours=5, minutes=1)
    assert any(calm in each for each in house.private("bruno"))


def test_opening_stops_what_waits_for_an_acknowledgement_only(house: House) -> None:
    code = asks(house)
    house.taps("bruno", "Open")
    house.passes(minutes=9)
    assert house.private("bice") == house.private("bram") == []
    house.passes(minutes=1)
    assert house.private("bruno")[-1] == (
        f"Question {code}: its time ran out at 09:10 (Lisbon). Answer it, or say why it waits."
    )


def test_nobody_is_told_after_an_answer(house: House) -> None:
    code = asks(house)
    house.taps("bruno", "Open")
    house.taps("bruno", "Have it", text="A red Volvo")
    house.passes(days=20)
    assert house.private("bice") == []
    assert house.private("bruno") == [f"Question {code}: closed by you 09:00 (Lisbon)."]


def test_every_copy_reads_closed_by_whom_and_when(house: House) -> None:
    code = asks(house)
    house.passes(minutes=6)
    house.taps("bram", "Open")
    house.taps("bram", "Have it", text="A red Volvo")
    for who in ("bruno", "bice"):
        assert house.private(who) == [f"Question {code}: closed by Bram Tarn 09:06 (Lisbon)."]
    seen = house.taps("ada", "Open")
    assert f"Question {code}: closed by Birch Police (liaison officer) 10:06 (Brussels)." in seen
    assert "Bram" not in seen


def test_after_an_outage_the_highest_rung_speaks_and_the_missed_are_listed(house: House) -> None:
    code = asks(house, more="")
    sleeps(house, days=4)
    states = house.read(
        lambda s: {due.occurrence: due.state for due in s.scalars(rungs_of(code)).all()}
    )
    assert states[2] is states[3] is DueState.MISSED
    assert states[4] is DueState.FIRED
    noted = house.read(
        lambda s: [e.details for e in s.scalars(select(Entry)) if e.details.get("missed")]
    )
    assert [each["missed"] for each in noted] == [[2, 3]]


def test_after_an_outage_one_message_tells_a_person_all_that_waits(any_house: House) -> None:
    house = any_house
    codes = [asks(house, more="") for _ in range(3)]
    before = len(house.private("bruno"))
    sleeps(house, days=4)
    told = house.private("bruno")[before:]
    assert len(told) == 1
    assert told[0].startswith("I was away until 09:00 (Lisbon). These waited for you: ")
    assert all(code in told[0] for code in codes)


def test_a_message_of_many_drops_what_is_answered(house: House) -> None:
    codes = [asks(house, more="") for _ in range(2)]
    sleeps(house, days=4)
    house.asks("bruno", f"answer {codes[0]} have it a red Volvo")
    [told] = [each for each in house.private("bruno") if each.startswith("I was away")]
    assert codes[0] not in told
    assert codes[1] in told


def test_the_legal_limit_passing_is_on_record_and_the_question_stays_open(house: House) -> None:
    code = asks(house)
    house.passes(minutes=11)
    late = prompt(house, code)
    assert late.breached_at == late.legal_at
    assert late.state is PromptState.OPEN
    breaches = house.read(
        lambda s: [e.subject for e in s.scalars(select(Entry)) if e.details.get("breach")]
    )
    assert breaches == [f"prompt:{code}"]


def test_a_rung_is_not_climbed_twice_over_a_restart(any_house: House) -> None:
    house = any_house
    asks(house)
    house.passes(minutes=4)
    house.restarts()
    house.passes(minutes=1)
    assert len(house.private("bice")) == 1


# Undoing


def test_an_answer_is_undone_within_the_minute_and_everyone_told_is_told(any_house: House) -> None:
    house = any_house
    code = asks(house)
    house.passes(minutes=3)
    house.taps("bice", "Open")
    house.taps("bice", "Have it", text="A red Volvo")
    assert "is open again" in house.taps("bice", "Undo")
    assert house.private("ada")[-1] == (
        f"Question {code}: the answer was taken back. It is open again."
    )
    assert house.private("bruno")[-1].startswith(f"Question {code} is open again")
    assert prompt(house, code).state is PromptState.OPEN
    assert "Volvo" not in house.taps("ada", "Open")


def test_an_undone_question_climbs_on(house: House) -> None:
    code = asks(house)
    house.passes(minutes=3)
    house.taps("bice", "Open")
    house.taps("bice", "Have it", text="A red Volvo")
    house.taps("bice", "Undo")
    house.passes(minutes=8)
    assert house.private("bruno")[-1].startswith(f"Question {code}: its time ran out")


def test_after_the_minute_there_is_no_undo(house: House) -> None:
    code = asks(house)
    house.taps("bruno", "Open")
    house.taps("bruno", "Have it", text="A red Volvo")
    house.passes(minutes=1, seconds=5)
    assert house.taps("bruno", "Undo") == (
        f"Question {code} can no longer be undone. Answer it differently, and that is kept too."
    )


def test_only_who_answered_undoes(house: House) -> None:
    code = asks(house)
    house.passes(minutes=3)
    house.asks("bruno", f"answer {code} have it a red Volvo")
    assert "no longer be undone" in house.asks("bice", f"answer {code} undo")


# More than a yes


def test_needing_more_stops_the_clock_until_the_asker_adds(any_house: House) -> None:
    house = any_house
    code = asks(house)
    house.taps("bruno", "Open")
    assert "clock is stopped" in house.taps("bruno", "Need more", text="Which colour?")
    assert house.private("ada")[-1] == (
        f"Question {code}: the desk needs more from you. Its clock is stopped."
    )
    house.passes(hours=2)
    assert len(house.private("bruno")) == 1
    assert 'Needed 10:00 (Brussels): "Which colour?"' in house.taps("ada", "Open")
    assert "The clock runs again, by 12:10 (Brussels)." in house.taps("ada", "Add", text="Grey")
    assert house.private("bruno")[-1] == (
        f"Question {code}: what you needed has come. By 11:10 (Lisbon)."
    )
    assert 'Added 11:00 (Lisbon): "Grey"' in house.taps("bruno", "Open")
    house.passes(minutes=11)
    assert "its time ran out at 11:10 (Lisbon)" in house.private("bruno")[-1]


def test_a_judge_s_decision_stops_the_clock_and_the_asker_is_told_at_once(house: House) -> None:
    code = asks(house)
    house.taps("bruno", "Open")
    assert house.taps("bruno", "Await authorisation", text="tomorrow").startswith("Say when")
    house.taps("bruno", "Open")
    said = house.taps("bruno", "Await authorisation", text="tomorrow 1200, the judge sits then")
    assert "expected by Wed 10 Mar, 12:00 (Lisbon) (Directive (EU) 2023/977 Art. 5(2))" in said
    assert house.private("ada")[-1] == (
        f"Question {code}: a judicial authorisation is awaited, expected by Wed 10 Mar, 13:00 "
        "(Brussels). Its clock is stopped (Directive (EU) 2023/977 Art. 5(2))."
    )
    seen = house.taps("ada", "Open")
    assert 'until Wed 10 Mar, 13:00 (Brussels): "the judge sits then"' in seen
    assert "a judicial authorisation is awaited." in seen
    house.passes(hours=2)
    assert len(house.private("bruno")) == 1
    house.asks("ada", f"answer {code} more it is grey")
    assert prompt(house, code).state is PromptState.PAUSED


def test_an_authorisation_that_does_not_come_is_asked_after_and_starts_the_clock_when_it_does(
    house: House,
) -> None:
    asks(house)
    house.taps("bruno", "Open")
    house.taps("bruno", "Await authorisation", text="today 1200, the judge sits then")
    house.passes(hours=3, minutes=1)
    assert house.private("bruno")[-1].endswith("Is it granted, refused, or awaited until when?")
    assert house.private("ada")[-1].endswith("has not come. The desk was asked.")
    house.taps("bruno", "Open")
    assert "the clock runs again, by 12:11 (Lisbon)" in house.taps("bruno", "Authorisation granted")
    assert house.private("ada")[-1].endswith("The clock runs again, by 13:11 (Brussels).")


def test_an_authorisation_is_still_awaited_of_whom_the_question_was_passed_on_to(
    house: House,
) -> None:
    asks(house)
    house.taps("bruno", "Open")
    house.taps("bruno", "Await authorisation", text="today 1200, the judge sits then")
    house.taps("bruno", "Open")
    house.taps("bruno", "Pass on", text="bice")
    house.passes(hours=3, minutes=1)
    assert house.private("bice")[-1].endswith("Is it granted, refused, or awaited until when?")
    assert house.private("ada")[-1].endswith("has not come. The desk was asked.")
    house.taps("bice", "Open")
    assert "the clock runs again" in house.taps("bice", "Authorisation granted")


def test_needing_time_tells_the_asker_and_leaves_the_limit(house: House) -> None:
    code = asks(house, more="")
    before = prompt(house, code).strict_at
    house.taps("bruno", "Open")
    said = house.taps("bruno", "Need time", text="tomorrow 1200")
    assert "you need until Wed 10 Mar, 12:00 (Lisbon)" in said
    assert house.private("ada")[-1] == (
        f"Question {code}: the desk needs until Wed 10 Mar, 13:00 (Brussels). "
        "The limit stays: Tue 16 Mar, 10:00 (Brussels)."
    )
    assert prompt(house, code).strict_at == before


def test_a_time_that_cannot_be_read_is_asked_again(house: House) -> None:
    asks(house, more="")
    house.taps("bruno", "Open")
    assert house.taps("bruno", "Need time", text="when the cows come home").startswith(
        '"when the cows come home": '
    )


def test_a_refusal_s_ground_reaches_the_asking_liaison_only(house: House) -> None:
    house.says("ada", "#joint-harbour", f"@liaison ask birch-lisbon {QUESTION}")
    code = house.private("bruno")[0].split()[1].strip(",")
    house.taps("bruno", "Open")
    grounds = house.taps("bruno", "Refuse")
    assert "Directive (EU) 2023/977 Art. 6(1)" in grounds
    assert prompt(house, code).state is PromptState.OPEN
    house.taps("bruno", "The information is not available")
    assert house.private("ada")[-1] == f"Question {code}: closed without information."
    assert house.private("aron")[-1] == (
        f"Question {code}: refused, the information is not available "
        "(Directive (EU) 2023/977 Art. 6(1))."
    )
    assert house.room()[-1] == f"Question {code}: closed without information."
    assert prompt(house, code).state is PromptState.REFUSED


def test_passing_on_opens_a_successor_on_the_same_clock(any_house: House) -> None:
    house = any_house
    code = asks(house)
    house.passes(minutes=1)
    house.taps("bruno", "Open")
    said = house.taps("bruno", "Pass on", text="bice")
    first = prompt(house, code)
    assert first.state is PromptState.PASSED_ON
    heir = house.read(lambda s: s.get_one(Prompt, first.successor_id).code)
    successor = prompt(house, heir)
    assert (successor.received_at, successor.strict_at, successor.legal_at) == (
        first.received_at,
        first.strict_at,
        first.legal_at,
    )
    assert (
        said
        == (
            f"Question {code} is now {successor.code}, with Bice Holm, on the same clock.\n"
        ).strip()
    )
    assert house.private("bice") == [f"Question {successor.code}, by 09:10 (Lisbon)."]
    assert house.private("bruno")[0] == f"Question {code}: passed on by you 09:01 (Lisbon)."
    house.passes(minutes=9)
    assert "its time ran out" in house.private("bice")[-1]


def test_the_asker_follows_a_question_that_was_passed_on(house: House) -> None:
    code = asks(house)
    house.taps("bruno", "Open")
    house.taps("bruno", "Pass on", text="bice")
    house.taps("bice", "Open")
    house.taps("bice", "Have it", text="A red Volvo")
    assert "A red Volvo" in house.asks("ada", f"answer {code}")


def test_a_question_that_was_passed_on_keeps_its_code_for_the_asker(house: House) -> None:
    house.says("ada", "#joint-harbour", f"@liaison ask birch-lisbon {QUESTION}")
    code = house.private("bruno")[0].split()[1].strip(",")
    house.taps("bruno", "Open")
    house.taps("bruno", "Pass on", text="bice")
    both = f"{code} (now {house.private('bice')[0].split()[1].strip(',')})"
    assert f"You wait for: {both} by " in house.asks("ada", "desk")
    house.taps("bice", "Open")
    house.taps("bice", "Have it", text="A red Volvo")
    assert house.private("ada")[-1] == f"Question {both} is answered."
    assert house.room()[-1] == f"Question {both}: answered. The asker has it."
    assert f"Question {both}: closed by Birch" in house.asks("ada", f"answer {code}")


def test_passing_on_is_undone_with_its_successor(house: House) -> None:
    code = asks(house)
    house.taps("bruno", "Open")
    house.taps("bruno", "Pass on", text="bice")
    house.taps("bruno", "Undo")
    assert prompt(house, code).state is PromptState.OPEN
    assert "withdrawn" in house.private("bice")[-1]


def test_nobody_passes_a_question_to_who_may_not_see_it(house: House) -> None:
    asks(house, more="")
    house.taps("bruno", "Open")
    assert house.taps("bruno", "Pass on", text="bela") == "bela cannot be asked this."


def test_snoozing_rests_my_own_reminders_only(house: House) -> None:
    code = asks(house, more="")
    said = house.asks("bruno", f"snooze {code} Saturday 0900")
    assert said == (
        f"Your own reminders of question {code} rest until Sat 13 Mar, 09:00 (Lisbon). "
        "Others are still asked."
    )
    house.passes(days=3, hours=20)  # Half of the time is over in between.
    assert not any("still waits" in each for each in house.private("bruno"))
    house.passes(hours=4)
    assert house.private("bruno")[-1] == (
        f"Question {code} still waits, by Tue 16 Mar, 09:00 (Lisbon)."
    )


def test_whoever_wants_it_is_reminded_by_their_own_rule_until_it_is_answered(house: House) -> None:
    code = asks(house, more="")

    def reminded() -> int:
        return len([each for each in house.private("bruno") if "still waits" in each])

    said = house.asks("bruno", f"snooze {code} every weekday 10:00")
    assert "by your rule until it is answered, next 10:00 (Lisbon)" in said
    house.passes(hours=2)
    assert reminded() == 1
    house.passes(days=1)
    assert reminded() == 2
    house.restarts()
    house.passes(days=2)
    assert reminded() == 4
    house.passes(days=2)
    assert reminded() == 4, "a weekend"
    house.asks("bruno", f"snooze {code} until Monday 1700")
    house.passes(days=1, hours=2)  # Monday, after ten.
    assert reminded() == 4, "the last word counts"


def test_an_answer_ends_one_s_own_rule(house: House) -> None:
    code = asks(house, more="")
    house.asks("bruno", f"snooze {code} every 2 hours")
    house.asks("bruno", f"answer {code} have_it it is ours")
    before = house.private("bruno")
    house.passes(days=1)
    assert house.private("bruno") == before
    assert "every 10 minutes" in house.asks("bruno", f"snooze {asks(house, more='')} every minute")


def test_a_reaction_takes_nothing_back_and_hurries_nobody(house: House) -> None:
    code, ada = asks(house, more=""), house.stage.account("ada")
    for verb in ("standdown", "undo", "still", "callback", "more"):
        forged = Tap(ada, f"prompt:{code}:{verb}", Trust.TAP, {"text": "x"})
        with pytest.raises(UserError, match="more than a reaction"):
            house.wait(house.stage.liaison.tap(forged))


def test_a_reaction_may_snooze_and_never_answer(house: House) -> None:
    code = asks(house, more="")

    def reacts(choice: str) -> str:
        def work(session: Session) -> str:
            bruno = session.scalars(select(Officer).where(Officer.slug == "bruno")).one()
            asked = session.scalars(select(Prompt).where(Prompt.code == code)).one()
            return answers.give(
                session, asked, bruno, choice, trust=Trust.TAP, now=house.now,
                fields={"text": "x"} if choice == "have_it" else {},
            ).text  # fmt: skip

        try:
            return house.do(work)
        except UserError as mistake:
            return str(mistake)

    assert reacts("have_it") == (
        '"Have it" needs more than a reaction. Open the question and answer it there.'
    )
    assert "rest until 09:30 (Lisbon)" in reacts("snooze")


def test_being_asked_to_call_gives_the_desk_number_on_opening(house: House) -> None:
    code = asks(house)
    house.taps("bruno", "Open")
    house.taps("bruno", "Call me")
    assert house.private("ada")[-1] == f"Question {code}: you are asked to call the desk."
    assert "Birch Lisbon desk, +1 202 555 0121" in house.taps("ada", "Open")


def test_three_taps_lead_from_a_question_to_a_briefing_with_who_asked(house: House) -> None:
    code = asks(house, more="")
    house.taps("bruno", "Open")
    said = house.taps("bruno", "Brief us")
    assert "when? Nobody has been told yet." in said
    assert f"Question {code} stays open meanwhile." in said
    assert not any("Joint briefing" in each for each in house.private("ada"))
    first = re.search(r"^(\w+ \d+ Mar, \d\d:\d\d)", said, re.MULTILINE)
    assert first is not None
    house.taps("bruno", first[1])
    house.passes(days=1)  # It is early, and what can wait waits for the day.
    assert any("Joint briefing" in each for each in house.private("ada"))
    assert prompt(house, code).state is PromptState.OPEN


def test_asked_twice_for_a_briefing_the_same_one_is_shown_until_it_begins(house: House) -> None:
    def planned() -> int:
        return house.read(lambda session: len(session.scalars(select(Briefing)).all()))

    asks(house, more="")
    house.taps("bruno", "Open")
    said = house.taps("bruno", "Brief us")
    house.taps("bruno", "Open")
    assert house.taps("bruno", "Brief us") == said
    assert planned() == 1
    first = re.search(r"^(\w+ \d+ Mar, \d\d:\d\d)", said, re.MULTILINE)
    assert first is not None
    booked = house.taps("bruno", first[1])
    house.taps("bruno", "Open")
    assert house.taps("bruno", "Brief us").startswith(booked)
    assert planned() == 1
    house.passes(days=8)
    house.taps("bruno", "Open")
    assert "when? Nobody has been told yet." in house.taps("bruno", "Brief us")
    assert planned() == 2


def test_a_second_answer_is_kept_and_the_asker_is_told(house: House) -> None:
    code = asks(house)
    house.passes(minutes=3)
    house.asks("bruno", f"answer {code} have it a red Volvo")
    said = house.asks("bice", f"answer {code} have it a blue one since Monday")
    assert "Your different answer is kept beside it." in said
    assert house.private("ada")[-1] == f"Question {code} has a further answer."
    seen = house.taps("ada", "Open")
    assert "a red Volvo" in seen
    assert "a blue one since Monday" in seen


# The asker


def test_standing_down_withdraws_every_copy_and_says_so(any_house: House) -> None:
    house = any_house
    code = asks(house)
    house.passes(minutes=6)
    said = house.taps("ada", "Stand down")
    assert said == f"Question {code} is stood down. 3 copies were withdrawn."
    withdrawn = f"Question {code}: withdrawn 09:06 (Lisbon), the asker stood it down."
    for who in ("bruno", "bice", "bram"):
        assert house.private(who) == [f"{withdrawn} Nothing more to do."]
    house.passes(hours=1)
    assert len(house.private("bruno")) == 1


def test_only_the_asker_stands_a_question_down(house: House) -> None:
    code = asks(house)
    assert house.asks("bruno", f"standdown {code}") == "Only who asked can do that."
    assert house.asks("cyrus", f"standdown {code}").startswith("I can show you no question")


def test_still_waiting_is_said_once_in_a_minute(house: House) -> None:
    code = asks(house)
    house.passes(minutes=2)
    house.taps("ada", "Still waiting")
    assert house.private("bruno")[-1] == (
        f"Question {code}: the officer still waits, 2 minutes now."
    )
    assert "reminded a moment ago" in house.taps("ada", "Still waiting")
    assert len(house.private("bruno")) == 2


def test_an_asker_who_wants_a_call_gives_their_desk_s_number(house: House) -> None:
    code = asks(house)
    house.taps("ada", "Call me")
    assert house.private("bruno")[-1] == f"Question {code}: the asker wants to be called."
    assert "Alder harbour desk, +1 202 555 0101" in house.taps("bruno", "Open")


# My desk, my hours


def test_my_desk_says_what_i_owe_and_what_i_wait_for(house: House) -> None:
    code = asks(house, more="")
    assert house.asks("bruno", "desk") == f"You owe: {code} by Tue 16 Mar, 09:00 (Lisbon)."
    assert house.asks("ada", "desk") == f"You wait for: {code} by Tue 16 Mar, 10:00 (Brussels)."
    assert house.asks("cyrus", "desk") == "Your desk is clear."


def test_a_desk_is_handed_over_when_it_is_accepted(any_house: House) -> None:
    house = any_house
    code = asks(house, more="")
    offered = house.asks("bruno", "handover bice back on Monday")
    assert "one item offered to Bice Holm, by 09:20 (Lisbon)." in offered
    assert f"{code} by" in house.asks("bruno", "desk")
    shown = house.taps("bice", "Open")
    assert f"Bruno Marsh hands over:\n{code}, by Tue 16 Mar, 09:00 (Lisbon)" in shown
    assert 'Note: "back on Monday"' in shown
    house.taps("bice", "Accept all")
    assert house.asks("bruno", "desk") == "Your desk is clear."
    assert f"{code} by" in house.asks("bice", "desk")
    assert house.private("bruno")[0] == f"Question {code}: handed over to Bice Holm."


def test_a_desk_is_taken_over_item_by_item_and_the_rest_goes_to_the_head(house: House) -> None:
    codes = [asks(house, more="") for _ in range(3)]
    house.asks("bruno", "handover bice")
    house.taps("bice", "Open")
    assert house.taps("bice", f"Take {codes[1]}").endswith("2 items are left to take.")
    assert f"{codes[1]} by" in house.asks("bice", "desk")
    assert codes[1] not in house.asks("bruno", "desk")
    house.passes(minutes=19)
    assert codes[0] in house.asks("bruno", "desk")
    house.passes(minutes=2)
    assert house.asks("bruno", "desk") == "Your desk is clear."
    held = house.asks("bodil", "desk")
    assert codes[0] in held
    assert codes[2] in held
    assert "With Bodil Crane now" in house.private("bruno")[-2]
    assert any("It went to Bodil Crane." in each for each in house.private("bice"))


def test_who_gave_a_question_away_is_told_when_it_comes_back(house: House) -> None:
    code = asks(house, more="")
    for giver, taker in (("bruno", "bice"), ("bice", "bruno")):
        house.asks(giver, f"handover {taker}")
        house.taps(taker, "Open")
        house.taps(taker, "Accept all")
        assert any(
            each.startswith(f"Question {code} was handed over to you")
            for each in house.private(taker)
        )


def test_the_twenty_minutes_begin_with_the_shift_of_who_takes_over(house: House) -> None:
    house.asks("bice", "duty Mon-Sun 12:00-20:00")
    code = asks(house, more="")
    assert "by 12:20 (Lisbon)" in house.asks("bruno", "handover bice")
    before = len(house.private("bice"))
    house.passes(hours=2)
    assert len(house.private("bice")) == before
    house.passes(hours=1)
    assert len(house.private("bice")) == before + 1
    house.passes(minutes=21)
    assert code in house.asks("bodil", "desk")


def test_taking_the_last_item_closes_a_handover_and_its_undo_brings_all_back(
    house: House,
) -> None:
    code = asks(house, more="")
    house.asks("bruno", "handover bice")
    house.taps("bice", "Open")
    house.taps("bice", f"Take {code}")
    assert house.asks("bruno", "desk") == "Your desk is clear."
    house.taps("bice", "Undo")
    assert f"{code} by" in house.asks("bruno", "desk")
    assert "with you again" in house.private("bruno")[-2]


def test_who_gave_a_desk_is_told_what_stays_of_it(house: House) -> None:
    plain = asks(house, more="")
    said = house.asks("aron", "ask birch-lisbon whose van is it about LARCH")
    of_case = said.split()[1]
    house.asks("bruno", "handover bice")
    house.asks("bice", "case recuse LARCH")
    house.taps("bice", "Open")
    assert house.taps("bice", f"Take {of_case}") == (
        f"{of_case} cannot be with you. It stays where it is."
    )
    house.taps("bice", "Open")
    house.taps("bice", "Accept all")
    assert house.private("bruno")[-1].endswith(f": accepted. Still with you: {of_case}.")
    assert prompt(house, plain).officer_id != prompt(house, of_case).officer_id


def test_a_declined_handover_moves_nothing(house: House) -> None:
    code = asks(house, more="")
    house.asks("bruno", "handover bice")
    house.taps("bice", "Open")
    house.taps("bice", "Decline")
    assert f"{code} by" in house.asks("bruno", "desk")


def test_a_desk_stays_within_its_agency(house: House) -> None:
    asks(house, more="")
    assert house.asks("bruno", "handover aron") == (
        "A desk is handed over within one agency, to a liaison officer or head."
    )


def test_a_zone_is_set_by_name_or_city_and_nearest_ones_are_shown(house: House) -> None:
    assert "Your zone is America/New_York now" in house.asks("bruno", "zone new york")
    assert 'Undo: "zone America/New_York".' in house.asks("bruno", "zone Europe/Lisbon")
    again = house.asks("bruno", "zone Europe/Lisbon")
    assert again.startswith("Your zone is Europe/Lisbon; your clock shows ")
    assert "Undo" not in again
    assert "Did you mean Europe/Lisbon" in house.asks("bruno", "zone Europe/Lisbonn")


def test_duty_hours_decide_who_is_asked(house: House) -> None:
    said = house.asks("bruno", "duty Mon-Fri 20:00-22:00")
    assert 'Undo: "duty Mon-Sun 07:00-23:00".' in said
    asks(house)
    assert house.private("bruno") == [said]
    assert house.private("bice")[0].startswith("Question ")


def test_hours_that_cannot_be_read_change_nothing(house: House) -> None:
    assert "are not duty hours" in house.asks("bruno", "duty whenever")
    assert house.asks("bruno", "duty") == "Your duty hours: Mon-Sun 07:00-23:00."


# What others can check


def test_every_step_is_in_the_ledger_without_a_word_of_it(house: House) -> None:
    code = asks(house)
    house.taps("bruno", "Open")
    house.taps("bruno", "Have it", text="A red Volvo")
    house.taps("bruno", "Undo")
    entries = house.read(
        lambda s: [
            (entry.operation, str(entry.details))
            for entry in s.scalars(select(Entry).where(Entry.subject == f"prompt:{code}"))
        ]
    )
    done = {operation for operation, _ in entries}
    assert {"clock", "disclosure", "consultation", "alteration"} <= done
    said = " ".join(details for _, details in entries)
    assert not any(word in said for word in ("Volvo", "XX00", "drives"))
    assert isinstance(house.read(ledger.verify), ledger.Verified)


def rungs_of(code: str) -> Select[Due]:
    return (
        select(Due)
        .join(Prompt, Prompt.id == Due.subject_id)
        .where(Due.kind == "rung", Prompt.code == code)
    )


def sleeps(house: House, **length: float) -> None:
    """The bot is down meanwhile, and wakes to what has become due."""
    house.stage.now += timedelta(**length)
    house.passes(seconds=1)


def test_a_tap_that_is_told_twice_is_done_once(house: House) -> None:
    harbour = "#joint-harbour"
    house.says("ada", harbour, "Grey van XX00 TST on quay 7")
    house.passes(seconds=5)
    house.taps("bruno", "Open")
    sheet = house.stage.sheet_of("bruno")
    assert sheet is not None
    (more,) = (each for each in sheet.controls if each.label == "Need more")
    tap = Tap(
        house.stage.account("bruno"), more.token, fields={"text": "Which street?"}, key="$vote"
    )
    first = house.wait(house.stage.liaison.tap(tap))
    again = house.wait(house.stage.liaison.tap(tap))
    assert first is not None
    assert again is None

    def look(session: Session) -> int:
        return len(session.scalars(select(Answer).where(Answer.choice == "need_more")).all())

    assert house.read(look) == 1


# Deciding together


def decides(house: House) -> str:
    said = house.asks("alma", "ask all birch-lisbon, cedar-accounts: may we stop it tonight?")
    found = re.match(r"Question (\w+) is with Birch Lisbon desk, Cedar accounts desk, by ", said)
    assert found is not None, said
    return found[1]


def test_a_joint_decision_waits_for_the_last_desk(house: House) -> None:
    code = decides(house)
    shown = house.taps("bruno", "Open")
    assert "Decided together by: Birch Lisbon desk, Cedar accounts desk." in shown
    house.taps("bruno", "Agree")
    assert house.private("alma")[-1] == f"Question {code}: 1 of 2 desks have answered."
    seen = house.asks("alma", f"answer {code}")
    assert "Birch Lisbon desk agrees.\nCedar accounts desk has not answered." in seen
    house.taps("cora", "Open")
    house.taps("cora", "Object", text="Our case would be burnt.")
    assert house.private("alma")[-1] == f"Question {code}: all 2 desks have answered."
    seen = house.asks("alma", f"answer {code}")
    assert 'Cedar accounts desk objects: "Our case would be burnt."' in seen
    assert "burnt" not in "".join(house.private("bruno"))


def test_a_joint_decision_is_stood_down_at_every_desk_that_has_not_answered(house: House) -> None:
    code = decides(house)
    house.taps("bruno", "Open")
    house.taps("bruno", "Agree")
    assert house.asks("alma", f"standdown {code}").endswith("One copy was withdrawn.")
    assert "Nothing more to do" in house.private("cora")[-1]


def test_an_undone_vote_says_nothing_in_the_thread_before_all_have_answered(house: House) -> None:
    asked = "!liaison ask all birch-lisbon, cedar-accounts: may we stop it tonight?"
    house.says("alma", "#joint-harbour", asked)
    house.taps("bruno", "Open")
    house.taps("bruno", "Agree")
    house.taps("bruno", "Undo")
    assert not [each for each in house.room() if "open again" in each]


@pytest.mark.postgresql
def test_of_two_desks_that_answer_at_once_one_is_the_last(
    tmp_path: Path, unmade_postgres_url: str
) -> None:
    house = House(tmp_path, url=unmade_postgres_url)
    group = prompt(house, decides(house)).together_id
    liaison, said = house.stage.liaison, list[str]()

    def votes(session: Session, desk: str) -> None:
        of_group = select(Prompt).join(Unit, Unit.id == Prompt.unit_id).where(Unit.slug == desk)
        mine = session.scalars(of_group.where(Prompt.together_id == group)).one()
        officer = session.get_one(Officer, mine.officer_id)
        given = answers.give(
            session, mine, officer, "agree", trust=Trust.AUTHENTICATED, now=house.now
        )
        said.append(given.text)

    second = Thread(target=lambda: liaison.do_now(lambda session: votes(session, "cedar-accounts")))

    def first(session: Session) -> None:
        votes(session, "birch-lisbon")
        second.start()
        second.join(1)  # It has begun before this one is kept.

    liaison.do_now(first)
    second.join(20)
    house.close()
    assert [each.rpartition("in private. ")[2] for each in said] == [
        "One more.",
        "It was the last.",
    ]


def test_each_desk_of_a_joint_decision_climbs_its_own_ladder(house: House) -> None:
    decides(house)
    house.taps("bruno", "Open")
    house.taps("bruno", "Agree")
    house.passes(days=8)
    assert not any("ran out" in each for each in house.private("bruno"))
    assert any("ran out" in each for each in house.private("cora"))


def test_a_vote_is_undone_within_the_minute(house: House) -> None:
    code = decides(house)
    house.taps("bruno", "Open")
    house.taps("bruno", "Agree")
    house.taps("bruno", "Undo")
    assert "Birch Lisbon desk has not answered." in house.asks("alma", f"answer {code}")


def test_one_desk_alone_decides_nothing_together(house: House) -> None:
    assert house.asks("alma", "ask all birch-lisbon: may we?").startswith(
        "Write: ask all DESK, DESK"
    )
