"""What a text says of whom it names, besides the name: born when, of which nationality and sex, of
which place.

Only what stands right beside the name counts: a Slovak whom somebody met is somebody else.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from nlp.meaning import Relation, Tie
from nlp.names import Facts
from nlp.spans import Label, Span


def said_of(
    span: Span, text: str, spans: Sequence[Span], relations: Iterable[Relation] = ()
) -> Facts:
    """What the text says of the bearer of this name, as far as it can be compared."""
    found = _before(span, text, spans) | _behind(span, text, spans)
    for tie in relations:
        if tie.negated or spans[tie.subject] != span:
            continue
        if tie.tie is Tie.BORN and (born := birth_date(spans[tie.object])):
            found[_BORN] = born
        elif tie.tie is Tie.LIVES_AT and not tie.asked and spans[tie.object].label is Label.PLACE:
            found.setdefault(_PLACE, spans[tie.object].text)
    return Facts(found.get(_BORN), found.get(_NATION), found.get(_SEX), found.get(_PLACE))


def birth_date(span: Span) -> str | None:
    """A date as facts have it, as far as it was said: `1979`, `1979-05` or `1979-05-02`."""
    if span.value and _ISO.fullmatch(span.value):
        return span.value
    words = span.text.casefold()
    year = _YEAR.search(words)
    if year is None:
        return None
    month = _MONTH.search(words)
    is_whole_day = month is not None and words[: month.start()].strip(" .")
    if month is None or is_whole_day:
        return year[0]
    return f"{year[0]}-{_MONTHS[month[0]]:02}"


def _behind(span: Span, text: str, spans: Sequence[Span]) -> dict[str, str]:
    """What follows the name, for as long as nothing else is spoken of."""
    begins = {each.start: each for each in spans if each.start >= span.end}
    found: dict[str, str] = {}
    at, is_birth = span.end, False
    until = min(len(text), span.end + _FAR)
    while at < until:
        met = begins.get(at)
        if met is not None and met.label in _PASSED:
            if met.label is Label.NATIONALITY and met.value and not met.negated:
                found.setdefault(_NATION, met.value)
            elif met.label is Label.TIME and is_birth and (born := birth_date(met)):
                found.setdefault(_BORN, born)
            elif met.label is Label.PLACE and not met.negated:
                found[_PLACE] = "\n".join([*found.get(_PLACE, "").splitlines(), met.text])
            at, is_birth = met.end, is_birth and met.label is Label.PLACE
            continue
        step = None if met is not None else _STEP.match(text, at, until)
        if step is None or not step[0]:
            break
        if step["year"]:
            found.setdefault(_BORN, step["year"])
        if step["sex"]:
            found.setdefault(_SEX, _SEXES[step["sex"].casefold()])
        is_birth = is_birth or step["birth"] is not None
        at = step.end()
    return found


def _before(span: Span, text: str, spans: Sequence[Span]) -> dict[str, str]:
    """What leads up to the name: "Slovak national Viktor Danek", "Mrs Danek"."""
    found: dict[str, str] = {}
    for each in spans:
        if each.label is not Label.NATIONALITY or each.negated or each.end > span.start:
            continue
        if each.value and _LEADS_UP.fullmatch(text, each.end, span.start):
            found[_NATION] = each.value
    title = _TITLE.search(text[max(0, span.start - _TITLED) : span.start])
    if title is not None:
        found[_SEX] = _SEXES[title["sex"].casefold()]
    return found


_BORN, _NATION, _SEX, _PLACE = "born", "nationality", "sex", "place"
_FAR, _TITLED = 120, 12  # characters
_PASSED = frozenset(
    {Label.NATIONALITY, Label.TIME, Label.QUANTITY, Label.PLACE, Label.PASSPORT,
     Label.NATIONAL_ID, Label.TAX_ID, Label.DRIVING_LICENCE}
)  # fmt: skip
_ISO = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        ("january|jan", "february|feb", "march|mar", "april|apr", "may", "june|jun", "july|jul",
         "august|aug", "september|sept|sep", "october|oct", "november|nov", "december|dec"), 1
    )
    for name in names.split("|")
}  # fmt: skip
_MONTH = re.compile(rf"(?<![a-z])(?:{'|'.join(_MONTHS)})(?![a-z])")
_SEXES = {
    "male": "male", "man": "male", "m": "male", "mr": "male", "herr": "male",
    "female": "female", "woman": "female", "f": "female", "mrs": "female", "ms": "female",
    "miss": "female", "frau": "female", "mme": "female",
}  # fmt: skip
_STEP = re.compile(
    r"[ ,;:()/-]*(?:"
    r"(?P<birth>(?:(?:dob|d\.o\.b\.?|yob|born|date of birth|geb\.?|geboren|n[eé]e? le|nacid[oa]"
    r"|b\.|\*)(?![a-z])(?:[ :]+(?:on|in|at|am|op|el|le|is))?)"
    r"[ :]*(?:(?P<year>(?:19|20)\d\d)(?![\w./-]))?)"
    r"|(?P<sex>male|female|[mf](?=[),]))(?![a-z])"
    r"|(?:an?|is|was|from|of|aus|resident|national(?:ity)?|citizen|aged?|passport|id|no\.?|number|holder"
    r")(?![a-z])|(?<=[ ,;:()/-])(?=\w)|[)]+)",
    re.IGNORECASE,
)
_LEADS_UP = re.compile(
    r" (?:(?:national|citizen|passport holder|man|woman|male|female|driver|suspect)[ ,:]+)?"
    r"(?:named |called )?",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?<!\w)(?P<sex>mr|mrs|ms|miss|herr|frau|mme)\.? $", re.IGNORECASE)
