"""Their events into our values: pure, and unshaken by anything that somebody may send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.matrix.identities import Grade
from adapters.matrix.rooms import PLATFORM, account
from bot.conversation.messages import (
    AccountRef,
    Deleted,
    Edited,
    Inbound,
    MembershipChanged,
    Said,
    Trust,
    Unreadable,
)

ADDRESSED = ("!liaison", "@liaison", "/liaison")
NOT_ENCRYPTED = "not encrypted"
UNSIGNED_DEVICE = "from a device that its owner has not signed"
NEW_IDENTITY = "from an identity that is not the one known"

POLL_RESPONSE = "org.matrix.msc3381.poll.response"
POLL_START = "org.matrix.msc3381.poll.start"
POLL_TEXT = "org.matrix.msc1767.text"


@dataclass(frozen=True, slots=True)
class Heard:
    """One event of a room, opened as far as it goes."""

    room: str
    event: str
    sender: str
    sent_at: datetime
    type: str
    content: Mapping[str, Any]
    grade: Grade | None = None
    """Of the device that encrypted it; `None` where nothing was encrypted."""
    shut: str = ""
    """Why it could not be opened, where it could not."""
    state_key: str | None = None
    redacts: str | None = None
    is_redacted: bool = False
    replay_key: str = ""
    """What tells this ciphertext from every other, whatever event it comes as."""


@dataclass(frozen=True, slots=True)
class Ear:
    """What has to be known of the bot and of a room to understand what is said there."""

    user: str
    names: tuple[str, ...]
    private_with: str | None = None
    only_signed: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """A word in answer to something the bot said, or under it."""

    event: str
    is_thread: bool
    text: str


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote in a poll of the bot's."""

    event: str
    answer: str


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji under something the bot said: never encrypted, so anybody's."""

    event: str
    emoji: str


Answer = Reply | Vote | Reaction


def inbound_from(heard: Heard, ear: Ear) -> Inbound | None:
    """What this event means to the bot, if anything."""
    by = account(heard.sender)
    place = (PLATFORM, heard.room)
    if heard.type == "m.room.member":
        return _membership(heard, ear)
    if heard.sender == ear.user:
        return None
    if heard.type == "m.room.redaction":
        return Deleted(*place, heard.redacts, by, heard.sent_at) if heard.redacts else None
    if heard.type not in ("m.room.message", "m.room.encrypted", "m.sticker", POLL_START):
        return None
    if heard.is_redacted:
        return Deleted(*place, heard.event, by, heard.sent_at)
    why = unheard(heard, ear)
    if why:
        return Unreadable(*place, heard.event, by, heard.sent_at, why)
    return _words(heard, ear, by)


def unheard(heard: Heard, ear: Ear) -> str:
    """Why what was said is not listened to; empty where it is."""
    if heard.shut:
        return heard.shut
    match heard.grade:
        case None:
            return NOT_ENCRYPTED
        case Grade.CHANGED:
            return NEW_IDENTITY
        case Grade.UNSIGNED if ear.only_signed or is_for_bot(heard, ear):
            return UNSIGNED_DEVICE
        case _:
            return ""


def answer_from(heard: Heard) -> Answer | None:
    """What this event answers, if it has the form of an answer."""
    relation = _dict(heard.content.get("m.relates_to"))
    about, kind = relation.get("event_id"), relation.get("rel_type")
    match heard.type:
        case "m.reaction" if kind == "m.annotation" and isinstance(about, str):
            emoji = relation.get("key")
            return Reaction(about, emoji) if isinstance(emoji, str) else None
        case "org.matrix.msc3381.poll.response" | "m.poll.response" if isinstance(about, str):
            chosen = _chosen(heard.content)
            return Vote(about, chosen) if chosen else None
        case "m.room.message" if kind != "m.replace":
            return _reply(heard.content, relation)
        case _:
            return None


def trust_in(heard: Heard) -> Trust:
    """How sure it is that the sender's owner did this."""
    return Trust.AUTHENTICATED if heard.grade is Grade.SIGNED else Trust.TAP


