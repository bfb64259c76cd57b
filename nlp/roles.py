"""Who somebody is in what happened, told by the words beside their name."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from nlp import tongues
from nlp.beside import FAR, SENTENCE_END, after, before, small
from nlp.identifiers.cues import Cues
from nlp.names.words import fold
from nlp.spans import Label, Span
from nlp.tongues import TONGUES, Tongue, one_of


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
    RELATIVE = "relative"  # of somebody who is spared, and cares for them
    STAFF = "staff"


SPARED = frozenset(
    {Role.VICTIM, Role.WITNESS, Role.MINOR, Role.SOURCE, Role.LAWYER, Role.STAFF, Role.RELATIVE}
)
"""Whose names are neither searched nor passed on."""

MAY_BE_SOMEBODY = frozenset({Label.PERSON, Label.PLACE})
"""What may name a person: nobody but its source knows that Larkin is none of the places."""

SAID = frozenset(tongues.words(*Role))
"""The words for each of them, in small letters."""

KIN = frozenset(tongues.words("kin", "parent"))
"""Whose somebody is, in small letters."""


@dataclass(frozen=True, slots=True)
class Told:
    """The role of one person, or of each in the list they stand in: "the victims are A and B"."""

    role: Role
    of_all: bool = False
    guess: int | None = None  # how far behind the person a number stands that may be their age
    is_plain: bool = False  # the word for it stands right before: "informant Larkin"


Teller = Callable[[str, str, int], Told | None]
"""Tells a role by the words before and after a person; so many characters on, the next is named."""


def tellers(text: str, words: frozenset[bytes]) -> tuple[Teller, ...]:
    """Who may tell a role in a text of these words: they say so before its sentences."""
    may_tell = {place for word in _OF_WORD.keys() & words for place in _OF_WORD[word]}
    by_mark = (_by_mark,) if _MAY_BE_A_MARK.search(text) else ()
    by_age = (_by_age,) if _MAY_BE_AN_AGE.search(text) else ()
    return (*by_mark, *(_BY_WORD[place][1] for place in sorted(may_tell)), *by_age)


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
    people = [
        place for place, span in enumerate(spans) if _is_somebody(text, span, asked.get(place))
    ]
    told, of_all = _by_words(text, spans, people, asked, births, today)
    for listed in _lists(text, spans, people) if of_all else ():
        roles = [told[place] for place in listed if place in of_all]
        for place in listed if roles else ():
            told.setdefault(place, roles[0])
    for place, born in births.items():
        if today is not None and _is_minor(born, today) and told.get(place) not in SPARED:
            told[place] = Role.MINOR
    told |= _relatives(text, spans, people, told)
    return _everywhere(text, spans, people, told)


def _by_words(
    text: str,
    spans: Sequence[Span],
    people: Sequence[int],
    asked: Mapping[int, Sequence[Teller]],
    births: Mapping[int, Span],
    today: date | None,
) -> tuple[dict[int, Role], set[int]]:
    """Who is told to be what by the words beside them, and of whom it is told with their list."""
    told: dict[int, Role] = {}
    of_all: set[int] = set()
    for previous, place, following in zip(
        [None, *people], people, [*people[1:], None], strict=False
    ):
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
        # "The victim is A's sister B": it is said of B.
        if following is not None and _WHOSE.fullmatch(text, spans[place].end, end):
            told[following] = said.role
            continue
        if told.get(place) not in SPARED:
            told[place] = said.role
        if said.of_all:
            of_all.add(place)
    return told, of_all


def _said(text: str, person: Span, asked: Sequence[Teller], room: int) -> Told | None:
    said, then = small(_NO_RANK.sub("", before(text, person))), small(after(text, person))
    first = None
    for tell in asked:
        told = tell(said, then, room)
        if told is None:
            continue
        if told.role in SPARED and (first is None or tell is _by_age):
            return told  # a suspect of fifteen is spared
        first = first or told
        if first.role in SPARED:
            return first
    return first


def _is_somebody(text: str, span: Span, asked: Sequence[Teller] | None) -> bool:
    """Whether it names a person, or a role makes one of what may be a place: "informant Larkin"."""
    if span.label is Label.PERSON or not asked:
        return span.label is Label.PERSON
    if span.label is not Label.PLACE or span.confidence > _UNSURE:
        return False
    said = _said(text, span, asked, 0)
    return said is not None and said.is_plain and said.role in SPARED


def _relatives(
    text: str, spans: Sequence[Span], people: Sequence[int], told: Mapping[int, Role]
) -> dict[int, Role]:
    """Who cares for somebody who is spared: "the victim Lena lives with her mother Ana"."""
    found: dict[int, Role] = {}
    for place, following in pairwise(people):
        if following in told or (told.get(place) or found.get(place)) not in SPARED:
            continue
        between = small(text[spans[place].end : spans[following].start])
        if len(between) > _JOINT or SENTENCE_END.search(between) or _does_harm(between):
            continue
        if _WHOSE_PARENT.search(between) and not _does_harm(small(after(text, spans[following]))):
            found[following] = Role.RELATIVE
    return found


def _does_harm(said: str) -> bool:
    return _HARM_DONE.search(said) is not None


def _by_mark(before: str, _after: str, _room: int) -> Told | None:
    marked = _MARK_BEFORE.search(before)
    return None if marked is None else Told(_MARKS[marked[1][0]])


class _Said:
    """How one language says it: a role by its name, or that somebody was harmed."""

    def __init__(self, tongue: Tongue) -> None:
        self._tongue = tongue
        self._roles = {
            word: role for role in Role for word in tongue.words(role, f"{role} of several")
        }
        self._several = frozenset(
            word for role in Role for word in tongue.words(f"{role} of several")
        )
        self._wheel = dict.fromkeys(tongue.words("wheel"), Role.DRIVER)
        plural = rf"(?:{tongue.one_of('plural')})?" if tongue.words("plural") else ""
        self.names = Cues(tuple(f"{name}{plural}" for name in (*self._roles, *self._wheel)))
        self.harms = Cues(tongue.words("harm"))

    def by_name(self, before: str, after: str, room: int) -> Told | None:
        """By the word for it before the person, or behind."""
        called = self._before.search(before)
        if called is not None and not (_is_reporting(called, after) or _is_naming(called, after)):
            told = self._of(called)
            if told is not None:
                return told
        # "Omar, his victim Lena": the role is of who is named next.
        is_one = self._after.match(after)
        if is_one is not None and (is_one["within"] or is_one.end() + 1 != room):
            return Told(self._role(is_one["role"]), bool(is_one["are"]))
        later = self._later.match(after)
        if later is not None and later.end() <= room:
            return Told(self._role(later["role"]))
        is_parent = self._parent_before.search(before) and not _does_harm(after)
        return Told(Role.RELATIVE) if is_parent else None

    def by_harm(self, _before: str, after: str, _room: int) -> Told | None:
        return Told(Role.VICTIM) if self._harmed.match(after) else None

    def _of(self, called: re.Match[str]) -> Told | None:
        """The role before somebody, or that of whose they are: "the victim's mother: Ana"."""
        before = called.string[: called.start()]
        kin = self._kin_of.search(before)
        if kin is not None:
            return Told(Role.RELATIVE) if kin["parent"] else None
        # "It is not the victim, Omar drives ...", "according to the source, Omar ..."
        if "," in called[0] and _NOT_SAID.search(before):
            return None
        role = self._role(called["role"])
        if role not in SPARED and self._young.search(before):
            return Told(Role.MINOR)
        is_several = called["several"] or called["are"] or called["role"] in self._several
        is_plain = called[0].rstrip() == called["role"]
        return Told(role, bool(is_several), is_plain=is_plain)

    def _role(self, word: str) -> Role:
        return self._roles.get(word) or self._wheel[word]

    @cached_property
    def _before(self) -> re.Pattern[str]:
        of = self._tongue.one_of
        return re.compile(
            rf"(?<!\w)(?P<role>{one_of(self._roles)})(?P<several>{of('plural')})?"
            rf"(?: (?:{of('known')}))?"
            rf"(?: (?:{of('is')})| (?P<are>{of('are')})| (?:{of('called')}|{_CODE_NAMED})"
            rf"| ?[,:(«]| -){{0,2}}[ \"'(]{{1,2}}(?:(?:{_TITLE})\.? ?)?$"
        )

    @cached_property
    def _after(self) -> re.Pattern[str]:
        of = self._tongue.one_of
        an = f"(?:{of('the')})"
        return re.compile(
            rf"[\"')]?(?:,?(?: {an}){{1,2}}|,? (?:(?:{of('is')})|(?P<are>{of('are')}))"
            rf"(?: (?:both|all))?(?: {an}){{0,2}}| ?(?P<within>\()(?:{an} )?| -|,)"
            rf" ?(?:(?:{of('known')}) )?(?P<role>{one_of(self._roles | self._wheel)})"
            rf"(?(are)(?:{of('plural')})?)(?!\w|'s)"
        )

    @cached_property
    def _later(self) -> re.Pattern[str]:
        """ "Dora saw it all, she is a key witness"."""
        of = self._tongue.one_of
        return re.compile(
            rf"[^.;:,]{{0,32}},? (?:{of('they')})(?: (?:{of('is')})|'s)(?: (?:{of('the')}))?"
            rf"(?: (?:{of('known')}))?(?: year \d\d?)? (?P<role>{one_of(self._roles)})(?!\w|'s)"
        )

    @cached_property
    def _harmed(self) -> re.Pattern[str]:
        of = self._tongue.one_of
        between = r"(?: [^.,;]{1,30})?" if self._tongue.words("verb") else ""
        return re.compile(rf",? (?:{of('harmed')}){between} (?:{of('harm')})(?!\w)")

    @cached_property
    def _kin_of(self) -> re.Pattern[str]:
        of = self._tongue.one_of
        return re.compile(
            rf"(?<!\w)(?:(?P<parent>{of('parent')})|{of('kin')})"
            # Where no word is for it, its case says whose: "brat ofiary".
            + (rf" (?:{of('of')})" if self._tongue.words("of") else "")
            + rf"(?: (?:{of('the')}))? $"
        )

    @cached_property
    def _parent_before(self) -> re.Pattern[str]:
        """ "The victim's mother, Ana"."""
        spared = one_of(word for word, role in self._roles.items() if role in SPARED)
        return re.compile(
            rf"(?<!\w)(?:{spared})'s (?:{self._tongue.one_of('parent')})[,:]? [\"'(]?$"
        )

    @cached_property
    def _young(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:young|{self._tongue.one_of('minor')}) $")


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
    names = _NAMES.match(called[0], len(called["role"] + (called["several"] or "")))
    if names is None:
        return False
    if _NAMED_AS.match(after):
        return True
    is_the_one = _THE.search(called.string, 0, called.start()) is not None
    return is_the_one and names["calls"] is not None and _WHO_IS.match(after) is None


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


_UNSURE = 0.6  # how sure it may be that a name is of a place, when a role is beside it
_CODE_NAMED = (
    r"(?:code ?named?|pseudonym|nom de code|deckname|nombre en clave|schuilnaam|nome de código)"
    r"(?: [\w-]+(?: \(?(?:aka|alias|real name|i\.?e\.?|dit|genannt))?)?"
)
_TITLE = one_of(tongues.words("title"))
_NOT_SAID = re.compile(
    rf"(?<!\w)(?:{one_of(tongues.words('not', 'according'))})"
    rf"(?: (?:{one_of(tongues.words('the'))}))? $"
)
_NO_RANK = re.compile(r"(?<!\w)(?:di|det) $")  # small, they are "of" and "the"
_WHO_REPORT = frozenset(tongues.words(Role.SOURCE))
_GOES_ON = re.compile(r"(?:'s)? (?!\()\w")
# "The victim named him as ..." is told from "a victim named Lena" by what stands around it.
_NAMES = re.compile(r" (?:named|(?P<calls>called))[ \"'(]")
_NAMED_AS = re.compile(
    r"[\"')]* (?:as|on|in|during|when|to|again|twice|today|yesterday|tonight|last|this"
    r"|(?:at |from )?(?:\+\d|\d[\d ]{6}|\d{1,2}(?:[:.h]\d\d(?![\d.])| ?[ap]m)))(?!['a-z])"
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

# What was done to a victim in English, where the doer may stand before it: "robbed Lena".
_HARMS = (
    "raped", "stabbed", "assaulted", "attacked", "robbed", "mugged", "abducted", "kidnapped",
    "beaten", "beat", "murdered", "trafficked", "abused", "molested", "groomed", "blackmailed",
    "defrauded", "scammed", "strangled", "harassed", "stalked", "threatened", "knifed", "burgled",
)  # fmt: skip
_INJURED = ("killed", "injured", "wounded", "hurt")
_HARM_DONE = re.compile(
    rf"(?<!\w)(?:{'|'.join((*_HARMS, *_INJURED))}|hit|shot|by|against|suspect|arrested"
    rf"|{one_of(tongues.words('harm'))}|por|par|von|durch|door|da|przez)(?!\w)"
)
_WHOSE = re.compile(r"['’]s (?:[^\W\d]+ ){0,3}")
_WHOSE_PARENT = re.compile(
    rf"(?:^'s|(?<!\w)(?:{one_of(tongues.words('the', 'with'))}))"
    rf" (?:{one_of(tongues.words('parent'))}),?:? ?$"
)
_HARMED_BEFORE = re.compile(rf"(?<!\w)(?:{'|'.join(_HARMS)}) (?:(?:{_TITLE})\.? ?)?$")
_HARMED_AFTER = re.compile(
    r",? (?:(?:was|were|is|has been|had been|got|being|is being|who was) (?:\w{2,12}ly )?"
    rf"(?:{'|'.join((*_HARMS, *_INJURED))}|shot(?! by (?:the )?(?:police|armed|officer))))(?!\w)"
)

# An age says it, too: "14 year old Lena Birch", "Lena Birch (14)".
_OF_AGE = 18
_YEARS = one_of(tongues.words("years"))
_OLD = r"[ -](?:old|oude?|alte?[rn]?)"
_AGED = (  # "15-jährige", "15-letnia", "15 yaşındaki"
    r"y/?o|j[äa]hrige[rnms]?|jarige?|letni[aejm]\w*|let[áéýa]\w*|årig[ae]?|arig[ae]?"
    r"|yaşındaki|летн\w{2,4}"
)
_KIN = rf"(?:{one_of({*KIN, *tongues.words(Role.MINOR, 'called')})}|male|female|student|kind)"
_AGED_BEFORE = re.compile(
    rf"(?<![\w.])(?:(\d{{1,2}})[ -]?(?:(?:{_YEARS}){_OLD}|{_AGED})"
    rf"|(?<=de )(\d{{1,2}}) (?:{_YEARS})|\d{{1,2}}[ -](?:month|week|day)s?[ -]old)"
    rf",?(?: {_KIN},?){{0,3}} $"
)
_AGED_AFTER = re.compile(
    rf"[ ,(-]{{1,3}}(?:who )?(?:(?:is |was |est |ist |es |tiene |tem |a |ha |ma )?"
    r"(?:aged? |de |of )?"
    # "10 years for burglary" are no age.
    rf"(\d{{1,2}})[ -]?(?:y/?o(?![a-z])|(?:{_YEARS})(?:{_OLD}|(?=[),;.]|$)))"
    r"|(?:is |was )?(?:aged?|alter|edad|idade|et[àa]|wiek|leeftijd):? (?:of )?(\d{1,2})"
    r"(?![\d/:.-]\d|\d)|\d{1,2}[ -](?:month|week|day)s?[ -]old)"
    # "(2)" counts people
    r"|,? ?[(,] ?(?:[mf][/, ]{0,2}(?=\d\d\)))?(?P<bare>\d\d)(?:[mf]?\)|(?=[,.;](?!\d)|$))",
)
_MAY_BE_AN_AGE = re.compile(r"[(,:A-Za-zéàè] ?1?\d(?!\d)|1?\d[ -]?[yYajJmwdlåл]")
_SPACED_DATE = re.compile(r"\d\d\. ?\d\d?\. ?\d")
_NO_WORD = re.compile(r"\d\d[mf]?[ ,;()/-]{1,4}")  # between an age and a date of birth
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEAR_ALONE = re.compile(r"\d{4}$")

_JOINT = 48  # characters between two who are named in one breath
_AND = re.compile(
    rf"(?:'s)?(?: ?\([^()]{{1,32}}\))?(?:,? (?P<and>{one_of(tongues.words('and'))})|,|/)"
    rf" ?(?:(?:{_TITLE})\.? )?",
    re.IGNORECASE,
)
_NOT_BUT = re.compile(
    rf",? (?:(?:but|{one_of(tongues.words('and'))}) )?(?:{one_of(tongues.words('not'))}) "
)

_HARM_WORDS = Cues((*_HARMS, *_INJURED, "shot"))
_SERVICE_WORDS = Cues(("officers?", *_AGENCIES))
_SAID = tuple(map(_Said, TONGUES))
_BY_WORD: tuple[tuple[Cues, Teller], ...] = (
    *((said.names, said.by_name) for said in _SAID),
    (_HARM_WORDS, _by_harm),
    *((said.harms, said.by_harm) for said in _SAID),
    (_SERVICE_WORDS, _by_service),
)
_OF_WORD: dict[bytes, list[int]] = {}
for _place, (_cues, _) in enumerate(_BY_WORD):
    for _key in _cues.keys:
        _OF_WORD.setdefault(_key, []).append(_place)
