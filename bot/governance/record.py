"""A case's whole story for a court: what was said, asked, decided, told, and is withheld."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from bot.casework import cases
from bot.conversation import outbox
from bot.errors import NotAllowed, UserError
from bot.governance import access, holds, ledger, markings
from bot.governance.ledger import Operation
from bot.wording import casework
from bot.wording import governance as wording
from bot.wording.phrases import upper_first
from bot.wording.ruling import by_rule
from storage import sealing
from storage.errors import Erased
from storage.models import (
    Act,
    Agency,
    Answer,
    Case,
    Delivery,
    Entry,
    Evidence,
    Grant,
    Hold,
    Judgement,
    LinkRule,
    Match,
    Mention,
    Message,
    Note,
    Officer,
    Progress,
    Prompt,
    Role,
    Room,
    Sealed,
    Tlp,
    Told,
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    at: datetime
    text: str


def record(session: Session, case: Case, officer: Officer, purpose: str, now: datetime) -> str:
    """The whole story of *case*, in order, with UTC times. Reading it is a consultation.

    Raises `NotAllowed`, as for a case that does not exist, unless the officer answers for the
    agency that owns it, or oversees it.
    """
    if not may_read(session, officer, case, now):
        raise NotAllowed(casework.no_such_case(case.code))
    if not purpose.strip():
        raise UserError(wording.record_needs_purpose(case.code))
    story = _Story(session, case, officer, now)
    events = sorted(story.events(), key=lambda event: event.at)
    body = "\n".join(
        [
            wording.record_heading(case.marking, case.code, officer.name, purpose.strip(), now),
            *(f"{_utc(event.at)}  {_begun(event.text)}" for event in events),
            wording.record_withheld(story.withheld),
        ]
    )
    digest = hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=officer, case_id=case.id,
        subject=f"record:{case.code}", purpose=purpose, events=len(events),
        withheld=story.withheld.total(), sha256=digest,
    )  # fmt: skip
    return f"{body}\n{wording.record_digest(digest)}\n"


def may_read(session: Session, officer: Officer, case: Case, now: datetime) -> bool:
    """The owner agency's desk as far as it may see the case, and its oversight when cleared."""
    if officer.agency_id != case.agency_id or officer.retired_at is not None:
        return False
    if not markings.is_within(case.marking, officer.clearance):
        return False
    if access.is_recused(session, officer, case):
        return False
    if access.has(officer, Role.OVERSIGHT):
        return True
    return access.is_desk(officer) and (
        case.erased_at is not None or access.may_see(session, officer, case, now)
    )


