"""Who somebody is in what happened, told by the words beside their name in five languages."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from nlp.beside import FAR, SENTENCE_END, after, before, small
from nlp.identifiers.cues import Cues
from nlp.names.words import fold
from nlp.spans import Label, Span


class Role(StrEnum):
    """What somebody is in what happened, as the author says."""

    VICTIM = "victim"
    WITNESS = "witness"
    SUSPECT = "suspect"
    DRIVER = "driver"
    PASSENGER = "passenger"
    OWNER = "owner"
    SOURCE = "source"
    MINOR = "minor"
    LAWYER = "lawyer"
    STAFF = "staff"


SPARED = frozenset({Role.VICTIM, Role.WITNESS, Role.MINOR, Role.SOURCE, Role.LAWYER, Role.STAFF})
"""Whose names are neither searched nor passed on."""

# English, French, German, Spanish, Dutch.
_LINES = """
victim: victim, vic, complainant, injured party, ip, aggrieved, deceased, missing person, misper
victim: victime, plaignant, plaignante, partie civile, disparu, disparue
victim: opfer, geschädigter, geschädigte, geschädigten, verletzter, verletzte, vermisste, vermisster
victim: víctima, victima, denunciante, perjudicado, perjudicada, desaparecido, desaparecida
victim: slachtoffer, aangever, aangeefster, benadeelde, vermiste
witness: witness, eyewitness, témoin, temoin, zeuge, zeugin, zeugen, augenzeuge, augenzeugin
witness: testigo, getuige, ooggetuige
suspect: suspect, subject, nominal, accused, offender, perpetrator, target, arrested, detained
suspect: suspecte, mis en cause, prévenu, prévenue, mis en examen, interpellé, interpellée
suspect: verdächtiger, verdächtige, verdächtigen, tatverdächtiger, tatverdächtige, beschuldigter
suspect: beschuldigte, beschuldigten, täter, täterin, angeklagter, angeklagte, festgenommener
suspect: sospechoso, sospechosa, investigado, investigada, acusado, acusada, detenido, detenida
suspect: verdachte, dader, aangehoudene, beklaagde
driver: driver, rider, driven by, conducteur, conductrice, chauffeur, fahrer, fahrerin, conductor
driver: conductora, bestuurder, bestuurster
passenger: passenger, passager, passagère, beifahrer, beifahrerin, insasse, insassin, mitfahrer
passenger: pasajero, pasajera, copiloto, passagier, bijrijder, inzittende
owner: owner, keeper, registered keeper, registered to, owned by, propriétaire, proprietaire
owner: titulaire, halter, halterin, eigentümer, eigentümerin, fahrzeughalter, propietario
owner: propietaria, titular, eigenaar, eigenares, kentekenhouder
source: source, informant, chis, asset, informateur, informatrice, indicateur, quelle, v-mann
source: vertrauensperson, informantin, informante, confidente, fuente, informantes, bron, tipgever
minor: minor, child, juvenile, boy, girl, schoolboy, schoolgirl, pupil, toddler, infant, baby
minor: newborn, teenager, mineur, mineure, enfant, garçon, fillette, bébé, écolier, écolière
minor: collégien, collégienne, das kind, kleinkind, säugling, schüler, schülerin, schulkind
minor: mädchen, minderjährige, minderjähriger, jugendlicher, jugendliche, menor, niño, niña
minor: bebé, colegial, colegiala, het kind, minderjarige, jongen, meisje, peuter, kleuter
minor: scholier, scholiere
lawyer: lawyer, solicitor, barrister, attorney, counsel, legal representative, avocat, avocate
lawyer: anwalt, anwältin, rechtsanwalt
lawyer: rechtsanwältin, verteidiger, verteidigerin, strafverteidiger, abogado, abogada, letrado
lawyer: letrada, advocaat, advocate, raadsman, raadsvrouw
staff: colleague, sgt, sergeant, pc, dc, ds, di, dci, inspector, constable, insp, det, detective
staff: supt, oic, sio, pcso, special agent
staff: police officer, case officer, arresting officer, investigating officer, liaison officer
staff: collègue, brigadier, gendarme, commissaire, inspecteur, kollege, kollegin, kommissar
staff: kommissarin, hauptkommissar, hauptkommissarin, polizist, polizistin, compañero, compañera
staff: comisario, comisaria, subinspector, collega, hoofdagent, rechercheur
"""

NAMES: dict[str, Role] = {
    name.strip(): Role(role)
    for role, _, names in (line.partition(":") for line in _LINES.strip().splitlines())
    for name in names.split(",")
}
"""Each word for it, in small letters."""

KIN = frozenset(
    "son daughter boy girl child brother sister nephew niece cousin fils fille frère soeur sœur"
    " sohn tochter bruder schwester hijo hija niño niña hermano hermana zoon dochter jongen meisje"
    " broer zus zusje".split()
)
"""Whose somebody is, in small letters."""


@dataclass(frozen=True, slots=True)
class Told:
    """The role of one person, or of each in the list they stand in: "the victims are A and B"."""

    role: Role
    of_all: bool = False
    guess: int | None = None  # how far behind the person a number stands that may be their age


Teller = Callable[[str, str, int], Told | None]
"""Tells a role by the words before and after a person; so many characters on, the next is named."""


def tellers(text: str, words: frozenset[bytes]) -> tuple[Teller, ...]:
    """Who may tell a role in a text of these words: they say so before its sentences."""
    return tuple(tell for may_be, tell in _TELLERS if may_be(text, words))


def cast(
    text: str,
    spans: Sequence[Span],
    asked: Mapping[int, Sequence[Teller]],
    births: Mapping[int, Span],
    today: date | None = None,
) -> dict[int, Role]:
    """The roles of a text's people, by their places in its spans.

    *asked* are who may tell it of which. Who was born when is in *births*: whom that makes a minor
    *today* is one. A role that spares somebody holds wherever they are named.
    """
    people = [place for place, span in enumerate(spans) if span.label is Label.PERSON]
    told: dict[int, Role] = {}
    of_all: set[int] = set()
    beside = zip([None, *people[:-1]], people, [*people[1:], None], strict=True)
    for previous, place, following in beside:
        if not asked.get(place):
            continue
        end = len(text) if following is None else spans[following].start
        said = _said(text, spans[place], asked[place], end - spans[place].end)
        if said is None or _is_no_age(text, spans, place, said, births.get(place), today):
            continue
        # "A, not B, was driving": it is said of A.
        if previous is not None and _NOT_BUT.fullmatch(
            text, spans[previous].end, spans[place].start
        ):
            told.setdefault(previous, said.role)
            continue
        told[place] = said.role
        if said.of_all:
            of_all.add(place)
    for listed in _lists(text, spans, people) if of_all else ():
        roles = [told[place] for place in listed if place in of_all]
        for place in listed if roles else ():
            told.setdefault(place, roles[0])
    for place, born in births.items():
        if today is not None and _is_minor(born, today):
            told.setdefault(place, Role.MINOR)
    return _everywhere(text, spans, people, told)


def _said(text: str, person: Span, asked: Sequence[Teller], room: int) -> Told | None:
    said, then = small(before(text, person)), small(after(text, person))
    for tell in asked:
        told = tell(said, then, room)
        if told is not None:
            return told
    return None


def _by_mark(before: str, _after: str, _room: int) -> Told | None:
    marked = _MARK_BEFORE.search(before)
    return None if marked is None else Told(_MARKS[marked[1][0]])


def _by_name(before: str, after: str, room: int) -> Told | None:
    """By the word for it before the person, or behind."""
    called = _ROLE_BEFORE.search(before)
    if called is not None and not (_is_reporting(called, after) or _is_naming(called, after)):
        is_several = called["several"] or called["are"] or called["role"].endswith("zeugen")
        return Told(_ROLES[called["role"]], bool(is_several))
    is_one = _ROLE_AFTER.match(after)
    # "Omar, his victim Lena": the role is of who is named next.
    if is_one is not None and (is_one["within"] or is_one.end() + 1 != room):
        return Told(_ROLES[is_one["role"]], bool(is_one["are"]))
    return None


def _by_harm(before: str, after: str, _room: int) -> Told | None:
    is_harmed = _HARMED_BEFORE.search(before) or _HARMED_AFTER.match(after)
    return Told(Role.VICTIM) if is_harmed else None


def _by_service(before: str, after: str, _room: int) -> Told | None:
    serves = _OFFICER_BEFORE.search(before) or _OF_AN_AGENCY.match(after)
    return Told(Role.STAFF) if serves else None


def _by_age(before: str, after: str, _room: int) -> Told | None:
    for match in (_AGED_BEFORE.search(before), _AGED_AFTER.match(after)):
        if match is not None:
            years = int(match[match.lastindex]) if match.lastindex else 0  # "8 month old"
            guess = match.start("bare") if match.lastgroup == "bare" else None
            return Told(Role.MINOR, guess=guess) if years < _OF_AGE else None
    return None


def _is_reporting(called: re.Match[str], after: str) -> bool:
    """ "Source: Jon drives a van": the source says so, and is not Jon."""
    is_said = ":" in called[0] and called["role"] in _WHO_REPORT
    return is_said and _GOES_ON.match(after) is not None


def _is_naming(called: re.Match[str], after: str) -> bool:
    """ "The victim named Omar as her attacker": she names him, and he is not she."""
    if not _NAMES.match(called[0], len(called["role"] + (called["several"] or ""))):
        return False
    if _NAMED_AS.match(after):
        return True
    is_the_one = _THE.search(called.string, 0, called.start()) is not None
    return is_the_one and _WHO_IS.match(after) is None


def _is_no_age(
    text: str, spans: Sequence[Span], place: int, said: Told, born: Span | None, today: date | None
) -> bool:
    """Whether a number behind a person is of something else, or their birth says otherwise."""
    if said.guess is None:
        return False
    number = spans[place].end + said.guess
    near = spans[place + 1 : place + 3]
    if any(span.start <= number < span.end for span in near) or _SPACED_DATE.match(text, number):
        return True
    if today is None:
        return False
    births = [
        span
        for span in near
        if span.label is Label.TIME and _NO_WORD.fullmatch(text, number, span.start)
    ]
    births += [] if born is None else [born]
    return any((_years(span, today) or 0) >= _OF_AGE for span in births)


def _is_minor(born: Span, today: date) -> bool:
    """Whether one who was born then is one: on the day itself, where it is said."""
    years = _years(born, today)
    return years is not None and 0 <= years < _OF_AGE


def _years(born: Span, today: date) -> int | None:
    if born.value is not None and _DAY.match(born.value) and not _YEAR_ALONE.match(born.text):
        day = date.fromisoformat(born.value[:10])
        return today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    year = _YEAR.search(born.text)
    return None if year is None else today.year - int(year[0])


def _lists(text: str, spans: Sequence[Span], people: Sequence[int]) -> Iterator[list[int]]:
    """Those who are named in one breath: "A, B and C"."""
    listed, is_closed = list(people[:1]), False
    for place, following in pairwise(people):
        between = text[spans[place].end : spans[following].start]
        joint = _AND.fullmatch(between) if len(between) <= _JOINT else None
        if joint is None or (is_closed and not joint["and"]):
            yield listed
            listed, is_closed = [following], False
        else:
            listed.append(following)
            is_closed = is_closed or bool(joint["and"])
    yield listed


def _everywhere(
    text: str, spans: Sequence[Span], people: Sequence[int], told: Mapping[int, Role]
) -> dict[int, Role]:
    """The same with each who is spared so by all their names, whole or in part."""
    spared: dict[tuple[str, ...], Role] = {}
    for place in told:
        if told[place] in SPARED:
            spared.setdefault(_words(spans[place]), told[place])
    roles = dict(told)
    by_word: dict[str, set[tuple[str, ...]]] = {}
    for name in spared:
        for word in name:
            by_word.setdefault(word, set()).add(name)
    others = _others(text, spans, people, {name for name in spared if len(name) == 1})
    for place in people if spared else ():
        words = _words(spans[place])
        if words in spared:
            if roles.get(place) not in SPARED:
                roles[place] = spared[words]
        elif place not in roles:
            for name in sorted({each for word in words for each in by_word.get(word, ())}):
                if (name, words) in others:
                    continue
                if set(name) <= set(words) or set(words) <= set(name):
                    roles[place] = spared[name]
                    break
    return roles


def _others(
    text: str, spans: Sequence[Span], people: Sequence[int], short: AbstractSet[tuple[str, ...]]
) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each short name by the longer of somebody else: "Jon says Jon Hale stabbed him"."""
    found = set()
    for nth, place in enumerate(people) if short else ():
        name = _words(spans[place])
        if name not in short:
            continue
        for following in people[nth + 1 :]:
            between = text[spans[place].end : spans[following].start]
            if len(between) > FAR or SENTENCE_END.search(between):
                break
            words = _words(spans[following])
            if len(words) > 1 and name[0] in words and not _IN_FULL.fullmatch(small(between)):
                found.add((name, words))
    return found


