"""Telephone numbers."""

from collections.abc import Iterator
from functools import cache
from itertools import islice

import phonenumbers
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberType,
)

from nlp.identifiers.forms import is_alone
from nlp.identifiers.rule import (
    DAY,
    DOUBTFUL,
    LABELLED,
    SHAPE,
    Found,
    Rule,
    Sight,
    cues,
    digits,
    exact,
    pattern,
)
from nlp.spans import Label

_CUES = cues(
    r"tel(?:ephone|efon|eph|éfono|efoon)?s?", r"phones?", r"mob(?:ile)?s?", r"cell(?:phone)?",
    r"call(?:s|ed|ing)?", r"ring", r"dial", r"fax", r"whats?app", r"wa", r"signal", r"sms",
    r"text(?:ed)?", r"msisdn", r"contact(?: number| no)?", r"burner", r"handset", r"sim", r"ph",
    r"handy(?:nummer)?", r"hotline", r"portable", r"gsm", r"number is", r"n[uú]mero", r"telepono",
    r"t[ée]l[ée]phone", r"m[oó]vil", r"fijo", r"fisso", r"cellulare", r"celular",
    r"telem[oó]vel", r"festnetz", r"mobil", r"tlf", r"tfn", r"tfno", r"puh", r"viber", r"burners?",
    r"(?:an)?rufen?", r"angerufen", r"erreichbar", r"appel(?:le|er|ez|[eé])", r"joignable",
    r"ll[aá]m(?:a|e|ar|[oó]|ame|ale|ado)", r"marc(?:a|ar|[oó])", r"belt?", r"gebeld", r"bereikbaar",
    r"тел", r"телефон", r"моб", r"τηλ", r"κιν", r"电话", r"電話", r"手机", r"هاتف", r"جوال",
    r"טלפון", r"(?:t|m|p|f):", r"cep", r"office", r"desk", r"home", r"answer(?:s|ing|ed)?",
    r"(?:messages?|msgs?) (?:to|from)", r"reach(?:ed)?", r"voicemail", r"pager", r"rang", r"phoned",
    r"diall?ed", r"(?:his|her|their|my) number",
)  # fmt: skip


def _international(sight: Sight) -> Found | None:
    found = _dialled_from_abroad(sight, sight.said)
    if found is not None and found.valid:
        return found
    # A clock or an extension may stand right behind: "+44 7700 900123 2200hrs".
    for said in islice(_shorter_and_shorter(sight.said), 1, _TRIES):
        shorter = _dialled_from_abroad(sight, said)
        if shorter is not None and shorter.valid:
            start = sight.match.start()
            return shorter._replace(extent=(start, start + len(said)))
    return found


def _dialled_from_abroad(sight: Sight, said: str) -> Found | None:
    said = _SAYS_EXTENSION.sub("", said)
    number = _parsed("+" + digits(said).removeprefix("00"), None, said)
    if "(0)" in said and (number is None or not phonenumbers.is_valid_number(number)):
        without = digits(said.replace("(0)", "", 1)).removeprefix("00")
        number = _parsed(f"+{without}", None, said) or number
    if number is None:
        return None
    e164, kind = _e164(number), phonenumbers.number_type(number)
    if kind != PhoneNumberType.UNKNOWN:  # which is what makes a number valid
        return Found(e164, LABELLED, _KINDS.get(kind))
    if phonenumbers.is_possible_number(number):
        why = f"+{number.country_code} gives out no such number"
        return Found(e164, DOUBTFUL, why=why)
    if not sight.is_labelled:
        return None
    return Found(e164, DOUBTFUL, valid=False, why=f"wrong length for +{number.country_code}")


