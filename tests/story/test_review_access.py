"""What nobody is told, counted for, or shown who may not know of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import cases, entities
from bot.conversation import outbox
from bot.conversation.messages import Words
from bot.meetings import actions
from nlp.spans import Label
from storage.models import Action, Briefing, Case, Category, Match, Mention, Officer, Tlp
from tests.house import House
from tests.story.harbour import PLATE, change_officer, change_room, opened

ROOM = "#joint-harbour"
HIDDEN_PLATE, UNKNOWN_PLATE = "XX11 TST", "XX12 TST"
"""Known in HAZEL, which Birch keeps to itself; known nowhere."""


@pytest.fixture
def house(any_house: House) -> House:
    """Every story here is told on every database."""
    return any_house


def test_a_hidden_hit_counts_nowhere_but_with_its_owner(house: House) -> None:
    """Alder's oversight counts the same for a plate that a hidden case knows and for any other."""

    def counted(plate: str) -> str:
        before = numbers(house.asks("otis", "ledger"))
        house.says("ada", ROOM, f"Coach {plate} at gate 7")
        after = numbers(house.asks("otis", "ledger"))
        return str([right - left for left, right in zip(before, after, strict=True)])

    house.says("ada", ROOM, "Van XX33 TST at gate 7")
    house.asks("otis", "ledger")
    house.passes(minutes=10)
    hidden = counted(HIDDEN_PLATE)
    house.passes(minutes=10)
    assert hidden == counted(UNKNOWN_PLATE)


def numbers(answer: str) -> list[int]:
    """Every number of an answer, in its order."""
    return [int(word) for word in answer.replace(",", " ").split() if word.isdigit()]


def test_a_watch_is_silent_where_its_watcher_may_not_read(house: House) -> None:
    house.asks("cyrus", "watch XX33 TST for request 7")
    before = house.private("cyrus")
    house.says("ada", ROOM, "Van XX33 TST at gate 7")
    assert house.private("cyrus") == before


def test_a_watch_never_speaks_of_what_stays_in_one_agency(house: House) -> None:
    change_room(house, ceiling=Tlp.AMBER_STRICT)
    for watcher in ("aron", "bruno"):
        house.asks(watcher, "watch XX33 TST for request 7")
    before = house.private("aron"), house.private("bruno")
    house.says("ada", ROOM, "TLP:AMBER+STRICT Van XX33 TST at gate 7")
    assert (house.private("aron"), house.private("bruno")) == before


def test_a_watch_says_once_a_day_that_a_message_names_it(house: House) -> None:
    house.asks("bruno", "watch XX33 TST for request 7")
    before = len(sightings(house))
    event = house.says("ada", ROOM, "Vans XX33 TST and XX33 TST at gate 7")
    house.edits("ada", event, "Van XX33 TST at gate 8")
    assert len(sightings(house)) == before + 1
    house.passes(days=1)
    house.edits("ada", event, "Van XX33 TST at gate 9")
    assert len(sightings(house)) == before + 2


def sightings(house: House) -> list[str]:
    return [text for text in house.private("bruno") if text.startswith("Watch ")]


def test_what_nobody_checked_is_no_verified_identifier(house: House) -> None:
    answer = house.asks("bruno", "subject find XX00TST for request 12")
    reference = next(word for word in answer.split() if word.startswith("S-")).rstrip(":")
    house.asks("bruno", f'subject correct {reference} "XX00TST" to "XX33TST" because misread')
    house.says("ada", ROOM, "Van XX33 TST at gate 7")
    assert not house.read(lambda s: s.scalars(select(Match)).one().is_verified)
    assert "nobody has checked this plate" in house.taps("bruno", "Open")


def test_a_note_reaches_no_further_than_it_states(house: House) -> None:
    house.asks("bruno", "case note LARCH TLP:AMBER+STRICT our source saw the driver")
    house.asks("bruno", "case note LARCH the van is grey")
    assert "our source" in house.asks("bice", "case show LARCH")
    shown = house.asks("aron", "case show LARCH")
    assert "the van is grey" in shown
    assert "our source" not in shown


def test_a_note_for_named_people_is_not_kept(house: House) -> None:
    """Neither in the notebook of a case that others read, nor above the writer's clearance."""
    answer = house.asks("bodil", "case note LARCH TLP:RED our source saw the driver")
    assert "TLP:RED is for named people" in answer
    change_officer(house, "bice", clearance=Tlp.AMBER)
    assert "above your clearance" in house.asks("bice", "case note LARCH TLP:AMBER+STRICT a word")
    assert "our source" not in house.asks("bruno", "case show LARCH")
    assert "a word" not in house.asks("bruno", "case show LARCH")


def test_a_note_that_stays_in_another_agency_is_withheld_from_the_record(house: House) -> None:
    house.asks("aron", "case note LARCH TLP:AMBER+STRICT our source saw the driver")
    house.asks("bruno", "record LARCH for court 12")
    [record] = [p.attachment for p in house.stage.reads("bruno") if p.attachment is not None]
    written = record.content.decode()
    assert re.search(r"Alder Customs noted \(fact\): .withheld", written)
    assert "our source" not in written


