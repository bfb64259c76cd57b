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
# Some of them are also said of many days: "jeudis", "donnerstags".
_MANY_WEEKDAYS = tuple(f"{day}s" for day in _WEEKDAYS if not day.endswith("s"))
_DAYS = (
    "aujourd'hui", "apr[eè]s-demain", "avant-hier", "demain",
    "ce (?:soir|matin|midi)", "cette nuit", "cet apr[eè]s-midi",
    "heute", "[uü]bermorgen", "vorgestern", "gestern", "morgen",
    "hoy", "pasado ma[nñ]ana", "ma[nñ]ana", "anteayer", "ayer",
    "esta (?:noche|tarde|ma[nñ]ana)", "anoche",
    "vandaag", "overmorgen", "eergisteren", "gisteren", "vanavond", "vanmorgen", "vanochtend",
    "vanmiddag", "vannacht", "morgenochtend", "morgenmiddag", "morgenavond", "morgenvroeg",
    "gisterochtend", "gistermiddag", "gisteravond", "gisternacht",
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
    r"(?:\d{1,3}|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|quinze|vingt"
    r"|ein(?:e[mnr]?)?|zwei|drei|vier|f[uü]nf|sechs|sieben|acht|neun|zehn|zw[oö]lf|zwanzig"
    r"|una?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|veinte"
    r"|een|twee|drie|vijf|zes|zeven|negen|tien|twaalf|twintig|paar|einigen?)"
)
_BEFORE = (
    r"(?:(?:n[aä]chste|letzte|kommende|vergangene|diese)[mnrs]?|volgende|vorige|afgelopen|komende"
    r"|aanstaande|deze|pr[oó]xim[oa]|pasad[oa]|est[ea]|ce|cette) "
)
_EACH = r"(?:tous les|toutes les|chaque|jede[nmrs]?|todos los|cada|elke|iedere)"
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
_MONTH = rf"{_any(_MONTHS)}(?![a-z])(?: (?:del? )?(?:19|20)\d\d)?"
_WEEKDAY = rf"{_any(_WEEKDAYS)}(?![a-z])"
# "fin novembre", "Ende November", "a finales de noviembre", "eind november", "November 2026"
_SOME_DAYS = (
    rf"(?:(?:fin|d[eé]but|mi|courant|ende|anfang|mitte|eind|begin|half|midden)[ -]"
    rf"|(?:finales|principios|mediados) de ){_MONTH}"
    rf"|{_any(_MONTHS)} (?:del? )?(?:19|20)\d\d"
)
# "du 3 au 5 décembre", "von Montag bis Mittwoch", "la noche del viernes al sábado"
_TO_DAY = (
    r" (?:au|et(?: le)?|bis(?: zum)?|und(?: dem)?|al|y(?: el)?|hasta el|tot(?: en met)?|en|[àa]|auf"
    r"|zum|op) "
)
_FROM_DAY = r"(?:du|entre le|v[ao]n|vom|zwischen dem|del?|desde el|entre el|tussen|nuit de)"
_DAY_TO_DAY = (
    rf"{_FROM_DAY} \d{{1,2}}(?:\.|er|º)?(?: (?:de )?{_any(_MONTHS)})?{_TO_DAY}{_DATE}"
    rf"|{_FROM_DAY} {_WEEKDAY}{_TO_DAY}{_WEEKDAY}"
)
# "zwischen 14 und 16 Uhr", "de 14h à 16h", "entre las 14 y las 16 horas"
_FROM_HOUR = r"(?:entre|zwischen|tussen|v[ao]n|de|desde)(?: las?)?"
_TO_HOUR = r" (?:et|und|y|en|[àa]|bis|tot|hasta)(?: las?)? "
_AN_HOUR = rf"{_HOUR}(?: ?h|[:.])?(?:[0-5]\d)?"
_HOUR_TO_HOUR = (
    rf"{_FROM_HOUR} {_AN_HOUR}(?: uhr| uur| heures)?{_TO_HOUR}{_AN_HOUR}"
    r"(?: ?(?:uhr|uur|heures|horas|hrs)|(?<=h)|(?<=h\d\d)|(?<=:\d\d))"
)
_GERMAN_HOUR = (
    r"(?:eins?|zwei|drei|vier|f[uü]nf|sechs|sieben|acht|neun|zehn|elf|zw[oö]lf|1[0-2]|[1-9])"
)
_DUTCH_HOUR = r"(?:een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|1[0-2]|[1-9])"
_SPANISH_HOUR = r"(?:una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|[01]?\d|2[0-4])"
# "halb acht", "Viertel nach neun", "kwart over negen", "las siete y media", "las 5 de la tarde"
_SPOKEN = (
    rf"(?:(?:(?:f[uü]nf|zehn) (?:vor|nach) )?halb|viertel (?:vor|nach)|dreiviertel)"
    rf" {_GERMAN_HOUR}(?: uhr)?"
    rf"|(?:(?:(?:vijf|tien) (?:voor|over) )?half|kwart (?:voor|over)) {_DUTCH_HOUR}(?: uur)?"
    rf"|(?<=a )las? {_SPANISH_HOUR}"
    r"(?: (?:y|menos) (?:media|cuarto|cinco|diez|veinte|veinticinco)(?: de la (?:ma[nñ]ana|tarde"
    r"|noche|madrugada))?| de la (?:ma[nñ]ana|tarde|noche|madrugada)|(?= ?(?:$|[.,;!?])))"
)
_MIDDLE = (
    r"minuit|mitternacht|medianoche|mediod[ií]a|middernacht"
    r"|(?:(?<=[àa] )|(?<=vers )|(?<=avant )|(?<=apr[eè]s ))midi"
)
# "am 5.12.", "le 5/12"
_SHORT_DATE = (
    r"(?:(?<=am )|(?<=vom )|(?<=bis )|(?<=ab )|(?<=zum )|(?<=de[nm] ))\d{1,2}\.\d{1,2}\.(?!\d)"
    r"|(?:(?<=le )|(?<=el )|(?<=op )|(?<=du )|(?<=au )|(?<=al ))"
    r"(?:\d{1,2}/(?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])/\d{1,2})(?![\d/])"
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
        rf"|(?:vor|il y a|hace|seit|depuis|desde hace|sinds|dans|over|dentro de|binnen) {_SPAN}"
        rf"|{_SPAN} (?:geleden|zuvor|avant|antes|sp[aä]ter))",
        "shifted",
        _UNITS,
        figures=False,
    ),
    _rule(_SPAN, "duration", _UNITS, figures=False),
    _rule(
        rf"{_EACH} (?:{_any(_WEEKDAYS)}s?)(?![a-z])(?:{_PART})?(?:{_AT})?"
        rf"|{_any(_MANY_WEEKDAYS)}(?:{_AT})?",
        "repetition",
        (*_WEEKDAYS, *_MANY_WEEKDAYS),
        figures=False,
    ),
    _rule(_SOME_DAYS, "period", _MONTHS, figures=False),
    _rule(_DAY_TO_DAY, "range", (*_MONTHS, *_WEEKDAYS), figures=False),
    _rule(
        _HOUR_TO_HOUR,
        "range",
        ("entre", "zwischen", "tussen", "uhr", "uur", "heures", "horas", "h"),
        figures=True,
    ),
    _rule(
        _SPOKEN,
        "moment",
        ("halb", "viertel", "dreiviertel", "half", "kwart", "las?"),
        figures=False,
    ),
    _rule(
        _MIDDLE,
        "moment",
        ("midi", "minuit", "mitternacht", "medianoche", "mediod[ií]a", "middernacht"),
        figures=False,
    ),
    _rule(
        r"(?:volgende|vorige|afgelopen|komende|aanstaande|deze) week(?:end)?",
        "shifted",
        ("volgende", "vorige", "afgelopen", "komende", "aanstaande", "deze"),
        figures=False,
    ),
    _rule(
        rf"(?:over|binnen) {_COUNT} (?:uur|kwartier)", "shifted", ("uur", "kwartier"), figures=False
    ),
    _rule(
        r"(?:kw|kalenderwoche|semaine|semana) ?\d{1,2}(?:/(?:20)?\d\d)?",
        "period",
        ("kw", "kalenderwoche", "semaine", "semana"),
        figures=True,
    ),
    Rule(
        Label.TIME,
        r"(?i:am|vom|bis|ab|zum|de[nm]) \d{1,2}\.\d{1,2}\.|(?i:le|el|op|du|au|al) \d{1,2}/\d",
        re.compile(rf"(?<![\w./-])(?:{_SHORT_DATE})", re.IGNORECASE),
        lambda sight: _phrase(sight, kind="moment"),
        priority=1,
        says_when=True,
    ),
    _rule(rf"(?:{_FIGURES},? )?{_CLOCK}", "moment", ("uhr", "uur", "heures", "h"), figures=True),
    Rule(
        Label.TIME,
        r"\d[hH][0-5]\d|[.:][0-5]\d[uU]",
        re.compile(rf"(?<![\w.:/-])(?:{_HOUR}h[0-5]\d|{_HOUR}[.:][0-5]\du)(?![\w])", re.IGNORECASE),
        lambda sight: _phrase(sight, kind="moment"),
        priority=1,
        says_when=True,
    ),
)