def _national(sight: Sight) -> Found | None:
    start = sight.match.start()
    before = sight.match.string[max(0, start - 8) : start]
    if _ABROAD.search(before) or (_RUN.search(before) and not _BEGINNING.match(sight.said)):
        return None
    if DAY.fullmatch(sight.said):
        return None
    labelled = sight.is_labelled
    region = sight.region or _country_beside(sight.match.string)
    whole: Found | None = None
    # Two numbers may stand side by side: try the groups from the longest reading down.
    number = _SAYS_EXTENSION.sub("", sight.said)
    extension = len(sight.said) - len(number)
    number = _DAY_BEHIND.sub("", number)
    for said in _shorter_and_shorter(number):
        if len(digits(said)) > _MOST:
            continue
        end = start + len(said)
        alone = not labelled and is_alone(sight.match.string, start, end)
        found = _as_dialled(said, region, labelled=labelled, alone=alone)
        extent = (start, start + len(said) + (extension if said == number else 0))
        if found is not None and not found.why:
            return found._replace(extent=extent)
        if whole is None and found is not None:
            whole = found._replace(extent=extent)
    return whole or _from_nowhere(sight)


def _from_nowhere(sight: Sight) -> Found | None:
    """A number said to be one, or all that is said, in a text of no known country."""
    said = _DAY_BEHIND.sub("", _SAYS_EXTENSION.sub("", sight.said))
    distance = sight.cue_distance
    figures = digits(said)
    starts_like_one = said.startswith(("0", "(")) and len(set(figures)) > 1
    start = sight.match.start(1)
    if distance is None:
        if not (starts_like_one and is_alone(sight.match.string, start, start + len(said))):
            return None
    elif distance > _BESIDE and not starts_like_one:
        return None
    if not _FEWEST <= len(figures) <= _MOST or _DATE.fullmatch(said):
        return None
    abroad = None if starts_like_one else _parsed(f"+{figures}", None, said)
    if abroad is not None and phonenumbers.is_valid_number(abroad) and len(figures) > _LONG:
        return Found(_e164(abroad), DOUBTFUL, why="read as if it began with a plus")
    if sight.region is not None and distance is None:
        return None
    why = "a national number, and the country is not known"
    extent = None if len(said) == len(sight.said) else (start, start + len(said))
    return Found(figures, DOUBTFUL, why=why, extent=extent)


def of_link(figures: str) -> Found | None:
    """The number that a link says in figures alone, as if it were dialled from abroad."""
    number = _parsed(f"+{figures}", None, figures)
    if number is None or not phonenumbers.is_possible_number(number):
        return None
    e164, kind = _e164(number), phonenumbers.number_type(number)
    if kind == PhoneNumberType.UNKNOWN:
        why = f"+{number.country_code} gives out no such number"
        return Found(e164, DOUBTFUL, why=why, label=Label.PHONE)
    return Found(e164, LABELLED, _KINDS.get(kind), label=Label.PHONE)


def is_country(code: object) -> bool:
    """Whether this is the code of a country, in capitals or not."""
    return isinstance(code, str) and code.upper() in phonenumbers.SUPPORTED_REGIONS


def _as_dialled(
    said: str, region: str | None, *, labelled: bool, alone: bool = False
) -> Found | None:
    american = _NORTH_AMERICAN.fullmatch(said) is not None
    regions = [region] if region else []
    if american and "US" not in regions:
        regions.append("US")
    doubtful: Found | None = None
    # Where people dial a prefix, a number without it is just a number.
    at_home = region is not None and not said.isdigit() and not _dials_a_prefix(region)
    is_begun = said.startswith(("0", "("))
    if not (labelled or american or at_home or is_begun or (alone and region)):
        return None
    for country in regions:
        number = _parsed(said, country, said)
        if number is None:
            continue
        e164, kind = _e164(number), phonenumbers.number_type(number)
        if kind != PhoneNumberType.UNKNOWN:
            # All that is said, and dialled just so at home.
            is_plain = labelled or (alone and is_begun and kind == PhoneNumberType.MOBILE)
            return Found(e164, LABELLED if is_plain else SHAPE, _KINDS.get(kind))
        is_said = labelled or _FOR_STORIES.fullmatch(e164) is not None
        if is_said and doubtful is None and phonenumbers.is_possible_number(number):
            why = f"{country} gives out no such number"
            doubtful = Found(e164, DOUBTFUL, why=why)
    return doubtful


