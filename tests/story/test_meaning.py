"""What a message says about what it names reaches the card and the officers who are asked."""

from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import entities, network, quoting, relating
from bot.conversation.messages import Tap, Trust
from bot.errors import UserError
from bot.governance import erasing
from nlp.meaning import Tie
from nlp.roles import Role
from nlp.spans import Label
from storage.models import (
    Case,
    Category,
    Entity,
    Mention,
    Message,
    Note,
    Officer,
    Relation,
    Room,
    Tlp,
)
from tests.house import House
from tests.story.harbour import (
    IBAN,
    PLATE,
    ROOM,
    UNKNOWN_PLATE,
    knows,
    opened,
    questions,
    thread,
)

DENIED = "The message says it is not this one"
REPORTED = "The message only reports it"


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (f"The van was not {UNKNOWN_PLATE}.", f"plate {UNKNOWN_PLATE} (said not to be it)."),
        (f"Source says the van is {UNKNOWN_PLATE}.", f"plate {UNKNOWN_PLATE} (only reported)."),
        ("It was not Dana Birch.", 'for the name "Dana Birch" (said not to be it).'),
        (f"Van {UNKNOWN_PLATE} on quay 7.", f"Read: plate {UNKNOWN_PLATE}."),
    ],
)
def test_a_card_says_what_was_denied_and_what_only_reported(
    house: House, words: str, read: str
) -> None:
    assert read in thread(house, house.says("ada", ROOM, words))[0]


@pytest.mark.parametrize(
    ("words", "against"),
    [
        (f"The van was not {PLATE}.", f"Against: {DENIED}."),
        (f"Source says the van is {PLATE}.", f"Against: {REPORTED}."),
        (f"Van {PLATE} on quay 7.", "Against: nothing known."),
        (f"Not {PLATE} as we thought, says the guard. Later {PLATE} left.", "Against: nothing"),
    ],
)
def test_a_denial_is_asked_about_with_that_against_it(
    house: House, words: str, against: str
) -> None:
    house.says("ada", ROOM, words)
    assert against in opened(house, "bruno")


def test_a_name_that_only_a_case_knows_is_denied_like_any_other(house: House) -> None:
    house.says("ada", ROOM, "thanks, it was not sampleton")
    assert DENIED in opened(house, "bruno")


def test_why_says_what_the_message_denies_to_both_sides(house: House) -> None:
    event = house.says("aron", ROOM, f"The van was not {PLATE}.")
    for who in ("aron", "bruno"):
        house.says(who, ROOM, "!liaison why", thread=event)
        assert DENIED in house.private(who)[-1]


@pytest.mark.parametrize(
    ("words", "doubt"),
    [
        (f"It was not {PLATE} at the gate", " (said not to be it)"),
        (f"Source says {PLATE} left the harbour", " (only reported)"),
        (f"Van {PLATE} at the gate", ""),
    ],
)
def test_a_sighting_says_that_it_was_denied_or_only_reported(
    house: House, words: str, doubt: str
) -> None:
    house.says("ada", ROOM, words)
    opened(house, "bruno")
    house.taps("bruno", "Same")
    assert f'"{PLATE}"{doubt}, said as: ' in house.asks("bruno", "case show LARCH")
    known = house.asks("bruno", f"profile {PLATE} for the vans")
    assert f", Joint harbour{doubt}: confirmed by Bruno Marsh." in known


def test_a_no_to_what_was_denied_silences_nothing_that_is_said_plainly(house: House) -> None:
    house.says("ada", ROOM, "It was not Jon Sampleton at the gate.")
    opened(house, "bruno")
    house.taps("bruno", "Not the same")
    house.passes(minutes=3)
    house.says("ada", ROOM, "Jon Sampleton is at the gate.")
    assert len(questions(house, "bruno")) == 2


def test_an_edit_that_takes_a_denial_back_asks_anew_without_it(house: House) -> None:
    event = house.says("ada", ROOM, f"The van was not {PLATE}.")
    opened(house, "bruno")
    house.edits("ada", event, f"The van was {PLATE}.")
    assert "said not to be it" not in thread(house, event)[0]
    assert "Against: nothing known." in opened(house, "bruno")


def test_what_is_put_right_or_taken_back_stays_denied(house: House) -> None:
    event = house.says("ada", ROOM, f"The van was not {UNKNOWN_PLATE}.")
    house.taps("ada", "Fix", where=ROOM)
    house.taps("ada", f"Correct plate {UNKNOWN_PLATE}", text=PLATE)
    assert f"plate {PLATE} (said not to be it)" in thread(house, event)[0]
    assert DENIED in opened(house, "bruno")
    house.taps("ada", "Undo")
    assert f"plate {UNKNOWN_PLATE} (said not to be it)" in thread(house, event)[0]


