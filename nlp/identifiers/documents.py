"""Numbers on papers, cards and devices that say who somebody is."""

from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from types import ModuleType

from nlp.identifiers.rule import (
    CHECK_FAILS,
    CHECKED,
    DISTINCT,
    DOUBTFUL,
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
    wherever,
)
from nlp.spans import Label


@dataclass(frozen=True, slots=True)
class _Number:
    """A number some country gives to people or companies, with the check that belongs to it."""

    label: Label
    country: str
    module: str  # of python-stdnum
    form: str
    words: tuple[str, ...]
    bare: bool = False  # whether form and check together are enough
    prefilter: str = ""

    def rule(self) -> Rule:
        return Rule(
            self.label,
            self.prefilter if self.bare else wherever(*self.words, *_PAPER_WORDS),
            pattern(rf"(?<![\w+/-])(?:{self.form})(?![\w/]|-\w|[.,]\d)"),
            partial(_numbered, number=self),
            cues(*self.words),
            priority=4,
            effort=300,
        )


def _numbered(sight: Sight, *, number: _Number) -> Found | None:
    value = compact(sight.said)
    fits = _fits(number.module, sight.said)
    if sight.is_labelled:
        if fits:
            return Found(value, CHECKED, number.country)
        return Found(value, DOUBTFUL, number.country, valid=False, why=CHECK_FAILS)
    if not fits:
        return None
    if number.bare:
        return Found(value, CHECKED, number.country)
    if sight.distance_to(_PAPERS) is None:
        return None
    at_home = sight.region == number.country
    return Found(value, CHECKED if at_home else LABELLED, number.country)


def _labelled(sight: Sight, *, country: str | None = None) -> Found | None:
    """No check digits, or none that are public: the word beside it must say what it is."""
    value = compact(sight.said)
    if not sight.is_labelled or sum(c.isdigit() for c in value) < 3:
        return None
    return Found(value, LABELLED, country)


def _insurance(sight: Sight) -> Found | None:
    value = compact(sight.said)
    labelled = sight.is_labelled
    if value[:2] in _NOT_ISSUED or value[0] in "DFIQUV" or value[1] in "DFIOQUV":
        why = f"no number begins with {value[:2]}"
        return Found(value, DOUBTFUL, "GB", valid=False, why=why) if labelled else None
    return Found(value, LABELLED if labelled else DISTINCT, "GB")


def _social_security(sight: Sight) -> Found | None:
    value = digits(sight.said)
    labelled = sight.is_labelled
    if _check("us.ssn").is_valid(value):
        written_out = sight.said.count("-") == 2
        if labelled or written_out:
            return Found(value, LABELLED if labelled else SHAPE, "US")
        return None
    if labelled:
        why = "no such number is given out"
        return Found(value, DOUBTFUL, "US", valid=False, why=why)
    return None


def _vat(sight: Sight) -> Found | None:
    value = compact(sight.said)
    if _check("eu.vat").is_valid(value):
        return Found(value, CHECKED, value[:2])
    if sight.is_labelled:
        return Found(value, DOUBTFUL, value[:2], valid=False, why=CHECK_FAILS)
    return None


def _register_entry(sight: Sight) -> Found | None:
    return Found(compact(sight.said), DISTINCT, "DE")


def _driver_gb(sight: Sight) -> Found | None:
    value = sight.said.upper()
    month, day = int(value[6:8]), int(value[8:10])
    if not (1 <= month % 50 <= 12 and 1 <= day <= 31):
        return None
    return Found(value, LABELLED if sight.is_labelled else DISTINCT, "GB")


def _imei(sight: Sight) -> Found | None:
    value = digits(sight.said)
    labelled = sight.is_labelled
    if len(value) == 16:  # the software version instead of the check digit
        return Found(value, LABELLED, "imeisv") if labelled else None
    if luhn(value):
        if labelled:
            return Found(value, CHECKED)
        likely = value[:2] in {"01", "35", "86", "99"}
        return Found(value, LABELLED) if likely else None
    if labelled:
        return Found(value, DOUBTFUL, valid=False, why=CHECK_FAILS)
    return None


def _imsi(sight: Sight) -> Found | None:
    if not sight.is_labelled:
        return None
    value = digits(sight.said)
    if _check("imsi").is_valid(value):
        return Found(value, LABELLED)
    return Found(value, DOUBTFUL, valid=False, why="no network has a number beginning like this")