class _Story:
    """Gathers what happened, and counts what is withheld."""

    def __init__(self, session: Session, case: Case, reader: Officer, now: datetime) -> None:
        self._session = session
        self._case = case
        self._reader = reader
        self._now = now
        self.withheld: Counter[str] = Counter()

    def events(self) -> Iterator[Event]:
        yield from self._opening()
        yield from self._messages()
        yield from self._matches()
        yield from self._notes()
        yield from self._prompts()
        yield from self._said()
        yield from self._grants_and_holds()
        yield from self._processing()

    def _opening(self) -> Iterator[Event]:
        case = self._case
        title, purpose = self._words(case, "title"), self._words(case, "purpose")
        owner = self._who(case.owner_id)
        yield Event(
            case.opened_at,
            wording.record_opened(case.code, title, purpose, owner, case.review_on),
        )
        if case.closed_at is not None and case.erased_at is None:
            yield Event(case.closed_at, wording.record_closed())
        if case.erased_at is not None:
            yield Event(case.erased_at, wording.record_erased())

    def _messages(self) -> Iterator[Event]:
        """Every revision of each message in which something was matched to this case."""
        matched = (
            select(Message.platform, Message.address, Message.event)
            .join(Mention, Mention.message_id == Message.id)
            .join(Match, Match.mention_id == Mention.id)
            .where(Match.case_id == self._case.id)
            .distinct()
        )
        for number, place in enumerate(self._session.execute(matched).all(), 1):
            revisions = self._session.scalars(
                select(Message)
                .where(Message.id.in_(holds.revisions_of(*place)))
                .order_by(Message.heard_at, Message.id)
            )
            for message in revisions:
                yield Event(message.heard_at, self._message(number, message))

    def _message(self, number: int, message: Message) -> str:
        room = self._session.get(Room, message.room_id) if message.room_id else None
        if not self._may_read(message, room):
            self.withheld[wording.WITHHELD_OTHERS_WORDS] += 1
            return wording.record_message_withheld(number, message.kind)
        words = "" if message.kind == "deleted" else self._words(message, "text")
        return wording.record_message(
            number,
            message.kind,
            self._who(message.officer_id),
            room.title if room else None,
            message.marking or (room.default_marking if room else None),
            words,
        )

    def _may_read(self, message: Message, room: Room | None) -> bool:
        """Own words, and what was said before the reader's agency in a room of its own."""
        if message.agency_id == self._reader.agency_id:
            return True
        if room is None or self._reader.agency.slug not in room.agencies:
            return False
        marking = message.marking or room.default_marking
        return markings.is_within(marking, Tlp.AMBER) and markings.is_within(
            marking, self._reader.clearance
        )

    def _matches(self) -> Iterator[Event]:
        matches = select(Match).where(Match.case_id == self._case.id).order_by(Match.id)
        for number, match in enumerate(self._session.scalars(matches), 1):
            yield Event(
                match.made_at,
                wording.record_match(
                    number, match.state, match.scorer, match.score,
                    is_verified=match.is_verified, is_hidden=match.is_hidden,
                    notice=match.notice, reasons=self._reasons(match),
                ),
            )  # fmt: skip
            yield from self._judgements(number, match)

    def _reasons(self, match: Match) -> list[tuple[str, bool]]:
        reasons: list[tuple[str, bool]] = []
        for side in self._session.scalars(select(Evidence).where(Evidence.match_id == match.id)):
            if side.side != "case":
                self.withheld[wording.WITHHELD_OTHERS_EVIDENCE] += 1
                continue
            words = self._words(side, "reasons")
            if words != wording.erased():
                reasons += [(text, against) for text, against in json.loads(words)]
        return reasons

    def _judgements(self, number: int, match: Match) -> Iterator[Event]:
        for judgement in self._session.scalars(
            select(Judgement).where(Judgement.match_id == match.id).order_by(Judgement.id)
        ):
            note = self._words(judgement, "note") if judgement.note_sealed else ""
            yield Event(
                judgement.at,
                wording.record_judgement(
                    number, judgement.verdict, self._judge(judgement),
                    judgement.checked, judgement.trust, note,
                    undoes=judgement.undoes is not None,
                    undone=judgement.undone_by is not None,
                ),
            )  # fmt: skip
            for told in self._session.scalars(
                select(Told).where(Told.judgement_id == judgement.id).order_by(Told.id)
            ):
                room = self._session.get(Room, told.room_id) if told.room_id else None
                whom = room.title if room else self._who(told.officer_id)
                yield Event(told.at, wording.record_told(number, whom))
                if told.corrected_at is not None:
                    yield Event(told.corrected_at, wording.record_corrected(number, whom))

    def _notes(self) -> Iterator[Event]:
        for note in self._session.scalars(select(Note).where(Note.case_id == self._case.id)):
            if cases.may_read(self._session, self._case, note, self._reader):
                words = self._words(note, "text")
            else:
                words = self._withhold("", wording.WITHHELD_OTHERS_WORDS)
            yield Event(note.at, wording.record_note(note.kind, self._who(note.officer_id), words))
            if note.withdrawn_at is not None:
                yield Event(note.withdrawn_at, wording.record_note_withdrawn(note.kind, note.at))

    def _prompts(self) -> Iterator[Event]:
        for prompt in self._session.scalars(
            select(Prompt).where(Prompt.case_id == self._case.id).order_by(Prompt.id)
        ):
            yield Event(
                prompt.received_at,
                wording.record_prompt(
                    prompt.code, prompt.kind, self._who(prompt.officer_id), prompt.because,
                    (prompt.strict_at, prompt.rule), (prompt.legal_at, prompt.legal_rule),
                ),
            )  # fmt: skip
            if prompt.breached_at is not None:
                yield Event(prompt.breached_at, wording.record_breached(prompt.code))
            for answer in self._session.scalars(
                select(Answer).where(Answer.prompt_id == prompt.id).order_by(Answer.id)
            ):
                detail = self._words(answer, "detail") if answer.detail_sealed else ""
                if not self._is_own(answer.officer_id):
                    detail = self._withhold(detail, wording.WITHHELD_OTHERS_WORDS)
                yield Event(
                    answer.at,
                    wording.record_answer(
                        prompt.code, answer.choice, self._who(answer.officer_id), detail,
                        is_final=answer.is_final, undone=answer.undone_at is not None,
                    ),
                )  # fmt: skip
            if prompt.closed_at is not None:
                yield Event(
                    prompt.closed_at, wording.record_prompt_closed(prompt.code, prompt.state)
                )

    def _said(self) -> Iterator[Event]:
        """The bot's exact words about this case, to whom, and who was present."""
        likely = self._session.scalars(
            select(Delivery)
            .where(cast(Delivery.case_ids, String).like(f"%{self._case.id}%"))
            .order_by(Delivery.id)
        )
        for delivery in likely:
            if self._case.id not in delivery.case_ids:
                continue
            yield Event(delivery.said_at or delivery.made_at, self._delivery(delivery))

    def _delivery(self, delivery: Delivery) -> str:
        room = self._session.get(Room, delivery.room_id) if delivery.room_id else None
        whom = room.title if room else self._who(delivery.officer_id)
        present = self._present(delivery)
        if delivery.act is Act.RETRACT:
            return wording.record_retracted(whom, delivery.progress)
        if not self._may_know_all(delivery.case_ids):
            words = self._withhold("", wording.WITHHELD_OTHER_CASE)
        elif room is None and not self._is_own(delivery.officer_id):
            words = self._withhold("", wording.WITHHELD_OTHERS_WORDS)
        else:
            words = self._said_words(delivery)
        was_said = delivery.progress is Progress.DONE
        return wording.record_said(
            whom, delivery.marking, words, present,
            is_revision=delivery.act is Act.REVISE,
            unsaid=None if was_said else delivery.fault or delivery.progress.value,
        )  # fmt: skip

    def _said_words(self, delivery: Delivery) -> str:
        try:
            return outbox.words_of(self._session, delivery).text
        except Erased:
            return self._withhold(wording.erased(), wording.WITHHELD_ERASED)

    def _present(self, delivery: Delivery) -> list[str]:
        if delivery.present_sealed is None:
            return []
        words = self._words(delivery, "present")
        if words == wording.erased():
            return [words]
        seen = []
        for slug in json.loads(words):
            officer = self._session.scalar(select(Officer).where(Officer.slug == slug))
            seen.append(self._who(officer.id) if officer else wording.somebody_unknown())
        return seen

    def _grants_and_holds(self) -> Iterator[Event]:
        for grant in self._session.scalars(select(Grant).where(Grant.case_id == self._case.id)):
            agency = self._session.get(Agency, grant.agency_id) if grant.agency_id else None
            whom = agency.title if agency else self._who(grant.officer_id)
            by = self._who(grant.granted_by)
            yield Event(grant.granted_at, wording.record_granted(whom, by, grant.until))
            if grant.revoked_at is not None:
                yield Event(grant.revoked_at, wording.record_revoked(whom))
        for held in self._session.scalars(
            select(Hold).where(Hold.kind == holds.CASE, Hold.subject_id == self._case.id)
        ):
            reason = self._words(held, "reason")
            yield Event(held.at, wording.record_held(self._who(held.officer_id), reason))
            if held.lifted_at is not None:
                yield Event(held.lifted_at, wording.record_hold_lifted())

    def _processing(self) -> Iterator[Event]:
        """What the ledger says was done with this case, and by whom."""
        slugs = {
            f"officer:{officer.slug}": officer.id
            for officer in self._session.scalars(select(Officer))
        }
        for entry in self._session.scalars(
            select(Entry).where(Entry.case_id == self._case.id).order_by(Entry.at, Entry.id)
        ):
            officer_id = slugs.get(entry.actor)
            by = wording.the_bot() if entry.actor == ledger.SYSTEM else entry.actor
            actor = by if officer_id is None else self._who(officer_id)
            is_ours = officer_id is None or self._is_own(officer_id)
            yield Event(
                entry.at,
                wording.record_entry(
                    entry.operation, actor, entry.subject, entry.purpose if is_ours else ""
                ),
            )

    def _who(self, officer_id: int | None) -> str:
        """Own officers by name; others by their agency, whose matter their names are."""
        officer = self._session.get(Officer, officer_id) if officer_id is not None else None
        if officer is None:
            return wording.the_bot()
        if officer.agency_id == self._reader.agency_id:
            return officer.name
        return wording.somebody_of(officer.agency.title)

    def _judge(self, judgement: Judgement) -> str:
        """Who judged; where the case's own rule did, who let it."""
        rule = self._session.get(LinkRule, judgement.rule_id) if judgement.rule_id else None
        if rule is None:
            return self._who(judgement.officer_id)
        return upper_first(by_rule(self._who(rule.officer_id)))

    def _is_own(self, officer_id: int | None) -> bool:
        officer = self._session.get(Officer, officer_id) if officer_id is not None else None
        return officer is None or officer.agency_id == self._reader.agency_id

    def _may_know_all(self, case_ids: Sequence[int]) -> bool:
        others = [
            self._session.get(Case, case_id) for case_id in case_ids if case_id != self._case.id
        ]
        return all(
            other is not None and access.may_see(self._session, self._reader, other, self._now)
            for other in others
        )

    def _words(self, row: Sealed, column: str) -> str:
        try:
            return sealing.unseal(self._session, row, column)  # type: ignore[arg-type]  # every sealed row has them
        except Erased:
            return self._withhold(wording.erased(), wording.WITHHELD_ERASED)

    def _withhold(self, shown: str, why: str) -> str:
        self.withheld[why] += 1
        return shown or wording.withheld(why)


def _begun(text: str) -> str:
    """A sentence, whoever it begins with."""
    return f"{text[:1].upper()}{text[1:]}"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
