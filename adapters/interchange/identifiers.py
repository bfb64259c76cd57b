"""Identifiers from files, read by the rules that read them in a chat, so that the two match."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from adapters.interchange.rows import clean
from bot.casework.entities import Hard
from nlp.identifiers.scan import RULES, scan
from nlp.normalise import plain
from nlp.spans import Label, Span

# The word an officer would write before it: some rules believe nothing without.
CUES: dict[Label, str] = {
    Label.PHONE: "phone",
    Label.EMAIL: "email",
    Label.HANDLE: "handle",
    Label.IBAN: "iban",
    Label.ACCOUNT: "account number",
    Label.CARD: "card",
    Label.WALLET: "wallet",
    Label.LEI: "lei",
    Label.COMPANY_NO: "company number",
    Label.TAX_ID: "vat no",
    Label.NATIONAL_ID: "national id",
    Label.PASSPORT: "passport",
    Label.DRIVING_LICENCE: "driving licence",
    Label.PLATE: "plate",
    Label.VIN: "vin",
    Label.IMO: "imo",
    Label.MMSI: "mmsi",
    Label.CALLSIGN: "callsign",
    Label.AIRCRAFT: "aircraft",
    Label.CONTAINER: "container",
    Label.IP: "ip",
    Label.DOMAIN: "domain",
    Label.URL: "url",
    Label.HASH: "hash",
    Label.MAC: "mac",
    Label.IMEI: "imei",
    Label.IMSI: "imsi",
    Label.ICCID: "iccid",
    Label.WAYBILL: "awb",
    Label.FLIGHT: "flight",
}


@dataclass(frozen=True, slots=True)
class Doubtful:
    """What was given is not what it should be."""

    why: str


def read(label: Label, text: str, *, region: str | None = None) -> Hard | Doubtful:
    """The identifier that *text* states, in the form it would have if somebody said it in a chat.

    *region* is the country of telephone numbers without a country code.
    """
    said = clean(text)
    # The column's own word is often repeated before the number.
    said = re.sub(rf"^{re.escape(CUES[label])}\W+", "", said, flags=re.IGNORECASE)
    if label is Label.HANDLE and _BARE_HANDLE.fullmatch(said):
        said = f"@{said}"
    read_as = _read(label, said, region)
    if isinstance(read_as, Doubtful) and " " in said and label not in _WITHOUT_GAPS:
        # Groups of figures are for the eye, and everybody makes others.
        return _closer(read_as, _read(label, said.replace(" ", ""), region))
    return read_as


def _read(label: Label, said: str, region: str | None) -> Hard | Doubtful:
    cue = CUES[label]
    view = plain(f"{cue} {said}")
    found = [
        span
        for span in scan(view, region=region, which=_rules_of(label)).spans
        if span.label is label
    ]
    whole = [span for span in found if _covers(span, said, len(cue) + 1)]
    for span in whole:
        if span.valid and span.value:
            return Hard(label, span.value)
    if whole:
        return Doubtful(whole[0].why or "not valid")
    return Doubtful("only a part of it can be read" if found else f"does not read as {_a(cue)}")


def _closer(first: Hard | Doubtful, second: Hard | Doubtful) -> Hard | Doubtful:
    return second if isinstance(second, Hard) else first


def _covers(span: Span, said: str, start: int) -> bool:
    """Whether the span is all that was given, but for a remark without figures."""
    before, after = said[: max(0, span.start - start)], said[max(0, span.end - start) :]
    return not any(map(str.isalnum, before)) and not any(map(str.isdigit, after))


def _a(cue: str) -> str:
    return f"an {cue}" if cue[0] in "aeiou" else f"a {cue}"


@cache
def _rules_of(label: Label) -> Callable[[str], list[int]]:
    """Only the rules of this label, where they may find something."""
    rules = [
        (number, re.compile(rule.prefilter).search)
        for number, rule in enumerate(RULES)
        if rule.label is label or label in rule.also
    ]
    return lambda text: [number for number, search in rules if search(text)]


_BARE_HANDLE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.]{1,31}")
# In these a gap means that something else begins.
_WITHOUT_GAPS = frozenset({Label.PHONE, Label.EMAIL, Label.HANDLE, Label.URL, Label.DOMAIN})
