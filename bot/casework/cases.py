"""Cases: opening, finding, showing, marking, granting, closing them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.casework import entities, quoting, spared
from bot.errors import NotAllowed, UserError
from bot.followup import prompts, stepin
from bot.governance import access, keys, ledger, markings, retention
from bot.governance.ledger import Operation
from bot.wording import casework as wording
from bot.wording import followup as questions
from bot.wording import matches as matches_wording
from storage import sealing
from storage.models import (
    Agency,
    Case,
    CaseState,
    Entity,
    EntityCase,
    Grant,
    Match,
    Mention,
    Message,
    Note,
    Officer,
    Prompt,
    PromptState,
    Recusal,
    Relation,
    Tlp,
)

REVIEW_AFTER = timedelta(days=365)


def find(session: Session, officer: Officer, code: str, now: datetime) -> Case:
    """The case this code names, if the officer may see it.

    Raises `NotAllowed` with one and the same text whether there is no such case or it is hidden.
    """
    return named(
        session, officer, code, lambda them: access.seen_among(session, officer, them, now)
    )


def named(
    session: Session,
    officer: Officer,
    code: str,
    known_of: Callable[[Sequence[Case]], Sequence[Case]],
) -> Case:
    """The case this code names among those that are *known of* to the officer; their own agency's
    first.

    Codes are an agency's own: two agencies may have the same without learning of it. Where a
    reader may know several, `birch/LARCH` says which. Raises `NotAllowed` with one and the same
    text whether there is no such case or it is hidden.
    """
    agency, _, plain = code.strip().rpartition("/")
    meant = select(Case).join(Agency, Agency.id == Case.agency_id).where(Case.code == plain.upper())
    if agency:
        meant = meant.where(Agency.slug == agency.casefold())
    known = known_of(session.scalars(meant.order_by(Agency.slug)).all())
    own = [case for case in known if case.agency_id == officer.agency_id]
    match own or known:
        case []:
            raise NotAllowed(wording.no_such_case(code))
        case [case]:
            return case
        case several:
            raise UserError(
                wording.which_case([f"{case.agency.slug}/{case.code}" for case in several])
            )


def open_case(
    session: Session,
    officer: Officer,
    code: str,
    *,
    title: str,
    purpose: str,
    now: datetime,
    marking: Tlp = Tlp.AMBER,
    review_on: date | None = None,
) -> Case:
    """Open a case for the officer's own agency. Field officers propose; desks open."""
    if not access.is_desk(officer):
        raise NotAllowed(wording.only_desks_open_cases())
    if not purpose.strip():
        raise UserError(wording.case_needs_purpose())
    if not markings.is_within(marking, officer.clearance):
        raise NotAllowed(wording.above_your_clearance(marking))
    wanted = code.strip().upper()
    if not wanted.replace("-", "").isalnum() or not 2 <= len(wanted) <= 24:
        raise UserError(wording.case_code_shape(code))
    taken = select(Case.id).where(Case.code == wanted, Case.agency_id == officer.agency_id)
    if session.scalar(taken) is not None:
        raise UserError(wording.case_code_taken(wanted))
    case = Case(
        code=wanted,
        agency_id=officer.agency_id,
        unit_id=officer.unit_id,
        owner_id=officer.id,
        marking=marking,
        opened_at=now,
        review_on=review_on or (now + REVIEW_AFTER).date(),
        key_id=keys.of_case(session, officer.agency),
    )
    sealing.seal(session, case, "title", title)
    sealing.seal(session, case, "purpose", purpose)
    session.add(case)
    session.flush()
    ledger.record(
        session, Operation.COLLECTION, now=now, actor=officer, case_id=case.id, subject="case",
        marking=marking, review_on=case.review_on.isoformat(),
    )  # fmt: skip
    retention.promise_review(session, case, now=now)
    return case


def note(
    session: Session,
    case: Case,
    officer: Officer | None,
    text: str,
    *,
    now: datetime,
    kind: str = "fact",
    mention_id: int | None = None,
    match_id: int | None = None,
    marking: Tlp | None = None,
) -> Note:
    """Write a line into the case's notebook: a fact, an assessment, a sighting, an outcome.

    Its marking is what it states of itself, unless *marking* says what it quotes, and no less
    strict than its case. TLP:RED is for named people, and a notebook is not.
    """
    if marking is None:
        marking = markings.stated(text) or case.marking
        _may_be_written(case, officer, marking)
    line = Note(
        case_id=case.id,
        officer_id=officer.id if officer else None,
        at=now,
        kind=kind,
        marking=markings.join([marking, case.marking]),
        mention_id=mention_id,
        match_id=match_id,
        key_id=sealing.keyring(session).mint(case.key_id),
    )
    sealing.seal(session, line, "text", text)
    session.add(line)
    session.flush()
    ledger.record(
        session, Operation.COLLECTION, now=now, actor=officer or ledger.SYSTEM, case_id=case.id,
        subject=f"note:{line.id}", kind=kind, marking=line.marking,
    )  # fmt: skip
    return line


