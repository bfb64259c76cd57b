"""The whole story on Slack, by sockets and by HTTP."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.slack import desk as tapping
from adapters.slack.manifest import ASK_A_UNIT, LINK_TO_CASE
from bot.commandline import checking
from bot.conversation import rooms, troubles
from bot.followup import desk
from bot.governance import access
from storage.models import Officer
from tests.house import START
from tests.slack_house import JOINT, MODES, MOMENT, THREE, SlackHouse, moment, user
from tests.slack_server import BOT, BOT_TOKEN, Fault, dates, labels, said_in
from tests.story.harbour import NOTHING, OTHER_PLATE, PLATE


@pytest.fixture(params=MODES)
def any_house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SlackHouse]:
    """What is told in it holds by sockets and by HTTP."""
    house = SlackHouse(tmp_path, request.param)
    yield house
    assert house.slack.problems == []
    house.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SlackHouse]:
    house = SlackHouse(tmp_path)
    yield house
    assert house.slack.problems == []
    house.close()


def test_a_sighting_becomes_a_card_a_question_and_an_outcome(any_house: SlackHouse) -> None:
    house = any_house
    seen = house.says("ada", f"Plate {PLATE}, a grey van on quay 7")
    card = house.newest()
    assert card["thread_ts"] == seen
    assert "In 1 case this room may see: LARCH" in house.said()[-1]
    [question] = [text for text in house.private("bruno") if text.startswith("Question ")]
    assert PLATE not in question
    assert "LARCH" not in question
    assert PLATE in house.taps("bruno", "Open")
    assert "Same plate" not in house.taps_in("bruno", "Same")
    assert "LARCH" in house.said()[-1]
    assert "asked" not in house.said()[-1]
    [answered] = [text for text in house.private("bruno") if text.startswith("Question ")]
    assert answered != question


def test_times_show_in_the_zone_in_which_slack_knows_their_reader(house: SlackHouse) -> None:
    house.says("ada", f"Plate {PLATE}, a grey van on quay 7")
    [(form, at)] = dates(house.newest(house.at("bruno", "private"))["blocks"])
    assert form == "{date_short_pretty}, {time}"
    assert at > house.now.timestamp()
    house.taps("bruno", "Open")
    assert (form, at) in dates(house.modal["blocks"])


def test_a_line_is_asked_for_in_a_modal(any_house: SlackHouse) -> None:
    house = any_house
    house.says("ada", f"Plate {PLATE}, a grey van on quay 7")
    house.taps("bruno", "Open")
    house.taps_in("bruno", "Need more")
    assert house.modal["blocks"][0]["label"]["text"] == "What do you need to know?"
    assert "the clock is stopped" in house.sends("bruno", text="On which day?")
    assert "On which day?" in house.taps("ada", "Open")


def test_the_day_goes_on_after_a_restart(any_house: SlackHouse) -> None:
    house = any_house
    house.says("ada", f"Plate {PLATE}, a grey van on quay 7")
    before = house.private("bruno")
    house.restarts()
    house.passes(days=1, hours=1)
    assert len(house.private("bruno")) > len(before)
    assert PLATE in house.taps("bruno", "Open")


def test_commands_are_answered_to_the_asker_alone(any_house: SlackHouse) -> None:
    house = any_house
    before = house.said()
    assert "LARCH" in house.commands("bruno", "case show LARCH")
    assert house.commands("ada", "case show HAZEL") == 'I can show you no case "HAZEL".'
    assert house.said() == before


def test_a_case_is_opened_in_a_modal(house: SlackHouse) -> None:
    house.home("bruno")
    tap_home(house, "bruno", "Open a case")
    wrong = house.sends("bruno", code="LARCH", title='Night "boats"', purpose="Smuggling by boat")
    assert "LARCH" in wrong
    shown = house.sends("bruno", code="ELM", title='Night "boats"', purpose="Smuggling by boat")
    assert "ELM" in shown
    assert "Night 'boats'" in house.commands("bruno", "case show ELM")


def test_a_form_is_for_whom_its_command_is_for(house: SlackHouse) -> None:
    house.home("ada")
    assert "Open a case" not in labels(house.slack.homes[user("ada")]["blocks"])
    assert "Ask a desk" in labels(house.slack.homes[user("ada")]["blocks"])


def test_a_unit_is_asked_about_a_message_by_a_shortcut(house: SlackHouse) -> None:
    ts = house.says("ada", f"Plate {OTHER_PLATE} near the crane")
    house.uses("ada", ASK_A_UNIT, ts)
    question = next(b for b in house.modal["blocks"] if b["block_id"] == "question")
    assert question["element"]["initial_value"] == f"Plate {OTHER_PLATE} near the crane"
    house.sends("ada", desk="Birch Lisbon desk", question="Whose van is it?", soon="waiting")
    assert "Whose van is it?" in house.taps("bruno", "Open")


def test_something_is_linked_to_a_case_by_a_shortcut(house: SlackHouse) -> None:
    ts = house.says("bela", f"Plate {OTHER_PLATE} near the crane")
    house.uses("bruno", LINK_TO_CASE, ts)
    [what, _] = house.modal["blocks"]
    assert what["element"]["initial_value"] == f"plate {OTHER_PLATE}"
    assert "LARCH" in house.sends("bruno", case="LARCH")
    assert "plate equal" in house.commands("bruno", f"find plate {OTHER_PLATE} in LARCH")


def test_a_briefing_is_called_with_pickers_and_answered_by_buttons(house: SlackHouse) -> None:
    house.home("bruno")
    tap_home(house, "bruno", "Call a briefing")
    begins = moment(house.now, days=1, hours=1)
    shown = house.sends("bruno", people=[user("aron")], begins=begins, minutes="30", case="LARCH")
    assert "Wed 10 Mar, 10:00 Lisbon" in shown
    assert "11:00–11:30 (Brussels)" in house.private("aron")[-1]
    names = [each["filename"] for each in house.slack.files.values()]
    assert names == [names[0]] * 2
    assert names[0].endswith(".ics")
    house.taps("aron", "Yes")
    assert house.private("bruno")[-1].endswith("1 yes, 0 no, 0 to answer.")


def test_who_is_no_officer_is_not_invited(house: SlackHouse) -> None:
    house.slack.person("U0NEW", "new")
    house.home("bruno")
    tap_home(house, "bruno", "Call a briefing")
    wrong = house.sends("bruno", people=["U0NEW"], begins=moment(house.now, days=1))
    assert wrong.startswith("One of those people is not in the directory.")


def test_people_are_named_in_commands_by_mention(house: SlackHouse) -> None:
    shown = house.commands(
        "bruno", f"brief tomorrow 10:00 with <@{user('aron')}|aron.v> for 30 min"
    )
    assert "10:00" in shown


def test_the_home_shows_what_waits_and_changes_with_it(any_house: SlackHouse) -> None:
    house = any_house
    before = house.home("bruno")
    house.says("ada", f"Plate {PLATE}, a grey van on quay 7")
    house.wait(house.workspace.idle())
    after = said_in(house.slack.homes[user("bruno")])
    assert after != before
    assert PLATE not in after


def test_a_stranger_is_heard_and_never_answered(any_house: SlackHouse) -> None:
    house = any_house
    house.slack.person("U0NEW", "new", is_guest=True)
    house.wait(house.slack.joins("U0NEW", JOINT))
    house.passes()
    calls = len(house.slack.calls)
    assert house.wait(house.slack.commands("U0NEW", JOINT, "case show LARCH")) == {}
    house.wait(house.slack.says("U0NEW", JOINT, "@liaison help"))
    house.passes()
    told = [name for name, _ in house.slack.calls[calls:] if name.startswith("chat.")]
    assert told == []


def test_a_room_falls_silent_when_a_stranger_comes_in(any_house: SlackHouse) -> None:
    house = any_house
    house.slack.person("U0SAM", "sam", team="T0OTHERS")
    house.wait(house.slack.joins("U0SAM", JOINT))
    before = house.said()
    house.says("ada", f"Plate {PLATE}, a grey van on quay 7")
    assert house.said() == before
    assert any("Joint harbour" in text for text in house.private("ada"))


def test_a_guest_of_another_organisation_is_known_by_their_own_team(any_house: SlackHouse) -> None:
    house = any_house
    house.says("cyrus", f"@liaison read this: plate {PLATE}", THREE)
    card = next(each for each in reversed(house.slack.posts(THREE)) if labels(each["blocks"]))
    assert house.taps("cyrus", "Fix", THREE)
    house.slack.person(user("cyrus"), "cyrus", team="T0OTHERS")
    house.workspace.forget(user("cyrus"))
    house.slack.views.clear()
    assert house.wait(house.slack.taps(user("cyrus"), THREE, card["ts"], "Fix")) == {}
    house.passes()
    assert house.slack.views == {}


def test_who_has_nothing_but_buttons_can_do_everything(house: SlackHouse) -> None:
    """Cora is of another organisation: no Home, no commands, no word from the bot alone."""
    [code] = re.findall(
        r"Question (\w{3}) is", house.commands("ada", "ask cedar-accounts Whose account is it?")
    )
    assert f"You owe: {code}" in house.taps("cora", "My desk", THREE)
    assert "Whose account is it?" in house.taps_in("cora", f"Open {code}")
    house.taps_in("cora", "Need more")
    assert "the clock is stopped" in house.sends("cora", text="At which bank?")
    house.taps("cora", "My desk", THREE)
    house.taps_in("cora", "Open a case")
    assert "YEW" in house.sends("cora", code="YEW", title="Accounts", purpose="Hidden money")
    house.taps("cora", "My desk", THREE)
    house.taps_in("cora", "Call a briefing")
    begins = moment(house.now, days=1, hours=1)
    shown = house.sends("cora", people=[user("bruno")], begins=begins, minutes="30")
    assert "18:00 Singapore" in shown
    house.says("cora", f"@liaison read this: plate {PLATE} on quay 7", THREE)
    assert house.taps("cora", "Fix", THREE).startswith("What is wrong?")
    directs = [each for each in house.slack.channels.values() if each.is_direct]
    assert not any(user("cora") in each.members for each in directs)


def test_whoever_asks_is_told_when_nobody_s_telephone_rang(house: SlackHouse) -> None:
    asked = house.commands("ada", "ask cedar-accounts Whose account is it? officer waiting")
    [code] = re.findall(r"Question (\w{3}) is", asked)
    house.passes(minutes=10)
    warned = [each for each in house.private("ada") if "write nothing to Cedar accounts" in each]
    assert len(warned) == 1
    assert f"Question {code}" in warned[0]
    assert not any("write nothing" in each for each in house.private("bruno"))


def test_nobody_but_an_officer_has_a_desk(house: SlackHouse) -> None:
    house.slack.person("U0NEW", "new", is_guest=True)
    [announced, *_] = house.slack.posts(JOINT)
    assert house.wait(house.slack.taps("U0NEW", JOINT, announced["ts"], "My desk")) == {}
    assert house.slack.views == {}


def test_an_edit_is_read_again_and_a_preview_is_none(any_house: SlackHouse) -> None:
    house = any_house
    ts = house.says("ada", f"Plate {OTHER_PLATE} near the crane")
    assert NOTHING in house.said()[-1]
    house.wait(house.slack.unfurls(JOINT, ts))
    house.passes()
    assert len(house.slack.called("chat.update")) == 0
    house.wait(house.slack.edits(user("ada"), JOINT, ts, f"Plate {PLATE} near the crane"))
    house.passes()
    assert "LARCH" in house.said()[-1]


def test_what_was_deleted_is_recalled(any_house: SlackHouse) -> None:
    house = any_house
    ts = house.says("ada", f"Plate {PLATE}, a grey van on quay 7")
    before = house.said()
    house.wait(house.slack.deletes(JOINT, ts))
    house.passes()
    assert len(house.said()) == len(before) - 1


def test_a_file_is_read_by_its_name_and_comment(house: SlackHouse) -> None:
    files = [{"id": "F1", "name": f"{PLATE}.jpg", "title": f"Plate {PLATE}.jpg"}]
    house.wait(house.slack.says(user("ada"), JOINT, "seen on quay 7", files=files))
    house.passes()
    assert "LARCH" in house.said()[-1]


def test_an_answer_that_names_a_case_waits_behind_open(any_house: SlackHouse) -> None:
    house = any_house
    house.says("bruno", "case show LARCH", "private")
    assert house.private("bruno")[-1] == "Your answer, asked for at 09:00 (Lisbon)."
    assert "LARCH" not in str(house.slack.posts(house.at("bruno", "private")))
    assert "Grey vans on quay 7" in house.taps("bruno", "Open")


def test_what_waits_behind_open_is_shown_to_its_reader_alone(house: SlackHouse) -> None:
    house.says("bruno", "case show LARCH", "private")
    post = house.newest(house.at("bruno", "private"))
    house.wait(house.slack.taps(user("aron"), house.at("bruno", "private"), post["ts"], "Open"))
    assert "no longer there" in said_in(house.modal)


def test_what_waits_behind_open_is_not_shown_to_who_has_stepped_aside(house: SlackHouse) -> None:
    house.says("bruno", "case show LARCH", "private")
    house.commands("bruno", "case recuse LARCH")
    assert house.taps("bruno", "Open") == NOTHING


def test_an_answer_comes_at_once_where_its_channel_lets_it(house: SlackHouse) -> None:
    house.change_room(discreet=False)
    house.says("bruno", "@liaison case show LARCH")
    assert "Grey vans on quay 7" in house.private("bruno")[-1]


def test_an_answer_that_names_nothing_is_said_at_once(house: SlackHouse) -> None:
    house.says("bruno", "zone", "private")
    assert "Lisbon" in house.private("bruno")[-1]


def test_a_debrief_is_filled_in_at_once(house: SlackHouse) -> None:
    house.commands("bruno", "debrief LARCH")
    house.taps("bruno", "All four at once")
    house.sends("bruno", answer1="We met at the quay.", answer3="The van left early.")
    code = re.findall(r"\b\d[A-Z]\d\w*", house.private("bruno")[-1])[0]
    shown = house.commands("bruno", f"debrief show {code}")
    assert "We met at the quay." in shown
    assert "The van left early." in shown


def test_nothing_anybody_wrote_can_call_or_format_on_the_way_back(house: SlackHouse) -> None:
    house.commands("bruno", 'case open ELM "<!channel> *now* <http://a.example|b>" for Smuggling')
    shown = house.commands("bruno", "case show ELM")
    assert "@channel *now* b (http://a.example)" in shown
    for method, said in house.slack.calls:
        if method.startswith("chat."):
            assert "<!" not in said.get("text", "")
            assert {
                block["text"]["type"] for block in said.get("blocks", []) if "text" in block
            } <= {"plain_text"}


def test_words_wait_out_a_refusal_and_are_said_once(house: SlackHouse) -> None:
    house.slack.fails("chat.postMessage", Fault(status=503), times=3)
    house.slack.fails("chat.postMessage", Fault(is_cut=True, is_done=True))
    house.says("ada", f"Plate {PLATE}, a grey van on quay 7")
    house.passes(minutes=10)
    texts = house.said() + house.private("bruno")
    assert len(texts) == len(set(texts))
    assert any("LARCH" in text for text in house.said())


def test_a_form_quotes_no_message_of_a_room_that_is_not_one_s_own(house: SlackHouse) -> None:
    ts = house.says("ada", f"Plate {PLATE} near the crane")
    house.uses("cleo", ASK_A_UNIT, ts)
    question = next(b for b in house.modal["blocks"] if b["block_id"] == "question")
    assert "initial_value" not in question["element"]


def slowly(house: SlackHouse, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    """What the liaison is asked takes longer than Slack waits."""
    quick = getattr(house.liaison, verb)

    async def slow(*args: Any, **more: Any) -> Any:
        await asyncio.sleep(0.8)
        return await quick(*args, **more)

    monkeypatch.setattr(house.liaison, verb, slow)
    monkeypatch.setattr(tapping, "PATIENCE", 0.05)


def test_what_takes_longer_is_shown_when_it_is_done(
    any_house: SlackHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = any_house
    house.says("ada", f"Plate {PLATE}, a grey van on quay 7")
    slowly(house, monkeypatch, "tap")
    post = house.newest(house.at("bruno", "private"))
    house.wait(house.slack.taps(user("bruno"), house.at("bruno", "private"), post["ts"], "Open"))
    house.wait(house.slack.until(lambda: house.slack.views))
    assert said_in(house.modal) == "One moment."
    house.passes()
    assert PLATE in said_in(house.modal)
    house.taps_in("bruno", "Need more")
    house.wait(house.slack.submits(user("bruno"), house.modal, text="Which day?"))
    assert said_in(house.modal) == "One moment."
    house.passes()
    assert "the clock is stopped" in said_in(house.modal)


def test_a_correction_that_is_refused_comes_back_as_it_was_typed(
    house: SlackHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.says("ada", f"Plate {PLATE}, a grey van on quay 7")
    house.taps("ada", "Fix", JOINT)
    label = next(each for each in labels(house.modal["blocks"]) if each.startswith("Correct"))
    house.taps_in("ada", label)
    assert "I do not recognise" in house.sends("ada", text="red")
    slowly(house, monkeypatch, "tap")
    house.wait(house.slack.submits(user("ada"), house.modal, text="green"))
    house.passes()
    why, question = house.modal["blocks"]
    assert "I do not recognise" in why["text"]["text"]
    assert question["element"]["initial_value"] == "green"


def test_a_command_that_takes_longer_is_answered_late_to_its_asker_alone(
    any_house: SlackHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = any_house
    slowly(house, monkeypatch, "command")
    assert "Grey vans on quay 7" in house.commands("bruno", "case show LARCH")
    [late] = house.slack.ephemerals
    assert late["response_type"] == "ephemeral"
    assert "Grey vans on quay 7" in said_in(late)


def test_a_tap_that_cannot_be_kept_warns_the_person(
    any_house: SlackHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = any_house
    house.says("ada", f"Plate {PLATE}, a grey van on quay 7")

    async def broken(_tap: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(house.liaison, "tap", broken)
    house.slack.ack_within = 0.5
    with pytest.raises(TimeoutError, match="warning sign"):
        house.taps("bruno", "Open")


@pytest.mark.parametrize("kind", ["reaction_added", "channel_rename", "message_metadata_posted"])
def test_no_event_is_refused(any_house: SlackHouse, kind: str) -> None:
    house, place = any_house, any_house.slack.channels[JOINT]
    body = house.slack.envelope(place, {"type": kind, "event_ts": "1.0"})
    assert house.wait(house.slack.deliver(body))
    assert house.wait(house.slack.deliver({"type": "app_rate_limited", "event_id": "Ev1"}))


def test_a_channel_that_is_shared_is_looked_at_at_once(any_house: SlackHouse) -> None:
    house = any_house
    house.slack.person("U0SAM", "sam", team="T0OTHERS")
    house.slack.channels[JOINT].members.append("U0SAM")
    house.wait(house.slack.shares(JOINT, "T0OTHERS"))
    house.passes()

    def strangers(session: Any) -> list[str]:
        room = rooms.at(session, "slack", JOINT)
        assert room is not None
        return [each for each in access.present_in(session, room) if each is None]

    assert len(house.wait(house.liaison.read(strangers))) == 1


def test_being_shut_out_is_a_state_and_nothing_is_lost(any_house: SlackHouse) -> None:
    house = any_house
    house.slack.tokens.clear()
    house.says("ada", f"Plate {PLATE}, a grey van on quay 7")
    assert (house.workspace.trouble or "").startswith("invalid_auth")
    [told] = house.wait(house.liaison.read(troubles.standing))
    assert (told.platform, told.since) == ("slack", START + MOMENT)
    [found] = house.wait(house.liaison.read(lambda session: list(checking._shut_out(session))))
    assert (found.what, found.grade) == ("slack", "FAIL")
    assert "copy it again" in found.remedy
    house.slack.tokens.add(BOT_TOKEN)
    house.passes(minutes=10)
    assert any("LARCH" in text for text in house.said())
    assert house.workspace.trouble is None
    assert house.wait(house.liaison.read(troubles.standing)) == []


@pytest.mark.parametrize(
    ("event", "is_ours"),
    [
        ({"type": "app_uninstalled"}, True),
        ({"type": "tokens_revoked", "tokens": {"bot": [BOT]}}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U0ADA"]}}, False),
        ({"type": "tokens_revoked", "tokens": ["U0ADA"]}, False),
    ],
)
def test_an_administrator_reads_on_their_desk_that_slack_shuts_the_bot_out(
    house: SlackHouse, event: dict[str, Any], is_ours: bool
) -> None:
    place = house.slack.channels[JOINT]
    assert house.wait(house.slack.deliver(house.slack.envelope(place, event)))
    house.wait(house.workspace.idle())

    def desks(session: Session) -> list[str]:
        officer = session.scalars(select(Officer).where(Officer.slug == "bruno")).one()
        plain = desk.desk(session, officer, house.now).text
        officer.roles = [*officer.roles, "admin"]
        told = desk.desk(session, officer, house.now).text
        session.rollback()
        return [plain, told]

    plain, told = house.wait(house.liaison.read(desks))
    assert "shuts me out" not in plain
    assert ("Slack shuts me out since 09:0" in told) is is_ours


def tap_home(house: SlackHouse, who: str, label: str) -> None:
    house.wait(house.slack.taps_in(user(who), house.slack.homes[user(who)], label))
    house.passes()
