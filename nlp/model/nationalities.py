"""Words that say where somebody is from.

The list of countries is written here and copied from nowhere; it can be compared with ISO 3166-1.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from nlp.identifiers.finders import Terms, normal
from nlp.identifiers.rule import DISTINCT, DOUBTFUL, SHAPE
from nlp.model import gazetteer
from nlp.model.gazetteer import Gazetteer, Kind, fold
from nlp.model.tokens import Token, tokens
from nlp.normalise import View
from nlp.spans import Label, Span


def said(view: View, read_to: int) -> Iterator[Span]:
    """The nationalities in a text up to *read_to* of the original: first those of one country.

    Their value is the country; of the others, such as "Chechen", the word itself.
    """
    known = gazetteer.shipped()
    text = view.text
    folded = _WORD.findall(text.lower()) if text.isascii() else map(fold, _WORD.findall(text))
    if _firsts().isdisjoint(folded):
        return
    read = tokens(view.text)
    places = {token.start: place for place, token in enumerate(read)}
    for match in _TERMS.finditer(view.text):
        word, place = normal(match.group()), places.get(match.start())
        if word in _WORDS_TOO and (place is None or not _is_meant(known, read, place)):
            continue
        sure = DISTINCT if match.group()[0].isupper() else SHAPE
        yield from _span(view, match.span(), _COUNTRIES[word], sure, read_to)
    for place, token in enumerate(read):
        word = fold(token.text)
        if word in _COUNTRIES or not known.kind(word) & _NATIONALITY:
            continue
        if _is_meant(known, read, place):
            yield from _span(view, (token.start, token.end), word, DOUBTFUL, read_to)


def is_of_people(words: Sequence[str]) -> bool:
    """Whether folded words only say where people are from: "Albanian nationals"."""
    if len(words) != 2 or words[1] not in _PEOPLE:
        return False
    return words[0] in _COUNTRIES or bool(gazetteer.shipped().kind(words[0]) & _NATIONALITY)


def _span(
    view: View, at: tuple[int, int], value: str, confidence: float, read_to: int
) -> Iterator[Span]:
    start, end = view.origin(*at)
    if end <= read_to:
        said = view.original[start:end]
        yield Span(start, end, said, Label.NATIONALITY, value=value, confidence=confidence)


@cache
def _firsts() -> frozenset[str]:
    """The words with which nationalities begin."""
    kinds = gazetteer.shipped().kinds
    return frozenset(_TERMS.firsts).union(w for w, kind in kinds.items() if kind & _NATIONALITY)


def _is_meant(known: Gazetteer, read: Sequence[Token], place: int) -> bool:
    """Not "polish the car", and not the Dutch word for what is also an English one."""
    token = read[place]
    behind = fold(read[place + 1].text) if place + 1 < len(read) else ""
    if known.kind(behind) & _ROLE or behind in _BEARERS:
        return True
    is_word = known.kind(fold(token.text)) & _ENGLISH
    return token.text.istitle() and not (place == 0 and is_word)


_DEMONYMS = """
AF afghan; AL albanian; DZ algerian; AR argentinian, argentine; AM armenian; AU australian
AT austrian; AZ azerbaijani, azeri; BD bangladeshi; BY belarusian; BE belgian; BO bolivian
BA bosnian; BR brazilian; GB british, scottish, welsh, english; BG bulgarian; KH cambodian
CM cameroonian; CA canadian; CL chilean; CN chinese; CO colombian; CD congolese; HR croatian
CU cuban; CY cypriot; CZ czech; DK danish; DO dominican; NL dutch; EC ecuadorian, ecuadorean
EG egyptian; ER eritrean; EE estonian; ET ethiopian; PH filipino; FI finnish; FR french
GM gambian; GE georgian; DE german; GH ghanaian; GR greek; GT guatemalan; GY guyanese; HT haitian
HN honduran; HU hungarian; IS icelandic; IN indian; ID indonesian; IR iranian; IQ iraqi; IE irish
IL israeli; IT italian; CI ivorian; JM jamaican; JP japanese; JO jordanian; KZ kazakh; KE kenyan
KR korean; XK kosovan, kosovar; KW kuwaiti; KG kyrgyz; LV latvian; LB lebanese; LR liberian
LY libyan; LT lithuanian; LU luxembourgish; MK macedonian; MY malaysian; ML malian; MT maltese
MX mexican; MD moldovan; MN mongolian; ME montenegrin; MA moroccan; NP nepalese, nepali
NZ new zealander; NI nicaraguan; NG nigerian; NO norwegian; OM omani; PK pakistani; PS palestinian
PA panamanian; PY paraguayan; PE peruvian; PL polish; PT portuguese; QA qatari; RO romanian
RU russian; RW rwandan; SA saudi; SN senegalese; RS serbian; SL sierra leonean; SG singaporean
SK slovak, slovakian; SI slovenian, slovene; SO somali, somalian; ZA south african; ES spanish
LK sri lankan; SD sudanese; SR surinamese; SE swedish; CH swiss; SY syrian; TW taiwanese; TJ tajik
TZ tanzanian; TH thai; TT trinidadian; TN tunisian; TR turkish; TM turkmen; UG ugandan
UA ukrainian; AE emirati; US american; UY uruguayan; UZ uzbek; VE venezuelan; VN vietnamese
YE yemeni; ZM zambian; ZW zimbabwean
"""
_COUNTRIES = {
    form: entry.split()[0]
    for entry in _DEMONYMS.replace("\n", ";").split(";")
    if entry.strip()
    for name in entry.strip()[2:].split(",")
    for form in (normal(name), f"{normal(name)}s")
}
_TERMS = Terms(_COUNTRIES)
_WORDS_TOO = frozenset({"polish"})  # ordinary words as well: only what stands around them tells
_WORD = re.compile(r"[^\W\d_]{3,20}")
_NATIONALITY, _ROLE = int(Kind.NATIONALITY), int(Kind.ROLE)
_ENGLISH = int(Kind.WORD | Kind.COMMON)
_PEOPLE = frozenset("national nationals citizen citizens males females men women guys".split())
_BEARERS = _PEOPLE | frozenset(
    """
    passport passports descent origin nationality accent plate plates speaker police customs
    authorities staatsburger staatsangehoriger
    """.split()
)