def close(session: Session, case: Case, officer: Officer, *, now: datetime) -> None:
    """Close a case. Its owner agency's desk decides."""
    _own_desk(officer, case)
    if case.state is CaseState.CLOSED:
        raise UserError(wording.already_closed(case.code))
    case.state = CaseState.CLOSED
    case.closed_at = now
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, case_id=case.id, subject="case",
        state=case.state,
    )  # fmt: skip


def reopen(session: Session, case: Case, officer: Officer, *, now: datetime) -> None:
    """Open a closed case again."""
    _own_desk(officer, case)
    if case.state is CaseState.OPEN:
        raise UserError(wording.already_open(case.code))
    case.state = CaseState.OPEN
    case.closed_at = case.merged_into = None
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, case_id=case.id, subject="case",
        state=case.state,
    )  # fmt: skip


def mark(session: Session, case: Case, officer: Officer, marking: Tlp, *, now: datetime) -> None:
    """Change a case's marking. Its desk may raise it; only its owner lowers it."""
    _own_desk(officer, case)
    lowers = markings.is_within(marking, case.marking) and marking is not case.marking
    if lowers and case.owner_id != officer.id:
        raise NotAllowed(wording.only_originator_lowers())
    if not markings.is_within(marking, officer.clearance):
        raise NotAllowed(wording.above_your_clearance(marking))
    before, case.marking = case.marking, marking
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, case_id=case.id, subject="case",
        marking_before=before, marking=marking,
    )  # fmt: skip


def grant(
    session: Session,
    case: Case,
    officer: Officer,
    *,
    to: Officer | Agency,
    now: datetime,
    until: datetime | None = None,
) -> Grant:
    """Let another officer, or another agency's desks, see the case.

    Raises `UserError` for a grant by which nobody would see it: it might wake by itself one day.
    """
    _own_desk(officer, case)
    if not _could_see(session, case, to):
        name = to.name if isinstance(to, Officer) else to.title
        raise UserError(wording.grant_reaches_nobody(case.code, case.marking, name))
    given = Grant(
        case_id=case.id,
        officer_id=to.id if isinstance(to, Officer) else None,
        agency_id=to.id if isinstance(to, Agency) else None,
        granted_by=officer.id,
        granted_at=now,
        until=until,
    )
    session.add(given)
    session.flush()
    access.forget_foreseen(session)
    ledger.record(
        session, Operation.DISCLOSURE, now=now, actor=officer, case_id=case.id,
        subject=f"grant:{given.id}", to=to.slug, until=until,
    )  # fmt: skip
    return given


def _could_see(session: Session, case: Case, to: Officer | Agency) -> bool:
    """Whether a grant to them lets anybody see the case, as it is marked."""
    if isinstance(to, Agency) and case.marking is Tlp.RED:
        return False  # RED is for named people only.
    people = [to] if isinstance(to, Officer) else access.desk_officers(session, to.id)
    return any(access.reaches(case.marking, case.agency_id, each) for each in people)


def revoke(
    session: Session, case: Case, officer: Officer, whom: Officer | Agency, *, now: datetime
) -> int:
    """Take back every grant to *whom*. Returns how many there were."""
    _own_desk(officer, case)
    who = Grant.officer_id == whom.id if isinstance(whom, Officer) else Grant.agency_id == whom.id
    grants = list(
        session.scalars(
            select(Grant).where(Grant.case_id == case.id, who, Grant.revoked_at.is_(None))
        )
    )
    for given in grants:
        given.revoked_at = now
    access.forget_foreseen(session)
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, case_id=case.id,
        subject="grant", revoked=len(grants), whom=whom.slug,
    )  # fmt: skip
    return len(grants)


def recuse(session: Session, case: Case, officer: Officer, *, now: datetime) -> None:
    """Step aside from a case: asked nothing about it and shown nothing of it from now on.

    Others step in wherever a question about it is with them.
    """
    if access.is_recused(session, officer, case):
        return
    held = [each for each in prompts.open_for(session, officer) if each.case_id == case.id]
    session.add(Recusal(case_id=case.id, officer_id=officer.id, at=now))
    access.forget_foreseen(session)
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=officer, case_id=case.id,
        subject="recusal",
    )  # fmt: skip
    session.flush()
    stepin.for_prompts(
        session, held, officer, now=now, because=questions.because_stepped_in(), rests=False
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """A case as one reader may know it."""

    code: str
    title: str
    purpose: str
    agency: str
    desk: str
    marking: Tlp
    state: CaseState
    opened_at: datetime
    review_on: date
    entities: int
    open_prompts: int
    notes: Sequence[tuple[datetime, str, str]]


def show(session: Session, case: Case, officer: Officer, *, purpose: str, now: datetime) -> Summary:
    """A case for somebody who may see it; looking is recorded with its purpose."""
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=officer, case_id=case.id, subject="case",
        purpose=purpose,
    )  # fmt: skip
    notes = session.scalars(
        select(Note)
        .where(Note.case_id == case.id, Note.withdrawn_at.is_(None))
        .order_by(Note.at.desc(), Note.id.desc())
        .limit(8)
    )
    spare = quoting.sparing(session, case, officer)
    return Summary(
        code=case.code,
        title=spare(sealing.unseal_or(session, case, "title", wording.erased())),
        purpose=spare(sealing.unseal_or(session, case, "purpose", wording.erased())),
        agency=case.agency.title,
        desk=case.unit.title if case.unit else case.agency.title,
        marking=case.marking,
        state=case.state,
        opened_at=case.opened_at,
        review_on=case.review_on,
        entities=entities.counted(session, _told_of(case, officer)),
        open_prompts=session.scalar(
            select(func.count())
            .select_from(Prompt)
            .where(
                Prompt.case_id == case.id,
                Prompt.state.in_([PromptState.OPEN, PromptState.PAUSED]),
                # That something touched it in secret is its own agency's to know.
                or_(Prompt.kind != "hidden", Prompt.agency_id == officer.agency_id),
            )
        )
        or 0,
        notes=[
            (line.at, line.kind, spare(_read_by(session, case, line, officer))) for line in notes
        ],
    )


