"""Times said in French, German, Spanish and Dutch."""

import re

from nlp.identifiers.cues import cues
from nlp.identifiers.rule import DISTINCT, LABELLED, Found, Rule, Sight, wherever
from nlp.identifiers.saying import moment_of
from nlp.spans import Label


def _phrase(sight: Sight, *, kind: str) -> Found | None:
    start = sight.match.start()
    is_word = sight.said.isalpha() and sight.said[0].isupper()
    # Some people are called after a day: "Mr Freitag", "Chris Hoy".
    if is_word and _NAME_BEFORE.search(sight.match.string, max(0, start - _NEAR), start):
        return None
    if _is_given_name(sight) or _is_morning(sight):
        return None
    value = None if sight.sent_at is None else moment_of(sight.said, sight.sent_at)
    return Found(value, DISTINCT if value is None else LABELLED, kind)


def _is_given_name(sight: Sight) -> bool:
    """ "Domingo Sampleton" """
    is_one = sight.said == "Domingo"
    return is_one and _NAME_AFTER.match(sight.match.string, sight.match.end()) is not None


def _is_morning(sight: Sight) -> bool:
    """Tomorrow is also the morning, in all but French: "guten Morgen", "por la mañana"."""
    text, start, end = sight.match.string, sight.match.start(), sight.match.end()
    if _MORNING.match(text, start, end) is None:
        return False
    if _MORNING_BEFORE.search(text, max(0, start - _NEAR), start):
        return True
    is_first = text[:start].rstrip(" ")[-1:] in _BEGINNINGS
    return is_first and len(sight.said) == len("morgen") and _GREETED.match(text, end) is not None


_MORNING = re.compile(r"(?:morgen|ma[nñ]ana)(?![^\W_])", re.IGNORECASE)
_MORNING_BEFORE = re.compile(
    r"(?<!\w)(?:gut(?:en|er)|sch[oö]nen|goeden?|jeden|diese[nr]|am|de[mnr]|eine[mnrs]?|elke|deze|la"
    r"|una|esta|cada) $",
    re.IGNORECASE,
)
_BEGINNINGS = frozenset({"", ".", "!", "?", "\n"})
_GREETED = re.compile(
    r" ?!|,? (?:zusammen|allerseits|miteinander|leute|kolleg|ihr|allemaal|iedereen|mensen|team)",
    re.IGNORECASE,
)
_NAME_AFTER = re.compile(r" [^\W\d_a-zà-ÿ]")
_NEAR = 24  # characters before a day in which the rest of a name may stand
_NAME_BEFORE = re.compile(r"(?<![.!?\n])(?:^|[ ])(?!Am |Bis |Ab |Le |El |Op |De )[A-Z][\w.'-]+ $")
_MONTHS = (
    "janvier", "f[eé]vrier", "mars", "avril", "mai", "juin", "juillet", "ao[uû]t", "septembre",
    "octobre", "novembre", "d[eé]cembre",
    "januar", "februar", "m[aä]rz", "april", "juni", "juli", "august", "september", "oktober",
    "november", "dezember",
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
    "januari", "februari", "maart", "mei", "augustus", "december",
)  # fmt: skip
_WEEKDAYS = (
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonnabend", "sonntag",
    "lunes", "martes", "mi[eé]rcoles", "jueves", "viernes", "s[aá]bado", "domingo",
    "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag",
)  # fmt: skip
_DAYS = (
    "aujourd'hui", "apr[eè]s-demain", "avant-hier", "demain",
    "heute", "[uü]bermorgen", "vorgestern", "gestern", "morgen",
    "hoy", "pasado ma[nñ]ana", "ma[nñ]ana", "anteayer", "ayer",
    "vandaag", "overmorgen", "eergisteren", "gisteren", "vanavond", "vanmorgen", "vanochtend",
    "vanmiddag", "vannacht", "morgenochtend", "morgenavond", "morgenvroeg",
)  # fmt: skip
_UNITS = (
    "jours?", "heures?", "semaines?", "mois", "ann[eé]es?", "ans",
    "tage?n?", "stunden?", "wochen?", "monate?n?", "jahre?n?", "minuten",
    "d[ií]as?", "horas?", "semanas?", "mes(?:es)?", "a[nñ]os", "minutos?",
    "dag(?:en)?", "uren", "weken", "maand(?:en)?", "jaar", "jaren", "minuut",
)  # fmt: skip
# Yesterday in French is here in German: it takes a part of the day or a clock to tell.
_YESTERDAY = r"hier(?= (?:soir|matin|apr[eè]s-midi|[àa] \d))"


def _any(words: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(words)})"


