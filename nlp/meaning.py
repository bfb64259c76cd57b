"""What a text says about what was found in it: denied, only heard, in which role, how related.

Everything here is plain from the words beside a finding. It is offered, and decides nothing.
Patterns are for small letters: many times quicker than to take small and capital ones as alike.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import repeat
from typing import NamedTuple

from nlp import belongings, roles, tongues
from nlp.beside import FAR, SENTENCE_END, after, around, before, small
from nlp.identifiers.cues import cues, words_of
from nlp.roles import Role
from nlp.spans import Label, Span


class Tie(StrEnum):
    """How two findings belong together, as the author says."""

    OWNS = "owns"
    DRIVES = "drives"
    USES = "uses"
    PAID = "paid"
    WORKS_FOR = "works for"
    LIVES_AT = "lives at"
    WORKS_WITH = "works with"
    MET = "met"
    CALLED = "called"
    ALIAS = "also known as"
    BORN = "born"
    HOLDS = "holds"  # a document
    RELATED = "relative of"
    DESCRIBES = "describes"  # "grey van" and the plate on it


@dataclass(frozen=True, slots=True)
class Relation:
    """A tie between two spans, by their places in the text's spans, and what else belongs to it."""

    tie: Tie
    subject: int
    object: int
    with_: tuple[int, ...] = ()  # "paid B 4,000 EUR via IBAN ...": the sum and the account
    said: str = ""
    negated: bool = False
    hearsay: bool = False
    asked: bool = False  # or supposed, and not said


def meant(
    text: str,
    spans: tuple[Span, ...],
    ties: Sequence[Relation] = (),
    today: date | None = None,
) -> tuple[Span, ...]:
    """The same spans, each with what is said about it; *ties* are the `relations` between them.

    Somebody's age may hang on *today*.
    """
    if not spans:
        return spans
    if len(text) > _PAGE:
        asked = [_asked(around(text, span), {span.label}) for span in spans]
    else:
        one = _asked(text, {span.label for span in spans})
        asked = [one] * len(spans) if any(one) else []
    said = tuple(map(_meant, repeat(text), spans, asked, repeat(spans))) if asked else spans
    return _with_roles(text, said, asked, ties, today)


def relations(text: str, spans: Sequence[Span]) -> tuple[Relation, ...]:
    """The ties that stand in the text, in reading order."""
    if len(spans) < _TWO:
        return ()
    return tuple(_relations(text, spans))


def of_theirs(
    text: str,
    spans: Sequence[Span],
    ties: Sequence[Relation],
    told: Mapping[int, Role],
    whose: Iterable[int] = (),
) -> dict[int, Role]:
    """What is the own of somebody who is spared, and their other names: as they are."""
    names = {
        tie.object: told[tie.subject]
        for tie in ties
        if tie.tie is Tie.ALIAS and not tie.negated and told.get(tie.subject) in roles.SPARED
    }
    owned = list(_owned(text, spans, ties, {**told, **names}))
    of_others = {_same(spans[place]) for place, role in owned if role not in roles.SPARED}
    found = names | {place: role for place, role in owned if role in roles.SPARED}
    for place in whose:
        role = belongings.of_nobody_named(text, spans[place])
        if role is not None:
            found.setdefault(place, role)
    same = {_same(spans[place]): role for place, role in found.items()}
    for place, span in enumerate(spans) if same else ():
        if _same(span) in same and _same(span) not in of_others:
            found.setdefault(place, same[_same(span)])
    return found


class _Asked(NamedTuple):  # a tuple and not a dataclass: one is made for every text
    """What may be in a text, by its words, and is looked for in its sentences."""

    denial: bool
    report: bool
    role: Sequence[roles.Teller]
    whose: bool


def _asked(text: str, labels: AbstractSet[Label]) -> _Asked:
    words = words_of(text)
    may_be_somebody = not roles.MAY_BE_SOMEBODY.isdisjoint(labels)
    role = roles.tellers(text, words) if may_be_somebody else ()
    is_personal = not belongings.PERSONAL.isdisjoint(labels)
    whose = is_personal and belongings.may_be_of_nobody_named(words)
    return _Asked(_DENIALS.may_be_in(words), _REPORTS.may_be_in(words), role, whose)


def _meant(text: str, span: Span, asked: _Asked, spans: Sequence[Span]) -> Span:
    if span.label in _SAYS_NOTHING or not (asked.denial or asked.report):
        return span
    said, then = small(before(text, span)), small(after(text, span))
    negated = asked.denial and (
        # "passport no AB123456": a number follows.
        _is_denied(*_but_a_tie(said if span.label in _NAMED else _NUMBER_OF.sub("", said), then))
        or _ANSWERED_NO.match(text, span.end) is not None
    )
    hearsay = asked.report and _is_reported(said, then, {s.start - span.end for s in spans})
    return replace(span, negated=negated, hearsay=hearsay) if negated or hearsay else span


