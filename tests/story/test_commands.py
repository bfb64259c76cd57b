"""Commands: the same words everywhere, the nearest right one, and nothing shown that is hidden."""

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import questions as questions_of_the_bot
from bot.conversation.commands import shown_alone
from bot.conversation.grammar import Reply
from bot.conversation.messages import AccountRef, Words
from bot.errors import NotAllowed, UserError
from bot.wording.conversation import HELP_TOPICS
from storage.models import Case, Entry, Listening, Officer, Role, Tlp
from tests.house import House
from tests.story.harbour import (
    HIDDEN_PLATE,
    IBAN,
    OTHER_PLATE,
    PLATE,
    ROOM,
    change_room,
    questions,
    thread,
)

OPEN = 'case open ELM "Night boats" for Investigation of smuggling by boat'


def entries(house: House, operation: str) -> list[Entry]:
    def look(session: Session) -> list[Entry]:
        rows = list(session.scalars(select(Entry).where(Entry.operation == operation)))
        session.expunge_all()
        return rows

    return house.read(look)


# The grammar


def test_a_sighting_told_to_the_bot_alone_is_no_dead_end(house: House) -> None:
    said = house.asks("ada", "grey van XX00 TST at quay 7, victim Lena Birch")
    assert said == (
        "I read plate XX00 TST. Told to me alone, it reaches nobody: no case is asked about it. "
        "Say it in Joint harbour, and I do; or choose here."
    )
    assert questions(house, "bruno") == []
    assert "XX00" in house.taps("ada", "Look up plate XX00 TST", text="patrol at quay 7")
    labels = [each.label for each in house.stage.reads("ada")[-1].controls]
    asked = house.taps("ada", next(each for each in labels if each.startswith("Ask ")))
    assert "Question" in asked, asked


def test_words_alone_that_name_nothing_are_no_sighting(house: House) -> None:
    assert house.asks("ada", "all quiet at the quay").startswith("I do not know")


def test_a_mistake_gets_the_nearest_right_command(house: House) -> None:
    assert house.asks("bruno", "case shwo LARCH") == (
        'I do not know "case shwo". Did you mean "case show"? "help" says what there is.'
    )
    assert 'Did you mean "find"?' in house.asks("bruno", "fnid XX00TST for the vans")
    assert house.asks("bruno", "abracadabra") == (
        'I do not know "abracadabra". "help" says what there is.'
    )


def test_a_command_written_wrongly_is_answered_with_how_it_is_written(house: House) -> None:
    for command, usage in (
        ("case open ELM", 'case open CODE "title" for PURPOSE [TLP:AMBER]'),
        ("case show", "case show CODE"),
        ("case grant LARCH", "case grant CODE to OFFICER|AGENCY [until WHEN]"),
        ("link XX00TST", "link WHAT to CODE"),
        ("watch XX00TST", "watch WHAT for PURPOSE [until WHEN] | watch WHAT in CODE [until WHEN]"),
    ):
        assert house.asks("bruno", command) == f"Write it like this: {usage}"


def test_capitals_spaces_and_quotes_are_no_matter(house: House) -> None:
    shown = house.asks("bruno", "  Case   SHOW larch ")
    assert shown.startswith("TLP:AMBER. LARCH: Grey vans on quay 7")
    assert "is open: TLP:AMBER" in house.asks("bruno", OPEN.replace('"', "”"))
    assert "is open: TLP:AMBER" in house.asks(
        "bruno", "case open OAK „Nachtboote“ for Investigation of smuggling"
    )


def test_help_is_short_and_leads_to_each_topic(house: House) -> None:
    said = house.asks("ada", "help").splitlines()
    assert len(said) <= 9
    for line in said[1:-1]:
        topic = line.partition(" — ")[0]
        assert " — " in house.asks("ada", topic), topic


def test_help_on_a_topic_says_what_one_s_role_may_do(house: House) -> None:
    for_desks, for_field = house.asks("bruno", "help case"), house.asks("ada", "help case")
    assert "case open CODE" in for_desks
    assert "case open CODE" not in for_field
    assert "find WHAT for PURPOSE" in house.asks("ada", "help find")
    assert house.asks("bruno", "help case show").startswith("case show CODE — ")
    assert house.asks("bruno", 'help "case show"').startswith("case show CODE — ")


