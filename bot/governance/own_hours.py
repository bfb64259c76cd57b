"""What officers said in chat of their own clock: the directory's file does not undo it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.models import Officer


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that stays as its officer set it, though the file says another."""

    officer: str
    field: str
    value: str
    listed: str
    set_at: datetime


def note(officer: Officer, field: str, *, before: str, now: datetime) -> None:
    """The officer has changed this field of theirs, which was *before* until now."""
    said = dict(officer.set_in_chat)
    listed = said.pop(field, {"listed": before})["listed"]
    if getattr(officer, field) != listed:
        said[field] = {"listed": listed, "at": now.isoformat()}
    officer.set_in_chat = said


def kept(officer: Officer, listed: Mapping[str, str]) -> list[Kept]:
    """What stays as it was set in chat: the file has said nothing new about it since."""
    return [
        Kept(officer.slug, field, getattr(officer, field), said["listed"], _at(said))
        for field, said in sorted(officer.set_in_chat.items())
        if listed[field] == said["listed"]
    ]


def forget_others(officer: Officer, still: list[Kept]) -> None:
    """The file's word counts again, except for what is *still* kept."""
    fields = {each.field for each in still}
    if fields != officer.set_in_chat.keys():
        officer.set_in_chat = {
            field: said for field, said in officer.set_in_chat.items() if field in fields
        }


def _at(said: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(said["at"])