def _with_roles(
    text: str,
    spans: tuple[Span, ...],
    asked: Sequence[_Asked],
    ties: Sequence[Relation],
    today: date | None,
) -> tuple[Span, ...]:
    births = {tie.subject: spans[tie.object] for tie in ties if tie.tie is Tie.BORN}
    may_tell = {place: each.role for place, each in enumerate(asked) if each.role}
    told = roles.cast(text, spans, may_tell, births, today) if may_tell or births else {}
    whose = [place for place, each in enumerate(asked) if each.whose]
    if told or whose:
        told |= of_theirs(text, spans, ties, told, whose)
    if not told:
        return spans
    return tuple(replace(s, role=told[i]) if i in told else s for i, s in enumerate(spans))


def _owned(
    text: str, spans: Sequence[Span], ties: Sequence[Relation], told: Mapping[int, Role]
) -> Iterator[tuple[int, Role]]:
    """Where each of these people lives and is reached, with the role of whose it is."""
    for tie in ties:
        is_personal = spans[tie.object].label in belongings.PERSONAL and not tie.negated
        if is_personal and tie.subject in told and belongings.is_theirs(tie.said):
            yield tie.object, told[tie.subject]
    for person, role in told.items():
        for place in belongings.behind(text, spans, person):
            yield place, role


def _same(span: Span) -> tuple[Label, str]:
    return span.label, span.value or span.text


def _is_denied(before: str, after: str) -> bool:
    ways = (_DENIED_BEFORE.search(before), _DENIED_AFTER.match(after))
    abroad = (_DENIED_ABROAD_BEFORE.search(before), _DENIED_ABROAD_AFTER.match(after))
    return any((*ways, *abroad))


def _but_a_tie(before: str, after: str) -> tuple[str, str]:
    """The words beside a finding without those that deny only how it belongs to another.

    "Jon does not own XX00 TST": neither he nor the plate is denied.
    """
    return _TIE_DENIED_BEFORE.sub("", before), _TIE_DENIED_AFTER.sub("", after)


def _is_reported(before: str, after: str, starts: AbstractSet[int]) -> bool:
    """Whether its own clause is only heard; *starts* says where in *after* others are found."""
    before = _MAY_BE_SOMEBODY.sub("", before)
    then = _REPORTED_AFTER.match(after)
    # "not XX00 TST, source says Jon has the van": what is said is of him.
    said_next = then is not None and then["says"] and _THAT.match(after, then.end())
    if said_next and said_next.end() in starts:
        then = None
    return any((_REPORTED_BEFORE.search(before), then, _REPORTED_ABROAD.search(before)))


def _relations(text: str, spans: Sequence[Span]) -> Iterator[Relation]:
    paid: set[int] = set()
    tied: dict[int, Relation] = {}  # by what they tie to somebody
    for place, second in enumerate(spans):
        if place in paid:  # a sum or an account of the payment before
            continue
        for back in range(place - 1, max(-1, place - 1 - _BACK), -1):
            first = spans[back]
            between = text[first.end : second.start]
            if len(between) > FAR or SENTENCE_END.search(between):
                break
            tie = _tie(first, second, _ahead(text, first, between) + between)
            if tie is None:
                tie = _of_both(text, first, second, between)
            if tie is None and (first.label in _PASSED_OVER or _is_origin(first, second)):
                continue
            if tie is None and back in tied:
                tie = _also(tied[back].tie, spans[tied[back].subject], first, second, between)
                back = tied[back].subject
            if tie is None:
                break
            kind, forward = tie
            said = small(before(text, first))
            if kind is Tie.MET and _MIXED_UP.search(said + between):
                break
            subject, other = (back, place) if forward else (place, back)
            rest = _rest(text, spans, place) if kind is Tie.PAID else ()
            if kind is Tie.PAID and _GAVE.search(between) and not _is_sum_in(spans, second, rest):
                break
            paid.update(rest)
            tied[other] = Relation(
                kind,
                subject,
                other,
                rest,
                between.strip(" ,"),
                negated=_NOT.search(small(between)) is not None
                or _NOT_THEY.search(said) is not None,
                hearsay=_REPORTED_BEFORE.search(said + small(between)) is not None,
                asked=_is_asked(text, second) or _SUPPOSED.search(said) is not None,
            )
            yield tied[other]
            if (
                kind is Tie.DESCRIBES and forward and back in tied
            ):  # "has a blue van XX00 TST": both are theirs
                yield replace(tied[back], object=place)
            break


def _tie(first: Span, second: Span, between: str) -> tuple[Tie, bool] | None:
    """The tie, and whether the first is its subject."""
    may_be = _ties_of(first.label, second.label)
    if not may_be:
        return None
    words = between.lower()
    for tie, pattern, forward in may_be:
        if tie is Tie.PAID and forward and second.label in _PAYMENT and _OUT_OF.search(words):
            continue
        # Where somebody was born is told by its capitals.
        if pattern.search(between if tie is Tie.BORN else words):
            return tie, forward
    return None


@cache
def _ties_of(first: Label, second: Label) -> tuple[tuple[Tie, re.Pattern[str], bool], ...]:
    """What may tie two findings of these kinds, by which words, and if the first is its subject."""
    found = []
    for tie, subjects, objects, forward, backward in _TIES:
        if first in subjects and second in objects:
            found.append((tie, forward, True))
        if backward is not None and first in objects and second in subjects:
            found.append((tie, backward, False))
    return tuple(found)