def test_every_command_belongs_to_one_topic_of_the_help() -> None:
    for command in questions_of_the_bot.COMMANDS:
        first = command.name.split()[0]
        topics = [topic for topic, (_, names) in HELP_TOPICS.items() if first in names]
        assert len(topics) == (0 if first == "help" else 1), command.name


def test_a_command_that_is_not_for_one_s_role_is_refused_and_recorded(house: House) -> None:
    assert house.asks("ada", OPEN) == '"case open" is not open to your role.'
    assert [each.subject for each in entries(house, "refusal")] == ["command:case open"]


def test_the_same_command_works_in_a_room_and_is_answered_in_private(house: House) -> None:
    before = len(house.room())
    for address in ("!liaison", "@liaison", "@Liaison:"):
        house.says("bruno", ROOM, f"{address} case show LARCH")
    assert len(house.room()) == before
    answers = house.private("bruno")
    assert len(answers) == 3
    assert all(each.startswith("TLP:AMBER. LARCH:") for each in answers)


def test_talk_to_the_bot_that_is_no_command_is_read_as_talk(house: House) -> None:
    event = house.says("ada", ROOM, f"@liaison seen on quay 7: {PLATE}")
    assert "LARCH (plate)" in thread(house, event)[0]
    assert "@liaison" not in thread(house, event)[0]
    house.says("ada", ROOM, "@liaison what is going on?")
    assert house.private("ada")[-1].startswith('I do not know "what is".')


def test_talk_is_never_a_command(house: House) -> None:
    """Chat text is data, however much it looks like a command."""
    house.says("bruno", ROOM, "case close LARCH")
    house.says("bruno", ROOM, "he said: !liaison case close LARCH")
    assert "open;" in house.asks("bruno", "case show LARCH")


def test_an_edited_command_is_not_done_again(any_house: House) -> None:
    house = any_house
    event = house.says("bruno", "private", "case note LARCH two vans today")
    house.edits("bruno", event, "case note LARCH three vans today")
    assert "Say it anew if you want it done." in house.private("bruno")[-1]
    shown = house.asks("bruno", "case show LARCH")
    assert "two vans" in shown
    assert "three vans" not in shown


def test_a_command_told_twice_is_done_once(house: House) -> None:
    said = house.stage.chat.post(
        house.stage.account("bruno"), "@bruno", "case note LARCH two vans", now=house.now
    )
    house.wait(house.stage.hear([said, said]))
    house.wait(house.stage.hear([said]))
    assert house.asks("bruno", "case show LARCH").count("two vans") == 1


def test_a_room_that_is_off_takes_no_commands(house: House) -> None:
    change_room(house, listens=Listening.OFF)
    house.says("bruno", ROOM, "!liaison case list")
    assert house.private("bruno") == []


# Cases


def test_a_case_is_opened_noted_closed_and_opened_again(any_house: House) -> None:
    house = any_house
    said = house.asks("bruno", OPEN)
    assert said == "ELM is open: TLP:AMBER, review by Wed 8 Mar 2028. Undo: case close ELM."
    assert house.asks("bruno", "case note ELM fact: two boats at ten") == "Noted in ELM as fact."
    noted = house.asks("bruno", "case note ELM assessment: they wait for the tide")
    assert noted == "Noted in ELM as assessment."
    shown = house.asks("bruno", "case show ELM")
    assert "Purpose: Investigation of smuggling by boat" in shown
    assert "fact: two boats at ten" in shown
    assert "assessment: they wait for the tide" in shown
    house.asks("bruno", "case close ELM")
    assert any(each.startswith("ELM is closed.") for each in house.private("bruno"))
    assert house.asks("bruno", "case close ELM") == "ELM is closed already."
    assert house.asks("bruno", "case reopen ELM") == "ELM is open again."
    assert house.asks("bruno", "case reopen ELM") == "ELM is open."


def test_a_case_needs_a_purpose_a_free_code_and_a_marking_one_is_cleared_for(
    house: House,
) -> None:
    assert "TLP:RED is above your clearance." in house.asks("bruno", f"{OPEN} TLP:RED")
    assert "no case code" in house.asks("bruno", OPEN.replace("ELM", "E/L/M"))
    assert 'has a case "LARCH" already' in house.asks("bruno", OPEN.replace("ELM", "LARCH"))


