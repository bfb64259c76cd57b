"""What is somebody's own, as far as the words between say no more than that."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from nlp import tongues
from nlp.beside import SENTENCE_END, after, before, small
from nlp.identifiers.cues import Cues
from nlp.roles import SPARED, Role
from nlp.spans import Label, Span

PERSONAL = frozenset(
    {Label.PHONE, Label.EMAIL, Label.HANDLE, Label.ADDRESS, Label.POSTCODE, Label.COORDINATES,
     Label.IBAN, Label.ACCOUNT, Label.CARD, Label.WALLET, Label.PASSPORT, Label.NATIONAL_ID,
     Label.TAX_ID, Label.DRIVING_LICENCE}
)  # fmt: skip
"""What is somebody's as their name is: who reads it knows where or who they are."""


def is_theirs(said: str) -> bool:
    """Whether these words between somebody and a thing only make it theirs."""
    found = _WORD.findall(said.lower())
    return len(found) <= _MOST_WORDS and all(each in _THEIRS or _AGE.match(each) for each in found)


def behind(text: str, spans: Sequence[Span], place: int) -> Iterator[int]:
    """The places of what stands right behind somebody: "Lena Birch (15), 07700 900123"."""
    end = spans[place].end
    for following in range(place + 1, len(spans)):
        span = spans[following]
        between = text[end : span.start]
        if len(between) > _FAR or _is_over(between) or not is_theirs(between):
            return
        if span.label in PERSONAL:
            yield following
        elif span.label not in _PASSED_OVER:
            return
        end = span.end


def may_be_of_nobody_named(words: frozenset[bytes]) -> bool:
    """Whether a text of these words may say of whom something is without a name."""
    return _SPARED_WORDS.may_be_in(words)


def of_nobody_named(text: str, span: Span) -> Role | None:
    """Whose it is, where no name is said: "the child's phone is ...", "... is the victim's"."""
    if span.label not in PERSONAL:
        return None
    is_home = span.label in _HOMES
    return _before(before(text, span), is_home) or _after(small(after(text, span)), is_home)


def _before(written: str, is_home: bool) -> Role | None:
    said = small(written)
    named = list(_whose().finditer(said))
    if not named or _NOT.search(said, 0, named[-1].start()):
        return None
    whose = named[-1]
    unread = _UNREAD_NAME.match(written, whose.end())
    between = said[whose.end() if unread is None else unread.end() :]
    found = _WORD.findall(between)
    nouns = _HOME if is_home else _OWN
    is_of = _is_of(said[: whose.start()], nouns)
    if not all(each in _THEIRS or (is_of and each == "to") for each in found):
        return None
    is_said = whose["own"] or is_of or not nouns.isdisjoint(found)
    # "rang the victim on ...", "the victim, ...": but "the source: ..." says it, and is not it.
    if is_said or (not is_home and (found == ["on"] or between == ", ")):
        return _role(whose)
    return None


def _after(said: str, is_home: bool) -> Role | None:
    whose = _whose().search(said)
    if whose is None or not _LEADS_TO.fullmatch(said, 0, whose.start()):
        return None
    nouns = _HOME if is_home else _OWN
    behind = _WORD.match(said, whose.end() + 1)
    is_own = whose["own"] and (behind is None or behind[0] in nouns)
    is_within = said.lstrip().startswith("(") and said[whose.end() : whose.end() + 1] == ")"
    is_of = _is_of(said[: whose.start()], nouns) or "belong" in said[: whose.start()]
    return _role(whose) if is_own or is_within or is_of else None


def _is_of(said: str, nouns: frozenset[str]) -> bool:
    """Whether it ends in one of these, and whose it is follows: "the phone of the ..."."""
    found = _WORD.findall(said)
    while found and found[-1] in _OF_THE:
        found.pop()
    return bool(found) and found[-1] in nouns


def _role(whose: re.Match[str]) -> Role:
    return _ROLES[whose["role"]]


def _is_over(between: str) -> bool:
    """Whether a sentence ends there, or a line with nothing on the next."""
    for end in SENTENCE_END.finditer(between):
        last = _WORD.findall(between[: end.start()].lower())[-1:]
        if end[0] != "\n" and not (end[0] == "." and last and last[0] in _OWN | _HOME):
            return True
    return between.count("\n") > 1


def _words(*says: str) -> frozenset[str]:
    return frozenset(word for said in tongues.words(*says) for word in _WORD.findall(said))


@cache
def _whose() -> re.Pattern[str]:
    plural = tongues.one_of(tongues.words("plural"))
    return re.compile(
        rf"(?<!\w)(?P<role>{tongues.one_of(_ROLES)})(?:{plural})?(?P<own>'s|'(?= ))?(?!\w)"
    )


_FAR = 90  # characters
_UNREAD_NAME = re.compile(r"(?: [^\W\d_a-z][\w'-]+){1,3}(?=,| \()")
_MOST_WORDS = 12
_WORD = re.compile(r"[^\W_]+(?:-[^\W\d_]+)*")
_AGE = re.compile(r"\d{1,2}(?:yo|[mf])?$|(?:19|20)\d\d$")
_HOMES = frozenset({Label.ADDRESS, Label.POSTCODE, Label.COORDINATES})
_PASSED_OVER = frozenset({Label.TIME, Label.QUANTITY, Label.NATIONALITY, Label.PLACE, Label.BIC})
_LINE, _HOME = _words("line"), _words("home")
_HELD = frozenset(
    """
    account acc acct a c iban bic swift bank card wallet passport id nino ssn licence license
    konto kontonummer bankkonto karte ausweis reisepass pass compte bancaire carte passeport
    cuenta bancaria tarjeta pasaporte dni nie rekening rekeningnummer bankrekening kaart paspoort
    conta bancária cartão passaporte conto carta passaporto rachunek karta paszport cont
    účet kort hesap kart счет счёт карта паспорт حساب
    """.split()
)
_OWN = _LINE | _HELD
_OF_THE = _words("of", "the")
_THEIRS = (
    _OWN
    | _HOME
    | _words("the", "years")
    | frozenset(
        """
        s own new old current private personal work cell num no nr is are can be now reached
        reachable uses using has on at in of and unter au al tg ig wa insta snap signal viber skype
        en et und y à te ihre seine utilise usa nutzt gebruikt est ist es é è
        aged age yo dob born m f male female
        victim witness minor source informant eyewitness child
        """.split()
    )
)
_NOT = re.compile(
    rf"(?<!\w)(?:{tongues.one_of(tongues.words('not'))})"
    rf"(?: (?:{tongues.one_of(tongues.words('the'))}))? $"
)
_LEADS_TO = re.compile(
    r"[ ,(:=-]{1,3}(?:(?:is|was|belongs|belonging|to|used|by|"
    rf"{tongues.one_of(tongues.words('is', 'the', 'of', 'line', 'home'))}) ){{0,5}}"
)
_ROLES = {word: role for role in SPARED for word in tongues.words(role)}
_SPARED_WORDS = Cues(tuple(_ROLES))
