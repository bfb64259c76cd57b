"""Words waiting to be said, each under a key that is never said twice."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, select
from sqlalchemy.orm import Session

from bot.conversation.messages import Words
from bot.governance import access, keys, markings
from storage import sealing
from storage.errors import Erased
from storage.models import Act, Case, Delivery, Officer, Progress, Room, Tlp

WITHDRAWN = "withdrawn before it was said"
"""Why words were never said, as their row keeps it."""


def say(
    session: Session,
    *,
    key: str,
    room: Room,
    words: Words,
    now: datetime,
    marking: Tlp | None = None,
    thread: str | None = None,
    cases: Sequence[Case] = (),
    due_at: datetime | None = None,
    prompt_id: int | None = None,
    is_new: bool = False,
) -> None:
    """Queue words for a room. Saying the same *key* again changes nothing.

    With *is_new* the key names something made just now: nobody can have said it before.
    """
    if not is_new and _known(session, key) is not None:
        return
    delivery = Delivery(
        key=key,
        platform=room.platform,
        address=room.address,
        room_id=room.id,
        thread=thread,
        marking=_joined(marking or room.default_marking, cases),
        case_ids=[case.id for case in cases],
        due_at=due_at or now,
        made_at=now,
        prompt_id=prompt_id,
        key_id=_key_for(session, cases, keys.room_month(session, room, now)),
    )
    _add(session, delivery, words)


def tell(
    session: Session,
    *,
    key: str,
    officer: Officer,
    words: Words,
    now: datetime,
    marking: Tlp = Tlp.GREEN,
    cases: Sequence[Case] = (),
    due_at: datetime | None = None,
    prompt_id: int | None = None,
    sender: Officer | None = None,
    from_agency_id: int | None = None,
    in_confidence: bool = False,
    is_new: bool = False,
) -> None:
    """Queue words for one person alone. Saying the same *key* again changes nothing, as in `say`.

    Their *sender* hears when they are withheld. What is marked TLP:AMBER+STRICT stays in the
    agency whose words it says: the sender's, unless *from_agency_id* names another.
    An officer without an account on any chat is told on the dashboard only. To whom words were
    said *in_confidence* is forgotten once they are said.
    """
    if not is_new and _known(session, key) is not None:
        return
    platform = access.platform_of(session, officer)
    delivery = Delivery(
        key=key,
        platform=platform or "dashboard",
        officer_id=officer.id,
        marking=_joined(marking, cases),
        case_ids=[case.id for case in cases],
        agency_id=officer.agency_id,
        from_agency_id=_from_agency(from_agency_id, sender, marking),
        sender_id=sender.id if sender else None,
        due_at=due_at or now,
        made_at=now,
        prompt_id=prompt_id,
        in_confidence=in_confidence,
        key_id=_key_for(session, cases, keys.desk_month(session, officer, now)),
    )
    _add(session, delivery, words)


def revise(
    session: Session,
    key: str,
    words: Words,
    *,
    now: datetime,
    cases: Sequence[Case] | None = None,
    marking: Tlp | None = None,
    due_at: datetime | None = None,
    standing: "Mapping[str, Standing] | None" = None,
) -> None:
    """Let what was queued or said under *key* read differently. Unsaid words are replaced.

    *standing* is what `standing` found when it was asked about many keys at once.
    """
    known = (standing if standing is not None else _standing(session, [key])).get(key)
    if known is None:
        return
    said, waiting = known.said, known.waiting
    if said.progress is Progress.PENDING and said.attempts == 0:
        waiting = said
    if waiting is None:
        waiting = Delivery(
            key=f"{key}#{_revisions(session, key) + 1}",
            act=Act.REVISE,
            about=key,
            platform=said.platform,
            address=said.address,
            officer_id=said.officer_id,
            room_id=said.room_id,
            thread=said.thread,
            marking=said.marking,
            case_ids=said.case_ids,
            agency_id=said.agency_id,
            from_agency_id=said.from_agency_id,
            sender_id=said.sender_id,
            due_at=due_at or now,
            made_at=now,
            prompt_id=said.prompt_id,
            key_id=said.key_id,
        )
        session.add(waiting)
    if cases is not None or marking is not None:
        if cases is None:
            cases = [session.get_one(Case, case_id) for case_id in waiting.case_ids]
        waiting.case_ids = [case.id for case in cases]
        waiting.marking = _joined(marking or waiting.marking, cases)
    sealing.seal(session, waiting, "words", words.packed())
    if standing is None:
        session.flush()


@dataclass(frozen=True, slots=True)
class Standing:
    """What was said or is to be said under a key, and a revision of it that still waits."""

    said: Delivery
    waiting: Delivery | None


def standing(session: Session, keys: Sequence[str]) -> dict[str, Standing]:
    """What stands under each of these keys, with one question for all."""
    return _standing(session, keys) if keys else {}


def hasten(
    session: Session,
    which: ColumnElement[bool],
    *,
    since: datetime,
    due: tuple[datetime, datetime],
    at: datetime,
) -> None:
    """Let *which* words, made *since* and *due* between two moments, be said *at* a sooner one."""
    first, last = due
    session.flush()
    for delivery in session.scalars(
        select(Delivery)
        .where(
            which,
            Delivery.progress == Progress.PENDING,
            Delivery.made_at >= since,
            Delivery.due_at.between(first, last),
            Delivery.due_at > at,
        )
        .order_by(Delivery.id)
        # Whoever is about to say it has taken it by then.
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        delivery.due_at = at


def show_again(session: Session, key: str, *, now: datetime) -> None:
    """Let what was said under *key* read once more as it last did: somebody may have come between.

    What waits to be shown is shown anyway.
    """
    newest = session.scalar(
        select(Delivery)
        .where((Delivery.about == key) | (Delivery.key == key), Delivery.act != Act.RETRACT)
        .order_by(Delivery.id.desc())
        .limit(1)
    )
    if newest is None or newest.progress is not Progress.DONE or is_retracted(session, key):
        return
    with suppress(Erased):
        revise(session, key, words_of(session, newest), now=now)


def take_back_double(
    session: Session, said: Delivery, event: str, address: str, *, now: datetime
) -> None:
    """Take back what another said too, once it is known what stands on record as said."""
    double = _taking_back(said, f"{said.key}#twice:{event}", said.key, now)
    double.event, double.address = event, address
    session.add(double)


def retract(session: Session, key: str, *, now: datetime) -> None:
    """Take back what was said under *key*; what is still unsaid is never said."""
    said = _known(session, key)
    if said is None:
        return
    for delivery in session.scalars(
        select(Delivery)
        .where(
            (Delivery.about == key) | (Delivery.key == key),
            Delivery.act != Act.RETRACT,
            Delivery.progress == Progress.PENDING,
        )
        .order_by(Delivery.id)
        # Whoever is about to say it has taken it by then, or never does.
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        if delivery.act is Act.SAY and delivery.attempts > 0:
            continue  # It may have been said: the retraction below will find out.
        delivery.progress = Progress.FAILED
        delivery.fault = WITHDRAWN
    if said.progress is Progress.FAILED or is_retracted(session, key):
        return
    session.add(_taking_back(said, _retraction(key), key, now))
    session.flush()


def part(session: Session, delivery: Delivery) -> None:
    """Forget to whom this was said; only where, sealed, so that it can still be taken back."""
    sealing.seal(session, delivery, "address", delivery.address)
    delivery.address, delivery.officer_id, delivery.agency_id = "", None, None


def uncover_place(session: Session, delivery: Delivery) -> None:
    """Open where this was said, because it is about to be taken back there."""
    if delivery.address_sealed is not None:
        delivery.address = sealing.unseal_or(session, delivery, "address", "")
        delivery.address_sealed = None


def forget_place(session: Session, retraction: Delivery) -> bool:
    """What was said in confidence is taken back: forget where. False where it was none."""
    said = _known(session, retraction.about or "")
    if said is None or not said.in_confidence:
        return False
    said.address = retraction.address = ""
    said.officer_id = retraction.officer_id = None
    return True


def under(family: str) -> ColumnElement[bool]:
    """The deliveries whose keys begin so: one stretch of their index."""
    return and_(Delivery.key >= family, Delivery.key < f"{family[:-1]}{chr(ord(family[-1]) + 1)}")


def is_retracted(session: Session, key: str) -> bool:
    """Whether it was decided to take back what was said, or tried to be, under *key*."""
    return _known(session, _retraction(key)) is not None


def words_of(session: Session, delivery: Delivery) -> Words:
    """What this delivery says. Raises `storage.errors.Erased` when that is gone."""
    return Words.unpacked(sealing.unseal(session, delivery, "words"))


def _add(session: Session, delivery: Delivery, words: Words) -> None:
    sealing.seal(session, delivery, "words", words.packed())
    session.add(delivery)


def _taking_back(said: Delivery, key: str, about: str, now: datetime) -> Delivery:
    """What takes back words where they were said; it holds no words itself."""
    return Delivery(
        key=key,
        act=Act.RETRACT,
        about=about,
        platform=said.platform,
        address=said.address,
        officer_id=said.officer_id,
        room_id=said.room_id,
        thread=said.thread,
        marking=Tlp.CLEAR,
        agency_id=said.agency_id,
        due_at=now,
        made_at=now,
        key_id=said.key_id,
    )


def _retraction(key: str) -> str:
    return f"{key}#retract"


def _from_agency(agency_id: int | None, sender: Officer | None, marking: Tlp) -> int | None:
    # Where a case alone is so strict, it is the case's agency that may be told, not the sender's.
    if agency_id is None and sender is not None and marking is Tlp.AMBER_STRICT:
        return sender.agency_id
    return agency_id


def _known(session: Session, key: str) -> Delivery | None:
    return session.scalar(_KNOWN, {"key": key})


def _standing(session: Session, keys: Sequence[str]) -> dict[str, Standing]:
    said = session.scalars(_SAID, {"keys": keys}).all()
    waiting = {each.about: each for each in session.scalars(_REVISIONS_WAITING, {"keys": keys})}
    return {each.key: Standing(each, waiting.get(each.key)) for each in said}


def _revisions(session: Session, key: str) -> int:
    return len(session.scalars(select(Delivery.id).where(Delivery.about == key)).all())


def _joined(marking: Tlp, cases: Sequence[Case]) -> Tlp:
    return markings.join([marking, *(case.marking for case in cases)])


def _key_for(session: Session, cases: Sequence[Case], otherwise: str) -> str:
    return sealing.keyring(session).mint(cases[0].key_id if cases else otherwise)


# Locked: what is revised before it is said must not be said in between as it was.
_SAID = (
    select(Delivery)
    .where(Delivery.key.in_(bindparam("keys", expanding=True)))
    .order_by(Delivery.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_REVISIONS_WAITING = (
    select(Delivery)
    .where(
        Delivery.about.in_(bindparam("keys", expanding=True)),
        Delivery.act == Act.REVISE,
        Delivery.progress == Progress.PENDING,
        Delivery.attempts == 0,
    )
    .order_by(Delivery.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_KNOWN = select(Delivery).where(Delivery.key == bindparam("key"))
