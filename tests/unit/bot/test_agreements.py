"""Sharing agreements: what goes without asking, never more than was agreed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import linking
from bot.casework.sought import Passage
from bot.governance import agreements
from nlp.spans import Label, Span
from storage.models import Agreement, CaseState, Identifier, Recusal, Tlp
from tests.unit.bot.agencies import NOW, Agencies, open_agencies


@pytest.fixture(scope="module")
def agencies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agencies]:
    agencies = open_agencies(tmp_path_factory.mktemp("agreements"))
    yield agencies
    agencies.store.close()


@pytest.fixture
def session(agencies: Agencies) -> Iterator[Session]:
    with agencies.undone() as session:
        yield session


def agreed(
    agencies: Agencies,
    session: Session,
    *,
    giver: str = "alder",
    taker: str = "birch",
    label: Label = Label.PLATE,
    marking: Tlp = Tlp.AMBER,
    days: int = 0,
) -> str | None:
    found = agreements.applying(
        session,
        agencies.agency(session, giver).id,
        agencies.agency(session, taker).id,
        label,
        marking,
        NOW + timedelta(days=days),
    )
    return found.notice if found else None


def test_an_agreement_gives_what_it_says(agencies: Agencies, session: Session) -> None:
    assert agreed(agencies, session) == "contact"
    assert agreed(agencies, session, marking=Tlp.GREEN) == "contact"


def test_an_agreement_runs_one_way_for_its_labels_until_its_end(
    agencies: Agencies, session: Session
) -> None:
    assert agreed(agencies, session, giver="birch", taker="alder") is None
    assert agreed(agencies, session, label=Label.PERSON) is None
    assert agreed(agencies, session, days=297) == "contact", "its last day"
    assert agreed(agencies, session, days=299) is None


def test_a_retired_agreement_gives_nothing(agencies: Agencies, session: Session) -> None:
    session.scalars(select(Agreement)).one().retired_at = NOW
    assert agreed(agencies, session) is None


@pytest.mark.parametrize("marking", [Tlp.AMBER_STRICT, Tlp.RED])
def test_what_stays_in_its_agency_stays_whatever_was_agreed(
    agencies: Agencies, session: Session, marking: Tlp
) -> None:
    session.scalars(select(Agreement)).one().up_to = Tlp.RED
    assert agreed(agencies, session, marking=marking) is None


def test_of_two_agreements_the_one_that_tells_least_counts(
    agencies: Agencies, session: Session
) -> None:
    first = session.scalars(select(Agreement)).one()
    other = Agreement(
        slug="other",
        from_agency_id=first.from_agency_id,
        to_agency_id=first.to_agency_id,
        labels=[agreements.EVERY],
        up_to=Tlp.AMBER,
        notice="disclose",
        purpose="Harbour work",
        until=first.until,
    )
    session.add(other)
    session.flush()
    assert agreed(agencies, session) == "contact"
    assert agreed(agencies, session, label=Label.IBAN) == "disclose"
    other.notice = "silent"
    assert agreed(agencies, session) == "silent"


def preview(
    agencies: Agencies, session: Session, *, who: str = "alma", now: datetime = NOW
) -> list[str]:
    agreement = session.scalars(select(Agreement)).one()
    return agreements.preview(session, agreement, agencies.officer(session, who), now)


def test_a_preview_counts_what_would_go_today(agencies: Agencies, session: Session) -> None:
    assert "Nothing you hold today" in preview(agencies, session)[-1]
    case = agencies.case(session, "ELM")
    agencies.person(session, "Jon Sampleton", case, plate="XX00TST")
    silent = agencies.case(session, "OAK")
    agencies.person(session, "Mara Testwell", silent, plate="AB12CDE")
    silent.silent = True
    strict = agencies.case(session, "YEW", marking=Tlp.AMBER_STRICT)
    agencies.person(session, "Ben Placeholder", strict, plate="AB13CDE")
    session.flush()
    heading, *counted = preview(agencies, session)
    assert heading.endswith("Birch Police is given the desk number. Why: Harbour work")
    assert counted == ["1 plate in 1 case would be answered so today."]


def test_a_preview_counts_only_what_its_reader_may_see(
    agencies: Agencies, session: Session
) -> None:
    case = agencies.case(session, "ELM")
    agencies.person(session, "Jon Sampleton", case, plate="XX00TST")
    aron = agencies.officer(session, "aron")
    session.add(Recusal(case_id=case.id, officer_id=aron.id, at=NOW))
    session.flush()
    assert "1 plate in 1 case" in preview(agencies, session)[-1]
    assert "Nothing you hold today" in preview(agencies, session, who="aron")[-1]


def test_a_preview_counts_all_that_is_compared_with_and_no_more(
    agencies: Agencies, session: Session
) -> None:
    agreement = session.scalars(select(Agreement)).one()
    agreement.labels = [agreements.EVERY]
    case = agencies.case(session, "ELM")
    agencies.person(session, "Jon Sampleton", case, plate="XX00TST")
    case.state = CaseState.CLOSED
    session.flush()
    plate = Span(6, 14, "XX00 TST", Label.PLATE, value="XX00TST")
    [[finding]] = linking.find(session, [Passage("plate XX00 TST", [plate], None)])
    assert finding.candidates[0].is_verified
    assert preview(agencies, session)[1:] == ["1 plate in 1 case would be answered so today."]
    identifier = session.scalars(select(Identifier)).one()
    identifier.verified = False
    session.flush()
    assert "Nothing you hold today" in preview(agencies, session)[-1]


def test_a_preview_of_an_ended_agreement_says_that_it_ended(
    agencies: Agencies, session: Session
) -> None:
    later = NOW + timedelta(days=400)
    assert "nothing goes" in preview(agencies, session, now=later)[-1]
