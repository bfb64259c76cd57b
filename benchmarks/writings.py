"""The same names in many scripts and by many standards of romanisation.

python -m benchmarks.writings [--write]

Prints how many writings of one name are told to be one, and how many names that share a word are
kept apart, for each language; and on what is held back, F1 beside those of what else is installed.
The romanisations that are a rule are made by it (ISO 9, BGN/PCGN,
ICAO 9303, GOST 7.79, the scholarly, German and French ways; ELOT 743 and ISO 843; the Georgian
national system and ISO 9984; BGN/PCGN and ISO 9985 for Armenian; Hepburn and Kunrei; pinyin and
Wade-Giles); others are listed. No real person is meant: given and family names are drawn
independently. The words of a name stand in the order of the language.
"""

import argparse
import random
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import judged, report
from nlp.names import Kind, compare

PAIRS = Path(__file__).parent / "pairs"
LISTED = {False: PAIRS / "writings.txt", True: PAIRS / "writings_held_back.txt"}
"""The words that weights are fitted to, and those that nobody looked at before measuring."""
SEED = 20261123
OF_EACH = 60
"""So many pairs that are one, and so many that are two, of each language and half."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Two names, and whether they are one."""

    language: str
    left: str
    right: str
    same: bool
    is_held_back: bool


def main() -> None:
    parser = argparse.ArgumentParser(description="Writings of one name, told to be one.")
    parser.add_argument("--write", action="store_true", help="put the tables into the docs")
    given = parser.parse_args()
    found = list(writings())
    tables = [_ours(found), _beside_others([each for each in found if each.is_held_back])]
    for table in tables:
        Console().print(table)
    if given.write:
        report.write("writings", report.command("benchmarks.writings"), tables)


def _ours(found: Sequence[Writing]) -> Table:
    table = Table("language", title="Writings of one name: told to be one / names kept apart")
    for half in ("fitted to", "held back"):
        table.add_column(half)
    for language in dict.fromkeys(each.language for each in found):
        cells = []
        for held in (False, True):
            some = [p for p in found if p.language == language and p.is_held_back is held]
            cells.append(" / ".join(f"{_told(some, same):.2f}" for same in (True, False)))
        table.add_row(language, *cells)
    return table


def _beside_others(found: Sequence[Writing]) -> Table:
    """F1 of each judge at its own threshold."""
    judging, left_out = judged.judges()
    table = Table("language", title="Writings that are held back: F1")
    for judge in judging:
        table.add_column(f"{judge.name}, {judge.threshold:.2f}")
    languages = dict.fromkeys(each.language for each in found)
    for name, among in [*((each, {each}) for each in languages), ("all", set(languages))]:
        pairs = [
            judged.Pair(each.left, each.right, Kind.PERSON, "Person", each.same)
            for each in found
            if each.language in among
        ]
        cells = (
            f"{judged.f1(pairs, [judge.score(pair) for pair in pairs], judge.threshold):.3f}"
            for judge in judging
        )
        table.add_row(name, *cells)
    table.caption = "Left out: " + "; ".join(left_out) if left_out else None
    return table


def writings() -> Iterator[Writing]:
    """Pairs of each language, the same ones every time."""
    for held, file in LISTED.items():
        for language, (given, family) in _words(file).items():
            chance = random.Random(f"{SEED} {language} {held}")
            for number in range(2 * OF_EACH):
                one = chance.choice(given), chance.choice(family)
                other = one if number % 2 else _another(chance, one, given, family)
                left, right = (
                    _written(chance, words, number, language in _FAMILY_FIRST)
                    for words in (one, other)
                )
                if left != right:
                    yield Writing(language, left, right, one is other, held)


_FAMILY_FIRST = frozenset({"Chinese", "Japanese", "Korean"})


def _told(pairs: list[Writing], same: bool) -> float:
    some = [pair for pair in pairs if pair.same is same]
    told = [compare(p.left, p.right, Kind.PERSON).same is same for p in some]
    return sum(told) / max(1, len(told))


Word = tuple[str, ...]
"""The ways to write one word; by themselves, so that any way may meet any other."""


def _another(
    chance: random.Random, one: tuple[Word, Word], given: list[Word], family: list[Word]
) -> tuple[Word, Word]:
    others = [word for word in given if word is not one[0]]
    names = [word for word in family if word is not one[1]]
    return chance.choice(
        [
            (one[0], chance.choice(names)),
            (chance.choice(others), one[1]),
            (chance.choice(others), chance.choice(names)),
        ]
    )