def _country_beside(text: str) -> str | None:
    """The country of an international number in the text: a national one is likely of the same."""
    plus = _PLUS.search(text)
    if plus is None:
        return None
    codes = (plus.group(1)[:length] for length in (3, 2, 1))
    regions = (COUNTRY_CODE_TO_REGION_CODE.get(int(code)) for code in codes if code)
    return next((region[0] for region in regions if region), None)


def _shorter_and_shorter(said: str) -> Iterator[str]:
    yield said
    for gap in reversed(list(_GAP.finditer(said))):
        if len(digits(said[: gap.start()])) < _FEWEST:
            return
        yield said[: gap.start()]


def _parsed(number: str, region: str | None, said: str) -> PhoneNumber | None:
    if said.count("(") != said.count(")"):
        number = number.replace("(", "").replace(")", "")
    try:
        return phonenumbers.parse(number, region)
    except NumberParseException:
        return None


@cache
def _dials_a_prefix(region: str) -> bool:
    plan = PhoneMetadata.metadata_for_region(region)
    return plan is not None and plan.national_prefix is not None and region != "US"


def _e164(number: PhoneNumber) -> str:
    return f"+{number.country_code}{phonenumbers.national_significant_number(number)}"


_KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.TOLL_FREE: "free",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.PAGER: "pager",
}

_PLUS = exact(r"\+(\d{1,3})")
_ABROAD = pattern(r"\+\d{1,3}[ .-]\(?$")
_RUN = pattern(r"\d[ ./-]{1,2}$")
_BEGINNING = pattern(r"[0(]|(?:1[ .-])?[2-9]\d\d[ .-][2-9]\d\d[ .-]\d{4}(?!\d)")
_GAP = pattern(r" +|/(?=\d{1,4}$)")
_TRIES = 4  # readings of one number from abroad
_BESIDE = 14  # characters between a number and the word that makes it one
_FEWEST, _MOST = 7, 15  # digits of a number worth looking at
_DAY_BEHIND = exact(r" \d{1,2}([./-])\d{1,2}\1(?:19|20)\d\d$")
_LONG = 10  # digits of a number that may begin with its country
_DATE = exact(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}")
# What Ofcom keeps free for films and books, and no exchange connects.
_FOR_STORIES = exact(r"\+44(?:7700900|1632960|3069990|8081570|9098790)\d{3}")
_NORTH_AMERICAN = pattern(
    r"(?:1[ .-]?)?(?:\([2-9]\d\d\)[ .-]{0,2}|[2-9]\d\d[ .-]{1,2})[2-9]\d\d[ .-]\d{4}"
)

# Said after the number, and no part of it.
_EXTENSION = r"(?: ?(?:x|ext\.?|extension) ?\d{1,5})?"
_SAYS_EXTENSION = pattern(r" ?(?:x|e)[a-z. ]{0,10}\d{1,5}$")

RULES = (
    Rule(
        Label.PHONE,
        r"(?:\+|00)(?:[ ./()-]{0,4}\d){6}",
        pattern(
            r"(?:(?<![\d+])(?:\((?=\+[\d ]{1,4}\)))?\+|(?<![\w+/.-])00)(?: "
            rf"?\(?\d\)?){{1,4}}(?:[ ./()-]{{0,3}}\d){{5,14}}{_EXTENSION}(?![\d]|[.,:]\d)"
        ),
        _international,
        _CUES,
        priority=5,
        effort=1500,
    ),
    Rule(
        Label.PHONE,
        r"\d(?:[ ./()-]{0,3}\d){6}",
        pattern(
            # Only the first sign is taken: another number may begin within this one.
            r"[\d(](?<=(?:(?<![\w+/.@$£€#-])|(?<=[^\d]-)(?=1?\(\d)|(?<=\d{7}/))(?<!\d:)(?<!\d\))"
            r"(?=((?:(?:\d{1,3}[ .-]?)?\( ?\d{1,5} ?\) ?-?)?"
            rf"\d(?:[ ./-]{{0,2}}\d){{6,14}}{_EXTENSION}(?![\w%]|[.,:-]\d|/\d(?!\d{{6}})))).)"
        ),
        _national,
        _CUES,
        priority=4,
        group=1,
        effort=1500,
    ),
)