def is_for_bot(heard: Heard, ear: Ear) -> bool:
    """Whether it is said to the bot: in private, by its name, or by a mention."""
    if ear.private_with == heard.sender:
        return True
    mentioned = _dict(heard.content.get("m.mentions")).get("user_ids")
    if isinstance(mentioned, list) and ear.user in mentioned:
        return True
    content = _dict(heard.content.get("m.new_content")) or heard.content
    return is_addressed(text_of(content), ear.names)


def is_addressed(text: str, names: Sequence[str]) -> bool:
    """Whether these words begin with the bot's name."""
    words = text.lstrip().casefold()
    for name in (*ADDRESSED, *names):
        if words.startswith(name.casefold()) and not words[len(name) : len(name) + 1].isalnum():
            return True
    return False


def text_of(content: Mapping[str, Any]) -> str:
    """The words of a message, of whatever kind: a file's are its caption and its name."""
    poll = _dict(content.get(POLL_START))
    if poll:
        options = [_dict(each) for each in _list(poll.get("answers"))]
        asked = [_dict(poll.get("question")), *options]
        return "\n".join(str(each.get(POLL_TEXT, "")) for each in asked)
    body, name = content.get("body"), content.get("filename")
    said = body if isinstance(body, str) else ""
    if isinstance(name, str) and name != said:
        said = f"{said}\n{name}"
    place = content.get("geo_uri")
    if isinstance(place, str):
        said = f"{said}\n{place}"
    if "m.in_reply_to" in _dict(content.get("m.relates_to")):
        said = _without_quote(said)
    return said.strip()


def moment(milliseconds: object, now: datetime) -> datetime:
    """When the homeserver says it was; never later than it is."""
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool):
        return now
    try:
        return min(datetime.fromtimestamp(max(milliseconds, 0) / 1000, UTC), now)
    except (ValueError, OverflowError, OSError):
        return now


def _words(heard: Heard, ear: Ear, by: AccountRef) -> Inbound | None:
    relation = _dict(heard.content.get("m.relates_to"))
    thread = relation.get("event_id") if relation.get("rel_type") == "m.thread" else None
    is_private = ear.private_with == heard.sender
    # A notice is a machine's word: it is read, and never obeyed.
    is_notice = heard.content.get("msgtype") == "m.notice"
    to_bot = not is_notice and is_for_bot(heard, ear)
    replaced = relation.get("event_id") if relation.get("rel_type") == "m.replace" else None
    if isinstance(replaced, str):
        new = _dict(heard.content.get("m.new_content"))
        return Edited(
            PLATFORM, heard.room, replaced, heard.event, by, text_of(new), heard.sent_at,
            None, to_bot, is_private,
        )  # fmt: skip
    text = text_of(heard.content)
    if not text or (is_notice and is_private):
        return None
    thread = thread if isinstance(thread, str) else None
    return Said(
        PLATFORM, heard.room, heard.event, by, text, heard.sent_at, thread, to_bot, is_private
    )


def _membership(heard: Heard, ear: Ear) -> Inbound | None:
    who, membership = heard.state_key, heard.content.get("membership")
    if who is None or who == ear.user or not isinstance(membership, str):
        return None
    is_member = membership in ("join", "invite")
    return MembershipChanged(PLATFORM, heard.room, account(who), is_member, heard.sent_at)


def _reply(content: Mapping[str, Any], relation: Mapping[str, Any]) -> Reply | None:
    root = relation.get("event_id") if relation.get("rel_type") == "m.thread" else None
    to = _dict(relation.get("m.in_reply_to")).get("event_id")
    text = text_of(content)
    if isinstance(to, str) and not (root and relation.get("is_falling_back")):
        return Reply(to, False, text)
    return Reply(root, True, text) if isinstance(root, str) else None


def _chosen(content: Mapping[str, Any]) -> str | None:
    answers = _list(_dict(content.get(POLL_RESPONSE)).get("answers"))
    answers = answers or _list(content.get("m.selections"))
    return answers[0] if len(answers) == 1 and isinstance(answers[0], str) else None


def _without_quote(text: str) -> str:
    """Without the lines that older clients repeat of what they reply to."""
    lines = text.split("\n")
    if not lines[0].startswith("> <"):
        return text
    kept = next((n for n, line in enumerate(lines) if not line.startswith("> ")), len(lines))
    return "\n".join(lines[kept:])


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
