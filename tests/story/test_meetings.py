"""Joint briefings, debriefs and actions, from the first word to the last reminder."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from sqlalchemy import select

from bot.conversation.messages import Trust, Words
from bot.errors import NotAllowed, UserError
from bot.followup import desk as desks
from bot.governance import keys, ledger
from bot.meetings import actions, briefings, debriefs
from nlp.spans import Label
from storage import sealing
from storage.models import (
    Action,
    Briefing,
    Case,
    CaseState,
    Debrief,
    Due,
    DueState,
    Entity,
    Grant,
    Invitation,
    Match,
    MatchState,
    MeetingState,
    Mention,
    Message,
    Note,
    Officer,
    Recusal,
    Rsvp,
    Series,
    Tlp,
)
from tests.desk import Desk
from tests.house import House

SECRET = "a grey van at berth five"


@pytest.fixture
def house(any_house: House) -> House:
    """Every story here is told on every database."""
    return any_house


# Calling


def test_a_briefing_is_called_in_one_line_and_its_moment_is_repeated(desk: Desk) -> None:
    said = desk.says("alva", "brief tomorrow 0900Z with birch-lisbon about LARCH")
    assert "Tue 9 Mar, 10:00 Brussels (0900Z, in 25 h), for 30 minutes, about LARCH." in said.text
    assert "Bo Reis (Lisbon desk), within their hours" in said.text


def test_an_invitation_is_in_the_reader_s_zone_and_names_nobody(desk: Desk) -> None:
    code = desk.brief("brief tomorrow 0900Z with birch-lisbon, hugo about LARCH")
    invited = desk.told("bo")[0]
    assert invited.text == (
        f"Joint briefing {code}: Tuesday 9 March 2027, 09:00–09:30 (Lisbon), within your hours."
    )
    labels = [control.label for control in invited.controls]
    assert labels == ["Yes", "No", "Another time", "Send deputy", "Read-in"]
    everything = invited.text + invited.packed()
    for hidden in ("LARCH", "Hugo", "hugo", "Alva", "alva"):
        assert hidden not in everything


def test_an_invitation_carries_a_calendar_entry_that_names_nobody_else(desk: Desk) -> None:
    desk.brief("brief tomorrow 0900Z with birch-lisbon, hugo about LARCH")
    held = desk.told("bo")[0].attachment
    assert held is not None
    assert b"LARCH" not in held.content
    event = icalendar.Calendar.from_ical(held.content).walk("VEVENT")[0]
    assert event["dtstart"].dt == datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
    assert event["class"] == "CONFIDENTIAL"
    assert str(event["attendee"]) == "mailto:bo@liaison.invalid"
    assert b"hugo" not in held.content


def test_the_confirmation_says_who_would_sit_outside_their_hours(desk: Desk) -> None:
    said = desk.says("alva", "brief tomorrow 0730Z with birch-lisbon about LARCH")
    assert "Bo Reis (Lisbon desk), it begins 1 hour 30 minutes before their hours" in said.text
    assert "it begins 1 hour 30 minutes before your hours." in desk.told("bo")[0].text


def test_whoever_may_not_see_the_case_is_not_invited_and_nothing_leaks(desk: Desk) -> None:
    with pytest.raises(NotAllowed) as refused:
        desk.says("bo", "brief tomorrow 0900Z with alder-harbour, cedar-york about LARCH")
    assert "LARCH" not in str(refused.value)
    assert desk.told("cora") == desk.told("alva") == []


@pytest.mark.parametrize(
    ("who", "grantee"), [("cedar", "cedar"), ("cedar-york", "cedar"), ("Cora Lane", "cora")]
)
def test_whoever_decides_about_the_case_is_told_how_a_guest_may_come(
    desk: Desk, who: str, grantee: str
) -> None:
    with pytest.raises(NotAllowed) as refused:
        desk.says("alva", f"brief tomorrow 0900Z with birch-lisbon, {who} about LARCH")
    assert str(refused.value) == (
        f'"{who}" may not see LARCH. Nobody was told. '
        f"Say `case grant LARCH to {grantee}` and call it again, leave it out, or name another."
    )
    assert desk.told("cora") == desk.told("bo") == []


def test_a_grant_that_would_not_help_is_not_offered(desk: Desk) -> None:
    with desk.store.begin() as session:
        case = session.scalars(select(Case)).one()
        cora = desk.officers["cora"]
        session.add(Recusal(case_id=case.id, officer_id=cora, at=desk.now))
    with pytest.raises(NotAllowed, match="cannot be invited to this briefing"):
        desk.says("alva", "brief tomorrow 0900Z with cedar-york about LARCH")


def test_not_cleared_and_not_granted_read_the_same(desk: Desk) -> None:
    texts = []
    for who, spoil in (("cedar-york", None), ("alder-harbour", Tlp.GREEN)):
        if spoil is not None:
            with desk.store.begin() as session:
                for slug in ("ada", "alva", "hugo"):
                    session.get_one(Officer, desk.officers[slug]).clearance = spoil
        with pytest.raises(NotAllowed) as refused:
            desk.says("bo", f"brief tomorrow 0900Z with {who} about LARCH")
        texts.append(str(refused.value).replace(who, "WHO"))
    assert texts[0] == texts[1]


def test_a_case_one_may_not_see_and_no_case_read_the_same(desk: Desk) -> None:
    texts = []
    for code in ("LARCH", "NOSUCH"):
        with pytest.raises(NotAllowed) as refused:
            desk.says("cora", f"brief tomorrow 0900Z with birch-lisbon about {code}")
        texts.append(str(refused.value).replace(code, "CODE"))
    assert texts[0] == texts[1]


def test_whoever_is_not_cleared_is_not_invited_even_without_a_case(desk: Desk) -> None:
    with desk.store.begin() as session:
        session.get_one(Officer, desk.officers["cora"]).clearance = Tlp.GREEN
    with pytest.raises(NotAllowed):
        desk.says("alva", "brief tomorrow 1400Z with cora")
    with pytest.raises(NotAllowed):
        desk.says("cora", "brief with alva")
    assert desk.told("cora") == desk.told("alva") == []


def test_two_people_of_one_name_are_asked_about(desk: Desk) -> None:
    with desk.store.begin() as session:
        session.get_one(Officer, desk.officers["bea"]).name = "Bo Reis"
    with pytest.raises(UserError, match="is more than one: bea, bo"):
        desk.says("alva", "brief tomorrow 0900Z with Bo Reis")


def test_an_unknown_name_gets_the_nearest_right_one(desk: Desk) -> None:
    with pytest.raises(UserError, match="Did you mean birch-lisbon"):
        desk.says("alva", "brief tomorrow 0900Z with birch-lisbn")


def test_two_readings_of_a_time_are_asked_about_and_nobody_is_told_yet(desk: Desk) -> None:
    asked = desk.says("alva", "brief 04/05/2027 10:00 with birch-lisbon about LARCH")
    assert len(asked.controls) == 2
    assert desk.told("bo") == []
    chosen = desk.taps("alva", asked.controls[0].token)
    assert "Invited: Bo Reis" in chosen.text
    assert len(desk.told("bo")) == 1


@pytest.mark.parametrize("phrase", ["25:00 tomorrow", "soonish", "yesterday 10:00"])
def test_a_time_that_cannot_be_is_refused_with_what_would_do(desk: Desk, phrase: str) -> None:
    with pytest.raises(UserError):
        desk.says("alva", f"brief {phrase} with birch-lisbon")
    assert desk.told("bo") == []


def test_without_a_time_three_slots_are_proposed_and_one_tap_books(desk: Desk) -> None:
    proposed = desk.says("alva", "brief with birch-lisbon about LARCH for 45 min")
    assert [control.label for control in proposed.controls[3:]] == ["Ask everybody"]
    assert desk.told("bo") == []
    booked = desk.taps("alva", proposed.controls[1].token)
    assert "for 45 minutes" in booked.text
    desk.taps("alva", proposed.controls[1].token)
    assert len(desk.told("bo")) == 1


def test_a_slot_never_falls_on_another_briefing(desk: Desk) -> None:
    first = desk.says("alva", "brief with birch-lisbon")
    desk.taps("alva", first.controls[0].token)
    second = desk.says("hugo", "brief with birch-lisbon")
    taken = first.controls[0].token.split(":")[-1]
    assert taken not in [control.token.split(":")[-1] for control in second.controls]


def test_who_is_booked_twice_is_told_and_so_is_the_organiser(desk: Desk) -> None:
    first = desk.brief()
    said = desk.says("hugo", "brief tomorrow 0915Z with birch-lisbon")
    assert "Bo Reis (Lisbon desk), within their hours, busy then" in said.text
    assert f"You are expected at Joint briefing {first} then." in desk.last("bo")
    again = desk.says("alva", "brief tomorrow 0900Z with hugo")
    assert f"You are expected at Joint briefing {first} then." in again.text
    desk.says("bo", f"rsvp {first} no")
    third = desk.says("alva", "brief tomorrow 0900Z for 10 min with birch-lisbon")
    assert "busy then" not in third.text.split("Bo Reis")[1].split(".")[0]


def test_only_the_organiser_s_tap_moves_or_cancels(desk: Desk) -> None:
    code = desk.brief()
    for token in (f"briefing:{code}:cancel", f"briefing:{code}:move:20270310T100000Z"):
        with pytest.raises(NotAllowed):
            desk.taps("bo", token)
    assert len(desk.told("bo")) == 1


@pytest.mark.parametrize(
    ("who", "token"),
    [
        ("alva", "briefing:{}:cancel"),
        ("alva", "briefing:{}:move:20270310T100000Z"),
        ("bo", "rsvp:{}:yes"),
        ("bo", "rsvp:{}:other:20270310T100000Z"),
    ],
)
def test_a_reaction_shows_what_a_meeting_is_about_and_changes_nothing(
    desk: Desk, who: str, token: str
) -> None:
    code = desk.brief()
    before = [desk.told(each) for each in ("alva", "bo")]
    with pytest.raises(UserError, match="more than a reaction"):
        desk.taps(who, token.format(code), trust=Trust.TAP)
    assert [desk.told(each) for each in ("alva", "bo")] == before
    assert "about LARCH" in desk.taps(who, f"briefing:{code}:agenda", trust=Trust.TAP).text


def test_a_reaction_settles_no_action_and_ends_no_series(desk: Desk) -> None:
    desk.says("alva", "action add bo by Friday 17:00: weigh the boxes about LARCH")
    desk.says("alva", "brief every Tuesday 0900Z with bo about LARCH")
    with desk.store.reading() as session:
        action = session.scalars(select(Action.code)).one()
        series = session.scalars(select(Series.code)).one()
    for who, token in (("bo", f"action:{action}:done"), ("alva", f"series:{series}:end")):
        with pytest.raises(UserError, match="more than a reaction"):
            desk.taps(who, token, trust=Trust.TAP)
    assert "weigh the boxes" in desk.taps("bo", f"action:{action}:open", trust=Trust.TAP).text


def test_a_stranger_to_a_briefing_is_told_what_an_unknown_code_is_told(desk: Desk) -> None:
    code = desk.brief()
    texts = []
    for asked in (code, "9Z9"):
        with pytest.raises(NotAllowed) as refused:
            desk.says("cora", f"briefing agenda {asked}")
        texts.append(str(refused.value).replace(asked, "CODE"))
    assert texts[0] == texts[1]


# Answering


def test_one_tap_answers_and_the_invitation_shows_it(desk: Desk) -> None:
    code = desk.brief()
    desk.delivers()
    desk.taps("bo", f"rsvp:{code}:yes")
    assert len(desk.told("bo")) == 1
    assert "You have said yes" in desk.last("bo")
    assert desk.last("alva") == f"Joint briefing {code}: 1 yes, 0 no, 0 to answer."
    desk.taps("bo", f"rsvp:{code}:no")
    assert "You have said no" in desk.last("bo")
    assert len(desk.told("alva")) == 1


def test_another_time_reaches_the_organiser_with_a_control_that_moves(desk: Desk) -> None:
    code = desk.brief()
    desk.delivers()
    desk.taps("bo", f"rsvp:{code}:other", text="Wed 10 March 14:00")
    wish = desk.told("alva")[-1]
    assert "Wed 10 Mar, 15:00 Brussels" in wish.text
    assert "Bo" not in wish.text
    desk.taps("alva", wish.controls[0].token)
    assert "Wednesday 10 March 2027, 14:00–14:30 (Lisbon)" in desk.last("bo")


def test_the_organiser_keeps_the_time_and_the_asker_hears(desk: Desk) -> None:
    code = desk.brief()
    desk.delivers()
    desk.taps("bo", f"rsvp:{code}:other", text="Wed 10 March 14:00")
    desk.delivers()
    keep = next(c for c in desk.told("alva")[-1].controls if c.label == "Keep the time")
    desk.taps("alva", keep.token)
    assert desk.told("bo")[-1].text.startswith(f"Joint briefing {code}: the time stays.\n")
    assert desk.told("bo")[-1].controls
    assert desk.told("alva")[-1].controls == ()


def test_a_deputy_is_invited_and_the_deputised_left_alone(desk: Desk) -> None:
    code = desk.brief()
    desk.taps("bo", f"rsvp:{code}:deputy", text="bea")
    assert f"Joint briefing {code}" in desk.told("bea")[0].text
    before = len(desk.told("bo"))
    desk.passes(days=1)
    assert len(desk.told("bo")) == before
    assert len(desk.told("bea")) > 1


def test_a_deputy_is_let_go_when_the_first_comes_after_all(desk: Desk) -> None:
    code = desk.brief()
    desk.taps("bo", f"rsvp:{code}:deputy", text="bea")
    desk.delivers()
    desk.taps("bo", f"rsvp:{code}:yes")
    assert desk.last("bea") == f"Joint briefing {code}: you need not come."
    with pytest.raises(NotAllowed):
        desk.says("bea", f"briefing agenda {code}")
    desk.taps("bo", f"rsvp:{code}:deputy", text="bea")
    assert "within your hours" in desk.last("bea")


@pytest.mark.parametrize("who", ["cora", "alva", "ada"])
def test_a_deputy_is_of_the_same_agency_and_may_see_the_case(desk: Desk, who: str) -> None:
    code = desk.brief()
    with pytest.raises(UserError):
        desk.taps("bo", f"rsvp:{code}:deputy", text=who)


def test_everything_can_be_answered_by_typing(desk: Desk) -> None:
    code = desk.brief()
    assert "You have said yes" in desk.says("bo", f"rsvp {code} yes").text
    assert "I asked the organiser" in desk.says("bo", f"rsvp {code} another time Wed 14:00").text
    assert "Bea Lima" in desk.says("bo", f"rsvp {code} deputy bea").text


def test_a_typed_answer_does_not_speak_of_tapping(desk: Desk) -> None:
    code = desk.brief()
    assert desk.says("bo", f"rsvp {code} yes").text == (
        f"Joint briefing {code}: You have said yes. Answer again to change it."
    )
    assert desk.told("bo")[0].text.endswith("You have said yes. Tap again to change it.")


@pytest.mark.parametrize("said", ["yes", "no", "another time Wed 14:00", "deputy bea"])
def test_a_briefing_that_is_over_is_not_answered_any_more(desk: Desk, said: str) -> None:
    code = desk.brief()
    desk.passes(days=1, hours=1, minutes=30)
    with pytest.raises(UserError) as refused:
        desk.says("bo", f"rsvp {code} {said}")
    assert str(refused.value) == f"Joint briefing {code} is over. Nothing was changed."
    with desk.store.reading() as session:
        assert Rsvp.NONE in session.scalars(select(Invitation.rsvp)).all()


# Moving and cancelling


def test_a_move_reaches_everyone_with_the_next_sequence(desk: Desk) -> None:
    code = desk.brief("brief tomorrow 0900Z with birch-lisbon, hugo about LARCH")
    desk.taps("bo", f"rsvp:{code}:yes")
    desk.delivers()
    first = _event(desk.told("bo")[0])
    desk.says("alva", f"briefing move {code} Wed 10 March 11:00")
    for who in ("bo", "hugo"):
        old, new = desk.told(who)
        assert old.text == f"Joint briefing {code} was moved; a new invitation follows."
        assert old.controls == ()
        event = _event(new)
        assert (event["uid"], event["sequence"]) == (first["uid"], 1)
        assert event["dtstart"].dt == datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
    with desk.store.reading() as session:
        bo = session.scalars(
            select(Invitation).where(Invitation.officer_id == desk.officers["bo"])
        ).one()
        assert bo.rsvp is Rsvp.NONE


def test_a_moved_briefing_is_reminded_at_its_new_time_only(desk: Desk) -> None:
    code = desk.brief()
    desk.says("alva", f"briefing move {code} Thu 11 March 11:00")
    before = len(desk.told("bo"))
    desk.passes(days=1, hours=12)
    assert len(desk.told("bo")) == before
    desk.passes(days=2)
    texts = [words.text for words in desk.told("bo")[before:]]
    assert texts == [
        f"Joint briefing {code}: Thu 11 Mar, 10:00 (Lisbon), in 1 day.",
        f"Joint briefing {code}: Thu 11 Mar, 10:00 (Lisbon), in 15 minutes.",
        f"Joint briefing {code} begins now: no open matter.",
    ]


def test_a_briefing_moved_nearer_is_not_reminded_when_the_old_time_said_so(desk: Desk) -> None:
    code = desk.brief("brief Wed 1000Z with birch-lisbon about LARCH")
    desk.passes(days=1)
    desk.says("alva", f"briefing move {code} today 1600Z")
    before = len(desk.told("bo"))
    desk.passes(hours=5)
    assert len(desk.told("bo")) == before


def test_a_cancellation_reaches_everyone_even_those_who_lost_the_case(desk: Desk) -> None:
    code = desk.brief("brief tomorrow 0900Z with birch-lisbon, hugo about LARCH")
    desk.delivers()
    with desk.store.begin() as session:
        for grant in session.scalars(select(Grant)):
            grant.revoked_at = desk.now
    desk.says("alva", f"briefing cancel {code}")
    for who, clock in (("bo", "09:00 (Lisbon)"), ("hugo", "10:00 (Brussels)")):
        said = desk.told(who)[-1]
        assert said.text == f"Joint briefing {code}, Tue 9 Mar, {clock}, is cancelled."
        event = _event(said)
        assert (event["status"], event["sequence"]) == ("CANCELLED", 1)
    before = len(desk.told("hugo"))
    desk.passes(days=2)
    assert len(desk.told("hugo")) == before


def test_whoever_lost_the_case_is_let_go_by_a_move(desk: Desk) -> None:
    code = desk.brief()
    desk.delivers()
    with desk.store.begin() as session:
        for grant in session.scalars(select(Grant)):
            grant.revoked_at = desk.now
    desk.says("alva", f"briefing move {code} Wed 10 March 11:00")
    assert desk.last("bo") == f"Joint briefing {code}: you need not come."
    desk.passes(days=3)
    assert desk.last("bo") == f"Joint briefing {code}: you need not come."


def test_an_organiser_who_lost_the_case_calls_off_but_neither_moves_nor_reads(desk: Desk) -> None:
    code = desk.brief()
    _recuse(desk, "alva")
    with pytest.raises(NotAllowed):
        desk.says("alva", f"briefing move {code} Wed 10 March 11:00")
    assert "LARCH" not in desk.taps("alva", f"briefing:{code}:keep").text
    with pytest.raises(NotAllowed):
        desk.says("alva", f"action add bo by Fri 17:00: call the port briefing {code}")
    assert "is cancelled" in desk.says("alva", f"briefing cancel {code}").text


def test_a_briefing_may_be_moved_within_its_own_time(desk: Desk) -> None:
    code = desk.brief("brief tomorrow 1000-1200 with birch-lisbon about LARCH")
    proposed = desk.says("alva", f"briefing move {code} tomorrow")
    assert proposed.controls[0].token.endswith("at:20270309T090000Z")


# Reminding


def test_reminders_come_in_each_person_s_zone_and_not_to_those_who_declined(desk: Desk) -> None:
    code = desk.brief("brief Wed 1000Z with birch-lisbon, hugo about LARCH")
    desk.taps("hugo", f"rsvp:{code}:no")
    desk.passes(days=2, hours=1, minutes=50)
    assert [words.text for words in desk.told("bo")[1:]] == [
        f"Joint briefing {code}: Wed 10 Mar, 10:00 (Lisbon), in 1 day.",
        f"Joint briefing {code}: Wed 10 Mar, 10:00 (Lisbon), in 15 minutes.",
    ]
    assert len(desk.told("hugo")) == 1


def test_whoever_is_invited_now_is_not_reminded_in_the_same_minutes(desk: Desk) -> None:
    code = desk.brief("brief tomorrow 0805Z with birch-lisbon, hugo about LARCH")
    desk.passes(days=1)
    later = [words.text for words in desk.told("bo")[1:]]
    assert later == [f"Joint briefing {code}: Tue 9 Mar, 08:05 (Lisbon), in 15 minutes."]
    desk.brief("brief today 0831Z with birch-lisbon about LARCH")
    desk.passes(minutes=20)
    assert desk.last("bo").endswith("in 15 minutes.")


def test_after_an_outage_the_nearer_reminder_says_it_all(desk: Desk) -> None:
    desk.brief("brief Wed 1000Z with birch-lisbon about LARCH")
    desk.sleeps(days=2, hours=1, minutes=50)
    assert [words.text[-14:] for words in desk.told("bo")[1:]] == ["in 10 minutes."]


def test_today_lists_what_is_still_to_come_today(desk: Desk) -> None:
    code = desk.brief("brief today 1500 with birch-lisbon about LARCH")
    desk.brief()

    def codes(who: str) -> list[str]:
        with desk.store.reading() as session:
            officer = session.get_one(Officer, desk.officers[who])
            return [each.code for each in briefings.today(session, officer, desk.now)]

    assert codes("bo") == codes("alva") == [code]
    desk.taps("bo", f"rsvp:{code}:no")
    assert codes("bo") == []


def test_my_desk_lists_invitations_questions_whether_held_and_debriefs(desk: Desk) -> None:
    def shown(who: str) -> str:
        with desk.store.reading() as session:
            officer = session.get_one(Officer, desk.officers[who])
            return desks.desk(session, officer, desk.now).text

    code = desk.brief("brief today 1500 with birch-lisbon about LARCH")
    assert f"You are asked: briefing {code} at 14:00 (Lisbon): do you come?\n" in shown("bo")
    desk.taps("bo", f"rsvp:{code}:yes")
    assert shown("bo") == f"Today: {code} at 14:00 (Lisbon)."
    desk.passes(hours=9)
    assert shown("bo") == "Your desk is clear."
    assert shown("alva") == f"You are asked: briefing {code} is over: was it held?"
    desk.taps("alva", f"briefing:{code}:held")
    assert shown("alva") == "Your desk is clear."
    _match(desk, "ada", state=MatchState.CONFIRMED)
    debrief = _debriefs(desk)
    assert shown("ada") == f"You are asked: debrief {debrief}: 4 questions."
    for number in (1, 2, 3):
        desk.taps("ada", f"debrief:{debrief}:nothing:{number}")
    assert shown("ada") == f"You are asked: debrief {debrief}: 1 question."
    desk.taps("ada", f"debrief:{debrief}:nothing:4")
    assert shown("ada") == "Your desk is clear."


# Agenda


def test_a_late_action_opens_the_next_briefing(desk: Desk) -> None:
    desk.says("alva", "action add bo by today 1200: ask the port for its list about LARCH")
    code = desk.brief("brief Wed 1000Z with birch-lisbon about LARCH")
    desk.says("bo", f"agenda add {code} who speaks to the press")
    desk.passes(days=2, hours=2, minutes=1)
    opened = next(words for words in desk.told("bo") if "begins now" in words.text)
    assert opened.text == f"Joint briefing {code} begins now: 2 matters, 1 late action first."
    assert "LARCH" not in opened.text
    lines = desk.taps("bo", opened.controls[0].token).text.splitlines()
    assert lines[0] == f"TLP:AMBER. Joint briefing {code} about LARCH."
    assert "LATE since Mon 8 Mar, 11:00 (Lisbon), Bo Reis: ask the port for its list." in lines[1]
    assert lines[2] == "2. who speaks to the press"


def test_the_agenda_is_made_from_open_matters_without_their_words(desk: Desk) -> None:
    code = desk.brief("brief Wed 1000Z with birch-lisbon about LARCH")
    _match(desk, "ada", state=MatchState.SUGGESTED)
    _note(desk, "seen again at the weighbridge")
    text = desk.says("bo", f"briefing agenda {code}").text
    assert "Plate" in text
    assert "the same? Not settled." in text
    assert "seen again at the weighbridge" in text
    assert SECRET not in text


def test_a_hidden_match_is_on_its_owner_s_agenda_alone(desk: Desk) -> None:
    code = desk.brief("brief Wed 1000Z with birch-lisbon about LARCH")
    _match(desk, "bo", state=MatchState.SUGGESTED, hidden=True)
    assert "the same?" in desk.says("alva", f"briefing agenda {code}").text
    assert "the same?" not in desk.says("bo", f"briefing agenda {code}").text


def test_a_sighting_of_somebody_with_a_role_is_not_read_out(desk: Desk) -> None:
    code = desk.brief("brief Wed 1000Z with birch-lisbon about LARCH")
    mention_id = _match(desk, "ada", state=MatchState.REJECTED, role="witness")
    _note(desk, "Jon Sampleton saw it", mention_id=mention_id)
    text = desk.says("bo", f"briefing agenda {code}").text
    assert "Sampleton" not in text
    assert "somebody in it has a role" in text


def test_the_agenda_closes_to_whoever_loses_the_case(desk: Desk) -> None:
    code = desk.brief("brief Wed 1000Z with birch-lisbon about LARCH")
    _note(desk, "seen again at the weighbridge")
    _recuse(desk, "bo")
    with pytest.raises(NotAllowed):
        desk.taps("bo", f"rsvp:{code}:readin")


def test_a_point_marked_stricter_than_the_briefing_is_not_put_on_it(desk: Desk) -> None:
    code = desk.brief("brief Wed 1000Z with birch-lisbon about LARCH")
    with pytest.raises(UserError, match="You marked that"):
        desk.says("bo", f"agenda add {code} TLP:RED the source's name")
    assert "source" not in desk.says("alva", f"briefing agenda {code}").text


def test_reading_an_agenda_is_recorded(desk: Desk) -> None:
    code = desk.brief()
    before = _consultations(desk)
    desk.taps("bo", f"rsvp:{code}:readin")
    assert _consultations(desk) == before + 1


# Holding


def test_after_the_end_the_organiser_is_asked_and_actions_are_caught(desk: Desk) -> None:
    code = desk.brief()
    desk.passes(days=1, hours=2)
    asked = desk.told("alva")[-1]
    assert asked.text == f"Joint briefing {code} is over. Was it held?"
    held = desk.taps("alva", asked.controls[0].token)
    added = desk.taps("alva", held.controls[0].token, text="bo by Fri 17:00: check the plate")
    assert "Bo Reis, by Fri 12 Mar, 17:00 Brussels" in added.text
    with desk.store.reading() as session:
        assert session.scalars(select(Briefing)).one().state is MeetingState.HELD
        action = session.scalars(select(Action)).one()
        assert action.briefing_id is not None
        assert action.case_id is not None


def test_a_briefing_is_not_held_before_it_begins(desk: Desk) -> None:
    code = desk.brief()
    with pytest.raises(UserError, match="not begun"):
        desk.says("alva", f"briefing held {code}")


def test_who_was_there_is_kept(desk: Desk) -> None:
    code = desk.brief("brief tomorrow 0900Z with birch-lisbon, hugo about LARCH")
    desk.passes(days=1, hours=2)
    desk.says("alva", f"briefing held {code} with bo")
    with desk.store.reading() as session:
        there = dict(session.execute(select(Invitation.officer_id, Invitation.attended)).all())
    assert there == {
        desk.officers["alva"]: True,
        desk.officers["bo"]: True,
        desk.officers["hugo"]: False,
    }


# Actions


def test_an_action_reaches_its_owner_without_its_words(desk: Desk) -> None:
    desk.says("alva", f"action add bo by Fri 17:00: look for {SECRET} about LARCH")
    given = desk.told("bo")[0]
    assert "is yours, by Fri 12 Mar, 16:00 (Lisbon)." in given.text
    assert SECRET not in given.packed()
    opened = desk.taps("bo", given.controls[0].token)
    assert SECRET in opened.text
    assert opened.text.startswith("TLP:AMBER.")


def test_an_action_is_reminded_the_morning_before_at_its_time_and_each_late_morning(
    desk: Desk,
) -> None:
    desk.says("alva", "action add bo by Wed 17:00: call the port about LARCH")
    code = desk.told("bo")[0].text.split()[1]
    desk.passes(days=6)
    assert [words.text for words in desk.told("bo")[1:]] == [
        f"Action {code} is due Wed 10 Mar, 16:00 (Lisbon).",
        f"Action {code} is due now.",
        f"Action {code} was due Wed 10 Mar, 16:00 (Lisbon): late by 17 hours.",
        f"Action {code} was due Wed 10 Mar, 16:00 (Lisbon): late by 1 day 17 hours.",
    ], "the weekend rests"


def test_the_third_late_reminder_reaches_the_head_of_the_agency(desk: Desk) -> None:
    desk.says("alva", "action add me by Wed 17:00: call the port about LARCH")
    desk.passes(days=6, hours=23)
    assert desk.told("hugo") == []
    desk.passes(hours=3)
    assert "It is your agency's." in desk.last("hugo")


def test_done_stops_the_reminders_and_tells_whoever_set_it(desk: Desk) -> None:
    desk.says("alva", "action add bo by Wed 17:00: call the port about LARCH")
    code = desk.told("bo")[0].text.split()[1]
    desk.delivers()
    desk.says("bo", f"action done {code}")
    assert desk.last("alva") == f"Action {code}: done."
    desk.passes(days=10)
    assert [words.text for words in desk.told("bo")] == [f"Action {code}: done."]


def test_a_reminder_reads_again_whether_the_action_is_settled(desk: Desk) -> None:
    desk.says("alva", "action add bo by Wed 17:00: call the port about LARCH")
    code = desk.told("bo")[0].text.split()[1]
    desk.says("bo", f"action done {code}")
    before = len(desk.told("bo"))
    with desk.store.begin() as session:
        for due in session.scalars(select(Due).where(Due.kind == actions.KIND)):
            due.state = DueState.WAITING
    desk.passes(days=10)
    assert len(desk.told("bo")) == before


def test_more_time_is_for_the_setter_to_give(desk: Desk) -> None:
    desk.says("alva", "action add bo by Wed 17:00: call the port about LARCH")
    code = desk.told("bo")[0].text.split()[1]
    desk.taps("bo", f"action:{code}:more", text="Fri 12:00")
    asked = desk.told("alva")[-1]
    agree = next(control for control in asked.controls if control.label == "Agree")
    with pytest.raises(NotAllowed):
        desk.taps("bo", agree.token)
    desk.taps("alva", agree.token)
    assert desk.last("bo") == f"Action {code} has until Fri 12 Mar, 12:00 (Lisbon)."
    desk.passes(days=3, hours=2)
    texts = [words.text for words in desk.told("bo")]
    assert not any("late" in text for text in texts)
    assert texts[-1] == f"Action {code} is due Fri 12 Mar, 12:00 (Lisbon)."


def test_an_action_cannot_go_to_whoever_may_not_see_its_case(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.says("alva", "action add cora by Wed 17:00: call the port about LARCH")
    with pytest.raises(NotAllowed):
        desk.says("alva", "action add cora by Wed 17:00: call the port")
    assert desk.told("cora") == []


def test_an_action_of_somebody_else_reads_as_none(desk: Desk) -> None:
    desk.says("alva", "action add bo by Wed 17:00: call the port about LARCH")
    code = desk.told("bo")[0].text.split()[1]
    texts = []
    for asked in (code, "9Z9"):
        with pytest.raises(NotAllowed) as refused:
            desk.says("cora", f"action done {asked}")
        texts.append(str(refused.value).replace(asked, "CODE"))
    assert texts[0] == texts[1]


def test_an_unclear_date_is_asked_about_and_nothing_is_set(desk: Desk) -> None:
    with pytest.raises(UserError, match="Nothing was changed"):
        desk.says("alva", "action add bo by 04/05/2027 10:00: call the port about LARCH")
    assert desk.told("bo") == []


def test_the_list_shows_what_i_owe_and_what_i_set(desk: Desk) -> None:
    desk.says("alva", "action add bo by Wed 17:00: call the port about LARCH")
    desk.says("alva", "action add me by Tue 17:00: write it down")
    lines = desk.says("alva", "action list").text.splitlines()
    assert lines[0] == "Yours:"
    assert lines[1].endswith("you: write it down.")
    assert lines[2] == "You set:"
    assert lines[3].endswith("Bo Reis: call the port.")
    with desk.store.reading() as session:
        alva = session.get_one(Officer, desk.officers["alva"])
        assert len(actions.owed(session, alva)) == 1


# Debriefs


def test_a_debrief_is_offered_to_the_case_s_liaison_when_it_closes(desk: Desk) -> None:
    _closes(desk)
    offered = desk.told("alva")[-1]
    assert "is offered" in offered.text
    assert "LARCH" not in offered.text
    started = desk.taps("alva", offered.controls[0].token)
    assert "of LARCH: 1 person asked" in started.text


def test_the_debrief_of_a_case_that_is_opened_again_is_offered_no_more(house: House) -> None:
    house.asks("bruno", "case close LARCH")
    assert any("is offered" in each for each in house.private("bruno"))
    house.asks("bruno", "case reopen LARCH")
    assert not any("is offered:" in each for each in house.private("bruno"))
    assert "LARCH is open again: its debrief" in "\n".join(house.private("bruno"))
    house.asks("bruno", "case close LARCH")
    assert any("is offered:" in each for each in house.private("bruno"))


def test_debrief_alone_says_how_it_is_written(desk: Desk) -> None:
    with pytest.raises(UserError, match="Write: debrief CASE"):
        desk.says("alva", "debrief")


def test_everybody_who_took_part_is_asked_and_only_as_they_may_know(desk: Desk) -> None:
    _match(desk, "ada", state=MatchState.CONFIRMED)
    _match(desk, "bea", state=MatchState.CONFIRMED, hidden=True)
    _match(desk, "cora", state=MatchState.REJECTED)
    _debriefs(desk)
    asked = desk.last("ada")
    assert asked.split("\n")[0].endswith(
        "question 1 of 4: what was meant to happen? Two sentences will do."
    )
    assert "so few are asked that it may be known as yours all the same. It is a record;" in asked
    assert "LARCH" not in asked
    assert desk.told("bea") == desk.told("cora") == []


def test_whoever_stepped_aside_or_left_is_not_asked(desk: Desk) -> None:
    _match(desk, "ada", state=MatchState.CONFIRMED)
    _match(desk, "hugo", state=MatchState.CONFIRMED)
    _recuse(desk, "hugo")
    with desk.store.begin() as session:
        session.get_one(Officer, desk.officers["ada"]).retired_at = desk.now
    _debriefs(desk)
    assert desk.told("ada") == desk.told("hugo") == []


def test_of_a_red_case_only_those_who_may_see_it_are_asked(desk: Desk) -> None:
    with desk.store.begin() as session:
        session.scalars(select(Case)).one().marking = Tlp.RED
        for slug in ("ada", "alva"):
            session.get_one(Officer, desk.officers[slug]).clearance = Tlp.RED
    _match(desk, "ada", state=MatchState.CONFIRMED)
    _debriefs(desk)
    assert desk.told("ada") == []
    assert "question 1 of 4" in desk.last("alva")


def test_a_reporter_who_may_not_see_the_case_sets_no_action_on_it(desk: Desk) -> None:
    _match(desk, "cora", state=MatchState.CONFIRMED)
    code = _debriefs(desk)
    with pytest.raises(NotAllowed):
        desk.says("cora", f"action add alva by Fri 17:00: find out more debrief {code}")


def test_a_reporter_is_told_of_their_own_message_not_of_the_case(desk: Desk) -> None:
    _match(desk, "cora", state=MatchState.CONFIRMED)
    code = _debriefs(desk)
    assert "question 1 of 4" in desk.last("cora")
    text = desk.taps("cora", f"debrief:{code}:about").text
    assert text == f"Debrief {code} is about what you wrote Mon 8 Mar, 04:00 (New York)."
    with pytest.raises(NotAllowed):
        desk.says("cora", f"debrief show {code}")


def test_one_question_follows_another_in_one_message(desk: Desk) -> None:
    code = _debriefs(desk)
    desk.delivers()
    before = len(desk.told("alva"))
    for question in (1, 2, 3):
        said = desk.taps("alva", f"debrief:{code}:write:{question}", text="We met as planned.")
        assert f"question {question + 1} of 4" in said.text
    assert "thank you" in desk.taps("alva", f"debrief:{code}:nothing:4").text
    assert len(desk.told("alva")) == before
    assert "thank you" in desk.last("alva")


def test_answers_below_five_are_one_paragraph_without_roles_or_names(desk: Desk) -> None:
    _match(desk, "ada", state=MatchState.CONFIRMED)
    code = _debriefs(desk)
    _answers_all(desk, code, "ada", "The van came early.")
    held_back = desk.says("alva", f"debrief show {code}").text
    assert "The van came early." not in held_back
    _answers_all(desk, code, "alva", "The desk was slow.")
    lines = desk.says("alva", f"debrief show {code}").text.splitlines()
    merged = lines[lines.index("What was meant to happen?") + 1]
    assert sorted(merged.removesuffix(".").split(". ")) == [
        "The desk was slow",
        "The van came early",
    ]
    for name in ("Ada", "Alva", "Quill", "Brook"):
        assert name not in "\n".join(lines)


def test_five_answers_are_shown_apart_and_a_role_of_one_is_not_named(desk: Desk) -> None:
    for who in ("ada", "bo", "bea", "hugo"):
        _match(desk, who, state=MatchState.CONFIRMED)
    code = _debriefs(desk)
    assert "Shown without your name. It is a record;" in desk.last("ada")
    for number, who in enumerate(("ada", "bo", "bea", "hugo", "alva"), 1):
        _answers_all(desk, code, who, f"Point {number}.")
    text = desk.says("alva", f"debrief show {code}").text
    assert "A field officer: Point 1." in text
    assert "Somebody who took part: Point 5." in text
    assert "owner: Point" not in text


def test_the_timeline_tells_parts_and_no_names(desk: Desk) -> None:
    _match(desk, "ada", state=MatchState.CONFIRMED)
    code = _debriefs(desk)
    text = desk.says("alva", f"debrief show {code}").text
    assert "A field officer reported: plate" in text
    assert "The case was opened." in text
    assert "Quill" not in text
    assert SECRET not in text


def test_a_debrief_takes_the_strictest_marking_of_what_went_into_it(desk: Desk) -> None:
    code = _debriefs(desk)
    desk.taps("alva", f"debrief:{code}:write:1", text="TLP:AMBER+STRICT keep this inside.")
    closed = desk.says("alva", f"debrief close {code}").text
    assert closed.startswith("TLP:AMBER+STRICT.")
    with desk.store.reading() as session:
        debrief = session.scalars(select(Debrief)).one()
        assert debrief.marking is Tlp.AMBER_STRICT
        assert "keep this inside" in sealing.unseal(session, debrief, "summary")


def test_nothing_is_answered_after_the_close(desk: Desk) -> None:
    code = _debriefs(desk)
    desk.says("alva", f"debrief close {code}")
    with pytest.raises(UserError, match="closed"):
        desk.taps("alva", f"debrief:{code}:write:1", text="too late")
    desk.passes(days=30)
    assert not any("question 1" in words.text for words in desk.told("alva"))


def test_whoever_was_not_asked_cannot_answer(desk: Desk) -> None:
    code = _debriefs(desk)
    with pytest.raises(NotAllowed):
        desk.taps("bo", f"debrief:{code}:write:1", text="I was not there.")


def test_who_has_not_answered_is_reminded_once_and_the_desk_hears_how_far_it_is(
    desk: Desk,
) -> None:
    _match(desk, "ada", state=MatchState.CONFIRMED)
    code = _debriefs(desk)
    _answers_all(desk, code, "alva", "Fine.")
    desk.passes(days=20)
    questions = [words.text for words in desk.told("ada") if "question 1 of 4" in words.text]
    assert len(questions) == 2
    assert desk.last("alva") == f"Debrief {code}: 1 of 2 are done."


def test_actions_come_out_of_a_debrief(desk: Desk) -> None:
    code = _debriefs(desk)
    desk.says("alva", f"action add bo by Fri 17:00: change the call list debrief {code}")
    assert "change the call list." in desk.says("alva", f"debrief show {code}").text
    assert "is yours" in desk.told("bo")[0].text


def test_every_effect_of_a_meeting_is_in_the_ledger(desk: Desk) -> None:
    code = desk.brief()
    desk.taps("bo", f"rsvp:{code}:yes")
    desk.passes(days=1, hours=2)
    with desk.store.reading() as session:
        found = ledger.verify(session)
        assert isinstance(found, ledger.Verified)
        subjects = {entry.subject for entry in session.scalars(select(ledger.Entry))}
    assert f"briefing:{code}" in subjects


def test_a_briefing_lives_in_the_chat_and_survives_a_restart(house: House) -> None:
    said = house.asks("aron", "brief tomorrow 1300Z with bruno about ROWAN")
    assert "Wed 10 Mar, 14:00 Brussels (1300Z" in said
    house.taps("bruno", "Yes")
    assert "You have said yes" in house.private("bruno")[-1]
    house.restarts()
    house.passes(days=1, hours=4, minutes=1)
    told = [text for text in house.private("bruno") if "in 15 minutes" in text]
    assert len(told) == 1
    assert "13:00 (Lisbon)" in told[0]
    assert "begins now" in house.private("bruno")[-1]
    assert not any("ROWAN" in text for text in house.private("bruno"))


def _event(words: Words) -> icalendar.Event:
    assert words.attachment is not None
    event = icalendar.Calendar.from_ical(words.attachment.content).walk("VEVENT")[0]
    assert isinstance(event, icalendar.Event)
    return event


def _consultations(desk: Desk) -> int:
    with desk.store.reading() as session:
        return len(
            session.scalars(
                select(ledger.Entry).where(ledger.Entry.operation == "consultation")
            ).all()
        )


def _recuse(desk: Desk, who: str) -> None:
    with desk.store.begin() as session:
        case = session.scalars(select(Case)).one()
        session.add(Recusal(case_id=case.id, officer_id=desk.officers[who], at=desk.now))


def _closes(desk: Desk) -> None:
    with desk.store.begin() as session:
        case = session.scalars(select(Case)).one()
        case.state, case.closed_at = CaseState.CLOSED, desk.now
        debriefs.offer(session, case, now=desk.now)


def _debriefs(desk: Desk) -> str:
    """The case closes and its debrief begins; returns its code."""
    _closes(desk)
    desk.says("alva", "debrief LARCH")
    with desk.store.reading() as session:
        return session.scalars(select(Debrief)).one().code


def _answers_all(desk: Desk, code: str, who: str, text: str) -> None:
    for question in (1, 2, 3, 4):
        desk.taps(who, f"debrief:{code}:write:{question}", text=text)


def _note(desk: Desk, text: str, *, mention_id: int | None = None) -> None:
    with desk.store.begin() as session:
        case = session.scalars(select(Case)).one()
        note = Note(
            case_id=case.id,
            officer_id=desk.officers["alva"],
            at=desk.now,
            kind="sighting",
            mention_id=mention_id,
            key_id=sealing.keyring(session).mint(case.key_id),
        )
        sealing.seal(session, note, "text", text)
        session.add(note)


def _match(
    desk: Desk,
    author: str,
    *,
    state: MatchState,
    hidden: bool = False,
    role: str | None = None,
) -> int:
    """Somebody wrote of a plate, and it was matched to the case; returns the mention's number."""
    with desk.store.begin() as session:
        case = session.scalars(select(Case)).one()
        officer = session.get_one(Officer, desk.officers[author])
        key = keys.desk_month(session, officer, desk.now)
        message = Message(
            platform="practice", address="#joint", event=f"e-{author}-{desk.now}", revision="",
            thread=None, room_id=None, officer_id=officer.id, agency_id=officer.agency_id,
            home="practice", user=author, kind="said", to_bot=False, is_private=False,
            sent_at=desk.now + timedelta(hours=1), heard_at=desk.now, key_id=key,
        )  # fmt: skip
        session.add(message)
        session.flush()
        mention = Mention(
            message_id=message.id, agency_id=officer.agency_id, start=0, end=4,
            label=Label.PLATE, subtype=None, valid=True, confidence=0.9, role=role, key_id=key,
        )  # fmt: skip
        sealing.seal(session, mention, "text", SECRET)
        entity = Entity(
            agency_id=case.agency_id, schema="Vehicle", review_on=date(2028, 1, 1),
            made_at=desk.now, key_id=keys.of_entity(session, case.agency),
        )  # fmt: skip
        session.add_all([mention, entity])
        session.flush()
        session.add(
            Match(
                mention_id=mention.id, entity_id=entity.id, case_id=case.id,
                agency_id=case.agency_id, is_verified=False, is_hidden=hidden, score=0.5,
                scorer="1", signature=mention.id, made_at=desk.now, state=state,
            )
        )  # fmt: skip
        return mention.id