def test_another_agency_s_code_may_be_used_without_learning_of_it(house: House) -> None:
    assert "HAZEL is open" in house.asks("aron", OPEN.replace("ELM", "HAZEL"))
    assert "Night boats" in house.asks("aron", "case show HAZEL")
    assert "Night crossings" in house.asks("bruno", "case show HAZEL")


def test_an_unknown_case_and_a_hidden_one_get_the_same_answer(any_house: House) -> None:
    house = any_house
    for command in (
        "case show {}",
        "case note {} hello",
        "case close {}",
        "case mark {} TLP:AMBER",
        "case grant {} to alder",
        "case recuse {}",
        "find XX11TST in {}",
        "link XX11TST to {}",
        "record {} for the court",
        "debrief {}",
    ):
        hidden = house.asks("aron", command.format("HAZEL"))
        unknown = house.asks("aron", command.format("BIRCH"))
        assert hidden == unknown.replace("BIRCH", "HAZEL"), command
        assert hidden == 'I can show you no case "HAZEL".', command


def test_only_the_owner_s_desk_decides_about_a_case(house: House) -> None:
    for command in (
        "case close LARCH",
        "case mark LARCH TLP:GREEN",
        "case grant LARCH to cedar",
        "case revoke LARCH from alder",
        "link XX44TST to LARCH",
        "unlink XX00TST from LARCH",
    ):
        said = house.asks("aron", command)
        assert said == "Only the desk that owns LARCH decides that.", command


def test_anybody_of_the_desk_raises_a_marking_and_only_the_owner_lowers_it(house: House) -> None:
    assert house.asks("bice", "case mark LARCH TLP:AMBER+STRICT").startswith(
        "LARCH is TLP:AMBER+STRICT now."
    )
    assert house.asks("bice", "case mark LARCH TLP:GREEN") == (
        "Only the case's owner lowers its marking. Anyone of its desk may raise it."
    )
    assert house.asks("bruno", "case mark LARCH TLP:AMBER").startswith("LARCH is TLP:AMBER now.")
    assert "is not a marking" in house.asks("bruno", "case mark LARCH TLP:PINK")


def test_a_stricter_marking_ends_what_others_were_granted(house: House) -> None:
    assert "LARCH" in house.asks("aron", "case list")
    house.asks("bruno", "case mark LARCH TLP:AMBER+STRICT")
    assert "LARCH" not in house.asks("aron", "case list")
    event = house.says("ada", ROOM, f"van {PLATE}")
    assert "LARCH" not in thread(house, event)[0]


def test_a_case_is_granted_until_a_day_and_revoked(any_house: House) -> None:
    house = any_house
    house.asks("bruno", OPEN)
    said = house.asks("bruno", "case grant ELM to aron until 12 March 2027")
    assert said.startswith("Aron Vale may see ELM until Fri 12 Mar")
    assert "ELM" in house.asks("aron", "case list")
    assert "ELM" not in house.asks("alma", "case list")
    house.passes(days=4)
    assert "ELM" not in house.asks("aron", "case list")
    assert house.asks("bruno", "case grant ELM to alder") == (
        "The desks of Alder Customs may see ELM; its field officers read no more than its code, "
        "in rooms that carry it. Undo: case revoke ELM from alder"
    )
    assert "ELM" in house.asks("alma", "case list")
    assert house.asks("bruno", "case revoke ELM from alder").startswith(
        "Alder Customs may no longer see ELM."
    )
    assert "ELM" not in house.asks("alma", "case list")
    assert house.asks("bruno", "case revoke ELM from alder") == "Alder Customs had no grant to ELM."


def test_a_grant_needs_somebody_known_and_a_time_to_come(house: House) -> None:
    assert house.asks("bruno", "case grant LARCH to nobody") == (
        'I know no officer or agency "nobody".'
    )
    assert house.asks("bruno", "case grant LARCH to cedar until 1 March 2027").endswith(
        "is past. Say a later time."
    )


