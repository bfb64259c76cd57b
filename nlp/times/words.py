"""The words of time in five languages: English, French, German, Spanish, Dutch.

Keys are in lower case and without accents, as `plain` leaves them.
"""

import re
import unicodedata
from collections.abc import Iterable

DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u00b4`"), "'")


def plain(phrase: str) -> str:
    """The phrase with accents dropped, one kind of dash and quote, and single spaces."""
    decomposed = unicodedata.normalize("NFKD", phrase.translate(QUOTES))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.translate(DASHES | QUOTES).replace("\u00df", "ss").split())


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first.

    They go by their first letter, so that where none of them begins one look says so.
    """
    by_first: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda w: (-len(w), w)):
        by_first.setdefault(word[0], []).append(re.escape(word[1:]))
    ways = (f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items())
    return f"(?:(?=[{re.escape(''.join(by_first))}])(?:{'|'.join(ways)}))"


def _numbered(*rows: str, start: int) -> dict[str, int]:
    return {word: number for number, row in enumerate(rows, start) for word in row.split()}


WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

MONTHS = _numbered(
    "jan january janvier januar enero januari",
    "feb february fevrier februar febrero februari",
    "mar march mars marz maerz marzo maart",
    "apr april avril abril",
    "may mai mayo mei",
    "jun june juin juni junio",
    "jul july juillet juli julio",
    "aug august aout agosto augustus",
    "sep sept september septembre septiembre",
    "oct october octobre oktober octubre okt",
    "nov november novembre noviembre",
    "dec december decembre dezember diciembre dez",
    start=1,
)

WEEKDAYS = _numbered(
    "mon monday lundi lun montag mo lunes maandag ma",
    "tue tues tuesday mardi dienstag di martes dinsdag",
    "wed weds wednesday mercredi mer mittwoch mi miercoles woensdag wo",
    "thu thur thurs thursday jeudi jeu donnerstag do jueves donderdag",
    "fri friday vendredi ven freitag fr viernes vrijdag vr",
    "sat saturday samedi sam samstag sonnabend sa sabado zaterdag za",
    "sun sunday dimanche dim sonntag so domingo zondag zo",
    start=0,
)

WEEKDAY_PLURALS = _numbered(
    "mondays lundis montags lunes maandagen",
    "tuesdays mardis dienstags martes dinsdagen",
    "wednesdays mercredis mittwochs miercoles woensdagen",
    "thursdays jeudis donnerstags jueves donderdagen",
    "fridays vendredis freitags viernes vrijdagen",
    "saturdays samedis samstags sabados zaterdagen",
    "sundays dimanches sonntags domingos zondagen",
    start=0,
)

NUMBERS = _numbered(
    "one a an un une ein eine einem einen einer uno una een",
    "two deux zwei dos twee",
    "three trois drei tres drie",
    "four quatre vier cuatro",
    "five cinq funf fuenf cinco vijf",
    "six sechs seis zes",
    "seven sept sieben siete zeven",
    "eight huit acht ocho",
    "nine neuf neun nueve negen",
    "ten dix zehn diez tien",
    "eleven onze elf once",
    "twelve douze zwolf zwoelf doce twaalf",
    "thirteen treize dreizehn trece dertien",
    "fourteen quatorze vierzehn catorce veertien",
    "fifteen quinze funfzehn quince vijftien",
    "sixteen seize sechzehn dieciseis zestien",
    "seventeen dix-sept siebzehn diecisiete zeventien",
    "eighteen dix-huit achtzehn dieciocho achttien",
    "nineteen dix-neuf neunzehn diecinueve negentien",
    start=1,
) | {"twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50, "sixty": 60}
NUMBERS |= {
    f"{ten}{joint}{unit}": tens + number
    for ten, tens in (("twenty", 20), ("thirty", 30), ("forty", 40), ("fifty", 50))
    for joint in ("-", " ")
    for number, unit in enumerate(("one two three four five six seven eight nine").split(), 1)
}
NUMBERS |= {"ninety": 90, "vingt": 20, "zwanzig": 20, "veinte": 20, "twintig": 20}
NUMBERS |= {"trente": 30, "dreissig": 30, "treinta": 30, "dertig": 30, "a couple of": 2}
ENGLISH_HOURS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
ENGLISH_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
ENGLISH_TENS = {word: NUMBERS[word] for word in ("twenty", "thirty", "forty", "fifty")}
# Minutes as they are spoken in English: "thirty", "forty-five", "oh five".
MINUTE_WORDS = {
    **{word: NUMBERS[word] for word in ENGLISH_TEENS},
    **ENGLISH_TENS,
    **{word: n for word, n in NUMBERS.items() if word.startswith(tuple(ENGLISH_TENS)) and n % 10},
    **{f"{zero} {unit}": NUMBERS[unit] for zero in ("oh", "zero") for unit in ENGLISH_HOURS[:9]},
}
# Hours after noon as they are spoken: "fourteen hundred", "twenty-one thirty".
LATE_HOURS = {word: n for word, n in MINUTE_WORDS.items() if 13 <= n <= 23}
HOUR_WORDS = {w: n for w, n in NUMBERS.items() if n <= 20 and w not in ("a", "an")}

ORDINALS = _numbered(
    "first 1st premier erster ersten primer primeros eerste",
    "second 2nd deuxieme zweiter zweiten segundo segundos tweede",
    "third 3rd troisieme dritter dritten tercer derde",
    "fourth 4th quatrieme vierter vierten cuarto vierde",
    start=1,
) | dict.fromkeys(("last", "dernier", "letzter", "letzten", "ultimo", "laatste"), -1)

FIRST = ("first", "ersten", "erster", "premier", "primero", "eerste")

UNITS = {
    word: unit
    for unit, row in {
        "seconds": "sec secs seconds s",
        "minutes": "m min mins minute minutes minuten minuto minutos minuut",
        "hours": "h hr hrs hour hours heure heures stunde stunden std hora horas uur uren",
        "days": "d day days jour jours tag tage tagen dia dias dag dagen",
        "weeks": "w wk wks week weeks semaine semaines woche wochen semana semanas weken",
        "fortnights": "fortnight fortnights",
        "months": "mo month months mois monat monate monaten mes meses maand maanden",
        "years": "y yr yrs year years ans jahr jahre jahren ano anos jaar jaren",
    }.items()
    for word in row.split()
}

WORKING_DAYS = (
    "working days?",
    "work days?",
    "workdays?",
    "business days?",
    "week ?days?",
    "jours? ouvrables?",
    "jours? ouvres?",
    "werktage?n?",
    "arbeitstage?n?",
    "dias? habile?s?",
    "dias? laborables?",
    "werkdage?n?",
)

SOON = {
    "today": 0,
    "heute": 0,
    "aujourd'hui": 0,
    "hoy": 0,
    "vandaag": 0,
    "tomorrow": 1,
    "tmrw": 1,
    "tmw": 1,
    "tom": 1,
    "tomo": 1,
    "tomorow": 1,
    "tommorow": 1,
    "tommorrow": 1,
    "demain": 1,
    "morgen": 1,
    "manana": 1,
    "day after tomorrow": 2,
    "the day after tomorrow": 2,
    "overmorrow": 2,
    "apres-demain": 2,
    "apres demain": 2,
    "ubermorgen": 2,
    "uebermorgen": 2,
    "pasado manana": 2,
    "overmorgen": 2,
    "yesterday": -1,
    "yest": -1,
    "yday": -1,
    "ystdy": -1,
    "hier": -1,
    "gestern": -1,
    "ayer": -1,
    "gisteren": -1,
    "day before yesterday": -2,
    "the day before yesterday": -2,
    "avant-hier": -2,
    "vorgestern": -2,
    "anteayer": -2,
    "eergisteren": -2,
}

NEXT = (
    *("next", "nachste", "nachsten", "nachster", "naechste", "naechsten"),
    *("proximo", "proxima", "volgende"),
)
THIS = ("this", "diese", "diesen", "dieser", "este", "esta", "ce", "cet", "cette", "deze")
COMING = (
    *("coming", "this coming", "the coming", "upcoming", "following", "the following"),
    *("kommende", "kommenden", "komende", "aanstaande"),
)
LAST = ("last", "letzte", "letzten", "vorige", "vorigen", "afgelopen")
NEXT_AFTER = ("prochain", "prochaine", "proximo", "proxima", "que viene")
WEEKS_AFTER = {"week": 1, "en huit": 1, "en quinze": 2}
LAST_AFTER = ("dernier", "derniere", "pasado", "pasada")

PARTS = {
    "morning": "morning",
    "matin": "morning",
    "matinee": "morning",
    "vormittag": "morning",
    "morgen": "morning",
    "fruh": "morning",
    "frueh": "morning",
    "manana": "morning",
    "ochtend": "morning",
    "afternoon": "afternoon",
    "apres-midi": "afternoon",
    "nachmittag": "afternoon",
    "tarde": "afternoon",
    "middag": "afternoon",
    "evening": "evening",
    "soir": "evening",
    "soiree": "evening",
    "abend": "evening",
    "avond": "evening",
    "night": "night",
    "noche": "night",
    "nacht": "night",
    "nuit": "night",
    **dict.fromkeys(("morgens", "vormittags", "ochtends"), "morning"),
    **dict.fromkeys(("nachmittags", "middags"), "afternoon"),
    **dict.fromkeys(("abends", "avonds"), "evening"),
    "nachts": "night",
    "lunchtime": "lunchtime",
    "lunch": "lunchtime",
    "first thing": "first thing",
    "overnight": "overnight",
    "early morning": "early morning",
    "mid-morning": "mid-morning",
    "mid morning": "mid-morning",
    "late morning": "late morning",
    "early afternoon": "early afternoon",
    "mid-afternoon": "mid-afternoon",
    "mid afternoon": "mid-afternoon",
    "late afternoon": "late afternoon",
    "early evening": "early evening",
    "late evening": "late evening",
}

PARTS_OF_DAYS = {
    "tonight": (0, "night"),
    "tonite": (0, "night"),
    "this morning": (0, "morning"),
    "this afternoon": (0, "afternoon"),
    "this evening": (0, "evening"),
    "ce matin": (0, "morning"),
    "cet apres-midi": (0, "afternoon"),
    "ce soir": (0, "evening"),
    "cette nuit": (0, "night"),
    "heute nacht": (0, "night"),
    "esta manana": (0, "morning"),
    "esta tarde": (0, "afternoon"),
    "esta noche": (0, "night"),
    "vanmorgen": (0, "morning"),
    "vanochtend": (0, "morning"),
    "vanmiddag": (0, "afternoon"),
    "vanavond": (0, "evening"),
    "vannacht": (0, "night"),
    "morgenvroeg": (1, "morning"),
    "morgenochtend": (1, "morning"),
    "morgenmiddag": (1, "afternoon"),
    "morgenavond": (1, "evening"),
}

NOON = ("noon", "midday", "midi", "mittag", "mediodia")
MIDNIGHT = ("midnight", "minuit", "mitternacht", "medianoche", "middernacht")
CLOSE = (
    "close of business",
    "close of play",
    "end of business",
    "end of play",
    "end of the working day",
    "end of the day",
    "end of day",
    "cob",
    "cop",
    "eod",
    "eob",
    "dienstschluss",
    "feierabend",
    "fin de journee",
    "fin del dia",
    "einde van de dag",
)
OPEN = (
    "start of business",
    "opening of business",
    "beginning of business",
    "start of play",
    "start of the working day",
    "start of the day",
    "start of day",
    "sob",
    "sod",
    "dienstbeginn",
)

# Days that come each year under a name.
FEASTS = {
    "christmas eve": (12, 24),
    "heiligabend": (12, 24),
    "nochebuena": (12, 24),
    "kerstavond": (12, 24),
    "christmas day": (12, 25),
    "christmas": (12, 25),
    "noel": (12, 25),
    "navidad": (12, 25),
    "boxing day": (12, 26),
    "new year's eve": (12, 31),
    "silvester": (12, 31),
    "nochevieja": (12, 31),
    "oudejaarsavond": (12, 31),
    "new year's day": (1, 1),
    "neujahr": (1, 1),
    "nieuwjaarsdag": (1, 1),
    "nouvel an": (1, 1),
}

NOW = ("now", "right now", "maintenant", "jetzt", "ahora", "nu")

# Words that lead to a time and add nothing to it.
LEADS = (
    "deadline",
    "latest",
    "hasta",
    "jusqu'a",
    "tot",
    "tot en met",
    "dtg",
    "sometime",
    "some time",
    "any time",
    "anytime",
    "w/c",
    "the week of",
    "week of",
    "the week commencing",
    "week commencing",
    "the week beginning",
    "week beginning",
    "d'ici",
    "d'ici a",
    "a mas tardar",
    "al",
    "del",
    "no later than",
    "not later than",
    "at the latest by",
    "nlt",
    "on or before",
    "by",
    "before",
    "until",
    "till",
    "due",
    "at",
    "on",
    "for",
    "of",
    "the",
    "@",
    "avant",
    "au plus tard",
    "le",
    "la",
    "a",
    "au",
    "du",
    "bis",
    "spatestens",
    "um",
    "am",
    "den",
    "dem",
    "der",
    "vor",
    "antes del",
    "antes de",
    "el",
    "las",
    "a las",
    "a la",
    "voor",
    "uiterlijk",
    "om",
    "op",
    "de",
)
# Words that may also end a phrase.
COURTESIES = (
    *("please", "pls", "sharp", "latest", "at the latest", "s'il vous plait", "bitte"),
    *("por favor", "alstublieft", "au plus tard", "a mas tardar"),
)
# Words after which a time is the earliest one.
FLOORS = (
    *("after", "not before", "no earlier than", "not earlier than", "no sooner than", "net"),
    *("any time after", "anytime after", "sometime after", "from", "as from", "as of"),
    *("apres", "a partir de", "pas avant", "nach", "nicht vor", "ab", "fruhestens"),
    *("despues de", "despues del", "a partir del", "no antes de", "na", "niet voor", "vanaf"),
)