def _iccid(sight: Sight) -> Found | None:
    value = digits(sight.said)
    labelled = sight.is_labelled
    if luhn(value):
        return Found(value, CHECKED if labelled else LABELLED)
    if labelled:
        return Found(value, DOUBTFUL, valid=False, why=CHECK_FAILS)
    return None


def _postcode_gb(sight: Sight) -> Found | None:
    value = compact(sight.said)
    return Found(f"{value[:-3]} {value[-3:]}", SHAPE, "GB")


def _postcode(sight: Sight) -> Found | None:
    return Found(compact(sight.said), LABELLED) if sight.is_labelled else None


def _fits(module: str, said: str) -> bool:
    return (
        is_hetu(compact(said[:6]) + said[6:].upper())
        if module == "hetu"
        else bool(_check(module).is_valid(said))
    )


def is_hetu(number: str) -> bool:
    """The Finnish personal identity code, with the century signs in use since 2023."""
    if not _HETU.fullmatch(number):
        return False
    day, month = int(number[:2]), int(number[2:4])
    remainder = int(number[:6] + number[7:10]) % 31
    return day <= 31 and month <= 12 and "0123456789ABCDEFHJKLMNPRSTUVWXY"[remainder] == number[10]


@cache
def _check(module: str) -> ModuleType:
    return import_module(f"stdnum.{module}")


_HETU = exact(r"\d{6}[-+A-FYXWVU]\d{3}[0-9A-Y]")
_NOT_ISSUED = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}

_PAPER_WORDS = (
    r"(?:national |personal )?id(?:entity|entification)?(?: card| no\.?| number| num| nr\.?)?s?",
    r"(?:tax|vat|company|registration)(?: id| no\.?| number)",
)
_PAPERS = cues(*_PAPER_WORDS)

