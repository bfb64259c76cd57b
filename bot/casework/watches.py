"""Watches: tell me when this turns up, or ask us no more, with a purpose, an owner and an end."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot import clocks, references
from bot.casework import entities, quoting
from bot.conversation import outbox
from bot.conversation.messages import Words
from bot.followup import dues, routing
from bot.governance import keys, ledger, markings
from bot.governance.ledger import Operation
from bot.wording import kinds as kinds_wording
from bot.wording import watches as wording
from nlp import names
from nlp.spans import Label, Span
from storage import indexing, sealing
from storage.errors import Erased
from storage.models import (
    Act,
    Case,
    Delivery,
    Due,
    Message,
    Officer,
    Progress,
    Room,
    Tlp,
    Watch,
)

WATCH = "watch"


def watch(
    session: Session,
    officer: Officer,
    span: Span,
    *,
    purpose: str,
    until: datetime,
    now: datetime,
    case: Case | None = None,
    is_mute: bool = False,
) -> Watch:
    """Watch for an identifier or a name until a moment; or keep the officer's agency from being
    asked about it: a taxi centre's number says nothing."""
    made = Watch(
        code=references.mint(session, Watch),
        officer_id=officer.id,
        case_id=case.id if case else None,
        hash=_hash(session, span),
        value_sealed=b"",
        purpose_sealed=b"",
        until=until,
        is_mute=is_mute,
        key_id=sealing.keyring(session).mint(
            case.key_id if case else keys.desk_month(session, officer, now)
        ),
    )
    watched = json.dumps([span.label, span.text, span.value or span.text])
    made.value_sealed = sealing.sealed(session, made, "value", watched)
    made.purpose_sealed = sealing.sealed(session, made, "purpose", purpose)
    session.add(made)
    session.flush()
    if not is_mute:
        dues.add(session, kind=WATCH, subject_id=made.id, due_at=until, zone=officer.zone)
    ledger.record(
        session, Operation.COLLECTION, now=now, actor=officer, case_id=made.case_id,
        subject=f"watch:{made.code}", purpose=purpose[:80], until=until, is_mute=is_mute,
    )  # fmt: skip
    session.info.pop("muted", None)
    return made


def end(session: Session, made: Watch, officer: Officer, *, now: datetime) -> None:
    """Stop watching."""
    made.ended_at = now
    dues.supersede(session, WATCH, made.id, now)
    session.info.pop("muted", None)
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, case_id=made.case_id,
        subject=f"watch:{made.code}", ended=True,
    )  # fmt: skip


def running(session: Session, officer: Officer, now: datetime) -> list[Watch]:
    """What this officer watches for."""
    return list(
        session.scalars(
            select(Watch)
            .where(
                Watch.officer_id == officer.id,
                Watch.is_mute.is_(False),
                Watch.ended_at.is_(None),
                Watch.until > now,
            )
            .order_by(Watch.id)
        )
    )


def muted_by(session: Session, agency_id: int, now: datetime) -> list[Watch]:
    """What this agency is not asked about."""
    return list(session.scalars(_muted(now).where(Officer.agency_id == agency_id)))


def who_muted(session: Session, span: Span, now: datetime) -> frozenset[int]:
    """The agencies that are not asked about this. Looked up once in each unit of work."""
    known: dict[int, set[int]] | None = session.info.get("muted")
    if known is None:
        known = session.info["muted"] = defaultdict(set)
        rows = session.execute(_muted(now).with_only_columns(Watch.hash, Officer.agency_id))
        for hashed, agency_id in rows:
            known[hashed].add(agency_id)
    if not known or not _is_watchable(span):
        return frozenset()
    hashes = indexing.forms([_hash(session, span)])
    return frozenset(agency_id for each in hashes for agency_id in known.get(each, ()))


def value_of(session: Session, made: Watch) -> str:
    try:
        label, text, _ = _watched(session, made)
    except Erased:
        label, text = Label.PERSON, "?"
    return f"{kinds_wording.called(label)} {text}"


def hash_of(session: Session, made: Watch) -> int:
    """Under which hash this is found now. Raises `Erased`."""
    label, text, value = _watched(session, made)
    return _hash_of(session, label, text, value)


def told_at(session: Session, made: Watch) -> Sequence[datetime]:
    """When its owner was told that it was said, the first first: not what is still held, nor what
    was withheld or taken back."""
    return [
        said_at
        for said_at in session.scalars(
            select(Delivery.said_at)
            .where(
                Delivery.officer_id == made.officer_id,
                outbox.under(f"watch:{made.id}:"),
                Delivery.act == Act.SAY,
                Delivery.progress == Progress.DONE,
            )
            .order_by(Delivery.said_at)
        )
        if said_at is not None
    ]


