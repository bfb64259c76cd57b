"""Whose device is whose, whatever a homeserver tells."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from adapters.matrix.cross_signing import vouch
from adapters.matrix.homeserver import Homeserver, Refused
from adapters.matrix.identities import Grade, Identities
from adapters.matrix.machine import Machine
from adapters.matrix.opening import made
from adapters.matrix.signing import SigningKey, with_signature
from bot.errors import ConfigError

ADA, MALLORY = "@ada:one.example", "@mallory:two.example"
SEED = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
MASTER, SELF, OWN = (SigningKey(f"{letter}{SEED[1:]}") for letter in "BCD")


class Told:
    """A homeserver that tells this of people's keys, and takes nobody's identity."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = told

    async def post(self, path: str, _body: Mapping[str, Any]) -> Mapping[str, Any]:
        if path.endswith("device_signing/upload"):
            raise Refused(401, "M_FORBIDDEN", {"session": "s"})
        return self._told


def test_a_device_that_its_owners_identity_signed_is_signed(tmp_path: Path) -> None:
    (device,) = _devices(tmp_path, ADA, _identity(ADA))
    assert device == (ADA, Grade.SIGNED)


@pytest.mark.parametrize("usage", [5, True, "master", {"master": 1}, None, [["master"]]])
@pytest.mark.parametrize("which", ["master_keys", "self_signing_keys"])
def test_an_identity_of_no_form_leaves_the_others_what_they_are(
    tmp_path: Path, which: str, usage: Any
) -> None:
    broken = _identity(MALLORY)
    broken[which][MALLORY]["usage"] = usage
    told = {name: {**each, **broken[name]} for name, each in _identity(ADA).items()}
    assert _devices(tmp_path, ADA, told, MALLORY) == [
        (ADA, Grade.SIGNED),
        (MALLORY, Grade.UNSIGNED),
    ]


def test_who_must_type_a_password_is_told_the_command_that_asks_for_it() -> None:
    credentials = made("https://one.example", {"device_id": "D", "user_id": ADA}, "t")
    machine = cast("Machine", _Signer())
    with pytest.raises(ConfigError, match="liaison matrix login --new-device"):
        asyncio.run(vouch(cast("Homeserver", Told({})), credentials, machine))


class _Signer:
    def sign(self, value: dict[str, Any]) -> dict[str, Any]:
        return value


def _devices(
    folder: Path, user: str, told: Mapping[str, Any], *others: str
) -> list[tuple[str, Grade]]:
    identities = Identities(cast("Homeserver", Told(told)), folder / "identities.json")
    return [(d.user, d.grade) for d in asyncio.run(identities.devices([user, *others]))]


def _identity(user: str) -> dict[str, dict[str, Any]]:
    """What a homeserver tells of a person with one device, all of it well signed."""
    keys = {"curve25519:D": "c", "ed25519:D": OWN.public}
    device: dict[str, Any] = {"user_id": user, "device_id": "D", "keys": keys}
    own = OWN.sign(device, user)["signatures"][user][f"ed25519:{OWN.public}"]
    device = SELF.sign(with_signature(device, user, "D", own), user)
    return {
        "master_keys": {user: _key(user, "master", MASTER)},
        "self_signing_keys": {user: MASTER.sign(_key(user, "self_signing", SELF), user)},
        "device_keys": {user: {"D": device}},
    }


def _key(user: str, usage: str, key: SigningKey) -> dict[str, Any]:
    return {"user_id": user, "usage": [usage], "keys": {f"ed25519:{key.public}": key.public}}
