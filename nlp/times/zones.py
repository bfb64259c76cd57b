"""Which zone is meant, and which moments a wall clock shows there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from nlp.times.values import Impossible

DAY = 24 * 3600
LETTERS_EAST = "ABCDEFGHIKLM"
LETTERS_WEST = "NOPQRSTUVWXY"


@dataclass(frozen=True, slots=True)
class Place:
    """A zone as it was said. *home* is whose wall clock people may mean by a fixed abbreviation:
    "EST" in July is five hours behind by the book, and four in New York.
    """

    name: str
    zone: tzinfo
    home: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment, and what is odd about how the wall clock showed it."""

    at: datetime
    oddity: str = ""


def moments(place: Place, day: date, second: int) -> list[Moment]:
    """The moments when *place*'s wall clock shows *second* of *day*: one, or two to choose from."""
    wall = datetime.combine(day, time()) + timedelta(seconds=second)
    found = _shown(wall, place.zone, place.name)
    if place.home is None:
        return found
    at_home = _shown(wall, ZoneInfo(place.home), city(place.home))
    if [m.at for m in at_home] == [m.at for m in found]:
        return found
    oddity = f"{place.name} is not what the clocks in {city(place.home)} show on that day"
    return [Moment(m.at, oddity) for m in (*found, *at_home)]


def city(zone: str) -> str:
    """The last part of a zone's name, as a person writes it."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def name_of(zone: tzinfo) -> str:
    return zone.key if isinstance(zone, ZoneInfo) else str(zone)


def by_letter(letter: str, local: Place) -> Place:
    """The zone of a military letter. L and J are the speaker's own time, as officers write them."""
    letter = letter.upper()
    if letter in "LJ":
        return local
    if letter == "Z":
        return Place("Z", UTC)
    if letter in LETTERS_EAST:
        return Place(letter, timezone(timedelta(hours=LETTERS_EAST.index(letter) + 1)))
    return Place(letter, timezone(-timedelta(hours=LETTERS_WEST.index(letter) + 1)))


def by_offset(sign: str, hours: int, minutes: int) -> Place | None:
    """The zone so far east (+) or west (-) of Greenwich, if there is one."""
    if hours > 14 or minutes > 59:
        return None
    east = timedelta(hours=hours, minutes=minutes)
    return Place(f"UTC{sign}{hours}", timezone(east if sign == "+" else -east))


def by_iso(offset: str) -> Place:
    """The zone of an ISO 8601 offset: "Z", "+02:00", "-0500"."""
    if offset.lower() == "z":
        return Place("Z", UTC)
    place = by_offset(offset[0], int(offset[1:3]), int(offset[-2:]))
    if place is None:
        raise Impossible(f'"{offset}" is not a time zone.')
    return place


def by_words(words: str, local: Place) -> tuple[Place, ...]:
    """The zones these words can mean; none for words that name no zone."""
    key = words.lower()
    if key in OWN:
        return (local,)
    if key in PHONETIC:
        spoken = (by_letter(PHONETIC[key], local),)
        return (*spoken, Place(words, ZoneInfo(REGIONS[key]))) if key in REGIONS else spoken
    if key == "lima":  # the city, or the letter L spoken
        return (local, Place("Lima", ZoneInfo("America/Lima")))
    if key in FIXED:
        return tuple(_fixed(words, hours, home) for hours, home in FIXED[key])
    if key in REGIONS:
        return (Place(words, ZoneInfo(REGIONS[key])),)
    if zone := _city(key.replace("_", " ")):
        return (Place(words, ZoneInfo(zone)),)
    if "/" not in words:
        return ()
    try:
        return (Place(words, ZoneInfo(words)),)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ()


OWN = (
    *("local", "our time", "my time", "here", "juliet", "juliett"),
    *("heure locale", "ortszeit", "hora local", "lokale tijd", "plaatselijke tijd"),
)