def active(session: Session, now: datetime) -> dict[int, list[Watch]]:
    """Everything that is watched for now, by the hash it is found under."""
    found: dict[int, list[Watch]] = defaultdict(list)
    for made in session.scalars(
        select(Watch)
        .where(Watch.is_mute.is_(False), Watch.ended_at.is_(None), Watch.until > now)
        .order_by(Watch.id)
    ):
        found[made.hash].append(made)
    return found


def met(
    session: Session,
    watched: Mapping[int, list[Watch]],
    spans: Sequence[Span],
    runs: Sequence[names.Ngram],
) -> list[Watch]:
    """Which of what is *watched* for a text says, in its identifiers or in any run of its words."""
    if not watched:
        return []
    hashes = [_hash(session, span) for span in spans if span.valid and _is_watchable(span)]
    hashes += [_hash_of_name(session, gram.key) for gram in runs]
    found = (made for each in indexing.forms(hashes) for made in watched.get(each, ()))
    return list(dict.fromkeys(found))


def tell(
    session: Session, sighted: Sequence[Watch], message: Message, room: Room, *, now: datetime
) -> None:
    """Tell whoever watches for this and may read where it was said, once a message and day; by day.

    Nobody else learns that it was said; TLP:AMBER+STRICT and TLP:RED set off no watch at all.
    """
    marking = message.marking or room.default_marking
    for made in sighted:
        officer = session.get_one(Officer, made.officer_id)
        if officer.retired_at is not None or officer.id == message.officer_id:
            continue
        if not markings.is_within(marking, Tlp.AMBER) or not quoting.may_read(
            session, message, officer
        ):
            # Without the case: an entry on it would tell its desk what the watcher is not told.
            ledger.record(session, Operation.REFUSAL, now=now, subject=f"watch:{made.code}")
            continue
        outbox.tell(
            session,
            key=f"watch:{made.id}:{message.address}:{message.event}:{now:%Y%m%d}",
            officer=officer,
            words=Words(wording.sighted(made.code, room.title, _at(message, officer, now))),
            now=now,
            due_at=routing.quiet_until(officer, now),
        )
        ledger.record(
            session, Operation.DISCLOSURE, now=now, case_id=made.case_id,
            subject=f"watch:{made.code}", told=officer.slug,
        )  # fmt: skip


def on_end(session: Session, due: Due, now: datetime) -> None:
    """Its time is over: its owner hears so, and what came of it."""
    made = session.get_one(Watch, due.subject_id)
    officer = session.get_one(Officer, made.officer_id)
    if made.ended_at is not None or officer.retired_at is not None:
        return
    made.ended_at = now
    outbox.tell(
        session,
        key=f"watch-over:{made.id}",
        officer=officer,
        words=Words(wording.watch_over(made.code, len(told_at(session, made)))),
        now=now,
        due_at=routing.quiet_until(officer, now),
    )
    ledger.record(
        session, Operation.CLOCK, now=now, case_id=made.case_id, subject=f"watch:{made.code}",
        ended=True,
    )  # fmt: skip


DUES: dict[str, dues.DueHandler] = {WATCH: on_end}


def _muted(now: datetime) -> Select[Watch]:
    return (
        select(Watch)
        .join(Officer, Officer.id == Watch.officer_id)
        .where(Watch.is_mute.is_(True), Watch.ended_at.is_(None), Watch.until > now)
        .order_by(Watch.id)
    )


def _at(message: Message, reader: Officer, now: datetime) -> str:
    return clocks.by(message.sent_at, ZoneInfo(reader.zone), now)


def _is_watchable(span: Span) -> bool:
    return span.label in entities.SCHEMA_OF


def _hash(session: Session, span: Span) -> int:
    return _hash_of(session, span.label, span.text, span.value or span.text)


def _hash_of(session: Session, label: Label, text: str, value: str) -> int:
    if label in entities.NAMED:
        return _hash_of_name(session, "".join(sorted(names.fold(text).split())))
    return indexing.look_up(session, "watch", f"{label}|{value}")


def _hash_of_name(session: Session, key: str) -> int:
    """A name is watched for whatever it is the name of, and in any order of its words."""
    return indexing.look_up(session, "watch", f"name|{key}")


def _watched(session: Session, made: Watch) -> tuple[Label, str, str]:
    """What is watched for: its label, as it was written, and its value."""
    label, text, value = json.loads(sealing.unseal(session, made, "value"))
    return Label(label), text, value
