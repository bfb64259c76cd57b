"""Messages of our own making in the manner of officers' chat, and names to put into them."""

import random
import re
from collections.abc import Callable, Mapping, Sequence

from nlp.model.gazetteer import Gazetteer, Kind
from nlp.model.tokens import tokens
from nlp.training.texts import Example

Pools = Mapping[str, Sequence[str]]

MOST = 30_000  # names in a pool


def pools(gazetteer: Gazetteer, chance: random.Random) -> dict[str, list[str]]:
    """Names of people, places and organisations, put together from the gazetteer's words."""
    given = _of(gazetteer, Kind.GIVEN | Kind.GIVEN_RARE, without=Kind.COMMON)
    family = _of(gazetteer, Kind.SURNAME | Kind.SURNAME_RARE, without=Kind.COMMON)
    towns = _of(gazetteer, Kind.CITY | Kind.TOWN, without=Kind.WORD | Kind.COMMON)
    states = _of(gazetteer, Kind.COUNTRY, without=Kind.WORD | Kind.COMMON)
    bodies = _of(gazetteer, Kind.ORG, without=Kind.WORD | Kind.COMMON)
    phrases: dict[Kind, list[str]] = {Kind.CITY: [], Kind.ORG: []}
    for first, rests in sorted(gazetteer.phrases.items()):
        for rest, kind in sorted(rests.kinds.items()):
            phrases[kind].append(" ".join((first, *rest)).title())

    def person() -> str:
        first, last = chance.choice(given).title(), chance.choice(family).title()
        shape = chance.random()
        if shape < 0.08:
            return f"{first} {chance.choice(_PARTICLES)} {last}"
        if shape < 0.14:
            return f"{first} {chance.choice(given).title()} {last}"
        if shape < 0.18:
            return f"{first} {last}-{chance.choice(family).title()}"
        if shape < 0.22:
            return f"{first[0]}. {last}"
        return f"{first} {last}"

    def place() -> str:
        shape = chance.random()
        if shape < 0.45:
            return _name(chance.choice(towns))
        if shape < 0.65:
            return chance.choice(phrases[Kind.CITY])
        if shape < 0.75:
            return chance.choice(states).title()
        return chance.choice(_PLACES).replace("#", str(chance.randint(1, 40))).format(
            n=chance.choice(family).title(), t=_name(chance.choice(towns))
        )

    def organisation() -> str:
        shape = chance.random()
        if shape < 0.25:
            word = chance.choice(bodies)
            return word.upper() if len(word) < 5 else word.title()
        if shape < 0.4:
            return chance.choice(phrases[Kind.ORG])
        return chance.choice(_BODIES).format(
            n=chance.choice(family).title(),
            m=chance.choice(family).title(),
            t=_name(chance.choice(towns)),
            c=chance.choice(states).title(),
            w=chance.choice(_TRADES),
            f=chance.choice(_FORMS),
            a=chance.choice(_ADJECTIVES),
        )

    makers: dict[str, Callable[[], str]] = {
        "PERSON": person, "PLACE": place, "ORG": organisation,
    }  # fmt: skip
    return {label: [make() for _ in range(MOST)] for label, make in makers.items()}


def message(chance: random.Random, names: Pools) -> Example:
    """One message with names in it, or one that could have some and has none."""
    pattern = chance.choice(_MESSAGES)
    text = ""
    spans: list[tuple[int, int, str]] = []
    for part in _SLOT.split(pattern):
        if not _SLOT.fullmatch(part):
            text += part
            continue
        slot = part[1:-1]
        if slot in _LABELS:
            name = chance.choice(names[_LABELS[slot]])
            if slot == "P" and (shape := chance.random()) < 0.5:
                words = name.split(" ")
                name = words[0] if shape < 0.2 else words[-1] if shape < 0.4 else name
                if shape >= 0.4:
                    name = f"{words[-1].upper()}, {' '.join(words[:-1])}"
            elif slot == "S":
                name = name.split(" ")[-1]
            elif slot == "G":
                name = name.split(" ")[0]
            spans.append((len(text), len(text) + len(name), _LABELS[slot]))
            text += name
        else:
            text += chance.choice(_FILLERS[slot])
    read = tokens(text)
    runs = []
    for start, end, label in spans:
        inside = [row for row, token in enumerate(read) if token.start < end and start < token.end]
        runs.append((inside[0], inside[-1] + 1, label))
    return Example(tuple(read), tuple(runs))