# The letters of the zones as they are spoken, but for those that are local, a city or a month.
PHONETIC = {
    word: word[0].upper()
    for word in (
        *("alpha", "alfa", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel"),
        *("india", "kilo", "mike", "oscar", "papa", "quebec", "romeo", "sierra", "tango"),
        *("uniform", "victor", "whiskey", "xray", "x-ray", "yankee"),
    )
}

# An abbreviation: hours east of Greenwich, and the city whose people use it the year round.
FIXED: dict[str, tuple[tuple[float, str | None], ...]] = {
    "utc": ((0, None),),
    "gmt": ((0, None),),
    "zulu": ((0, None),),
    "z": ((0, None),),
    "wet": ((0, "Europe/Lisbon"),),
    "west": ((1, "Europe/Lisbon"),),
    "bst": ((1, "Europe/London"),),
    "cet": ((1, "Europe/Brussels"),),
    "cest": ((2, "Europe/Brussels"),),
    "mez": ((1, "Europe/Berlin"),),
    "mesz": ((2, "Europe/Berlin"),),
    "eet": ((2, "Europe/Athens"),),
    "eest": ((3, "Europe/Athens"),),
    "msk": ((3, None),),
    "trt": ((3, None),),
    "gst": ((4, None),),
    "pkt": ((5, None),),
    "hkt": ((8, None),),
    "sgt": ((8, None),),
    "jst": ((9, None),),
    "kst": ((9, None),),
    "coordinated universal": ((0, None),),
    "greenwich mean": ((0, None),),
    "western european": ((0, "Europe/Lisbon"),),
    "british summer": ((1, "Europe/London"),),
    "central european": ((1, "Europe/Brussels"),),
    "central european summer": ((2, "Europe/Brussels"),),
    "eastern european": ((2, "Europe/Athens"),),
    "eastern european summer": ((3, "Europe/Athens"),),
    "eastern standard": ((-5, "America/New_York"),),
    "eastern daylight": ((-4, "America/New_York"),),
    "central standard": ((-6, "America/Chicago"),),
    "central daylight": ((-5, "America/Chicago"),),
    "pacific standard": ((-8, "America/Los_Angeles"),),
    "pacific daylight": ((-7, "America/Los_Angeles"),),
    "mitteleuropaische": ((1, "Europe/Brussels"),),
    "sast": ((2, None),),
    "eat": ((3, None),),
    "aest": ((10, "Australia/Sydney"),),
    "aedt": ((11, "Australia/Sydney"),),
    "hst": ((-10, None),),
    "est": ((-5, "America/New_York"),),
    "edt": ((-4, "America/New_York"),),
    "cdt": ((-5, "America/Chicago"),),
    "mst": ((-7, "America/Denver"),),
    "mdt": ((-6, "America/Denver"),),
    "pst": ((-8, "America/Los_Angeles"),),
    "pdt": ((-7, "America/Los_Angeles"),),
    # One abbreviation, several countries: always asked.
    "cst": ((-6, None), (8, None)),
    "ist": ((5.5, None), (2, None), (1, None)),
    "ast": ((-4, None), (3, None)),
}

REGIONS = {
    "et": "America/New_York",
    "eastern": "America/New_York",
    "us eastern": "America/New_York",
    "ct": "America/Chicago",
    "us central": "America/Chicago",
    "mt": "America/Denver",
    "us mountain": "America/Denver",
    "pt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles",
    "us pacific": "America/Los_Angeles",
    "uk": "Europe/London",
    "irish": "Europe/Dublin",
    "german": "Europe/Berlin",
    "french": "Europe/Paris",
    "dutch": "Europe/Amsterdam",
    "belgian": "Europe/Brussels",
    "italian": "Europe/Rome",
    "greek": "Europe/Athens",
    "polish": "Europe/Warsaw",
    "swiss": "Europe/Zurich",
    "turkish": "Europe/Istanbul",
    "japan": "Asia/Tokyo",
    "india": "Asia/Kolkata",
    "israel": "Asia/Jerusalem",
    # A country's usual time, and the adjective of it.
    **dict.fromkeys(("britain", "british", "england"), "Europe/London"),
    **dict.fromkeys(("ireland",), "Europe/Dublin"),
    **dict.fromkeys(("germany", "deutsche", "deutscher", "duitse"), "Europe/Berlin"),
    **dict.fromkeys(("france", "franse"), "Europe/Paris"),
    **dict.fromkeys(("netherlands", "the netherlands", "nederlandse"), "Europe/Amsterdam"),
    **dict.fromkeys(("belgium", "belgische", "belgischer"), "Europe/Brussels"),
    **dict.fromkeys(("portuguese", "mainland portugal"), "Europe/Lisbon"),
    **dict.fromkeys(("spanish", "mainland spain", "peninsular", "la peninsula"), "Europe/Madrid"),
    **dict.fromkeys(("italy", "italiaanse"), "Europe/Rome"),
    **dict.fromkeys(("greece",), "Europe/Athens"),
    **dict.fromkeys(("poland",), "Europe/Warsaw"),
    **dict.fromkeys(("switzerland",), "Europe/Zurich"),
    **dict.fromkeys(("austria", "austrian"), "Europe/Vienna"),
    **dict.fromkeys(("denmark", "danish"), "Europe/Copenhagen"),
    **dict.fromkeys(("sweden", "swedish"), "Europe/Stockholm"),
    **dict.fromkeys(("norway", "norwegian"), "Europe/Oslo"),
    **dict.fromkeys(("finland", "finnish"), "Europe/Helsinki"),
    **dict.fromkeys(("czech",), "Europe/Prague"),
    **dict.fromkeys(("hungary", "hungarian"), "Europe/Budapest"),
    **dict.fromkeys(("romania", "romanian"), "Europe/Bucharest"),
    **dict.fromkeys(("bulgaria", "bulgarian"), "Europe/Sofia"),
    **dict.fromkeys(("croatia", "croatian"), "Europe/Zagreb"),
    **dict.fromkeys(("ukraine", "ukrainian"), "Europe/Kyiv"),
    **dict.fromkeys(("turkey", "turkiye"), "Europe/Istanbul"),
    **dict.fromkeys(("cyprus", "cypriot"), "Asia/Nicosia"),
    **dict.fromkeys(("maltese",), "Europe/Malta"),
    **dict.fromkeys(("morocco", "moroccan"), "Africa/Casablanca"),
    **dict.fromkeys(("nigeria", "nigerian"), "Africa/Lagos"),
    **dict.fromkeys(("uae", "emirati"), "Asia/Dubai"),
    **dict.fromkeys(("indian",), "Asia/Kolkata"),
    **dict.fromkeys(("israeli",), "Asia/Jerusalem"),
    **dict.fromkeys(("china", "chinese"), "Asia/Shanghai"),
    **dict.fromkeys(("japanese",), "Asia/Tokyo"),
    **dict.fromkeys(("korean", "korea", "south korea"), "Asia/Seoul"),
    **dict.fromkeys(("madeira",), "Atlantic/Madeira"),
    **dict.fromkeys(("azores", "the azores"), "Atlantic/Azores"),
    **dict.fromkeys(("canary islands", "the canary islands", "canary"), "Atlantic/Canary"),
}

MORE_CITIES = {
    "Europe/London": "edinburgh glasgow cardiff manchester liverpool londres londen",
    "Europe/Brussels": "antwerp antwerpen anvers ghent bruxelles brussel bruselas",
    "Europe/Amsterdam": "rotterdam the_hague hague den_haag la_haye la_haya",
    "Europe/Berlin": "hamburg munich frankfurt cologne bonn wiesbaden berlijn munchen koln",
    "Europe/Paris": "marseille lyon lille strasbourg parijs",
    "Europe/Madrid": "barcelona valencia seville sevilla",
    "Europe/Lisbon": "lisboa porto lissabon lisbonne lissabonn",
    "Europe/Rome": "milan naples roma rom mailand milano",
    "Europe/Zurich": "geneva bern basel geneve genf",
    "Europe/Athens": "piraeus athen athenes atenas athene",
    "Europe/Warsaw": "gdansk krakow warschau varsovie varsovia",
    "Europe/Vienna": "wien vienne viena wenen",
    "Europe/Prague": "prag praag praga",
    "Europe/Moscow": "moskau moscou moscu moskou",
    "Europe/Copenhagen": "kopenhagen",
    "Europe/Istanbul": "ankara",
    "Europe/Malta": "valletta",
    "America/New_York": (
        "washington_dc washington_d.c nueva_york boston washington miami philadelphia atlanta"
    ),
    "America/Chicago": "houston dallas",
    "America/Los_Angeles": "san_francisco seattle",
    "America/Toronto": "ottawa",
    "Asia/Kolkata": "mumbai delhi new_delhi",
    "Asia/Shanghai": "beijing",
    "Asia/Dubai": "abu_dhabi",
    "Asia/Jerusalem": "tel_aviv",
    "Africa/Johannesburg": "cape_town pretoria",
    "Africa/Casablanca": "rabat tangier",
    "Africa/Lagos": "abuja",
}

_CONTINENTS = (
    *("Europe", "America", "Asia", "Africa"),
    *("Australia", "Pacific", "Atlantic", "Indian"),
)
_NOT_CITIES = {
    "easter",
    "christmas",
    "center",
    "troll",
}  # words with another life in a phrase about time


def _shown(wall: datetime, zone: tzinfo, name: str) -> list[Moment]:
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first == second:
        return [Moment(first)]
    clock = f"{wall:%H:%M}"
    if first < second:
        return [Moment(m, f"{clock} comes twice that night in {name}") for m in (first, second)]
    return [Moment(m, f"{clock} is skipped that night in {name}") for m in (second, first)]


def _city(name: str) -> str | None:
    """The zone of a city; also of "Londoner" and "Lissabonse"."""
    cities = _cities()
    for ending in ("", "er", "se"):
        if name.endswith(ending) and (zone := cities.get(name.removesuffix(ending))):
            return zone
    return None


def _fixed(words: str, hours: float, home: str | None) -> Place:
    return Place(words.upper(), timezone(timedelta(hours=hours)), home)


@cache
def _cities() -> dict[str, str]:
    zones = sorted(z for z in available_timezones() if z.split("/")[0] in _CONTINENTS and "/" in z)
    cities = {city(zone).lower(): zone for zone in zones}
    for zone, row in MORE_CITIES.items():
        cities |= {name.replace("_", " "): zone for name in row.split()}
    return {name: zone for name, zone in cities.items() if name not in _NOT_CITIES}
