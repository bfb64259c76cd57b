"""The names and numbers under which agencies keep their cases."""

from functools import partial

from nlp.identifiers.rule import DISTINCT, LABELLED, Found, Rule, Sight, exact, pattern
from nlp.spans import Label


def _code_word(sight: Sight, *, subtype: str | None) -> Found | None:
    words = sight.said.upper().split()
    # Where everything is in capitals, the second word is the sentence going on.
    if len(words) == 2 and (words[1] in _NOT_CODE_WORDS or sight.match.string.isupper()):
        words = words[:1]
    if words[0] in _NOT_CODE_WORDS:
        return None
    start = sight.match.start(1)
    end = start + len(sight.said if len(words) == 2 else sight.said.split()[0])
    return Found(" ".join(words), LABELLED, subtype, extent=(start, end))


def _number(sight: Sight) -> Found | None:
    return Found("-".join(sight.match.groups()).upper(), DISTINCT, "number")


def _reference(sight: Sight) -> Found | None:
    value = sight.said.upper().rstrip("-/.")
    start = sight.match.start()
    # A log, an asunto or a sum of Canadian dollars has a plain figure; a reference has parts.
    is_loose = sight.match.string[start : start + 3].lower() in _LOOSE
    if sum(c.isdigit() for c in value) < 2 or (is_loose and not _PARTED.search(value)):
        return None
    return Found(value, LABELLED, "number")


def _log_entry(sight: Sight) -> Found:
    """An entry of a control room's log: a number that begins anew each day, and its day."""
    return Found(" ".join(sight.said.upper().split()), LABELLED, "number")


def _docket(sight: Sight) -> Found:
    """The file of a German prosecutor or court: desk, register, number and year; or of a federal
    court of the United States: office, year, kind and number."""
    return Found(" ".join(sight.said.split()), LABELLED, "number")


_LOOSE = frozenset({"cad", "log", "asu", "aff", "pv ", "exp", "crn"})
_PARTED = exact(r"[A-Z0-9][/-]\d|\d[/-][A-Z0-9]")
_NOT_CODE_WORDS = frozenset(
    "THE THIS THAT NO NOT IS IN OF ON AT FOR AND OR WAS CLOSED OPEN FILE WORK OFFICER STUDY LOAD "
    "NUMBER REF ID TEAM MANAGER HANDLER NOTES NOTE TIME ROOM CENTRE CENTER SIDE PLEASE ASAP TBC "
    "TBD "
    "TLP PAP SEEN HAS WE ARE WITH FROM BUT NEW".split()
)

_CODE = r"[A-Z]{3,16}(?:[ -][A-Z]{3,16})?"

RULES = (
    Rule(
        Label.CASE_REF,
        r"[cC][aA][sS][eE]s? [A-Z]{3}|[cC][aA][sS][eE]s?: ?[A-Z]{3}",
        exact(rf"(?<![A-Za-z])(?i:cases?):? ?(?<=[ :])({_CODE})(?![A-Za-z0-9])"),
        partial(_code_word, subtype=None),
        priority=6,
        figures=False,
        group=1,
    ),
    Rule(
        Label.CASE_REF,
        r"[oO][pP][a-zA-Z]{0,7}\.? [A-Z]",
        exact(
            r"(?<![A-Za-z])(?:Op|OP|op|Operation|OPERATION|operation)\.? "
            rf"({_CODE}|[A-Z][a-z]{{2,15}}(?: [A-Z][a-z]{{2,15}})?)(?![A-Za-z0-9])"
        ),
        partial(_code_word, subtype="operation"),
        priority=6,
        figures=False,
        group=1,
    ),
    Rule(
        Label.CASE_REF,
        r"(?i:case|op|inv|ref|inc|crim|file|dossier)[-/ ]\d{2,4}[-/]\d",
        pattern(
            r"(?<![a-z0-9])(case|op|inv|ref|inc|crim|file"
            r"|dossier)[-/ ](\d{2,4})[-/](\d{2,8})(?![\w-]|/\d)"
        ),
        _number,
        priority=6,
        figures=False,
    ),
    Rule(
        Label.CASE_REF,
        r"(?i:(?:ref|case|crime|incident|file|docket|urn|crn|dossier|aktenzeichen|az|cad|log|zaak"
        r"|pv"
        r"|diligencias|atestado|expediente|asunto|affaire|proc[eè]s-verba|parketnummer)"
        r"[^0-9]{0,30}[0-9])",
        pattern(
            r"(?<![a-z])(?:(?:our |your )?ref(?:erence)?|case|crime|incident|file|docket|urn|crn"
            r"|dossier(?:nummer)?|aktenzeichen|az|cad|log|zaak(?:nummer)?|diligencias|atestado"
            r"|expediente|asunto|affaire|pv|proc[eè]s-verbal|parketnummer|proc[eè]s-verbaal)"
            r"(?: (?:no\.?|nr\.?|num|number|ref(?:erence)?|id|n°|n\.?º))?[ .:#]{1,3}"
            r"(?=[a-z/-]{0,8}\d)"
            r"([a-z0-9][a-z0-9/-]{3,23})(?![a-z0-9])"
        ),
        _reference,
        priority=5,
        figures=False,
        group=1,
    ),
    Rule(
        Label.CASE_REF,
        r"(?i:(?:cad|log|inc|incident)[^0-9]{1,10}\d{1,6} (?:of|/) ?\d)",
        pattern(
            r"(?<![a-z])(?:cad|log|inc|incident)(?: (?:no\.?|number|ref))?[ .:#]{1,3}"
            r"(\d{1,6} (?:of |/ ?)(?:\d{1,2}[/.-]\d{1,2}(?:[/.-](?:20)?\d\d)?|\d{1,2} ?[a-z]{3}"
            r"[a-z]{0,6}))(?![\w/])"
        ),
        _log_entry,
        priority=7,
        group=1,
    ),
    Rule(
        Label.CASE_REF,
        r"\d:\d\d-[A-Za-z]{2}-\d",
        pattern(
            r"(?<![\w:])\d:\d\d-(?:cv|cr|mj|mc|bk|ap|md|po|sw)-\d{2,6}(?:-[a-z]{2,4}){0,3}(?!\w)"
        ),
        _docket,
        priority=7,
    ),
    Rule(
        Label.CASE_REF,
        r"\d ?[A-Z][A-Za-z]{0,3} \d{1,6}/\d\d",
        exact(
            r"(?<![A-Za-z0-9])\d{1,4} ?"
            r"(?:UJs|Js|BJs|AR|Ds|Ls|KLs|Ks|Cs|Gs|Qs|StR|StVK|Ss|OJs|GBA|BGs) \d{1,6}/\d\d(?![\w/])"
        ),
        _docket,
        priority=6,
    ),
)