_COUNT = (
    r"(?:\d{1,3}|une?|deux|trois|quatre|cinq|six|dix|ein(?:e[mnr]?)?|zwei|drei|vier|f[uü]nf|sechs"
    r"|zehn|una?|dos|tres|cuatro|cinco|seis|diez|een|twee|drie|vijf|zes|tien|paar|einigen?)"
)
_BEFORE = (
    r"(?:n[aä]chste|letzte|kommende|vergangene|diese)[mnrs]? |(?:volgende|vorige|afgelopen|komende"
    r"|aanstaande|deze|pr[oó]xim[oa]|pasad[oa]|est[ea]|ce|cette) "
)
_BEHIND = r" (?:prochaine?|derni[eè]re?|pasad[oa]|pr[oó]xim[oa]|que viene)"
_PART = (
    r"(?: (?:au |in de |am )?(?:soir|matin|apr[eè]s-midi|nuit|abend|morgen|vormittag|nachmittag"
    r"|mittag|fr[uü]h|nacht|avond|ochtend|middag)|,? (?:por|de|en) la (?:ma[nñ]ana|tarde|noche))"
)
_HOUR = r"(?:[01]?\d|2[0-4])"
_CLOCK = (
    rf"(?:{_HOUR}h[0-5]\d|{_HOUR}[.:][0-5]\d ?(?:uhr|uur|u|h)"
    rf"|{_HOUR} ?(?:uhr|uur|heures|h)(?: \d\d)?)"
)
_AT = (
    rf"(?:,? (?:(?:[àa]|um|om|gegen|vers|tegen|rond|ab|vanaf|d[eè]s|a las?|sobre las?) )?{_CLOCK}"
    rf"|,? (?:[àa]|um|om|gegen|vers|tegen|rond|a las?|sobre las?) {_HOUR}(?:[:.][0-5]\d)?u?"
    rf"|,? {_HOUR}[:.][0-5]\d)(?![\w:])"
)
_DATE = (
    rf"(?:{_any(_WEEKDAYS)},? (?:(?:le|den|dem|el|op) )?)?"
    rf"\d{{1,2}}(?:\.|er|º)? (?:de )?{_any(_MONTHS)}(?![a-z])(?: (?:del? )?(?:19|20)\d\d)?"
)
_FIGURES = r"\d{1,2}[./]\d{1,2}(?:[./](?:(?:19|20)?\d\d)?)?,? (?:[àa]|um|om|gegen|vers|tegen|rond)"
_DAY = (
    rf"(?:{_DATE}|(?:{_BEFORE})?{_any(_WEEKDAYS)}(?![a-z])(?:{_BEHIND})?"
    rf"|(?:{_any(_DAYS)}|{_YESTERDAY})(?![a-z]))"
)
# In Dutch, "een mes" is a knife.
_SPAN = rf"(?!een mes(?![a-z])){_COUNT} {_any(_UNITS)}(?![a-z])"


def _rule(expression: str, kind: str, words: tuple[str, ...], *, figures: bool) -> Rule:
    return Rule(
        Label.TIME,
        wherever(*words),
        re.compile(rf"(?<![\w./-])(?:{expression})(?![\w])", re.IGNORECASE),
        lambda sight: _phrase(sight, kind=kind),
        priority=1,
        effort=300,
        figures=figures,
        says_when=True,
        needs=cues(*words),
    )


_OF_DAYS = (*_MONTHS, *_WEEKDAYS, *_DAYS, "hier")
RULES = (
    _rule(rf"{_DAY}(?:{_PART})?(?:{_AT})?", "moment", _OF_DAYS, figures=False),
    _rule(
        rf"(?:{_BEFORE}{_any(_UNITS)}|{_any(_UNITS)}{_BEHIND}"
        rf"|(?:vor|il y a|hace|seit|depuis|desde hace|sinds|dans|over) {_SPAN}"
        rf"|{_SPAN} (?:geleden|zuvor|avant|antes|sp[aä]ter))",
        "shifted",
        _UNITS,
        figures=False,
    ),
    _rule(_SPAN, "duration", _UNITS, figures=False),
    _rule(rf"(?:{_FIGURES},? )?{_CLOCK}", "moment", ("uhr", "uur", "heures"), figures=True),
    Rule(
        Label.TIME,
        r"\d[hH][0-5]\d|[.:][0-5]\d[uU]",
        re.compile(rf"(?<![\w.:/-])(?:{_HOUR}h[0-5]\d|{_HOUR}[.:][0-5]\du)(?![\w])", re.IGNORECASE),
        lambda sight: _phrase(sight, kind="moment"),
        priority=1,
        says_when=True,
    ),
)