def test_who_steps_aside_is_shown_nothing_and_asked_nothing(any_house: House) -> None:
    house = any_house
    assert house.asks("bruno", "case recuse LARCH").startswith("You are recused from LARCH")
    assert house.asks("bruno", "case show LARCH") == 'I can show you no case "LARCH".'
    house.says("ada", ROOM, f"van {PLATE}")
    assert questions(house, "bruno") == []


def test_field_officers_see_their_unit_s_cases_only(house: House) -> None:
    assert "LARCH: Birch Police, TLP:AMBER, open" in house.asks("bela", "case list")
    assert house.asks("ada", "case list").startswith("ROWAN: Alder Customs, TLP:AMBER, open")


def test_a_field_officer_reads_of_a_case_what_their_room_may_read(house: House) -> None:
    assert house.asks("ada", "case list").endswith("\nLARCH: Birch Police, by its code alone")
    for command in ("case show LARCH", "find XX00TST in larch"):
        assert house.asks("ada", command) == (
            "LARCH is a case of Birch Lisbon desk. Joint harbour carries it, so you read its code "
            "there; the rest is for desks. To know more, write: ask birch-lisbon your question"
        )


def test_a_code_is_read_no_longer_once_the_room_may_not_name_it(house: House) -> None:
    house.asks("bruno", "case revoke LARCH from alder")
    assert "LARCH" not in house.asks("ada", "case list")
    assert house.asks("ada", "case show LARCH") == 'I can show you no case "LARCH".'


def test_a_grant_that_would_let_nobody_see_is_not_given(house: House) -> None:
    for whom, title in (("cleo", "Cleo Banks"), ("alder", "Alder Customs")):
        assert house.asks("bruno", f"case grant HAZEL to {whom}") == (
            f"HAZEL is TLP:AMBER+STRICT, and a grant to {title} would let nobody see it. "
            "Nothing was granted."
        )
    house.asks("bruno", "case mark HAZEL TLP:AMBER")
    assert "HAZEL" not in house.asks("aron", "case list")


# Whom a word names


def test_desks_lists_whom_one_can_ask_and_whether_they_are_there(house: House) -> None:
    said = house.asks("ada", "desks")
    assert "\nbirch-lisbon: Birch Lisbon desk, Birch Police; on duty now." in said
    assert "\nbirch-watch: Birch watch desk, Birch Police, the watch when others rest; on" in said
    assert "\ncedar-accounts: Cedar accounts desk, Cedar Financial Intelligence; on duty " in said


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("harbour", "alder-harbour"),
        ("aldre", "alder-harbour"),
        ("brich-lisbon", "birch-lisbon"),
        ("brunno", "bruno"),
        ("marsh", "bruno"),
    ],
)
def test_a_desk_misspelt_or_said_in_part_gets_a_suggestion(
    house: House, said: str, meant: str
) -> None:
    answer = house.asks("cyrus", f"ask {said} who drives the van?")
    assert answer.startswith(f'I know no officer or desk "{said}". Did you mean ')
    assert meant in answer.partition("?")[0]
    assert '"desks" lists every desk.' in answer


def test_names_may_be_said_in_full_and_in_quotes(house: House) -> None:
    for to in ("birch-lisbon", "Birch Lisbon desk", '"Birch Lisbon desk"', "“Bruno Marsh”"):
        assert "I know no" not in house.asks("ada", f"ask {to} who drives the van?"), to
    house.asks("bruno", OPEN)
    for whom in ("Aron Vale", '"Aron Vale"', "“aron”"):
        said = house.asks("bruno", f"case grant ELM to {whom} until 12 March 2027")
        assert said.startswith("Aron Vale may see ELM until Fri 12 Mar"), whom
    assert house.asks("bruno", 'case revoke ELM from "Aron Vale"').startswith(
        "Aron Vale may no longer see ELM."
    )
    said = house.asks("bruno", 'brief tomorrow 0900Z with "Aron Vale", “Alma Reed”')
    assert "Invited: Aron Vale (Alder harbour desk)" in said
    assert "Alma Reed (Alder harbour desk)" in said


# Looking up, linking, watching


