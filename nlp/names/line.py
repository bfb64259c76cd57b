"""Two names on one line of JSON, compared: what `liaison compare-names` answers."""

from typing import Any

from nlp.names.comparison import compare
from nlp.names.parts import Kind, tokens


def compare_line(record: object) -> dict[str, Any]:
    """Compare the names in `{"left", "right", "kind"}`; a record that is none gets an `error`."""
    if not isinstance(record, dict):
        return {"error": "Not an object. Expected left, right and kind."}
    for name in ("left", "right"):
        if not isinstance(record.get(name), str):
            return {"error": f'"{name}" is missing or not a text.'}
    kind = record.get("kind", Kind.PERSON)
    if kind not in list(Kind):
        return {"error": f'"kind" is {kind!r}. Expected {", ".join(Kind)}.'}
    left, right = record["left"], record["right"]
    found = compare(left, right, Kind(kind))
    reasons = [reason.text for reason in found.reasons]
    if kind == Kind.PERSON and len(tokens(left, kind)) == len(tokens(right, kind)) == 1:
        reasons.append(_ONE_WORD)
    return {"score": found.score, "same": found.same, "reasons": reasons}


_ONE_WORD = "Only one word on each side: the names may be one, and many people bear it"
