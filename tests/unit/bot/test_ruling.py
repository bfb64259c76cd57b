"""What a case's own rule links, and what it leaves to a person."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import ruled
from bot import questions
from bot.casework import calibration, entities, judgements, linking, matching, ruling, watches
from bot.casework.sought import Passage
from bot.conversation.messages import Trust
from bot.governance import erasing
from nlp.pipeline import Text
from nlp.spans import Label
from storage.models import (
    Case,
    CaseState,
    Category,
    Entity,
    Judgement,
    LinkRule,
    Match,
    MatchState,
    Mention,
    Note,
    Tlp,
    Verdict,
)
from tests.house import pipeline, policy
from tests.unit.bot.agencies import NOW, Agencies, open_agencies

PLATE = "XX00TST"


@pytest.fixture(scope="module")
def agencies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agencies]:
    agencies = open_agencies(tmp_path_factory.mktemp("ruling"))
    yield agencies
    agencies.store.close()


@pytest.fixture
def session(agencies: Agencies) -> Iterator[Session]:
    with agencies.undone() as session:
        session.info |= {"policy": policy(), "kinds": questions.KINDS}
        yield session


@pytest.fixture
def larch(agencies: Agencies, session: Session) -> Case:
    """A case of Alder's with the rule, that knows a plate."""
    case = agencies.case(session)
    agencies.person(session, "Tobias Krantz", case, plate=PLATE)
    ruling.turn_on(session, case, agencies.officer(session, "aron"), "it is watched", now=NOW)
    return case


def linked(
    agencies: Agencies, session: Session, text: str, *, by: str = "bela", marking: Tlp | None = None
) -> list[Match]:
    """What the rule links of what somebody says."""
    [reading] = pipeline().read([Text(text)])
    room = agencies.room(session)
    message = agencies.message(session, text, by=by, marking=marking)
    passage = Passage(text, reading.spans, room, relations=reading.relations)
    [findings] = linking.find(session, [passage])
    heard = matching.Heard(message, agencies.officer(session, by), room, findings)
    [kept] = matching.match(session, [heard], now=NOW)
    return list(kept.linked)


def state(session: Session) -> list[MatchState]:
    return list(session.scalars(select(Match.state)))


