"""Who is only supposed to be somebody that is spared: "may be a witness", "is she a victim?"."""

import re

from nlp import tongues
from nlp.beside import after, before, small
from nlp.roles import SPARED, Role
from nlp.spans import Span


def may_be_in(text: str) -> bool:
    """Whether it is worth to look for any in this text."""
    return _HINTS.search(text.lower()) is not None


def role_of(text: str, person: Span) -> Role | None:
    """Who somebody may be, as the words beside their name suppose, doubt or ask."""
    said, then = small(before(text, person)), small(after(text, person))
    behind = text[person.end : person.end + _FAR].lower()
    for found in (
        _SUPPOSED_BEFORE.search(said),
        _SUPPOSED_AFTER.match(then),
        _DOUBTED_AFTER.match(behind),
        _ASKED_AFTER.match(behind) if _ASKED_BEFORE.search(said) else None,
    ):
        if found is not None:
            return _ROLES[found["role"]]
    return None


_FAR = 60
_ROLES = {word: role for role in Role if role in SPARED for word in tongues.words(role)}
_NAMED = tongues.one_of(_ROLES)
_AN = (
    r"(?:(?:an?|the|our|one of the|eine?|der|die|das|une?|le|la|un[ae]?|el|een|de|het) )?"
    r"(?:key |main |only )?"
)
_SUPPOSED_AFTER = re.compile(
    rf"[,(]? ?(?:(?:may|might|could|must)(?: well| also)? (?:be|have been)"
    r"|(?:(?:is|was) )?(?:possibly|perhaps|maybe|probably|presumably|apparently|likely|potentially)"
    r"|(?:ist|war) (?:vielleicht|wohl|m[oö]glicherweise|vermutlich)"
    r"|(?:est|[eé]tait) (?:peut-[eê]tre|probablement|sans doute)"
    r"|(?:puede|podr[ií]a) ser|(?:es|era) (?:quiz[aá]s?|posiblemente)"
    r"|(?:is|was) (?:misschien|mogelijk|waarschijnlijk)|kan)"
    rf" {_AN}(?P<role>{_NAMED})(?!\w)"
)
_SUPPOSED_BEFORE = re.compile(
    r"(?<!\w)(?:possible|potential|probable|presumed|suspected|alleged|perhaps|maybe"
    r"|m[oö]gliche[rs]?|mutma[sß]+liche[rs]?|vermutliche[rs]?|posible|presunt[oa]|mogelijke?"
    r"|vermoedelijke?|possibles?|probables?)"
    rf" {_AN}(?P<role>{_NAMED})(?: called| named)?[ :,(\"']{{1,2}}$"
)
_DOUBTED_AFTER = re.compile(rf"[,(]? ?\(?{_AN}(?P<role>{_NAMED}) ?\?+\)")
_ASKED_BEFORE = re.compile(r"(?<!\w)(?:is|was|ist|war|est|es|era|isn't|could|might)[ \"'(]{1,2}$")
_ASKED_AFTER = re.compile(rf"[\"')]? (?:be )?{_AN}(?P<role>{_NAMED})(?!\w)[^.!?\n]{{0,24}}\?")
_HINTS = re.compile(
    r"\?|\b(?:may|might|could|must|poss|prob|perhaps|maybe|presum|suspected|alleged|apparently"
    r"|likely|potential|vielleicht|wohl|m[oö]glich|vermut|mutma|peut|sans doute|pued|podr|quiz"
    r"|posibl|misschien|mogelijk|waarschijnlijk|vermoedelijk|kan\b)"
)