def _written(
    chance: random.Random, words: tuple[Word, Word], number: int, family_first: bool
) -> str:
    # One writer writes one way: the language's own, or one of the others.
    own = number % 4 < 2 and chance.random() < 0.5
    at = 0 if own else chance.randrange(1, _MANY_WAYS)
    given, family = (_way(word, at) for word in words)
    is_signs = given[0] >= _FIRST_SIGN and family[0] >= _FIRST_SIGN
    if family_first:
        if is_signs:
            return f"{family}{given}"
        return f"{family} {given}" if chance.random() < _IS_FAMILY_FIRST else f"{given} {family}"
    return f"{given}{'·' if is_signs else ' '}{family}"


_MANY_WAYS = 20
_FIRST_SIGN = "\u4e00"
_IS_FAMILY_FIRST = 0.6


def _way(word: Word, at: int) -> str:
    """One of the ways to write it; there are as many writers as ways, and one for its own."""
    return word[0] if at == 0 else word[1 + at % (len(word) - 1)]


def _words(file: Path) -> dict[str, tuple[list[Word], list[Word]]]:
    languages: dict[str, tuple[list[Word], list[Word]]] = {}
    language, is_family = "", False
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("## "):
            is_family = line == "## family"
        elif line.startswith("# "):
            language = line[2:]
            languages[language] = ([], [])
        elif line and language:
            listed = [way.strip() for way in line.split("|")]
            ways = [*listed, *(rule(listed[0]) for rule in _RULES.get(language, ()))]
            if language == "Chinese":
                ways.append(wade_giles(listed[1]))
            if language == "Japanese":
                ways.append(kunrei(listed[1]))
            languages[language][is_family].append(tuple(dict.fromkeys(ways)))
    return languages


def _letters(table: Mapping[str, str], word: str, *, at_start: Mapping[str, str] = {}) -> str:
    """Letter by letter, pairs of letters first."""
    lower, found, place = unicodedata.normalize("NFC", word.lower()), "", 0
    while place < len(lower):
        for size in (2, 1):
            letters = lower[place : place + size]
            if (place == 0 or lower[place - 1] in _OPENING) and letters in at_start:
                found += at_start[letters]
                break
            if letters in table:
                found += table[letters]
                break
        else:
            letters, found = lower[place], found + lower[place]
        place += len(letters)
    return found[:1].upper() + found[1:]


_OPENING = "аеёиоуыэюяьъіїє-"


def _table(letters: str, sounds: str) -> dict[str, str]:
    return dict(zip(letters.split(), (s.strip("_") for s in sounds.split()), strict=True))


