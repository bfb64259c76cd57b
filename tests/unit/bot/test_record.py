"""A case's whole story for a court: complete, exact, and honest about what is withheld."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import judgements
from bot.casework.candidates import Reason
from bot.conversation import outbox
from bot.conversation.messages import Words
from bot.errors import NotAllowed, UserError
from bot.governance import erasing, ledger, record
from storage import sealing
from storage.models import (
    Case,
    Delivery,
    Evidence,
    Grant,
    Judgement,
    Match,
    MatchState,
    Note,
    Progress,
    Recusal,
    Tlp,
    Told,
    Verdict,
)
from tests.unit.bot.agencies import NOW, Agencies, open_agencies


@pytest.fixture(scope="module")
def agencies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agencies]:
    agencies = open_agencies(tmp_path_factory.mktemp("record"))
    yield agencies
    agencies.store.close()


@pytest.fixture
def session(agencies: Agencies) -> Iterator[Session]:
    with agencies.undone() as session:
        yield session


@pytest.fixture
def case(agencies: Agencies, session: Session) -> Case:
    """A case with a confirmed and a rejected match, and what was said about them."""
    case = agencies.case(session)
    person = agencies.person(session, "Jon Sampleton", case)
    first = agencies.message(session, "grey van XX00 TTS", event="e1")
    agencies.message(session, "grey van XX00 TST", event="e1", revision="2", kind="edited")
    confirmed = agencies.match(session, first, person, case)
    other = agencies.person(session, "Mara Testwell", case)
    rejected = agencies.match(session, first, other, case, state=MatchState.REJECTED)
    for match, verdict in ((confirmed, Verdict.SAME), (rejected, Verdict.DIFFERENT)):
        judged(agencies, session, match, case, verdict)
    aron = agencies.officer(session, "aron")
    outbox.tell(session, key="t", officer=aron, words=Words("Same vehicle?"), now=NOW, cases=[case])
    session.flush()
    said = session.scalars(select(Delivery).where(Delivery.key == "t")).one()
    said.progress, said.said_at = Progress.DONE, NOW
    sealing.seal(session, said, "present", '["aron"]')
    session.flush()
    return case


def judged(
    agencies: Agencies, session: Session, match: Match, case: Case, verdict: Verdict
) -> Judgement:
    judgements.keep_evidence(
        session, match, "case", case.key_id,
        [Reason("plate equal"), Reason("yours is red", against=True)],
    )  # fmt: skip
    judgement = Judgement(
        mention_id=match.mention_id,
        match_id=match.id,
        entity_id=match.entity_id,
        verdict=verdict,
        officer_id=agencies.officer(session, "aron").id,
        at=NOW + timedelta(minutes=4),
        trust="authenticated",
        checked="photo",
        key_id=sealing.keyring(session).mint(case.key_id),
    )
    session.add(judgement)
    session.flush()
    session.add(
        Told(judgement_id=judgement.id, officer_id=agencies.officer(session, "ada").id, at=NOW)
    )
    session.flush()
    return judgement


def told(agencies: Agencies, session: Session, case: Case, who: str = "aron") -> str:
    officer = agencies.officer(session, who)
    return record.record(session, case, officer, "trial 7 of 2027", NOW + timedelta(hours=1))


def test_it_tells_every_revision_match_and_judgement(
    agencies: Agencies, session: Session, case: Case
) -> None:
    story = told(agencies, session, case)
    for wanted in (
        "Case LARCH opened by Aron Vale: Grey vans on quay 7.",
        'Message 1 was written by Ada Quill in Joint harbour, TLP:AMBER: "grey van XX00 TTS"',
        'Message 1 was changed by Ada Quill in Joint harbour, TLP:AMBER: "grey van XX00 TST"',
        "it is confirmed now. For: plate equal. Against: yours is red.",
        "it is rejected now.",
        "Aron Vale judged match 1: the same [same, authenticated]. Checked: photo.",
        "Aron Vale judged match 2: not the same [different, authenticated].",
        "Ada Quill was told of match 1.",
    ):
        assert wanted in story
    assert "Nothing is withheld." in story


def test_it_quotes_the_bots_exact_words_and_who_was_present(
    agencies: Agencies, session: Session, case: Case
) -> None:
    story = told(agencies, session, case)
    assert 'The bot told Aron Vale, TLP:AMBER: "Same vehicle?"\n' in story


def test_it_runs_in_order_with_utc_times(agencies: Agencies, session: Session, case: Case) -> None:
    lines = [line[:20] for line in told(agencies, session, case).splitlines() if line[:2] == "20"]
    assert len(lines) > 8
    assert lines == sorted(lines)
    assert lines[0] == "2027-03-09 09:00:00Z"


def test_it_carries_the_digest_that_the_ledger_has(
    agencies: Agencies, session: Session, case: Case
) -> None:
    story = told(agencies, session, case)
    body, _, last = story.rpartition("\n\n")
    digest = last.split()[-1]
    assert hashlib.sha256(body.encode()).hexdigest() == digest
    [*_, entry] = session.info["ledger"]
    assert (entry["operation"], entry["purpose"]) == ("consultation", "trial 7 of 2027")
    assert entry["details"]["sha256"] == digest


def test_reading_needs_a_purpose(agencies: Agencies, session: Session, case: Case) -> None:
    with pytest.raises(UserError, match="needs a purpose"):
        record.record(session, case, agencies.officer(session, "aron"), " ", NOW)


@pytest.mark.parametrize(
    ("who", "may"),
    [("aron", True), ("alma", True), ("otis", True), ("ada", False), ("bruno", False)],
)
def test_only_the_owners_desk_and_oversight_read_it(
    agencies: Agencies, session: Session, case: Case, who: str, may: bool
) -> None:
    agency = agencies.officer(session, "bruno").agency_id
    session.add(Grant(case_id=case.id, agency_id=agency, granted_by=None, granted_at=NOW))
    session.flush()
    if may:
        assert told(agencies, session, case, who)
        return
    with pytest.raises(NotAllowed, match='I can show you no case "LARCH"'):
        told(agencies, session, case, who)


def test_who_stepped_aside_or_is_not_cleared_does_not_read_it(
    agencies: Agencies, session: Session, case: Case
) -> None:
    session.add(Recusal(case_id=case.id, officer_id=agencies.officer(session, "otis").id, at=NOW))
    agencies.officer(session, "alma").clearance = Tlp.GREEN
    session.flush()
    for who in ("otis", "alma"):
        with pytest.raises(NotAllowed):
            told(agencies, session, case, who)


@pytest.mark.parametrize(
    ("marking", "is_shown"), [(None, True), (Tlp.AMBER_STRICT, False), (Tlp.RED, False)]
)
def test_words_another_agency_kept_to_itself_are_withheld_and_counted(
    agencies: Agencies, session: Session, case: Case, marking: Tlp | None, is_shown: bool
) -> None:
    message = agencies.message(session, "the red van of Mara", by="bela", marking=marking)
    person = agencies.person(session, "Ben Placeholder", case)
    agencies.match(session, message, person, case)
    story = told(agencies, session, case)
    assert ("the red van of Mara" in story) is is_shown
    assert ("- 1 x words of another agency" in story) is not is_shown
    assert "Bela Stroud" not in story, "other agencies' officers are not named"


def test_words_said_where_we_were_not_are_withheld(
    agencies: Agencies, session: Session, case: Case
) -> None:
    message = agencies.message(session, "the red van of Mara", by="bela")
    agencies.match(session, message, agencies.person(session, "Ben Placeholder", case), case)
    agencies.room(session).agencies = ["birch"]
    assert "the red van of Mara" not in told(agencies, session, case)


def test_the_other_sides_evidence_is_withheld(
    agencies: Agencies, session: Session, case: Case
) -> None:
    match = session.scalars(select(Match).where(Match.case_id == case.id)).first()
    assert match is not None
    row = Evidence(
        match_id=match.id, side="author", reasons_sealed=b"",
        key_id=sealing.keyring(session).mint(agencies.agency(session, "birch").key_id),
    )  # fmt: skip
    row.reasons_sealed = sealing.sealed(
        session, row, "reasons", '[["their source says so", false]]'
    )
    session.add(row)
    session.flush()
    story = told(agencies, session, case)
    assert "their source says so" not in story
    assert "- 1 x evidence kept for another agency's side" in story


def test_words_that_name_another_case_are_withheld_from_who_may_not_see_it(
    agencies: Agencies, session: Session, case: Case
) -> None:
    secret = agencies.case(session, "YEW", owner="alma", marking=Tlp.RED)
    alma = agencies.officer(session, "alma")
    outbox.tell(
        session, key="two", officer=alma, words=Words("LARCH and YEW"), now=NOW,
        cases=[case, secret],
    )  # fmt: skip
    session.flush()
    assert "LARCH and YEW" not in told(agencies, session, case, "aron")
    assert "LARCH and YEW" in told(agencies, session, case, "alma")


def test_what_was_erased_is_said_to_be_erased(
    agencies: Agencies, session: Session, case: Case
) -> None:
    note = Note(
        case_id=case.id, officer_id=None, at=NOW, kind="fact",
        key_id=sealing.keyring(session).mint(case.key_id),
    )  # fmt: skip
    sealing.seal(session, note, "text", "He was seen")
    session.add(note)
    session.flush()
    assert "He was seen" in told(agencies, session, case)
    erasing.case(session, case, now=NOW)
    story = told(agencies, session, case)
    assert "He was seen" not in story
    assert "Case erased: nobody decided to keep it." in story
    assert "x erased: nobody decided to keep it" in story


def test_who_read_it_before_is_part_of_the_story(agencies: Agencies) -> None:
    with agencies.begin() as session:
        agencies.case(session, "ASH")
    with agencies.begin() as session:
        ash = session.scalars(select(Case).where(Case.code == "ASH")).one()
        record.record(session, ash, agencies.officer(session, "otis"), "inspection", NOW)
    with agencies.undone() as session:
        ash = session.scalars(select(Case).where(Case.code == "ASH")).one()
        assert (
            "Otis Fern looked at the record of ASH, for: inspection [ledger: consultation]"
            in told(agencies, session, ash)
        )
    with agencies.store.reading() as session:
        assert isinstance(ledger.verify(session), ledger.Verified)