def _is_asked(text: str, last: Span) -> bool:
    """Whether the clause that ends with this span is a question."""
    end = SENTENCE_END.search(text, last.end, last.end + FAR)
    return end is not None and end[0] == "?" and "," not in text[last.end : end.start()]


def _is_origin(first: Span, second: Span) -> bool:
    """ "from this account to that": who paid stands before both."""
    return first.label in _PAYMENT and (second.label in _PAYMENT or second.label in _WHO)


def _is_sum_in(spans: Sequence[Span], second: Span, rest: Sequence[int]) -> bool:
    return second.label in _PAYMENT or any(spans[place].label is Label.MONEY for place in rest)


def _also(
    kind: Tie, subject: Span, first: Span, second: Span, between: str
) -> tuple[Tie, bool] | None:
    """What is told of the same one further on: "owns A and B", "uses A, lives at B"."""
    if not _FURTHER.match(between):
        return None
    if second.label is first.label and second.label not in _WHO and _AND.fullmatch(between):
        return kind, True
    tie = _tie(subject, second, between)
    return tie if tie is not None and tie[1] else None


def _ahead(text: str, first: Span, between: str) -> str:
    """What ties two findings, and stands before both.

    In "owner of XX00 TST is ...", the owner: what follows the plate is of its owner. In "payment by
    Omar to ...", that he paid.
    """
    if _IS_NAMED.match(between):
        found = _HOLDER_OF.search(before(text, first))
        return "" if found is None else f" {found[1]}"
    is_payment = _TO.match(between) and _PAYMENT_BY.search(small(before(text, first)))
    return " paid" if is_payment else ""


def _of_both(text: str, first: Span, second: Span, between: str) -> tuple[Tie, bool] | None:
    """ "A and B met": what ties two people stands behind both."""
    if first.label is not Label.PERSON or second.label is not first.label:
        return None
    if not _AND.fullmatch(between):
        return None
    found = _BOTH.match(after(text, second))
    if found is None:
        return None
    return (Tie.MET if found["met"] else Tie.RELATED), True


def _rest(text: str, spans: Sequence[Span], place: int) -> tuple[int, ...]:
    """The sum and the accounts that stand around a payment."""
    found = []
    for near in range(max(0, place - _TWO), min(len(spans), place + 1 + _TWO)):
        if near == place or spans[near].label not in _PAYMENT:
            continue
        low, high = sorted((near, place))
        if not SENTENCE_END.search(text[spans[low].end : spans[high].start]):
            found.append(near)
    return tuple(found)


def _any(words: str, *, or_else: str = r"(?!)") -> re.Pattern[str]:
    """Any of these words, whole, or else what stands between two findings as this pattern says."""
    return re.compile(rf"(?<![{_LETTER}])(?:{words})(?![{_LETTER}])|{or_else}")


def _abroad(what: str) -> str:
    """The same in the other languages, as more words of a pattern."""
    return f"|{tongues.one_of(tongues.words(what))}"


_LETTER = "a-zà-öø-ÿ"
_TWO = 2
_PAGE = 4096  # characters of a text in which each span is looked at by itself
_BACK = 3  # spans between which ties are looked for
_SAYS_NOTHING = frozenset({Label.TIME, Label.MARKING, Label.CASE_REF})
_PASSED_OVER = frozenset(
    {Label.TIME, Label.MARKING, Label.QUANTITY, Label.MONEY, Label.DRUG, Label.NATIONALITY}
)
_PAYMENT = frozenset({Label.MONEY, Label.IBAN, Label.ACCOUNT, Label.WALLET, Label.CARD, Label.BIC})