# The ties that a message states

OWNS = f"Dana Birch owns {PLATE}"
ADD = f"Add to LARCH: {OWNS}"


def offers(house: House, who: str = "bruno") -> list[str]:
    """What an officer may add to a case, by what is shown to them alone."""
    sheet = house.stage.sheet_of(who)
    controls = sheet.controls if sheet is not None else ()
    return [control.label for control in controls if control.label.startswith("Add to")]


def confirmed(house: House, words: str) -> str:
    """What the desk reads when it has confirmed the plate of this message."""
    house.says("ada", ROOM, words)
    opened(house, "bruno")
    return house.taps("bruno", "Same")


def profile(house: House, what: str = PLATE, who: str = "bruno") -> str:
    return house.asks(who, f"profile {what} in LARCH")


def test_a_tie_is_offered_and_stands_in_the_case_once_it_is_tapped(any_house: House) -> None:
    house = any_house
    said = confirmed(house, f"{OWNS}.")
    assert said.endswith(f"The message also says: {OWNS}. Not in LARCH unless you add it.")
    assert "owns" not in profile(house)
    assert house.taps("bruno", ADD) == f"In LARCH now: {OWNS}. Dana Birch came into LARCH with it."
    assert "Dana Birch owns Grey delivery van. LARCH, added by Bruno Marsh" in profile(house)
    assert "tie: Dana Birch owns Grey delivery van" in house.asks("bruno", "case show LARCH")


def test_what_came_into_a_case_with_a_tie_leaves_with_it(house: House) -> None:
    confirmed(house, f"{OWNS}.")
    house.taps("bruno", ADD)
    assert house.taps("bruno", "Undo").startswith("Taken back: Dana Birch owns")
    assert "owns" not in profile(house)
    assert "tie: " not in house.asks("bruno", "case show LARCH")
    assert "Dana Birch" not in house.asks("bruno", "profile Dana Birch in LARCH").splitlines()[1:]


def test_a_tie_is_offered_again_while_it_may_still_be_added(house: House) -> None:
    house.says("ada", ROOM, f"{OWNS}.")
    code = questions(house, "bruno")[0].split()[1].rstrip(",:")
    assert "The message also says" not in opened(house, "bruno")
    house.taps("bruno", "Same")
    sheet = house.asks("bruno", f"answer {code}")
    assert sheet.endswith(f"The message also says: {OWNS}. Not in LARCH unless you add it.")
    house.passes(minutes=2)
    house.taps("bruno", ADD)
    house.taps("bruno", "Undo")
    assert offers(house) == [ADD]
    house.taps("bruno", ADD)
    assert "Dana Birch owns" in profile(house)
    assert "The message also says" not in house.asks("bruno", f"answer {code}")


def test_a_tie_goes_with_the_answer_it_rests_on(house: House) -> None:
    house.says("ada", ROOM, f"{OWNS}.")
    code = questions(house, "bruno")[0].split()[1].rstrip(",:")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    house.taps("bruno", ADD)
    house.asks("bruno", f"answer {code} undo")
    assert "owns" not in profile(house)


@pytest.mark.parametrize(
    ("words", "tie"),
    [
        (f"Source says {OWNS}.", f"{OWNS} (only reported)"),
        (f"Dana Birch does not own {PLATE}.", f"{OWNS} (denied)"),
        (f"{OWNS}, and Omar Vale drives {PLATE}.", f"Omar Vale drives {PLATE}"),
    ],
)
def test_an_offer_says_what_is_denied_or_only_reported(house: House, words: str, tie: str) -> None:
    confirmed(house, words)
    assert f"Add to LARCH: {tie}" in offers(house)


@pytest.mark.parametrize(
    "words",
    [
        f"Witness Dana Birch owns {PLATE}.",
        f"Does Dana Birch own {PLATE}?",
        f"{PLATE} was at quay 7. Dana Birch owns {UNKNOWN_PLATE}.",
    ],
    ids=["who is spared", "a question", "of nothing the case knows"],
)
def test_no_tie_is_offered_of(house: House, words: str) -> None:
    confirmed(house, words)
    assert offers(house) == []


