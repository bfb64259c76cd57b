"""Drugs, weapons and nationalities by their words.

The lists are written here and copied from nowhere. What they say can be compared with the schedules
of the United Nations drug conventions, the drug profiles of the European Union Drugs Agency and the
DEA's public list of slang terms; for weapons with the glossary of the Small Arms Survey; for
countries with ISO 3166-1.
"""

from collections.abc import Iterator
from functools import partial

from nlp.identifiers.finders import Terms, normal
from nlp.identifiers.rule import DISTINCT, LABELLED, SHAPE, Cues, Found, Rule, Sight, cues
from nlp.spans import Label


def _term(sight: Sight, *, known: dict[str, tuple[str, bool]], context: Cues) -> Found | None:
    """A word of the list; one that has another everyday meaning needs its surroundings."""
    value, is_slang = known[normal(sight.said)]
    if not is_slang:
        return Found(value, DISTINCT)
    distance = sight.distance_to(context)
    if distance is None:
        return None
    return Found(value, LABELLED, why="a word of the street, by what stands beside it")


def _nationality(sight: Sight) -> Found | None:
    if normal(sight.said) in _WORDS_TOO:
        return None
    country = _COUNTRIES[normal(sight.said)]
    return Found(country, DISTINCT if sight.said[0].isupper() else SHAPE)


_WORDS_TOO = frozenset({"polish"})
"""Ordinary words as well: only what stands around them tells, which is not looked at here."""


def _known(lines: str) -> Iterator[tuple[str, tuple[str, bool]]]:
    """`value: plain names; street names`"""
    for line in lines.strip().splitlines():
        value, _, names = line.partition(":")
        plain, _, slang = names.partition(";")
        for name in (value, *plain.split(",")):
            if name.strip():
                yield from _forms(name, (value, False))
        for name in slang.split(","):
            if name.strip():
                yield from _forms(name, (value, True))


def _forms(name: str, value: tuple[str, bool]) -> Iterator[tuple[str, tuple[str, bool]]]:
    """One and many of it."""
    yield normal(name), value
    if not name.endswith("s"):
        yield normal(name) + "s", value


def _of(terms: Terms) -> Cues:
    """Cues that say whether any of the terms may be there."""
    return cues(*("".join(c if c.isalnum() else f"\\{c}" for c in w) for w in terms.firsts))