def test_a_sighting_is_read_out_as_far_as_its_marking_reaches(house: House) -> None:
    change_room(house, ceiling=Tlp.AMBER_STRICT)
    house.says("bela", ROOM, "TLP:AMBER+STRICT van XX00 TST, our source is aboard")
    house.taps("bruno", "Open")
    house.taps("bruno", "Same")
    house.passes(minutes=5)
    house.asks("bruno", "brief tomorrow 1000Z with bice, aron about LARCH")
    code = house.read(lambda s: s.scalars(select(Briefing.code)).one())
    assert "our source" in house.asks("bice", f"briefing agenda {code}")
    answer = house.asks("aron", f"briefing agenda {code}")
    assert "LARCH" in answer
    assert "our source" not in answer


def test_what_stays_in_one_agency_is_disclosed_to_no_other(house: House) -> None:
    house.says("ada", ROOM, f"Coach {HIDDEN_PLATE} at gate 7")
    house.taps("bruno", "Open")
    answer = house.taps("bruno", "Disclose…", text="TLP:AMBER+STRICT it is watched")
    assert "stays in your agency" in answer
    assert "it is watched" not in "".join(house.private("ada"))
    house.taps("bruno", "Open")
    house.taps("bruno", "Disclose…", text="TLP:AMBER it is watched")
    assert "it is watched" in "".join(house.private("ada"))


def test_words_that_stay_in_one_agency_are_withheld_from_another(house: House) -> None:
    """However they came into the outbox; whoever had them said hears that they were not."""

    def tell(session: Session) -> None:
        people = {each.slug: each for each in session.scalars(select(Officer))}
        for whom in ("ada", "bice"):
            outbox.tell(
                session,
                key=f"words:{whom}",
                officer=people[whom],
                words=Words("our source is aboard"),
                marking=Tlp.AMBER_STRICT,
                sender=people["bruno"],
                now=house.now,
            )

    house.do(tell)
    house.passes(minutes=1)
    assert "our source is aboard" in house.private("bice")
    assert "our source is aboard" not in house.private("ada")
    assert house.private("bruno")[-1].startswith("Alder Customs could not be told")


def test_a_task_that_stays_in_one_agency_goes_to_no_other(house: House) -> None:
    task = "by tomorrow 1000Z: TLP:AMBER+STRICT ask our source about LARCH"
    assert "our source" not in house.asks("bruno", f"action add aron {task}")
    assert not house.read(lambda s: s.scalars(select(Action)).all())
    assert "our source" in house.asks("bruno", f"action add bice {task}")
    assert "our source" not in house.asks("aron", "action list")


def test_whoever_gave_a_number_hears_that_it_was_not_told(house: House) -> None:
    """Not to whom nor why: another agency's officers are its own matter."""
    house.says("ada", ROOM, f"Coach {HIDDEN_PLATE} at gate 7")
    change_officer(house, "ada", clearance=Tlp.CLEAR)
    house.taps("bruno", "Open")
    house.taps("bruno", "Give desk number")
    house.passes(minutes=2)
    [warning] = [text for text in house.private("bruno") if "could not be told" in text]
    assert warning == (
        "Alder Customs could not be told what you had me say. Nothing was said there."
    )
    assert not house.private("ada")


def test_whoever_sets_a_task_hears_that_its_owner_could_not_be_told(house: House) -> None:
    def sets(session: Session) -> None:
        """In one step with a loss of the right to know of it."""
        people = {each.slug: each for each in session.scalars(select(Officer))}
        larch = session.scalars(select(Case).where(Case.code == "LARCH")).one()
        actions.add(
            session,
            people["bruno"],
            people["bice"],
            "look at the van",
            due_at=house.now + timedelta(days=2),
            now=house.now,
            about=actions.About(case=larch),
        )
        cases.recuse(session, larch, people["bice"], now=house.now)

    house.do(sets)
    house.passes(minutes=1)
    assert any("Bice Holm could not be told" in text for text in house.private("bruno"))


def test_a_victim_is_found_by_their_own_desk_alone(house: House) -> None:
    assert "Jon Sampleton" in house.asks("aron", "find Jon Sampleton for request 7")
    house.asks("bruno", "subject role Jon Sampleton is victim")
    assert "LARCH" not in house.asks("aron", "find Jon Sampleton for request 7")
    assert "LARCH" not in house.asks("bela", "find Jon Sampleton for request 7")
    assert "LARCH" in house.asks("bruno", "find Jon Sampleton for request 7")


def test_who_is_spared_later_is_kept_back_in_the_notebook_but_from_their_own_desk(
    house: House,
) -> None:
    house.asks("bruno", "case note LARCH SAMPLETON, Jon was met by Tobias Krantz at quay 7")
    assert "Jon was met" in house.asks("aron", "case show LARCH")
    house.asks("bruno", "subject role Jon Sampleton is witness")
    said = house.asks("aron", "case show LARCH")
    assert "[kept back] was met by Tobias Krantz at quay 7" in said
    assert "sampleton" not in said.casefold()
    assert "SAMPLETON, Jon was met" in house.asks("bruno", "case show LARCH")


