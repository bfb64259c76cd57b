"""JSON lines in, JSON lines out: exactly one for each, in order, whatever comes in."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

Answer = Callable[[dict[str, Any]], Mapping[str, Any]]


def answer(read: Answer) -> None:
    """Answer each line of standard input with one line on standard output."""
    for raw in sys.stdin.buffer:
        sys.stdout.write(json.dumps(_answered(read, raw), ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _answered(read: Answer, raw: bytes) -> Mapping[str, Any]:
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError) as fault:
        return {"error": f"not a line of JSON: {fault}"}
    if not isinstance(record, dict):
        return {"error": "a line must be one JSON object"}
    return read(record)