_DRUGS = dict(
    _known(
        """
cocaine: cocaine hydrochloride, yayo, perico
cocaine:; coke, charlie, snow, blow, white, ching, beak, flake, powder, gear, nose candy
cocaine:; sniff, bugle
crack cocaine: crack, freebase; rocks, stones, white rock
heroin: diamorphine, smack; brown, horse, skag, gear, h, dope, dark, tar, junk
cannabis: marijuana, weed, ganja, hashish, hash, skunk, spliff, hemp resin, cannabis resin, thc
cannabis:; grass, pot, bud, herb, green, haze, resin, mary jane, joint, spliffs, draw, puff
synthetic cannabinoids: spice, black mamba, k2, synthetic cannabis; mamba
amphetamine: amphetamines, amphetamine sulphate; speed, whizz, billy, paste, base
methamphetamine: meth, crystal meth, methylamphetamine, crystal methamphetamine, yaba, pervitin
methamphetamine:; ice, crystal, tina, glass, crank
mdma: ecstasy, mdma powder; e, pills, molly, mandy, xtc, beans, pingers, md
ketamine: ket; k, special k, vitamin k
lsd: lysergide, lsd tabs; acid, tabs, blotters, trips
psilocybin: magic mushrooms, psilocybin mushrooms; shrooms, mushrooms
ghb: gbl, gammahydroxybutyrate; g, liquid ecstasy, gina
mephedrone: meow meow, 4 mmc, m cat; drone, mcat
cathinones: alpha pvp, flakka, 3 mmc, 3 cmc; monkey dust
fentanyl: carfentanil, fentanyls, fent; china white
nitazenes: nitazene, isotonitazene, metonitazene
oxycodone: oxycontin, oxys; oxy
morphine: morphine sulphate
codeine: dihydrocodeine; lean, purple drank, syrup
methadone: methadose; green stuff
buprenorphine: subutex, suboxone; subs
tramadol: tramadols; trammies
diazepam: valium; blues, vallies
alprazolam: xanax; xans, bars
etizolam: street valium
pregabalin: lyrica, pregabalins; pregabs
captagon: fenethylline, fenetylline
khat: qat, cathinone; chat
nitrous oxide: laughing gas; whippets, balloons, nos
dmt: dimethyltryptamine, ayahuasca
pcp: phencyclidine; angel dust
steroids: anabolic steroids, testosterone enanthate, nandrolone, stanozolol
precursors: bmk, pmk, apaan, acetic anhydride, pseudoephedrine, ephedrine, piperonal, safrole
cutting agents: lidocaine, benzocaine, phenacetin, levamisole, mannitol
"""
    )
)
_WEAPONS = dict(
    _known(
        """
firearm: firearms, gun, guns, handgun, handguns, side arm, sidearm
firearm:; piece, strap, tool, heater, burner, whip out
pistol: pistols, glock, glock 17, glock 19, glock 26, beretta, beretta 92, sig sauer, p226
pistol: makarov, tokarev, walther p99, walther ppk, cz 75, browning hi power, colt 1911
pistol: desert eagle, zastava m57
revolver: revolvers, smith & wesson, .38 special, .357 magnum, colt python; six shooter
blank firing pistol: zoraki, ekol, blank firer, gas pistol, blank firing gun, converted pistol
rifle: rifles, assault rifle, ak 47, ak47, akm, ak 74, ak74, kalashnikov, zastava m70
rifle: m4 carbine, m16, ar 15, ar15, g3 rifle, fn fal, sniper rifle, dragunov, carbine
rifle: hunting rifle, air rifle
rifle:; long
submachine gun: uzi, mp5, mac 10, mac10, skorpion, vz 61, submachine guns, sub machine gun
submachine gun: machine pistol, thompson gun, sten gun
submachine gun:; spray
machine gun: machine guns, pkm, m60, rpk, mg3
shotgun: shotguns, sawn off shotgun, sawn off, sawed off shotgun, pump action, double barrel
shotgun:; shotty, pumpy
printed firearm: 3d printed gun, 3d printed firearm, fgc 9, fgc9, ghost gun, liberator pistol
ammunition: ammo, cartridges, live rounds, 9mm rounds, hollow points, 7.62 rounds, 5.56 rounds
ammunition: shotgun shells, bullets, magazine clips
ammunition:; shells, clips, food for
silencer: suppressor, suppressors, silencers
grenade: grenades, hand grenade, hand grenades, m75 grenade, rgd 5, stun grenade, flashbang
grenade:; pineapple
explosive: explosives, semtex, c4 explosive, tnt, tatp, petn, rdx, dynamite, gelignite
explosive: black powder, detonator, detonators, blasting cap, detonating cord, detcord
explosive: ammonium nitrate
explosive:; plastic
bomb: bombs, ied, ieds, improvised explosive device, pipe bomb, car bomb, vbied, suicide vest
bomb: petrol bomb, molotov, molotov cocktail, cobra 6, letter bomb
rocket launcher: rpg, rpg 7, rpg7, rocket launchers, manpads, anti tank weapon
knife: knives, flick knife, kitchen knife, zombie knife, rambo knife, hunting knife
knife: stanley knife, switchblade, butterfly knife, dagger, lock knife, bowie knife
knife:; blade, shank, chib, ching, rambo
machete: machetes, samurai sword, katana, axe, hatchet, cleaver, meat cleaver; cutlass
blunt weapon: baseball bat, knuckleduster, knuckledusters, brass knuckles, baton, cosh, crowbar
blunt weapon: iron bar, hammer attack
crossbow: crossbows, compound bow
stun gun: taser, tasers, stun guns, cattle prod
irritant: pepper spray, cs gas, cs spray, mace spray, tear gas
corrosive: acid attack, sulphuric acid, ammonia spray, corrosive substance
"""
    )
)
_DRUG_CONTEXT = cues(
    "grams?", "kilos?", "kgs?", "kg", "g", "oz", "ounces?", "wraps?", "bags? of", "bag",
    "lines? of", "deal(?:s|er|ers|ing|t)?",
    "sell(?:s|ing)?", "sold", "snort(?:s|ed|ing)?", "smok(?:e|ed|ing)",
    "drugs?", "purity", "supply", "supplier", "seiz(?:ed|ure)", "stash", "brick(?:s)?",
    "possession", "county lines?", "trafficking", "courier", "mule", "pills?", "tabs?", "score",
    "narcotics?", "cut with", "plug", "user(?:s)?", "addict(?:s)?", "cocaine", "heroin", "cannabis",
    "weed", "mdma", "ketamine", "crack", "meth",
)  # fmt: skip
_WEAPON_CONTEXT = cues(
    "armed(?: with)?", "shot", "shots?", "shoot(?:ing)?", "fired", "carry(?:ing)?", "loaded",
    "weapons?", "stab(?:bed|bing)?", "firearms?", "guns?", "calibre", "caliber", "9mm", "holster",
    "threatened", "robbery", "wounded", "blade", "attack(?:ed)?", "pistol", "knife", "ammo",
    "cartridges?", "barrel", "trigger", "waistband",
)  # fmt: skip