def test_looking_up_needs_a_purpose_or_a_case_and_is_recorded(any_house: House) -> None:
    house = any_house
    assert house.asks("bruno", f"find {PLATE}").startswith(
        "Looking something up needs a case or a purpose."
    )
    said = house.asks("bruno", f"find {PLATE} for the vans on quay 7")
    assert said == "LARCH: Grey delivery van (plate equal: XX00TST)"
    house.asks("aron", f"find {HIDDEN_PLATE} for the coaches")
    found = [each for each in entries(house, "consultation") if each.subject == "find"]
    assert [(each.actor, each.details["shown"]) for each in found] == [
        ("officer:bruno", 1),
        ("officer:aron", 0),
    ]
    assert found[0].purpose == "the vans on quay 7"


def test_a_look_up_finds_what_its_reader_may_see_and_nothing_else(house: House) -> None:
    none = "nothing I can show you; that is not proof of nothing."
    assert house.asks("bruno", f"find {HIDDEN_PLATE} for the coaches").startswith("HAZEL:")
    for who in ("aron", "ada", "cyrus"):
        assert house.asks(who, f"find {HIDDEN_PLATE} for the coaches").endswith(none)
    assert house.asks("cyrus", "find John Smith in ROWAN").startswith("ROWAN: John Smith")


def test_what_is_known_but_for_one_slip_is_offered_to_who_may_see_it(house: House) -> None:
    none = '"XX00 TSU": nothing I can show you; that is not proof of nothing.'
    near = [
        none,
        "But for a slip, I know:",
        (
            "LARCH: Grey delivery van (plate nearly equal: XX00TSU was written, XX00TST is known; "
            "against: one character differs)"
        ),
    ]
    for command in ("find", "profile"):
        assert house.asks("bruno", f"{command} XX00 TSU for the vans").splitlines() == near
        assert house.asks("cyrus", f"{command} XX00 TSU for the vans") == none
    assert "LARCH" not in house.asks("bruno", "watch XX00 TSU for the vans")


@pytest.mark.parametrize("written", ["XXOO TST", "plate XXOO TST", "XX00 TS", "plate XX00 TS"])
def test_a_plate_with_letters_for_figures_or_without_its_last_sign_is_looked_up(
    house: House, written: str
) -> None:
    said = house.asks("bruno", f"find {written} for the vans")
    assert "But for a slip, I know:\nLARCH: Grey delivery van (plate nearly equal:" in said


def test_something_is_linked_to_a_case_and_unlinked(any_house: House) -> None:
    house = any_house
    assert house.asks("bruno", f"link plate {OTHER_PLATE} to LARCH").startswith(
        f"Plate {OTHER_PLATE} is in LARCH"
    )
    event = house.says("ada", ROOM, f"van {OTHER_PLATE}")
    assert "LARCH (plate)" in thread(house, event)[0]
    house.asks("bruno", f"unlink plate {OTHER_PLATE} from LARCH")
    house.passes(minutes=5)
    event = house.says("ada", ROOM, f"van {OTHER_PLATE}")
    assert "LARCH" not in thread(house, event)[0]
    assert "is not in LARCH" in house.asks("bruno", f"unlink plate {OTHER_PLATE} from LARCH")


def test_what_is_in_a_case_already_is_not_linked_again_and_offers_no_undo(house: House) -> None:
    linked = len(entries(house, "combination"))
    said = house.asks("bruno", f"link plate {PLATE} to LARCH")
    assert said == f"{PLATE} is in LARCH already; nothing was changed."
    assert len(entries(house, "combination")) == linked
    house.asks("bruno", f"unlink plate {PLATE} from LARCH")
    assert "Undo: unlink" in house.asks("bruno", f"link plate {PLATE} to LARCH")


def test_the_kind_of_a_thing_may_be_said_first(house: House) -> None:
    assert house.asks("bruno", "link organisation Krantz Boats to LARCH").startswith(
        "Organisation Krantz Boats is in LARCH"
    )
    assert house.asks("bruno", "link plate quay seven to LARCH") == (
        'I do not recognise "quay seven" as a plate. Nothing was changed.'
    )


def test_what_is_not_valid_is_not_linked(house: House) -> None:
    said = house.asks("bruno", "link GB33BUKB20201555555556 to LARCH")
    assert "GB33BUKB20201555555556" in said
    assert "is in LARCH" not in said