def _of(gazetteer: Gazetteer, kinds: Kind, *, without: Kind) -> list[str]:
    return sorted(
        word
        for word, kind in gazetteer.kinds.items()
        if kind & kinds and not kind & without and len(word) > 2
    )


def _name(word: str) -> str:
    return word.title()


_LABELS = {"P": "PERSON", "S": "PERSON", "G": "PERSON", "L": "PLACE", "O": "ORG"}
_SLOT = re.compile(r"(\{[a-zA-Z]+\})")
_PARTICLES = ("van", "de", "van der", "von", "el", "al", "bin", "da", "dos", "di", "ben", "del")
_FORMS = (
    "Ltd Ltd Limited LLC Inc Inc. Corp plc PLC LLP GmbH AG KG UG SE SA S.A. SAS SARL EURL BV B.V. NV"
    " N.V. VOF SPRL Srl S.r.l. SpA SL S.L. SLU Lda Ltda AS A/S ApS AB Oy OÜ UAB SIA Kft. Zrt. d.o.o."
    " s.r.o. EOOD OOO JSC Pty Pte DMCC FZE FZCO WLL Tbk S.A.S."
).split()
_TRADES = (
    "Transport Logistics Logistik Trading Holdings Holding Shipping Freight Motors Autos Metals Foods"
    " Seafood Textiles Consulting Properties Security Import Export Marine Energy Pharma Catering"
    " Travel Construction Bau Immobilien Spedition Finance Invest Capital Ventures Systems Media"
    " Couriers Haulage Aviation Minerals Timber Electronics Exchange Telecom Cleaning Services"
).split()
_ADJECTIVES = (
    "Blue Golden Royal Green Northern Southern Eastern Western Atlantic Global First United Silver"
    " Red Grand Euro Trans Inter Nova Prime Delta Alpha Omega Crystal Eagle Lion Falcon Star"
).split()
_BODIES = (
    "{n} {w} {f}", "{n} {w} {f}", "{n} & {m} {f}", "{a} {w} {f}", "{t} {w} {f}", "{n} {f}", "{n} {w}",
    "{a} {w}", "{a} {n} {w}", "{t} {w}", "{n} & {m}", "{n} Brothers", "{n} Group", "{n} Holdings",
    "{t} Police", "{t} Port Authority", "{t} Customs", "{c} Coast Guard", "{c} Police",
    "Bank of {t}", "{t} Bank", "{n} Bank", "University of {t}", "{t} University", "{t} FC",
    "{t} City Council", "Embassy of {c}", "{c} Customs", "{t} Airlines", "{n} Foundation",
    "Polizei {t}", "Zollamt {t}", "Police de {t}", "Policía de {t}", "Politie {t}", "{n} Solicitors",
    "{n} {w} Co., Ltd.", "{n} and Sons", "{a} Cars", "{a} Cabs", "Hotel {n}", "{n} cartel",
    "{c} Ministry of Justice", "{t} Prosecutor's Office", "Stichting {n}", "Grupo {n}", "{n} Gruppe",
)  # fmt: skip
_PLACES = (
    "{n} Street", "{n} Road", "{n} Avenue", "{n} Lane", "Port of {t}", "{t} Airport", "{t} Port",
    "{t} Docks", "{t} harbour", "Terminal #", "Pier #", "Gate #", "Hotel {n}", "{n} Hotel", "M#", "A#",
    "{n}straat", "{n}straße", "Rue {n}", "Calle {n}", "Via {n}", "Plaza {n}", "Avenida {n}", "{t} Nord",
    "{n} Square", "{n} Park", "{n} Bridge", "Lake {n}", "Mount {n}", "{n} Island", "North {t}",
    "{t} station", "{t} Central", "Gare de {t}", "{n} Arms", "{n} Mall", "{n} Street #", "# {n} Road",
    "{n} Tower", "{n} House", "Gulf of {t}", "{t} Hauptbahnhof", "Café {n}", "{n} Farm", "{n} Bay",
)  # fmt: skip
_FILLERS = {
    "t": ("0930", "2200Z", "14:20", "tonight", "tomorrow", "yesterday", "this morning", "on Friday"),
    "d": ("04/03/1979", "14.02.88", "1990-11-30", "12 May 1985"),
    "v": ("a blue BMW", "silver Golf", "white Transit", "grey Audi A4", "a taxi", "hire car"),
    "r": ("Sgt", "DC", "DI", "Insp.", "Inspector", "Capt.", "Det.", "Officer", "Agent", "PC", "Chief"),
    "m": ("Mr", "Mrs", "Ms", "Dr", "Herr", "Frau", "Mme", "Sr.", "Prof.", "Judge", "Maître"),
    "o": ("driver", "owner", "suspect", "witness", "courier", "skipper", "lawyer", "landlord"),
    "x": ("aka", "a.k.a.", "alias", "also known as", "known as", "goes by", "real name", "née"),
    "n": ("Dutch", "Polish", "Turkish", "French", "German", "Albanian", "Nigerian", "Spanish"),
}  # fmt: skip
_MESSAGES = tuple(
    """
any trace on {P}?
any trace {P} dob {d}
{P} {x} {G}
{P} {x} "{G}"
{G} ({x} {P})
{r} {S} is on the way
spoke to {r} {S} about {P}
{r} {P} of {O} wants the file
{m} {S} will call back
{m} {S} from {O} has the documents
our {o} is {P}, lives in {L}
the {o}, {P}, left {L} at {t}
{P} left {L} {t} in {v}
{P} and {P} seen at {L}
{P} met {P} near {L} {t}
{L} to {L}, arrives {t}
heading for {L}, {v}, two up
{v} parked outside {L} since {t}
{v} registered to {P} of {L}
{O} have {P} in custody
{O} says {P} is theirs
{O} asks whether {O} holds anything on {P}
{O} is run by {P} from {L}
{O} paid {O} twice in March
invoice from {O} to {O}
director of {O} is {P}
{P} works for {O} in {L}
{P} is director of {O}
accounts of {O} in {L} are frozen
shipment from {L} to {L} for {O}
consignee is {O}, {L}
money moved from {O} to {P} via {L}
need a contact at {O} {L}
who do we have at {O}?
ask {O}, they know {L}
ask {G} or {G}
thanks {G}, will check
{G} says {S} is out
{S} is not {S}, check again
not {P}, it was {P}
{P}, {n} national, born {d} in {L}
{n} man named {P}, about 40
two {n} males, one is {P}
a {n} company, {O}
wanted by {O}: {P}
{P} boarded at {L}, seat 12A
vessel left {L} for {L}, owner {O}
crew change at {L}, agent {O}
container from {L} is held by {O}
{O} boarded it off {L}
obs on {L} from {t}
RV {L} at {t}
lost him at {L}, last seen towards {L}
cell site {L} {t}
address is {L}, second floor
girlfriend of {P} lives at {L}
brother of {P} is called {G}
mother of {S} moved to {L}
{S} brothers run {O}
{P} rents a flat on {L}
{P}'s phone is off since {t}
{O}'s lawyer is {P}
joint team with {O} and {O}
meeting at {O} in {L} {t}
call with {O} moved to {t}
briefing by {G} ({O}) at {t}
can {O} confirm by {t}
nothing known in {L}
neg trace {L}, pending {L}
{P}: no trace. {P}: hit, see {O}
list: {P}, {P}, {P}
pax: {P}; {P}
SUBJECT {P} ARRIVED {L}
FLASH FROM {O}: {P} SEEN {L}
{P} habite à {L}
{P} a été vu à {L} avec {P}
la société {O} est à {L}
{P} wohnt in {L}
Halter ist {P}, {L}
die Firma {O} in {L}
{P} woont in {L}
het bedrijf {O} uit {L}
{P} vive en {L}
la empresa {O} de {L}
ok will do
copy that, five minutes
target static, no change
vehicle lost at the lights
who has the eyeball
please resend the picture
two males, dark clothing, heading for the exit
lab says cut with caffeine
phones bagged and tagged
driver is on his own, lights off
police called by a neighbour
customs found nothing
he will be back {t}
stand by until {t}
warrant runs out {t}
the bank has the statements
no names in this room please
source is afraid and wants to talk
hunter and rose patrol are off duty
will may be late, mark the bag
""".strip().splitlines()
)