def things(session: Session, case: Case, reader: Officer, *, now: datetime) -> list[Entity]:
    """What stands in a case, by kind, as far as this reader may be told of it; looking is on
    record. What was found to be another that stands there too is listed as that other."""
    told_of = _told_of(case, reader).order_by(Entity.schema, Entity.id)
    listed = list(session.scalars(told_of))
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=reader, case_id=case.id, subject="case",
        purpose="list", shown=len(listed),
    )  # fmt: skip
    return listed


def _told_of(case: Case, reader: Officer) -> Select[Entity]:
    """What stands in a case for one reader: nobody who is spared from them, and nothing that is
    restricted, by itself or by what it was found to be."""
    whole, place = aliased(Entity), aliased(EntityCase)
    stands = exists().where(
        place.entity_id == whole.id, place.case_id == case.id, place.removed_at.is_(None)
    )
    is_told = and_(whole.restricted_at.is_(None), spared.not_from(reader, whole))
    return (
        entities.standing_in(case)
        .order_by(None)
        .outerjoin(whole, whole.id == Entity.merged_into)
        .where(
            Entity.restricted_at.is_(None),
            spared.not_from(reader),
            or_(whole.id.is_(None), and_(is_told, ~stands)),
        )
    )


def _read_by(session: Session, case: Case, line: Note, reader: Officer) -> str:
    """A line of the notebook, as far as its marking reaches."""
    if not may_read(session, case, line, reader):
        return matches_wording.not_yours_to_read(line.kind)
    return sealing.unseal_or(session, line, "text", wording.erased())


def may_read(session: Session, case: Case, line: Note, reader: Officer) -> bool:
    """Whether a line's marking reaches this reader. What quotes somebody is the owner's to read,
    and theirs who might have heard it."""
    author = session.get(Officer, line.officer_id) if line.officer_id else None
    # What was confirmed belongs to the case, whoever confirmed it.
    is_own = author is not None and line.mention_id is None
    from_agency_id = author.agency_id if author is not None and is_own else case.agency_id
    if not access.reaches(line.marking, from_agency_id, reader):
        return False
    match = session.get(Match, line.match_id) if line.match_id else None
    mention = session.get(Mention, line.mention_id) if line.mention_id else None
    if any(spared.from_reader(each, reader) for each in _told_of_in(session, line)):
        return False
    if (
        match is not None
        and mention is not None
        and spared.mention_from_reader(session, mention, match, reader)
    ):
        return False
    if mention is None or reader.agency_id == case.agency_id:
        return True
    return quoting.may_read(session, session.get_one(Message, mention.message_id), reader)


def _told_of_in(session: Session, line: Note) -> list[Entity]:
    """Of whom a line tells: whose sighting it is, or whom its tie is between."""
    match = session.get(Match, line.match_id) if line.match_id else None
    ids = [match.entity_id] if match is not None else []
    if line.kind == "tie":
        here = (Relation.case_id == line.case_id, Relation.note_id == line.id)
        for tie in session.scalars(select(Relation).where(*here)):
            ids += [tie.subject_id, tie.object_id]
    return [session.get_one(Entity, each) for each in ids]


def _may_be_written(case: Case, officer: Officer | None, marking: Tlp) -> None:
    if marking is Tlp.RED and case.marking is not Tlp.RED:
        raise UserError(wording.note_is_red(case.code))
    if officer is not None and not markings.is_within(marking, officer.clearance):
        raise NotAllowed(wording.above_your_clearance(marking))


def _own_desk(officer: Officer, case: Case) -> None:
    """Only the owner agency's desks decide about a case."""
    if not decides(officer, case):
        raise NotAllowed(wording.only_owner_desk(case.code))


def decides(officer: Officer, case: Case) -> bool:
    """Whether this officer decides about the case."""
    return officer.agency_id == case.agency_id and (
        access.is_desk(officer) or case.owner_id == officer.id
    )
