"""Emoji verification: the bot's side of what a client does before it trusts a device."""

import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
import vodozemac

from adapters.matrix.credentials import Credentials
from adapters.matrix.hearing import Heard
from adapters.matrix.homeserver import path
from adapters.matrix.identities import Device
from adapters.matrix.signing import SigningKey, based, canonical
from adapters.matrix.speaking import MatrixChat
from bot.errors import ChatRefused

log = structlog.get_logger()

KIND = "m.key.verification."
METHOD = "m.sas.v1"
MAC = "hkdf-hmac-sha256.v2"
OLD_MAC = "hkdf-hmac-sha256"
MOST_UNDER_WAY = 50
MOST_OF_ONE = 3
"""Of one person: nobody pushes out what others have begun."""
LASTS_SECONDS = 600.0


def concerns(kind: str, content: Mapping[str, Any]) -> bool:
    """Whether an event of a room belongs to a verification."""
    return kind.startswith(KIND) or content.get("msgtype") == f"{KIND}request"


@dataclass(slots=True)
class _UnderWay:
    """One verification: the other side began it, and compares."""

    id: str
    user: str
    device: str
    room: str | None
    since: float
    sas: vodozemac.Sas | None = None
    established: vodozemac.EstablishedSas | None = None
    public: str = ""
    mac: str = MAC


