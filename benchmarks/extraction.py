"""How well and how fast identifiers are found, beside what else can be installed for it."""

import argparse
import json
import logging
import re
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nlp.pipeline import Text, load
from nlp.spans import Label, Span

REPEATS = 3
"""How often each is timed; the quickest counts."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What somebody found: of which kind, what it says, and its normal forms if it has any."""

    kind: str
    text: str
    forms: tuple[str, ...] = ()
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A text, what is to be found in it, and the kinds for which nothing else may be found."""

    text: str
    expected: tuple[Finding, ...]
    scope: frozenset[str]
    is_partial: bool
    region: str | None


@dataclass(frozen=True, slots=True)
class Finder:
    """Somebody who finds things: us, or a peer."""

    name: str
    kinds: frozenset[str]
    find: Callable[[Case], list[Finding]]


@dataclass(slots=True)
class Tally:
    """Right, wrong and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        both = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / both if both else 0.0


def main() -> None:
    """Print, for each file of cases and each kind, how we and the peers did; then the speeds."""
    given = _arguments()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    finders = [_ours(), *(_peers() if given.peers else ())]
    for path in given.cases:
        cases = list(_cases(path, given.region))
        print(f"\n{path.name}: {len(cases)} texts\n")
        _print_scores(cases, finders)
        if given.misses is not None:
            _print_misses(cases, given.misses)
    if given.speed:
        _print_speeds(
            [case for path in given.cases for case in _cases(path, given.region)], finders
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extraction", description=__doc__)
    parser.add_argument("cases", nargs="*", type=Path, default=[OWN_CASES], help="JSON lines")
    parser.add_argument("--region", help="the country whose national formats are meant")
    parser.add_argument("--misses", metavar="KIND", help="show what we missed or made up of a kind")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="ours alone")
    parser.add_argument("--no-speed", dest="speed", action="store_false", help="scores alone")
    return parser.parse_args()


# --- scoring -------------------------------------------------------------------------------------