_DENIALS = cues(
    "not", "no", "never", "isnt?", "wasnt?", "arent?", "werent?", "doesnt?", "didnt?", "dont?",
    "nobody", "noone", "niemand", "personne", "nadie", "absent", "nope", "nah", "nein", "non",
    "nee", "without",
    "denies", "denied", "negative", "ruled", "eliminated", "rather", "instead", "neither", "nor",
    "nothing", "nicht", "kein(?:e[nr]?)?", "nie", "niemals", "nichts", "ausgeschlossen", "pas",
    "jamais", "aucune?", "rien", "[eé]cart[eé]e?", "ning[uú]na?", "nunca", "sin", "nada",
    "descartad[oa]", "niet", "geen", "nooit", "niets", "uitgesloten",
    *tongues.words("none", "denied"),
)  # fmt: skip
_DENIED_BEFORE = re.compile(
    r"(?:(?<![a-z])(?:not|never|isn'?t|wasn'?t|aren'?t|weren'?t|neither|nor|nicht|kein(?:e|en)?|pas"
    r"|niet|geen|niemals|nie|jamais|nunca|nooit|no (?:es|era|fue|est[aá]|estaba))"
    r"(?: (?:the|a|an|by|with|from|to|at|on|in|our|his|her|their|same|as|for|linked"
    r"|connected|related|known|registered|using|driving|seen|de|het|der|die|das|le|la)){0,4}"
    r"|(?<![a-z])(?:no (?:trace|sign|sighting|record|link|hit|match|evidence) (?:of|on|for|to|with)"
    r"|(?:nobody|no[ -]?one|niemand|personne|nadie) (?:by the name of|called|named|namens|genannt"
    r"|nomm[eé]e?|appel[eé]e?|llamad[oa]|genaamd)"
    r"|nothing (?:on|about|known (?:on|about)|for)|negative (?:for|on)|without|rather than"
    r"|instead of|ruled out|eliminated|den(?:ies|ied) (?:being|knowing|owning|using|having)"
    r"|(?:keine?|aucune?|sin|ning[uú]na?|geen) (?:treffer|spur|hinweise?|trace|signe|r[eé]sultat"
    r"|rastro|se[nñ]al|coincidencias?|resultados?|spoor|teken|hits?) (?:zu|von|auf|f[uü]r|sur|de"
    r"|del|van|over|op|voor)"
    r"|(?:nichts|rien|nada|niets) (?:zu|[uü]ber|sur|sobre|over)"
    r"|no|doesn'?t (?:own|use|know|drive|have)|didn'?t (?:see|meet|call|use|know|pay)"
    r"|does not (?:own|use|know|drive|have)|did not (?:see|meet|call|use|know|pay)))"
    r"(?: (?:a|an|the|any|his|her|plate|phone|number|reg|account|name|named|called|man|iban|vin"
    r"|imo|imei|imsi|mmsi|lei|card|wallet|container|email|mobile|telephone)){0,3}"
    r"[ :\"'(]*$",
)
_DENIED_AFTER = re.compile(
    r"[\"')]* ?(?:,? ?(?:is|was|has been|are|were)(?:n'?t| not) (?!only)|(?:is|was|has been) "
    r"(?:ruled out|eliminated|excluded)|,? (?:ruled out|eliminated|excluded)(?![a-z])"
    r"|does(?:n'?t| not) (?:exist|fit|match|belong)|,? ?not (?:him|her|it|them|involved|ours)"
    r"|did(?:n'?t| not)|(?:ist|war|wurde|hat) nicht(?! nur)|(?:is|was|werd|heeft) niet(?! alleen)"
    r"|n'(?:est|[eé]tait|a|avait) pas|no (?:es|era|fue|est[aá]|estaba)"
    r"|,? (?:is|was|were) absent|[ ,:-]{1,3}(?:is |was |came back |comes back )?negative"
    r"(?! (?:for|on))"
    r"|(?:ist|war|a [eé]t[eé]|est|ha sido|is) (?:ausgeschlossen|[eé]cart[eé]e?|descartad[oa]"
    r"|uitgesloten))",
)
# The same in the languages whose words are lists.
_DENIED_ABROAD_BEFORE = re.compile(
    rf"(?<!\w)(?:{tongues.one_of(tongues.words('none'))})"
    rf"(?: (?:{tongues.one_of(tongues.words('the'))}))?[ :\"'(]+$"
)
_DENIED_ABROAD_AFTER = re.compile(rf"[\"')]*,? (?:{tongues.one_of(tongues.words('denied'))})(?!\w)")
_REPORTED_ABROAD = re.compile(rf"(?<!\w)(?:{tongues.one_of(tongues.words('heard'))})(?!\w)")
_NAMED = frozenset({Label.PERSON, Label.ORG, Label.PLACE})
_NUMBER_OF = re.compile(r"(?<=[\w.]) no[.:]? ?$")
_ANSWERED_NO = re.compile(
    r"\?\s{1,2}(?:no|nope|nah|negative|nein|non|nee)(?=[.,!;]|\s*$)", re.IGNORECASE
)
_REPORTS = cues(
    "claims?", "claimed", "claiming", "says?", "said", "saying", "source", "sources", "alleged",
    "allegedly", "alleges", "reportedly", "reports?", "reported", "apparently", "rumou?red",
    "rumou?rs?", "supposedly", "supposed", "believed", "according", "heard", "hear", "informant",
    "states?", "stated", "poss", "possibly", "maybe", "perhaps", "may", "might", "unconfirmed",
    "purportedly", "purports?", "told", "gave", "gives", "calls", "calling", "probably", "chis",
    "likely", "believe", "thinks?", "thought", "understood", "suggests?", "indicates?", "intel",
    "reporting", "reckons?", "word", "goes", "going", "went", "unverified", "hearsay", "could",
    "angeblich", "soll(?:en)?", "laut", "gem[aä](?:ß|ss)", "zufolge", "vernehmen", "vermutlich",
    "m[oö]glicherweise", "vielleicht", "wahrscheinlich", "behauptet", "angaben",
    "selon", "d'apr[eè]s", "apparemment", "para[iî]t", "pr[eé]tend", "pr[eé]tendument",
    "soi-disant", "serait", "aurait", "peut-[eê]tre", "probablement",
    "seg[uú]n", "parecer", "supuestamente", "presuntamente", "dice", "afirma", "quiz[aá]s?",
    "tal vez", "probablemente", "ser[ií]a", "habr[ií]a",
    "quelle", "fuente", "bron", "naar", "volgens", "verluidt", "vermoedelijk", "beweert", "zegt",
    "zou", "misschien", "mogelijk", "waarschijnlijk", *tongues.words("heard"),
)  # fmt: skip
_REPORTED_BEFORE = _any(
    r"claim(?:s|ed|ing)?(?: to be| that| he| she| they| his| her)?|(?:he|she|they|who|driver|source"
    r"|sources|informant|witness|caller|victim|suspect|neighbou?r|colleague|partners?|chis|asset)"
    r" (?:also )?(?:say|says|said|reports?|reported|tells? us|told us|told me|states?|stated"
    r"|thinks?|believes?|heard|mentions?|mentioned|suggests?)|alleged(?:ly)?|alleges|reportedly"
    r"|apparently|rumou?red|rumou?rs?(?: has it)?|supposed(?:ly| to be)?|(?:is|are|was|were) "
    r"(?:said|believed|thought|reported|understood|rumou?red) to|believed to|according to|(?:we|i) "
    r"(?:hear|heard|were told|was told)|hearing|told (?:us|me|them|police)|unconfirmed"
    r"|purported(?:ly)?|purports? to|g(?:ave|ives|iving)(?: his| her| their| the)? name(?: as| of)?"
    r"|calls? h(?:im|er)self|calling h(?:im|er)self|(?:source|intel|info|chis)(?: report"
    r"| (?:is )?reporting| reports| suggests?| indicates?| has it)|word (?:is|has it|on the street)"
    r"|unverified|go(?:es|ing) by|went by|reckons?|(?:says|said|states|stated)(?: that)?"
    r"|(?:may|might|could) (?:also |well |still )?(?!in|on|at|and|to|from|with|to|by)[a-z]+"
    r"|poss(?:ibly|ible)?|maybe|perhaps|may be"
    r"|might be|could be|probably|likely|it is (?:said|believed|thought)|(?:we|i) (?:believe|think)"
    r"|angeblich|soll(?:en)?|laut|gem[aä](?:ß|ss)|dem vernehmen nach|vermutlich|m[oö]glicherweise"
    r"|vielleicht|wahrscheinlich|behauptet|nach angaben|gibt an"
    r"|selon|d'apr[eè]s|apparemment|il para[iî]t|pr[eé]tend(?:ument)?|soi-disant|peut-[eê]tre"
    r"|probablement|seg[uú]n|al parecer|supuestamente|presuntamente|dice (?:ser|llamarse|que)"
    r"|afirma|quiz[aá]s?|tal vez|probablemente|volgens|naar verluidt|vermoedelijk|beweert|zegt"
    r"|misschien|mogelijk|waarschijnlijk",
    or_else=r"(?<![a-z])(?:source|quelle|fuente|bron) ?:",
)
# "Jon, allegedly called Bob": what is reported is the other name.
_OTHERWISE_CALLED = r"(?:also )?(?:called|named|known (?:as|by)|aka|alias|nicknamed)(?![a-z])"
_REPORTED_AFTER = re.compile(
    r"[\"')]*,? ?(?:(?P<says>he|she|they|the source|source|the driver|the witness) "
    r"(?:claims?|claimed|says?|said)|(?:allegedly|reportedly|apparently|supposedly)"
    rf"(?! {_OTHERWISE_CALLED})|\(?unconfirmed"
    r"|so (?:(?:the|his|her|our|der|die) )?[a-z]+ (?:says?|said|claims?|thinks?)"
    r"|soll(?:en)?(?![a-z])"
    r"|serait|aurait|ser[ií]a|habr[ií]a|zou(?![a-z])|zufolge|angeblich|presuntamente|supuestamente"
    r"|is (?:said|believed|alleged|rumou?red|reported|thought) to|according to"
    rf"|\(?(?:tbc|poss(?:ibly)?|unverified)(?![{_LETTER}]))",
)
_THAT = re.compile(r"(?: that)?(?: (?:the|a|an))? ")
# "Lena may be a witness, XX00 TST": the plate is of a clause of its own.
_MAY_BE_SOMEBODY = re.compile(
    r"(?<![a-z])(?:(?:may|might|could|must)(?: well| also| still)? (?:be|have been)|(?:is|was) "
    r"(?:possibly|perhaps|maybe|probably|likely|apparently)) "
    r"(?:an?|the|our|his|her|one of the) [^,;:]{1,40}, "
)
# A pronoun stands for who is meant, too; "we do not know Ivo" denies him.
_DENIED_TIE = (
    r"(?:(?:do|does|did|has|have|had)(?:n'?t| not)|never) (?:own|use|know|drive|hold|control|pay"
    r"|call|contact|recogni[sz]e|work|live|meet|met|known|owned|used|driven)(?![a-z])"
    r"|denie[sd] (?:owning|using|knowing|having|driving|paying|calling|meeting|being with)"
    r"|(?:ne |n')[^\W\d]+ pas(?![a-z])"
)
_TIE_DENIED_BEFORE = re.compile(
    rf"(?<![a-z])(?<!we )(?<!i )(?:{_DENIED_TIE})(?=[^,;:]{{0,40}}$)(?!.*(?<![a-z])(?:not|no|never)"
    r"(?![a-z]))"
)
_TIE_DENIED_AFTER = re.compile(rf"^ (?:{_DENIED_TIE})")

