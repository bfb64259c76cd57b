"""What a look-up shows is a function of what its reader may see, and of nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.casework import (
    closer,
    commonness,
    entities,
    finding,
    linking,
    network,
    profiles,
    standing,
)
from bot.casework.sought import Passage
from bot.conversation.grammar import Asked
from bot.governance import access
from nlp.meaning import Tie
from nlp.spans import Label, Span
from storage import indexing
from storage.models import Case, Grant, Recusal, Tlp
from tests.faults.hidden import counted
from tests.house import pipeline
from tests.unit.bot.agencies import NOW, Agencies, open_agencies

PLATE = Span(0, 7, "XX00TST", Label.PLATE, None, "XX00TST", True, 0.9)
SLIP = Span(0, 7, "XX01TST", Label.PLATE, None, "XX01TST", True, 0.9)
MOST_QUESTIONS = 12
NAME = Span(0, 13, "Jon Sampleton", Label.PERSON, None, "Jon Sampleton", True, 0.9)


@pytest.fixture(scope="module")
def agencies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agencies]:
    agencies = open_agencies(tmp_path_factory.mktemp("finding"))
    yield agencies
    agencies.store.close()


@dataclass(frozen=True)
class Known:
    """A case that knows the plate and the name: whose, how marked, and who was let in or out."""

    owner: str
    marking: Tlp
    granted: bool
    recused: bool


worlds = st.lists(
    st.builds(
        Known,
        owner=st.sampled_from(["aron", "bruno"]),
        marking=st.sampled_from(list(Tlp)),
        granted=st.booleans(),
        recused=st.booleans(),
    ),
    max_size=5,
)
readers = st.sampled_from(["ada", "aron", "alma", "otis", "bela", "bruno"])


def furnished(agencies: Agencies, session: Session, world: list[Known], reader: str) -> list[Case]:
    cases = []
    for number, known in enumerate(world):
        case = agencies.case(session, f"CASE{number}", owner=known.owner, marking=known.marking)
        slug = "alder" if known.owner == "aron" else "birch"
        agencies.person(session, "Jon Sampleton", case, agency=slug, plate="XX00TST")
        officer = agencies.officer(session, reader)
        if known.granted:
            session.add(
                Grant(case_id=case.id, agency_id=officer.agency_id, granted_by=None, granted_at=NOW)
            )
        if known.recused:
            session.add(Recusal(case_id=case.id, officer_id=officer.id, at=NOW))
        cases.append(case)
    session.flush()
    return cases


quick = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(world=worlds, reader=readers)
@quick
def test_a_reader_finds_what_they_may_see_and_nothing_else(
    agencies: Agencies, world: list[Known], reader: str
) -> None:
    with agencies.undone() as session:
        cases = furnished(agencies, session, world, reader)
        officer = agencies.officer(session, reader)
        seen = {case.id for case in cases if access.may_see(session, officer, case, NOW)}
        for span in (PLATE, SLIP):
            found = finding.find(
                session, officer, Passage("", [span], None), purpose="a claim", now=NOW
            )
            assert {each.case.id for each in found} <= seen
        exact = finding.find(
            session, officer, Passage("", [PLATE], None), purpose="a claim", now=NOW
        )
        assert {each.case.id for each in exact} == seen
        named = finding.find(
            session, officer, Passage("", [NAME], None), purpose="a claim", now=NOW
        )
        assert {each.case.id for each in named} <= seen


@given(world=worlds, reader=readers)
@quick
def test_what_is_counted_and_related_is_what_a_reader_may_see(
    agencies: Agencies, world: list[Known], reader: str
) -> None:
    with agencies.undone() as session:
        cases = furnished(agencies, session, world, reader)
        officer = agencies.officer(session, reader)
        seen = {case.id for case in cases if access.may_see(session, officer, case, NOW)}
        hashed = entities.identifier_hash(indexing.of(session), Label.PLATE, "XX00TST")
        assert commonness.cases_with(session, hashed, officer, NOW) == len(seen)
        for case in cases:
            if case.id in seen:
                related = profiles.related(session, case, officer, now=NOW)
                assert {each.case.id for each in related} == seen - {case.id}


@pytest.mark.parametrize("many", [1, 40])
def test_what_relates_a_case_is_asked_at_once_however_much_stands_in_it(
    agencies: Agencies, many: int
) -> None:
    with agencies.undone() as session:
        case, other = agencies.case(session, "CASE0"), agencies.case(session, "CASE1")
        for number in range(many):
            agencies.person(session, f"Jon Sampleton{number}", case, plate=f"XX{number:02}TST")
        agencies.person(session, "Somebody Else", other, plate="XX00TST")
        session.flush()
        aron = agencies.officer(session, "aron")
        with counted(agencies.store) as spent:
            [related] = profiles.related(session, case, aron, now=NOW)
        assert related.case.id == other.id
        assert spent["question"] <= MOST_QUESTIONS


@given(world=worlds)
@quick
def test_the_machine_compares_with_all_of_them(agencies: Agencies, world: list[Known]) -> None:
    with agencies.undone() as session:
        cases = furnished(agencies, session, world, "ada")
        [[found]] = linking.find(session, [Passage("", [PLATE], None)])
        assert {each.case_id for each in found.candidates} == {case.id for case in cases}


def test_whom_a_reader_may_see_is_found_among_those_they_may_not(
    agencies: Agencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "MOST_COMPARED", 4)
    with agencies.undone() as session:
        hidden = agencies.case(session, "CASE0", owner="bruno")
        for _ in range(standing.MOST_COMPARED):
            agencies.person(session, "Jon Sampleton", hidden, agency="birch")
        ours = agencies.case(session, "CASE1")
        agencies.person(session, "Jon Sampelton", ours)
        aron = agencies.officer(session, "aron")
        [found] = finding.find(session, aron, Passage("", [NAME], None), purpose="a claim", now=NOW)
        assert found.case.id == ours.id


def test_a_profile_is_marked_as_the_strictest_of_its_ties(agencies: Agencies) -> None:
    with agencies.undone() as session:
        session.info["extract"] = pipeline().read
        case, officer = agencies.case(session, marking=Tlp.GREEN), agencies.officer(session, "aron")
        ends = [agencies.person(session, name, case) for name in ("Jon Sampleton", "Oda Lux")]
        said = agencies.message(session, "Jon Sampleton met Oda Lux", marking=Tlp.AMBER_STRICT)
        network.add(session, case, Tie.MET, (ends[0], ends[1]), officer, now=NOW, message=said)
        reply = closer.PROFILE.run(session, Asked(officer, "Oda Lux in LARCH", NOW))
        assert "Jon Sampleton" in reply.words.text
        assert reply.marking is Tlp.AMBER_STRICT
