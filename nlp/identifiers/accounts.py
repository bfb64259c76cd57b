"""Bank accounts, cards and securities."""

import re
from functools import cache

from stdnum import isin as stdnum_isin
from stdnum import lei as stdnum_lei
from stdnum.es import ccc as stdnum_ccc

from nlp.identifiers.rule import (
    CHECK_FAILS,
    CHECKED,
    DISTINCT,
    DOUBTFUL,
    EDGE,
    LABELLED,
    SHAPE,
    Found,
    Rule,
    Sight,
    compact,
    cues,
    digits,
    exact,
    luhn,
    pattern,
)
from nlp.spans import Label


def iban_length(country: str) -> int | None:
    """How many signs the international account numbers of this country have."""
    structure = _BBAN.get(country)
    return 4 + _length(structure) if structure is not None else None


def _iban(sight: Sight) -> Found | None:
    start = sight.match.start()
    country = sight.said.upper()
    structure = _BBAN.get(country)
    account = _IBAN.match(sight.match.string, start) if structure else None
    if structure is None or account is None:
        return None
    said = account.group()
    # The pattern takes as much as an account number may have; the country says how much it has.
    length = 4 + _length(structure)
    end = _end_after(said, length)
    value = compact(said[:end])
    whole_groups = end is not None and not said[end : end + 1].isalnum()
    if not whole_groups or not _shape(structure).fullmatch(value[4:]):
        return _wrong_length(sight, said, country, length)
    extent = (start, start + (end or 0))
    if int((value[4:] + value[:4]).translate(_AS_FIGURES)) % 97 == 1:
        return Found(value, CHECKED, country, extent=extent)
    if not (sight.is_labelled or said[:end].upper() == said[:end]):
        return None
    return Found(value, DOUBTFUL, country, valid=False, why=CHECK_FAILS, extent=extent)


def _wrong_length(sight: Sight, said: str, country: str, length: int) -> Found | None:
    if not sight.is_labelled:
        return None
    said, start = _with_figures(said), sight.match.start()
    value = compact(said)
    if len(value) == length or len(value) < _SHORTEST_IBAN:
        return None
    why = f"{country} account numbers have {length} characters, this one {len(value)}"
    extent = (start, start + len(said))
    return Found(value, DOUBTFUL, country, valid=False, why=why, extent=extent)


def _bic(sight: Sight) -> Found | None:
    said = sight.said
    if said[4:6] not in _COUNTRIES and said[4:6] not in _BBAN:
        return None
    if sight.is_labelled:
        return Found(said, LABELLED, said[4:6])
    if any(c.isdigit() for c in said[6:]) and said[:6].isalpha():
        return Found(said, SHAPE, said[4:6])
    return Found(said, SHAPE, said[4:6]) if len(said) == 11 and said.endswith("XXX") else None


def _card(sight: Sight) -> Found | None:
    said, start = sight.said, sight.match.start()
    labelled = sight.is_labelled
    follows_figures = _RUN.search(sight.match.string, max(0, start - 2), start) is not None
    # An expiry date, a security code or the next card may follow: try the groups from the longest
    # reading down. A part of the figures must have the full form of a card, or any twelve of a
    # mistyped number would do.
    for end in (len(said), *(m.start() for m in reversed(list(_GAP.finditer(said))))):
        number, brand = digits(said[:end]), _brand(digits(said[:end]))
        is_whole = end == len(said) and not follows_figures
        if not is_whole and (brand is None or _FORM.fullmatch(said[:end]) is None):
            continue
        if luhn(number) and len(set(number)) > 1 and (labelled or (brand and len(number) > 12)):
            return Found(number, CHECKED, brand, extent=(start, start + end))
    number = digits(said)
    if follows_figures or len(number) not in range(13, 20):
        return None
    looks_like_one = _FORM.fullmatch(said) is not None and _brand(number) is not None
    if labelled or looks_like_one:
        return Found(number, DOUBTFUL, _brand(number), valid=False, why=CHECK_FAILS)
    return None


def _lei(sight: Sight) -> Found | None:
    value = compact(sight.said)
    if stdnum_lei.is_valid(value):
        return Found(value, CHECKED) if not value.isdigit() or sight.is_labelled else None
    if sight.is_labelled:
        return Found(value, DOUBTFUL, valid=False, why=CHECK_FAILS)
    return None