_PERSON, _TAX, _COMPANY = Label.NATIONAL_ID, Label.TAX_ID, Label.COMPANY_NO
_NUMBERS = (
    # What form and check together give away.
    _Number(_PERSON, "IT", "it.codicefiscale", r"[a-z]{6}\d\d[a-ehlmprst]\d\d[a-z]\d{3}[a-z]",
            ("codice fiscale", "cf"), bare=True,
            prefilter=r"[A-Za-z]{6}\d\d[A-Za-z]\d\d[A-Za-z]\d"),
    _Number(_PERSON, "FI", "hetu", r"\d{6}[+a-fyxwvu-]\d{3}[0-9a-y]",
            ("hetu", "henkilötunnus"), bare=True, prefilter=r"\d{6}[+A-Fa-fyxwvuYXWVU-]\d{3}"),
    _Number(_PERSON, "MX", "mx.curp", r"[a-z]{4}\d{6}[hm][a-z]{5}[a-z0-9]\d",
            ("curp",), bare=True, prefilter=r"[A-Za-z]{4}\d{6}[hmHM][A-Za-z]{5}"),
    _Number(_PERSON, "CN", "cn.ric", r"\d{17}[\dx]", ("resident id",), bare=True,
            prefilter=r"\d{17}[\dxX]"),
    _Number(_PERSON, "SE", "se.personnummer", r"(?:19|20)?\d{6}[-+]\d{4}",
            ("personnummer", "pnr"), bare=True, prefilter=r"\d{6}[-+]\d{4}"),
    _Number(_PERSON, "SE", "se.personnummer", r"(?:19|20)?\d{10}", ("personnummer", "pnr")),
    _Number(_PERSON, "ES", "es.dni", r"\d{8}[ -]?[a-z]", ("dni", "nif"), bare=True,
            prefilter=r"\d{8}[ -]?[A-Za-z]"),
    _Number(_PERSON, "ES", "es.nie", r"[xyz][ -]?\d{7}[ -]?[a-z]", ("nie",), bare=True,
            prefilter=r"[xyzXYZ][ -]?\d{7}"),
    _Number(_PERSON, "FR", "fr.nir", r"[12] ?\d\d ?\d\d ?\d[\dab] ?\d{3} ?\d{3} ?\d\d",
            ("nir", "sécurité sociale", "insee"), bare=True, prefilter=r"[12] ?\d\d ?\d\d "
                                                                       r"?\d[\dAaBb]"),
    _Number(_PERSON, "KR", "kr.rrn", r"\d{6}-\d{7}", ("rrn",), bare=True, prefilter=r"\d{6}-\d{7}"),
    _Number(_PERSON, "BE", "be.nn", r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d", ("rijksregister",), bare=True,
            prefilter=r"\d\d\.\d\d\.\d\d-\d"),
    _Number(_PERSON, "BR", "br.cpf", r"\d{3}\.\d{3}\.\d{3}-\d\d", ("cpf",), bare=True,
            prefilter=r"\d{3}\.\d{3}\.\d{3}-"),
    _Number(_PERSON, "RO", "ro.cnp", r"[1-8]\d{12}", ("cnp",)),
    _Number(_PERSON, "GR", "gr.amka", r"\d{11}", ("amka",)),
    # What needs its word.
    _Number(_PERSON, "BE", "be.nn", r"\d{11}", ("rijksregister(?:nummer)?", "nrn", "niss", "insz")),
    _Number(_PERSON, "BR", "br.cpf", r"\d{11}", ("cpf",)),
    _Number(_PERSON, "PL", "pl.pesel", r"\d{11}", ("pesel",)),
    _Number(_PERSON, "NO", "no.fodselsnummer", r"\d{6} ?\d{5}", ("fødselsnummer", "fodselsnummer",
            "fnr")),
    _Number(_PERSON, "DK", "dk.cpr", r"\d{6}-?\d{4}", ("cpr",)),
    _Number(_PERSON, "NL", "nl.bsn", r"\d{8,9}", ("bsn", "burgerservicenummer", "sofi")),
    _Number(_PERSON, "TR", "tr.tckimlik", r"[1-9]\d{10}", ("tc", "tckn", "kimlik", "t\\.c\\.")),
    _Number(_PERSON, "IN", "in_.aadhaar", r"\d{4}[ :-]?\d{4}[ :-]?\d{4}", ("aadhaa?r", "uidai")),
    _Number(_PERSON, "ZA", "za.idnr", r"\d{13}", ("south african id", "said")),
    _Number(_PERSON, "TH", "th.pin", r"\d-?\d{4}-?\d{5}-?\d\d-?\d", ("pin", "thai id")),
    _Number(_PERSON, "CA", "ca.sin", r"\d{3}[ -]?\d{3}[ -]?\d{3}", ("sin", "social insurance")),
    _Number(_PERSON, "HR", "hr.oib", r"\d{11}", ("oib",)),
    _Number(_PERSON, "EE", "ee.ik", r"\d{11}", ("isikukood",)),
    _Number(_PERSON, "LT", "lt.asmens", r"\d{11}", ("asmens kodas",)),
    _Number(_PERSON, "BG", "bg.egn", r"\d{10}", ("egn",)),
    _Number(_PERSON, "CZ", "cz.rc", r"\d{6}/?\d{3,4}", ("rodné číslo", "rodne cislo", "r\\.č\\.")),
    _Number(_PERSON, "IE", "ie.pps", r"\d{7}[a-w][a-iw]?", ("pps", "ppsn")),
    _Number(_PERSON, "CL", "cl.rut", r"\d{1,2}\.?\d{3}\.?\d{3}-?[\dk]", ("rut", "run")),
    _Number(_PERSON, "IL", "il.idnr", r"\d{9}", ("teudat zehut",)),
    _Number(_PERSON, "CH", "ch.ssn", r"756\.\d{4}\.\d{4}\.\d\d", ("ahv", "avs"), bare=True,
            prefilter=r"756\.\d{4}\."),
    _Number(_PERSON, "GB", "gb.nhs", r"\d{3}[ -]?\d{3}[ -]?\d{4}", ("nhs",)),
    _Number(_TAX, "DE", "de.idnr", r"\d{2} ?\d{3} ?\d{3} ?\d{3}",
            ("steuer-?id(?:entifikationsnummer)?", "idnr", "tin")),
    _Number(_TAX, "IN", "in_.pan", r"[a-z]{5}\d{4}[a-z]", ("pan",)),
    _Number(_TAX, "IN", "in_.gstin", r"\d\d[a-z]{5}\d{4}[a-z]\dz[0-9a-z]", ("gstin", "gst"),
            bare=True,
            prefilter=r"\d\d[A-Za-z]{5}\d{4}[A-Za-z]\d[zZ]"),
    _Number(_TAX, "AU", "au.tfn", r"\d{3} ?\d{3} ?\d{2,3}", ("tfn", "tax file")),
    _Number(_TAX, "US", "us.itin", r"9\d\d-?\d\d-?\d{4}", ("itin",)),
    _Number(_TAX, "US", "us.ein", r"\d\d-?\d{7}", ("ein", "employer identification")),
    _Number(_TAX, "GB", "gb.utr", r"\d{10}", ("utr", "taxpayer reference")),
    _Number(_TAX, "PT", "pt.nif", r"\d{9}", ("nif", "contribuinte")),
    _Number(_TAX, "PL", "pl.nip", r"\d{3}-?\d{3}-?\d\d-?\d\d|\d{10}", ("nip",)),
    _Number(_TAX, "RU", "ru.inn", r"\d{10}(?:\d\d)?", ("inn", "инн")),
    _Number(_TAX, "IT", "it.iva", r"\d{11}", ("partita iva", "p\\.? ?iva")),
    _Number(_COMPANY, "FR", "fr.siret", r"\d{3} ?\d{3} ?\d{3} ?\d{5}", ("siret",)),
    _Number(_COMPANY, "FR", "fr.siren", r"\d{3} ?\d{3} ?\d{3}", ("siren",)),
    _Number(_COMPANY, "AU", "au.abn", r"\d\d ?\d{3} ?\d{3} ?\d{3}", ("abn",)),
    _Number(_COMPANY, "AU", "au.acn", r"\d{3} ?\d{3} ?\d{3}", ("acn",)),
    _Number(_COMPANY, "SE", "se.orgnr", r"\d{6}-?\d{4}", ("organisationsnummer",
            "org(?:anisations)?\\.? ?n(?:umme)?r", "orgnr")),
    _Number(_COMPANY, "SG", "sg.uen", r"\d{8,9}[a-z]|[rst]\d\d[a-z]{2}\d{4}[a-z]", ("uen",)),
    _Number(_COMPANY, "KR", "kr.brn", r"\d{3}-?\d\d-?\d{5}", ("brn",)),
    _Number(_COMPANY, "NO", "no.orgnr", r"\d{3} ?\d{3} ?\d{3}", ("organisasjonsnummer", "orgnr")),
    _Number(_COMPANY, "DK", "dk.cvr", r"\d{8}", ("cvr",)),
    _Number(_COMPANY, "BE", "be.vat", r"[01]\d{3}\.?\d{3}\.?\d{3}", ("kbo", "bce",
            "ondernemingsnummer")),
    _Number(_COMPANY, "BR", "br.cnpj", r"\d\d\.?\d{3}\.?\d{3}/?\d{4}-?\d\d", ("cnpj",)),
)  # fmt: skip