def test_a_watch_tells_its_owner_alone_and_never_what(any_house: House) -> None:
    house = any_house
    said = house.asks("aron", f"watch plate {OTHER_PLATE} for the vans until 20 March 2027")
    code = said.split()[1].strip(":")
    assert "I tell you alone." in said
    assert house.asks("aron", "watch list").endswith("; not said yet where you may read")
    house.says("bela", ROOM, f"van {OTHER_PLATE} at the gate")
    assert house.private("aron")[-1] == (
        f"Watch {code}: what you watch for was said in Joint harbour, 10:00 (Brussels). "
        'Say "watch list" for what it is.'
    )
    [listed] = house.asks("aron", "watch list").splitlines()
    assert listed.startswith(
        f"{code}: plate {OTHER_PLATE}, until Sat 20 Mar, 23:59 (Brussels); said once, "
    )
    assert house.asks("bruno", "watch list") == "You watch for nothing."
    assert house.asks("bruno", f"watch end {code}").startswith("You have no watch")
    assert house.asks("aron", f"watch end {code}") == f"Watch {code} has ended."
    house.passes(days=1, minutes=5)
    before = len(house.private("aron"))
    house.says("bela", ROOM, f"van {OTHER_PLATE} at the gate")
    assert len(house.private("aron")) == before


def test_the_end_of_a_watch_may_be_named_before_its_purpose(house: House) -> None:
    for line in ("until 20 March 2027 for the vans", "for the vans until 20 March 2027"):
        said = house.asks("aron", f"watch plate {OTHER_PLATE} {line}")
        assert "plate XX33 TST, until Sat 20 Mar" in said
    said = house.asks("bruno", f"mute {OTHER_PLATE} until 20 March 2027 for a taxi centre")
    assert "until Sat 20 Mar" in said


def test_a_name_is_watched_for_in_running_text(house: House) -> None:
    house.asks("aron", "watch Tobias Krantz for the crew list")
    house.says("bela", ROOM, "krantz, tobias was seen on quay 2")
    assert "what you watch for was said in Joint harbour" in house.private("aron")[-1]
    house.says("bela", ROOM, "krantz was seen on quay 2")
    assert len([each for each in house.private("aron") if "what you watch" in each]) == 1


def test_a_watch_is_kept_for_a_case_as_a_look_up_is(house: House) -> None:
    assert "It stands in LARCH already." in house.asks("bruno", f"watch plate {PLATE} in LARCH")
    later = house.asks("bruno", f"watch plate {OTHER_PLATE} in LARCH until Friday 1200")
    assert "Fri 12 Mar, 12:00 (Lisbon)" in later
    assert house.asks("bruno", f"watch plate {PLATE} in HAZE").startswith("I can show you no case")


def test_an_answer_without_its_choice_is_told_how_it_is_written(house: House) -> None:
    code = house.asks("ada", "ask birch-lisbon whose van is it?").split()[1]
    said = house.asks("bruno", f"answer {code} It is ours")
    assert said.startswith('"It is ours" is no answer here. These are: have it, ')
    assert said.endswith(f"Write it like this: answer {code} have it TEXT")
    assert not any("is answered" in each for each in house.private("ada"))


@pytest.mark.parametrize("said", ["thanks", "Thank you!"])
def test_thanks_are_no_mistake(house: House, said: str) -> None:
    assert house.asks("bruno", said) == "You are welcome."


def test_what_is_like_no_command_suggests_none(house: House) -> None:
    assert house.asks("bruno", "asdf") == 'I do not know "asdf". "help" says what there is.'


def test_a_watch_says_in_which_cases_it_stands_already_and_which_are_closed(house: House) -> None:
    assert house.asks("bruno", "watch plate XX00 TST for the vans").endswith(
        "It stands in LARCH already."
    )
    house.asks("bruno", "case close LARCH")
    assert house.asks("bruno", "watch plate XX00 TST for the vans").endswith(
        "It stands in LARCH (closed) already."
    )
    assert "stands in" not in house.asks("cyrus", "watch plate XX00 TST for the vans")


def closed(house: House) -> str:
    """What the desk reads that closes LARCH."""
    house.asks("bruno", "case close LARCH")
    return next(each for each in house.private("bruno") if each.startswith("LARCH is closed"))