def _isin(sight: Sight) -> Found | None:
    value = compact(sight.said)
    if stdnum_isin.is_valid(value):
        figures = sum(c.isdigit() for c in value)
        return Found(value, CHECKED, value[:2]) if figures > 3 or sight.is_labelled else None
    if sight.is_labelled:
        return Found(value, DOUBTFUL, value[:2], valid=False, why=CHECK_FAILS)
    return None


def _account(sight: Sight) -> Found | None:
    if not sight.is_labelled:
        return None
    value = compact(sight.said)
    return Found(value, LABELLED) if sum(c.isdigit() for c in value) >= 5 else None


def _mexican(sight: Sight) -> Found | None:
    """Bank, place, account and a check digit, weighed by 3, 7 and 1."""
    if not sight.is_labelled:
        return None
    value = digits(sight.said)
    total = sum(int(c) * w % 10 for c, w in zip(value[:-1], (3, 7, 1) * 6, strict=False))
    if -total % 10 == int(value[-1]):
        return Found(value, CHECKED, "MX")
    return Found(value, DOUBTFUL, "MX", valid=False, why=CHECK_FAILS)


def _branch_in(sight: Sight) -> Found | None:
    """The branch of an Indian bank."""
    return Found(sight.said.upper(), LABELLED, "IN") if sight.is_labelled else None


def _sort_code(sight: Sight) -> Found | None:
    account = sight.match.group("account")
    if account is None and not sight.is_labelled:
        return None
    return Found(digits(sight.said), LABELLED if sight.is_labelled else DISTINCT, "GB")


def _routing(sight: Sight) -> Found | None:
    value = digits(sight.said)
    if len(value) != 9 or not sight.is_labelled:
        return None
    if sum(int(c) * weight for c, weight in zip(value, (3, 7, 1) * 3, strict=True)) % 10:
        return Found(value, DOUBTFUL, "US", valid=False, why=CHECK_FAILS)
    return Found(value, CHECKED, "US")


def _german_bank(sight: Sight) -> Found | None:
    """The number of a German bank, which begins with the region of its clearing."""
    value = digits(sight.said)
    return Found(value, LABELLED, "DE") if sight.is_labelled and value[0] in "12345678" else None


def _french(sight: Sight) -> Found | None:
    """Bank, branch, account and a key, 97 less what the others leave by 97."""
    if not sight.is_labelled:
        return None
    value = compact(sight.said)
    figures = value.translate(_RIB_FIGURES)
    total = 89 * int(figures[:5]) + 15 * int(figures[5:10]) + 3 * int(figures[10:21])
    if (total + int(figures[21:])) % 97 == 0:
        return Found(value, CHECKED, "FR")
    return Found(value, DOUBTFUL, "FR", valid=False, why=CHECK_FAILS)


def _spanish(sight: Sight) -> Found | None:
    if not sight.is_labelled:
        return None
    value = digits(sight.said)
    if stdnum_ccc.is_valid(value):
        return Found(value, CHECKED, "ES")
    return Found(value, DOUBTFUL, "ES", valid=False, why=CHECK_FAILS)


def _giro(sight: Sight) -> Found | None:
    """Bankgiro and plusgiro, by which Swedes are paid."""
    if not sight.is_labelled:
        return None
    value = digits(sight.said)
    if luhn(value):
        return Found(value, CHECKED, "SE")
    return Found(value, DOUBTFUL, "SE", valid=False, why=CHECK_FAILS)


def _brand(number: str) -> str | None:
    for brand, form in _BRANDS:
        if form.match(number):
            return brand
    return None


def _with_figures(said: str) -> str:
    """As far as the groups still have figures in them."""
    end = 0
    for group in _GROUP.finditer(said):
        is_bank_code = group.group().isupper() and len(group.group()) <= 4
        if end and not is_bank_code and not any(c.isdigit() for c in group.group()):
            break
        end = group.end()
    return said[:end]


@cache
def _length(structure: str) -> int:
    return sum(int(part[:-1]) for part in structure.split())


