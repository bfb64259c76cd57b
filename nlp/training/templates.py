"""Messages of our own making, in the manner of officers' chat."""

import random
import re

from nlp.model.tokens import tokens
from nlp.training.made_names import Pools
from nlp.training.texts import Example


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


_LABELS = {"P": "PERSON", "S": "PERSON", "G": "PERSON", "L": "PLACE", "O": "ORG"}
_SLOT = re.compile(r"(\{[a-zA-Z]+\})")
_FILLERS = {
    "t": ("0930", "2200Z", "14:20", "tonight", "tomorrow", "yesterday", "this morning",
        "on Friday"),
    "d": ("04/03/1979", "14.02.88", "1990-11-30", "12 May 1985"),
    "v": ("a blue BMW", "silver Golf", "white Transit", "grey Audi A4", "a taxi", "hire car"),
    "r": ("Sgt", "DC", "DI", "Insp.", "Inspector", "Capt.", "Det.", "Officer", "Agent", "PC",
        "Chief"),
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