def test_a_tie_waits_until_both_that_it_ties_are_decided(house: House) -> None:
    confirmed(house, f"Jon Sampleton drives {PLATE}.")
    assert offers(house) == []
    house.taps("bruno", "Same: document seen")
    assert offers(house) == [f"Add to LARCH: Jon Sampleton drives {PLATE}"]
    said = house.taps("bruno", offers(house)[0])
    assert "came into LARCH" not in said
    assert "Jon Sampleton drives Grey delivery van" in profile(house, "Jon Sampleton")


def test_a_payment_is_offered_with_its_sum_and_its_account(house: House) -> None:
    said = confirmed(house, f"Dana Birch paid Omar Vale 4,000 EUR via IBAN {IBAN}.")
    tie = f"Dana Birch paid Omar Vale (4,000 EUR, {IBAN})"
    assert tie in said
    house.taps("bruno", "Add to LARCH: Dana Birch paid Omar Vale")
    assert tie in profile(house, "Dana Birch")


def test_a_tie_that_stands_is_not_offered_again(house: House) -> None:
    confirmed(house, f"{OWNS}, and uses phone +1 202 555 0177.")
    house.taps("bruno", ADD)
    assert offers(house) == ["Add to LARCH: Dana Birch uses +1 202 555 0177"]


def test_what_is_linked_by_hand_in_a_thread_is_offered_with_its_ties(house: House) -> None:
    event = house.says("ada", ROOM, f"Dana Birch owns {UNKNOWN_PLATE}.")
    house.says("bruno", ROOM, f"!liaison link {UNKNOWN_PLATE} to LARCH", thread=event)
    said = house.taps("bruno", f"Add to LARCH: Dana Birch owns {UNKNOWN_PLATE}")
    assert said.startswith(f"In LARCH now: Dana Birch owns {UNKNOWN_PLATE}.")


def test_only_the_desk_of_a_case_adds_to_its_network(house: House) -> None:
    confirmed(house, f"{OWNS}.")
    sheet = house.stage.sheet_of("bruno")
    assert sheet is not None
    adding = next(each for each in sheet.controls if each.label == ADD)
    for who, trust in (("aron", Trust.AUTHENTICATED), ("bruno", Trust.TAP)):
        tap = Tap(house.stage.account(who), adding.token, trust)
        with pytest.raises(UserError):
            house.wait(house.stage.liaison.tap(tap))
    assert "owns" not in profile(house)


def test_a_tie_is_erased_with_whom_it_ties(house: House) -> None:
    confirmed(house, f"{OWNS}.")
    house.taps("bruno", ADD)

    def erase(session: Session) -> None:
        [relation] = session.scalars(select(Relation))
        erasing.entity(session, session.get_one(Entity, relation.subject_id), now=house.now)

    house.do(erase)
    assert house.read(lambda session: session.scalars(select(Relation)).all()) == []
    assert "owns Grey" not in house.asks("bruno", "case show LARCH")


def test_a_tie_is_told_while_both_that_it_ties_stand_in_the_case(house: House) -> None:
    confirmed(house, f"{OWNS}.")
    house.taps("bruno", ADD)
    house.asks("bruno", "unlink Dana Birch from LARCH")
    assert "owns" not in profile(house)
    house.asks("bruno", "link Dana Birch to LARCH")
    assert "owns" in profile(house)


@pytest.mark.parametrize("by_hand", ["link Dana Birch to LARCH", "merge Dana Birch with Ida Pell"])
def test_who_is_put_into_a_case_by_hand_stays_when_her_tie_is_taken_back(
    house: House, by_hand: str
) -> None:
    knows(house, "LARCH", names=("Ida Pell",))
    confirmed(house, f"{OWNS}.")
    house.taps("bruno", ADD)
    house.asks("bruno", by_hand)
    assert house.taps("bruno", "Undo").startswith("Taken back: ")
    assert "owns" not in profile(house)
    assert profile(house, "Dana Birch").startswith("Dana Birch")


def merged_into_oak(house: House) -> None:
    """LARCH, with a tie, goes on in OAK."""
    house.asks("bruno", 'case open OAK "Parked vans" for the harbour watch')
    confirmed(house, f"{OWNS}.")
    house.taps("bruno", ADD)
    assert "goes on in OAK" in house.asks("bruno", "case merge LARCH into OAK")


def in_oak(house: House) -> str:
    return house.asks("bruno", f"profile {PLATE} in OAK")


