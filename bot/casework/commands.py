"""Commands about cases: open, show, note, close, mark, grant; find, link, watch, wrong room."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import (
    cases,
    commonness,
    entities,
    finding,
    identifying,
    judgements,
    merging,
    network,
    relating,
    ruling,
    unsettled,
    watches,
)
from bot.casework.reading import (
    about,
    case_of,
    marking_of,
    message_of,
    moment,
    parts_of,
    passage_in,
    sought,
    spans_in,
    title_of,
    until_when,
    zone_of,
)
from bot.casework.sought import Passage
from bot.conversation import cards, cardtaps
from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import Tap, Trust, Words
from bot.errors import UserError
from bot.followup import people
from bot.governance import access, ledger, markings, retention
from bot.governance.ledger import Operation
from bot.meetings import debriefs
from bot.wording import casework as wording
from bot.wording import conversation as talk
from bot.wording import kinds as kinds_wording
from bot.wording import matches as matches_wording
from bot.wording import watches as watches_wording
from nlp.spans import Label, Span
from storage import sealing
from storage.models import (
    Agency,
    Card,
    Case,
    CaseState,
    Message,
    Officer,
    Role,
    Tlp,
    Watch,
)

DESK = frozenset({Role.LIAISON, Role.HEAD})
_OPEN = re.compile(
    r"""(?P<code>\S+)\s+["“”„«](?P<title>[^"“”„«»]{1,200})["“”»]\s+for\s+(?P<purpose>.{3,400}?)
        (?:\s+(?P<marking>TLP:\S+))?""",
    re.VERBOSE | re.IGNORECASE,
)
_TO = re.compile(
    r"(?P<code>\S+)\s+to\s+(?P<whom>.{1,80}?)(?:\s+until\s+(?P<until>.+))?", re.IGNORECASE
)
_FROM = re.compile(r"(?P<code>\S+)\s+from\s+(?P<whom>.{1,80})", re.IGNORECASE)
_LINK = re.compile(r"(?P<what>.+?)\s+to\s+(?P<code>\S+)", re.IGNORECASE)
_UNLINK = re.compile(r"(?P<what>.+?)\s+from\s+(?P<code>\S+)", re.IGNORECASE)
_REVIEW = re.compile(
    r"(?P<code>\S+)\s+keep\s+until\s+(?P<until>.+?)\s+because\s+(?P<reason>.{3,400})",
    re.IGNORECASE,
)
_FOR = r"for\s+(?P<purpose>.{3,200}?)"
_UNTIL = r"(?:\s+until\s+(?P<until>.+))?"
_WATCH = re.compile(rf"(?P<what>.+?)\s+(?:{_FOR}|in\s+(?P<code>\S+)){_UNTIL}", re.IGNORECASE)
_MUTE = re.compile(rf"(?P<what>.+?)\s+{_FOR}{_UNTIL}", re.IGNORECASE)
_END_FIRST = re.compile(
    r"(?P<what>(?:(?!\s(?:for|in)\s).)+?)\s+(?P<until>until\s+.+?)\s+(?P<why>(?:for|in)\s+.+)",
    re.IGNORECASE,
)
"""The same with the end named first: "until Friday 1800 for the vans"."""
_PAGE = re.compile(r"(?P<code>\S+)(?:\s+page\s+(?P<page>\d{1,4}))?", re.IGNORECASE)
_A_PAGE = 20
_AT_ONCE = 10
_WATCH_DAYS = 30
_MUTED_FOR = timedelta(days=90)
_LONGEST_MUTE = timedelta(days=366)


def _case_open(session: Session, asked: Asked) -> Reply:
    given = parts_of(_OPEN, asked, _usage("case open"))
    marking = marking_of(given["marking"]) if given["marking"] else None
    case = cases.open_case(
        session,
        asked.officer,
        given["code"],
        title=given["title"],
        purpose=given["purpose"].strip(),
        now=asked.now,
        marking=marking or Tlp.AMBER,
    )
    return about(case, wording.opened(case.code, case.marking, case.review_on))


def _case_show(session: Session, asked: Asked) -> Reply:
    case = case_of(session, asked, asked.rest.split()[0] if asked.rest else "", _usage("case show"))
    shown = cases.show(session, case, asked.officer, purpose=f"case {case.code}", now=asked.now)
    return about(
        case,
        wording.summary(
            code=shown.code,
            title=shown.title,
            purpose=shown.purpose,
            desk=shown.desk,
            marking=shown.marking,
            state=shown.state,
            opened_at=shown.opened_at,
            review_on=shown.review_on,
            entities=shown.entities,
            open_prompts=shown.open_prompts,
            notes=shown.notes,
            rule=ruling.stands(session, case, asked.officer, asked.now),
            zone=zone_of(asked.officer),
            now=asked.now,
        ),
    )


def _case_note(session: Session, asked: Asked) -> Reply:
    code, _, text = asked.rest.partition(" ")
    case = case_of(session, asked, code, _usage("case note"))
    kind = "fact"
    first, _, remainder = text.strip().partition(" ")
    if first.casefold().rstrip(":") in ("assessment", "fact"):
        kind, text = first.casefold().rstrip(":"), remainder
    if not text.strip():
        raise UserError(talk.how_written(_usage("case note")))
    cases.note(session, case, asked.officer, text.strip(), now=asked.now, kind=kind)
    return about(case, wording.noted(case.code, kind))


def _case_close(session: Session, asked: Asked) -> Reply:
    case = case_of(session, asked, asked.rest, _usage("case close"))
    cases.close(session, case, asked.officer, now=asked.now)
    debriefs.offer(session, case, now=asked.now)
    still_open = unsettled.lines(session, case, asked.officer, asked.now)
    return about(case, wording.closed(case.code, still_open))


def _case_reopen(session: Session, asked: Asked) -> Reply:
    case = case_of(session, asked, asked.rest, _usage("case reopen"))
    into = session.get(Case, case.merged_into) if case.merged_into else None
    parted = None
    if into is not None:
        many = merging.part_cases(session, case, into, asked.officer, now=asked.now)
        parted = into.code, many
    cases.reopen(session, case, asked.officer, now=asked.now)
    debriefs.withdraw_offer(session, case, asked.officer, now=asked.now)
    concerned = [case] if into is None else [case, into]
    rule = ruling.stands(session, case, asked.officer, asked.now)
    return Reply(
        Words("\n".join(filter(None, [wording.reopened(case.code, parted), rule]))),
        marking=markings.join([each.marking for each in concerned]),
        cases=concerned,
    )


def _case_mark(session: Session, asked: Asked) -> Reply:
    code, _, word = asked.rest.partition(" ")
    case = case_of(session, asked, code, _usage("case mark"))
    cases.mark(session, case, asked.officer, marking_of(word), now=asked.now)
    return about(case, wording.marked(case.code, case.marking))


def _case_grant(session: Session, asked: Asked) -> Reply:
    given = parts_of(_TO, asked, _usage("case grant"))
    case = case_of(session, asked, given["code"], _usage("case grant"))
    whom = people.grantee(session, given["whom"])
    until = until_when(given["until"], asked) if given["until"] else None
    cases.grant(session, case, asked.officer, to=whom, now=asked.now, until=until)
    when, is_agency = moment(until, asked), isinstance(whom, Agency)
    return about(
        case, wording.granted(case.code, title_of(whom), whom.slug, when, to_agency=is_agency)
    )


def _case_revoke(session: Session, asked: Asked) -> Reply:
    given = parts_of(_FROM, asked, _usage("case revoke"))
    case = case_of(session, asked, given["code"], _usage("case revoke"))
    whom = people.grantee(session, given["whom"])
    many = cases.revoke(session, case, asked.officer, whom, now=asked.now)
    return about(case, wording.revoked(case.code, title_of(whom), many))


def _case_review(session: Session, asked: Asked) -> Reply:
    given = parts_of(_REVIEW, asked, _usage("case review"))
    case = case_of(session, asked, given["code"], _usage("case review"))
    until = until_when(given["until"], asked).astimezone(zone_of(asked.officer)).date()
    retention.review(session, case, asked.officer, until, given["reason"], asked.now)
    return about(case, wording.reviewed(case.code, until))


def _case_recuse(session: Session, asked: Asked) -> Reply:
    case = case_of(session, asked, asked.rest, _usage("case recuse"))
    cases.recuse(session, case, asked.officer, now=asked.now)
    return Reply(Words(wording.recused(case.code)))


def _case_list(session: Session, asked: Asked) -> Reply:
    return _things_of(session, asked) if asked.rest.strip() else _cases_of(session, asked)


def _things_of(session: Session, asked: Asked) -> Reply:
    given = parts_of(_PAGE, asked, _usage("case list"))
    case = case_of(session, asked, given["code"], _usage("case list"))
    things = cases.things(session, case, asked.officer, now=asked.now)
    pages = max(1, -(-len(things) // _A_PAGE))
    page = min(max(int(given["page"] or 1), 1), pages)
    lines = [
        wording.one_thing(
            each.schema,
            sealing.unseal_or(session, each, "caption", wording.erased()),
            entities.identifiers_of(session, each),
        )
        for each in things[(page - 1) * _A_PAGE : page * _A_PAGE]
    ]
    return about(case, wording.things(case.code, len(things), lines, page, pages))


def _cases_of(session: Session, asked: Asked) -> Reply:
    seen = access.cases_seen(session, asked.officer, asked.now)
    ledger.record(
        session, Operation.CONSULTATION, now=asked.now, actor=asked.officer, subject="cases",
        shown=len(seen),
    )  # fmt: skip
    listed = [(case.code, case.agency.title, case.marking, case.state) for case in seen]
    named = [case for case, _ in access.cases_by_code(session, asked.officer, asked.now)]
    by_code = [(case.code, case.agency.title) for case in named]
    return Reply(
        Words(wording.case_list(listed, by_code)),
        marking=markings.join([case.marking for case in [*seen, *named]]),
        cases=seen,
    )


def _find(session: Session, asked: Asked) -> Reply:
    what, purpose, case = sought(session, asked, _usage("find"))
    replies = [
        finding.told(
            each,
            finding.find(session, asked.officer, said, purpose=purpose, now=asked.now, case=case),
        )
        for each, said in _looked_up(session, what, asked.officer)
    ]
    return Reply(
        Words("\n".join(each.words.text for each in replies)),
        marking=markings.join([each.marking for each in replies]),
        cases=list(dict.fromkeys(case for each in replies for case in each.cases)),
    )


def _looked_up(session: Session, what: str, officer: Officer) -> list[tuple[str, Passage]]:
    """What is looked up at once: identifiers after a comma each; a name may have one inside."""
    parts = [part.strip() for part in re.split(r"[,;]\s", what) if part.strip()]
    if 1 < len(parts) <= _AT_ONCE:
        said = [(part, passage_in(session, part, officer)) for part in parts]
        if any(
            span.valid and span.label in entities.IDENTIFYING
            for _, passage in said
            for span in passage.spans
        ):
            return said
    return [(what, passage_in(session, what, officer))]


def _link(session: Session, asked: Asked) -> Reply:
    given = parts_of(_LINK, asked, _usage("link"))
    case = case_of(session, asked, given["code"], _usage("link"))
    if not cases.decides(asked.officer, case):
        raise UserError(wording.only_owner_desk(case.code))
    [span, *_] = spans_in(session, given["what"], asked.officer)
    if not span.valid:
        raise UserError(wording.not_valid(span.text, span.why))
    known = finding.own(session, asked.officer, span, asked.now, case=case)
    if known is not None:
        network.keep(session, known, case)
    if known is None:
        schema = entities.SCHEMA_OF[span.label]
        named = span.label in entities.NAMED
        known = entities.add(
            session,
            asked.officer.agency,
            entities.Known(
                schema,
                names=[span.text] if named else [],
                identifiers=[] if named else [entities.Hard(span.label, span.value or span.text)],
            ),
            now=asked.now,
            case=case,
        )
    elif entities.is_in(session, known, case):
        lifted = judgements.lift(session, case, known, span.label, asked.officer, now=asked.now)
        if lifted:
            identifying.ask_again(session, case, lifted, now=asked.now)
            return about(case, matches_wording.asked_again(span.text, case.code))
        return about(case, wording.in_case_already(span.text, case.code))
    else:
        entities.put_into(session, known, case, now=asked.now)
    ledger.record(
        session, Operation.COMBINATION, now=asked.now, actor=asked.officer, case_id=case.id,
        subject=f"entity:{known.id}", linked=True,
    )  # fmt: skip
    said = wording.linked(kinds_wording.called(span.label), span.text, case.code)
    message = message_of(session, asked)
    if message is None:
        return about(case, said)
    offer = relating.offer(session, message, case, asked.officer, asked.now)
    words = Words("\n".join(filter(None, [said, offer.text])), offer.controls)
    return Reply(words, marking=case.marking, cases=[case])


def _unlink(session: Session, asked: Asked) -> Reply:
    given = parts_of(_UNLINK, asked, _usage("unlink"))
    case = case_of(session, asked, given["code"], _usage("unlink"))
    if not cases.decides(asked.officer, case):
        raise UserError(wording.only_owner_desk(case.code))
    [span, *_] = spans_in(session, given["what"], asked.officer)
    known = finding.own(session, asked.officer, span, asked.now, case=case)
    if known is None or not entities.is_in(session, known, case):
        raise UserError(wording.not_in_case(span.text, case.code))
    entities.take_out(session, known, case, now=asked.now)
    has_told = identifying.tell_taken_out(session, known, case, now=asked.now)
    ledger.record(
        session, Operation.ALTERATION, now=asked.now, actor=asked.officer, case_id=case.id,
        subject=f"entity:{known.id}", linked=False,
    )  # fmt: skip
    return about(case, wording.unlinked(span.text, case.code, has_told=has_told))


def _watch(session: Session, asked: Asked) -> Reply:
    given = parts_of(_WATCH, _end_last(asked), _usage("watch"))
    purpose = given["purpose"]
    if purpose is None:
        purpose = f"case {case_of(session, asked, given['code'], _usage('watch')).code}"
    until = (
        until_when(given["until"], asked)
        if given["until"]
        else asked.now + timedelta(days=_WATCH_DAYS)
    )
    span = _one_thing(session, asked, given["what"])
    made = watches.watch(session, asked.officer, span, purpose=purpose, until=until, now=asked.now)
    said = Passage("", [span], None)
    known = finding.find(session, asked.officer, said, purpose=purpose, now=asked.now)
    cases_known = list({each.case.id: each.case for each in known if not each.is_near}.values())
    text = watches_wording.watching(
        made.code, kinds_wording.called(span.label), span.text, moment(until, asked) or ""
    )
    before = [(case.code, case.state is CaseState.CLOSED) for case in cases_known]
    return Reply(
        Words(text + watches_wording.known_before(before)),
        marking=markings.join([Tlp.GREEN, *(case.marking for case in cases_known)]),
        cases=cases_known,
    )


def _end_last(asked: Asked) -> Asked:
    found = _END_FIRST.fullmatch(asked.rest)
    if found is None:
        return asked
    return replace(asked, rest=f"{found['what']} {found['why']} {found['until']}")


def _watch_list(session: Session, asked: Asked) -> Reply:
    running = watches.running(session, asked.officer, asked.now)
    return Reply(Words(watches_wording.watch_list([_watched(session, m, asked) for m in running])))


def _watched(session: Session, made: Watch, asked: Asked) -> tuple[str, str, str, str]:
    """A watch of the asker's as it is listed: what for, until when, and what came of it."""
    told = watches.told_at(session, made)
    last = moment(told[-1], asked) if told else None
    until = moment(made.until, asked) or ""
    said = watches_wording.times_said(len(told), last)
    return made.code, watches.value_of(session, made), until, said


def _watch_end(session: Session, asked: Asked) -> Reply:
    made = _own_watch(session, asked)
    watches.end(session, made, asked.officer, now=asked.now)
    return Reply(Words(watches_wording.watch_ended(made.code)))


def tapped_watch(
    session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime
) -> Words:
    """A tap on a watch of one's own: `CODE:show` or `CODE:end`."""
    code, verb = (*parts, "")[:2]
    asked = Asked(officer, code, now)
    if verb == "end":
        if tap.trust is not Trust.AUTHENTICATED:
            raise UserError(talk.needs_a_sure_hand())
        return _watch_end(session, asked).words
    return Words(watches_wording.watch_list([_watched(session, _own_watch(session, asked), asked)]))


def _own_watch(session: Session, asked: Asked) -> Watch:
    made = session.scalar(
        select(Watch).where(
            Watch.code == asked.rest.strip().upper(),
            Watch.officer_id == asked.officer.id,
            Watch.is_mute.is_(False),
        )
    )
    if made is None or made.ended_at is not None:
        raise UserError(watches_wording.no_such_watch(asked.rest))
    return made


def _mute(session: Session, asked: Asked) -> Reply:
    given = parts_of(_MUTE, _end_last(asked), _usage("mute"))
    until = until_when(given["until"], asked) if given["until"] else asked.now + _MUTED_FOR
    if until > asked.now + _LONGEST_MUTE:
        raise UserError(watches_wording.muted_too_long(_LONGEST_MUTE.days))
    span = _one_thing(session, asked, given["what"])
    if asked.officer.agency_id in watches.who_muted(session, span, asked.now):
        raise UserError(watches_wording.muted_already(span.text))
    made = watches.watch(
        session,
        asked.officer,
        span,
        purpose=given["purpose"],
        until=until,
        now=asked.now,
        is_mute=True,
    )
    many = commonness.cases_of(session, span, asked.officer, asked.now)
    called, when = kinds_wording.called(span.label), moment(until, asked) or ""
    return Reply(Words(watches_wording.muted(made.code, called, span.text, when, many)))


def _one_thing(session: Session, asked: Asked, what: str) -> Span:
    """The one name or identifier that is meant. Raises `UserError` for what is neither, or breaks
    its own check digits."""
    [span, *_] = spans_in(session, what, asked.officer)
    if not span.valid:
        raise UserError(wording.not_valid(span.text, span.why))
    if span.label is Label.PERSON and any(letter.isdigit() for letter in span.text):
        raise UserError(watches_wording.is_nothing_known(span.text))
    return span


def _mute_list(session: Session, asked: Asked) -> Reply:
    lines = []
    for made in watches.muted_by(session, asked.officer.agency_id, asked.now):
        owner = session.get_one(Officer, made.officer_id).name
        until = moment(made.until, asked) or ""
        lines.append((made.code, watches.value_of(session, made), owner, until))
    return Reply(Words(watches_wording.mute_list(lines)))


def _mute_end(session: Session, asked: Asked) -> Reply:
    """Whoever answers for the agency ends a mute: its owner may be away."""
    wanted = asked.rest.strip().upper()
    muted = watches.muted_by(session, asked.officer.agency_id, asked.now)
    made = next((each for each in muted if each.code == wanted), None)
    if made is None:
        raise UserError(watches_wording.no_such_mute(asked.rest))
    watches.end(session, made, asked.officer, now=asked.now)
    return Reply(Words(watches_wording.mute_ended(made.code)))


def _wrong_room(session: Session, asked: Asked) -> Reply:
    if asked.room is None:
        raise UserError(wording.wrong_room_where())
    room, officer, now = asked.room, asked.officer, asked.now
    card = _card_in_thread(session, asked)
    if card is not None:
        which = cardtaps.which_message(session, card)
        return Reply(which or cardtaps.wrong_room(session, card, room, officer, now=now))
    said = _meant(session, asked)
    author = session.get(Officer, said.officer_id) if said and said.officer_id else None
    if said is None or author is None:
        raise UserError(wording.wrong_room_which())
    card = next(iter(cards.of(session, said)), None) or cards.unsaid(session, said, author, room)
    return Reply(cardtaps.wrong_room(session, card, room, officer, now=now, only=said))


COMMANDS: tuple[Command, ...] = (
    Command(
        "case open",
        'case open CODE "title" for PURPOSE [TLP:AMBER]',
        "Open a case.",
        _case_open,
        DESK,
    ),
    Command("case show", "case show CODE", "A case as you may know it.", _case_show),
    Command(
        "case list",
        "case list [CODE [page NUMBER]]",
        "The cases you may see; or what is in one of them.",
        _case_list,
    ),
    Command(
        "case note", "case note CODE [assessment] TEXT", "Write into its notebook.", _case_note
    ),
    Command("case close", "case close CODE", "Close it; a debrief is offered.", _case_close, DESK),
    Command("case reopen", "case reopen CODE", "Open it again.", _case_reopen, DESK),
    Command("case mark", "case mark CODE TLP:RED", "Change its marking.", _case_mark, DESK),
    Command(
        "case grant",
        "case grant CODE to OFFICER|AGENCY [until WHEN]",
        "Let an officer, or another agency's desks, see it.",
        _case_grant,
        DESK,
    ),
    Command(
        "case revoke", "case revoke CODE from OFFICER|AGENCY", "Take that back.", _case_revoke, DESK
    ),
    Command(
        "case review",
        "case review CODE keep until DATE because REASON",
        "Decide to keep it; nobody decides means purge.",
        _case_review,
        DESK,
    ),
    Command("case recuse", "case recuse CODE", "Step aside from a case.", _case_recuse),
    Command(
        "find", "find WHAT for PURPOSE | find WHAT in CODE", "Look in what you may see.", _find
    ),
    Command("link", "link WHAT to CODE", "Put a name or identifier into a case.", _link, DESK),
    Command("unlink", "unlink WHAT from CODE", "Take it out again.", _unlink, DESK),
    Command(
        "watch",
        "watch WHAT for PURPOSE [until WHEN] | watch WHAT in CODE [until WHEN]",
        "Tell me when it is said.",
        _watch,
    ),
    Command("watch list", "watch list", "What you watch for.", _watch_list),
    Command("watch end", "watch end CODE", "Stop a watch.", _watch_end),
    Command(
        "mute",
        "mute WHAT for REASON [until WHEN]",
        "Ask my agency no more about what says nothing.",
        _mute,
        DESK,
    ),
    Command("mute list", "mute list", "What my agency is not asked about.", _mute_list, DESK),
    Command("mute end", "mute end CODE", "Let it be asked about again.", _mute_end, DESK),
    Command(
        "wrong room", "wrong room", "Withdraw what I made of your last message here.", _wrong_room
    ),
)


def _card_in_thread(session: Session, asked: Asked) -> Card | None:
    """The card of this thread that speaks of something this agency said."""
    found = session.scalars(
        select(Card)
        .join(Officer, Officer.id == Card.officer_id)
        .where(Card.thread == asked.thread, Officer.agency_id == asked.officer.agency_id)
        .order_by(Card.opened_at.desc(), Card.id.desc())
    )
    return next((card for card in found if asked.room and card.room_id == asked.room.id), None)


def _meant(session: Session, asked: Asked) -> Message | None:
    """The thread's first message, else the asker's last one in the room."""
    room, command = asked.room, asked.message
    if room is None:
        return None
    here = select(Message).where(
        Message.room_id == room.id,
        Message.kind.in_(("said", "edited")),
        Message.superseded_by.is_(None),
        Message.to_bot.is_(False),
    )
    if command is not None and command.thread is not None:
        those = here.where(
            Message.event == command.thread, Message.agency_id == asked.officer.agency_id
        )
    else:
        those = here.where(Message.officer_id == asked.officer.id)
    return session.scalars(those.order_by(Message.id.desc()).limit(1)).first()


def _usage(name: str) -> str:
    return next(command.usage for command in COMMANDS if command.name == name)
