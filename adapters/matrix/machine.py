"""The cryptography of one device: nio's Olm machine, and what it must survive."""

import asyncio
import json
import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from nio.crypto import Olm
from nio.events import ToDeviceEvent
from nio.events.to_device import OlmEvent
from nio.responses import KeysQueryResponse
from nio.store import SqliteStore

from adapters.matrix.credentials import Credentials
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.identities import Device, Identities
from adapters.matrix.signing import is_signed, with_signature

log = structlog.get_logger()

STORE = "crypto.db"
AT_ONCE = 20
"""So many devices are sent a room's key with one request."""

_OLM, _MEGOLM = "m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"


@dataclass(frozen=True, slots=True)
class Opened:
    """What an encrypted event says, and the keys of the device that encrypted it."""

    type: str
    content: dict[str, Any]
    curve25519: str
    ed25519: str
    session: str
    index: int


@dataclass(frozen=True, slots=True)
class Shut:
    """An encrypted event that cannot be read; it may be when the key of *session* comes."""

    session: str | None
    why: str


class Machine:
    """Decrypts and encrypts for one device, and keeps its keys on the homeserver."""

    def __init__(
        self, credentials: Credentials, folder: Path, homeserver: Homeserver, identities: Identities
    ) -> None:
        # The library names people and keys in what it logs; what matters of it we log ourselves.
        logging.getLogger("nio").setLevel(logging.CRITICAL + 1)
        self.user, self.device = credentials.user, credentials.device
        self._homeserver = homeserver
        self._identities = identities
        store = SqliteStore(
            credentials.user, credentials.device, str(folder), credentials.pickle_key, STORE
        )
        (folder / STORE).chmod(0o600)
        self._store = store
        self._olm = Olm(credentials.user, credentials.device, store)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def curve25519(self) -> str:
        return str(self._olm.account.identity_keys["curve25519"])

    @property
    def ed25519(self) -> str:
        return str(self._olm.account.identity_keys["ed25519"])

    @property
    def is_published(self) -> bool:
        """Whether the homeserver was given this device's keys."""
        return bool(self._olm.account.shared)

    # Keys on the homeserver

    async def publish(self) -> None:
        """Give the homeserver our device's keys and a stock of one-time keys, if it has none."""
        if not self.is_published:
            await self._upload(self._olm.share_keys())
            await self._renew_fallback_key()

    async def keep_stocked(self, counts: Mapping[str, Any], unused_fallback: object) -> None:
        """After each sync: nobody who wants to reach this device may find it without keys."""
        count = counts.get("signed_curve25519", 0)
        if isinstance(count, int) and count < self._olm.account.max_one_time_keys:
            self._olm.uploaded_key_count = max(count, 0)
            await self._upload(self._olm.share_keys())
        if isinstance(unused_fallback, list) and "signed_curve25519" not in unused_fallback:
            await self._renew_fallback_key()

    async def _upload(self, keys: Mapping[str, Any]) -> None:
        # Saved first: a key that others use and we have lost could never be opened.
        self._olm.save_account()
        await self._homeserver.post(path("keys", "upload"), keys)
        self._olm.account.shared = True
        self._olm.mark_keys_as_published()
        self._olm.save_account()

    async def _renew_fallback_key(self) -> None:
        """A key that may be used when the one-time keys have run out, so that we stay reachable."""
        account = self._olm.account._account  # nio has no word for fallback keys
        account.generate_fallback_key()
        keys = {}
        for name, public in account.fallback_key.items():
            key: dict[str, Any] = {"key": public.to_base64(), "fallback": True}
            key = with_signature(key, self.user, self.device, self._olm.sign_json(key))
            keys[f"signed_curve25519:{name}"] = key
        if keys:
            await self._upload({"fallback_keys": keys})

    def sign(self, value: dict[str, Any]) -> dict[str, Any]:
        """The value, signed by this device."""
        bare = {k: v for k, v in value.items() if k not in ("signatures", "unsigned")}
        return with_signature(value, self.user, self.device, self._olm.sign_json(bare))

    # Reading

    def receive(self, events: Iterable[object]) -> None:
        """Take in what was sent to this device. What is malformed is dropped; all else is kept
        in one step, so that a message is never spent without the key that it carried.
        """
        with self._store.database.atomic():
            for event in events:
                try:
                    self._take(event)
                except Exception as fault:
                    # Anybody on the homeserver can send anything here. It must not cost a sync.
                    log.warning("a message to this device is broken", fault=type(fault).__name__)

    def open(self, room: str, event: Mapping[str, Any]) -> Opened | Shut:
        """What an encrypted event of a room says."""
        content = event.get("content")
        if not isinstance(content, dict) or content.get("algorithm") != _MEGOLM:
            return Shut(None, "encrypted in a way that I do not know")
        ciphertext, name = content.get("ciphertext"), content.get("session_id")
        if not isinstance(ciphertext, str) or not isinstance(name, str):
            return Shut(None, "broken")
        session = self._session(room, content.get("sender_key"), name)
        if session is None:
            return Shut(name, "its key has not come")
        try:
            plain, index = session.decrypt(ciphertext)
            said = json.loads(plain)
        except (
            Exception
        ) as fault:  # The cipher text is the sender's to choose, and so is the fault.
            log.warning("an event does not open", fault=type(fault).__name__)
            return Shut(None, "it does not open")
        if not self._is_first(session, index, event):
            return Shut(None, "said before under another name")
        return _opened(said, room, session, index)

    def has_key(self, room: str, session: str) -> bool:
        """Whether the key of this session has come."""
        return self._session(room, None, session) is not None

    def _take(self, raw: object) -> None:
        if not isinstance(raw, dict) or raw.get("type") != "m.room.encrypted":
            return
        event = ToDeviceEvent.parse_encrypted_event(raw)
        if not isinstance(event, OlmEvent):
            return
        self._olm.handle_to_device_event(event)

    def _session(self, room: str, sender_key: object, name: str) -> Any:
        held = self._olm.inbound_group_store
        if isinstance(sender_key, str):
            return held.get(room, sender_key, name)
        for sessions in held._entries.get(
            room, {}
        ).values():  # the sender's key is going out of use
            if name in sessions:
                return sessions[name]
        return None

    def _is_first(self, session: Any, index: int, event: Mapping[str, Any]) -> bool:
        """Whether this ciphertext was not shown to us before under another event."""
        place = _Place(
            str(event.get("event_id")),
            event.get("origin_server_ts"),
            session.sender_key,
            session.id,
        )
        return bool(self._olm.message_index_ok(index, place))

    # Writing

    async def encrypt(
        self, room: str, kind: str, content: Mapping[str, Any], readers: Sequence[Device]
    ) -> dict[str, Any]:
        """The content for these devices and no others. Raises `ChatUnavailable`."""
        wanted = {(device.user, device.id): device for device in readers}
        wanted.pop((self.user, self.device), None)
        async with self._locks[room]:
            session = self._olm.outbound_group_sessions.get(room)
            if session is None or session.expired or not session.users_shared_with <= wanted.keys():
                # Whoever may read no longer must not have the key of what is said next.
                self._olm.create_outbound_group_session(room)
                session = self._olm.outbound_group_sessions[room]
            missing = [d for k, d in wanted.items() if k not in session.users_shared_with]
            if missing:
                await self._share(room, session, missing)
            session.mark_as_shared()
            sealed: dict[str, Any] = self._olm.group_encrypt(
                room, {"type": kind, "content": dict(content)}
            )
        if "m.relates_to" in content:  # The homeserver has to know what belongs together.
            sealed["m.relates_to"] = content["m.relates_to"]
        return sealed

    async def _share(self, room: str, session: Any, devices: Sequence[Device]) -> None:
        key = {
            "algorithm": _MEGOLM,
            "room_id": room,
            "session_id": session.id,
            "session_key": session.session_key,
        }
        reached = await self._reach(devices)
        for start in range(0, len(reached), AT_ONCE):
            some = reached[start : start + AT_ONCE]
            await self._send_sealed(some, "m.room_key", key)
            session.users_shared_with.update((device.user, device.id) for device in some)

    async def _reach(self, devices: Sequence[Device]) -> list[Device]:
        """Those of the devices that can be written to, with a new Olm session where need be."""
        without = [d for d in devices if self._olm.session_store.get(d.curve25519) is None]
        if without:
            await self._claim(without)
        reached = [d for d in devices if self._olm.session_store.get(d.curve25519) is not None]
        if len(reached) < len(devices):
            log.warning("devices could not be reached", count=len(devices) - len(reached))
        return reached

    async def _claim(self, devices: Sequence[Device]) -> None:
        wanted: dict[str, dict[str, str]] = {}
        for device in devices:
            wanted.setdefault(device.user, {})[device.id] = "signed_curve25519"
        told = await self._homeserver.post(path("keys", "claim"), {"one_time_keys": wanted})
        for device in devices:
            try:
                keys = told["one_time_keys"][device.user][device.id]
                key = next(iter(keys.values()))
                if is_signed(key, device.user, device.id, device.ed25519):
                    self._olm.create_session(key["key"], device.curve25519)
            except Exception as fault:  # One device's broken key must not silence the others.
                log.warning("a device gives no key", fault=type(fault).__name__)

    async def _send_sealed(
        self, devices: Sequence[Device], kind: str, content: Mapping[str, Any]
    ) -> None:
        messages: dict[str, dict[str, Any]] = {}
        for device in devices:
            session = self._olm.session_store.get(device.curve25519)
            recipient = _Recipient(device.user, device.ed25519, device.curve25519)
            messages.setdefault(device.user, {})[device.id] = self._olm._olm_encrypt(
                session, recipient, kind, dict(content)
            )
        await self._homeserver.put(
            path("sendToDevice", "m.room.encrypted", secrets.token_hex(8)), {"messages": messages}
        )

    async def mend(self) -> None:
        """Begin anew with devices whose messages no longer open, so that their next ones do."""
        wedged = [(each.user_id, each.id) for each in self._olm.wedged_devices]
        if not wedged:
            return
        users = {user for user, _ in wedged}
        known = {(d.user, d.id): d for d in await self._identities.devices(users)}
        broken = [known[each] for each in wedged if each in known]
        await self._claim(broken)
        await self._send_sealed(broken, "m.dummy", {})
        self._olm.wedged_devices.clear()

    async def know(self, users: Iterable[str]) -> None:
        """Let the Olm machine know these people's devices, too."""
        keys = await self._identities.keys(users)
        self._olm.handle_response(KeysQueryResponse({u: dict(k) for u, k in keys.items()}, {}))

    def close(self) -> None:
        self._store.database.close()


@dataclass(frozen=True, slots=True)
class _Place:
    event_id: str
    server_timestamp: object
    sender_key: str
    session_id: str


@dataclass(frozen=True, slots=True)
class _Recipient:
    user_id: str
    ed25519: str
    curve25519: str


def _opened(said: object, room: str, session: Any, index: int) -> Opened | Shut:
    """What was decrypted is as little to be trusted in its form as anything else."""
    match said:
        case {"type": str(kind), "content": dict(content), "room_id": str(where)} if where == room:
            key = session.ed25519
            return Opened(kind, content, session.sender_key, key, session.id, index)
        case _:
            return Shut(None, "broken")


async def known_key(homeserver: Homeserver, user: str, device: str) -> str | None:
    """The public key under which the homeserver knows this device, if it does."""
    told = await homeserver.post(path("keys", "query"), {"device_keys": {user: [device]}})
    keys = told.get("device_keys", {}).get(user, {}).get(device, {}).get("keys", {})
    known = keys.get(f"ed25519:{device}")
    return known if isinstance(known, str) else None


ANEW = "liaison matrix login --new-device"
WHY_NOT = "With new keys under the old name nobody could tell it from a forged one."
