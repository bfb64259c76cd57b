"""What a text says about what was found in it: denied, only heard, in which role, how related.

Everything here is plain from the words beside a finding. It is offered, and decides nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from nlp.identifiers.cues import Cues, cues, words_of
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


class Tie(StrEnum):
    """How two findings belong together, as the author says."""

    OWNS = "owns"
    DRIVES = "drives"
    USES = "uses"
    PAID = "paid"
    WORKS_FOR = "works for"
    LIVES_AT = "lives at"
    MET = "met"
    CALLED = "called"
    ALIAS = "also known as"
    BORN = "born"
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


def meant(text: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The same spans, each with what is said about it."""
    if not spans:
        return spans
    if len(text) > _PAGE:
        return tuple(_meant(text, span, _asks(_around(text, span))) for span in spans)
    asks = _asks(text)
    if not any(asks):
        return spans
    return tuple(_meant(text, span, asks) for span in spans)


def relations(text: str, spans: Sequence[Span]) -> tuple[Relation, ...]:
    """The ties that stand in the text, in reading order."""
    if len(spans) < _TWO:
        return ()
    return tuple(_relations(text, spans))


def _asks(text: str) -> Sequence[bool]:
    """Whether a denial, a report or a role may be in it: its words say so before its sentences."""
    words = words_of(text)
    return [kind.may_be_in(words) for kind in (_DENIALS, _REPORTS, _ROLE_WORDS)]


def _meant(text: str, span: Span, asks: Sequence[bool]) -> Span:
    if span.label in _SAYS_NOTHING or not any(asks):
        return span
    before, after = _before(text, span), _after(text, span)
    negated = asks[0] and _is_denied(before, after)
    hearsay = asks[1] and _is_reported(before, after)
    role = _role(before, after) if asks[2] and span.label is Label.PERSON else None
    if not (negated or hearsay or role):
        return span
    return replace(span, negated=negated, hearsay=hearsay, role=role)


def _is_denied(before: str, after: str) -> bool:
    return _DENIED_BEFORE.search(before) is not None or _DENIED_AFTER.match(after) is not None


def _is_reported(before: str, after: str) -> bool:
    return _REPORTED_BEFORE.search(before) is not None or _REPORTED_AFTER.match(after) is not None


def _role(before: str, after: str) -> str | None:
    for match in (_ROLE_BEFORE.search(before), _ROLE_AFTER.match(after)):
        if match is not None:
            word = next(group for group in match.groups() if group).lower()
            return _ROLES[word if word in _ROLES else word.removesuffix("s")].value
    return None


def _around(text: str, span: Span) -> str:
    """All from which anything said about the span is told."""
    return text[max(0, span.start - _FAR) : span.end + _NEAR]


def _before(text: str, span: Span) -> str:
    """The sentence up to the span, as far as words still belong to it."""
    stretch = text[max(0, span.start - _FAR) : span.start]
    ends = [match.end() for match in _SENTENCE_END.finditer(stretch)]
    return stretch[ends[-1] :] if ends else stretch


def _after(text: str, span: Span) -> str:
    stretch = text[span.end : span.end + _NEAR]
    end = _SENTENCE_END.search(stretch)
    return stretch if end is None else stretch[: end.start()]


def _relations(text: str, spans: Sequence[Span]) -> Iterator[Relation]:
    paid: set[int] = set()
    for place, second in enumerate(spans):
        if place in paid:  # a sum or an account of the payment before
            continue
        for back in range(place - 1, max(-1, place - 1 - _BACK), -1):
            first = spans[back]
            between = text[first.end : second.start]
            if len(between) > _FAR or _SENTENCE_END.search(between):
                break
            tie = _tie(first, second, between)
            if tie is None and first.label in _PASSED_OVER:
                continue
            if tie is None:
                break
            kind, forward = tie
            subject, other = (back, place) if forward else (place, back)
            rest = _rest(text, spans, place) if kind is Tie.PAID else ()
            paid.update(rest)
            before = _before(text, first)
            yield Relation(
                kind,
                subject,
                other,
                rest,
                between.strip(" ,"),
                negated=_NOT.search(between) is not None,
                hearsay=_REPORTED_BEFORE.search(before) is not None,
            )
            break


def _tie(first: Span, second: Span, between: str) -> tuple[Tie, bool] | None:
    """The tie, and whether the first is its subject."""
    for tie, subjects, objects, forward, backward in _TIES:
        if first.label in subjects and second.label in objects and forward.search(between):
            return tie, True
        turned = first.label in objects and second.label in subjects
        if turned and backward is not None and backward.search(between):
            return tie, False
    return None