class Verifier:
    """Answers whoever wants to verify the bot.

    The person compares: whoever runs the bot reads the same emoji in its log, or the fingerprint
    in `liaison check`. That somebody verified the bot makes nobody more believed by the bot.
    """

    def __init__(self, chat: MatrixChat, credentials: Credentials) -> None:
        self._chat = chat
        self._master = SigningKey(credentials.seeds.master).public
        self._under_way: dict[str, _UnderWay] = {}

    async def heard_in_room(self, heard: Heard) -> None:
        """An event of a verification that is held in a room, encrypted or not: what is compared
        holds either way.
        """
        is_request = heard.content.get("msgtype") == f"{KIND}request"
        about = heard.content.get("m.relates_to")
        name = heard.event if is_request else _text(about, "event_id")
        kind = f"{KIND}request" if is_request else heard.type
        await self._heard(kind, heard.sender, heard.content, name, heard.room)

    async def heard_to_device(self, event: Mapping[str, Any]) -> None:
        """An event of a verification between two devices."""
        kind, sender, content = event.get("type"), event.get("sender"), event.get("content")
        if not isinstance(kind, str) or not kind.startswith(KIND):
            return
        if not isinstance(sender, str) or not isinstance(content, dict):
            return
        await self._heard(kind, sender, content, _text(content, "transaction_id"), None)

    async def _heard(
        self, kind: str, sender: str, content: Mapping[str, Any], name: str, room: str | None
    ) -> None:
        try:
            await self._step(kind.removeprefix(KIND), sender, content, name, room)
        except ChatRefused as fault:
            log.warning("a verification cannot go on", fault=type(fault).__name__)
        except (
            KeyError, TypeError, ValueError, AttributeError,
            vodozemac.SasException, vodozemac.KeyException,
        ) as fault:  # fmt: skip
            # Anybody may send this, in any form.
            log.warning("a verification is broken", fault=type(fault).__name__)
            self._under_way.pop(name, None)

    async def _step(
        self, kind: str, sender: str, content: Mapping[str, Any], name: str, room: str | None
    ) -> None:
        if kind == "request":
            await self._begin(sender, content, name, room)
            return
        it = self._under_way.get(name)
        if it is None and kind == "start" and room is None:
            it = self._opened(name, sender, str(content["from_device"]), None)
        if it is None or it.user != sender or it.room != room:
            return
        match kind:
            case "start":
                await self._accept(it, content)
            case "key":
                await self._exchange(it, str(content["key"]))
            case "mac":
                await self._conclude(it, content)
            case "cancel" | "done":
                self._under_way.pop(name, None)

    async def _begin(
        self, sender: str, content: Mapping[str, Any], name: str, room: str | None
    ) -> None:
        if METHOD not in content["methods"]:
            return
        it = self._opened(name, sender, str(content["from_device"]), room)
        ready = {"from_device": self._chat.machine.device, "methods": [METHOD]}
        await self._send(it, "ready", ready)

    def _opened(self, name: str, sender: str, device: str, room: str | None) -> _UnderWay:
        old = [k for k, v in self._under_way.items() if v.since < time.monotonic() - LASTS_SECONDS]
        own = [k for k, v in self._under_way.items() if v.user == sender][: -MOST_OF_ONE + 1]
        for each in {*old, *own} or list(self._under_way)[: -MOST_UNDER_WAY + 1]:
            del self._under_way[each]
        it = self._under_way[name] = _UnderWay(name, sender, device, room, time.monotonic())
        return it

    async def _accept(self, it: _UnderWay, content: Mapping[str, Any]) -> None:
        if content["method"] != METHOD or it.sas is not None:
            return
        it.device = str(content["from_device"])
        it.sas = vodozemac.Sas()
        it.public = it.sas.public_key.to_base64()
        it.mac = MAC if MAC in content["message_authentication_codes"] else OLD_MAC
        commitment = hashlib.sha256(it.public.encode() + canonical(content)).digest()
        await self._send(
            it,
            "accept",
            {
                "method": METHOD,
                "commitment": based(commitment),
                "hash": "sha256",
                "key_agreement_protocol": "curve25519-hkdf-sha256",
                "message_authentication_code": it.mac,
                "short_authentication_string": ["emoji", "decimal"],
            },
        )

    async def _exchange(self, it: _UnderWay, theirs: str) -> None:
        if it.sas is None or it.established is not None:
            return
        us, our_device = self._chat.machine.user, self._chat.machine.device
        it.established = it.sas.diffie_hellman(vodozemac.Curve25519PublicKey.from_base64(theirs))
        await self._send(it, "key", {"key": it.public})
        info = (
            f"MATRIX_KEY_VERIFICATION_SAS|{it.user}|{it.device}|{theirs}"
            f"|{us}|{our_device}|{it.public}|{it.id}"
        )
        numbers = it.established.bytes(info).emoji_indices
        log.info("a verification shows", emoji=" ".join(EMOJI[n] for n in numbers))
        base = f"MATRIX_KEY_VERIFICATION_MAC{us}{our_device}{it.user}{it.device}{it.id}"
        keys = {
            f"ed25519:{our_device}": self._chat.machine.ed25519,
            f"ed25519:{self._master}": self._master,
        }
        macs = {name: self._mac(it, key, base + name) for name, key in keys.items()}
        of_names = self._mac(it, ",".join(sorted(keys)), f"{base}KEY_IDS")
        await self._send(it, "mac", {"mac": macs, "keys": of_names})

    async def _conclude(self, it: _UnderWay, content: Mapping[str, Any]) -> None:
        self._under_way.pop(it.id, None)
        us, our_device = self._chat.machine.user, self._chat.machine.device
        base = f"MATRIX_KEY_VERIFICATION_MAC{it.user}{it.device}{us}{our_device}{it.id}"
        macs: Mapping[str, str] = content["mac"]
        device = await self._device_of(it)
        name = f"ed25519:{it.device}"
        holds = (
            device is not None
            and self._mac(it, ",".join(sorted(macs)), f"{base}KEY_IDS") == content["keys"]
            and self._mac(it, device.ed25519, base + name) == macs.get(name)
        )
        if not holds:
            log.error("a verification failed: somebody may be in between")
            await self._send(it, "cancel", {"code": "m.key_mismatch", "reason": "key mismatch"})
            return
        log.info("a verification is done")
        await self._send(it, "done", {})

    async def _device_of(self, it: _UnderWay) -> Device | None:
        devices = await self._chat.identities.devices([it.user])
        return next((each for each in devices if each.id == it.device), None)

    def _mac(self, it: _UnderWay, what: str, info: str) -> str:
        if it.established is None:
            raise ValueError("no key was exchanged")
        make = it.established.calculate_mac
        return str(
            (make if it.mac == MAC else it.established.calculate_mac_invalid_base64)(what, info)
        )

    async def _send(self, it: _UnderWay, kind: str, content: Mapping[str, Any]) -> None:
        if it.room is not None:
            about = {"rel_type": "m.reference", "event_id": it.id}
            await self._chat.send_as_is(it.room, KIND + kind, {**content, "m.relates_to": about})
            return
        message = {it.user: {it.device: {**content, "transaction_id": it.id}}}
        await self._chat.homeserver.put(
            path("sendToDevice", KIND + kind, secrets.token_hex(8)), {"messages": message}
        )


def _text(value: object, name: str) -> str:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


EMOJI = (
    "🐶 🐱 🦁 🐎 🦄 🐷 🐘 🐰 🐼 🐓 🐧 🐢 🐟 🐙 🦋 🌷 "
    "🌳 🌵 🍄 🌏 🌙 ☁️ 🔥 🍌 🍎 🍓 🌽 🍕 🎂 ❤️ 😀 🤖 "
    "🎩 👓 🔧 🎅 👍 ☂️ ⌛ ⏰ 🎁 💡 📕 ✏️ 📎 ✂️ 🔒 🔑 "
    "🔨 ☎️ 🏁 🚂 🚲 ✈️ 🚀 🏆 ⚽ 🎸 🎺 🔔 ⚓ 🎧 📁 📌 "
).split()
"""The sixty-four of the specification, in its order."""
