"""Numbers that countries give to people, taxpayers and companies."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module

from nlp.identifiers.forms import FIGURES, Forms, Stretch, starts, written
from nlp.identifiers.rule import (
    CHECK_FAILS,
    CHECKED,
    DAY,
    DISTINCT,
    DOUBTFUL,
    LABELLED,
    SHAPE,
    Cues,
    Found,
    Rule,
    Sight,
    compact,
    cues,
    digits,
    exact,
    luhn,
    pattern,
    wherever,
)
from nlp.spans import Label


@dataclass(frozen=True, slots=True)
class Number:
    """A number some country gives out, with the check that belongs to it.

    `form` is how it is written, `bare` says that form and check together are enough, and `words`
    name it. Of a number without a public check the words must say what it is.
    """

    label: Label
    country: str
    check: str  # a module of python-stdnum, one of ours, or none
    form: str
    words: tuple[str, ...]
    bare: bool = False

    def fits(self, said: str) -> bool:
        return bool(self.check) and _check(self.check)(said)

    @property
    def cues(self) -> Cues:
        return cues(*self.words)


def judge(number: Number, stretch: Stretch, sight: Sight) -> Found | None:
    """Whether form and check digits say that the stretch is such a number, without a word."""
    sure = number.bare and written(number.form).fullmatch(stretch.upper) is not None
    at_home = sight.region == number.country
    if not sure and not (stretch.is_alone and (at_home or len(stretch.compact) > _WEAK)):
        return None
    if _GOES_ON.match(sight.match.string, stretch.end) or not number.fits(stretch.said):
        return None
    return Found(
        stretch.compact,
        CHECKED if sure else LABELLED if at_home else SHAPE,
        number.country,
        why="" if sure or at_home else "nothing says what it is, and the check digits fit",
        extent=(stretch.start, stretch.end),
        label=number.label,
    )


def _said(sight: Sight, *, forms: Forms[Number]) -> Found | None:
    """A number beside the word that names it, or beside a word for papers of any country."""
    doubtful: Found | None = None
    for stretch, numbers in _stretches(sight, forms):
        if DAY.fullmatch(stretch.said):
            continue
        papers = sight.distance(stretch.start, stretch.end, _PAPERS)
        for number in _home_first(numbers, sight.region):
            distance = sight.distance(stretch.start, stretch.end, number.cues)
            if distance is None and papers is None:
                continue
            found = _judged(number, stretch, sight, distance, papers)
            if found is not None and found.valid:
                return found
            doubtful = doubtful or found
    return doubtful


def _stretches(sight: Sight, forms: Forms[Number]) -> Iterator[tuple[Stretch, list[Number]]]:
    for start in starts(sight.match.string, sight.match.end()):
        yield from forms.at(sight.match.string, start)


def _judged(
    number: Number, stretch: Stretch, sight: Sight, distance: int | None, papers: int | None
) -> Found | None:
    extent, fits = (stretch.start, stretch.end), number.fits(stretch.said)
    if distance is not None and (fits or not number.check):
        confidence = CHECKED if fits else LABELLED
        value = stretch.compact
        return Found(value, confidence, number.country, extent=extent, distance=distance)
    if distance is not None and distance < _BESIDE:
        return Found(
            stretch.compact,
            DOUBTFUL,
            number.country,
            valid=False,
            why=CHECK_FAILS,
            extent=extent,
            distance=distance,
        )
    # Groups of another form are of another number: a meeting has an "id" too.
    is_written_so = stretch.said.isalnum() or written(number.form).fullmatch(stretch.upper)
    if fits and papers is not None and is_written_so:
        at_home = sight.region == number.country
        confidence = CHECKED if at_home else DISTINCT
        return Found(stretch.compact, confidence, number.country, extent=extent, distance=papers)
    return None


def _home_first(numbers: list[Number], region: str | None) -> list[Number]:
    if region is None or len(numbers) == 1:
        return numbers
    return sorted(numbers, key=lambda number: number.country != region)


@cache
def _check(name: str) -> Callable[[str], bool]:
    if name in _OURS:
        return _OURS[name]
    return partial(_fits_in_library, import_module(f"stdnum.{name}").is_valid)


def _fits_in_library(check: Callable[[str], bool], said: str) -> bool:
    try:
        return check(said)
    except LookupError:  # some checks break on a region that their lists name by half
        return False


def is_hetu(said: str) -> bool:
    """The Finnish personal identity code, with the century signs in use since 2023."""
    number = said.upper()
    if not _HETU.fullmatch(number):
        return False
    day, month = int(number[:2]), int(number[2:4])
    remainder = int(number[:6] + number[7:10]) % 31
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return False
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[remainder] == number[10]


def is_nric(said: str) -> bool:
    """The Singaporean identity card and foreigners' number."""
    number = said.upper()
    if not _NRIC.fullmatch(number):
        return False
    total = sum(int(c) * w for c, w in zip(number[1:8], (2, 7, 6, 5, 4, 3, 2), strict=True))
    total += {"T": 4, "G": 4, "M": 3}.get(number[0], 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "M": "KLJNPQRTUWX"}
    place = 10 - total % 11 if number[0] == "M" else total % 11
    return letters.get(number[0], "XWUTRQPNMLK")[place] == number[8]