def test_the_ties_of_a_case_go_over_with_it_and_leave_with_it(any_house: House) -> None:
    house = any_house
    merged_into_oak(house)
    assert "Dana Birch owns Grey delivery van. OAK, added by Bruno Marsh" in in_oak(house)
    house.asks("bruno", "case reopen LARCH")
    house.asks("bruno", f"link plate {PLATE} to OAK")
    house.asks("bruno", "link Dana Birch to OAK")
    assert "OAK, added by" not in in_oak(house)
    assert "owns Grey delivery van. LARCH, added by" in profile(house)


def test_a_tie_that_is_taken_back_leaves_the_case_into_which_it_went_over(house: House) -> None:
    merged_into_oak(house)
    house.taps("bruno", "Undo")
    assert "owns" not in in_oak(house)


def test_a_tie_that_both_cases_hold_stands_once_where_one_goes_on(house: House) -> None:
    def is_in_oak_too(session: Session) -> None:
        [tie] = session.scalars(select(Relation))
        oak = session.scalars(select(Case).where(Case.code == "OAK")).one()
        bruno = session.scalars(select(Officer).where(Officer.slug == "bruno")).one()
        owner, van = (session.get_one(Entity, each) for each in (tie.subject_id, tie.object_id))
        for each in (owner, van):
            entities.put_into(session, each, oak, now=house.now)
        network.add(session, oak, Tie.OWNS, (owner, van), bruno, now=house.now)

    house.asks("bruno", 'case open OAK "Parked vans" for the harbour watch')
    confirmed(house, f"{OWNS}.")
    house.taps("bruno", ADD)
    house.do(is_in_oak_too)
    house.asks("bruno", "case merge LARCH into OAK")
    assert in_oak(house).count("OAK, added by") == 1


def test_the_ties_between_what_is_split_off_stand_in_the_new_case(house: House) -> None:
    confirmed(house, f"{OWNS}.")
    house.taps("bruno", ADD)
    house.asks("bruno", f'case split LARCH into OAK "Vans" with plate {PLATE}, Dana Birch')
    assert "Dana Birch owns Grey delivery van. OAK, added by Bruno Marsh" in in_oak(house)


@pytest.mark.postgresql
def test_of_two_who_add_a_tie_at_once_one_does(tmp_path: Path, unmade_postgres_url: str) -> None:
    house = House(tmp_path, url=unmade_postgres_url)
    confirmed(house, f"{OWNS}.")
    sheet = house.stage.sheet_of("bruno")
    assert sheet is not None
    token = next(each.token for each in sheet.controls if each.label == ADD)
    tap = Tap(house.stage.account("bruno"), token, Trust.AUTHENTICATED)
    liaison, refused = house.stage.liaison, list[UserError]()

    def adds(session: Session, who: str) -> None:
        officer = session.scalars(select(Officer).where(Officer.slug == who)).one()
        try:
            relating.tapped(session, officer, token.split(":")[1:], tap, house.now)
        except UserError as mistake:
            refused.append(mistake)

    second = Thread(target=lambda: liaison.do_now(lambda session: adds(session, "bodil")))

    def first(session: Session) -> None:
        adds(session, "bruno")
        second.start()
        second.join(1)  # It has looked what stands before this one is kept.

    liaison.do_now(first)
    second.join(20)
    many = house.read(lambda session: len(session.scalars(select(Relation)).all()))
    house.close()
    assert (many, len(refused)) == (1, 1)


def test_a_tie_that_stays_in_one_agency_is_told_to_no_other(house: House) -> None:
    def stay(session: Session) -> None:
        session.scalars(select(Relation)).one().marking = Tlp.AMBER_STRICT

    confirmed(house, f"{OWNS}.")
    house.taps("bruno", ADD)
    house.asks("bruno", "case grant LARCH to alder")
    assert "owns" in profile(house, who="aron")
    house.do(stay)
    assert "owns" in profile(house)
    assert "Grey delivery van" in profile(house, who="aron")
    assert "owns" not in profile(house, who="aron")


def test_the_notebook_tells_no_other_agency_of_a_tie_of_who_is_spared(house: House) -> None:
    def spare(session: Session) -> None:
        [relation] = session.scalars(select(Relation))
        session.get_one(Entity, relation.subject_id).category = Category.WITNESS

    confirmed(house, f"{OWNS}.")
    house.taps("bruno", ADD)
    house.asks("bruno", "case grant LARCH to alder")
    assert "owns Grey" in house.asks("aron", "case show LARCH")
    house.do(spare)
    assert "owns Grey" in house.asks("bruno", "case show LARCH")
    assert "owns Grey" not in house.asks("aron", "case show LARCH")


