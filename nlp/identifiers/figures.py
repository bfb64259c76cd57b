"""Numbers in figures and in words, as several rules read them."""

import re

_BEHIND_ONE = r"(?:[ ,.']\d{3}){0,5}(?:,\d\d(?:,\d\d)*,\d{3})?(?:[.,]\d{1,8})?"
FIGURE = rf"\d{{1,15}}{_BEHIND_ONE}"
# One in the middle of nothing. It begins with a digit, which is sooner looked for than its absence.
LONE_FIGURE = rf"\d(?<![\w.,/:$£€-](?s:.))\d{{0,14}}{_BEHIND_ONE}"
_ONES = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "grand": 1e3, "k": 1e3, "lakh": 1e5, "crore": 1e7,
    "million": 1e6, "mil": 1e6, "mio": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9,
    "b": 1e9, "trillion": 1e12, "tn": 1e12,
    "mille": 1e3, "tausend": 1e3, "tsd": 1e3, "tsd.": 1e3, "duizend": 1e3, "mio.": 1e6,
    "millionen": 1e6, "millones": 1e6, "millón": 1e6, "millon": 1e6, "miljoen": 1e6,
    "milliard": 1e9, "milliarde": 1e9, "milliarden": 1e9, "miljard": 1e9, "mrd": 1e9, "mrd.": 1e9,
}  # fmt: skip
SCALE = (
    r"k|m|mn|mil|mio\.?|mrd\.?|tsd\.?|bn?|tn|thousand|grand|millionen|millions?|billions?|trillions?"
    r"|lakhs?|crores?|hundred|mille|tausend|duizend|mill[oó]n(?:es)?|miljoen|milliard(?:en|es?|s)?"
    r"|miljard"
)
IN_WORDS = (
    rf"(?:an?|half(?: an?)?|{_ONES})"
    rf"(?:[ -](?:and )?(?:{_ONES}|hundred|thousand|million|billion)){{0,6}}"
)


def amount(said: str) -> float | None:
    """`20.000,50` and `20,000.50` are one number; so are `1 500` and `1500`, `two` and `2`."""
    figure = said.replace(" ", "").replace("'", "")
    if not figure[:1].isdigit():
        return _spoken(said)
    point, comma = figure.rfind("."), figure.rfind(",")
    if point >= 0 and comma >= 0:
        thousands = "." if comma > point else ","
        figure = figure.replace(thousands, "").replace(",", ".")
    elif comma >= 0:
        figure = figure.replace(",", "" if _GROUPED.fullmatch(figure) else ".")
    elif _GROUPED.fullmatch(figure) and point >= 0 and not figure.startswith("0"):
        figure = figure.replace(".", "")
    try:
        return float(figure)
    except ValueError:
        return None


def scaled(number: float, scale: str | None) -> float:
    """The number so many thousands or millions."""
    if not scale:
        return number
    word = scale.lower()
    return number * (_SCALES.get(word) or _SCALES.get(word.removesuffix("s"), 1))


def written(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _spoken(said: str) -> float | None:
    total, current = 0.0, 0.0
    for word in re.findall(r"[a-z]+", said.lower()):
        if word == "and":
            continue
        if word in _SCALES:
            current = (current or 1) * _SCALES[word]
            if _SCALES[word] > 100:
                total, current = total + current, 0.0
        elif word in _VALUES:
            current = (current or 1) if word in {"a", "an"} else current + _VALUES[word]
        else:
            return None
    return total + current


_NUMBERS = (*range(1, 20), 20, 30, 40, 50, 60, 70, 80, 90)
_VALUES: dict[str, float] = {
    "a": 1,
    "an": 1,
    "half": 0.5,
    **dict(zip(_ONES.split("|"), _NUMBERS, strict=True)),
}
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d{1,3}(?:,\d\d)+,\d{3}")