_CYRILLIC = "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я"
_RUSSIAN = {
    "iso 9": "a b v g d e ë ž z i j k l m n o p r s t u f h c č š ŝ ʺ y ʹ è û â",
    "bgn": "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch ” y ’ e yu ya",
    "icao": "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y _ e iu ia",
    "gost": "a b v g d e yo zh z i j k l m n o p r s t u f x cz ch sh shh `` y' ` e' yu ya",
    "scholarly": "a b v g d e ë ž z i j k l m n o p r s t u f ch c č š šč ″ y ′ è ju ja",
    "german": "a b w g d e jo sch s i i k l m n o p r s t u f ch z tsch sch schtsch _ y _ e ju ja",
    "french": "a b v g d e io j z i ï k l m n o p r s t ou f kh ts tch ch chtch _ y _ e iou ia",
}
_RUSSIAN_START = {"bgn": {"е": "ye"}, "german": {"е": "je"}, "french": {"е": "ie"}}
_UKRAINIAN_LETTERS = "а б в г ґ д е є ж з и і ї й к л м н о п р с т у ф х ц ч ш щ ь ю я"
_UKRAINIAN = {
    "national": "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch _ iu ia",
    "bgn": "a b v h g d e ye zh z y i yi y k l m n o p r s t u f kh ts ch sh shch ’ yu ya",
    "scholarly": "a b v h g d e je ž z y i ï j k l m n o p r s t u f x c č š šč ′ ju ja",
    "german": "a b w h g d e je sch s y i ji j k l m n o p r s t u f ch z tsch sch schtsch _ ju ja",
}
_GREEK = {
    "elot 743": (
        "α ά β γ δ ε έ ζ η ή θ ι ί ϊ κ λ μ ν ξ ο ό π ρ σ ς τ υ ύ φ χ ψ ω ώ ου ού γγ γκ",
        "a a v g d e e z i i th i i i k l m n x o o p r s s t y y f ch ps o o ou ou ng gk",
    ),
    "iso 843": (
        "α ά β γ δ ε έ ζ η ή θ ι ί ϊ κ λ μ ν ξ ο ό π ρ σ ς τ υ ύ φ χ ψ ω ώ",
        "a á v g d e é z ī ī́ th i í ï k l m n x o ó p r s s t y ý f ch ps ō ṓ",
    ),
    "everyday": (
        "α ά β γ δ ε έ ζ η ή θ ι ί ϊ κ λ μ ν ξ ο ό π ρ σ ς τ υ ύ φ χ ψ ω ώ ου ού γγ γκ μπ ντ",
        "a a v g d e e z i i th i i i k l m n x o o p r s s t i i ph h ps o o u u ng g b nd",
    ),
}
_GEORGIAN_LETTERS = "ა ბ გ დ ე ვ ზ თ ი კ ლ მ ნ ო პ ჟ რ ს ტ უ ფ ქ ღ ყ შ ჩ ც ძ წ ჭ ხ ჯ ჰ"
_GEORGIAN = {
    "national": "a b g d e v z t i k’ l m n o p’ zh r s t’ u p k gh q’ sh ch ts dz ts’ ch’ kh j h",
    "iso 9984": "a b g d e v z t’ i k l m n o p ž r s t u p’ k’ ḡ q š č’ c’ j c č x ǰ h",
    "everyday": "a b g d e v z t i k l m n o p zh r s t u p k gh k sh ch ts dz ts ch kh j h",
}
_ARMENIAN_LETTERS = "ա բ գ դ ե զ է ը թ ժ ի լ խ ծ կ հ ձ ղ ճ մ յ ն շ ո չ պ ջ ռ ս վ տ ր ց ու փ ք օ ֆ և"
_ARMENIAN = {
    "bgn": "a b g d e z e y t’ zh i l kh ts k h dz gh ch m y n sh o ch’ p j rr s v t r ts’ u p’ "
    "k’ o f ev",
    "iso 9985": "a b g d e z ē ë t’ ž i l x ç k h j ġ č̣ m y n š o č p ǰ ṙ s v t r c’ ow p’ k’ ò f "
    "ew",
}
_RULES: dict[str, tuple[Callable[[str], str], ...]] = {
    "Russian": tuple(
        partial(_letters, _table(_CYRILLIC, sounds), at_start=_RUSSIAN_START.get(system, {}))
        for system, sounds in _RUSSIAN.items()
    ),
    "Ukrainian": tuple(
        partial(_letters, _table(_UKRAINIAN_LETTERS, sounds)) for sounds in _UKRAINIAN.values()
    ),
    "Greek": tuple(partial(_letters, _table(*table)) for table in _GREEK.values()),
    "Georgian": tuple(
        partial(_letters, _table(_GEORGIAN_LETTERS, sounds)) for sounds in _GEORGIAN.values()
    ),
    "Armenian": tuple(
        partial(_letters, _table(_ARMENIAN_LETTERS, sounds)) for sounds in _ARMENIAN.values()
    ),
}


def wade_giles(pinyin: str) -> str:
    """Syllables of pinyin, with hyphens between them, in Wade and Giles' way."""
    return "-".join(map(_wade_giles, pinyin.lower().split("-"))).capitalize()


_INITIALS = _table(
    "zh ch sh b p d t g k j q x z c r", "ch ch’ sh p p’ t t’ k k’ ch ch’ hs ts ts’ j"
)
_WHOLE = _table(
    "zhi chi shi ri zi ci si ju qu xu juan quan xuan jun qun xun jue que xue yu yuan yun yue "
    "he ke ge er yan you gui kui",
    "chih ch’ih shih jih tzu tz’u ssu chü ch’ü hsü chüan ch’üan hsüan chün ch’ün hsün chüeh "
    "ch’üeh hsüeh yü yüan yün yüeh ho k’o ko erh yen yu kuei k’uei",
)


def _wade_giles(syllable: str) -> str:
    if syllable in _WHOLE:
        return _WHOLE[syllable]
    initial = next((i for i in _INITIALS if syllable.startswith(i)), "")
    final = syllable[len(initial) :]
    if final.endswith("ong"):
        final = final.replace("ong", "ung")
    final = {"ian": "ien", "ie": "ieh", "uo": "o"}.get(final, final)
    return _INITIALS.get(initial, "") + final


def kunrei(hepburn: str) -> str:
    """A word of Hepburn's way in the way of the Japanese government."""
    word = hepburn.lower()
    for ours, theirs in (
        ("shi", "si"), ("sh", "sy"), ("chi", "ti"), ("tch", "tty"), ("ch", "ty"), ("tsu", "tu"),
        ("ji", "zi"), ("j", "zy"), ("fu", "hu"), ("ō", "ô"), ("ū", "û"), ("mb", "nb"), ("mp", "np"),
    ):  # fmt: skip
        word = word.replace(ours, theirs)
    return word.capitalize()


if __name__ == "__main__":
    main()
