"""Our words as Matrix shows them: plain text beside HTML in which nothing of it is markup."""

import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.matrix.hearing import POLL_START, POLL_TEXT
from bot.conversation.messages import Attachment, Control, Style, Words
from bot.wording import conversation as wording

KEY, CONTROLS, PARTS = "liaison.key", "liaison.controls", "liaison.parts"
"""What only we read, inside the encryption: which words these are, and what can be answered."""

FILE, POLL = "file", "poll"
MOST_BYTES = 24_000
"""Of text: an event has 65,536 bytes for all, and encryption takes a third more."""
MOST_FORMATTED_BYTES = 8_000
MOST_OF_OLD_CLIENTS = 500
"""Of a revision, to clients that do not know revisions."""
MOST_OPTIONS = 20
KEYCAPS = tuple(f"{digit}\u20e3" for digit in range(1, 10))


def txn_of(key: str) -> str:
    """The homeserver's name for a key: the same each time, and telling nothing of it."""
    return hashlib.sha256(f"liaison {key}".encode()).hexdigest()[:32]


def message(
    words: Words, *, txn: str, is_quiet: bool, thread: str | None, parts: Sequence[str] = ()
) -> dict[str, Any]:
    """The event that says these words. A quiet one makes no telephone ring."""
    body = _shortened("\n".join([words.text, *_choices(words.controls)]))
    content: dict[str, Any] = {
        "msgtype": "m.notice" if is_quiet else "m.text",
        "body": body,
        "m.mentions": {},  # Whoever is named in it is not called by that.
        KEY: txn,
        CONTROLS: packed(words.controls),
        PARTS: list(parts),
    }
    formatted = html.escape(body).replace("\n", "<br>")
    if _size(formatted) <= MOST_FORMATTED_BYTES:
        content["format"] = "org.matrix.custom.html"
        content["formatted_body"] = formatted
    return in_thread(content, thread)


def revision(event: str, words: Words, *, txn: str, is_quiet: bool) -> dict[str, Any]:
    """The event that lets *event* read differently."""
    new = message(words, txn=txn, is_quiet=is_quiet, thread=None)
    return {
        "msgtype": new["msgtype"],
        "body": f"* {new['body'][:MOST_OF_OLD_CLIENTS]}",
        "m.mentions": {},
        KEY: txn,
        "m.new_content": new,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event},
    }


def poll(words: Words, *, txn: str, thread: str) -> dict[str, Any]:
    """The same choices as a poll: one tap, and as sure as any encrypted word."""
    options = votable(words.controls)
    question = wording.poll_question()
    content = {
        POLL_START: {
            "question": {POLL_TEXT: question, "body": question, "msgtype": "m.text"},
            "kind": "org.matrix.msc3381.poll.disclosed",
            "max_selections": 1,
            "answers": [
                {"id": answer_id(txn, control.token), POLL_TEXT: control.label}
                for control in options
            ],
        },
        POLL_TEXT: "\n".join([question, *(control.label for control in options)]),
        KEY: f"{txn}-{POLL}",
        CONTROLS: packed(options),
    }
    return in_thread(content, thread)


def poll_end(event: str) -> dict[str, Any]:
    return {
        "org.matrix.msc3381.poll.end": {},
        POLL_TEXT: wording.poll_over(),
        "m.relates_to": {"rel_type": "m.reference", "event_id": event},
    }


def file(
    attachment: Attachment, place: Mapping[str, Any], *, txn: str, thread: str
) -> dict[str, Any]:
    """The event that shows an encrypted file."""
    name = attachment.name
    content = {
        "msgtype": "m.file",
        "body": name,
        "filename": name,
        "info": {"mimetype": attachment.media_type, "size": len(attachment.content)},
        "file": {**place, "mimetype": attachment.media_type},
        "m.mentions": {},
        KEY: f"{txn}-{FILE}",
    }
    return in_thread(content, thread)


def votable(controls: Sequence[Control]) -> list[Control]:
    """What a poll can offer: choices that need no words."""
    options = [control for control in controls if control.asks is None]
    return options[:MOST_OPTIONS] if len(options) > 1 else []


def answer_id(txn: str, token: str) -> str:
    """An answer's name, good in this one poll only: a vote cannot be moved to another."""
    poll_txn = txn.removesuffix(f"-{POLL}")
    return hashlib.sha256(f"{poll_txn} {token}".encode()).hexdigest()[:16]


def packed(controls: Sequence[Control]) -> list[list[str | None]]:
    return [[c.label, c.token, c.style.value, c.asks] for c in controls]


def unpacked(content: Mapping[str, Any]) -> tuple[Control, ...]:
    """The controls that `packed` wrote into an event of ours."""
    return tuple(
        Control(label, token, Style(style), asks)
        for label, token, style, asks in content.get(CONTROLS) or ()
    )


def in_thread(content: dict[str, Any], root: str | None) -> dict[str, Any]:
    if root is not None:
        content["m.relates_to"] = {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": root},
        }
    return content


def _choices(controls: Sequence[Control]) -> list[str]:
    return ["", wording.choices([control.label for control in controls])] if controls else []


def _shortened(text: str) -> str:
    """As much as one event holds, counted as it is written in JSON."""
    if _size(text) <= MOST_BYTES:
        return text
    kept = text[:MOST_BYTES]
    while _size(kept) > MOST_BYTES:
        kept = kept[: len(kept) * MOST_BYTES // _size(kept)]
    return f"{kept}…"


def _size(text: str) -> int:
    return len(json.dumps(text))
