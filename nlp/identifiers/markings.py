"""Who may read a text, as the text itself says."""

from nlp.identifiers.rule import DISTINCT, LABELLED, Found, Rule, Sight, exact, pattern
from nlp.spans import Label


def _protocol(sight: Sight) -> Found | None:
    scheme = sight.match.group(1).upper()
    colour = sight.match.group(2).upper().replace("WHITE", "CLEAR")
    if scheme == "PAP" and sight.match.group(3):
        return None
    strict = "+STRICT" if sight.match.group(3) and colour == "AMBER" else ""
    return Found(f"{scheme}:{colour}{strict}", LABELLED, scheme.lower())


def _classification(sight: Sight) -> Found | None:
    return Found(" ".join(sight.said.upper().split()), DISTINCT, "classification")


def _handling(sight: Sight) -> Found | None:
    return Found(sight.said.upper(), DISTINCT, "handling")


# What stands behind the strokes of an American banner line: words of one piece, but for a few.
_CONTROL = (
    r"//?(?:REL TO [A-Z]{3,4}(?:, ?[A-Z]{3,4}(?![A-Za-z])){0,12}|FOR OFFICIAL USE ONLY"
    r"|LAW ENFORCEMENT SENSITIVE|EYES ONLY|[A-Z]{2,15}(?:-[A-Z]{1,15})?)(?![A-Za-z])"
)

RULES = (
    Rule(
        Label.MARKING,
        r"(?i:tlp|pap)",
        pattern(
            r"(?<![a-z0-9])(tlp|pap)[ :=-]{0,3}(clear|white|green|amber|red)(?: ?[+ -] "
            r"?(strict))?(?![a-z0-9])"
        ),
        _protocol,
        priority=8,
        figures=False,
    ),
    Rule(
        Label.MARKING,
        r"OFFICIAL|SECRET|RESTRICTED|CONFIDENTI|RESTREINT|UNCLASSIFIED|VS ?-|VERSCHLUSSSACHE|GEHEIM"
        r"|VERTROUWELIJK|LAW ENFORCEMENT|(?i:diffusion restreinte|difusi[oó]n limitada"
        r"|basic protection level)",
        exact(
            r"(?<![A-Za-z])(?:"
            rf"(?:(?:TOP )?SECRET|CONFIDENTIAL|UNCLASSIFIED)/(?:{_CONTROL}){{1,6}}"
            r"|OFFICIAL[ :-]{1,3}SENSITIVE|(?:UK|NATO|EU|UE|COSMIC|US) (?:TOP "
            r")?SECRET|TOP SECRET"
            r"|(?:NATO|EU) (?:CONFIDENTIAL|RESTRICTED)|(?:RESTREINT|CONFIDENTIEL|SECRET) UE(?:/EU "
            r"(?:RESTRICTED"
            r"|CONFIDENTIAL|SECRET))?"
            r"|VS ?- ?(?:NfD|NFD|VERTRAULICH|Vertraulich)|(?:STRENG )?GEHEIM"
            r"|VERSCHLUSSSACHE|LAW ENFORCEMENT (?:SENSITIVE|ONLY)"
            r"|(?:TR[EÈ]S )?SECRET D[EÉ]FENSE|CONFIDENTIEL D[EÉ]FENSE|(?i:diffusion restreinte)"
            r"|(?i:difusi[oó]n limitada)|DEPARTEMENTAAL VERTROUWELIJK"
            r"|(?i:Europol )?(?i:unclassified ?- ?basic protection level))(?![A-Za-z])"
        ),
        _classification,
        priority=7,
        figures=False,
    ),
    Rule(
        Label.MARKING,
        r"NOFORN|ORCON|EYES ONLY|FOUO|LES",
        exact(
            r"(?<![A-Za-z/])(?:NOFORN|ORCON|FOUO|(?:UK|US|FVEY|AUS|CAN|NZ) EYES ONLY"
            r"|LES(?=//))(?![A-Za-z])"
        ),
        _handling,
        priority=6,
        figures=False,
    ),
)