@cache
def _shape(structure: str) -> re.Pattern[str]:
    kinds = {"n": r"\d", "a": "[A-Z]", "c": "[A-Z0-9]"}
    return exact("".join(f"{kinds[part[-1]]}{{{part[:-1]}}}" for part in structure.split()))


def _end_after(said: str, count: int) -> int | None:
    """The offset after the *count*-th letter or digit of what was said."""
    counted = _counting(count).match(said)
    return None if counted is None else counted.end()


@cache
def _counting(count: int) -> re.Pattern[str]:
    return re.compile(rf"(?:[^A-Za-z0-9]*[A-Za-z0-9]){{{count}}}")


# What follows the country and the check digits, from the public IBAN registry (ISO 13616):
# n digits, a capital letters, c either.
_BBAN = {
    "AD": "8n 12c", "AE": "19n", "AL": "8n 16c", "AT": "16n", "AZ": "4a 20c", "BA": "16n",
    "BE": "12n", "BG": "4a 6n 8c", "BH": "4a 14c", "BI": "23n", "BR": "23n 1a 1c",
    "BY": "4c 4n 16c", "CH": "5n 12c", "CR": "18n", "CY": "8n 16c", "CZ": "20n", "DE": "18n",
    "DJ": "23n", "DK": "14n", "DO": "4c 20n", "EE": "16n", "EG": "25n", "ES": "20n", "FI": "14n",
    "FK": "2a 12n", "FO": "14n", "FR": "10n 11c 2n", "GB": "4a 14n", "GE": "2a 16n",
    "GI": "4a 15c", "GL": "14n", "GR": "7n 16c", "GT": "4c 20c", "HN": "4a 20n", "HR": "17n",
    "HU": "24n", "IE": "4a 14n", "IL": "19n", "IQ": "4a 15n", "IS": "22n", "IT": "1a 10n 12c",
    "JO": "4a 4n 18c", "KW": "4a 22c", "KZ": "3n 13c", "LB": "4n 20c", "LC": "4a 24c",
    "LI": "5n 12c", "LT": "16n", "LU": "3n 13c", "LV": "4a 13c", "LY": "21n", "MC": "10n 11c 2n",
    "MD": "20c", "ME": "18n", "MK": "3n 10c 2n", "MN": "16n", "MR": "23n", "MT": "4a 5n 18c",
    "MU": "4a 19n 3a", "NI": "4a 20n", "NL": "4a 10n", "NO": "11n", "OM": "3n 16c",
    "PK": "4a 16c", "PL": "24n", "PS": "4a 21c", "PT": "21n", "QA": "4a 21c", "RO": "4a 16c",
    "RS": "18n", "RU": "14n 15c", "SA": "2n 18c", "SC": "4a 20n 3a", "SD": "14n", "SE": "20n",
    "SI": "15n", "SK": "20n", "SM": "1a 10n 12c", "SO": "19n", "ST": "21n", "SV": "4a 20n",
    "TL": "19n", "TN": "20n", "TR": "6n 16c", "UA": "6n 19c", "VA": "18n", "VG": "4a 16n",
    "XK": "16n", "YE": "4a 4n 18c",
}  # fmt: skip

_COUNTRIES = frozenset(
    "AF AG AI AM AO AR AS AU AW BB BD BF BJ BL BM BN BO BQ BS BT BW BZ CA CC CD CF CG CI CK CL CM "
    "CN CO CU CV CW CX DM DZ EC ER ET FJ FM GA GD GG GH GM GN GP GQ GU GW GY HK HT ID IM IN IR JE "
    "JM JP KE KG KH KI KM KN KP KR KY LA LK LR LS MA MF MG MH ML MM MO MP MQ MS MV MW MX MY MZ NA "
    "NC NE NF NG NP NR NU NZ PA PE PF PG PH PM PR PW PY RE RW SB SG SH SL SN SR SS SX SY SZ TC TD "
    "TG TH TJ TM TO TT TV TW TZ UG US UY UZ VC VE VI VN VU WF WS YT ZA ZM ZW".split()
)