def score(cases: Iterable[Case], finder: Finder) -> dict[str, Tally]:
    """One tally for each kind. A finding counts once, by its words or its normal form; and where a
    suite says what is in a text and not where, what stands in it twice counts once as well."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for case in cases:
        found = _as_named(finder.find(case), case)
        for kind in {*case.scope, *(finding.kind for finding in case.expected)}:
            expected = [finding for finding in case.expected if finding.kind == kind]
            rest = [finding for finding in found if _is_of(finding, kind)]
            tally = tallies[kind]
            for finding in expected:
                match = next((one for one in rest if _are_same(one, finding)), None)
                if match is None:
                    tally.missed += 1
                    tally.misses.append(f"missed {finding.text!r} in {case.text[:160]!r}")
                    continue
                rest.remove(match)
                tally.right += 1
            known = [finding for finding in expected if finding.start is None]
            rest = [one for one in rest if not any(_are_same(one, each) for each in known)]
            if kind in case.scope and not case.is_partial:
                tally.wrong += len(rest)
                tally.misses += [f"made up {one.text!r} in {case.text[:160]!r}" for one in rest]
    return dict(tallies)


def _as_named(found: list[Finding], case: Case) -> list[Finding]:
    """A suite that asks for web addresses and never for hosts calls both by one name, or the other
    way round; one that asks for both names the host of each address as well."""
    names = case.scope & {"URL", "DOMAIN"}
    if len(names) == 2:
        hosts = dict.fromkeys(host for one in found for host in _hosts(one))
        known = {_bare(form) for one in found for form in (one.text, *one.forms)}
        return [*found, *(Finding("DOMAIN", host) for host in hosts if _bare(host) not in known)]
    if not names:
        return found
    (name,) = names
    return [replace(one, kind=name) if one.kind in {"URL", "DOMAIN"} else one for one in found]


def _hosts(finding: Finding) -> Iterator[str]:
    """The host by name that stands in a web or mail address."""
    if finding.kind.partition(":")[0] in {"URL", "EMAIL", "HANDLE"}:
        for form in (*finding.forms, finding.text)[:1]:
            host = _HOST.search(form)
            if host is not None and not host[1].replace(".", "").isdigit():
                yield host[1]


def _is_of(finding: Finding, kind: str) -> bool:
    """Whether it may be of that kind: a plate of no known country may be one of any country."""
    family = kind.partition(":")[0]
    return finding.kind in {kind, family} or finding.kind.partition(":")[0] == kind


def _are_same(one: Finding, other: Finding) -> bool:
    if one.start is not None and other.start is not None and _place(one) != _place(other):
        return False
    forms = {_bare(one.text), *map(_bare, one.forms)}
    return bool(forms & {_bare(other.text), *map(_bare, other.forms)})


def _place(finding: Finding) -> int:
    """Where it begins without the quotes or brackets around it."""
    marks = _MARKS.match(finding.text)
    return (finding.start or 0) + (marks.end() if marks else 0)


def _bare(text: str) -> str:
    return _NETWORK.sub("as", _MARKS.sub("", text.casefold()))


def _print_scores(cases: list[Case], finders: Sequence[Finder]) -> None:
    scores = [score(cases, finder) for finder in finders]
    ours = scores[0]
    kinds = sorted(kind for kind in ours if kind.partition(":")[0] in finders[0].kinds)
    names = [finder.name for finder in finders[1:]]
    print(f"{'kind':<22}{'n':>5}{'P':>7}{'R':>7}{'F1':>7}" + "".join(f"{n:>14}" for n in names))
    total = [Tally() for _ in finders]
    for kind in kinds:
        tally = ours[kind]
        row = f"{kind:<22}{tally.right + tally.missed:>5}"
        row += f"{tally.precision:>7.2f}{tally.recall:>7.2f}{tally.f1:>7.2f}"
        for place, finder in enumerate(finders):
            knows = kind in finder.kinds or kind.partition(":")[0] in finder.kinds
            theirs = scores[place].get(kind, Tally())
            if place:
                row += f"{theirs.f1:>14.2f}" if knows else f"{'-':>14}"
            if knows:
                total[place].right += theirs.right
                total[place].wrong += theirs.wrong
                total[place].missed += theirs.missed
        print(row)
    row = f"{'all it knows':<22}{total[0].right + total[0].missed:>5}"
    row += f"{total[0].precision:>7.2f}{total[0].recall:>7.2f}{total[0].f1:>7.2f}"
    print(row + "".join(f"{tally.f1:>14.2f}" for tally in total[1:]))


def _print_misses(cases: list[Case], kind: str) -> None:
    for name, tally in score(cases, _ours()).items():
        if name.startswith(kind):
            print(*(f"{name}: {miss}" for miss in tally.misses), sep="\n")


def _print_speeds(cases: list[Case], finders: Sequence[Finder]) -> None:
    print("\nmessages a second on one core, all texts above")
    texts = [Text(case.text, case.region) for case in cases]
    pipeline = load()
    pipeline.extract(texts)
    least = min(_seconds(lambda: pipeline.extract(texts)) for _ in range(REPEATS))
    print(f"{'liaison, in batches':<28}{len(texts) / least:>10,.0f}")
    some = cases[:: max(1, len(cases) // 1000)]
    for finder in finders:
        least = min(_seconds(partial(_find_all, finder, some)) for _ in range(REPEATS))
        print(f"{finder.name + ', one by one':<28}{len(some) / least:>10,.0f}")


def _find_all(finder: Finder, cases: Sequence[Case]) -> None:
    for case in cases:
        finder.find(case)


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


# --- cases ---------------------------------------------------------------------------------------


def _cases(path: Path, region: str | None) -> Iterator[Case]:
    for line in path.read_text("utf-8").splitlines():
        record: dict[str, Any] = json.loads(line)
        if "spans" in record:
            yield _our_case(record)
            continue
        expected = tuple(
            Finding(
                _KINDS.get(one["type"], one["type"]),
                one["value"],
                tuple(str(one[key]) for key in ("norm",) if one.get(key)),
                one.get("start"),
            )
            for one in record["expected"]
        )
        scope = frozenset(_KINDS.get(kind, kind) for kind in record["scope"])
        where = record.get("region") or region
        yield Case(record["text"], expected, scope, bool(record.get("partial")), where)


def _our_case(record: dict[str, Any]) -> Case:
    """A case in the form of our own tests: exhaustive for every label."""
    expected = tuple(
        Finding(span["label"], span["text"], (span.get("value") or "",), None)
        for span in record["spans"]
        if span.get("valid", True)
    )
    return Case(record["text"], expected, _LABELS, False, record.get("region"))


# --- who finds -----------------------------------------------------------------------------------


def _ours() -> Finder:
    pipeline = load()

    def find(case: Case) -> list[Finding]:
        spans = pipeline.extract([Text(case.text, case.region)])[0]
        return [_finding(span) for span in spans if span.valid]

    return Finder("liaison", _OURS | _LABELS, find)


def _finding(span: Span) -> Finding:
    kind = f"{span.label}:{span.subtype}" if span.subtype else span.label.value
    forms = (span.value,) if span.value else ()
    if span.subtype == "age" and span.value:
        forms += (span.value.removesuffix(" y"),)  # who annotates an age may leave the unit out
    return Finding(kind, span.text, forms, span.start)


def _peers() -> Iterator[Finder]:
    for package, make in (
        ("presidio-analyzer", _presidio),
        ("ioc-finder", _ioc_finder),
        ("phonenumbers", _phonenumbers),
        ("dateparser", _dateparser),
    ):
        try:
            peer = make()
        except ImportError as why:
            print(f"{package}: skipped, {why}")
            continue
        print(f"{package} {version(package)}")
        yield peer


def _presidio() -> Finder:
    analyzer = import_module("presidio_analyzer")
    registry = analyzer.RecognizerRegistry()
    registry.load_predefined_recognizers()
    nlp_engine = import_module("presidio_analyzer.nlp_engine").SpacyNlpEngine()
    nlp_engine.nlp = {"en": import_module("spacy").blank("en")}
    engine = analyzer.AnalyzerEngine(registry=registry, nlp_engine=nlp_engine)

    def find(case: Case) -> list[Finding]:
        return [
            Finding(_PRESIDIO[r.entity_type], case.text[r.start : r.end], (), r.start)
            for r in engine.analyze(case.text, language="en", score_threshold=0.35)
            if r.entity_type in _PRESIDIO
        ]

    # Addresses of both kinds come under one name.
    def both(case: Case) -> list[Finding]:
        return [
            Finding("IP:v6" if one.kind == "IP:v4" and ":" in one.text else one.kind,
                    one.text, (), one.start)
            for one in find(case)
        ]  # fmt: skip

    return Finder("presidio", frozenset(_PRESIDIO.values()) | {"IP:v6"}, both)


def _ioc_finder() -> Finder:
    ioc_finder = import_module("ioc_finder")
    every = import_module("ioc_finder.ioc_finder").SUPPORTED_IOC_TYPES

    def find(case: Case) -> list[Finding]:
        found = ioc_finder.find_iocs(case.text, included_ioc_types=every)
        return [
            Finding(_IOC_FINDER[kind], value)
            for kind, values in found.items()
            if kind in _IOC_FINDER
            for value in values
        ]

    return Finder("ioc-finder", frozenset(_IOC_FINDER.values()), find)


def _phonenumbers() -> Finder:
    phonenumbers = import_module("phonenumbers")

    def find(case: Case) -> list[Finding]:
        matcher = phonenumbers.PhoneNumberMatcher(
            case.text, case.region or "US", leniency=phonenumbers.Leniency.POSSIBLE
        )
        return [Finding("PHONE", match.raw_string, (), match.start) for match in matcher]

    return Finder("phonenumbers", frozenset({"PHONE"}), find)


def _dateparser() -> Finder:
    search_dates = import_module("dateparser.search").search_dates

    def find(case: Case) -> list[Finding]:
        found = search_dates(case.text, languages=["en"]) or []
        return [Finding("TIME", text) for text, _ in found]

    return Finder("dateparser", frozenset({"TIME"}), find)


OWN_CASES = Path(__file__).parents[1] / "tests" / "cases" / "identifiers.jsonl"

_HOST = re.compile(r"^(?:[a-z]{2,10}://(?:[^/?#@]*@)?|[^/?#@]+@)?([\w-]+(?:\.[\w-]+)+)")
_MARKS = re.compile(r"[\s.,;:'\"()<>\[\]-]+")
# Some call the number of a network "ASN1234", and the standard "AS1234".
_NETWORK = re.compile(r"^asn(?=\d)")
# What other projects call what we find.
_KINDS = {
    "IPV4": "IP:v4", "IPV6": "IP:v6", "BTC": "WALLET:btc", "XMR": "WALLET:xmr",
    "ETH": "WALLET:eth", "CREDIT_CARD": "CARD", "MD5": "HASH:md5", "SHA1": "HASH:sha1",
    "SHA256": "HASH:sha256", "SHA512": "HASH:sha512", "SSDEEP": "HASH:ssdeep",
    "IMPHASH": "HASH:imphash", "AUTHENTIHASH": "HASH:authentihash", "TLP": "MARKING:tlp",
    "XMPP": "HANDLE:xmpp", "AGE": "QUANTITY:age", "FREQUENCY": "QUANTITY:frequency",
    "DATE": "TIME", "DATETIME": "TIME", "DATETIME_RANGE": "TIME", "DATE_RANGE": "TIME",
    "TIME_RANGE": "TIME", "DURATION": "TIME", "SET": "TIME", "DATE_REL": "TIME", "DTG": "TIME",
    "DATE_PARTIAL": "TIME", "COORD": "COORDINATES", "MGRS": "COORDINATES:mgrs",
    "OSGB": "COORDINATES:osgb", "PLUS_CODE": "COORDINATES:plus", "SORT_CODE": "ACCOUNT:GB",
    "ABA_ROUTING": "ACCOUNT:US", "BANK_ACCOUNT:US": "ACCOUNT", "NRP": "NATIONALITY",
    "LOC": "PLACE", "UK_NHS": "NATIONAL_ID:GB", "AU_MEDICARE": "NATIONAL_ID:AU",
    "DE_HEALTH_INSURANCE": "NATIONAL_ID:DE", "DE_TAX_NUMBER": "TAX_ID:DE",
    "NATIONAL_ID:DE_SSN": "NATIONAL_ID:DE", "ID_CARD:DE": "NATIONAL_ID:DE",
    "ID_CARD:IT": "NATIONAL_ID:IT", "NATIONAL_ID:ES_NIE": "NATIONAL_ID:ES",
    "NATIONAL_ID:IN_VOTER": "NATIONAL_ID:IN", "NATIONAL_ID:KR_FRN": "NATIONAL_ID:KR",
    "TAX_ID:IN_PAN": "TAX_ID:IN", "TAX_ID:US_ITIN": "TAX_ID:US", "US_MBI": "NATIONAL_ID:US",
    "COMPANY_NO:AU_ABN": "COMPANY_NO:AU", "COMPANY_NO:AU_ACN": "COMPANY_NO:AU",
    **{f"VAT:{country}": f"TAX_ID:{country}" for country in ("DE", "IT", "IN")},
}  # fmt: skip
_OURS = frozenset(kind.partition(":")[0] for kind in _KINDS.values())
_PRESIDIO = {
    "EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "URL": "URL", "IP_ADDRESS": "IP:v4",
    "MAC_ADDRESS": "MAC", "CRYPTO": "WALLET:btc", "IBAN_CODE": "IBAN", "CREDIT_CARD": "CARD",
    "DATE_TIME": "TIME", "US_SSN": "NATIONAL_ID:US", "US_ITIN": "TAX_ID:US",
    "US_PASSPORT": "PASSPORT:US", "US_DRIVER_LICENSE": "DRIVING_LICENCE:US",
    "US_BANK_NUMBER": "ACCOUNT", "UK_NHS": "NATIONAL_ID:GB", "UK_NINO": "NATIONAL_ID:GB",
}  # fmt: skip
_IOC_FINDER = {
    "email_addresses": "EMAIL", "urls": "URL", "domains": "DOMAIN", "ipv4s": "IP:v4",
    "ipv6s": "IP:v6", "ipv4_cidrs": "CIDR", "mac_addresses": "MAC",
    "bitcoin_addresses": "WALLET:btc", "monero_addresses": "WALLET:xmr", "md5s": "HASH:md5",
    "sha1s": "HASH:sha1", "sha256s": "HASH:sha256", "sha512s": "HASH:sha512",
    "ssdeeps": "HASH:ssdeep", "imphashes": "HASH:imphash", "authentihashes": "HASH:authentihash",
    "cves": "CVE", "asns": "ASN", "file_paths": "FILE_PATH",
    "registry_key_paths": "REGISTRY_KEY", "xmpp_addresses": "HANDLE:xmpp",
    "tlp_labels": "MARKING:tlp",
}  # fmt: skip
_LABELS = frozenset(label.value for label in Label)

if __name__ == "__main__":
    main()