def _rest(text: str, spans: Sequence[Span], place: int) -> tuple[int, ...]:
    """The sum and the accounts that stand around a payment."""
    found = []
    for near in range(max(0, place - _TWO), min(len(spans), place + 1 + _TWO)):
        if near == place or spans[near].label not in _PAYMENT:
            continue
        low, high = sorted((near, place))
        if not _SENTENCE_END.search(text[spans[low].end : spans[high].start]):
            found.append(near)
    return tuple(found)


def _any(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{words})(?![a-z])", re.IGNORECASE)


_TWO = 2
_PAGE = 4096  # characters of a text in which each span is looked at by itself
_FAR, _NEAR = 90, 48  # characters before and after a span in which words may belong to it
_BACK = 3  # spans between which ties are looked for
_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)|\n| but | however ")
_SAYS_NOTHING = frozenset({Label.TIME, Label.MARKING, Label.CASE_REF})
_PASSED_OVER = frozenset({Label.TIME, Label.MARKING, Label.QUANTITY, Label.MONEY, Label.DRUG})
_PAYMENT = frozenset({Label.MONEY, Label.IBAN, Label.ACCOUNT, Label.WALLET, Label.CARD, Label.BIC})

_DENIALS = cues(
    "not", "no", "never", "isn", "wasn", "aren", "weren", "doesn", "didn", "don", "without",
    "denies", "denied", "negative", "ruled", "eliminated", "rather", "instead", "neither", "nor",
    "nothing", "nicht", "kein", "pas", "niet", "geen",
)  # fmt: skip
_DENIED_BEFORE = re.compile(
    r"(?:(?<![a-z])(?:not|never|isn'?t|wasn'?t|aren'?t|weren'?t|neither|nor|nicht|kein(?:e|en)?|pas"
    r"|niet|geen)(?: (?:the|a|an|by|with|from|to|at|on|in|our|his|her|their|same|as|for|linked"
    r"|connected|related|known|registered|using|driving|seen|de|het|der|die|das|le|la)){0,4}"
    r"|(?<![a-z])(?:no (?:trace|sign|sighting|record|link|hit|match|evidence) (?:of|on|for|to|with)"
    r"|nothing (?:on|about|known (?:on|about)|for)|negative (?:for|on)|without|rather than"
    r"|instead of|ruled out|eliminated|den(?:ies|ied) (?:being|knowing|owning|using|having)"
    r"|no|doesn'?t (?:own|use|know|drive|have)|didn'?t (?:see|meet|call|use|know|pay)"
    r"|does not (?:own|use|know|drive|have)|did not (?:see|meet|call|use|know|pay)))"
    r"(?: (?:a|an|the|any|his|her|plate|phone|number|reg|account|name|named|called|man)){0,3}"
    r"[ :\"'(]*$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"[\"')]* ?(?:,? ?(?:is|was|has been|are|were)(?:n'?t| not) (?!only)|(?:is|was|has been) "
    r"(?:ruled out|eliminated|excluded)|,? (?:ruled out|eliminated|excluded)(?![a-z])"
    r"|does(?:n'?t| not) (?:exist|fit|match|belong)|,? ?not (?:him|her|it|them|involved|ours)"
    r"|did(?:n'?t| not))",
    re.IGNORECASE,
)
_REPORTS = cues(
    "claims?", "claimed", "claiming", "says?", "said", "saying", "source", "sources", "alleged",
    "allegedly", "alleges", "reportedly", "reports?", "reported", "apparently", "rumou?red",
    "rumou?rs?", "supposedly", "supposed", "believed", "according", "heard", "hear", "informant",
    "states?", "stated", "poss", "possibly", "maybe", "perhaps", "may", "might", "unconfirmed",
    "purportedly", "purports?", "told", "gave", "gives", "calls", "calling", "probably", "chis",
    "likely", "angeblich", "soll", "selon", "vermutlich", "naar", "presuntamente",
)  # fmt: skip
_REPORTED_BEFORE = _any(
    r"claim(?:s|ed|ing)?(?: to be| that| he| she| they| his| her)?|(?:he|she|they|who|driver|source"
    r"|sources|informant|witness|caller|victim|suspect|neighbou?r|colleague|partners?|chis|asset)"
    r" (?:also )?(?:say|says|said|reports?|reported|tells? us|told us|told me|states?|stated"
    r"|thinks?|believes?|heard|mentions?|mentioned|suggests?)|alleged(?:ly)?|alleges|reportedly"
    r"|apparently|rumou?red|rumou?rs?(?: has it)?|supposed(?:ly| to be)?|(?:is|are|was|were) "
    r"(?:said|believed|thought|reported|understood|rumou?red) to|believed to|according to|(?:we|i) "
    r"(?:hear|heard|were told|was told)|hearing|told (?:us|me|them|police)|unconfirmed"
    r"|purported(?:ly)?|purports? to|g(?:ave|ives|iving)(?: his| her| their| the)? name (?:as|of)"
    r"|calls? h(?:im|er)self|calling h(?:im|er)self|(?:source|intel|info|chis)(?: report"
    r"| reports| suggests?| indicates?| has it)|poss(?:ibly|ible)?|maybe|perhaps|may be"
    r"|might be|could be|probably|likely"
    r"|angeblich|soll|selon|vermutlich|volgens|presuntamente"
)
_REPORTED_AFTER = re.compile(
    r"[\"')]*,? ?(?:(?:he|she|they|the source|source|the driver|the witness) "
    r"(?:claims?|claimed|says?|said)|allegedly|reportedly|apparently|\(?unconfirmed|supposedly"
    r"|is (?:said|believed|alleged|rumou?red|reported|thought) to|according to"
    r"|\(?(?:tbc|poss(?:ibly)?|unverified)(?![a-z]))",
    re.IGNORECASE,
)

_ROLES = {
    "victim": Role.VICTIM, "complainant": Role.VICTIM, "injured party": Role.VICTIM,
    "ip": Role.VICTIM, "deceased": Role.VICTIM, "missing person": Role.VICTIM,
    "misper": Role.VICTIM, "witness": Role.WITNESS, "witnes": Role.WITNESS,
    "eyewitness": Role.WITNESS, "eyewitnes": Role.WITNESS, "suspect": Role.SUSPECT,
    "subject": Role.SUSPECT, "nominal": Role.SUSPECT, "accused": Role.SUSPECT,
    "offender": Role.SUSPECT, "perpetrator": Role.SUSPECT, "target": Role.SUSPECT,
    "arrested": Role.SUSPECT, "detained": Role.SUSPECT, "driver": Role.DRIVER,
    "rider": Role.DRIVER, "driven by": Role.DRIVER, "passenger": Role.PASSENGER,
    "owner": Role.OWNER, "keeper": Role.OWNER, "registered keeper": Role.OWNER,
    "registered to": Role.OWNER, "owned by": Role.OWNER, "source": Role.SOURCE,
    "informant": Role.SOURCE, "chi": Role.SOURCE, "asset": Role.SOURCE, "minor": Role.MINOR,
    "child": Role.MINOR, "juvenile": Role.MINOR, "boy": Role.MINOR, "girl": Role.MINOR,
    "lawyer": Role.LAWYER, "solicitor": Role.LAWYER, "barrister": Role.LAWYER,
    "attorney": Role.LAWYER, "colleague": Role.STAFF, "sgt": Role.STAFF, "sergeant": Role.STAFF,
    "pc": Role.STAFF, "dc": Role.STAFF, "ds": Role.STAFF, "di": Role.STAFF, "dci": Role.STAFF,
    "inspector": Role.STAFF, "constable": Role.STAFF, "insp": Role.STAFF, "det": Role.STAFF,
    "detective": Role.STAFF, "supt": Role.STAFF, "police officer": Role.STAFF,
    "case officer": Role.STAFF, "arresting officer": Role.STAFF,
    "investigating officer": Role.STAFF, "liaison officer": Role.STAFF,
}  # fmt: skip
_ROLE_NAMES = "|".join(
    sorted(
        (
            re.escape(name)
            for name in _ROLES
            if name not in {"witnes", "eyewitnes", "chi", "d", "pc'"}
        ),
        key=len,
        reverse=True,
    )
)
_ROLE_WORDS = Cues(("witness", "eyewitness", "chis", *(n for n in _ROLES if n.isalpha()), "missing",
                    "injured", "registered", "driven", "owned", "officer"))  # fmt: skip
_ROLE_BEFORE = re.compile(
    rf"(?<![a-z])({_ROLE_NAMES}|chis)s?(?: (?:is|was|named|called|identified as|name|id'?d as|one)"
    r"|[,:]| -){0,2}[ \"']{1,2}(?:mr|mrs|ms|miss|dr)?\.? ?$",
    re.IGNORECASE,
)
_ROLE_AFTER = re.compile(
    rf"[\"']?(?:,? (?:the|our|a|an|his|her|a possible)|(?:,? (?:is|was|as))(?: (?:the|our|a|an))?"
    rf"| ?\(| -|,) ?(?:alleged |main |only |registered )?({_ROLE_NAMES}|chis)(?![a-z])",
    re.IGNORECASE,
)

_NOT = _any(r"not|never|n't|doesn'?t|didn'?t|no longer")
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
_TIES: tuple[
    tuple[Tie, frozenset[Label], frozenset[Label], re.Pattern[str], re.Pattern[str] | None], ...
] = (
    (Tie.DESCRIBES, frozenset({Label.VEHICLE}), frozenset({Label.PLATE, Label.VIN}),
     re.compile(r"^[ ,(]{1,3}(?:(?:with|bearing|reg(?:istration)?|vrm|plate|index|number|no\.?|on"
                r"|is|the|vin)[ :,.]{1,2}){0,3}$", re.IGNORECASE),
     re.compile(r"^[ ,(:=-]{1,3}(?:(?:is|was|on|to|for|an?|the|its|his|her|displayed|fitted|shows"
                r"|comes back(?: as)?|registered)[ :]){0,4}$", re.IGNORECASE)),
    (Tie.OWNS, _WHO, _THING | _HELD,
     _any(r"owns?|owned|owner of|(?:registered )?keeper of|holds|controls|has bought|bought|has"
          r" an? (?:account|wallet|card|van|car)|director of"),
     _any(r"(?:is |was )?(?:owned by|registered to|registered keeper(?: is)?|belong(?:s|ing) to"
          r"|held by|keeper|owner(?: is)?|account of|in the name of|reg to)")),
    (Tie.DRIVES, _PERSON, _THING,
     _any(r"drives|drove|driving|was in|is in|in an?|arrived in|left in|got (?:in|into|out of)|"
          r"behind the wheel of"),
     _any(r"driven by|driver(?: is| was)?|with driver")),
    (Tie.USES, _WHO, _LINE,
     _any(r"uses?|used|using|on|reachable (?:on|at)|can be reached (?:on|at)|phone(?: is)?|mobile"
          r"|number(?: is)?|calls? from|calling from|his|her|tel|email|mail|handle|aka|@|contact"),
     _any(r"used by|belong(?:s|ing) to|registered to|subscriber(?: is)?|user(?: is)?|of|held by")),
    (Tie.PAID, _WHO, _WHO | frozenset({Label.IBAN, Label.ACCOUNT, Label.WALLET}),
     _any(r"pa(?:id|ys|ying)|sent|sends|transferred|transfers|wired|wires|deposited|gave"),
     _any(r"(?:was |got )?paid by|received (?:[^.]{0,30} )?from|payment from")),
    (Tie.WORKS_FOR, _PERSON, frozenset({Label.ORG}),
     _any(r"works? (?:for|at|with)|worked (?:for|at)|employed (?:by|at)|director (?:of|at)|manager "
          r"(?:of|at)|runs|employee of|of"),
     _any(r"employs|director(?: is)?|run by|employee")),
    (Tie.LIVES_AT, _WHO, _HOME,
     _any(r"lives? (?:at|in|on)|living (?:at|in)|resid(?:es|ing|ent) (?:at|in|of)|address(?: is)?"
          r"|home address|stays? (?:at|in)|staying (?:at|in)|based (?:at|in)|of"),
     None),
    (Tie.ALIAS, _PERSON, _PERSON | frozenset({Label.HANDLE}),
     _any(r"aka|a\.k\.a\.?|alias|also known as|real name(?: is)?|goes by|known as|nee|née|ie"),
     None),
    (Tie.MET, _PERSON, _PERSON,
     _any(r"met(?: with)?|meets?|meeting(?: with)?|seen with|with|together with|and met"),
     None),
    (Tie.CALLED, _PERSON | frozenset({Label.PHONE}), _PERSON | frozenset({Label.PHONE}),
     _any(r"call(?:ed|s)?|ph?oned|rang|texted|messaged|in (?:contact|touch) with|contacted"),
     _any(r"called by|was rung by")),
    (Tie.RELATED, _PERSON, _PERSON,
     _any(r"(?:brother|sister|wife|husband|son|daughter|father|mother|cousin|uncle|partner"
          r"|girlfriend|boyfriend)(?: of)?"),
     None),
    (Tie.BORN, _PERSON, frozenset({Label.TIME}),
     _any(r"dob|d\.o\.b\.?|born(?: on)?|date of birth"),
     None),
)  # fmt: skip