_BRANDS = (
    ("visa", exact(r"4(?:\d{12}|\d{15}|\d{18})$")),
    ("mastercard", exact(r"(?:5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12})$")),
    ("amex", exact(r"3[47]\d{13}$")),
    ("diners", exact(r"3(?:0[0-5]|095|[689]\d)\d{11,16}$")),
    ("discover", exact(r"6(?:011|4[4-9]\d|5\d\d)\d{12,15}$")),
    ("uatp", exact(r"1\d{14}$")),
    ("jcb", exact(r"(?:35(?:2[89]|[3-8]\d)\d{12,15}|(?:2131|1800)\d{11})$")),
    ("unionpay", exact(r"62\d{14,17}$")),
    ("maestro", exact(r"(?:50|5[6-9]|6\d)\d{10,17}$")),
)

_AS_FIGURES = str.maketrans({chr(55 + number): str(number) for number in range(10, 36)})
# As the French banks read letters: A to I, J to R from 1, S to Z from 2.
_RIB_FIGURES = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
_BLZ = cues("blz", "bankleitzahl")
_RIB = cues("rib", "relev[ée] d'identit[ée] bancaire")
_CCC = cues("ccc", "cuenta(?: corriente| bancaria| cliente)?", "n[uú]mero de cuenta")
_GIRO = cues("bankgiro", "bankgirot", "bg", "plusgiro", "plusgirot", "postgiro", "pg")
_SHORTEST_IBAN = 12
_IBAN = pattern(r"[a-z]{2}[ -]?\d[ -]?\d(?:(?:[ -]{0,2}|\.(?=[a-z0-9]{2}))[a-z0-9]){10,30}")
_GROUP = re.compile(r"[A-Za-z0-9]+")
_GAP = re.compile(r"[ -]+")
_RUN = exact(r"\d[ -]$")
_FORM = exact(r"\d{4}([ .-]?)\d{4}\1\d{4}\1\d{4}|\d{4}[ -]\d{6}[ -]\d{5}|1\d{14}")

