"""Looking closer: why something was linked, what is known of it, what it is shared with."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import entities, linking
from bot.casework.sought import Passage
from bot.governance import erasing, ledger
from bot.governance.ledger import Operation
from nlp.pipeline import Text
from nlp.spans import Label
from storage.models import (
    Agency,
    Case,
    CaseState,
    Category,
    Entity,
    EntityCase,
    Entry,
    Match,
    NameKey,
    Officer,
    Tlp,
)
from tests.house import START, House, pipeline
from tests.story.harbour import (
    HIDDEN_PLATE,
    NOTHING,
    PLATE,
    ROOM,
    UNKNOWN_PLATE,
    case,
    change_room,
    knows,
    opened,
    questions,
    thread,
)


def telephone(house: House, code: str, agency: str, number: str) -> None:
    """A case, opened if need be, has known a telephone for long."""

    def verb(session: Session) -> None:
        owner = session.scalars(select(Agency).where(Agency.slug == agency)).one()
        found = session.scalar(select(Case).where(Case.code == code))
        known = entities.Known("LegalEntity", identifiers=[entities.Hard(Label.PHONE, number)])
        entities.add(session, owner, known, now=house.now, case=found)

    house.do(verb)


def called(session: Session, code: str, name: str, *, was_there: bool = False) -> Entity:
    """The entity of this name that stands in a case, or did."""
    found = session.scalars(select(Case).where(Case.code == code)).one()
    there = select(Entity).join(EntityCase).where(EntityCase.case_id == found.id)
    if not was_there:
        there = entities.standing_in(found)
    return next(e for e in session.scalars(there) if name in entities.names_of(session, e))


def categorise(session: Session, code: str, category: Category, name: str | None = None) -> None:
    """What stands in a case is of this category; only the one of a name when one is given."""
    found = session.scalars(select(Case).where(Case.code == code)).one()
    for each in session.scalars(entities.standing_in(found)):
        if name is None or name in entities.names_of(session, each):
            each.category = category


def restrict(session: Session, code: str, name: str) -> None:
    called(session, code, name).restricted_at = START


def owned_by(house: House, code: str, slug: str) -> None:
    def verb(session: Session) -> None:
        found = session.scalars(select(Case).where(Case.code == code)).one()
        found.owner_id = session.scalars(select(Officer.id).where(Officer.slug == slug)).one()

    house.do(verb)


def found_by(session: Session) -> set[int]:
    """Under what the one in LARCH is found by its names."""
    one = called(session, "LARCH", "Jon Sampleton", was_there=True)
    return set(session.scalars(select(NameKey.hash).where(NameKey.entity_id == one.id)))


def looked(house: House) -> int:
    """How often it is on record that somebody looked something up."""
    looks = select(Entry.id).where(Entry.operation == Operation.CONSULTATION)
    return house.read(lambda session: len(session.scalars(looks).all()))


# Mutes and commonness


def test_what_is_muted_is_asked_about_no_more_until_it_ends(any_house: House) -> None:
    house = any_house
    said = house.asks("bruno", f"mute plate {PLATE} for our own van")
    code = said.split()[1].rstrip(":")
    event = house.says("ada", ROOM, f"Grey van {PLATE} on quay 7")
    assert questions(house, "bruno") == []
    assert NOTHING in thread(house, event)[0]
    assert PLATE in house.asks("bice", "mute list")
    house.asks("bice", f"mute end {code}")
    house.passes(minutes=2)
    house.says("ada", ROOM, f"Grey van {PLATE} on quay 8")
    assert len(questions(house, "bruno")) == 1


def test_a_slip_does_not_get_round_a_mute_and_silences_nothing_else(house: House) -> None:
    house.asks("bruno", "link plate XX00 TSV to LARCH")
    house.asks("bruno", f"mute plate {PLATE} for our own van")
    house.says("ada", ROOM, "Grey van, plate XX0? ?ST, on quay 7")
    assert questions(house, "bruno") == []
    house.says("ada", ROOM, "Grey van, plate XX0? ?SV, on quay 8")
    assert len(questions(house, "bruno")) == 1


def test_another_agency_s_mute_silences_no_slip(house: House) -> None:
    house.asks("aron", f"mute plate {PLATE} for our own van")
    house.says("ada", ROOM, "Grey van, plate XX0? ?ST, on quay 7")
    assert len(questions(house, "bruno")) == 1


def test_a_mute_ends_by_itself_and_is_its_own_agency_s_alone(house: House) -> None:
    house.asks("aron", f"mute plate {PLATE} for our own van until tomorrow")
    assert PLATE not in house.asks("bruno", "mute list")
    house.says("ada", ROOM, f"Grey van {PLATE} on quay 7")
    assert len(questions(house, "bruno")) == 1
    assert PLATE in house.asks("aron", "mute list")
    house.passes(days=2)
    assert PLATE not in house.asks("aron", "mute list")


def test_what_is_in_many_cases_says_so_counted_in_what_the_reader_may_see(house: House) -> None:
    for number in range(5):
        house.asks("bruno", f'case open TAXI{number} "Rides" for the harbour watch')
        telephone(house, f"TAXI{number}", "birch", "+12025550143")
    house.asks("cyrus", 'case open FAR "Rides" for the harbour watch')
    telephone(house, "FAR", "cedar", "+12025550143")
    house.says("ada", ROOM, "call +1 202 555 0143 again")
    said = opened(house, "bruno")
    assert "this phone is in 6 cases that you may see" in said  # LARCH too, and not FAR
    assert "mute" in said


# Why?


@pytest.mark.parametrize("words", [f"why {PLATE}", f"Why plate {PLATE}?", "why XX98 TST"])
def test_a_why_that_is_said_to_nobody_is_no_sighting_and_says_how_to_ask(
    house: House, words: str
) -> None:
    event = house.says("ada", ROOM, words)
    assert thread(house, event) == []
    assert questions(house, "bruno") == []
    assert '"!liaison why …" in the room' in house.private("ada")[-1]
    assert "TST" not in house.private("ada")[-1]


@pytest.mark.parametrize(
    "words",
    [f"why is {PLATE}", f"why {PLATE} at quay 7", f"no idea why {PLATE}", f"find {PLATE}"],
)
def test_what_is_not_just_the_command_is_a_sighting(house: House, words: str) -> None:
    event = house.says("ada", ROOM, words)
    assert "LARCH" in thread(house, event)[0]
    assert not any("!liaison why" in text for text in house.private("ada"))


def test_the_author_reads_why_in_the_thread_as_far_as_they_may_know(any_house: House) -> None:
    house = any_house
    event = house.says("aron", ROOM, f"Grey van {PLATE} and {HIDDEN_PLATE}")
    house.says("aron", ROOM, "!liaison why", thread=event)
    [said] = [text for text in house.private("aron") if "LARCH" in text]
    assert "plate equal: XX00TST" in said
    assert "What would change it" in said
    assert "XX11" not in said.replace(HIDDEN_PLATE, "")
    assert "HAZEL" not in said


def test_whoever_is_asked_reads_what_would_change_the_verdict(house: House) -> None:
    house.says("ada", ROOM, "met Jon Sampleton at the gate")
    code = questions(house, "bruno")[0].split()[1].rstrip(",:")
    said = house.asks("bruno", f"why {code}")
    assert "For: " in said
    assert "birth date" in said.splitlines()[-1]
    assert "Known of it: birth date" in said


@pytest.mark.parametrize(
    ("schema", "name", "said_of_it", "would_change"),
    [
        ("Organization", "Sample Freight BV", "met staff of Sample Freight BV", "company number"),
        ("Vessel", "MV Blue Sample", "boarded the MV Blue Sample at quay 7", "IMO number"),
    ],
)
def test_of_what_is_no_person_no_birth_date_would_change_the_verdict(
    house: House, schema: str, name: str, said_of_it: str, would_change: str
) -> None:
    knows(house, "LARCH", names=(name,), schema=schema)
    house.says("ada", ROOM, said_of_it)
    code = questions(house, "bruno")[0].split()[1].rstrip(",:")
    last = house.asks("bruno", f"why {code}").splitlines()[-1]
    assert f"Against it would speak: another {would_change}" in last
    assert "birth" not in last
    assert "father" not in last


def test_who_may_not_see_the_case_is_explained_nothing(house: House) -> None:
    event = house.says("ada", ROOM, f"coach {HIDDEN_PLATE}")
    before = len(house.private("aron"))
    house.says("aron", ROOM, "!liaison why", thread=event)
    [said] = house.private("aron")[before:]
    assert said.startswith("I find nothing here")


def test_an_identifier_is_explained_wherever_it_was_said(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, f"Grey van {PLATE} on quay 7")
    house.says("ada", ROOM, f"coach {HIDDEN_PLATE}")
    for asked in (PLATE, f"plate {PLATE}"):
        said = house.asks("bruno", f"why {asked}")
        assert f"Plate {PLATE}, LARCH" in said
        assert "HAZEL" not in said
    assert house.asks("bruno", f"why {HIDDEN_PLATE}").startswith(f"Plate {HIDDEN_PLATE}, HAZEL")
    asked = looked(house)
    hidden = house.asks("aron", f"why {HIDDEN_PLATE}")
    unknown = house.asks("aron", f"why {UNKNOWN_PLATE}")
    assert hidden == unknown
    assert hidden.startswith("I find nothing here")
    assert looked(house) == asked + 2


def test_a_name_is_explained_wherever_it_was_said_to_who_may_know(house: House) -> None:
    knows(house, "LARCH", names=("Tobias Krantz",), schema="Person")
    house.says("ada", ROOM, "Tobias Krantz was at quay 7")
    said = house.asks("bruno", "why Tobias Krantz")
    assert said.startswith("Name Tobias Krantz, LARCH")
    assert "What would make it surer" in said
    unknown = house.asks("cyrus", "why Tobias Krantz")
    assert unknown == house.asks("cyrus", "why Vera Holt")
    assert "find WHAT for PURPOSE" in unknown


def test_the_owner_of_a_hidden_hit_is_explained_it_by_their_own_words(house: House) -> None:
    change_room(house, agencies=["alder"])
    knows(house, "HAZEL", names=("Quentin Marlow",))
    house.says("ada", ROOM, "met MARLOW, Quentin at the gate")
    code = questions(house, "bruno")[0].split()[1].rstrip(",:")
    said = house.asks("bruno", f"why {code}")
    assert said.startswith("Name Quentin Marlow, HAZEL")
    assert "MARLOW," not in said


# Profiles and related cases


def test_a_profile_shows_what_is_known_and_when_it_was_seen(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, f"Grey van {PLATE} on quay 7")
    opened(house, "bruno")
    house.taps("bruno", "Same")
    said = house.asks("bruno", f"profile plate {PLATE} in LARCH")
    assert "Grey delivery van" in said
    assert "Plate: XX00TST" in said
    assert "Joint harbour: confirmed by Bruno Marsh" in said


def test_a_profile_of_what_one_may_not_see_is_that_of_nothing(house: House) -> None:
    hidden = house.asks("aron", f"profile plate {HIDDEN_PLATE} for the harbour watch")
    unknown = house.asks("aron", "profile plate XX12 TST for the harbour watch")
    assert hidden.replace(HIDDEN_PLATE, "") == unknown.replace("XX12 TST", "")


def test_related_cases_are_those_that_share_something_rare(house: House) -> None:
    house.asks("bruno", 'case open BEECH "Parked cars" for the harbour watch')
    knows(house, "BEECH", plate=PLATE)
    knows(house, "HAZEL", names=("Jon Sampleton",))
    assert house.asks("bruno", "case related LARCH").splitlines()[0].startswith("BEECH")
    assert "plate XX00TST" in house.asks("bruno", "case related LARCH")
    house.asks("bruno", f"mute plate {PLATE} for our own van")
    assert "XX00TST" not in house.asks("bruno", "case related LARCH")


def test_a_case_one_may_not_see_is_related_to_nothing(house: House) -> None:
    knows(house, "HAZEL", plate=PLATE)
    assert "no other case" in house.asks("aron", "case related LARCH")


def test_a_spared_person_relates_no_cases_for_whom_they_are_not_named_to(house: House) -> None:
    house.asks("bruno", 'case open BEECH "Parked cars" for the harbour watch')
    house.asks("bruno", "case grant BEECH to alder")
    telephone(house, "LARCH", "birch", "+12025550143")
    telephone(house, "BEECH", "birch", "+12025550143")
    assert "+12025550143" in house.asks("aron", "case related LARCH")
    house.do(lambda session: categorise(session, "BEECH", Category.WITNESS))
    assert "no other case" in house.asks("aron", "case related LARCH")
    assert "+12025550143" in house.asks("bruno", "case related LARCH")


# Together and apart


def test_a_merged_case_goes_on_in_the_other_and_keeps_its_notebook(any_house: House) -> None:
    house = any_house
    house.asks("bruno", 'case open BEECH "Parked cars" for the harbour watch')
    house.asks("bruno", "case note BEECH seen at the gate")
    knows(house, "BEECH", plate="XX77 TST")
    said = house.asks("bruno", "case merge BEECH into LARCH")
    assert "goes on in LARCH, with 1 person or thing" in said
    assert case(house, "BEECH").state is CaseState.CLOSED
    assert "seen at the gate" in house.asks("bruno", "case show BEECH")
    house.says("ada", ROOM, "grey van XX77 TST")
    assert "Case LARCH" in opened(house, "bruno")
    assert "is out of LARCH: 1 person or thing." in house.asks("bruno", "case reopen BEECH")
    assert case(house, "BEECH").merged_into is None
    assert "nothing I can show" in house.asks("bruno", "profile XX77 TST in LARCH")
    assert "in BEECH" in house.asks("bruno", "profile XX77 TST in BEECH")


def test_two_that_are_written_the_same_can_be_put_together_and_taken_apart(house: House) -> None:
    house.asks("bruno", 'case open BEECH "Parked cars" for the harbour watch')
    knows(house, "BEECH", names=("Jon Sampleton",))
    assert "are one from now on" in house.asks("bruno", "merge Jon Sampleton with Jon Sampleton")
    assert "is one already" in house.asks("bruno", "merge Jon Sampleton with Jon Sampleton")
    assert "on its own again" in house.asks("bruno", "take apart Jon Sampleton")
    assert "put together with nothing" in house.asks("bruno", "take apart Jon Sampleton")


def test_namesakes_in_a_case_one_may_not_see_are_not_spoken_of(house: House) -> None:
    for code in ("BEECH", "ASPEN"):
        house.asks("bruno", f'case open {code} "Parked cars" for the harbour watch')
        knows(house, code, names=("Jon Sampleton",))
    house.asks("bruno", "merge Jon Sampleton in BEECH with Jon Sampleton in ASPEN")

    def hides(session: Session) -> None:
        session.scalars(select(Case).where(Case.code == "ASPEN")).one().marking = Tlp.RED
        bruno = session.scalars(select(Officer).where(Officer.slug == "bruno")).one()
        bruno.clearance = Tlp.AMBER

    house.do(hides)
    said = house.asks("bruno", "merge Jon Sampleton with Jon Sampleton")
    assert "ASPEN" not in said
    assert "not yours alone" in said
    assert "put together with nothing" in house.asks("bruno", "take apart Jon Sampleton in BEECH")


def test_of_several_namesakes_it_is_said_which_are_one(house: House) -> None:
    for code in ("BEECH", "ASPEN"):
        house.asks("bruno", f'case open {code} "Parked cars" for the harbour watch')
        knows(house, code, names=("Jon Sampleton",))
    said = house.asks("bruno", "merge Jon Sampleton with Jon Sampleton")
    assert said.startswith('There are several "Jon Sampleton", in LARCH, BEECH, ASPEN.')
    said = house.asks("bruno", "merge Jon Sampleton in BEECH with Jon Sampleton in ASPEN")
    assert "are one from now on" in said
    assert house.asks("bruno", "profile Jon Sampleton in ASPEN").startswith("Jon Sampleton")


def test_nobody_sees_more_because_cases_were_merged(house: House) -> None:
    assert "marked lower" in house.asks("bruno", "case merge HAZEL into LARCH")
    assert "Only" in house.asks("aron", "case merge ROWAN into LARCH")
    assert case(house, "HAZEL").state is CaseState.OPEN


def test_a_split_case_takes_its_things_along(house: House) -> None:
    said = house.asks("bruno", f'case split LARCH into BEECH "Vans" with plate {PLATE}')
    assert said.startswith("BEECH is open, with Grey delivery van")
    assert "nothing I can show" in house.asks("bruno", f"profile plate {PLATE} in LARCH")
    assert "in BEECH" in house.asks("bruno", f"profile plate {PLATE} in BEECH")


def test_two_that_are_one_are_asked_about_once_and_can_be_taken_apart(any_house: House) -> None:
    house = any_house
    knows(house, "LARCH", names=("Ion Semplton",))
    said = house.asks("bruno", "merge Jon Sampleton with Ion Semplton")
    assert "are one from now on" in said
    profile = house.asks("bruno", "profile Ion Semplton in LARCH")
    assert profile.startswith("Jon Sampleton")
    assert "Also called: Ion Semplton" in profile
    house.says("ada", ROOM, "met Ion Semplton at the gate")
    found = house.read(
        lambda session: (
            set(session.scalars(select(Match.entity_id)))
            & set(session.scalars(select(Entity.id).where(Entity.merged_into.is_not(None))))
        )
    )
    assert found == set()
    house.asks("bruno", "take apart Ion Semplton")
    assert house.asks("bruno", "profile Ion Semplton in LARCH").startswith("Ion Semplton")
    assert house.read(lambda session: isinstance(ledger.verify(session), ledger.Verified))


def test_that_two_are_one_opens_no_case_in_which_the_other_stands(house: House) -> None:
    house.asks("bruno", 'case open BEECH "Parked cars" for the harbour watch')
    knows(house, "BEECH", names=("Ion Semplton",))
    house.asks("bruno", "merge Jon Sampleton with Ion Semplton")
    asked = "profile Jon Sampleton in LARCH"
    assert "Ion Semplton" in house.asks("bruno", asked)
    assert "Ion Semplton" not in house.asks("aron", asked)
    house.asks("bruno", "case grant BEECH to alder")
    assert "Ion Semplton" in house.asks("aron", asked)
    house.do(lambda session: restrict(session, "BEECH", "Ion Semplton"))
    assert "Ion Semplton" not in house.asks("bruno", asked)


def test_the_stricter_protection_of_two_that_are_one_holds(house: House) -> None:
    knows(house, "LARCH", names=("Ion Semplton",))
    house.do(lambda session: categorise(session, "LARCH", Category.SUSPECT))
    house.do(lambda session: categorise(session, "LARCH", Category.MINOR, "Ion Semplton"))
    house.asks("bruno", "merge Jon Sampleton with Ion Semplton")
    assert "nothing I can show" in house.asks("aron", "profile Jon Sampleton in LARCH")


def test_who_is_restricted_is_not_met_through_what_was_merged_into_them(any_house: House) -> None:
    house = any_house
    knows(house, "LARCH", names=("Ion Semplton",), plate="XX77 TST")
    house.asks("bruno", "merge Jon Sampleton with Ion Semplton")

    def met(plate: str) -> bool:
        [spans] = pipeline().extract([Text(f"plate {plate}", "BE")])
        return house.read(
            lambda session: any(
                finding.candidates
                for finding in linking.find(session, [Passage("", spans, None)])[0]
            )
        )

    assert met("XX77 TST")
    house.do(lambda session: restrict(session, "LARCH", "Jon Sampleton"))
    assert not met("XX77 TST")


def test_what_is_taken_apart_leaves_nothing_of_the_other_behind(any_house: House) -> None:
    house = any_house
    house.asks("bruno", 'case open BEECH "Parked cars" for the harbour watch')
    knows(house, "BEECH", names=("Ion Semplton",))
    knows(house, "LARCH", names=("Jan Sampelton",))
    house.do(lambda session: categorise(session, "LARCH", Category.SUSPECT))
    house.do(lambda session: categorise(session, "BEECH", Category.MINOR, "Ion Semplton"))
    house.asks("bruno", "merge Jon Sampleton with Ion Semplton")
    house.asks("bruno", "merge Jon Sampleton with Jan Sampelton")

    def stands(session: Session) -> tuple[list[str], Category]:
        entity = called(session, "LARCH", "Jon Sampleton")
        return [case.code for case in entities.cases_of(session, entity)], entity.category

    assert house.read(stands) == (["BEECH", "LARCH"], Category.MINOR)
    house.asks("bruno", "take apart Jan Sampelton")
    assert house.read(stands) == (["BEECH", "LARCH"], Category.MINOR)
    house.asks("bruno", "take apart Ion Semplton")
    assert house.read(stands) == (["LARCH"], Category.SUSPECT)


def test_what_was_found_to_be_another_stands_alone_once_that_is_erased(house: House) -> None:
    knows(house, "LARCH", names=("Ion Semplton",))
    house.asks("bruno", "merge Jon Sampleton with Ion Semplton")

    def erases(session: Session) -> None:
        erasing.entity(session, called(session, "LARCH", "Jon Sampleton"), now=house.now)

    house.do(erases)
    said = house.asks("bruno", "profile Ion Semplton in LARCH")
    assert said.startswith("Ion Semplton")


def test_a_desk_learns_nothing_of_a_case_of_its_own_that_it_may_not_see(house: House) -> None:
    knows(house, "HAZEL", plate="XX77 TST", names=("Vera Holt",), marking=Tlp.RED)
    owned_by(house, "HAZEL", "bice")
    for command in (
        "take apart {}",
        "merge {} with Jon Sampleton",
        'case split LARCH into BEECH "Vans" with {}',
        "unlink {} from LARCH",
    ):
        hidden = house.asks("bruno", command.format("plate XX77 TST"))
        unknown = house.asks("bruno", command.format("plate XX78 TST"))
        assert hidden.replace("77", "78") == unknown
        assert "Vera" not in hidden


def test_what_only_a_hidden_case_knows_is_linked_anew_and_opens_nothing_of_it(
    house: House,
) -> None:
    knows(house, "HAZEL", plate="XX77 TST", names=("Vera Holt",), marking=Tlp.RED)
    owned_by(house, "HAZEL", "bice")
    assert "XX77" in house.asks("bruno", "link plate XX77 TST to LARCH")
    said = house.asks("bruno", "profile plate XX77 TST in LARCH")
    assert "XX77" in said
    assert "Vera" not in said


def test_what_is_put_back_into_a_case_is_found_there_by_one_word_again(house: House) -> None:
    def forgets(session: Session) -> None:
        entities.reindex(session, called(session, "LARCH", "Jon Sampleton", was_there=True))

    keys = house.read(found_by)
    house.asks("bruno", "unlink Jon Sampleton from LARCH")
    house.do(forgets)
    assert house.read(found_by) < keys
    house.asks("bruno", "link Jon Sampleton to LARCH")
    assert house.read(found_by) == keys


def test_a_command_may_go_over_several_lines_and_a_flood_is_none(house: House) -> None:
    said = house.asks("bruno", "case open BEECH\n'Parked' for it")
    assert "case open CODE" in said
    assert "BEECH" in house.asks("bruno", 'case open BEECH\n"Parked cars"  for\nthe harbour watch')
    blanks = " " * 3000
    assert "until 12:00" in house.asks("bruno", f"go live BEECH until{blanks}\n1200\nat quay 7")
    assert "go live CASE" in house.asks("bruno", "go live LARCH until " + "at a with b " * 400)


def test_a_case_is_not_opened_under_a_marking_nobody_knows(house: House) -> None:
    said = house.asks("bruno", 'case open BEECH "Cars" for the harbour watch TLP:PURPLE')
    assert "is not a marking" in said


def test_a_person_and_a_plate_are_not_one(house: House) -> None:
    assert "not of one kind" in house.asks("bruno", f"merge Jon Sampleton with plate {PLATE}")


def test_what_was_told_of_one_case_does_not_show_in_another(house: House) -> None:
    """A profile of something in a case that is granted leaves out the one that is not."""
    knows(house, "HAZEL", plate=PLATE, marking=Tlp.AMBER_STRICT)
    said = house.asks("aron", f"profile plate {PLATE} for the harbour watch")
    assert "LARCH" in said
    assert "HAZEL" not in said