_FURTHER = re.compile(r",? (?:and|et|und|y|en) |, |/", re.IGNORECASE)
_AND = re.compile(r",? (?:and|&|et|und|y|en)(?: (?:the|his|her|le|la|el|de|het|die|das))? ")
_NOT = _any(
    r"not|never|no longer|no more|used to|formerly|previously|former|(?:is|was|are|were|do|does|did"
    r"|has|have|ca|wo)n'?t|nicht(?! nur)|kein(?:e[nrm]?)?|n'est pas|pas|niet|geen|nunca|jamais"
    r"|nooit|no (?:es|era|fue|tiene|conduce|usa|vive)" + _abroad("none")
)
_NOT_THEY = re.compile(r"(?<![a-z])(?:not|nicht|pas|niet)(?: the| der| die| le| la| de)? $")
_SUPPOSED = re.compile(r"(?<![a-z])(?:if|whether|unless|falls|ob|wenn|indien)(?: [^,]*)?$")
_MIXED_UP = re.compile(
    r"(?<![a-z])(?:confus(?:e|ed|ing)|mix(?:ed|ing)? up|mistak(?:e|en)|compar(?:e|ed)|verwechsel\w*"
    r"|confond\w*|confundi\w*|verwar\w*)(?![a-z])"
)
_OUT_OF = re.compile(
    r"(?<![a-z])(?:from|via|using|through|von|[uü]ber|depuis|du|desde|vanaf|vanuit|via)"
    r"(?: (?:the|his|her|their|an?|account|acc|iban|wallet|card|bank|konto|compte|cuenta|rekening))"
    r"{0,3}:? $"
)
_GAVE = re.compile(r"(?<![a-z])(?:gave|sent|sends)(?![a-z])")
_HOLDER_OF = re.compile(
    r"(?<![a-z])(owner|keeper|driver|user|subscriber) of (?:[a-z]+ ){0,3}$", re.IGNORECASE
)
_IS_NAMED = re.compile(r"(?: (?:is|was)(?: not)?|:) $", re.IGNORECASE)
_PAYMENT_BY = re.compile(
    r"(?<![a-z])(?:payment|transfer|deposit|paiement|virement|zahlung|[uü]berweisung|pago|betaling)"
    r"(?![a-z])[^,;]{0,40} (?:by|from|par|von|de|por|door|van) $"
)
_TO = re.compile(r" (?:in)?to |[ ,](?:à|au|sur|an|auf|a|al|aan|naar|op) ", re.IGNORECASE)
_BOTH = re.compile(
    r" (?:(?P<met>(?:have |had |ha[nb]en )?(?:met|meet)(?! (?:with )?[A-Z])"
    r"|(?:were|are) (?:seen |sitting |travel?ling )?together|se sont rencontr[eé]s|trafen sich"
    r"|se (?:reunieron|vieron)|ontmoetten elkaar|waren (?:samen|zusammen))"
    r"|(?:are|were) (?:married|engaged|related|brothers|sisters|siblings|cousins|partners))(?!\w)"
)
_WHO = frozenset({Label.PERSON, Label.ORG})
_PERSON = frozenset({Label.PERSON})
_THING = frozenset(
    {Label.PLATE, Label.VEHICLE, Label.VIN, Label.VESSEL, Label.IMO, Label.MMSI, Label.AIRCRAFT}
)
_LINE = frozenset(
    {Label.PHONE, Label.EMAIL, Label.HANDLE, Label.IMEI, Label.IMSI, Label.ICCID, Label.IP,
     Label.MAC, Label.DOMAIN}
)  # fmt: skip
_HELD = frozenset(
    {Label.IBAN, Label.ACCOUNT, Label.CARD, Label.WALLET, Label.WEAPON, Label.CONTAINER, Label.ORG}
)
_HOME = frozenset({Label.ADDRESS, Label.PLACE, Label.POSTCODE, Label.COORDINATES})
_BIRTH = (
    r"dob|d\.o\.b\.?|born|date of birth|geb\.?|geboren|n[eé]e? le|nacid[oa]|fecha de nacimiento"
    r"|geburtsdatum|geboortedatum|date de naissance"
)
# "born in Gdansk on": a date further on is that of something else.
_TO_ITS_DATE = (
    r"(?:,? (?:in|at|en|te|zu) \w[\w'-]*(?: (?-i:[A-Z])[\w'-]*){0,3},?)?"
    r"(?:[ :,(.=-]+(?:on|the|in|is|was|as|given|recorded|about|around|circa|ca?|am|op|el|le"
    r"|ist|est|es|um|vers|hacia)(?![a-z])){0,3}[ :,(.=-]*"
)
_DOCUMENTS = frozenset({Label.PASSPORT, Label.NATIONAL_ID, Label.TAX_ID, Label.DRIVING_LICENCE})
_TO_ITS_NUMBER = (
    r"(?:passport|passeport|pasaporte|paspoort|reisepass|pp|id|identity|card|ausweis|personalausweis"
    r"|carte|dni|nie|nif|bsn|ni|nino|ssn|tax|steuer|driving|driver'?s|licen[cs]e|permis|permiso"
    r"|rijbewijs|f[uü]hrerschein|num(?:ber|[eé]ro|mer)|no|nr|n|has|holds|holder|with|uses|using|on"
    r"|travel(?:s|l?ing|led)|under|of|his|her|their|the|an?|is|national|[a-z]+(?:ian|ish|ese|an|ch))"
)
_COLOUR = r"(?:black|white|grey|gray|silver|red|blue|green|yellow|brown|orange|dark|light|old|new)"
_BELONGING = (
    r"(?:van|car|vehicle|lorry|truck|motor|motorbike|moped|bike|boat|yacht|plate|reg|vrm|account"
    r"|iban|wallet|card|company|firm|auto|wagen|voiture|coche|konto|compte|cuenta|rekening)"
    r"(?: is| no)?"
)
_TIES: tuple[
    tuple[Tie, frozenset[Label], frozenset[Label], re.Pattern[str], re.Pattern[str] | None], ...
] = (
    (Tie.DESCRIBES, frozenset({Label.VEHICLE}), frozenset({Label.PLATE, Label.VIN}),
     re.compile(r"^[ ,(]{1,3}(?:(?:with|bearing|reg(?:istration)?|vrm|plate|index|number|no\.?|on"
                r"|is|the|vin)[ :,.]{1,2}){0,3}$"),
     re.compile(r"^[ ,(:=-]{1,3}(?:(?:is|was|on|to|for|an?|the|its|his|her|displayed|fitted|shows"
                r"|comes back(?: as)?|registered)[ :]){0,4}$")),
    (Tie.DESCRIBES, frozenset({Label.VESSEL}), frozenset({Label.IMO, Label.MMSI, Label.CALLSIGN}),
     re.compile(r"^[ ,(:/-]{1,3}(?:(?:imo|mmsi|call ?sign|no\.?|number|nr|is)[ :.#]{1,2}){0,3}$"),
     re.compile(r"^[ ,(:/=-]{1,3}(?:(?:is|the|mv|m/v|ms|mt|vessel|ship)[ :]){0,3}$")),
    (Tie.HOLDS, _PERSON, _DOCUMENTS,
     re.compile(rf"^(?:'s)?[ ,(:-]{{1,3}}(?:{_TO_ITS_NUMBER}[ .:#-]{{1,2}}){{0,6}}$"),
     _any(r"in (?:the )?name of|issued to|belong(?:s|ing) to|holder(?: is)?|held by|of")),
    (Tie.OWNS, _WHO, _THING | _HELD,
     _any(r"owns?|owned|owner of|(?:registered )?keeper of|holds|controls|has bought|bought|has"
          r" an? (?:account|wallet|card|van|car)|besitzt|halter(?:in)? (?:von|des|der)"
          r"|poss[eè]de|propri[eé]taire d[eu]|posee|es due[nñ]o de|titular de|bezit|eigenaar van"
          + _abroad("owns"),
          or_else=rf"^(?: has an?|'s)(?: {_COLOUR})? ?$"
                  rf"|^'s (?:[a-z]+ ){{0,2}}{_BELONGING} ?[:,(]? ?$"),
     _any(r"(?:is |was )?(?:owned by|registered to|registered keeper(?: is)?|belong(?:s|ing) to"
          r"|held by|keeper|owner(?: is)?|account of|in (?:the )?name of"
          r"|reg(?:'?d|istered)?\.? to|(?:comes?|came|coming) back to|rk(?: is)?"
          r"|im namen von)|geh[oö]rt"
          r"|zugelassen auf|appartient [àa]|au nom de|pertenece a|a nombre de|is van|op naam van"
          + _abroad("owned by"))),
    (Tie.DRIVES, _PERSON, _THING,
     _any(r"drives|drove|driving|was in|is in|in an?|arrived in|left in|got (?:in|into|out of)|"
          r"behind the wheel of|f[aä]hrt|fuhr|conduit|conduisait|au volant d[eu]|conduce"
          r"|conduc[ií]a|al volante de|rijdt|reed" + _abroad("drives")),
     _any(r"driven by|driver(?: is| was)?|with driver")),
    (Tie.USES, _WHO, _LINE,
     _any(r"uses?|used|using|on|reachable (?:on|at)|can be reached (?:on|at)|phone(?: is)?|mobile"
          r"|number(?: is)?|calls? from|calling from|his|her|tel|email|mail|handle|aka|@|contact"
          r"|(?:be)?nutzt|verwendet|erreichbar unter|utilise|joignable au|usa|utiliza|gebruikt"
          r"|bereikbaar op" + _abroad("uses"),
          or_else=r"^ ?[(:=] ?(?:tel|mob|phone|email|mail)?[.:]? ?$"),
     _any(r"used by|belong(?:s|ing) to|registered to|subscriber(?: is)?|user(?: is)?|of|held by"
          r"|geh[oö]rt|appartient [àa]|pertenece a|is van" + _abroad("used by"))),
    (Tie.PAID, _WHO, _WHO | frozenset({Label.IBAN, Label.ACCOUNT, Label.WALLET}),
     _any(r"pa(?:id|ys|ying)|sent|sends|transferred|transfers|wired|wires|deposited|gave"
          r"|(?:be)?zahlte?|überwies(?:en)?|pay[eé]e?|vers[eé]e?|vir[eé]e?|pag[oó]|transfiri[oó]"
          r"|betaalde?|overgemaakt" + _abroad("paid")),
     _any(r"(?:was |got )?paid by|received (?:[^.]{0,30} )?from|payment from")),
    (Tie.WORKS_FOR, _PERSON, frozenset({Label.ORG}),
     _any(r"works? (?:for|at|with)|worked (?:for|at)|employed (?:by|at)|director (?:of|at)|manager "
          r"(?:of|at)|runs|employee of|of|arbeitet (?:f[uü]r|bei)"
          r"|gesch[aä]ftsf[uü]hrer(?:in)? (?:der|von|bei)"
          r"|travaille (?:pour|chez)|g[eé]rante? d[eu]|trabaja (?:para|en)|administradora? de"
          r"|werkt (?:voor|bij)|bestuurder van" + _abroad("works for")),
     _any(r"employs|director(?: is)?|run by|employee")),
    (Tie.LIVES_AT, _WHO, _HOME,
     _any(r"lives? (?:at|in|on)|living (?:at|in)|resid(?:es|ing|ent) (?:at|in|of)|address(?: is)?"
          r"|home address|stays? (?:at|in)|staying (?:at|in)|based (?:at|in)|of"
          r"|wohnt|wohnhaft|lebt in|habite|demeurant|domicili[eé]e?|vive en|reside en"
          r"|domiciliad[oa] en|woont|verblijft" + _abroad("lives at")),
     None),
    (Tie.ALIAS, _PERSON, _PERSON | frozenset({Label.HANDLE}),
     _any(r"aka|a\.k\.a\.?|alias|also known as|real name(?: is)?|goes by|known as|nee|née|ie"
          r"|genannt|dit|conocid[oa] como|apodad[oa]|bijgenaamd" + _abroad("alias")),
     None),
    (Tie.RELATED, _PERSON, _PERSON,
     _any(r"married(?: to)?|engaged to|divorced from|related to|verheiratet mit"
          r"|mari[eé]e? (?:à|avec)|casad[oa] con|getrouwd met" + _abroad("related")),
     None),
    (Tie.WORKS_WITH, _PERSON, _PERSON,
     _any(r"(?:works?|worked|working)(?: closely| together)? with|arbeite[nt]+(?: zusammen)? mit"
          r"|travaillent? avec|trabajan? con|werk(?:t|en)(?: samen)? met|trabalham? com"
          r"|lavora(?:no)? con|pracuj[eą] z"),
     None),
    (Tie.MET, _PERSON, _PERSON,
     _any(r"met(?: with)?|meets?|meeting(?: with)?|seen with|with|together with|and met|trifft|traf"
          r"|mit|a rencontr[eé]|rencontre|avec|se reuni[oó] con|con|ontmoette|samen met"
          + _abroad("met")),
     None),
    (Tie.CALLED, _PERSON | frozenset({Label.PHONE}), _PERSON | frozenset({Label.PHONE}),
     _any(r"call(?:ed|s)?|ph?oned|rang|texted|messaged|in (?:contact|touch) with|contacted"
          r"|rief|hat angerufen|a appel[eé]|appelle|llam[oó] a|belde(?: met)?" + _abroad("rang")),
     _any(r"called by|was rung by")),
    (Tie.RELATED, _PERSON, _PERSON,
     _any(r"(?:brother|sister|wife|husband|son|daughter|father|mother|cousin|uncle|partner"
          r"|girlfriend|boyfriend)(?: of)?|(?:bruder|schwester|ehefrau|ehemann|frau|sohn|tochter"
          r"|vater|mutter|cousin) (?:von|des|der)|(?:fr[eè]re|s(?:oe|œ)ur|femme|[eé]pouse|mari|fils"
          r"|fille|p[eè]re|m[eè]re|cousine?) d[eu]|(?:herman[oa]|espos[oa]|hij[oa]|padre|madre"
          r"|prim[oa]|mujer|marido) de|(?:broer|zus|vrouw|man|zoon|dochter|vader|moeder|neef) van"
          + _abroad("relative of")),
     None),
    (Tie.BORN, _PERSON, frozenset({Label.TIME}),
     re.compile(rf"(?<![a-z])(?:{_BIRTH})(?![a-z]){_TO_ITS_DATE}$", re.IGNORECASE),
     None),
)  # fmt: skip
