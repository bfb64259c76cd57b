"""Names that nobody bears: put together from the gazetteer's words, for texts to learn from."""

import random
from collections.abc import Mapping, Sequence

from nlp.model.gazetteer import Gazetteer, Kind

Pools = Mapping[str, Sequence[str]]

MOST = 30_000  # names in a pool


def pools(gazetteer: Gazetteer, chance: random.Random) -> dict[str, list[str]]:
    """Many names of each label."""
    maker = _Maker(gazetteer, chance)
    return {
        "PERSON": [maker.person() for _ in range(MOST)],
        "PLACE": [maker.place() for _ in range(MOST)],
        "ORG": [maker.organisation() for _ in range(MOST)],
    }


class _Maker:
    """Draws words from the gazetteer, and puts them into the forms that names have."""

    def __init__(self, gazetteer: Gazetteer, chance: random.Random) -> None:
        small = Kind.COMMON
        self.chance = chance
        self.given = _of(gazetteer, Kind.GIVEN | Kind.GIVEN_RARE, without=small)
        self.family = _of(gazetteer, Kind.SURNAME | Kind.SURNAME_RARE, without=small)
        self.towns = _of(gazetteer, Kind.CITY | Kind.TOWN, without=Kind.WORD | small)
        self.states = _of(gazetteer, Kind.COUNTRY, without=Kind.WORD | small)
        self.bodies = _of(gazetteer, Kind.ORG, without=Kind.WORD | small)
        self.phrases: dict[Kind, list[str]] = {Kind.CITY: [], Kind.ORG: []}
        for first, rests in sorted(gazetteer.phrases.items()):
            for rest, kind in sorted(rests.kinds.items()):
                self.phrases[kind].append(" ".join((first, *rest)).title())

    def person(self) -> str:
        first, last = self._large(self.given), self._large(self.family)
        shape = self.chance.random()
        if shape < 0.08:
            return f"{first} {self.chance.choice(_PARTICLES)} {last}"
        if shape < 0.14:
            return f"{first} {self._large(self.given)} {last}"
        if shape < 0.18:
            return f"{first} {last}-{self._large(self.family)}"
        if shape < 0.22:
            return f"{first[0]}. {last}"
        return f"{first} {last}"

    def place(self) -> str:
        shape = self.chance.random()
        if shape < 0.45:
            return self._large(self.towns)
        if shape < 0.65:
            return self.chance.choice(self.phrases[Kind.CITY])
        if shape < 0.75:
            return self._large(self.states)
        numbered = self.chance.choice(_PLACES).replace("#", str(self.chance.randint(1, 40)))
        return numbered.format(n=self._large(self.family), t=self._large(self.towns))

    def organisation(self) -> str:
        shape = self.chance.random()
        if shape < 0.25:
            word = self.chance.choice(self.bodies)
            return word.upper() if len(word) < 5 else word.title()
        if shape < 0.4:
            return self.chance.choice(self.phrases[Kind.ORG])
        return self.chance.choice(_BODIES).format(
            n=self._large(self.family),
            m=self._large(self.family),
            t=self._large(self.towns),
            c=self._large(self.states),
            w=self.chance.choice(_TRADES),
            f=self.chance.choice(_FORMS),
            a=self.chance.choice(_ADJECTIVES),
        )

    def _large(self, words: Sequence[str]) -> str:
        return self.chance.choice(words).title()


def _of(gazetteer: Gazetteer, kinds: Kind, *, without: Kind) -> list[str]:
    return sorted(
        word
        for word, kind in gazetteer.kinds.items()
        if kind & kinds and not kind & without and len(word) > 2
    )


_PARTICLES = ("van", "de", "van der", "von", "el", "al", "bin", "da", "dos", "di", "ben", "del")
_FORMS = (
    "Ltd Ltd Limited LLC Inc Inc. Corp plc PLC LLP GmbH AG KG UG SE SA S.A. SAS SARL EURL BV"
    " B.V. NV"
    " N.V. VOF SPRL Srl S.r.l. SpA SL S.L. SLU Lda Ltda AS A/S ApS AB Oy OÜ UAB SIA Kft. Zrt."
    " d.o.o."
    " s.r.o. EOOD OOO JSC Pty Pte DMCC FZE FZCO WLL Tbk S.A.S."
).split()
_TRADES = (
    "Transport Logistics Logistik Trading Holdings Holding Shipping Freight Motors Autos"
    " Metals Foods"
    " Seafood Textiles Consulting Properties Security Import Export Marine Energy Pharma Catering"
    " Travel Construction Bau Immobilien Spedition Finance Invest Capital Ventures Systems Media"
    " Couriers Haulage Aviation Minerals Timber Electronics Exchange Telecom Cleaning Services"
).split()
_ADJECTIVES = (
    "Blue Golden Royal Green Northern Southern Eastern Western Atlantic Global First United Silver"
    " Red Grand Euro Trans Inter Nova Prime Delta Alpha Omega Crystal Eagle Lion Falcon Star"
).split()
_BODIES = (
    "{n} {w} {f}", "{n} {w} {f}", "{n} & {m} {f}", "{a} {w} {f}", "{t} {w} {f}", "{n} {f}",
    "{n} {w}",
    "{a} {w}", "{a} {n} {w}", "{t} {w}", "{n} & {m}", "{n} Brothers", "{n} Group", "{n} Holdings",
    "{t} Police", "{t} Port Authority", "{t} Customs", "{c} Coast Guard", "{c} Police",
    "Bank of {t}", "{t} Bank", "{n} Bank", "University of {t}", "{t} University", "{t} FC",
    "{t} City Council", "Embassy of {c}", "{c} Customs", "{t} Airlines", "{n} Foundation",
    "Polizei {t}", "Zollamt {t}", "Police de {t}", "Policía de {t}", "Politie {t}",
    "{n} Solicitors",
    "{n} {w} Co., Ltd.", "{n} and Sons", "{a} Cars", "{a} Cabs", "Hotel {n}", "{n} cartel",
    "{c} Ministry of Justice", "{t} Prosecutor's Office", "Stichting {n}", "Grupo {n}",
    "{n} Gruppe",
)  # fmt: skip
_PLACES = (
    "{n} Street", "{n} Road", "{n} Avenue", "{n} Lane", "Port of {t}", "{t} Airport", "{t} Port",
    "{t} Docks", "{t} harbour", "Terminal #", "Pier #", "Gate #", "Hotel {n}", "{n} Hotel",
    "M#", "A#",
    "{n}straat", "{n}straße", "Rue {n}", "Calle {n}", "Via {n}", "Plaza {n}", "Avenida {n}",
    "{t} Nord",
    "{n} Square", "{n} Park", "{n} Bridge", "Lake {n}", "Mount {n}", "{n} Island", "North {t}",
    "{t} station", "{t} Central", "Gare de {t}", "{n} Arms", "{n} Mall", "{n} Street #",
    "# {n} Road",
    "{n} Tower", "{n} House", "Gulf of {t}", "{t} Hauptbahnhof", "Café {n}", "{n} Farm", "{n} Bay",
)  # fmt: skip
