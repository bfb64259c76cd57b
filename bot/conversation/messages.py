"""The values that cross the line between a chat platform and the bot."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot import instants
from bot.instants import Moment


@dataclass(frozen=True, slots=True)
class AccountRef:
    """One log-in: the home team or server makes the user unmistakable."""

    platform: str
    home: str
    user: str


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody said something. `event` is the platform's own key for it."""

    platform: str
    address: str
    event: str
    by: AccountRef
    text: str
    sent_at: datetime
    thread: str | None = None
    to_bot: bool = False
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """What was said as `event` now reads differently. `revision` is the platform's key for that."""

    platform: str
    address: str
    event: str
    revision: str
    by: AccountRef
    text: str
    sent_at: datetime
    thread: str | None = None
    to_bot: bool = False
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was said as `event` was taken back."""

    platform: str
    address: str
    event: str
    by: AccountRef
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class MembershipChanged:
    """Somebody came into a room or left it."""

    platform: str
    address: str
    account: AccountRef
    is_member: bool
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something was said that cannot be read (yet)."""

    platform: str
    address: str
    event: str
    by: AccountRef
    sent_at: datetime
    why: str


Inbound = Said | Edited | Deleted | MembershipChanged | Unreadable


class Trust(StrEnum):
    """How sure the platform is who answered. A tap may be forged by a server's administrator."""

    TAP = "tap"
    AUTHENTICATED = "authenticated"


class Style(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Control:
    """Something to tap. `token` says what it means to the bot and nothing to anybody else.

    With `asks` the platform asks for a line of text first and sends it as the tap's `text` field.
    """

    label: str
    token: str
    style: Style = Style.PLAIN
    asks: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


class FieldKind(StrEnum):
    """What is filled in, and how a platform may ask for it."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    MOMENT = "moment"
    """Comes back as seconds since 1970, in digits."""
    PEOPLE = "people"
    """Comes back as a line for each account: platform, home and user, with spaces between."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in; it comes back in the tap's fields under its name."""

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    options: tuple[tuple[str, str], ...] = ()
    """Of a choice: what comes back, and what is read."""
    initial: str = ""
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """Something to fill in. Sent, it comes back as a tap with this token."""

    token: str
    title: str
    fields: tuple[Field, ...]


def sayable(text: str) -> str:
    """The text without what turns writing around, and without what no database can hold."""
    return text if text.isascii() and "\0" not in text else _UNSAYABLE.sub("", text)


_UNSAYABLE = re.compile("[\0\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Words:
    """What the bot says: plain text, things to tap, a file. Never markup.

    A *form* is shown to one person alone, and never kept; the text says how to do without it.
    """

    text: str
    controls: tuple[Control, ...] = ()
    attachment: Attachment | None = None
    form: Form | None = None
    moments: tuple[Moment, ...] = ()
    """The moments that stand in the text, for a chat that knows in which zone its reader is."""
    link: str | None = None
    """An address of our own that stands in the text, for a chat that opens no other at a click."""

    def timed(self, zone: ZoneInfo, now: datetime) -> "Words":
        """The same words, written *now* for a reader in this zone, with their moments known."""
        return replace(self, moments=tuple(instants.written_in(self.text, zone, now)))

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", sayable(self.text))

    def packed(self) -> str:
        """As one string, to be sealed."""
        held = self.attachment
        return json.dumps(
            {
                "text": self.text,
                "controls": [[c.label, c.token, c.style.value, c.asks] for c in self.controls],
                "attachment": held
                and [held.name, held.media_type, b64encode(held.content).decode()],
                "link": self.link,
            },
            ensure_ascii=True,
        )

    @classmethod
    def unpacked(cls, packed: str) -> "Words":
        raw: dict[str, Any] = json.loads(packed)
        held = raw["attachment"]
        return cls(
            raw["text"],
            tuple(
                Control(label, token, Style(style), asks)
                for label, token, style, asks in raw["controls"]
            ),
            held and Attachment(held[0], held[1], b64decode(held[2])),
            link=raw.get("link"),
        )


@dataclass(frozen=True, slots=True)
class Tap:
    """Somebody tapped a control, or sent the text that it asks for."""

    by: AccountRef
    token: str
    trust: Trust = Trust.AUTHENTICATED
    fields: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    """The platform's own name for this tap, where it may be told twice: it is done once."""

    def __post_init__(self) -> None:
        plain = {name: sayable(text) for name, text in self.fields.items()}
        object.__setattr__(self, "fields", plain)
