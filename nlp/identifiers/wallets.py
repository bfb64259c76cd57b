"""Addresses of crypto-currency wallets."""

import hashlib
from collections.abc import Callable
from functools import partial

from Crypto.Hash import keccak

from nlp.identifiers.rule import (
    CHECK_FAILS,
    CHECKED,
    DOUBTFUL,
    EDGE,
    LABELLED,
    Found,
    Rule,
    Sight,
    cues,
    exact,
    pattern,
)
from nlp.spans import Label


def _base58(sight: Sight, *, coins: dict[int, str], alphabet: str = "") -> Found | None:
    said = sight.said
    payload = base58check(said, alphabet or _BASE58)
    if payload is not None and len(payload) == 21 and payload[0] in coins:
        return Found(said, CHECKED, coins[payload[0]])
    if not (sight.is_labelled or _is_motley(said)):
        return None
    return Found(said, DOUBTFUL, next(iter(coins.values())), valid=False, why=CHECK_FAILS)


def _segwit(sight: Sight) -> Found | None:
    value = sight.said.lower()
    coin = _SEGWIT[value.split("1", 1)[0]]
    if sight.said not in {value, sight.said.upper()}:
        why = "mixes upper and lower case, which these addresses never do"
        return Found(value, DOUBTFUL, coin, valid=False, why=why)
    if is_segwit(value):
        return Found(value, CHECKED, coin)
    return Found(value, DOUBTFUL, coin, valid=False, why=CHECK_FAILS)


def _ether(sight: Sight) -> Found | None:
    said = sight.said
    body = said[2:]
    value = "0x" + body.lower()
    if body in {body.lower(), body.upper()}:
        return Found(value, LABELLED, "eth")
    if body == eip55(body):
        return Found(value, CHECKED, "eth")
    why = "upper and lower case do not fit the address"
    return Found(value, DOUBTFUL, "eth", valid=False, why=why)


def _monero(sight: Sight) -> Found | None:
    said = sight.said
    if is_monero(said):
        return Found(said, CHECKED, "xmr")
    return Found(said, DOUBTFUL, "xmr", valid=False, why=CHECK_FAILS)


def _solana(sight: Sight) -> Found | None:
    if not sight.is_labelled or not _is_motley(sight.said):
        return None
    number = _number(sight.said, _BASE58)
    return Found(sight.said, LABELLED, "sol") if number is not None and number >> 256 == 0 else None


def base58check(said: str, alphabet: str) -> bytes | None:
    """The payload of an address whose last four bytes are its own double SHA-256."""
    number = _number(said, alphabet)
    if number is None:
        return None
    leading = len(said) - len(said.lstrip(alphabet[0]))
    raw = b"\0" * leading + number.to_bytes((number.bit_length() + 7) // 8, "big")
    payload, check = raw[:-4], raw[-4:]
    fits = hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4] == check
    return payload if fits else None


def is_segwit(address: str) -> bool:
    """BIP 173 for version 0, BIP 350 for the later ones."""
    prefix, _, rest = address.rpartition("1")
    values = [_BECH32.find(c) for c in rest]
    if min(values, default=-1) < 0 or len(values) < 7:
        return False
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    constant = 1 if values[0] == 0 else 0x2BC830A3
    return _polymod(expanded + values) == constant and values[0] <= 16


def eip55(body: str) -> str:
    """The forty hexadecimal digits of an Ethereum address in the case its check asks for."""
    lower = body.lower()
    digest = keccak.new(digest_bits=256, data=lower.encode()).hexdigest()
    return "".join(
        c.upper() if int(nibble, 16) >= 8 else c
        for c, nibble in zip(lower, digest[:40], strict=True)
    )


def is_monero(address: str) -> bool:
    """Whether the last four bytes are the Keccak of the rest."""
    sizes = {11: 8, 7: 5}  # characters of a block: bytes it stands for
    raw = b""
    for start in range(0, len(address), 11):
        block = address[start : start + 11]
        number = _number(block, _BASE58)
        size = sizes.get(len(block))
        if number is None or size is None or number >> (8 * size):
            return False
        raw += number.to_bytes(size, "big")
    return keccak.new(digest_bits=256, data=raw[:-4]).digest()[:4] == raw[-4:]


def _number(said: str, alphabet: str) -> int | None:
    number = 0
    for char in said:
        place = alphabet.find(char)
        if place < 0:
            return None
        number = number * 58 + place
    return number


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            if top >> place & 1:
                check ^= generator
    return check


def _is_motley(said: str) -> bool:
    """Digits, small and capital letters together, many of each: no word and no number."""
    return (
        sum(c.isdigit() for c in said) > 2
        and sum(c.islower() for c in said) > 4
        and sum(c.isupper() for c in said) > 4
    )


_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_SEGWIT = {"bc": "btc", "tb": "btc-test", "ltc": "ltc"}

_WORDS = cues(
    r"wallets?", r"addr(?:ess)?", r"btc", r"bitcoins?", r"xbt", r"ltc", r"litecoin",
    r"doge(?:coin)?", r"dash",
    r"trx", r"tron", r"usdt", r"xrp", r"ripple", r"sent to", r"pay(?:ment|able)?(?: to)?",
)  # fmt: skip


def _coin(start: str, rest: str, read: Callable[[Sight], Found | None]) -> Rule:
    letters = "1-9A-HJ-NP-Za-km-z"
    return Rule(
        Label.WALLET,
        rf"{EDGE}{start}[{letters}]{{24}}",
        exact(rf"(?<![A-Za-z0-9]){start}[{letters}]{rest}(?![A-Za-z0-9])"),
        read,
        _WORDS,
        priority=6,
    )


RULES = (
    _coin("[13]", "{25,34}", partial(_base58, coins={0: "btc", 5: "btc"})),
    _coin("[LM]", "{25,33}", partial(_base58, coins={48: "ltc", 50: "ltc"})),
    _coin("[DA9]", "{25,33}", partial(_base58, coins={30: "doge", 22: "doge"})),
    _coin("[X7]", "{33}", partial(_base58, coins={76: "dash", 16: "dash"})),
    _coin("T", "{33}", partial(_base58, coins={65: "trx"})),
    _coin("r", "{24,34}", partial(_base58, coins={0: "xrp"}, alphabet=_RIPPLE)),
    _coin("[48]", "{94}", _monero),
    Rule(
        Label.WALLET,
        rf"{EDGE}[bBtTlL][cCbBtT][cC]?1[0-9a-zA-Z]{{11}}",
        pattern(r"(?<![a-z0-9])(?:bc|tb|ltc)1[0-9a-z]{11,86}(?![a-z0-9])"),
        _segwit,
        priority=6,
    ),
    Rule(
        Label.WALLET,
        rf"{EDGE}0[xX][0-9a-fA-F]{{40}}",
        pattern(r"(?<![a-z0-9])0x[0-9a-f]{40}(?![a-z0-9])"),
        _ether,
        priority=6,
    ),
    Rule(
        Label.WALLET,
        r"[1-9A-HJ-NP-Za-km-z]{32}",
        exact(r"(?<![A-Za-z0-9])[1-9A-HJ-NP-Za-km-z]{32,44}(?![A-Za-z0-9])"),
        _solana,
        cues("sol", "solana", "phantom"),
        priority=2,
        needs=cues("sol", "solana", "phantom"),
    ),
)
