"""Two names on one line of JSON, compared: what `liaison compare-names` answers."""

from typing import Any

from nlp.names.comparison import compare
from nlp.names.parts import Kind


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
    found = compare(record["left"], record["right"], Kind(kind))
    return {
        "score": found.score,
        "same": found.same,
        "reasons": [reason.text for reason in found.reasons],
    }
