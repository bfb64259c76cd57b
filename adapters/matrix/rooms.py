"""The rooms that the bot is in, as the homeserver's state events tell them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.conversation.messages import AccountRef

PLATFORM = "matrix"
HERE = ("join", "invite")
"""Whoever is invited will read what is said from now on: they count as present."""


@dataclass(slots=True)
class Room:
    """One room: who is in it, and whether what is said there is encrypted."""

    id: str
    members: dict[str, str] = field(default_factory=dict)
    is_encrypted: bool = False
    name: str = ""

    @property
    def present(self) -> set[str]:
        """Everybody who reads what is said now, the bot too."""
        return {user for user, membership in self.members.items() if membership in HERE}

    def take(self, event: Mapping[str, Any]) -> None:
        """Follow one state event. Encryption is never taken back, whatever the homeserver says."""
        content = event.get("content")
        if not isinstance(content, dict):
            return
        match event.get("type"):
            case "m.room.member":
                user, membership = event.get("state_key"), content.get("membership")
                if isinstance(user, str) and isinstance(membership, str):
                    self.members[user] = membership
            case "m.room.encryption":
                self.is_encrypted = True
            case "m.room.name":
                self.name = str(content.get("name", ""))[:200]


class Rooms:
    """Every room the bot is in."""

    def __init__(self, user: str) -> None:
        self._user = user
        self._rooms: dict[str, Room] = {}
        self.are_known = False
        """Whether the homeserver has told of them since we started: before, a room that we do not
        know may be ours all the same."""
        self.private: dict[str, str] = {}
        """The rooms in which somebody is told something alone, and whom."""

    def __iter__(self) -> Iterator[Room]:
        return iter(self._rooms.values())

    def get(self, room: str) -> Room | None:
        return self._rooms.get(room)

    def opened(self, room: str) -> Room:
        """The room, known from now on."""
        return self._rooms.setdefault(room, Room(room))

    def left(self, room: str) -> None:
        self._rooms.pop(room, None)
        self.private.pop(room, None)

    def private_with(self, room: Room) -> str | None:
        """With whom alone the bot is in this room, if it is a private one."""
        person = self.private.get(room.id)
        if person is not None and room.is_encrypted and room.present == {self._user, person}:
            return person
        return None

    def take_direct(self, content: Mapping[str, Any]) -> None:
        """Which rooms are private, as the account's own data tells."""
        for user, rooms in content.items():
            for room in rooms if isinstance(rooms, list) else ():
                if isinstance(room, str):
                    self.private.setdefault(room, user)

    def direct(self) -> dict[str, list[str]]:
        """What `take_direct` reads."""
        rooms: dict[str, list[str]] = {}
        for room, user in self.private.items():
            rooms.setdefault(user, []).append(room)
        return rooms


def account(user: str) -> AccountRef:
    """`@ada:example.org` as the bot knows it."""
    local, _, server = user.removeprefix("@").partition(":")
    return AccountRef(PLATFORM, server, local)


def user_of(account: AccountRef) -> str:
    """The account as Matrix writes it."""
    return f"@{account.user}:{account.home}"


def server_of(user: str) -> str:
    return user.partition(":")[2]
