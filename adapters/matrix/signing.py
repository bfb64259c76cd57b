"""Signatures over JSON, as Matrix makes and checks them."""

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import vodozemac
from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

SEED_BYTES = 32


class SigningKey:
    """A secret key that signs, made from its seed."""

    def __init__(self, seed: str) -> None:
        self._key = ECC.construct(curve="ed25519", seed=unbased(seed))
        self.public = based(self._key.public_key().export_key(format="raw"))

    def sign(self, value: dict[str, Any], user: str) -> dict[str, Any]:
        """The value with our signature added to those that are there."""
        ours = based(eddsa.new(self._key, "rfc8032").sign(canonical(value)))
        return with_signature(value, user, self.public, ours)


@dataclass(frozen=True, slots=True)
class Seeds:
    """The three secrets that make an account's cross-signing identity."""

    master: str
    self_signing: str
    user_signing: str

    @classmethod
    def new(cls) -> "Seeds":
        return cls(*(based(os.urandom(SEED_BYTES)) for _ in range(3)))


def is_signed(value: Mapping[str, Any], user: str, key: str, public: str) -> bool:
    """Whether *user* signed this under the key named *key*, whose public part is *public*."""
    try:
        signature = value["signatures"][user][f"ed25519:{key}"]
        vodozemac.Ed25519PublicKey.from_base64(public).verify_signature(
            canonical(value), vodozemac.Ed25519Signature.from_base64(signature)
        )
    except (
        KeyError, TypeError, ValueError, RecursionError,
        vodozemac.KeyException, vodozemac.SignatureException, vodozemac.DecodeException,
    ):  # fmt: skip
        return False
    return True


def with_signature(value: dict[str, Any], user: str, key: str, signature: str) -> dict[str, Any]:
    """The value with one more signature."""
    signatures = {who: dict(theirs) for who, theirs in value.get("signatures", {}).items()}
    signatures.setdefault(user, {})[f"ed25519:{key}"] = signature
    return {**value, "signatures": signatures}


def canonical(value: Mapping[str, Any]) -> bytes:
    """What is signed: without the signatures, keys in order, no space."""
    signed = {name: v for name, v in value.items() if name not in ("signatures", "unsigned")}
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def based(raw: bytes) -> str:
    """Base64 without padding."""
    return base64.b64encode(raw).decode().rstrip("=")


def unbased(text: str) -> bytes:
    """The bytes that `based` wrote. Raises `ValueError`."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as fault:
        raise ValueError("not base64") from fault
