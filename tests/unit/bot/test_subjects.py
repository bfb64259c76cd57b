"""People's rights in what is held on them: find, restrict, correct, tell who was told."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import entities
from bot.conversation import outbox
from bot.errors import NotAllowed, UserError
from bot.governance import erasing, subjects
from nlp.spans import Label
from storage import sealing
from storage.models import (
    Case,
    Category,
    Delivery,
    Entity,
    Identifier,
    Judgement,
    Tlp,
    Told,
    Verdict,
)
from tests.unit.bot.agencies import NOW, Agencies, open_agencies


@pytest.fixture(scope="module")
def agencies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agencies]:
    agencies = open_agencies(tmp_path_factory.mktemp("subjects"))
    yield agencies
    agencies.store.close()


@pytest.fixture
def session(agencies: Agencies) -> Iterator[Session]:
    with agencies.undone() as session:
        yield session


@pytest.fixture
def jon(agencies: Agencies, session: Session) -> Entity:
    case = agencies.case(session)
    return agencies.person(session, "Jon Sampleton", case, plate="XX00TST")


def found(agencies: Agencies, session: Session, query: str, who: str = "aron") -> list[str]:
    officer = agencies.officer(session, who)
    holding = subjects.find(session, officer, query, "request 12", NOW)
    return [held.caption for held in holding.entities]


def correct(agencies: Agencies, session: Session, jon: Entity, wrong: str, right: str) -> int:
    aron = agencies.officer(session, "aron")
    return subjects.correct(
        session, aron, jon, wrong=wrong, right=right, reason="passport seen", now=NOW
    )


def told_of(agencies: Agencies, session: Session, jon: Entity, case: Case, who: str) -> Told:
    """Somebody was told something that rests on a judgement about Jon."""
    match = agencies.match(session, agencies.message(session, "XX00 TST"), jon, case)
    judgement = Judgement(
        mention_id=match.mention_id,
        match_id=match.id,
        entity_id=jon.id,
        verdict=Verdict.SAME,
        officer_id=None,
        at=NOW,
        trust="authenticated",
        key_id=sealing.keyring(session).mint(case.key_id),
    )
    session.add(judgement)
    session.flush()
    told = Told(
        judgement_id=judgement.id,
        officer_id=None if who == "room" else agencies.officer(session, who).id,
        room_id=agencies.room(session).id if who == "room" else None,
        at=NOW,
    )
    session.add(told)
    session.flush()
    return told


@pytest.mark.parametrize(
    "query", ["Jon Sampleton", "SAMPLETON, Jon", "John Sampleton", "XX00 TST", "xx00tst"]
)
def test_somebody_is_found_by_name_or_identifier(
    agencies: Agencies, session: Session, jon: Entity, query: str
) -> None:
    assert found(agencies, session, query) == ["Jon Sampleton"]


def test_somebody_is_found_by_reference(agencies: Agencies, session: Session, jon: Entity) -> None:
    assert found(agencies, session, subjects.reference(jon)) == ["Jon Sampleton"]
    assert found(agencies, session, subjects.reference(jon).lower()) == ["Jon Sampleton"]


@pytest.mark.parametrize("query", ["Mara Testwell", "AB12 CDE", "S-0000000000", "S-?", ""])
def test_nobody_is_found_who_is_not_there(
    agencies: Agencies, session: Session, jon: Entity, query: str
) -> None:
    assert found(agencies, session, query) == []


def test_another_agency_finds_nothing_of_ours(
    agencies: Agencies, session: Session, jon: Entity
) -> None:
    for query in ("Jon Sampleton", "XX00 TST", subjects.reference(jon)):
        assert found(agencies, session, query, "bruno") == []


def test_field_officers_look_nobody_up_and_a_purpose_is_needed(
    agencies: Agencies, session: Session, jon: Entity
) -> None:
    with pytest.raises(NotAllowed):
        found(agencies, session, "Jon Sampleton", "ada")
    with pytest.raises(UserError, match="needs a purpose"):
        subjects.find(session, agencies.officer(session, "aron"), "Jon Sampleton", " ", NOW)


def test_a_case_somebody_may_not_see_hides_who_is_in_it(
    agencies: Agencies, session: Session
) -> None:
    case = agencies.case(session, owner="alma", marking=Tlp.RED)
    agencies.person(session, "Jon Sampleton", case)
    assert found(agencies, session, "Jon Sampleton", "aron") == []
    assert found(agencies, session, "Jon Sampleton", "otis") == ["Jon Sampleton"], "oversight"


def test_looking_somebody_up_is_a_consultation_that_names_nobody(
    agencies: Agencies, session: Session, jon: Entity
) -> None:
    found(agencies, session, "Jon Sampleton")
    [*_, entry] = session.info["ledger"]
    assert entry["operation"] == "consultation"
    assert entry["purpose"] == "request 12"
    assert entry["details"]["entities"] == [jon.id]
    assert "Sampleton" not in str(entry)


def test_everything_held_is_shown(agencies: Agencies, session: Session, jon: Entity) -> None:
    aron = agencies.officer(session, "aron")
    [held] = subjects.find(session, aron, "XX00TST", "request 12", NOW).entities
    assert held.cases == ("LARCH",)
    assert held.names == ("Jon Sampleton",)
    assert [value for _, value in held.identifiers] == ["XX00TST"]
    assert held.category is Category.SUSPECT


def test_mentions_that_are_still_kept_are_counted(
    agencies: Agencies, session: Session, jon: Entity
) -> None:
    case = session.scalars(select(Case)).one()
    message = agencies.message(session, "XX00 TST")
    agencies.match(session, message, jon, case)
    aron = agencies.officer(session, "aron")
    assert subjects.find(session, aron, "XX00TST", "request 12", NOW).mentions == 1
    erasing.messages(session, [message], now=NOW)
    assert subjects.find(session, aron, "XX00TST", "request 12", NOW).mentions == 0


def test_what_is_restricted_says_so_until_released(
    agencies: Agencies, session: Session, jon: Entity
) -> None:
    aron = agencies.officer(session, "aron")
    subjects.restrict(session, aron, jon, "contested", NOW)
    assert jon.restricted_at == NOW
    subjects.release(session, aron, jon, "settled", NOW)
    assert jon.restricted_at is None
    with pytest.raises(UserError, match="needs a reason"):
        subjects.restrict(session, aron, jon, " ", NOW)


@pytest.mark.parametrize("who", ["ada", "bruno"])
def test_only_the_own_desk_changes_anything(
    agencies: Agencies, session: Session, jon: Entity, who: str
) -> None:
    officer = agencies.officer(session, who)
    with pytest.raises(NotAllowed):
        subjects.restrict(session, officer, jon, "contested", NOW)
    with pytest.raises(NotAllowed):
        subjects.tell(session, officer, jon, NOW)
    with pytest.raises(NotAllowed):
        subjects.correct(
            session, officer, jon, wrong="Jon Sampleton", right="X", reason="no", now=NOW
        )


def test_a_corrected_name_is_found_and_the_wrong_one_no_more(
    agencies: Agencies, session: Session, jon: Entity
) -> None:
    assert correct(agencies, session, jon, "Jon Sampleton", "Mara Testwell") == 2
    assert found(agencies, session, "Mara Testwell") == ["Mara Testwell"]
    assert found(agencies, session, "Jon Sampleton") == []


def test_a_corrected_identifier_is_unverified_until_somebody_checks(
    agencies: Agencies, session: Session, jon: Entity
) -> None:
    correct(agencies, session, jon, "XX00TST", "AB12CDE")
    assert found(agencies, session, "AB12 CDE") == ["Jon Sampleton"]
    assert found(agencies, session, "XX00 TST") == []
    assert session.scalars(select(Identifier.verified)).all() == [False]


def test_a_correction_of_what_is_not_there_changes_nothing(
    agencies: Agencies, session: Session, jon: Entity
) -> None:
    with pytest.raises(UserError, match="Nothing was changed"):
        correct(agencies, session, jon, "Somebody Else", "Mara Testwell")


def test_everybody_who_was_told_hears_in_private_and_without_a_name(
    agencies: Agencies, session: Session, jon: Entity
) -> None:
    case = session.scalars(select(Case)).one()
    row = told_of(agencies, session, jon, case, "bela")
    aron, bela = agencies.officer(session, "aron"), agencies.officer(session, "bela")
    informed = subjects.tell(session, aron, jon, NOW)
    assert (informed.told, informed.unreachable) == ((bela,), 0)
    assert row.corrected_at == NOW
    session.flush()
    notice = session.scalars(select(Delivery).where(Delivery.officer_id == bela.id)).one()
    assert (
        outbox.words_of(session, notice).text == "A correction to something you were told. [Open]"
    )
    opened = subjects.notice(session, bela, row.id, NOW).text
    assert "Tue 9 Mar, 09:00 (Lisbon)" in opened
    assert "+1 202 555 0101" in opened
    assert "Sampleton" not in opened


def test_a_room_is_told_through_the_other_agencies_desks(
    agencies: Agencies, session: Session, jon: Entity
) -> None:
    case = session.scalars(select(Case)).one()
    told_of(agencies, session, jon, case, "room")
    informed = subjects.tell(session, agencies.officer(session, "aron"), jon, NOW)
    assert [officer.slug for officer in informed.told] == ["bruno"]
    session.flush()
    assert not session.scalars(select(Delivery).where(Delivery.room_id.is_not(None))).all()


def test_whoever_was_not_told_opens_no_notice(
    agencies: Agencies, session: Session, jon: Entity
) -> None:
    case = session.scalars(select(Case)).one()
    row = told_of(agencies, session, jon, case, "bela")
    subjects.tell(session, agencies.officer(session, "aron"), jon, NOW)
    session.flush()
    for reader, number in (("bruno", row.id), ("bela", row.id + 1)):
        with pytest.raises(NotAllowed):
            subjects.notice(session, agencies.officer(session, reader), number, NOW)


def test_a_retired_recipient_is_told_through_the_desk(
    agencies: Agencies, session: Session, jon: Entity
) -> None:
    case = session.scalars(select(Case)).one()
    told_of(agencies, session, jon, case, "bela")
    agencies.officer(session, "bela").retired_at = NOW
    informed = subjects.tell(session, agencies.officer(session, "aron"), jon, NOW)
    assert [officer.slug for officer in informed.told] == ["bruno"]


def test_two_of_one_name_are_told_apart_by_reference(
    agencies: Agencies, session: Session, jon: Entity
) -> None:
    case = session.scalars(select(Case)).one()
    other = agencies.person(session, "Jon Sampleton", case)
    aron = agencies.officer(session, "aron")
    with pytest.raises(UserError, match=subjects.reference(other)):
        subjects.of_reference(session, aron, "Jon Sampleton", NOW)
    assert subjects.of_reference(session, aron, subjects.reference(other), NOW) is other


def test_what_was_corrected_is_not_told_again_and_what_was_corrected_back_is(
    agencies: Agencies, session: Session, jon: Entity
) -> None:
    told = entities.Known("Person", ["Jon Sampleton"], [entities.Hard(Label.PLATE, "XX00TST")])
    assert entities.as_corrected(session, jon, told) is told
    correct(agencies, session, jon, "Jon Sampleton", "John Sampleton")
    left = entities.as_corrected(session, jon, told)
    assert (left.names, left.identifiers) == ([], told.identifiers)
    correct(agencies, session, jon, "John Sampleton", "Jon Sampleton")
    assert entities.as_corrected(session, jon, told) is told