def test_with_a_tie_nothing_is_told_of_where_a_third_is_reached_who_is_spared(house: House) -> None:
    confirmed(house, f"Dana Birch paid Jon Sampleton 4,000 EUR via IBAN {IBAN}.")
    house.taps("bruno", "Same: document seen")

    def spare(session: Session) -> None:
        account = select(Mention).where(Mention.label == Label.IBAN)
        session.scalars(account).one().role = Role.WITNESS.value

    [offered] = offers(house)
    house.do(spare)
    assert house.taps("bruno", offered).startswith("In LARCH now: Dana Birch paid Jon Sampleton (4")
    assert IBAN not in profile(house, "Jon Sampleton")


# Who is to be spared: asked of the author alone

SUPPOSED = f"Jon Sampleton may be a witness; van {UNKNOWN_PLATE}"
PHONE = "+1 202 555 0143"
"""Jon Sampleton's, as LARCH knows."""
WAITS = "somebody may have to be spared"


def told_of_roles(house: House, who: str) -> list[str]:
    return [each for each in house.private(who) if WAITS in each]


def test_a_role_that_is_only_supposed_is_asked_of_the_author_alone(house: House) -> None:
    house.says("ada", ROOM, SUPPOSED)
    [pushed] = told_of_roles(house, "ada")
    assert "Sampleton" not in pushed
    assert not any(told_of_roles(house, who) for who in ("aron", "alva", "bruno", "bice"))
    assert opened(house, "ada").startswith("Is Jon Sampleton a witness?\n")
    house.taps("aron", "Fix", where=ROOM)
    sheet = house.stage.sheet_of("aron")
    assert sheet is not None
    assert not any("spared" in control.label for control in sheet.controls)


@pytest.mark.parametrize("words", ["Jon Sampleton is there", "Witness Jon Sampleton is there"])
def test_nothing_is_asked_of_what_is_said_plainly(house: House, words: str) -> None:
    house.says("ada", ROOM, f"{words}, van {UNKNOWN_PLATE}")
    assert told_of_roles(house, "ada") == []


def test_a_yes_spares_from_then_on(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, SUPPOSED)
    assert "Jon Sampleton" in thread(house, event)[0]
    opened(house, "ada")
    said = house.taps("ada", "Yes: Jon Sampleton is a witness")
    assert said.startswith("Jon Sampleton is spared from now on, as a witness")
    assert "Sampleton" not in thread(house, event)[0]
    assert all("withdrawn" in each for each in questions(house, "bruno"))
    house.edits("ada", event, f"{SUPPOSED} again")
    assert "Sampleton" not in thread(house, event)[0]


def test_a_no_looks_for_who_was_spared_to_be_sure(house: House) -> None:
    words = f"Possible witness Jon Sampleton, tel {PHONE}; van {UNKNOWN_PLATE}"
    event = house.says("ada", ROOM, words)
    assert "Sampleton" not in thread(house, event)[0]
    assert PHONE not in thread(house, event)[0]
    assert questions(house, "bruno") == []
    opened(house, "ada")
    house.taps("ada", "No: Jon Sampleton is not a witness")
    assert "Jon Sampleton" in thread(house, event)[0]
    assert PHONE in thread(house, event)[0]
    assert opened(house, "bruno").startswith("Same phone?")
    house.taps("ada", "Undo")
    assert "Sampleton" not in thread(house, event)[0]
    assert PHONE not in thread(house, event)[0]


@pytest.mark.parametrize("gone", ["withdrawn", "edited away"])
def test_of_whom_is_said_no_more_nothing_is_asked(house: House, gone: str) -> None:
    event = house.says("ada", ROOM, SUPPOSED)
    opened(house, "ada")
    house.taps("ada", "Yes: Jon Sampleton is a witness")
    sheet = house.stage.sheet_of("ada")
    assert sheet is not None
    if gone == "withdrawn":
        house.taps("ada", "Wrong room", where=ROOM)
    else:
        house.edits("ada", event, f"van {UNKNOWN_PLATE}")
    asked = questions(house, "bruno")
    undo = next(each.token for each in sheet.controls if each.label == "Undo")
    with pytest.raises(UserError):
        house.wait(house.stage.liaison.tap(Tap(house.stage.account("ada"), undo)))
    house.passes(minutes=1)
    assert questions(house, "bruno") == asked