def is_kvnr(said: str) -> bool:
    """The German health insurance number: a letter counts as its place, the rest as Luhn has it."""
    number = said.upper()
    if not _KVNR.fullmatch(number):
        return False
    figures = f"{ord(number[0]) - 64:02}{number[1:9]}"
    total = 0
    for place, char in enumerate(figures):
        product = int(char) * (1 + place % 2)
        total += product // 10 + product % 10
    return total % 10 == int(number[9])


def is_pension(said: str) -> bool:
    """The German pension insurance number."""
    number = _MARKS.sub("", said).upper()
    if not _PENSION.fullmatch(number):
        return False
    figures = f"{number[:8]}{ord(number[8]) - 64:02}{number[9:11]}"
    total = 0
    for char, weight in zip(figures, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True):
        product = int(char) * weight
        total += product // 10 + product % 10
    month = int(number[4:6])
    return total % 10 == int(number[11]) and 1 <= month <= 12


def is_foreigner_kr(said: str) -> bool:
    """The Korean registration of foreigners; the check was dropped for those given from 2020 on."""
    number = _MARKS.sub("", said)
    if not _FRN.fullmatch(number):
        return False
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    total = sum(int(c) * w for c, w in zip(number[:12], weights, strict=True))
    is_date = 1 <= int(number[2:4]) <= 12 and 1 <= int(number[4:6]) <= 31
    return is_date and (13 - total % 11) % 10 == int(number[12])


def is_medicare_au(said: str) -> bool:
    """The Australian health card."""
    number = _MARKS.sub("", said)
    if not re.fullmatch(r"[2-6]\d{9,10}", number, re.ASCII):
        return False
    weights = (1, 3, 7, 9, 1, 3, 7, 9)
    return sum(int(c) * w for c, w in zip(number, weights, strict=False)) % 10 == int(number[8])


def is_beneficiary_us(said: str) -> bool:
    """The American Medicare card has a form and no check digit."""
    return _MBI.fullmatch(_MARKS.sub("", said).upper()) is not None


def is_insurance_gb(said: str) -> bool:
    """The British National Insurance number: not every prefix is given out."""
    number = _MARKS.sub("", said).upper()
    return _NINO.fullmatch(number) is not None and number[:2] not in _NOT_ISSUED


def _social_security(sight: Sight) -> Found | None:
    value = _MARKS.sub("", sight.said)
    labelled = sight.is_labelled
    if _check("us.ssn")(value):
        written_out = len(sight.said) > len(value)
        if labelled or written_out:
            return Found(value, LABELLED if labelled else SHAPE, "US")
        return None
    if labelled and not value.startswith("9"):
        why = "no such number is given out"
        return Found(value, DOUBTFUL, "US", valid=False, why=why)
    return None


def _insurance(sight: Sight) -> Found | None:
    value = _MARKS.sub("", sight.said).upper()
    labelled = sight.is_labelled
    if not is_insurance_gb(value):
        why = f"no number begins with {value[:2]}"
        return Found(value, DOUBTFUL, "GB", valid=False, why=why) if labelled else None
    return Found(value, LABELLED if labelled else DISTINCT, "GB")


def _bracketed(sight: Sight) -> Found | None:
    """The Hong Kong identity card puts its check digit into brackets."""
    value = compact(sight.said)
    return Found(value, CHECKED, "HK") if is_hkid(value) else None


def _vat(sight: Sight) -> Found | None:
    value = _MARKS.sub("", sight.said).upper()
    labelled = sight.is_labelled
    if _check("eu.vat")(value) or (_check("gb.vat")(value[2:]) and value.startswith("GB")):
        # Small letters and short numbers also read as words: there the word must say it.
        if labelled or sight.said[:2].isupper():
            return Found(value, CHECKED, value[:2])
        return None
    if labelled and sum(c.isdigit() for c in value) > 6:
        return Found(value, DOUBTFUL, value[:2], valid=False, why=CHECK_FAILS)
    return None


def _register_entry(sight: Sight) -> Found | None:
    return Found(_MARKS.sub("", sight.said).upper(), DISTINCT, "DE")


def _labelled(sight: Sight) -> Found | None:
    """No check digits that are public: the word beside it must say what it is."""
    value = _MARKS.sub("", sight.said).upper()
    if not sight.is_labelled or sum(c.isdigit() for c in value) < 3:
        return None
    return Found(value, LABELLED)


def is_pin_th(said: str) -> bool:
    """The Thai identity card: its check digit, and a province in the second and third figures."""
    number = _MARKS.sub("", said)
    return "10" <= number[1:3] <= "96" and _check("th.pin")(number)


def is_itin(said: str) -> bool:
    """The American taxpayer number of people without a social security number: the groups in use,
    by the instructions to Form W-7."""
    number = _MARKS.sub("", said)
    group = int(number[3:5]) if number.isdigit() and len(number) == _NINE else 0
    in_use = 50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or 94 <= group <= 99
    return number.startswith("9") and in_use


