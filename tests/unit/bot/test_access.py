"""Who may be told what: unknown means no, and what counts is who is there now."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.conversation.messages import Words
from bot.governance import access
from bot.governance.access import Allowed, Decision
from storage.models import Act, Agency, Case, Delivery, Grant, Officer, Recusal, Role, Tlp
from tests.unit.bot.agencies import NOW, Agencies, account, open_agencies


@pytest.fixture(scope="module")
def agencies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agencies]:
    agencies = open_agencies(tmp_path_factory.mktemp("access"))
    yield agencies
    agencies.store.close()


@pytest.fixture
def session(agencies: Agencies) -> Iterator[Session]:
    with agencies.undone() as session:
        yield session


def sees(agencies: Agencies, session: Session, slug: str, case: Case) -> bool:
    return access.may_see(session, agencies.officer(session, slug), case, NOW)


def grant(
    session: Session, case: Case, to: Officer | None = None, *, days: int | None = None
) -> Grant:
    """To one officer, or to all of Birch."""
    birch = session.scalars(select(Agency.id).where(Agency.slug == "birch")).one()
    given = Grant(
        case_id=case.id,
        officer_id=to.id if to else None,
        agency_id=None if to else birch,
        granted_by=case.owner_id,
        granted_at=NOW,
        until=NOW + timedelta(days=days) if days is not None else None,
    )
    session.add(given)
    session.flush()
    return given


def decide(
    agencies: Agencies,
    session: Session,
    *,
    present: Sequence[str],
    marking: Tlp = Tlp.AMBER,
    cases: Sequence[Case] = (),
) -> Decision:
    """Whether these words may be said in the joint room while these people are in it."""
    room = agencies.room(session)
    outbox.say(
        session, key="words", room=room, words=Words("..."), now=NOW, marking=marking, cases=cases
    )
    session.flush()
    [delivery] = session.scalars(select(Delivery))
    return access.decide(session, delivery, [account(each) for each in present], room, NOW)


def test_a_case_is_its_own_units_and_desks_and_nobody_elses(
    agencies: Agencies, session: Session
) -> None:
    case = agencies.case(session)
    seen_by = {
        each for each in ("ada", "aron", "alma", "otis", "bela", "bruno")
        if sees(agencies, session, each, case)
    }  # fmt: skip
    assert seen_by == {"ada", "aron", "alma"}


def test_a_field_officer_of_another_unit_needs_a_grant(
    agencies: Agencies, session: Session
) -> None:
    case, ada = agencies.case(session), agencies.officer(session, "ada")
    ada.unit_id = None
    assert not sees(agencies, session, "ada", case)
    grant(session, case, ada)
    assert sees(agencies, session, "ada", case)


def test_nobody_sees_what_is_above_their_clearance(agencies: Agencies, session: Session) -> None:
    case = agencies.case(session)
    agencies.officer(session, "aron").clearance = Tlp.GREEN
    assert not sees(agencies, session, "aron", case), "not even its owner"


def test_a_grant_lets_the_other_agencys_desk_see_and_not_its_field(
    agencies: Agencies, session: Session
) -> None:
    case = agencies.case(session)
    grant(session, case)
    assert sees(agencies, session, "bruno", case)
    assert not sees(agencies, session, "bela", case)


def test_a_grant_ends(agencies: Agencies, session: Session) -> None:
    case = agencies.case(session)
    given = grant(session, case, days=1)
    bruno = agencies.officer(session, "bruno")
    assert access.may_see(session, bruno, case, NOW)
    assert not access.may_see(session, bruno, case, NOW + timedelta(days=1))
    given.until, given.revoked_at = None, NOW
    assert not access.may_see(session, bruno, case, NOW)


def test_red_is_for_named_people_only(agencies: Agencies, session: Session) -> None:
    case = agencies.case(session, owner="alma", marking=Tlp.RED)
    agencies.officer(session, "aron").clearance = Tlp.RED
    assert sees(agencies, session, "alma", case)
    assert not sees(agencies, session, "aron", case), "of the same desk, and not named"
    grant(session, case, agencies.officer(session, "aron"))
    assert sees(agencies, session, "aron", case)


def test_amber_strict_stays_in_its_agency_whoever_was_granted_it_before(
    agencies: Agencies, session: Session
) -> None:
    case = agencies.case(session)
    grant(session, case)
    grant(session, case, agencies.officer(session, "bruno"))
    assert sees(agencies, session, "bruno", case)
    case.marking = Tlp.AMBER_STRICT
    assert not sees(agencies, session, "bruno", case)
    assert sees(agencies, session, "aron", case)


@pytest.mark.parametrize("slug", ["aron", "ada"])
def test_who_stepped_aside_is_shown_nothing(
    agencies: Agencies, session: Session, slug: str
) -> None:
    case, officer = agencies.case(session), agencies.officer(session, slug)
    session.add(Recusal(case_id=case.id, officer_id=officer.id, at=NOW))
    assert not sees(agencies, session, slug, case)


def test_who_retired_and_what_is_erased_are_shown_to_nobody(
    agencies: Agencies, session: Session
) -> None:
    case = agencies.case(session)
    agencies.officer(session, "alma").retired_at = NOW
    assert not sees(agencies, session, "alma", case)
    assert access.officer_of(session, account("alma")) is None
    case.erased_at = NOW
    assert not sees(agencies, session, "aron", case)


def test_the_cases_somebody_sees_are_those_they_may_see(
    agencies: Agencies, session: Session
) -> None:
    mine, theirs = agencies.case(session, "ELM"), agencies.case(session, "OAK", owner="bruno")
    agencies.case(session, "YEW", owner="alma", marking=Tlp.RED)
    aron = agencies.officer(session, "aron")
    assert access.cases_seen(session, aron, NOW) == [mine]
    grant(session, theirs, aron)
    assert access.cases_seen(session, aron, NOW) == [mine, theirs]


def test_words_may_be_said_where_everybody_may_read_them(
    agencies: Agencies, session: Session
) -> None:
    assert decide(agencies, session, present=["ada", "bruno"]) == Allowed()


@pytest.mark.parametrize(
    ("present", "marking"),
    [
        (["ada", "stranger"], Tlp.GREEN),
        (["ada", "bela"], Tlp.AMBER_STRICT),
        (["aron"], Tlp.AMBER_STRICT),  # above the ceiling
        (["alma"], Tlp.RED),
    ],
)
def test_words_are_withheld_from_a_room_with_somebody_who_may_not_read_them(
    agencies: Agencies, session: Session, present: list[str], marking: Tlp
) -> None:
    assert decide(agencies, session, present=present, marking=marking) != Allowed()


def test_clear_words_may_be_read_by_strangers(agencies: Agencies, session: Session) -> None:
    agencies.room(session).default_marking = Tlp.CLEAR
    decided = decide(agencies, session, present=["ada", "stranger"], marking=Tlp.CLEAR)
    assert decided == Allowed()


def test_somebody_not_cleared_is_enough_to_withhold(agencies: Agencies, session: Session) -> None:
    agencies.officer(session, "bela").clearance = Tlp.GREEN
    assert decide(agencies, session, present=["ada", "bela"]) != Allowed()


def test_amber_strict_is_said_in_a_room_of_one_agency_only(
    agencies: Agencies, session: Session
) -> None:
    room = agencies.room(session)
    room.ceiling = Tlp.AMBER_STRICT
    for user in ("ada", "aron"):
        agencies.officer(session, user).clearance = Tlp.AMBER_STRICT
    decided = decide(agencies, session, present=["ada", "aron"], marking=Tlp.AMBER_STRICT)
    assert decided == Allowed()
    [delivery] = session.scalars(select(Delivery))
    mixed = [account("ada"), account("bruno")]
    assert access.decide(session, delivery, mixed, room, NOW) != Allowed()


def test_amber_is_among_the_rooms_agencies_and_green_for_the_community(
    agencies: Agencies, session: Session
) -> None:
    room = agencies.room(session)
    room.agencies = ["alder"]
    room.default_marking = Tlp.GREEN
    assert decide(agencies, session, present=["ada", "bruno"], marking=Tlp.GREEN) == Allowed()
    [delivery] = session.scalars(select(Delivery))
    delivery.marking = Tlp.AMBER
    mixed = [account("ada"), account("bruno")]
    assert access.decide(session, delivery, mixed, room, NOW) != Allowed()


def test_a_room_hears_of_a_case_only_while_everybody_in_it_may(
    agencies: Agencies, session: Session
) -> None:
    case = agencies.case(session)
    assert decide(agencies, session, present=["ada"], cases=[case]) == Allowed()
    [delivery] = session.scalars(select(Delivery))
    room = agencies.room(session)
    mixed = [account("ada"), account("bruno")]
    assert access.decide(session, delivery, mixed, room, NOW) != Allowed()
    grant(session, case)
    assert access.decide(session, delivery, mixed, room, NOW) == Allowed()
    room.carries = []
    assert access.decide(session, delivery, mixed, room, NOW) != Allowed()


@pytest.mark.parametrize("what", ["erased", "unknown"])
def test_what_is_gone_is_not_spoken_of(agencies: Agencies, session: Session, what: str) -> None:
    case = agencies.case(session)
    assert decide(agencies, session, present=["ada"], cases=[case]) == Allowed()
    [delivery] = session.scalars(select(Delivery))
    room = agencies.room(session)
    match what:
        case "erased":
            case.erased_at = NOW
        case _:
            delivery.case_ids = [4]
    assert access.decide(session, delivery, [account("ada")], room, NOW) != Allowed()


def test_red_is_said_in_no_room_whatever_its_ceiling(agencies: Agencies, session: Session) -> None:
    agencies.room(session).ceiling = Tlp.RED
    assert decide(agencies, session, present=["alma"], marking=Tlp.RED) != Allowed()


def test_nothing_is_said_in_a_room_that_is_no_longer_listed(
    agencies: Agencies, session: Session
) -> None:
    agencies.room(session).retired_at = NOW
    assert decide(agencies, session, present=["ada"], marking=Tlp.GREEN) != Allowed()


def test_a_raised_marking_withholds_what_was_queued_before(
    agencies: Agencies, session: Session
) -> None:
    case = agencies.case(session)
    grant(session, case)
    assert decide(agencies, session, present=["ada", "bruno"], cases=[case]) == Allowed()
    case.marking = Tlp.AMBER_STRICT
    [delivery] = session.scalars(select(Delivery))
    mixed = [account("ada"), account("bruno")]
    assert access.decide(session, delivery, mixed, agencies.room(session), NOW) != Allowed()


@pytest.mark.parametrize(
    ("present", "is_allowed"),
    [
        (["aron"], True),
        (["ada"], False),
        (["aron", "ada"], False),
        (["stranger"], False),
        ([], False),
    ],
)
def test_private_words_are_for_one_person_alone(
    agencies: Agencies, session: Session, present: list[str], is_allowed: bool
) -> None:
    aron = agencies.officer(session, "aron")
    outbox.tell(session, key="words", officer=aron, words=Words("..."), now=NOW)
    session.flush()
    [delivery] = session.scalars(select(Delivery))
    decided = access.decide(session, delivery, [account(each) for each in present], None, NOW)
    assert (decided == Allowed()) is is_allowed


def test_private_words_about_a_case_end_with_the_right_to_see_it(
    agencies: Agencies, session: Session
) -> None:
    case, aron = agencies.case(session), agencies.officer(session, "aron")
    outbox.tell(session, key="words", officer=aron, words=Words("..."), now=NOW, cases=[case])
    session.flush()
    [delivery] = session.scalars(select(Delivery))
    assert access.decide(session, delivery, [account("aron")], None, NOW) == Allowed()
    session.add(Recusal(case_id=case.id, officer_id=aron.id, at=NOW))
    assert access.decide(session, delivery, [account("aron")], None, NOW) != Allowed()
    delivery.case_ids, delivery.marking = [], Tlp.RED
    assert access.decide(session, delivery, [account("aron")], None, NOW) != Allowed()


def test_words_can_be_taken_back_whoever_came_in(agencies: Agencies, session: Session) -> None:
    decide(agencies, session, present=["ada"])
    [delivery] = session.scalars(select(Delivery))
    delivery.act = Act.RETRACT
    room = agencies.room(session)
    room.retired_at = NOW
    assert access.decide(session, delivery, [account("stranger")], room, NOW) == Allowed()


def test_a_withheld_words_reason_names_no_case(agencies: Agencies, session: Session) -> None:
    case = agencies.case(session)
    decided = decide(agencies, session, present=["ada", "bruno"], cases=[case])
    assert isinstance(decided, access.Withheld)
    assert case.code not in decided.why


def test_liaison_officers_and_heads_answer_for_an_agency(
    agencies: Agencies, session: Session
) -> None:
    desk = [
        slug
        for slug in ("ada", "aron", "alma", "otis")
        if access.is_desk(agencies.officer(session, slug))
    ]
    assert desk == ["aron", "alma"]
    assert access.has(agencies.officer(session, "otis"), Role.OVERSIGHT)