def test_nobody_else_answers_for_the_author(house: House) -> None:
    house.says("ada", ROOM, SUPPOSED)
    opened(house, "ada")
    sheet = house.stage.sheet_of("ada")
    assert sheet is not None
    yes = sheet.controls[0].token
    for who in ("aron", "bruno"):
        with pytest.raises(UserError):
            house.wait(house.stage.liaison.tap(Tap(house.stage.account(who), yes)))


def test_a_source_is_named_to_their_handler_alone(house: House) -> None:
    house.says("ada", ROOM, "Our source Jon Sampleton saw it.")

    def words(session: Session, who: str) -> str | None:
        message = session.scalars(select(Message).where(Message.is_private.is_(False))).one()
        reader = session.scalars(select(Officer).where(Officer.slug == who)).one()
        return quoting.quoted(session, message, reader)

    assert "Jon Sampleton" in (house.read(lambda session: words(session, "ada")) or "")
    assert "Sampleton" not in (house.read(lambda session: words(session, "aron")) or "Sampleton")


@pytest.mark.parametrize("role", ["source", "witness"])
def test_a_case_keeps_the_words_of_a_message_without_who_is_spared(house: House, role: str) -> None:
    house.says("ada", ROOM, f"Our {role} Jon Sampleton saw van {PLATE}.")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    shown = house.asks("bruno", "case show LARCH")
    assert f'said as: "Our {role} [kept back] saw van {PLATE}."' in shown


def settled_later(house: House, role: str, words: str) -> str:
    """What the author reads of Vera Lindqvist, whom a desk tied to a plate before."""
    confirmed(house, f"Vera Lindqvist may be a {role}. {words}")
    house.taps("bruno", f"Add to LARCH: Vera Lindqvist owns {PLATE}")
    assert "Lindqvist" in house.asks("bruno", "case show LARCH")
    assert "Vera Lindqvist owns" in profile(house)
    opened(house, "ada")
    return house.taps("ada", f"Yes: Vera Lindqvist is a {role}")


@pytest.mark.parametrize("role", ["source", "witness"])
def test_who_is_settled_later_leaves_the_case_that_had_confirmed(house: House, role: str) -> None:
    said = settled_later(house, role, f"Vera Lindqvist owns {PLATE}.")
    assert "what cases keep of this message has the name no more" in said
    assert ("for you alone" in said) is (role == "source")
    shown = house.asks("bruno", "case show LARCH")
    assert f'"{PLATE}", said as: "[kept back] may be a {role}. [kept back] owns {PLATE}."' in shown
    for each in (shown, profile(house), house.asks("bruno", "case list LARCH")):
        assert "Lindqvist" not in each
    house.passes(days=1)
    [told] = [text for text in house.private("bruno") if "is to be spared" in text]
    assert told.startswith("About LARCH: ")
    assert "Lindqvist" not in told


def test_a_yes_that_is_taken_back_gives_the_case_its_words_again(house: House) -> None:
    settled_later(house, "witness", f"Vera Lindqvist owns {PLATE}.")
    house.taps("ada", "Undo")
    assert "Vera Lindqvist owns" in house.asks("bruno", "case show LARCH")


def test_who_is_spared_is_kept_back_however_they_are_written_again(house: House) -> None:
    words = "Witness Jon Sampleton hides. JON SAMPLETON or SAMPLETON Jon drove Sampleton’s van"
    house.says("ada", ROOM, f"{words} {PLATE}; jon said so.")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    kept = "[kept back] or [kept back] drove [kept back] van"
    shown = house.asks("bruno", "case show LARCH")
    assert f"Witness [kept back] hides. {kept} {PLATE}; [kept back] said so." in shown


def test_what_is_kept_of_an_unmarked_message_is_marked_as_its_room(house: House) -> None:
    def unmark(session: Session) -> None:
        message = session.scalars(select(Message).where(Message.is_private.is_(False))).one()
        message.marking = None
        session.get_one(Room, message.room_id).default_marking = Tlp.AMBER
        session.scalars(select(Case).where(Case.code == "LARCH")).one().marking = Tlp.GREEN

    house.says("ada", ROOM, f"{OWNS}.")
    opened(house, "bruno")
    house.do(unmark)
    house.taps("bruno", "Same")
    house.taps("bruno", ADD)
    kept = select(Note.marking).where(Note.kind.in_(("sighting", "tie")))
    assert house.read(lambda session: list(session.scalars(kept))) == [Tlp.AMBER, Tlp.AMBER]
    tied = house.read(lambda session: list(session.scalars(select(Relation.marking))))
    assert tied == [Tlp.AMBER]