def is_hkid(said: str) -> bool:
    """The Hong Kong identity card: letters count from ten, a single one stands behind a space."""
    found = _HKID.fullmatch(said.upper())
    if found is None:
        return False
    signs = found[1].rjust(2) + found[2] + found[3]
    values = [36 if c == " " else int(c, 36) for c in signs]
    return sum(v * w for v, w in zip(values, range(9, 0, -1), strict=True)) % 11 == 0


def is_snils(said: str) -> bool:
    """The Russian insurance number: nine figures weighed from nine to one."""
    number = digits(said)
    total = sum(int(c) * w for c, w in zip(number, range(9, 0, -1), strict=False)) % 101
    return len(number) == _NINE + 2 and total % 100 == int(number[_NINE:])


def is_dui(said: str) -> bool:
    """The identity document of El Salvador: eight figures weighed from nine to two."""
    number = digits(said)
    total = sum(int(c) * w for c, w in zip(number, range(9, 0, -1), strict=False))
    return len(number) == _NINE and total % 10 == 0


def is_identity_tw(said: str) -> bool:
    """The identity card of Taiwan: the letter of a county stands for two figures."""
    letter, figures = said[:1].upper(), said[1:]
    place = "ABCDEFGHJKLMNPQRSTUVXYWZIO".find(letter)
    if place < 0 or len(figures) != _NINE or figures[0] not in "1289":
        return False
    tens, ones = divmod(place + 10, 10)
    weights = (8, 7, 6, 5, 4, 3, 2, 1, 1)
    total = tens + 9 * ones + sum(int(c) * w for c, w in zip(figures, weights, strict=True))
    return total % 10 == 0


def is_company_in(said: str) -> bool:
    """The Indian corporate identity: listed or not, trade, state, year, kind and entry."""
    return _CIN.fullmatch(said.upper()) is not None


_OURS: dict[str, Callable[[str], bool]] = {
    "pin_th": is_pin_th, "itin": is_itin, "hkid": is_hkid, "snils": is_snils, "dui": is_dui,
    "tw_id": is_identity_tw, "cin": is_company_in,
    "luhn": lambda said: luhn(digits(said) or "1"),
    "emirates": lambda said: digits(said)[3:5] in {"19", "20"},
    "hetu": is_hetu, "nric": is_nric, "kvnr": is_kvnr, "pension": is_pension,
    "frn": is_foreigner_kr, "medicare": is_medicare_au, "mbi": is_beneficiary_us,
}  # fmt: skip
_NINE = 9
_HKID = exact(r"([A-Z]{1,2})(\d{6})\(?([0-9A])\)?")
_CIN = exact(
    r"[LU]\d{5}[A-Z]{2}(?:19|20)\d\d(?:FLC|FTC|GAP|GAT|GOI|NPL|OPC|PLC|PTC|SGC|ULL|ULT)\d{6}"
)
_HETU = exact(r"\d{6}[-+A-FYXWVU]\d{3}[0-9A-Y]")
_NRIC = exact(r"[STFGM]\d{7}[A-Z]")
_KVNR = exact(r"[A-Z]\d{9}")
_PENSION = exact(r"\d{8}[A-Z]\d{3}")
_FRN = exact(r"\d{6}[5-8]\d{6}")
_MBI = exact(
    r"[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d"
    r"[AC-HJKMNP-RT-Y]{2}\d\d"
)
_NINO = exact(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]?")
_NOT_ISSUED = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}
_MARKS = re.compile(r"[^A-Za-z0-9]+")
_GOES_ON = re.compile(r"[ ./-]\d")
_WEAK = 9  # so many digits fit one country or another too often
_BESIDE = 20  # characters between a number and the word that makes it one, though its check fails

_PAPER_WORDS = (
    r"(?:national |personal )?id(?:entity|entification)?(?: card| no\.?| number| num| nr\.?)?s?",
    r"(?:tax|vat|company|registration)(?: id| no\.?| number)",
)
_PAPERS = cues(*_PAPER_WORDS)

