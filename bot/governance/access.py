"""Who may be told what. Unknown means no."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import String, bindparam, cast, or_, select
from sqlalchemy.orm import Session

from bot.conversation.messages import AccountRef
from bot.governance import markings
from storage.among import among
from storage.models import (
    Account,
    Act,
    Case,
    Delivery,
    Grant,
    Officer,
    Presence,
    Recusal,
    Role,
    Room,
    Tlp,
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """These words may be said to these people now."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """These words may not be said now. `why` names no case."""

    why: str


Decision = Allowed | Withheld


def officer_of(session: Session, account: AccountRef) -> Officer | None:
    """The officer who owns this log-in, if the directory knows one and has not retired them."""
    found = session.scalar(
        _OFFICER_OF, {"platform": account.platform, "home": account.home, "user": account.user}
    )
    return found if found is not None and found.retired_at is None else None


def slug_of(session: Session, account: AccountRef) -> str | None:
    """What the directory calls the officer who owns this log-in."""
    officer = officer_of(session, account)
    return officer.slug if officer is not None else None


class Author(NamedTuple):  # a tuple and not a row: every message that is heard needs one
    """As much of an officer as is needed to keep what they say."""

    id: int
    agency_id: int


def authors_of(
    session: Session, platform: str, accounts: Collection[AccountRef]
) -> dict[AccountRef, Author | None]:
    """Who owns these log-ins of one platform, as `officer_of`, with one question for all."""
    found: dict[AccountRef, Author | None] = dict.fromkeys(accounts)
    users = list({account.user for account in accounts})
    for home, user, officer_id, agency_id in session.execute(
        _AUTHORS, {"platform": platform, "users": users}
    ):
        account = AccountRef(platform, home, user)
        if account in found:
            found[account] = Author(officer_id, agency_id)
    return found


def may_see(session: Session, officer: Officer, case: Case, now: datetime) -> bool:
    """Whether this officer may be told of this case: cleared, needing to know, not recused."""
    return bool(who_may_see(session, [officer], case, now))


def who_may_see(
    session: Session, officers: Sequence[Officer], case: Case, now: datetime
) -> list[Officer]:
    """As `may_see`, for many officers: those who may be told of this case."""
    if case.erased_at is not None or not officers:
        return []
    rights = _rights(session, case, now)
    return [officer for officer in officers if _may_see(officer, case, rights)]


def seen_among(
    session: Session, officer: Officer, cases: Collection[Case], now: datetime
) -> list[Case]:
    """As `may_see`, for many cases: those of these that this officer may be told of.

    However many they are, and where there is none, it takes the same questions: how long somebody
    waits tells nothing of what is hidden from them.
    """
    known = _foreseen(session).rights
    rights = {**known, **_rights_of(session, [each.id for each in cases if each.id not in known])}
    return [
        case
        for case in cases
        if case.erased_at is None and _may_see(officer, case, rights[case.id].at(now))
    ]


def reaches(marking: Tlp, from_agency_id: int | None, officer: Officer) -> bool:
    """Whether words so marked may come to this officer at all: cleared, and TLP:AMBER+STRICT in
    the agency whose words they are. Nobody's words, such as an answer to oneself, are not held up.
    """
    if officer.retired_at is not None or not markings.is_within(marking, officer.clearance):
        return False
    stays = marking is Tlp.AMBER_STRICT and from_agency_id is not None
    return not stays or officer.agency_id == from_agency_id


def room_may_see(
    session: Session, room: Room, case: Case, present: Sequence[Officer | None], now: datetime
) -> bool:
    """Whether a case may be named in this room, before the people who are in it."""
    if room.retired_at is not None or case.erased_at is not None or not carries(room, case):
        return False
    if not markings.is_within(case.marking, room.ceiling) or case.marking is Tlp.RED:
        return False
    rights = _rights(session, case, now)
    for officer in present:
        if officer is None or not markings.is_within(case.marking, officer.clearance):
            return False
        if officer.id in rights.recused:
            return False
        if officer.agency_id == case.agency_id:
            continue
        if case.marking is Tlp.AMBER_STRICT:
            return False
        if officer.agency_id not in rights.agencies and officer.id not in rights.officers:
            return False
    return True


def cases_seen(session: Session, officer: Officer, now: datetime) -> list[Case]:
    """Every case this officer may be told of."""
    granted = select(Grant.case_id).where(
        or_(Grant.officer_id == officer.id, Grant.agency_id == officer.agency_id),
        Grant.revoked_at.is_(None),
    )
    own = select(Case).where(
        or_(Case.agency_id == officer.agency_id, Case.id.in_(granted)), Case.erased_at.is_(None)
    )
    return seen_among(session, officer, session.scalars(own.order_by(Case.code)).all(), now)


def rooms_of(session: Session, officer: Officer) -> Sequence[Room]:
    """The rooms in which this officer was last seen."""
    return session.scalars(_ROOMS_OF, {"officer_id": officer.id}).all()


def cases_by_code(session: Session, officer: Officer, now: datetime) -> list[tuple[Case, Room]]:
    """The cases of which this officer may read no more than the code, in the room that names it."""
    found: dict[int, tuple[Case, Room]] = {}
    for room in session.scalars(_ROOMS_OF, {"officer_id": officer.id}):
        codes = {each.rpartition("/")[2] for each in room.carries}
        present = present_in(session, room) if codes else ()
        for case in session.scalars(select(Case).where(Case.code.in_(codes)).order_by(Case.id)):
            is_named = room_may_see(session, room, case, present, now)
            if is_named and not may_see(session, officer, case, now):
                found.setdefault(case.id, (case, room))
    return sorted(found.values(), key=lambda each: each[0].code)


def decide(
    session: Session,
    delivery: Delivery,
    present: Sequence[AccountRef],
    room: Room | None,
    now: datetime,
) -> Decision:
    """May these words be said to the people who would read them at this moment?"""
    if delivery.act is Act.RETRACT:
        return Allowed()  # It says nothing, and takes back what should not be read.
    officers = [officer_of(session, account) for account in present]
    cases = [session.get(Case, case_id) for case_id in delivery.case_ids]
    if room is not None:
        return _decide_room(session, delivery, officers, cases, room, now)
    if len(officers) != 1 or officers[0] is None or officers[0].id != delivery.officer_id:
        return Withheld("the private room is not this officer's alone")
    officer = officers[0]
    if not markings.is_within(delivery.marking, officer.clearance):
        return Withheld("the officer is not cleared for the marking")
    if not reaches(delivery.marking, delivery.from_agency_id, officer):
        return Withheld("TLP:AMBER+STRICT stays in one agency")
    if any(case is None or not may_see(session, officer, case, now) for case in cases):
        return Withheld("the officer may no longer be told of this")
    return Allowed()


def carries(room: Room, case: Case) -> bool:
    """Whether the directory lets this room carry the case: `CODE`, or `agency/CODE`."""
    return case.code in room.carries or f"{case.agency.slug}/{case.code}" in room.carries


def present_in(session: Session, room: Room) -> list[Officer | None]:
    """Who was last seen in the room; `None` stands for somebody the directory does not know."""
    return present_in_all(session, [room])[room.id]


def present_in_all(session: Session, rooms: Collection[Room]) -> Mapping[int, list[Officer | None]]:
    """As `present_in`, with one question for many rooms; they may be asked for singly then."""
    seen: dict[int, list[Officer | None]] = session.info.setdefault("present", {})
    wanted = {room.id for room in rooms} - seen.keys()
    if wanted:
        seen.update((room_id, []) for room_id in wanted)
        for room_id, officer in session.execute(_PRESENT, {"rooms": wanted}):
            seen[room_id].append(_in_service(officer))
    return seen


def _in_service(officer: Officer | None) -> Officer | None:
    return officer if officer is not None and officer.retired_at is None else None


def forget_present(session: Session) -> None:
    """Look again who is in the rooms: somebody came or went in this very unit of work."""
    session.info.pop("present", None)


@contextmanager
def foreseen(session: Session, cases: Collection[Case]) -> Iterator[None]:
    """While this lasts, who may see these cases and who answers for an agency is asked once.

    Whatever changes either calls `forget_foreseen`.
    """
    session.info["foreseen"] = _Foreseen({}, {}, {})
    try:
        foresee(session, cases)
        yield
    finally:
        forget_foreseen(session)


def foresee(session: Session, cases: Collection[Case]) -> None:
    """Ask who may see these cases too, while things are `foreseen`."""
    known = _foreseen(session).rights
    if unknown := [case.id for case in cases if case.id not in known]:
        known.update(_rights_of(session, unknown))


def forget_foreseen(session: Session) -> None:
    """Look again at everything: something may have changed in this very unit of work."""
    session.info.pop("foreseen", None)


def desk_officers(session: Session, agency_id: int) -> Sequence[Officer]:
    """The officers who answer for this agency."""
    known = _foreseen(session).desks
    if agency_id not in known:
        known[agency_id] = session.scalars(_DESK_OFFICERS, {"agency_id": agency_id}).all()
    return known[agency_id]


def platform_of(session: Session, officer: Officer) -> str | None:
    """Where this officer is told things."""
    known = _foreseen(session).platforms
    if officer.id not in known:
        known[officer.id] = session.scalar(_PLATFORM_OF, {"officer_id": officer.id})
    return known[officer.id]


def is_desk(officer: Officer) -> bool:
    """Whether this officer answers for an agency: a liaison officer or a head."""
    return Role.LIAISON in officer.roles or Role.HEAD in officer.roles


def has(officer: Officer, role: Role) -> bool:
    return role in officer.roles


def is_recused(session: Session, officer: Officer, case: Case) -> bool:
    return (
        session.scalar(
            select(Recusal.id).where(Recusal.case_id == case.id, Recusal.officer_id == officer.id)
        )
        is not None
    )


def _decide_room(
    session: Session,
    delivery: Delivery,
    officers: Sequence[Officer | None],
    cases: Sequence[Case | None],
    room: Room,
    now: datetime,
) -> Decision:
    if room.retired_at is not None:
        return Withheld("the room is no longer listed")
    if delivery.marking is Tlp.RED:
        return Withheld("TLP:RED goes to named people in private only")
    if not markings.is_within(delivery.marking, room.ceiling):
        return Withheld("the room's ceiling is below the marking")
    for officer in officers:
        why = _withheld_from(officer, delivery, room)
        if why is not None:
            return Withheld(why)
    if delivery.marking is Tlp.AMBER_STRICT and _agencies(officers, cases, delivery) > 1:
        return Withheld("TLP:AMBER+STRICT stays in one agency")
    if any(case is None or not room_may_see(session, room, case, officers, now) for case in cases):
        return Withheld("the room may no longer be told of this")
    return Allowed()


def _withheld_from(officer: Officer | None, delivery: Delivery, room: Room) -> str | None:
    """Why one person who is in the room may not read this; `None` when they may."""
    if officer is None:
        if delivery.marking is Tlp.CLEAR:
            return None
        return "somebody is in the room whom the directory does not know"
    if not markings.is_within(delivery.marking, officer.clearance):
        return "somebody is in the room who is not cleared for the marking"
    # GREEN is for the community; what is stricter, for the room's own agencies.
    if (
        not markings.is_within(delivery.marking, Tlp.GREEN)
        and officer.agency.slug not in room.agencies
    ):
        return "somebody is in the room whose agency it is not for"
    return None


def _agencies(
    officers: Sequence[Officer | None], cases: Sequence[Case | None], delivery: Delivery
) -> int:
    """How many agencies would share this."""
    concerned = {officer.agency_id for officer in officers if officer is not None}
    concerned |= {case.agency_id for case in cases if case is not None}
    if delivery.agency_id is not None:
        concerned.add(delivery.agency_id)
    return len(concerned)


def _may_see(officer: Officer, case: Case, rights: "_Now") -> bool:
    if officer.retired_at is not None or officer.id in rights.recused:
        return False
    if not markings.is_within(case.marking, officer.clearance):
        return False
    is_ours = officer.agency_id == case.agency_id
    if case.marking is Tlp.AMBER_STRICT and not is_ours:
        return False  # Whoever was granted it before must not outlive the stricter marking.
    if case.owner_id == officer.id or officer.id in rights.officers:
        return True
    if case.marking is Tlp.RED:
        return False  # RED is for named people only.
    if is_ours:
        return is_desk(officer) or (case.unit_id is not None and case.unit_id == officer.unit_id)
    return is_desk(officer) and officer.agency_id in rights.agencies


class _Grant(NamedTuple):
    """To whom a case is granted, and until when if it ends."""

    officer_id: int | None
    agency_id: int | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class _Rights:
    """Who steps aside from a case, and to whom it is granted."""

    recused: frozenset[int]
    granted: tuple[_Grant, ...]

    def at(self, now: datetime) -> "_Now":
        """Who has them at this moment."""
        running = [each for each in self.granted if each.until is None or each.until > now]
        return _Now(
            self.recused,
            frozenset(each.officer_id for each in running),
            frozenset(each.agency_id for each in running),
        )


class _Now(NamedTuple):
    """As `_Rights`, at one moment."""

    recused: frozenset[int]
    officers: frozenset[int | None]
    agencies: frozenset[int | None]


class _Foreseen(NamedTuple):
    """What was looked up for a while."""

    rights: dict[int, _Rights]
    desks: dict[int, Sequence[Officer]]
    platforms: dict[int, str | None]


def _foreseen(session: Session) -> _Foreseen:
    known: _Foreseen | None = session.info.get("foreseen")
    return known if known is not None else _Foreseen({}, {}, {})


def _rights(session: Session, case: Case, now: datetime) -> _Now:
    known = _foreseen(session).rights.get(case.id) or _rights_of(session, [case.id])[case.id]
    return known.at(now)


def _rights_of(session: Session, case_ids: Sequence[int]) -> dict[int, _Rights]:
    recused: dict[int, set[int]] = {case_id: set() for case_id in case_ids}
    granted: dict[int, list[_Grant]] = {case_id: [] for case_id in case_ids}
    for case_id, officer_id in session.execute(_RECUSED, {"cases": case_ids}):
        recused[case_id].add(officer_id)
    for case_id, officer, agency, until in session.execute(_GRANTED, {"cases": case_ids}):
        granted[case_id].append(_Grant(officer, agency, until))
    return {
        case_id: _Rights(frozenset(recused[case_id]), tuple(granted[case_id]))
        for case_id in case_ids
    }


_OFFICER_OF = (
    select(Officer)
    .join(Account, Account.officer_id == Officer.id)
    .where(
        Account.platform == bindparam("platform"),
        Account.home == bindparam("home"),
        Account.user == bindparam("user"),
    )
)
_AUTHORS = (
    select(Account.home, Account.user, Officer.id, Officer.agency_id)
    .join(Officer, Officer.id == Account.officer_id)
    .where(
        Account.platform == bindparam("platform"),
        Account.user.in_(bindparam("users", expanding=True)),
        Officer.retired_at.is_(None),
    )
)
# An agency has many officers in the field and few who answer for it.
_ROLES = cast(Officer.roles, String)
_DESK_OFFICERS = (
    select(Officer)
    .where(
        Officer.agency_id == bindparam("agency_id"),
        Officer.retired_at.is_(None),
        or_(_ROLES.contains(Role.LIAISON.value), _ROLES.contains(Role.HEAD.value)),
    )
    .order_by(Officer.slug)
)
_PLATFORM_OF = (
    select(Account.platform)
    .where(Account.officer_id == bindparam("officer_id"))
    .order_by(Account.id)
    .limit(1)
)
_ROOMS_OF = (
    select(Room)
    .join(Presence, Presence.room_id == Room.id)
    .join(
        Account,
        (Account.platform == Room.platform)
        & (Account.home == Presence.home)
        & (Account.user == Presence.user),
    )
    .where(Account.officer_id == bindparam("officer_id"), Room.retired_at.is_(None))
    .order_by(Room.slug)
)
_PRESENT = (
    select(Presence.room_id, Officer)
    .join(Room, Room.id == Presence.room_id)
    .outerjoin(
        Account,
        (Account.platform == Room.platform)
        & (Account.home == Presence.home)
        & (Account.user == Presence.user),
    )
    .outerjoin(Officer, Officer.id == Account.officer_id)
    .where(among(Presence.room_id, "rooms"))
    .order_by(Presence.id)
)
_RECUSED = select(Recusal.case_id, Recusal.officer_id).where(
    Recusal.case_id.in_(bindparam("cases", expanding=True))
)
_GRANTED = select(Grant.case_id, Grant.officer_id, Grant.agency_id, Grant.until).where(
    Grant.case_id.in_(bindparam("cases", expanding=True)), Grant.revoked_at.is_(None)
)
