"""Who is spared, and what of theirs, in the languages that desks write.

python -m benchmarks.spared [--misses]

The cases are written by hand; nobody who changes the words looks at those that are held back before
they measure.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from nlp.pipeline import Text, load
from nlp.roles import SPARED

CASES = Path(__file__).parents[1] / "tests" / "cases"
SEEN, HELD_BACK = CASES / "spared.jsonl", CASES / "spared_held_back.jsonl"
TODAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """A person or a thing in a text: in which role it is to be read, and in which it was."""

    language: str
    text: str
    name: str
    expected: str | None
    found: str | None

    @property
    def is_missed(self) -> bool:
        return self.expected in SPARED and self.found not in SPARED

    @property
    def is_false_alarm(self) -> bool:
        return self.found in SPARED and self.expected not in SPARED


def told(path: Path) -> list[Told]:
    """All that the cases of this file name, as it is read."""
    cases = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    read = load().read([Text(case["text"], "GB", TODAY) for case in cases])
    found = []
    for case, reading in zip(cases, read, strict=True):
        roles = {span.text: span.role for span in reversed(reading.spans)}
        found += [
            Told(case["language"], case["text"], name, role, roles.get(name))
            for name, role in case["told"].items()
        ]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spared", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="show what was missed or made up")
    given = parser.parse_args()
    for path in (SEEN, HELD_BACK):
        found = told(path)
        Console().print(_table(path.stem, found))
        for each in found if given.misses else ():
            if each.is_missed or each.is_false_alarm:
                print(f"{'missed' if each.is_missed else 'made up'}: {each.name} in {each.text}")


def _table(title: str, found: Sequence[Told]) -> Table:
    table = Table("language", "spared", "false alarms", "roles", title=title)
    for language in dict.fromkeys(each.language for each in found):
        table.add_row(language, *_figures(each for each in found if each.language == language))
    table.add_row("all", *_figures(found))
    return table


def _figures(found: Iterable[Told]) -> Sequence[str]:
    each = list(found)
    spared = [one for one in each if one.expected in SPARED]
    missed, alarms = (sum(one.is_missed for one in each), sum(one.is_false_alarm for one in each))
    right = sum(one.found == one.expected for one in each)
    return (
        f"{len(spared) - missed} of {len(spared)}",
        f"{alarms} of {len(each) - len(spared)}",
        f"{right} of {len(each)}",
    )


if __name__ == "__main__":
    main()