_PERSON, _TAX, _COMPANY = Label.NATIONAL_ID, Label.TAX_ID, Label.COMPANY_NO
NUMBERS = (
    # What form and check together give away.
    Number(_PERSON, "IT", "it.codicefiscale", "AAAAAA99A99A999A",
            ("codice fiscale", "cf"), bare=True),
    Number(_PERSON, "FI", "hetu", "999999-999X", ("hetu", "henkilötunnus"), bare=True),
    Number(_PERSON, "FI", "hetu", "999999A999X", ("hetu", "henkilötunnus"), bare=True),
    Number(_PERSON, "MX", "mx.curp", "AAAA999999AAAAAAX9", ("curp",), bare=True),
    Number(_TAX, "MX", "mx.rfc", "AAAA999999XXX", ("rfc",)),
    Number(_COMPANY, "MX", "mx.rfc", "AAA999999XXX", ("rfc",)),
    Number(_PERSON, "CN", "cn.ric", "9{17}X", ("resident id", "身份证"), bare=True),
    Number(_COMPANY, "CN", "cn.uscc", "99999999XXXXXXXXXX", ("uscc", "credit code", "信用代码")),
    Number(_PERSON, "SE", "se.personnummer", "9{6}-9{4}", ("personnummer", "pnr"), bare=True),
    Number(_PERSON, "SE", "se.personnummer", "9{8}-9{4}", ("personnummer", "pnr"), bare=True),
    Number(_PERSON, "SE", "se.personnummer", "9{10}", ("personnummer", "pnr")),
    Number(_PERSON, "SE", "se.personnummer", "9{12}", ("personnummer", "pnr")),
    Number(_PERSON, "ES", "es.dni", "9{8}-?A", ("dni", "nif"), bare=True),
    Number(_PERSON, "ES", "es.nie", "A-?9{7}-?A", ("nie",), bare=True),
    Number(_COMPANY, "ES", "es.cif", "A-?9{7}X", ("cif", "nif")),
    Number(_PERSON, "FR", "fr.nir", "9 ?99 ?99 ?99 ?999 ?999 ?99",
            ("nir", "sécurité sociale", "insee"), bare=True),
    Number(_TAX, "FR", "fr.nif", "99 ?99 ?999 ?999 ?999", ("spi", "numéro fiscal")),
    Number(_PERSON, "KR", "kr.rrn", "9{6}-9{7}", ("rrn",), bare=True),
    Number(_PERSON, "KR", "kr.rrn", "9{13}", ("rrn",)),
    Number(_PERSON, "KR", "frn", "9{6}-9{7}", ("frn",), bare=True),
    Number(_PERSON, "KR", "frn", "9{13}", ("frn",)),
    Number(_PERSON, "BE", "be.nn", "99.99.99-999.99", ("rijksregister",), bare=True),
    Number(_PERSON, "BR", "br.cpf", "999.999.999-99", ("cpf",), bare=True),
    Number(_COMPANY, "BR", "br.cnpj", "99.999.999/9999-99", ("cnpj",), bare=True),
    Number(_PERSON, "CH", "ch.ssn", "999.9999.9999.99", ("ahv", "avs"), bare=True),
    Number(_COMPANY, "CH", "ch.uid", "AAA-999.999.999", ("uid", "mwst", "ide"), bare=True),
    Number(_PERSON, "SG", "nric", "A9{7}A", ("nric", "fin", "ic no"), bare=True),
    Number(_PERSON, "DE", "pension", "9{8}A999", ("rentenversicherungs?nummer", "rvnr",
            "versicherungsnummer", "sv-?nummer"), bare=True),
    Number(_PERSON, "DE", "pension", "99 9{6} A 999", ("rentenversicherungs?nummer", "rvnr",
            "versicherungsnummer", "sv-?nummer"), bare=True),
    Number(_PERSON, "DE", "kvnr", "A9{9}", ("kvnr", "krankenkasse", "krankenversicherung",
            "versichertennummer")),
    Number(_PERSON, "US", "mbi", "9AX9-AX9-AA99", ("medicare", "mbi"), bare=True),
    Number(_PERSON, "US", "mbi", "9AX9AX9AA99", ("medicare", "mbi"), bare=True),
    Number(_PERSON, "IN", "in_.epic", "AAA9{7}", ("epic", "voter", "voters?")),
    Number(_TAX, "IN", "in_.gstin", "99AAAAA9999AXAX", ("gstin", "gst"), bare=True),
    Number(_TAX, "AR", "ar.cuit", "99-9{8}-9", ("cuit", "cuil"), bare=True),
    Number(_PERSON, "CL", "cl.rut", "99.999.999-X", ("rut", "run"), bare=True),
    # What needs its word.
    Number(_PERSON, "BE", "be.nn", "9{11}", ("rijksregister(?:nummer)?", "nrn", "niss", "insz")),
    Number(_PERSON, "BR", "br.cpf", "9{11}", ("cpf",)),
    Number(_PERSON, "PL", "pl.pesel", "9{11}", ("pesel",)),
    Number(_PERSON, "NO", "no.fodselsnummer", "9{6} ?9{5}", ("fødselsnummer", "fodselsnummer",
            "fnr")),
    Number(_PERSON, "DK", "dk.cpr", "9{6}-?9{4}", ("cpr",)),
    Number(_PERSON, "NL", "nl.bsn", "9{8,9}", ("bsn", "burgerservicenummer", "sofi")),
    Number(_PERSON, "TR", "tr.tckimlik", "9{11}", ("tc", "tckn", "kimlik", "t\\.c\\.")),
    Number(_TAX, "TR", "tr.vkn", "9{10}", ("vkn", "vergi")),
    Number(_PERSON, "IN", "in_.aadhaar", "9{4}-?9{4}-?9{4}", ("aadhaa?r", "uidai")),
    Number(_PERSON, "ZA", "za.idnr", "9{13}", ("south african id", "said")),
    Number(_PERSON, "TH", "pin_th", "9-?9{4}-?9{5}-?99-?9", ("pin", "thai id", "tnin")),
    Number(_PERSON, "CA", "ca.sin", "999-?999-?999", ("sin", "nas", "social insurance",
            "assurance sociale")),
    Number(_PERSON, "HR", "hr.oib", "9{11}", ("oib",)),
    Number(_PERSON, "EE", "ee.ik", "9{11}", ("isikukood",)),
    Number(_PERSON, "LT", "lt.asmens", "9{11}", ("asmens kodas",)),
    Number(_PERSON, "LV", "lv.pvn", "9{6}-?9{5}", ("personas kods",)),
    Number(_PERSON, "BG", "bg.egn", "9{10}", ("egn", "егн")),
    Number(_PERSON, "CZ", "cz.rc", "9{6}/?9{3,4}", ("rodné číslo", "rodne cislo", "r\\.č\\.")),
    Number(_PERSON, "SK", "sk.rc", "9{6}/?9{4}", ("rodné číslo", "rodne cislo")),
    Number(_PERSON, "HU", "hu.anum", "9{8}-?9-?99", ("adószám", "adoszam")),
    Number(_PERSON, "RO", "ro.cnp", "9{13}", ("cnp",)),
    Number(_PERSON, "GR", "gr.amka", "9{11}", ("amka",)),
    Number(_PERSON, "SI", "si.emso", "9{13}", ("em[sš]o",)),
    Number(_PERSON, "RS", "si.emso", "9{13}", ("jmbg", "јмбг", "embg", "mati[cč]ni broj")),
    Number(_PERSON, "HK", "hkid", "A{1,2}9{6}X", ("hkid", "hong kong id")),
    Number(_PERSON, "RU", "snils", "999-?999-?999[ -]?99", ("snils", "снилс")),
    Number(_PERSON, "LU", "", "9{13}", ("matricule",)),
    Number(_PERSON, "AE", "emirates", "784-?9{4}-?9{7}-?9", ("emirates id", "eid")),
    Number(_PERSON, "SA", "luhn", "9{10}", ("iqama", "saudi id", "هوية", "إقامة")),
    Number(_PERSON, "EG", "", "9{14}", ("egyptian(?: national)? id", "الرقم القومي")),
    Number(_PERSON, "MA", "", "A{1,2}9{5,6}", ("cin", "cnie", "carte nationale")),
    Number(_PERSON, "SV", "dui", "9{8}-?9", ("dui",)),
    Number(_PERSON, "CO", "", "9{1,2}.?9{3}.?9{3}", ("c[eé]dula de ciudadan[ií]a",)),
    Number(_PERSON, "CO", "", "9.?9{3}.?9{3}.?9{3}", ("c[eé]dula de ciudadan[ií]a",)),
    Number(_PERSON, "UY", "", "9.?9{3}.?9{3}-?9", ("c[eé]dula de identidad",)),
    Number(_PERSON, "PH", "", "9999-?9{4}-?9{4}-?9{4}", ("philsys", "psn", "philid")),
    Number(_PERSON, "VN", "", "9{12}", ("cccd", "c[aă]n c[uư][oơ]c")),
    Number(_PERSON, "TW", "tw_id", "A9{9}", ("taiwan id", "身分證")),
    Number(_PERSON, "IS", "is_.kennitala", "9{6}-?9{4}", ("kennitala", "kt")),
    Number(_PERSON, "PT", "pt.cc", "9{8} ?9 ?AA9", ("cart[aã]o de cidad[aã]o", "cc")),
    Number(_PERSON, "AT", "at.vnr", "9{4} ?9{6}", ("sozialversicherungsnummer", "svnr")),
    Number(_PERSON, "IE", "ie.pps", "9{7}A{1,2}", ("pps", "ppsn")),
    Number(_PERSON, "CL", "cl.rut", "9{1,2}.?9{3}.?9{3}-?X", ("rut", "run")),
    Number(_PERSON, "IL", "il.idnr", "9{9}", ("teudat zehut",)),
    Number(_PERSON, "GB", "gb.nhs", "999-?999-?9999", ("nhs",)),
    Number(_PERSON, "UA", "ua.rntrc", "9{10}", ("rntrc", "рнокпп", "ipn")),
    Number(_PERSON, "MY", "my.nric", "9{6}-?99-?9999", ("mykad", "my ?nric", "kad pengenalan",
            "ic")),
    Number(_PERSON, "ID", "id.nik", "9{16}", ("nik", "ktp")),
    Number(_TAX, "ID", "id.npwp", "99.?999.?999.?9-?999.?999", ("npwp",)),
    Number(_PERSON, "PK", "pk.cnic", "9{5}-?9{7}-?9", ("cnic", "nadra")),
    Number(_PERSON, "AR", "ar.dni", "99.?999.?999", ("dni",)),
    Number(_PERSON, "EC", "ec.ci", "9{9}-?9", ("c[eé]dula", "ci")),
    Number(_PERSON, "PE", "pe.cui", "9{8}-?9", ("dni", "cui")),
    Number(_PERSON, "CU", "cu.ni", "9{11}", ("carn[eé] de identidad",)),
    Number(_PERSON, "DO", "do.cedula", "9{3}-?9{7}-?9", ("c[eé]dula",)),
    Number(_PERSON, "MU", "mu.nid", "A9{12}X", ("nid",)),
    Number(_PERSON, "AU", "medicare", "9999 ?9{5} ?9{1,2}", ("medicare",)),
    Number(_PERSON, "NG", "", "9{11}", ("nin", "nimc")),
    Number(_PERSON, "IT", "", "AA9{7}", ("carta d'identit[aà]", "cie")),
    Number(_PERSON, "IT", "", "AA9{5}AA", ("carta d'identit[aà]", "cie")),
    Number(_PERSON, "DE", "", "AXXXXXXXX", ("personalausweis(?:nummer)?", "ausweis(?:nummer)?")),
    Number(_PERSON, "BE", "", "999-9{7}-99", ("eid", "identiteitskaart")),
    Number(_TAX, "DE", "de.idnr", "99 ?999 ?999 ?999",
            ("steuer-?id(?:entifikationsnummer)?", "idnr", "tin")),
    Number(_TAX, "DE", "de.stnr", "9{2,3}/?9{3,4}/?9{4,5}", ("steuernummer", "st(?:euer)?-?nr",
            "finanzamt")),
    Number(_TAX, "AT", "at.tin", "99-?999/?9999", ("steuernummer", "abgabenkontonummer")),
    Number(_TAX, "IN", "in_.pan", "AAAAA9999A", ("pan", "income tax"), bare=True),
    Number(_TAX, "AU", "au.tfn", "999 ?999 ?9{2,3}", ("tfn", "tax file")),
    Number(_TAX, "US", "itin", "999-99-9999", ("itin", "taxpayer id"), bare=True),
    Number(_TAX, "US", "itin", "9{9}", ("itin", "taxpayer id")),
    Number(_TAX, "US", "us.ein", "99-?9{7}", ("ein", "employer identification")),
    Number(_TAX, "GB", "gb.utr", "9{10}", ("utr", "taxpayer reference")),
    Number(_TAX, "PT", "pt.nif", "9{9}", ("nif", "contribuinte")),
    Number(_TAX, "PL", "pl.nip", "999-?999-?99-?99", ("nip",)),
    Number(_TAX, "RU", "ru.inn", "9{10}", ("inn", "инн")),
    Number(_PERSON, "RU", "ru.inn", "9{12}", ("inn", "инн")),
    Number(_TAX, "IT", "it.iva", "9{11}", ("partita iva", "p\\.? ?iva")),
    Number(_TAX, "GR", "gr.vat", "9{9}", ("afm", "αφμ")),
    Number(_TAX, "PH", "", "999-999-9{3}", ("tin", "bir")),
    Number(_TAX, "PH", "", "999-999-999-9{3,5}", ("tin", "bir")),
    Number(_TAX, "PH", "", "9{9}", ("bir", "bir tin")),
    Number(_TAX, "PH", "", "9{12}", ("tin", "bir")),
    Number(_TAX, "TR", "tr.vkn", "999-?999-?9999", ("vergi kimlik",)),
    Number(_COMPANY, "UA", "ua.edrpou", "9{8}", ("edrpou", "єдрпоу")),
    Number(_TAX, "RS", "rs.pib", "9{9}", ("pib",)),
    Number(_TAX, "MK", "mk.edb", "9{13}", ("edb",)),
    Number(_TAX, "ME", "me.pib", "9{8}", ("pib",)),
    Number(_TAX, "AL", "al.nipt", "A9{8}A", ("nipt", "nuis")),
    Number(_TAX, "BY", "by.unp", "9{9}", ("unp", "унп")),
    Number(_TAX, "MD", "md.idno", "9{13}", ("idno",)),
    Number(_TAX, "AZ", "az.voen", "9{10}", ("v[oö]en",)),
    Number(_TAX, "CO", "co.nit", "9{3}.?9{3}.?9{3}-?9", ("nit",)),
    Number(_TAX, "GT", "gt.nit", "9{7}-?X", ("nit",)),
    Number(_TAX, "SV", "sv.nit", "9{4}-?9{6}-?999-?9", ("nit",)),
    Number(_TAX, "EC", "ec.ruc", "9{13}", ("ruc",)),
    Number(_TAX, "PE", "pe.ruc", "9{11}", ("ruc",)),
    Number(_TAX, "PY", "py.ruc", "9{6,8}-?9", ("ruc",)),
    Number(_TAX, "UY", "uy.rut", "9{12}", ("rut",)),
    Number(_TAX, "DO", "do.rnc", "9-?99-?9{5}-?9", ("rnc",)),
    Number(_TAX, "VE", "ve.rif", "A-?9{8}-?9", ("rif",)),
    Number(_TAX, "CR", "cr.cpj", "9-?999-?9{6}", ("c[eé]dula jur[ií]dica",)),
    Number(_TAX, "KE", "ke.pin", "A9{9}A", ("kra", "kra pin", "pin")),
    Number(_TAX, "GH", "gh.tin", "A9{9}X", ("tin",)),
    Number(_TAX, "ZA", "za.tin", "9{10}", ("sars", "tax ref(?:erence)?")),
    Number(_TAX, "EG", "eg.tn", "999-?999-?999", ("tn", "tax registration")),
    Number(_TAX, "TN", "tn.mf", "9{7}A", ("matricule fiscal", "mf")),
    Number(_TAX, "DZ", "dz.nif", "9{15}", ("nif",)),
    Number(_TAX, "SN", "sn.ninea", "9{7} ?9A9", ("ninea",)),
    Number(_TAX, "GN", "gn.nifp", "9{9}", ("nifp",)),
    Number(_TAX, "MZ", "mz.nuit", "9{9}", ("nuit",)),
    Number(_TAX, "VN", "vn.mst", "9{10}", ("mst", "ma so thue", "mã số thuế")),
    Number(_TAX, "NZ", "nz.ird", "9{2,3}-?999-?999", ("ird",)),
    Number(_COMPANY, "FR", "fr.siret", "999 ?999 ?999 ?9{5}", ("siret",)),
    Number(_COMPANY, "FR", "fr.siren", "999 ?999 ?999", ("siren", "rcs")),
    Number(_COMPANY, "AU", "au.abn", "99 ?999 ?999 ?999", ("abn", "australian business number")),
    Number(_COMPANY, "AU", "au.acn", "999 ?999 ?999", ("acn", "australian company number")),
    Number(_COMPANY, "SE", "se.orgnr", "9{6}-9{4}", ("organisationsnummer",
            "org(?:anisations)?\\.? ?n(?:umme)?r", "orgnr"), bare=True),
    Number(_COMPANY, "SE", "se.orgnr", "9{10}", ("organisationsnummer", "orgnr")),
    Number(_COMPANY, "SG", "sg.uen", "9{8,9}A", ("uen",)),
    Number(_COMPANY, "SG", "sg.uen", "A99AA9999A", ("uen",), bare=True),
    Number(_COMPANY, "KR", "kr.brn", "999-?99-?9{5}", ("brn", "business registration")),
    Number(_COMPANY, "NO", "no.orgnr", "999 ?999 ?999", ("organisasjonsnummer", "orgnr",
            "org\\.? ?nr")),
    Number(_COMPANY, "DK", "dk.cvr", "99 ?99 ?99 ?99", ("cvr",)),
    Number(_COMPANY, "FI", "fi.ytunnus", "9{7}-9", ("y-?tunnus", "business id")),
    Number(_COMPANY, "EE", "ee.registrikood", "9{8}", ("registrikood",)),
    Number(_COMPANY, "LV", "lv.pvn", "9{11}", ("reg\\. ?nr", "pvn")),
    Number(_COMPANY, "BE", "be.vat", "9{4}.?9{3}.?9{3}", ("kbo", "bce", "ondernemingsnummer")),
    Number(_COMPANY, "BR", "br.cnpj", "9{14}", ("cnpj",)),
    Number(_COMPANY, "CA", "ca.bn", "9{5} ?9{4}", ("bn", "business number")),
    Number(_COMPANY, "CA", "ca.bn", "9{5} ?9{4} ?AA ?9999", ("bn", "business number")),
    Number(_COMPANY, "JP", "jp.cn", "9{13}", ("corporate number", "法人番号")),
    Number(_COMPANY, "IL", "il.hp", "9{9}", ("hp", "h\\.p\\.")),
    Number(_COMPANY, "TW", "tw.ubn", "9{8}", ("ubn", "統一編號")),
    Number(_COMPANY, "RU", "ru.ogrn", "9{13}", ("ogrn", "огрн")),
    Number(_COMPANY, "PL", "pl.regon", "9{9}", ("regon",)),
    Number(_COMPANY, "CZ", "cz.dic", "9{8}", ("i[cč]o", "i[cč]")),
    Number(_COMPANY, "PL", "", "9{10}", ("krs",)),
    Number(_COMPANY, "HU", "", "99-99-9{6}", ("c[eé]gjegyz[eé]ksz[aá]m",)),
    Number(_COMPANY, "NZ", "ean", "9429.?9{9}", ("nzbn",)),
    Number(_COMPANY, "IN", "cin", "A99999AA9999AAA999999", ("cin",), bare=True),
    Number(_COMPANY, "BG", "bg.vat", "9{9,10}", ("eik", "bulstat", "еик", "булстат")),
    Number(_COMPANY, "TR", "", "9{4}-?9{4}-?9{4}-?9{4}", ("mersis(?: no)?",)),
    Number(_COMPANY, "PT", "pt.nif", "999 ?999 ?999", ("nipc",)),
    Number(_COMPANY, "IT", "", "AA-? ?9{5,7}", ("rea",)),
    Number(_COMPANY, "GR", "", "9{12}", ("gemi", "γεμη")),
    Number(_COMPANY, "HR", "", "9{8,9}", ("mbs",)),
    Number(_COMPANY, "LT", "", "9{9}", ("[iį]mon[eė]s kodas",)),
    Number(_COMPANY, "LU", "", "A9{5,6}", ("rcs luxembourg", "r\\.c\\.s\\. luxembourg")),
    Number(_COMPANY, "CY", "", "HE ?9{4,6}", ("cyprus reg(?:istration)?",)),
    Number(_COMPANY, "MT", "", "C ?9{4,6}", ("malta reg(?:istration)?", "mfsa", "mbr")),
    Number(_COMPANY, "ZA", "", "9999/9{6}/99", ("cipc", "ck")),
    Number(_COMPANY, "HK", "", "9{8}", ("brn", "hong kong cr", "cr no")),
    Number(_COMPANY, "AE", "", "9{5,7}", ("trade licen[cs]e", "ded licen[cs]e")),
    Number(_COMPANY, "RO", "ro.cui", "9{6,10}", ("cui", "cif")),
    Number(_COMPANY, "SI", "si.maticna", "9{10}", ("mati[cč]na",)),
    Number(_COMPANY, "MA", "ma.ice", "9{15}", ("ice",)),
    Number(_COMPANY, "SM", "sm.coe", "9{5}", ("coe",)),
    Number(_COMPANY, "TH", "th.moa", "9{13}", ("moa",)),
    Number(_COMPANY, "AT", "at.businessid", "9{5,6}A", ("fn", "firmenbuch(?:nummer)?")),
)  # fmt: skip

