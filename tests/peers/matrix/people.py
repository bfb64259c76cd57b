"""People on Matrix for the tests: what they say is encrypted, what they read is decrypted."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.matrix import opening
from adapters.matrix.credentials import Credentials
from adapters.matrix.cross_signing import vouch
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.identities import Identities
from adapters.matrix.machine import Machine, Shut
from adapters.matrix.rooms import HERE, Rooms, account
from bot.conversation.messages import AccountRef
from tests.peers.matrix.synapse import PASSWORD, Synapse

ENCRYPTED = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}


MUCH = '{"room":{"timeline":{"limit":1000}}}'


class Person:
    """Somebody with one device, on their own or signed."""

    def __init__(self, credentials: Credentials, folder: Path) -> None:
        self.user = credentials.user
        self.credentials = credentials
        self.homeserver = Homeserver(credentials.homeserver, credentials.token)
        self.identities = Identities(self.homeserver, folder / "pins.json")
        self.machine = Machine(credentials, folder, self.homeserver, self.identities)
        self.rooms = Rooms(self.user)
        self.events: dict[str, list[dict[str, Any]]] = {}
        """What was told in each room, opened as far as it goes, oldest first."""
        self.to_device: list[dict[str, Any]] = []
        self._since: str | None = None

    @classmethod
    async def arrives(
        cls, synapse: Synapse, name: str, folder: Path, *, is_signed: bool = True
    ) -> "Person":
        """A new account with one device."""
        user = synapse.register(f"{name}-{secrets.token_hex(3)}")
        return await cls.logs_in(synapse, user, folder, is_signed=is_signed)

    @classmethod
    async def logs_in(
        cls, synapse: Synapse, user: str, folder: Path, *, is_signed: bool = True
    ) -> "Person":
        """One more device of an account."""
        told = await opening.log_in(synapse.address, user, PASSWORD)
        credentials = opening.made(synapse.address, told, told["access_token"])
        home = folder / credentials.device
        home.mkdir(parents=True)
        person = cls(credentials, home)
        await person.machine.publish()
        if is_signed:
            await vouch(person.homeserver, credentials, person.machine, password=PASSWORD)
        return person

    @property
    def account(self) -> AccountRef:
        return account(self.user)

    async def opens_room(self, *guests: str, **more: Any) -> str:
        """A new encrypted room, with these people invited."""
        body = {"preset": "private_chat", "invite": list(guests), "initial_state": [ENCRYPTED]}
        made = await self.homeserver.post(path("createRoom"), {**body, **more})
        return str(made["room_id"])

    async def joins(self, room: str) -> None:
        await self.homeserver.post(path("rooms", room, "join"), {})

    async def leaves(self, room: str) -> None:
        await self.homeserver.post(path("rooms", room, "leave"), {})

    async def says(self, room: str, text: str, **more: Any) -> str:
        """Say something in a room, encrypted for everybody there."""
        return await self.sends(room, "m.room.message", {"msgtype": "m.text", "body": text, **more})

    async def answers(self, room: str, root: str, text: str) -> str:
        """Say something in a thread."""
        relation = {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": root},
        }
        return await self.says(room, text, **{"m.relates_to": relation})

    async def votes(self, room: str, poll: str, answer: str) -> str:
        kind = "org.matrix.msc3381.poll.response"
        relation = {"rel_type": "m.reference", "event_id": poll}
        return await self.sends(room, kind, {kind: {"answers": [answer]}, "m.relates_to": relation})

    async def edits(self, room: str, event: str, text: str) -> str:
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": event}
        return await self.says(
            room, f"* {text}", **{"m.new_content": new, "m.relates_to": relation}
        )

    async def sends(self, room: str, kind: str, content: Mapping[str, Any]) -> str:
        sealed = await self.seals(room, kind, content)
        return await self.sends_plain(room, "m.room.encrypted", sealed)

    async def seals(self, room: str, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """The content, encrypted for everybody there."""
        told = await self.homeserver.get(path("rooms", room, "members"))
        users = [e["state_key"] for e in told["chunk"] if e["content"]["membership"] in HERE]
        readers = await self.identities.devices(users)
        return await self.machine.encrypt(room, kind, content, readers)

    async def sends_plain(self, room: str, kind: str, content: Mapping[str, Any]) -> str:
        txn = secrets.token_hex(8)
        told = await self.homeserver.put(path("rooms", room, "send", kind, txn), content)
        return str(told["event_id"])

    def forgets_key(self, room: str) -> None:
        """The next words in this room come under a new key."""
        self.machine._olm.outbound_group_sessions.pop(room, None)

    async def takes_back(self, room: str, event: str) -> None:
        await self.homeserver.put(path("rooms", room, "redact", event, secrets.token_hex(8)), {})

    async def catches_up(self, patience: int = 0) -> None:
        """Hear everything that was told since."""
        while True:
            query = {"timeout": str(patience * 1000), "filter": MUCH}
            if self._since is not None:
                query["since"] = self._since
            told = await self.homeserver.get(path("sync"), query)
            self._since = told["next_batch"]
            self.machine.receive(told.get("to_device", {}).get("events", []))
            self.to_device += told.get("to_device", {}).get("events", [])
            self.identities.changed(told.get("device_lists", {}).get("changed", []))
            joined = told.get("rooms", {}).get("join", {})
            for room, part in joined.items():
                for raw in part["timeline"]["events"]:
                    self.events.setdefault(room, []).append(self._opened(room, raw))
            for room in told.get("rooms", {}).get("invite", {}):
                await self.joins(room)
            counts = told.get("device_one_time_keys_count", {})
            await self.machine.keep_stocked(counts, told.get("device_unused_fallback_key_types"))
            if not joined and not told.get("rooms", {}).get("invite"):
                return
            patience = 0

    def reads(self, room: str) -> list[dict[str, Any]]:
        """The messages of a room as they read now, oldest first."""
        shown: dict[str, dict[str, Any]] = {}
        for event in self.events.get(room, []):
            content = event["content"]
            relation = content.get("m.relates_to") or {}
            if event["type"] == "m.room.redaction":
                shown.pop(content.get("redacts") or event.get("redacts", ""), None)
            elif event["type"] not in ("m.room.message", "org.matrix.msc3381.poll.start"):
                continue
            elif relation.get("rel_type") == "m.replace":
                old = shown.get(relation["event_id"])
                if old is not None:
                    old["content"] = {**content["m.new_content"], "m.relates_to": old["relation"]}
            else:
                shown[event["event_id"]] = {**event, "relation": relation}
        return list(shown.values())

    async def closes(self) -> None:
        await self.homeserver.close()
        self.machine.close()

    def _opened(self, room: str, raw: dict[str, Any]) -> dict[str, Any]:
        if raw["type"] != "m.room.encrypted":
            return raw
        opened = self.machine.open(room, raw)
        if isinstance(opened, Shut):
            return {**raw, "shut": opened.why}
        content = dict(opened.content)
        if "m.relates_to" in raw["content"]:
            content.setdefault("m.relates_to", raw["content"]["m.relates_to"])
        return {**raw, "type": opened.type, "content": content, "sealed": True}
