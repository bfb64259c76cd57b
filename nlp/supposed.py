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
        _SUPPOSED_LAST.match(then),
        _SUPPOSED_AROUND.match(then) if _MAY_BEFORE.search(said) else None,
        _DOUBTED_AFTER.match(behind),
        _ASKED_AFTER.match(behind) if _ASKED_BEFORE.search(said) else None,
    ):
        if found is not None:
            return _ROLES[found["role"]]
    return None


def _may_be(tongue: tongues.Tongue) -> str:
    """A pattern for its "may be"; for its "may" alone, where "be" comes last."""
    being = f" (?:{tongue.one_of('being')})" if tongue.words("being") else ""
    return f"(?:{tongue.one_of('may')}){being}"


def _any_of(*says: str) -> str:
    return f"(?:{tongues.one_of(tongues.words(*says))})"


_FAR = 60
_ROLES = {word: role for role in Role if role in SPARED for word in tongues.words(role)}
_AN = rf"(?:l'|{_any_of('the', 'one of')} )?(?:{_any_of('known')} )?"
_AN_ROLE = rf"{_AN}(?P<role>{tongues.one_of(_ROLES)})"
_OF_ONE = rf"(?:{_any_of('plural')})?(?!\w)"  # "one of the witnesses"
_MAY = _any_of("may")
_MAY_BE = "|".join(map(_may_be, tongues.TONGUES))
_BE = _any_of("being")
_SUPPOSED_AFTER = re.compile(
    rf"[,(]? ?(?:{_MAY_BE}|(?:{_any_of('is')} )?{_any_of('perhaps')}) {_AN_ROLE}{_OF_ONE}"
)
_SUPPOSED_LAST = re.compile(rf",? {_AN_ROLE} {_any_of('may at last')}(?!\w)")
_SUPPOSED_BEFORE = re.compile(
    rf"(?<!\w){_any_of('possible')} {_AN_ROLE}(?: {_any_of('called')})?[ :,(\"']{{1,2}}$"
)
_MAY_BEFORE = re.compile(rf"(?<!\w){_MAY} $")
_SUPPOSED_AROUND = re.compile(rf" (?:{_BE} )?{_AN_ROLE}{_OF_ONE}")
_DOUBTED_AFTER = re.compile(rf"[,(]? ?\(?{_AN_ROLE} ?\?+\)")
_ASKED_BEFORE = re.compile(rf"(?<!\w)(?:{_any_of('is')}|isn't|{_MAY})[ \"'(]{{1,2}}$")
_ASKED_AFTER = re.compile(rf"[\"')]? (?:{_BE} )?{_AN_ROLE}{_OF_ONE}[^.!?\n]{{0,24}}\?")
_HINTS = re.compile(rf"[?？؟]|(?<!\w){_any_of('may', 'may at last', 'perhaps', 'possible')}(?!\w)")