_COMPANY_WORDS = (
    r"company(?: registration)?(?: no\.?| number| reg(?:istration)?)", r"crn", r"companies house",
    r"kvk(?:-nummer)?", r"reg(?:istered|istration)? (?:no\.?|number)", r"rcs",
)  # fmt: skip

_UNION = (
    "AT[ .-]?U|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI"
)


def _said_rule(label: Label) -> Rule:
    numbers = [number for number in NUMBERS if number.label is label]
    words = (*sorted({word for number in numbers for word in number.words}), *_PAPER_WORDS)
    return Rule(
        label,
        wherever(*words),
        FIGURES,
        partial(_said, forms=Forms((number.form, number) for number in numbers)),
        priority=4,
        effort=1500,
        needs=cues(*words),
    )


RULES = (
    _said_rule(_PERSON),
    _said_rule(_TAX),
    _said_rule(_COMPANY),
    Rule(
        Label.NATIONAL_ID,
        r"[A-Za-z] ?\d\d ?\d\d ?\d\d ?[A-Da-d]",
        re.compile(
            r"(?<![\w-])[a-z]{2} ?\d\d ?\d\d ?\d\d ?[a-d](?![\w-])", re.ASCII | re.IGNORECASE
        ),
        _insurance,
        cues(r"nino", r"ni(?: no\.?| number)?", r"national insurance"),
        priority=5,
    ),
    Rule(
        Label.NATIONAL_ID,
        r"\d(?:[ -]?\d){8}",
        exact(r"(?<![\w+./-])\d{3}([ -]?)\d\d\1\d{4}(?![\w/]|[.,-]\d)"),
        _social_security,
        cues(r"ssn", r"social security(?: no\.?| number)?", r"social"),
        priority=3,
    ),
    Rule(
        Label.TAX_ID,
        rf"(?:^|[^A-Za-z0-9-])(?i:{_UNION})[ .-]?[A-Za-z0-9]?[ .-]?[A-Za-z0-9]?[ .-]?\d",
        re.compile(
            rf"(?<![A-Za-z0-9-])(?:{_UNION})[ .-]?"
            r"(?=[A-Z0-9]?[ .-]?[A-Z0-9]?[ .-]?\d)[A-Z0-9](?:[ .-]?[A-Z0-9]){6,11}"
            r"(?![A-Za-z0-9]|[.,-]\d)",
            re.ASCII | re.IGNORECASE,
        ),
        _vat,
        cues(
            r"vat(?: no\.?| number| reg)?", r"ust-?id(?:-?nr)?\.?", r"tva", r"btw", r"iva", r"uid",
            r"mwst", r"nds", r"dph", r"afa", r"moms",
        ),
        priority=3,
    ),
    Rule(
        Label.NATIONAL_ID,
        r"[A-Za-z]\d{6} ?\(",
        pattern(r"(?<![a-z0-9])[a-z]{1,2}\d{6} ?\([0-9a]\)(?![a-z0-9])"),
        _bracketed,
        priority=5,
    ),
    Rule(
        Label.COMPANY_NO,
        r"HR[AB] ?\d",
        exact(r"(?<![A-Za-z0-9])HR[AB] ?\d{1,6}(?: ?[A-Z]{1,2})?(?![A-Za-z0-9])"),
        _register_entry,
        priority=5,
    ),
    Rule(
        Label.COMPANY_NO,
        wherever(*_COMPANY_WORDS),
        re.compile(r"(?<![\w-])(?:[a-z]{2})?\d{6,9}(?![\w-])", re.ASCII | re.IGNORECASE),
        _labelled,
        cues(*_COMPANY_WORDS),
        priority=3,
        needs=cues(*_COMPANY_WORDS),
    ),
)  # fmt: skip
