"""JSON lines in, JSON lines out: exactly one for each, in order, whatever comes in."""

import difflib
import json
import re
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, BinaryIO

_EXPECTED = "expected one JSON object on each line; --help shows one"

Answer = Callable[[dict[str, Any]], Mapping[str, Any]]


def answer(
    read: Answer,
    lines: Iterable[bytes] | None = None,
    to: BinaryIO | None = None,
    *,
    keys: Collection[str] = (),
) -> None:
    """Answer each line of standard input with one line on standard output.

    A line's own keys are passed over, but for one that is likely a slip for one of *keys*.
    """
    out = to or sys.stdout.buffer
    for raw in lines or sys.stdin.buffer:
        out.write(_written(_answered(read, raw, keys)))
        out.flush()


def _answered(read: Answer, raw: bytes, keys: Collection[str]) -> Mapping[str, Any]:
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError):
        return {"error": _EXPECTED if raw.strip() else f"an empty line: {_EXPECTED}"}
    if not isinstance(record, dict):
        return {"error": _EXPECTED}
    if slip := _slip(record, keys):
        return {"error": slip}
    try:
        return read(record)
    except Exception as fault:
        # A line that nobody foresaw must not cost its neighbours their answers.
        return {"error": f"this line could not be read ({type(fault).__name__})"}


def _slip(record: Mapping[str, Any], keys: Collection[str]) -> str | None:
    left_out = [key for key in keys if key not in record]
    for said in record.keys() - keys:
        if near := difflib.get_close_matches(said.lower()[:_LONGEST_KEY], left_out, 1, _ALIKE):
            return f'"{said[:_LONGEST_KEY]}" is not known here. Did you mean "{near[0]}"?'
    return None


_LONGEST_KEY = 40
_ALIKE = 0.7  # of their letters


def _written(record: Mapping[str, Any]) -> bytes:
    try:
        line = json.dumps(record, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        line = json.dumps({"error": "the answer is nothing that JSON can hold"})
    return _BREAKS.sub(_escaped, line).encode() + b"\n"


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"


# What some readers take for the end of a line, and what UTF-8 cannot hold.
_BREAKS = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