def _words(span: Span) -> tuple[str, ...]:
    return tuple(fold(span.value or span.text).split())


def _one_of(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


# Whoever was driving was the driver; whom somebody was driving was not.
_AT_THE_WHEEL = dict.fromkeys(
    ("driving", "at the wheel", "behind the wheel", "au volant", "am steuer", "al volante",
     "achter het stuur"), Role.DRIVER,
)  # fmt: skip
_ROLES = NAMES | _AT_THE_WHEEL
_SEVERAL = "(?:s|es|n|en|nen)"
_IS = r"(?:is|was|as|ist|war|est|[eé]tait|es|era|fue)"
_ARE = r"(?P<are>are|were|both|sind|waren|sont|[eé]taient|son|eran|fueron|zijn)"
_AN = (
    r"(?:the|our|my|a|an|his|her|their|a possible|der|die|das|ein|eine|unsere?|meine?|seine?|ihre?"
    r"|le|la|un|une|notre|mon|ma|el|una|nuestr[oa]|mi|su|de|het|een|onze|ons|mijn|zijn|haar)"
)
_CALLED = (
    r"(?:named|called|identified as|name|id'?d as|one|namens|nomm[eé]e?|llamad[oa]|genaamd"
    r"|(?:code ?named?|pseudonym|nom de code|deckname|nombre en clave|schuilnaam)"
    r"(?: [\w-]+(?: \(?(?:aka|alias|real name|i\.?e\.?|dit|genannt))?)?)"
)
_TITLE = (
    r"(?:mr|mrs|ms|miss|mx|sir|dr|prof|herr|herrn|frau|mme|mlle|m|monsieur|madame|se[nñ]or"
    r"|se[nñ]ora|sr|sra|don|do[nñ]a|mevr|mevrouw|dhr|meneer)"
)
_ROLE_BEFORE = re.compile(
    rf"(?<!\w)(?P<role>{_one_of(NAMES)})(?P<several>{_SEVERAL})?"
    rf"(?: (?:{_IS}|{_ARE}|{_CALLED})|[,:(]| -){{0,2}}[ \"'(]{{1,2}}(?:{_TITLE}\.? ?)?$",
)
_ROLE_AFTER = re.compile(
    rf"[\"')]?(?:,? {_AN}|(?:,? (?:{_IS}|{_ARE}))(?: (?:both|all))?(?: {_AN})?"
    rf"| ?(?P<within>\()(?:{_AN} )?| -|,) ?(?:alleged |main |only |registered )?"
    rf"(?P<role>{_one_of(_ROLES)})(?(are){_SEVERAL}?)(?!\w)",
)
_WHO_REPORT = frozenset({"source", "quelle", "fuente", "bron"})
_GOES_ON = re.compile(r"(?:'s)? (?!\()\w")
# "The victim named him as ..." is told from "a victim named Lena" by what stands around it.
_NAMES = re.compile(r" (?:named|called)[ \"'(]")
_NAMED_AS = re.compile(
    r"[\"')]* (?:as|on|again|twice|today|yesterday|tonight|last|this|(?:at |from )?(?:\+\d"
    r"|\d[\d ]{6}|\d{1,2}(?:[:.h]\d\d(?![\d.])| ?[ap]m)))(?!['a-z])"
)
_THE = re.compile(r"(?<!\w)(?:the|this|that|our|my|his|her|their)(?: \w+)? $")
_WHO_IS = re.compile(r"[\"')]*,? (?:who|is|was|has|had|says|said|lives|lived)(?!\w)")
# "Jon (Jon Hale)", "Jon, full name Jon Hale", "Jon is Jon Hale".
_IN_FULL = re.compile(
    r"\W*(?:(?:is|whose|his|her|full|real|name|named|called|also|known|as|aka|alias|ie)\W+){0,5}"
)
# The marks of a crime report: V1 is the first victim, AP the aggrieved person.
_MARKS = {"v": Role.VICTIM, "a": Role.VICTIM, "w": Role.WITNESS, "s": Role.SUSPECT}
_MARK_BEFORE = re.compile(r"(?<![a-z0-9])(ap|[vws]\d)[ :,-]{1,2}$")
_MAY_BE_A_MARK = re.compile(r"AP |[VWS]\d[ :,-]")

# "Chief officer" and "bank officer" are of no police: what stands before it must be no trade.
_OFFICER_BEFORE = re.compile(
    r"(?:^|[,:;(/-] ?|(?<![a-z])(?:the|our|my|an|his|her|by|with|from|to|for|and|attending"
    r"|reporting|uniformed|undercover|off[ -]duty) )officers?:? $"
)
_AGENCIES = (
    "nca", "met(?: police)?", "mps", "gmp", "wmp", "btp", "psni", "hmrc", "ukvi", "border force",
    "customs", "police", "europol", "eurojust", "eppo", "frontex", "olaf", "interpol", "fbi", "dea",
    "hsi", "atf", "cbp", "dhs", "usss", "rcmp", "afp", "mi5", "mi6", "gchq", "cia", "nsa", "bka",
    "lka", "bnd", "bfv", "zka", "zoll", "polizei", "bundespolizei", "fiod", "kmar", "aivd", "mivd",
    "politie", "dgsi", "dgse", "police nationale", "police judiciaire", "gendarmerie", "douane",
    "guardia civil", "polic[ií]a(?: nacional)?", "cnp", "cni", "mossos", "pj", "gnr", "psp",
)  # fmt: skip
_OF_AN_AGENCY = re.compile(rf",? \((?:the )?(?:{'|'.join(_AGENCIES)})[),;/]")

# What was done to a victim, as lists of words: English, French, German and Dutch, Spanish.
_HARMS = (
    "raped", "stabbed", "assaulted", "attacked", "robbed", "mugged", "abducted", "kidnapped",
    "beaten", "beat", "murdered", "trafficked", "abused", "molested", "groomed", "blackmailed",
    "defrauded", "scammed", "strangled", "harassed", "stalked", "threatened", "knifed", "burgled",
)  # fmt: skip
_INJURED = ("killed", "injured", "wounded", "hurt")
_HARMED = (
    (
        r"(?:a|avait) [eé]t[eé]", (
            "viol[eé]e?", "poignard[eé]e?", "agress[eé]e?", "tu[eé]e?", "enlev[eé]e?", "battue?",
            "bless[eé]e?", "frapp[eé]e?", "assassin[eé]e?", "menac[eé]e?", "vol[eé]e?",
        ),
    ),
    (
        r"(?:wurde|werd|ist|is)(?: [^.,;]{1,30})?", (
            "vergewaltigt", "niedergestochen", "[uü]berfallen", "angegriffen", "entf[uü]hrt",
            "verletzt", "ermordet", "get[oö]tet", "bedroht", "misshandelt", "ausgeraubt",
            "erstochen", "verkracht", "neergestoken", "aangevallen", "beroofd", "ontvoerd",
            "mishandeld", "vermoord", "gedood", "bedreigd", "gewond",
        ),
    ),
    (
        r"(?:fue|ha sido)", (
            "violad[oa]", "apu[nñ]alad[oa]", "agredid[oa]", "asesinad[oa]", "secuestrad[oa]",
            "robad[oa]", "atracad[oa]", "golpead[oa]", "herid[oa]", "amenazad[oa]",
        ),
    ),
)  # fmt: skip
_HARMED_BEFORE = re.compile(rf"(?<!\w)(?:{'|'.join(_HARMS)}) (?:{_TITLE}\.? ?)?$")
_HARMED_AFTER = re.compile(
    r",? (?:(?:was|were|is|has been|had been|got|being|is being|who was) (?:\w{2,12}ly )?"
    rf"(?:{'|'.join((*_HARMS, *_INJURED))}|shot(?! by (?:the )?(?:police|armed|officer)))|"
    + "|".join(f"{was} (?:{'|'.join(harms)})" for was, harms in _HARMED)
    + r")(?!\w)"
)

# An age says it, too: "14 year old Lena Birch", "Lena Birch (14)".
_OF_AGE = 18
_YEARS = r"(?:years?|yrs?|ans|a[nñ]os|jaar|jahre)"
_OLD = r"[ -](?:old|oude?|alte?[rn]?)"
_KIN = (
    rf"(?:{_one_of(KIN)}|male|female|pupil|student|kind|called|named|namens|nomm[eé]e?|llamad[oa]"
    r"|genaamd)"
)
_AGED_BEFORE = re.compile(
    rf"(?<![\w.])(?:(\d{{1,2}})[ -]?(?:{_YEARS}{_OLD}|y/?o|j[äa]hrige[rnms]?"
    rf"|jarige?)|(?<=de )(\d{{1,2}}) {_YEARS}|\d{{1,2}}[ -](?:month|week|day)s?[ -]old)"
    rf",?(?: {_KIN},?){{0,3}} $"
)
_AGED_AFTER = re.compile(
    rf"[ ,(-]{{1,3}}(?:who )?(?:(?:is |was |est |ist |es |tiene |a )?(?:aged? |de |of )?(\d{{1,2}})"
    # "10 years for burglary" are no age.
    rf"[ -]?(?:y/?o(?![a-z])|{_YEARS}(?:{_OLD}|(?=[),;.]|$)))"
    r"|(?:is |was )?(?:aged?|alter|edad|leeftijd):? (?:of )?(\d{1,2})(?![\d/:.-]\d|\d)"
    r"|\d{1,2}[ -](?:month|week|day)s?[ -]old)"
    r"|,? ?[(,] ?(?P<bare>\d\d)(?:[mf]?\)|(?=[,.;](?!\d)|$))",  # "(2)" counts people
)
_MAY_BE_AN_AGE = re.compile(r"[(,:A-Za-zé] ?1?\d(?!\d)|1?\d[ -]?[yYajJmwd]")
_SPACED_DATE = re.compile(r"\d\d\. ?\d\d?\. ?\d")
_NO_WORD = re.compile(r"\d\d[mf]?[ ,;()/-]{1,4}")  # between an age and a date of birth
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEAR_ALONE = re.compile(r"\d{4}$")

_JOINT = 48  # characters between two who are named in one breath
_AND = re.compile(
    rf"(?:'s)?(?: ?\([^()]{{1,32}}\))?(?:,? (?P<and>and|&|et|und|y|e|en)|,|/) ?(?:{_TITLE}\.? )?",
    re.IGNORECASE,
)
_NOT_BUT = re.compile(r",? (?:and |but |et |und |y |en )?(?:not|nicht|pas|niet|no) ")

_NAME_WORDS = Cues(tuple(f"{name}{_SEVERAL}?" for name in _ROLES))
_HARM_WORDS = Cues((*_HARMS, *_INJURED, "shot", *(harm for _, harms in _HARMED for harm in harms)))
_SERVICE_WORDS = Cues(("officers?", *_AGENCIES))
_TELLERS: tuple[tuple[Callable[[str, frozenset[bytes]], bool], Teller], ...] = (
    (lambda text, _: _MAY_BE_A_MARK.search(text) is not None, _by_mark),
    (lambda _, words: _NAME_WORDS.may_be_in(words), _by_name),
    (lambda _, words: _HARM_WORDS.may_be_in(words), _by_harm),
    (lambda _, words: _SERVICE_WORDS.may_be_in(words), _by_service),
    (lambda text, _: _MAY_BE_AN_AGE.search(text) is not None, _by_age),
)
