"""What Slack tells, as our values. Pure: nothing is asked here, and nothing remembered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from adapters.slack.text import plain
from bot.conversation.messages import (
    AccountRef,
    Deleted,
    Edited,
    Inbound,
    MembershipChanged,
    Said,
)

PLATFORM: Final = "slack"
Json = Mapping[str, Any]

_SPOKEN: Final = frozenset({None, "file_share", "thread_broadcast", "me_message"})
_ADDRESSED: Final = ("@liaison", "!liaison", "/liaison")


@dataclass(frozen=True, slots=True)
class Installation:
    """Who we are in the workspace that let us in."""

    team: str
    user: str
    bot: str
    enterprise: str | None = None

    def home(self, *candidates: str | None) -> str:
        """The first team that is named; every name of our own organisation is our team."""
        named = next((each for each in candidates if each), self.team)
        return self.team if named == self.enterprise else named

    def is_ours(self, home: str) -> bool:
        return home == self.team


def inbound_from(body: Json, us: Installation) -> Inbound | None:
    """What an event says; nothing where it says nothing to us."""
    event: Json = body.get("event") or {}
    match event.get("type"):
        case "message":
            return _message(event, us)
        case "member_joined_channel" | "member_left_channel":
            return _moved(event, us)
        case _:
            return None


def is_for(body: Json, us: Installation) -> bool:
    """Whether an event was sent to our installation, not to another's."""
    installed = [each for each in body.get("authorizations") or () if each.get("team_id")]
    return not installed or any(
        us.is_ours(us.home(each.get("team_id"), each.get("enterprise_id"))) for each in installed
    )


def tapper(body: Json, us: Installation) -> AccountRef:
    """Who clicked, or sent a modal. The body's own user and home team count, nothing else.

    On a channel shared with others, bolt's context names our own team for them.
    """
    user, team = body.get("user") or {}, body.get("team") or {}
    home = us.home(user.get("team_id"), team.get("id"))
    return AccountRef(PLATFORM, home, str(user.get("id", "")))


def commander(command: Json, us: Installation) -> AccountRef:
    """Who gave a slash command."""
    return AccountRef(PLATFORM, us.home(command.get("team_id")), str(command.get("user_id", "")))


def moment(ts: Any) -> datetime:
    """When Slack says it was."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _message(event: Json, us: Installation) -> Inbound | None:
    match event.get("subtype"):
        case "message_changed":
            return _changed(event, us)
        case "message_deleted":
            before: Json = event.get("previous_message") or {}
            return _deleted(event, before, us)
        case subtype if subtype in _SPOKEN:
            return _said(event, us)
        case _:
            return None


def _said(event: Json, us: Installation) -> Inbound | None:
    if _is_a_bots(event) or not event.get("user"):
        return None
    text, ts = plain(event, us.user), str(event.get("ts", ""))
    is_private = _is_private(event)
    return Said(
        platform=PLATFORM,
        address=str(event.get("channel", "")),
        event=ts,
        by=_author(event, us),
        text=text,
        sent_at=moment(ts),
        thread=_thread(event),
        to_bot=is_private or _is_to_bot(text),
        is_private=is_private,
    )


def _changed(event: Json, us: Installation) -> Inbound | None:
    """An edit. Previews and thread counters change a message, too; nobody has edited it then."""
    after: Json = event.get("message") or {}
    before: Json = event.get("previous_message") or {}
    if after.get("subtype") == "tombstone":  # The first of a thread was deleted, its answers stay.
        return _deleted({**event, "deleted_ts": after.get("ts")}, before, us)
    if _is_a_bots(after) or not after.get("user"):
        return None
    revision = (after.get("edited") or {}).get("ts")
    if not revision or revision == (before.get("edited") or {}).get("ts"):
        return None
    text = plain(after, us.user)
    is_private = _is_private(event)
    return Edited(
        platform=PLATFORM,
        address=str(event.get("channel", "")),
        event=str(after.get("ts", "")),
        revision=str(revision),
        by=_author(after, us),
        text=text,
        sent_at=moment(revision),
        thread=_thread(after),
        to_bot=is_private or _is_to_bot(text),
        is_private=is_private,
    )


def _deleted(event: Json, before: Json, us: Installation) -> Inbound | None:
    if _is_a_bots(before):
        return None
    return Deleted(
        platform=PLATFORM,
        address=str(event.get("channel", "")),
        event=str(event.get("deleted_ts") or before.get("ts") or ""),
        by=_author(before, us),
        sent_at=moment(event.get("event_ts") or event.get("ts")),
    )


def _moved(event: Json, us: Installation) -> Inbound | None:
    user = str(event.get("user", ""))
    if user == us.user:
        return None
    return MembershipChanged(
        platform=PLATFORM,
        address=str(event.get("channel", "")),
        account=AccountRef(PLATFORM, us.home(event.get("user_team"), event.get("team")), user),
        is_member=event.get("type") == "member_joined_channel",
        sent_at=moment(event.get("event_ts")),
    )


def _author(event: Json, us: Installation) -> AccountRef:
    """Who wrote it. On shared channels "team" may be the host's, so the others come first."""
    home = us.home(event.get("user_team"), event.get("source_team"), event.get("team"))
    return AccountRef(PLATFORM, home, str(event.get("user", "")))


def _is_private(event: Json) -> bool:
    return event.get("channel_type") == "im" or str(event.get("channel", "")).startswith("D")


def _thread(event: Json) -> str | None:
    thread = event.get("thread_ts")
    return str(thread) if thread and thread != event.get("ts") else None


def _is_to_bot(text: str) -> bool:
    head = text.lstrip()[:9].casefold()
    return head[:8] in _ADDRESSED and not head[8:].isalnum()


def _is_a_bots(event: Json) -> bool:
    """Ours or another's: two bots that answer each other never end."""
    return bool(event.get("bot_id")) or event.get("subtype") == "bot_message"
