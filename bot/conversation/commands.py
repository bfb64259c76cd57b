"""The command grammar: the same words in every chat, and the nearest right one for a mistake."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from bot.conversation import discretion, outbox
from bot.conversation.attempts import attempt
from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import AccountRef, Words, sayable
from bot.errors import NotAllowed, UserError
from bot.governance import access, ledger
from bot.governance.ledger import Operation
from bot.wording import conversation as wording
from storage import sealing
from storage.models import Message, Officer, Room

_ADDRESSED = re.compile(r"^\s*[!@/]liaison\b[\s,:]*", re.IGNORECASE)
_NEAR_ENOUGH = 65
_QUOTES = " \"'“”„«»‘’"
_GREETINGS = frozenset({"help", "?", "hello", "hi"})
_THANKS = frozenset({"thanks", "thank you", "thx", "ty"})


Otherwise = Callable[[Session, str, Asked], Reply | None]
"""What is said to words that give no command, if anything is."""


def obey(
    session: Session,
    message: Message,
    officer: Officer,
    *,
    now: datetime,
    otherwise: Otherwise | None = None,
) -> None:
    """Do what a message to the bot asks, and reply. A mistake is answered, never dropped."""
    text = without_address(sealing.unseal_or(session, message, "text", ""))
    room = session.get(Room, message.room_id) if message.room_id else None
    by = AccountRef(message.platform, message.home, message.user)
    asked = Asked(officer, "", now, room, message.thread or message.event, message, by)
    try:
        if message.kind == "edited":
            raise UserError(wording.edited_command())
        reply = attempt(
            session,
            lambda: _run_or(session, text, asked, otherwise),
            officer=officer,
            subject=f"command:{_named(session, text)}",
            now=now,
        )
    except UserError as mistake:
        reply = Reply(Words(str(mistake)))
    _answer(session, reply, asked, message)


def answered(session: Session, officer: Officer, text: str, asked: Asked) -> Words:
    """Do what was asked where no message carries it; the reply is for this officer alone.

    Raises `UserError` with a text for them; the caller must keep this unit of work then, too.
    """
    text = without_address(text)
    named = f"command:{_named(session, text)}"
    reply = attempt(
        session,
        lambda: run(session, text, asked),
        officer=officer,
        subject=named,
        now=asked.now,
    )
    return shown_alone(session, officer, reply, subject=named, now=asked.now)


def shown_alone(
    session: Session, officer: Officer, reply: Reply, *, subject: str, now: datetime
) -> Words:
    """The words of a reply, as far as this officer may be told them; it is on record."""
    seen = [access.may_see(session, officer, case, now) for case in reply.cases]
    if not access.reaches(reply.marking, None, officer) or not all(seen):
        raise NotAllowed(wording.NOTHING)
    for case in reply.cases:
        ledger.record(
            session, Operation.DISCLOSURE, now=now, actor=officer, case_id=case.id,
            subject=subject, present=1, marking=reply.marking, to=[officer.slug],
        )  # fmt: skip
    return reply.words


def run(session: Session, text: str, asked: Asked) -> Reply:
    """Run the command these words give. Raises `UserError` with a text for the person."""
    known: Sequence[Command] = session.info["commands"]
    words = sayable(text).strip()
    if not words or words.casefold() in _GREETINGS:
        return helped(session, asked)
    if words.casefold().rstrip(".!") in _THANKS:
        return Reply(Words(wording.THANKED))
    command, rest = parse(words, known)
    if command is None:
        head = " ".join(words.split()[:2])
        raise UserError(wording.unknown_command(head, nearest(head, known)))
    if command.roles and not any(role in asked.officer.roles for role in command.roles):
        raise NotAllowed(wording.not_for_your_role(command.name))
    return command.run(session, replace(asked, rest=rest))


def is_command(session: Session, text: str) -> bool:
    """Whether these words, said to the bot, are a command. All else may be talk."""
    words = without_address(text)
    return (
        not words
        or words.casefold() in _GREETINGS
        or parse(words, session.info["commands"])[0] is not None
    )


def parse(text: str, known: Sequence[Command]) -> tuple[Command | None, str]:
    """The command whose name the text begins with, longest name first, and what follows it."""
    for command in sorted(known, key=lambda c: -len(c.name)):
        pattern = r"\s+".join(re.escape(word) for word in command.name.split())
        match = re.match(rf"{pattern}(?=\s|$)", text, re.IGNORECASE)
        if match is not None:
            return command, text[match.end() :].strip()
    return None, text


def nearest(text: str, known: Sequence[Command]) -> str | None:
    """The command somebody may have meant."""
    names = [command.name for command in known]
    first = text.split()[0].casefold() if text.split() else ""
    best = process.extractOne(text.casefold(), names, scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    if best is None:
        best = process.extractOne(first, names, scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    return best[0] if best is not None else None


def helped(session: Session, asked: Asked) -> Reply:
    """What there is, by topic; or how the commands of a topic, or of a name, are written."""
    known: Sequence[Command] = session.info["commands"]
    mine = [
        command
        for command in known
        if not command.roles or any(role in asked.officer.roles for role in command.roles)
    ]
    wanted = " ".join(asked.rest.strip(_QUOTES).casefold().split())
    if not wanted:
        return Reply(Words(wording.helped(_topics(mine))))
    firsts = wording.HELP_TOPICS[wanted][1] if wanted in wording.HELP_TOPICS else ()
    chosen = [c for c in mine if c.name.split()[0] in firsts or c.name.startswith(wanted)]
    if not chosen:
        raise UserError(wording.unknown_command(wanted, nearest(wanted, mine)))
    return Reply(Words("\n".join(f"{command.usage} — {command.help}" for command in chosen)))


def _run_or(session: Session, text: str, asked: Asked, otherwise: Otherwise | None) -> Reply:
    if otherwise is not None and not is_command(session, text):
        reply = otherwise(session, text, asked)
        if reply is not None:
            return reply
    return run(session, text, asked)


def without_address(text: str) -> str:
    """What was said to the bot, without its name."""
    return _ADDRESSED.sub("", text, count=1).strip()


def blank_address(text: str) -> str:
    """As `without_address`, with every other word still in its place."""
    return _ADDRESSED.sub(lambda found: " " * len(found[0]), text, count=1)


HELP = Command("help", "help [topic or command]", "What I can do, and how it is written.", helped)


def _topics(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """The topics of which one may give a command."""
    firsts = {command.name.split()[0] for command in commands}
    return [
        (topic, about)
        for topic, (about, names) in wording.HELP_TOPICS.items()
        if not firsts.isdisjoint(names)
    ]


def _named(session: Session, text: str) -> str:
    command, _ = parse(text, session.info["commands"])
    return command.name if command is not None else ""


def _answer(session: Session, reply: Reply, asked: Asked, message: Message) -> None:
    key = f"{discretion.REPLY}{message.id}"
    if reply.in_thread and asked.room is not None:
        outbox.say(
            session,
            key=key,
            room=asked.room,
            words=reply.words,
            thread=asked.thread,
            marking=reply.marking,
            cases=reply.cases,
            now=asked.now,
        )
        return
    outbox.tell(
        session,
        key=key,
        officer=asked.officer,
        words=reply.words,
        marking=reply.marking,
        cases=reply.cases,
        now=asked.now,
    )