_DEMONYMS = """
AF afghan; AL albanian; DZ algerian; AR argentinian, argentine; AM armenian; AU australian
AT austrian; AZ azerbaijani, azeri; BD bangladeshi; BY belarusian; BE belgian; BO bolivian
BA bosnian; BR brazilian; GB british, scottish, welsh, english; BG bulgarian; KH cambodian
CM cameroonian; CA canadian; CL chilean; CN chinese; CO colombian; CD congolese; HR croatian
CU cuban; CY cypriot; CZ czech; DK danish; DO dominican; NL dutch; EC ecuadorian, ecuadorean
EG egyptian; ER eritrean; EE estonian; ET ethiopian; PH filipino; FI finnish; FR french
GM gambian; GE georgian; DE german; GH ghanaian; GR greek; GT guatemalan; GY guyanese; HT haitian
HN honduran; HU hungarian; IS icelandic; IN indian; ID indonesian; IR iranian; IQ iraqi; IE irish
IL israeli; IT italian; CI ivorian; JM jamaican; JP japanese; JO jordanian; KZ kazakh; KE kenyan
KR korean; XK kosovan, kosovar; KW kuwaiti; KG kyrgyz; LV latvian; LB lebanese; LR liberian
LY libyan; LT lithuanian; LU luxembourgish; MK macedonian; MY malaysian; ML malian; MT maltese
MX mexican; MD moldovan; MN mongolian; ME montenegrin; MA moroccan; NP nepalese, nepali
NZ new zealander; NI nicaraguan; NG nigerian; NO norwegian; OM omani; PK pakistani; PS palestinian
PA panamanian; PY paraguayan; PE peruvian; PL polish; PT portuguese; QA qatari; RO romanian
RU russian; RW rwandan; SA saudi; SN senegalese; RS serbian; SL sierra leonean; SG singaporean
SK slovak, slovakian; SI slovenian, slovene; SO somali, somalian; ZA south african; ES spanish
LK sri lankan; SD sudanese; SR surinamese; SE swedish; CH swiss; SY syrian; TW taiwanese; TJ tajik
TZ tanzanian; TH thai; TT trinidadian; TN tunisian; TR turkish; TM turkmen; UG ugandan
UA ukrainian; AE emirati; US american; UY uruguayan; UZ uzbek; VE venezuelan; VN vietnamese
YE yemeni; ZM zambian; ZW zimbabwean
"""
_COUNTRIES = {
    form: entry.split()[0]
    for entry in _DEMONYMS.replace("\n", ";").split(";")
    if entry.strip()
    for name in entry.strip()[2:].split(",")
    for form, _ in _forms(name.strip(), ("", False))
}
_DRUG_WORDS, _WEAPON_WORDS, _NATIONS = Terms(_DRUGS), Terms(_WEAPONS), Terms(_COUNTRIES)

RULES = (
    Rule(
        Label.DRUG,
        r"[A-Za-z]",
        _DRUG_WORDS,
        partial(_term, known=_DRUGS, context=_DRUG_CONTEXT),
        priority=1,
        effort=500,
        figures=False,
        needs=_of(_DRUG_WORDS),
    ),
    Rule(
        Label.WEAPON,
        r"[A-Za-z]",
        _WEAPON_WORDS,
        partial(_term, known=_WEAPONS, context=_WEAPON_CONTEXT),
        priority=1,
        effort=500,
        figures=False,
        needs=_of(_WEAPON_WORDS),
    ),
    Rule(
        Label.NATIONALITY,
        r"[A-Za-z]",
        _NATIONS,
        _nationality,
        priority=1,
        effort=500,
        figures=False,
        needs=_of(_NATIONS),
    ),
)