def called(house: House, who: str, said: str) -> str:
    """The code of a briefing that somebody calls."""
    found = re.search(r"briefing (\d\w\d)", house.asks(who, said))
    assert found is not None
    return found[1]


def test_closing_a_case_says_what_is_still_open_about_it_and_what_ends_it(house: House) -> None:
    house.says("ada", ROOM, f"Seen: plate {PLATE}")
    match = questions(house, "bruno")[-1].split()[1].strip(",")
    own = house.asks("bruno", "ask bice whose van is it about LARCH").split()[1]
    theirs = house.asks("aron", "ask birch-lisbon who drives it about LARCH").split()[1]
    house.taps("bruno", "Open")
    house.taps("bruno", "Pass on", text="bice")
    passed = house.private("bice")[-1].split()[1].strip(",")
    own_one = called(house, "bruno", "brief Friday 1000 with bice about LARCH")
    invited = called(house, "bice", "brief Friday 1400 with bruno about LARCH")
    house.asks("bruno", "action add bruno by Monday 1200: call the port about LARCH")
    action = house.asks("bruno", "action list").split(" ")[1].strip(":,")
    said, *still = closed(house).splitlines()
    assert said == "LARCH is closed. A debrief is offered to its desk. Undo: case reopen LARCH."
    assert theirs not in " ".join(still)
    assert still == [
        "Still open about it:",
        f'- question {match}, Wed 10 Mar, 09:00 (Lisbon): "answer {match}" opens it.',
        f'- briefing {own_one}, Fri 12 Mar, 10:00 (Lisbon): "briefing cancel {own_one}" ends it.',
        f"- briefing {invited}, Fri 12 Mar, 14:00 (Lisbon): Bice Holm called it, and can end it.",
        f'- action {action}, Mon 15 Mar, 12:00 (Lisbon): "action done {action}" ends it.',
        f'- question {own}, Tue 16 Mar, 09:00 (Lisbon): "standdown {own}" takes it back.',
        f"- question {passed}, Tue 16 Mar, 09:00 (Lisbon): it is with Bice Holm.",
    ]


def test_closing_a_case_says_which_series_end_with_it(house: House) -> None:
    house.asks("bruno", "brief every Tuesday 0900Z until 30 March with bice about LARCH")
    assert ": it ends with the case." in closed(house)


def test_what_another_agency_asks_about_a_case_is_not_told_when_it_closes(house: House) -> None:
    house.asks("aron", "ask alma whose van is it about LARCH")
    house.asks("aron", "brief Friday 1000 with alma about LARCH")
    house.asks("aron", "action add alma by Monday 1200: call the port about LARCH")
    assert closed(house) == (
        "LARCH is closed. A debrief is offered to its desk. Undo: case reopen LARCH."
    )


def test_a_hit_on_a_closed_case_is_still_asked_about(house: House) -> None:
    house.asks("bruno", "case close LARCH")
    house.says("ada", ROOM, "Seen again: plate XX00 TST")
    house.passes(minutes=3)
    assert any(each.startswith("Question ") for each in house.private("bruno"))


def test_the_night_of_a_watcher_is_quiet_and_a_watch_that_is_over_says_what_came_of_it(
    house: House,
) -> None:
    said = house.asks("aron", f"watch plate {OTHER_PLATE} for the vans until 11 March 2027")
    house.passes(hours=13)  # Ten at night, in Brussels.
    house.says("ada", ROOM, f"Plate {OTHER_PLATE} by the gate")
    house.passes(hours=5)
    assert house.private("aron")[-1] == said
    house.passes(hours=5)
    assert "what you watch for was said" in house.private("aron")[-1]
    house.passes(days=3)
    assert house.private("aron")[-1].endswith(
        "is over. It was said once. To go on, watch for it again."
    )


def test_a_watch_ends_by_itself(house: House) -> None:
    house.asks("aron", f"watch plate {OTHER_PLATE} for the vans until 10 March 2027")
    house.passes(days=2)
    house.says("bela", ROOM, f"van {OTHER_PLATE} at the gate")
    assert "is over. It was not said where you may read." in house.private("aron")[-1]
    assert len(house.private("aron")) == 2


