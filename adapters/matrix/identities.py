"""Whose device is whose: what the homeserver tells is believed as far as signatures carry it."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog

from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.signing import is_signed
from bot.errors import ConfigError

log = structlog.get_logger()

MOST_DEVICES = 200
"""No person has more; who claims to is not worth the memory."""


class Grade(StrEnum):
    """How sure it is that a device is its owner's."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    CHANGED = "changed"
    """Signed, by an identity that is not the one we knew this person by."""


@dataclass(frozen=True, slots=True)
class Device:
    """One device, as its own signature holds it together."""

    user: str
    id: str
    curve25519: str
    ed25519: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class _Person:
    master: str | None
    devices: tuple[Device, ...]
    keys: Mapping[str, Any]
    """As told, for whoever needs more of it; only devices whose own signature holds."""


@dataclass(frozen=True, slots=True)
class Pins:
    """By which master key each person is known, and who was seen with another since."""

    pins: Mapping[str, str] = field(default_factory=dict)
    changed: Mapping[str, str] = field(default_factory=dict)


class Identities:
    """People's devices and identities. The first identity of a person is pinned, in a file."""

    def __init__(self, homeserver: Homeserver, pins: Path) -> None:
        self._homeserver = homeserver
        self._file = pins
        self._kept = read_pins(pins)
        self._known: dict[str, _Person] = {}
        self._changes = 0
        self._told: set[str] = set()

    def changed(self, users: Iterable[str]) -> None:
        """These people's devices are other than we know: ask before they are used again."""
        self._changes += 1
        for user in users:
            self._known.pop(user, None)

    async def devices(self, users: Iterable[str]) -> list[Device]:
        """Every device of these people."""
        people = await self._people(users)
        return [device for person in people for device in person.devices]

    async def keys(self, users: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """The device keys of these people as the homeserver tells them, by user and device."""
        wanted = list(dict.fromkeys(users))
        return {
            user: person.keys
            for user, person in zip(wanted, await self._people(wanted), strict=True)
        }

    async def device(self, user: str, curve25519: str, ed25519: str) -> Device | None:
        """The device of this person that holds these keys, whatever it calls itself."""
        for attempt in range(2):
            for device in await self.devices([user]):
                if (device.curve25519, device.ed25519) == (curve25519, ed25519):
                    return device
            if attempt == 0:  # It may be newer than what we know.
                self.changed([user])
        return None

    async def master(self, user: str) -> str | None:
        """The public master key of this person, if they have one that holds."""
        (person,) = await self._people([user])
        return person.master

    async def accept(self, user: str) -> str | None:
        """Take this person's identity of now for theirs. Returns its public master key."""
        self.changed([user])
        master = await self.master(user)
        if master is not None:
            self._pin(user, master)
            self.changed([user])
        return master

    def conflicts(self) -> list[str]:
        """Whose identity was seen to change."""
        return sorted(self._told)

    async def _people(self, users: Iterable[str]) -> list[_Person]:
        wanted = list(dict.fromkeys(users))
        missing = [user for user in wanted if user not in self._known]
        found: dict[str, _Person] = {}
        if missing:
            before = self._changes
            found = await self._ask(missing)
            if before == self._changes:  # else somebody changed while we asked: use it once
                # Whose identity changed is asked for again, until an operator has decided.
                self._known.update({u: p for u, p in found.items() if u not in self._told})
        nobody = _Person(None, (), {})
        return [found.get(user) or self._known.get(user) or nobody for user in wanted]

    async def _ask(self, users: Sequence[str]) -> dict[str, _Person]:
        told = await self._homeserver.post(
            path("keys", "query"), {"device_keys": {user: [] for user in users}}
        )
        unreachable = told.get("failures") or {}
        # Of a server that cannot be reached nothing is known: ask again next time.
        reached = [user for user in users if user.partition(":")[2] not in unreachable]
        return {user: self._person(user, told) for user in reached}

    def _person(self, user: str, told: Mapping[str, Any]) -> _Person:
        master, self_signing = _identity(user, told)
        grade = Grade.UNSIGNED if master is None else self._grade(user, master)
        devices: dict[str, Mapping[str, Any]] = _dict(_dict(told.get("device_keys")).get(user))
        found, kept = [], {}
        for name, keys in list(devices.items())[:MOST_DEVICES]:
            device = _device(user, name, keys)
            if device is None:
                continue
            kept[name] = keys
            if self_signing and is_signed(keys, user, self_signing, self_signing):
                device = Device(user, name, device.curve25519, device.ed25519, grade)
            found.append(device)
        return _Person(master, tuple(found), kept)

    def _grade(self, user: str, master: str) -> Grade:
        pinned = self._kept.pins.get(user)
        if pinned not in (None, master):
            self._kept = read_pins(self._file)  # An operator may have decided meanwhile.
            pinned = self._kept.pins.get(user)
        if pinned is None:
            self._pin(user, master)
            return Grade.SIGNED
        if pinned == master:
            self._told.discard(user)
            return Grade.SIGNED
        if user not in self._told:
            self._told.add(user)
            self._keep(replace(self._kept, changed={**self._kept.changed, user: master}))
            log.error("an identity changed", remedy="liaison check names whose")
        return Grade.CHANGED

    def _pin(self, user: str, master: str) -> None:
        kept = read_pins(self._file)
        changed = {who: key for who, key in kept.changed.items() if who != user}
        self._told.discard(user)
        self._keep(Pins({**kept.pins, user: master}, changed))

    def _keep(self, pins: Pins) -> None:
        self._kept = pins
        beside = self._file.with_name(self._file.name + ".new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as held:
            json.dump(asdict(pins), held, indent=1, sort_keys=True)
            held.flush()
            os.fsync(held.fileno())
        beside.replace(self._file)


def read_pins(file: Path) -> Pins:
    """What is pinned in this file. Raises `ConfigError` where it is damaged."""
    try:
        held = json.loads(file.read_text("utf-8"))
        return Pins(dict(held["pins"]), dict(held["changed"]))
    except FileNotFoundError:
        return Pins()
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise ConfigError(
            f"{file} is damaged. Bring it back from its copy; without it everybody's identity of "
            "now would be taken for theirs."
        ) from fault


def _identity(user: str, told: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The public master key, and the public key that it lets sign devices."""
    master = _public(_dict(told.get("master_keys")).get(user), user, "master")
    signer = _dict(_dict(told.get("self_signing_keys")).get(user))
    self_signing = _public(signer, user, "self_signing")
    if master is None or self_signing is None or not is_signed(signer, user, master, master):
        return None, None
    return master, self_signing


def _public(key: object, user: str, usage: str) -> str | None:
    held = _dict(key)
    keys, usages = _dict(held.get("keys")), held.get("usage")
    # Another homeserver may send any form: what it says of one of its people must not silence us
    # in the rooms they are in.
    if not isinstance(usages, list) or usage not in usages:
        return None
    if held.get("user_id") != user or len(keys) != 1:
        return None
    ((name, public),) = keys.items()
    return public if isinstance(public, str) and name == f"ed25519:{public}" else None


def _device(user: str, name: str, keys: object) -> Device | None:
    """The device, if its own signature holds it together."""
    held = _dict(keys)
    public = _dict(held.get("keys"))
    curve, ed = public.get(f"curve25519:{name}"), public.get(f"ed25519:{name}")
    if held.get("user_id") != user or held.get("device_id") != name:
        return None
    if not isinstance(curve, str) or not isinstance(ed, str) or not is_signed(held, user, name, ed):
        return None
    return Device(user, name, curve, ed, Grade.UNSIGNED)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