def test_who_was_seen_and_is_said_to_be_a_witness_later_is_kept_back(house: House) -> None:
    house.says("bela", ROOM, "stopped Jon Sampleton with Tobias Krantz")
    opened(house, "bruno")
    house.taps("bruno", "Same: document seen")
    assert "stopped Jon Sampleton" in house.asks("aron", "case show LARCH")

    def said_later(session: Session) -> None:
        for mention in session.scalars(select(Mention).where(Mention.label == Label.PERSON)):
            mention.role = "witness"

    house.do(said_later)
    assert "Sampleton" not in house.asks("aron", "case show LARCH")


def test_a_victim_is_repeated_in_no_room_and_read_out_to_no_other_agency(house: House) -> None:
    house.asks("bruno", "subject role Jon Sampleton is victim")
    house.says("ada", ROOM, "Jon Sampleton was in van XX33 TST")
    assert any("XX33 TST" in text for text in house.room())
    house.asks("bruno", "brief tomorrow 1000Z with bice, aron about LARCH")
    code = house.read(lambda s: s.scalars(select(Briefing.code)).one())
    assert "Name, Tue 9 Mar" in house.asks("bice", f"briefing agenda {code}")
    assert "Name, Tue 9 Mar" not in house.asks("aron", f"briefing agenda {code}")
    house.taps("bruno", "Open")
    house.taps("bruno", "Same: photo compared")
    house.passes(minutes=5)
    assert not any("Sampleton" in text for text in house.room())
    assert "Sampleton" in house.asks("bice", "case show LARCH")
    assert "Sampleton" not in house.asks("aron", "case show LARCH")
    assert "Sampleton" in house.asks("bice", f"briefing agenda {code}")
    assert "Sampleton" not in house.asks("aron", f"briefing agenda {code}")


@pytest.mark.parametrize("role", ["witness", "solicitor"])
def test_who_is_said_to_be_spared_is_neither_searched_nor_repeated(house: House, role: str) -> None:
    house.says("ada", ROOM, f"{role} Jon Sampleton was in van XX33 TST")
    assert any("XX33 TST" in text for text in house.room())
    assert not any("Sampleton" in text for text in house.room())
    assert house.read(_people_searched) == []


def test_where_a_victim_is_reached_is_neither_searched_nor_repeated(house: House) -> None:
    def knows(session: Session) -> None:
        larch = session.scalars(select(Case).where(Case.code == "LARCH")).one()
        phone = entities.Hard(Label.PHONE, "+12025550143")
        known = entities.Known("LegalEntity", identifiers=[phone])
        entities.add(session, larch.agency, known, now=house.now, case=larch)

    def phones_asked_about(session: Session) -> int:
        found = select(Mention).join(Match, Match.mention_id == Mention.id)
        return len(session.scalars(found.where(Mention.label == Label.PHONE)).all())

    house.do(knows)
    for last in ("0143", "0134"):  # the known one, and as it is written by a slip
        house.says("ada", ROOM, f"victim Jon Sampleton's phone is +1 202 555 {last}, van XX33 TST")
        house.passes(minutes=5)
        assert any("XX33 TST" in text for text in house.room())
        assert not any(last in text or "Sampleton" in text for text in house.room())
        assert house.read(phones_asked_about) == 0


def test_who_is_said_to_be_a_suspect_is_searched(house: House) -> None:
    house.says("ada", ROOM, "suspect Jon Sampleton was in van XX33 TST")
    assert house.read(_people_searched) == ["suspect"]


def _people_searched(session: Session) -> list[str | None]:
    """The role of each person that may be somebody known."""
    found = select(Mention.role).join(Match, Match.mention_id == Mention.id)
    return list(session.scalars(found.where(Mention.label == Label.PERSON)))


def test_who_is_spared_is_quoted_to_no_other_agency(house: House) -> None:
    house.says("ada", ROOM, f"our CHIS Jon Sampleton says {PLATE} is at quay 7")
    asked = opened(house, "bruno")
    assert "“our CHIS [kept back] says" in asked
    assert "Sampleton" not in asked


def test_that_a_hidden_case_knows_a_victim_shows_in_no_room(house: House) -> None:
    def knows(session: Session) -> None:
        hazel = session.scalars(select(Case).where(Case.code == "HAZEL")).one()
        entities.add(
            session,
            hazel.agency,
            entities.Known("Person", ["Ilse Hartgrove"], category=Category.VICTIM),
            now=house.now,
            case=hazel,
        )

    house.do(knows)
    house.says("ada", ROOM, "Ms Ilse Hartgrove was in van XX33 TST")
    known = house.room()[-1]
    house.passes(minutes=10)
    house.says("ada", ROOM, "Ms Ilse Hartgreen was in van XX33 TST")
    assert known.replace("Hartgrove", "Hartgreen") == house.room()[-1]