def test_a_watcher_outside_the_room_s_agencies_is_told_nothing(house: House) -> None:
    house.asks("cyrus", f"watch IBAN {IBAN} for the layered transfers")
    house.says("bela", ROOM, f"money to {IBAN}")
    assert len(house.private("cyrus")) == 1


def test_every_command_can_be_found_in_the_help_by_its_name(house: House) -> None:
    liaison, bruno = house.stage.liaison, house.stage.account("bruno")
    for command in questions_of_the_bot.COMMANDS:
        if Role.LIAISON in (command.roles or {Role.LIAISON}):
            shown = house.wait(liaison.command(bruno, f"help {command.name}"))
            assert shown is not None
            assert command.usage in shown.text


def test_no_command_writes_without_an_entry(house: House) -> None:
    """Every command that changes something leaves an entry; the count never stands still."""

    def count() -> int:
        return house.read(lambda session: session.scalar(select(func.count(Entry.id))) or 0)

    for command in (
        OPEN,
        "case note ELM two boats",
        "case grant ELM to alder",
        "case revoke ELM from alder",
        "case mark ELM TLP:AMBER+STRICT",
        f"link plate {OTHER_PLATE} to ELM",
        f"unlink plate {OTHER_PLATE} from ELM",
        f"watch plate {OTHER_PLATE} for the boats",
        "case close ELM",
        "case reopen ELM",
        "case recuse ELM",
    ):
        before = count()
        house.asks("bruno", command)
        # One for what it did, one for the reply that was said.
        assert count() >= before + 2, command


def test_a_red_case_is_shown_to_nobody_who_was_not_named(house: House) -> None:
    def red(session: Session) -> None:
        case = session.scalars(select(Case).where(Case.code == "LARCH")).one()
        case.marking = Tlp.RED

    house.do(red)
    assert house.asks("bodil", "case show LARCH") == 'I can show you no case "LARCH".'
    assert house.asks("bruno", "case show LARCH") == 'I can show you no case "LARCH".'


def test_a_command_that_is_no_message_is_answered_to_the_asker_alone(house: House) -> None:
    before = [house.private("bruno"), house.room(who="bruno")]
    assert "LARCH" in command(house, "bruno", "case show LARCH", ROOM)
    assert [house.private("bruno"), house.room(who="bruno")] == before
    assert disclosed(house, "command:case show") == ["AMBER"]


def test_a_command_that_is_no_message_shows_what_its_asker_may_see(house: House) -> None:
    unknown, hidden = (command(house, "ada", f"case show {code}") for code in ("ACER", "HAZEL"))
    assert hidden.replace("HAZEL", "ACER") == unknown
    assert command(house, "ada", OPEN) == '"case open" is not open to your role.'


def test_a_stranger_s_command_is_never_answered(house: House) -> None:
    stranger = AccountRef("practice", "elsewhere", "bruno")
    assert house.wait(house.stage.liaison.command(stranger, "help")) is None


def test_no_reply_is_shown_to_who_may_not_see_its_case(house: House) -> None:
    def show(session: Session) -> None:
        hazel = session.scalars(select(Case).where(Case.code == "HAZEL")).one()
        ada = session.scalars(select(Officer).where(Officer.slug == "ada")).one()
        for reply in (Reply(Words("x"), cases=[hazel]), Reply(Words("x"), marking=Tlp.RED)):
            with pytest.raises(NotAllowed):
                shown_alone(session, ada, reply, subject="command:x", now=house.now)

    house.do(show)


def command(house: House, who: str, text: str, address: str = "") -> str:
    """What somebody is shown who gives a command without a message."""
    given = house.stage.liaison.command(house.stage.account(who), text, address=address)
    try:
        shown = house.wait(given)
    except UserError as refusal:
        return str(refusal)
    assert shown is not None
    return shown.text


def disclosed(house: House, subject: str) -> list[str]:
    """The markings of what was shown, as the ledger has it."""

    def look(session: Session) -> list[str]:
        entries = session.scalars(select(Entry).where(Entry.subject == subject)).all()
        return [each.details["marking"] for each in entries if each.operation == "disclosure"]

    return house.read(look)
