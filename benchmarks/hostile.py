"""What one message costs that was written to cost much."""

import random
import string
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from nlp.names.running import ngrams
from nlp.pipeline import MAX_CHARS, Pipeline, Text, load

SEED = 20270309
TIMES = 5
SENT_AT = datetime(2027, 3, 9, 8, 0, tzinfo=UTC)
PASTE = 1 << 20
"""Characters of a paste of which only the beginning is read."""


def main() -> None:
    """Print the processor time of each shape, in milliseconds: the least of a few readings."""
    pipeline = load()
    # The first reading of all builds the patterns; a server pays for it once.
    pipeline.extract([Text("Sgt Doyle saw XX00 TST, ring +1 202 555 0123", "GB")])
    print(f"{'shape':<24}{'read ms':>9}{'words ms':>9}{'spans':>7}{'unread':>9}")
    for name, text in shapes(MAX_CHARS).items():
        _print(pipeline, name, text)
    print(f"pastes of {PASTE} characters")
    for name, text in shapes(PASTE).items():
        if name in _PASTED:
            _print(pipeline, name, text)


def shapes(size: int) -> dict[str, str]:
    """Texts of *size* characters, each a nuisance of its own kind. The same every time."""
    chance = random.Random(SEED)

    def some(letters: str) -> str:
        return "".join(chance.choices(letters, k=size))

    def again(piece: str) -> str:
        return (piece * (size // len(piece) + 1))[:size]

    def pieces(make: Callable[[], str]) -> str:
        made: list[str] = []
        length = 0
        while length < size:
            made.append(make())
            length += len(made[-1])
        return "".join(made)[:size]

    def few(letters: str, least: int, most: int) -> str:
        return "".join(chance.choices(letters, k=chance.randint(least, most)))

    base64 = string.ascii_letters + string.digits + "+/"
    return {
        "everyday": again("Saw him near the harbour again last night, nothing new to report. "),
        "printable": some(string.printable),
        "base64": some(base64),
        "base64 in lines": pieces(lambda: few(base64, 76, 76) + "\n"),
        "base64 in words": pieces(lambda: few(base64, 4, 40) + " "),
        "hex": some("0123456789abcdef"),
        "hex in words": pieces(lambda: few("0123456789abcdef", 8, 64) + " "),
        "hex pairs": pieces(lambda: few("0123456789abcdef", 2, 2) + ":"),
        "digits": some(string.digits),
        "digits and spaces": some(string.digits + "   "),
        "digits and marks": some(string.digits + " -./"),
        "telephones": pieces(lambda: f"+44 {few(string.digits, 9, 10)} "),
        "national telephones": pieces(lambda: f"call 0{few(string.digits, 9, 9)} "),
        "ring ring": again("ring 020 7946 0000 020 7946 0000 "),
        "at": again("@"),
        "a@": again("a@"),
        "handles": again("@ab "),
        "addresses": pieces(lambda: f"{few('abc', 2, 6)}@{few('abc', 2, 6)}.com "),
        "full stops": again("."),
        "a.": again("a."),
        "domains": pieces(lambda: f"{few('abc', 2, 6)}.{few('abc', 2, 6)} "),
        "plus": again("+"),
        "+1": again("+1"),
        "+1 spaced": again("+1 "),
        "IBAN starts": pieces(lambda: f"GB{few(string.digits, 2, 2)} "),
        "IBANs": pieces(lambda: f"DE{few(string.digits, 20, 20)} "),
        "cards": pieces(lambda: f"card 4{few(string.digits, 15, 15)} "),
        "plates": pieces(lambda: f"{few('ABCD', 2, 2)}{few(string.digits, 2, 2)} XYZ "),
        "VIN-like": pieces(lambda: few("ABCDEFGH123456789", 17, 17) + " "),
        "wallet-like": pieces(lambda: "1" + few("ABCDEFGHabcdefgh123456789", 26, 34) + " "),
        "many labels": again("tel id passport vat iban reg plate dl nif 123456789 "),
        "labels alone": again("tel id passport vat iban nip sin pan inn cf "),
        "sums": pieces(lambda: f"${few(string.digits, 1, 9)} "),
        "dates": pieces(lambda: f"{few('12', 1, 1)}/0{few('12', 1, 1)}/2027 "),
        "times in words": pieces(
            lambda: f"tomorrow at {chance.randint(1, 12)}:{few('012345', 2, 2)}, "
        ),
        "capital words": again("Abcd "),
        "capital pairs": pieces(lambda: f"X{few('abc', 2, 6)} Y{few('abc', 2, 6)}, "),
        "capital letters": again("A"),
        "A B C": again("A "),
        "named named": again("named "),
        "http": again("http://"),
        "http words": again("http://a "),
        "brackets": again("("),
        "bracketed dots": again("a[.]b "),
        "quotes": again("\"'"),
        "spaces": again(" "),
        "lines": again("\n"),
        "paths": again("/home/"),
        "backslashes": again("C:\\a"),
        "CJK": "".join(chr(chance.randint(0x4E00, 0x9FFF)) for _ in range(size)),
        "combining marks": again("e\u0301\u0300"),
        "zero width": again("\u200b"),
        "zero width between": again("a\u200b"),
        "bidi": again("\u202ea\u202c1"),
        "full-width digits": "".join(chr(0xFF10 + chance.randrange(10)) for _ in range(size)),
        "mixed alphabets": again("\u0410BC "),
        "any character": "".join(chr(chance.randrange(0xD800)) for _ in range(size)),
        "emoji": again("\U0001f600\ufe0f"),
    }


def _print(pipeline: Pipeline, name: str, text: str) -> None:
    reading = pipeline.read([Text(text, "GB")])[0]
    days = count()  # No day is worked out twice: what was is kept for a while.
    read = _cost(lambda: pipeline.extract([Text(text, "GB", SENT_AT + timedelta(days=next(days)))]))
    words = _cost(lambda: ngrams(text))
    print(
        f"{name:<24}{read:>9.1f}{words:>9.1f}{len(reading.spans):>7}{reading.unread:>9}", flush=True
    )


def _cost(work: Callable[[], object]) -> float:
    least = float("inf")
    for _ in range(TIMES):
        began = time.process_time()
        work()
        least = min(least, time.process_time() - began)
    return least * 1000


_PASTED = {"everyday", "printable", "base64", "CJK", "zero width between"}

if __name__ == "__main__":
    main()