def test_what_is_verified_joins_without_a_person(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    [match] = linked(agencies, session, "plate XX00 TST on quay 7")
    assert match.state is MatchState.CONFIRMED
    [judgement] = session.scalars(select(Judgement)).all()
    assert judgement.officer_id is None
    assert judgement.rule_id == ruling.in_force(session, [larch.id])[larch.id].id
    assert calibration.decided(session, agencies.agency(session)) == []


@pytest.mark.parametrize(
    "words",
    [
        "it was not XX00 TST",
        "he claims it was XX00 TST",
        "XX00 TST came by. No, it was not XX00 TST",
        "plate XX0? TST",
        "plate XXO0 TST",
        "Tobias Krantz came by",
    ],
)
def test_what_is_denied_heard_of_partly_read_or_a_name_is_left_to_a_person(
    agencies: Agencies, session: Session, larch: Case, words: str
) -> None:
    assert linked(agencies, session, words) == []
    assert MatchState.CONFIRMED not in state(session)


@pytest.mark.parametrize("words", ["It was not {}", "He claims it was {}"])
def test_what_is_denied_of_a_thing_stays_so_beside_what_is_plainly_said_of_it(
    agencies: Agencies, session: Session, larch: Case, words: str
) -> None:
    plates = [entities.Hard(Label.PLATE, f"XX0{number}TST") for number in (2, 3)]
    known = entities.Known("Vehicle", identifiers=plates)
    entities.add(session, agencies.agency(session), known, now=NOW, case=larch)
    said = f"plate XX02 TST on quay 7. {words.format('plate XX03 TST')}"
    [match] = linked(agencies, session, said)
    assert session.get_one(Mention, match.mention_id).negated is False
    assert sorted(state(session)) == [MatchState.CONFIRMED, MatchState.SUGGESTED]


def everywhere(agencies: Agencies, session: Session, larch: Case) -> None:
    entity = session.scalars(select(Entity)).one()
    for number in range(4):
        entities.put_into(session, entity, agencies.case(session, f"ELM{number}"), now=NOW)


def another_bears_it(agencies: Agencies, session: Session, larch: Case) -> None:
    agencies.person(session, "Jon Hale", agencies.case(session, "ELM"), plate=PLATE)


def spared_now(agencies: Agencies, session: Session, larch: Case) -> None:
    session.scalars(select(Entity)).one().category = Category.WITNESS


def never_checked(agencies: Agencies, session: Session, larch: Case) -> None:
    known = entities.Known(
        "Vehicle", identifiers=[entities.Hard(Label.PLATE, "XX01TST", verified=False)]
    )
    entities.add(session, agencies.agency(session), known, now=NOW, case=larch)


def unread_by_owner(agencies: Agencies, session: Session, larch: Case) -> None:
    agencies.officer(session, "aron").clearance = Tlp.GREEN


def closed(agencies: Agencies, session: Session, larch: Case) -> None:
    larch.state = CaseState.CLOSED


def muted(agencies: Agencies, session: Session, larch: Case) -> None:
    [reading] = pipeline().read([Text("plate XX00 TST")])
    aron = agencies.officer(session, "aron")
    watches.watch(
        session, aron, reading.spans[0], purpose="ours", until=agencies.now.replace(year=2028),
        now=NOW, is_mute=True,
    )  # fmt: skip


def questioned(agencies: Agencies, session: Session, larch: Case) -> None:
    [match] = linked(agencies, session, "plate XX00 TST")
    [judgement] = judgements.standing(session, match)
    judgements.undo(session, judgement, agencies.officer(session, "aron"), now=NOW)


def doubted(agencies: Agencies, session: Session, larch: Case) -> None:
    [match] = linked(agencies, session, "plate XX00 TST")
    judgements.judge(
        session, match, agencies.officer(session, "aron"), Verdict.DIFFERENT, now=NOW,
        trust=Trust.AUTHENTICATED,
    )  # fmt: skip


def turned_off(agencies: Agencies, session: Session, larch: Case) -> None:
    ruling.turn_off(session, larch, agencies.officer(session, "aron"), "", now=NOW)


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (everywhere, "plate XX00 TST"),
        (another_bears_it, "plate XX00 TST"),
        (spared_now, "plate XX00 TST"),
        (never_checked, "plate XX01 TST"),
        (unread_by_owner, "plate XX00 TST"),
        (closed, "plate XX00 TST"),
        (muted, "plate XX00 TST"),
        (questioned, "plate XX00 TST"),
        (doubted, "plate XX00 TST"),
        (turned_off, "plate XX00 TST"),
    ],
)
def test_what_is_not_beyond_doubt_is_left_to_a_person(
    agencies: Agencies,
    session: Session,
    larch: Case,
    happens: Callable[[Agencies, Session, Case], None],
    words: str,
) -> None:
    happens(agencies, session, larch)
    assert linked(agencies, session, words) == []


def test_what_another_agency_knows_changes_nothing(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    theirs = agencies.case(session, "ROWAN", owner="bruno")
    agencies.person(session, "Jon Hale", theirs, agency="birch", plate=PLATE)
    assert [each.case_id for each in linked(agencies, session, "plate XX00 TST")] == [larch.id]


def test_what_stays_in_another_agency_is_not_linked(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    assert linked(agencies, session, "plate XX00 TST", marking=Tlp.AMBER_STRICT) == []


def test_what_the_owner_is_not_cleared_to_read_is_left_to_a_person(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    said = "plate XX00 TST"
    assert len(linked(agencies, session, said, by="ada", marking=Tlp.AMBER_STRICT)) == 1
    agencies.officer(session, "aron").clearance = Tlp.AMBER
    assert linked(agencies, session, said, by="ada", marking=Tlp.AMBER_STRICT) == []


def test_a_list_is_no_sighting(agencies: Agencies, session: Session, larch: Case) -> None:
    plates = [f"XX{number}" for number in range(40, 41 + ruling.MOST_LINKED)]
    for plate in plates:
        agencies.person(session, f"Owner of {plate}", larch, plate=f"{plate}TST")
    said = [f"plate {plate} TST" for plate in plates]
    assert linked(agencies, session, ", ".join(said)) == []
    assert len(linked(agencies, session, ", ".join(said[1:]))) == ruling.MOST_LINKED


def test_erasing_a_case_erases_why_its_rule_was_turned_on(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    erasing.case(session, larch, now=NOW)
    assert session.scalars(select(LinkRule.reason_sealed)).all() == [None]
    assert session.scalars(select(Note.text_sealed)).all() == [None]


def test_in_a_made_up_world_the_rule_links_what_is_meant_and_nothing_else(
    agencies: Agencies, session: Session
) -> None:
    found = ruled.measure(agencies, session, 60)
    assert found.wrong == 0
    assert found.right > 4 * found.left