_PASSPORT_WORDS = (
    r"passports?", r"pp(?:t|n)?", r"passeport", r"pasaporte", r"reisepass", r"pass-?nr\.?",
    r"passaporto",
    r"paspoort", r"paszport", r"travel doc(?:ument)?",
)  # fmt: skip
_LICENCE_WORDS = (
    r"driv(?:ing|er'?s?) licen[cs]es?", r"licen[cs]e(?: no\.?| number)?", r"dl", r"führerschein",
    r"patente", r"rijbewijs", r"permis(?: de conduire)?",
)  # fmt: skip
_COMPANY_WORDS = (
    r"company(?: registration)?(?: no\.?| number| reg(?:istration)?)", r"crn", r"companies house",
    r"kvk(?:-nummer)?", r"reg(?:istered|istration)? (?:no\.?|number)", r"rcs",
)  # fmt: skip

_UNION = "AT[ .-]?U|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK"

RULES = (
    *(number.rule() for number in _NUMBERS),
    Rule(
        Label.PASSPORT,
        wherever(*_PASSPORT_WORDS),
        pattern(r"(?<![\w-])(?=[a-z0-9]{0,8}\d)[a-z0-9]{6,9}(?![\w-])"),
        _labelled,
        cues(*_PASSPORT_WORDS),
        priority=4,
    ),
    Rule(
        Label.DRIVING_LICENCE,
        r"[A-Za-z][A-Za-z9]{4}\d{6}[A-Za-z][A-Za-z9]",
        pattern(r"(?<![a-z0-9])[a-z][a-z9]{4}\d{6}[a-z][a-z9]\d[a-z]{2}(?![a-z0-9])"),
        _driver_gb,
        cues(*_LICENCE_WORDS),
        priority=6,
    ),
    Rule(
        Label.DRIVING_LICENCE,
        wherever(*_LICENCE_WORDS),
        pattern(r"(?<![\w-])(?=[a-z0-9-]{0,12}\d)[a-z0-9](?:-?[a-z0-9]){6,15}(?![\w-])"),
        _labelled,
        cues(*_LICENCE_WORDS),
        priority=3,
    ),
    Rule(
        Label.NATIONAL_ID,
        r"[A-Za-z]{2} ?\d\d ?\d\d ?\d\d ?[A-Da-d]",
        pattern(r"(?<![\w-])[a-z]{2} ?\d\d ?\d\d ?\d\d ?[a-d](?![\w-])"),
        _insurance,
        cues(r"nino", r"ni(?: no\.?| number)?", r"national insurance"),
        priority=5,
    ),
    Rule(
        Label.NATIONAL_ID,
        r"\d{3}[ -]?\d\d[ -]?\d{4}",
        pattern(r"(?<![\w+./-])\d{3}([ -]?)\d\d\1\d{4}(?![\w/]|[.,-]\d)"),
        _social_security,
        cues(r"ssn", r"social security(?: no\.?| number)?", r"social"),
        priority=3,
    ),
    Rule(
        Label.TAX_ID,
        rf"(?:{_UNION})[ .-]?[A-Z0-9][ .-]?[A-Z0-9][ .-]?[A-Z0-9]",
        exact(
            rf"(?<![A-Za-z0-9-])(?:{_UNION})[ .-]?"
            r"(?=[A-Z0-9 .-]{0,14}\d{2})[A-Z0-9](?:[ .-]?[A-Z0-9]){6,11}(?![A-Za-z0-9]|[.,-]\d)"
        ),
        _vat,
        cues(
            r"vat(?: no\.?| number| reg)?", r"ust-?id(?:-?nr)?\.?", r"tva", r"btw", r"iva", r"uid"
        ),
        priority=3,
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
        pattern(r"(?<![\w-])(?:[a-z]{2})?\d{6,9}(?![\w-])"),
        _labelled,
        cues(*_COMPANY_WORDS),
        priority=3,
    ),
    Rule(
        Label.IMEI,
        r"\d{2}[ -]?\d{6}[ -]?\d{6}",
        pattern(r"(?<![\w+-])\d\d[ -]?\d{6}[ -]?\d{6}[ -]?\d{1,2}(?![\w-]|[.,]\d)"),
        _imei,
        cues("imei", "handset", "phone", "device"),
        priority=6,
    ),
    Rule(
        Label.IMSI,
        r"(?i:imsi)",
        pattern(r"(?<![\w+-])\d{3}[ -]?\d{2,3}[ -]?\d{9,10}(?![\w-])"),
        _imsi,
        cues("imsi"),
        priority=6,
    ),
    Rule(
        Label.ICCID,
        r"89(?:[ -]?\d){16}",
        pattern(r"(?<![\w+-])89(?:[ -]?\d){16,18}(?![\w-])"),
        _iccid,
        cues("iccid", "sim(?: card)?(?: no\\.?| number)?", "ssn"),
        priority=8,
    ),
    Rule(
        Label.POSTCODE,
        r"[A-Z]\d[A-Z\d]? ?\d[A-Z]{2}",
        exact(
            r"(?<![A-Za-z0-9-])(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? "
            r"?\d[ABD-HJLNP-UW-Z]{2})(?![A-Za-z0-9-])"
        ),
        _postcode_gb,
        priority=2,
    ),
    Rule(
        Label.POSTCODE,
        r"(?i:plz|zip|post ?code|postal|postleitzahl)",
        pattern(r"(?<![\w-])(?:\d{4} ?[A-Z]{2}|\d{5}(?:-\d{3,4})?|\d{2}-\d{3}|\d{4})(?![\w-])"),
        _postcode,
        cues("plz", "zip(?: ?code)?", "post ?code", "postal(?: code)?", "postleitzahl"),
        priority=2,
    ),
)