RULES = (
    Rule(
        Label.IBAN,
        rf"{EDGE}(?:IBAN)?[A-Za-z]{{2}}[ -]?\d[ -]?\d(?:[ .-]{{0,2}}[A-Za-z0-9]){{10}}",
        # Begins with what it looks for, and not with what may not stand before: much quicker.
        exact(
            r"[A-Z](?:(?<![A-Za-z0-9].)|(?<=IBAN.)(?<![A-Za-z0-9]IBAN.))[A-Za-z](?=[ -]?\d)"
            r"|[a-z](?<![A-Za-z0-9].)[a-z](?=[ -]?\d)"
        ),
        _iban,
        cues("iban", r"account", r"acct", r"a/c", "konto", "compte", "rekening"),
        priority=9,
    ),
    Rule(
        Label.BIC,
        r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}",
        exact(r"(?<![A-Za-z0-9])[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9])"),
        _bic,
        cues("bic", "swift(?: code)?"),
        figures=False,
        priority=4,
    ),
    Rule(
        Label.CARD,
        r"\d(?:[ .-]?\d){11}",
        pattern(r"(?<![\w+.-])(?=(\d(?:(?:[ -]?\d){11,22}|(?:\d{3}\.\d){3}\d{3})(?![\w]|[.,]\d)))"),
        _card,
        cues(
            r"cards?",
            "visa",
            "master ?card",
            "amex",
            "american express",
            "maestro",
            "debit",
            "credit",
            "pan",
            "cc",
            "discover",
            "diners(?: club)?",
            "jcb",
            "karte",
            "carte",
        ),
        priority=7,
        group=1,
        effort=1500,
    ),
    Rule(
        Label.LEI,
        rf"{EDGE}[A-Za-z0-9]{{18}}\d\d",
        pattern(r"(?<![a-z0-9])[a-z0-9]{18}\d\d(?![a-z0-9])"),
        _lei,
        cues("lei", "legal entity identifier"),
        priority=6,
    ),
    Rule(
        Label.ISIN,
        rf"{EDGE}[A-Z]{{2}}[A-Z0-9]{{9}}\d",
        exact(r"(?<![A-Za-z0-9])[A-Z]{2}[A-Z0-9]{9}\d(?![A-Za-z0-9])"),
        _isin,
        cues("isin", "security", "securities", "bond", "shares?"),
        priority=6,
    ),
    Rule(
        Label.ACCOUNT,
        r"\d\d-\d\d-\d\d",
        pattern(
            r"(?<![\w-])\d\d-\d\d-\d\d(?![\w-])(?P<account>[ ,/]{1,2}"
            r"(?:(?:account|acct?|a/c)[ .:#]{0,3}(?:(?:no|number)[ .:#]{0,3})?)?\d{8}(?!\w))?"
        ),
        _sort_code,
        cues("sort ?code", "s/c"),
        priority=5,
    ),
    Rule(
        Label.ACCOUNT,
        r"\d{2,4}[ -]?\d{2}",
        pattern(r"(?<![\w+/.-])\d{2,4}(?:[ -]?\d{2,8}){1,4}(?![\w/]|[.,-]\d)"),
        _account,
        cues(
            r"acc(?:oun)?ts?(?: no\.?| number| num)?",
            r"a/c",
            r"acc",
            r"konto(?:nummer)?",
            r"rekening(?:nummer)?",
            r"compte",
            r"cuenta",
        ),
        priority=3,
        needs=cues(
            r"acc(?:oun)?ts?(?: no\.?| number| num)?",
            r"a/c",
            r"acc",
            r"konto(?:nummer)?",
            r"rekening(?:nummer)?",
            r"compte",
            r"cuenta",
        ),
    ),
    Rule(
        Label.ACCOUNT,
        r"\d{4}-?\d{4}-?\d",
        pattern(r"(?<![\w+/.-])\d{4}-?\d{4}-?\d(?![\w/]|[.,-]\d)"),
        _routing,
        cues(r"routing(?: no\.?| number)?", "aba", "rtn"),
        priority=4,
        needs=cues(r"routing(?: no\.?| number)?", "aba", "rtn"),
    ),
    Rule(
        Label.ACCOUNT,
        r"(?i:clabe)",
        pattern(r"(?<![\w+/.-])\d{3} ?\d{3} ?\d{11} ?\d(?![\w/]|[.,-]\d)"),
        _mexican,
        cues("clabe"),
        priority=5,
        needs=cues("clabe"),
    ),
    Rule(
        Label.ACCOUNT,
        r"[A-Za-z]{4}0[A-Za-z0-9]{6}",
        pattern(r"(?<![a-z0-9-])[a-z]{4}0[a-z0-9]{6}(?![a-z0-9-])"),
        _branch_in,
        cues("ifsc(?: code)?", "neft", "rtgs", "imps"),
        priority=5,
        needs=cues("ifsc(?: code)?", "neft", "rtgs", "imps"),
    ),
    Rule(
        Label.ACCOUNT,
        r"\d{3} ?\d{3} ?\d\d",
        pattern(r"(?<![\w+/.-])\d{3}( ?)\d{3}\1\d\d(?![\w/]|[.,-]\d)"),
        _german_bank,
        _BLZ,
        priority=5,
        needs=_BLZ,
    ),
    Rule(
        Label.ACCOUNT,
        r"\d{5}[ -]?\d{5}[ -]?[A-Za-z0-9]",
        pattern(r"(?<![\w+/.-])\d{5}[ -]?\d{5}[ -]?[a-z0-9]{11}[ -]?\d\d(?![\w/]|[.,-]\d)"),
        _french,
        _RIB,
        priority=6,
        needs=_RIB,
    ),
    Rule(
        Label.ACCOUNT,
        r"\d{4}[ -]?\d{4}[ -]?\d\d[ -]?\d{10}",
        pattern(r"(?<![\w+/.-])\d{4}[ -]?\d{4}[ -]?\d\d[ -]?\d{10}(?![\w/]|[.,-]\d)"),
        _spanish,
        _CCC,
        priority=6,
        needs=_CCC,
    ),
    Rule(
        Label.ACCOUNT,
        r"\d-\d",
        pattern(r"(?<![\w+/.-])(?:\d{3,4}-\d{4}|\d{1,3}(?: ?\d\d){0,3}-\d)(?![\w/]|[.,-]\d)"),
        _giro,
        _GIRO,
        priority=5,
        needs=_GIRO,
    ),
)
