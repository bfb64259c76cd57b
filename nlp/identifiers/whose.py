"""Whose plates they are, as the words before them say."""

import re

from nlp.identifiers.cues import cues
from nlp.identifiers.rule import Sight


def countries(sight: Sight, start: int) -> tuple[str, ...]:
    """The countries that the words right before *start* name: "Polish plate", "kenteken"."""
    if not _CUES.may_be_in(sight.words):
        return ()
    before = sight.match.string[max(0, start - _NEAR) : start]
    if _PLAINLY_BEFORE.search(before) is None:
        return ()
    words = _WORD.findall(before)
    things = 0
    while words:
        word, two = words[-1].lower(), " ".join(words[-2:]).lower()
        named = _COUNTRIES.get(two) or _COUNTRIES.get(word)
        if named is None and things and words[-1] in _CODES:
            named = (words[-1],)
        if named is not None or things == _MOST_THINGS or word not in _THINGS:
            return named or ()
        words.pop()
        things += 1
    return ()


def may_be_said(sight: Sight) -> bool:
    """Whether one of the words is around."""
    return _CUES.may_be_in(sight.words)


_NEAR = 48  # characters before a plate in which its country may be named

# The countries, and the words for what is theirs; German adjectives without their endings. A word
# for plates is of the countries whose people say it.
_LINES = """
AL albanian, albanais, albanaise, albanisch, albanés, albanesa, albanees, albanese
AR argentinian, argentine, argentinisch, argentino, argentina, argentijns
AT austrian, autrichien, autrichienne, österreichisch, austríaco, austríaca, oostenrijks
AU australian, australien, australienne, australisch, australiano, australiana, australisch
BE belgian, belge, belgisch, belga
BG bulgarian, bulgare, bulgarisch, búlgaro, búlgara, bulgaars
BR brazilian, brésilien, brésilienne, brasilianisch, brasileño, brasileña, braziliaans
BY belarusian, belarus, biélorusse, belarussisch, bielorruso, bielorrusa
CA canadian, canadien, canadienne, kanadisch, canadiense, canadees, ontario, quebec, alberta
CA manitoba, saskatchewan, nova scotia, british columbia
CH swiss, suisse, schweizer, suizo, suiza, zwitsers
CO colombian, colombien, colombienne, kolumbianisch, colombiano, colombiana
CY cypriot, chypriote, zyprisch, chipriota, cyprisch
CZ czech, tchèque, tschechisch, checo, checa, tsjechisch
DE german, allemand, allemande, deutsch, alemán, alemana, duits
DE AT CH kennzeichen, nummernschild
DK danish, danois, danoise, dänisch, danés, danesa, deens
EE estonian, estonien, estonienne, estnisch, estonio, estonia, ests
ES spanish, espagnol, espagnole, spanisch, español, española, spaans
ES PT matrícula, matricula, matrículas
FI finnish, finlandais, finlandaise, finnisch, finlandés, finlandesa, fins
FR french, français, française, französisch, francés, francesa, frans
FR BE plaque, plaques, immatriculé, immatriculée, immatriculation
GB british, uk, english, scottish, welsh, northern irish, britannique, britisch, británico
GB británica, brits
GR greek, grec, grecque, griechisch, griego, griega, grieks
HR croatian, croate, kroatisch, croata
HU hungarian, hongrois, hongroise, ungarisch, húngaro, húngara, hongaars, rendszám
IE irish, irlandais, irlandaise, irisch, irlandés, irlandesa, iers
IL israeli, israélien, israélienne, israelisch, israelí, israëlisch
IN indian, indien, indienne, indisch, indio, india, indiaas
IT italian, italien, italienne, italienisch, italiano, italiana, italiaans, targa
KE kenyan, kenianisch, keniano, keniaans
LT lithuanian, lituanien, lituanienne, litauisch, lituano, lituana, litouws
LU luxembourgish, luxembourg, luxembourgeois, luxemburgisch, luxemburgués, luxemburgs
LV latvian, letton, lettone, lettisch, letón, letona, lets
MA moroccan, marocain, marocaine, marokkanisch, marroquí, marokkaans
MT maltese, maltais, maltaise, maltesisch, maltés
MX mexican, mexicain, mexicaine, mexikanisch, mexicano, mexicana, mexicaans
NG nigerian, nigérian, nigérianisch, nigeriano, nigeriaans
NL dutch, néerlandais, néerlandaise, niederländisch, holandés, holandesa, nederlands
NL BE kenteken, nummerplaat
NO norwegian, norvégien, norvégienne, norwegisch, noruego, noruega, noors
NZ new zealand
PK pakistani, pakistanais, pakistanisch, pakistaní, pakistaans
PL polish, polonais, polonaise, polnisch, polaco, polaca, pools, rejestracja, tablice
PT portuguese, portugais, portugaise, portugiesisch, portugués, portuguesa, portugees
RO romanian, roumain, roumaine, rumänisch, rumano, rumana, roemeens
RS serbian, serbe, serbisch, serbio, serbia, servisch
RU russian, russe, russisch, ruso, rusa
SE swedish, suédois, suédoise, schwedisch, sueco, sueca, zweeds, registreringsskylt
SI slovenian, slovene, slovène, slowenisch, esloveno, eslovena, sloveens
SK slovak, slovakian, slovaque, slowakisch, eslovaco, eslovaca, slowaaks
TR turkish, turc, turque, türkisch, turco, turca, turks, plaka
UA ukrainian, ukrainien, ukrainienne, ukrainisch, ucraniano, ucraniana, oekraïens
US american, alabama, alaska, arizona, arkansas, california, colorado, connecticut, delaware
US florida, hawaii, idaho, illinois, indiana, iowa, kansas, kentucky, louisiana, maryland
US massachusetts, michigan, minnesota, mississippi, missouri, montana, nebraska, nevada
US new hampshire, new jersey, new mexico, new york, north carolina, north dakota, ohio, oklahoma
US oregon, pennsylvania, rhode island, south carolina, south dakota, tennessee, texas, utah
US vermont, virginia, west virginia, wisconsin, wyoming
ZA south african, sud-africain, südafrikanisch, sudafricano, zuid-afrikaans
CZ SK spz
"""
_ENDINGS = ("", "e", "es", "er", "en", "em")


def _table() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _LINES.strip().splitlines():
        words = line.split()
        whose = tuple(word for word in words if len(word) == 2 and word.isupper())
        for word in line.split(whose[-1], 1)[1].strip().split(", "):
            endings = (
                _ENDINGS if word.endswith("sch") else ("", "e") if word.endswith("s") else ("",)
            )
            for ending in endings:
                found.setdefault(word + ending, whose)
    return found


_COUNTRIES = _table()
_CODES = frozenset(country for whose in _COUNTRIES.values() for country in whose)
_THINGS = frozenset(
    """
    number licence license registration no nr plate plates reg registered vrm vrn tag kennzeichen
    plaque plaques immatriculation matrícula matricula kenteken targa car van truck lorry vehicle
    trailer artic hgv taxi coach motorbike auto wagen voiture coche camion lkw
    """.split()
)
_MOST_THINGS = 3  # words between a country and its plate
_CUES = cues(*_COUNTRIES, "plates?", "reg")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PLAINLY_BEFORE = re.compile(r"[^\W\d_]\.?[ :,(#)\"']{1,3}$")
