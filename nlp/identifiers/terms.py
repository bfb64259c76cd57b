"""Drugs and weapons by their words, in English, French, German, Spanish and Dutch.

The lists are written here and copied from nowhere. What they say can be compared with the schedules
of the United Nations drug conventions, the drug profiles of the European Union Drugs Agency and the
DEA's public list of slang terms; for weapons with the glossary of the Small Arms Survey and Annex I
of Directive (EU) 2021/555, both of which are public in these languages.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from nlp.identifiers.finders import Terms, normal
from nlp.identifiers.rule import DISTINCT, LABELLED, Cues, Found, Rule, Sight, cues
from nlp.spans import Label


def _term(sight: Sight, *, known: dict[str, tuple[str, bool]], context: Cues) -> Found | None:
    """A word of the list; one that has another everyday meaning needs its surroundings."""
    value, is_slang = known[normal(sight.said)]
    if value == _NEITHER:
        return None
    if not is_slang:
        return Found(value, DISTINCT)
    distance = sight.distance_to(context)
    if distance is None:
        return None
    return Found(value, LABELLED, why="a word of the street, by what stands beside it")


_NEITHER = "neither"
"""What holds a word of the lists and means something else: read as a whole, and passed over."""


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
    if not name.endswith("s") and len(name.strip()) > 1:  # "es" is another word in three languages
        yield normal(name) + "s", value


def _of(terms: Iterable[str]) -> Cues:
    """Cues that say whether any of the terms may be there."""
    return cues(*("".join(c if c.isalnum() else f"\\{c}" for c in term) for term in terms))


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
lsd: lysergide; acid, tabs, blotters, trips
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
cocaine: cocaïne, kokain, cocaína, cocaina, farlopa
cocaine:; koks, schnee, neige, poudre, sneeuw, perico
crack cocaine: basuco
heroin: héroïne, heroína; heroine, caballo, poudre, brune, braun
cannabis: resine de cannabis, résine de cannabis, haschisch, haschich, hachís, hachis, hasj, wiet
cannabis: marihuana, beuh, nederwiet, herbe de cannabis; gras, hierba, porro, joints
amphetamine: amphetamin, amphétamine, anfetamina, amfetamine; pep, pepp
methamphetamine: crystal speed, metanfetamina, methamphétamine, methamphetamin; crystal
mdma: xtc, éxtasis, extasis, ecstasytabletten, ecstasypillen; pastillas, pillen, cristal
ketamine: kétamine, ketamina, ketamin, keta
lsd: lsd 25; tripis
psilocybin: champignons hallucinogènes, zauberpilze, setas alucinógenas, paddo; pilze
ghb: liquid ecstasy, éxtasis líquido
2c b: 2cb, tusi, tusibi
phenethylamines: nbome, 25i nbome, 2c i, 2c e
synthetic cannabinoids: spice gold, kräutermischung, cannabinoïdes de synthèse
fentanyl: fentanilo, fentanil
new substances: 3 meo pcp, u 47700, o dsmt, bath salts, salvia divinorum, kratom, mescaline
sedatives: flunitrazepam, rohypnol, clonazepam, rivotril, lorazepam, bromazolam, zopiclone, zolpidem
opioids: hydrocodone, hydromorphone, tapentadol, dihydrocodeine, opium, poppy straw
stimulants: methylphenidate, ritalin, modafinil, adderall
poppers: amyl nitrite, alkyl nitrites
nitrous oxide: lachgas, protoxyde d'azote
precursors: p2p, apaa, drogengrundstoffe; grundstoffe, précurseurs, precursores
neither: hachis parmentier, hachis de, ice cream, ice cold, ice hockey, crystal clear, acid rain
neither: coke zero, diet coke, glass of wine, glass of water, spice girls, spice rack, old spice
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
rifle: kalashnikov rifles, m4 carbine, m16, ar 15, ar15, g3 rifle, fn fal, sniper rifle
rifle: dragunov, carbine
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
firearm: vuurwapen, vuurwapens, schusswaffe, schusswaffen, feuerwaffe, arme à feu, armes à feu
firearm: arma de fuego, armas de fuego, waffe, waffen, handvuurwapen; wapen, arma, arme
pistol: pistole, pistolen, pistola, pistolet, pistool, glock 43, cz 75b, sig p365
revolver: revólver, trommelrevolver
rifle: gewehr, sturmgewehr, fusil, carabine, carabina, geweer, aanvalswapen, kalachnikov
rifle: kalaschnikow, kalasjnikov, ak 103, ak 12
shotgun: schrotflinte, escopeta, jachtgeweer, fusil de chasse, abgesägte schrotflinte
submachine gun: maschinenpistole, mitraillette, subfusil, machinepistool, pistolet mitrailleur
machine gun: maschinengewehr, mitrailleuse, ametralladora, machinegeweer
ammunition: munition, munitions, munición, munitie, kogels; cartouches, cartuchos
blank firing pistol: schreckschusspistole, pistola detonadora, pistolet d'alarme, alarmpistool
silencer: schalldämpfer, silenciador, geluiddemper; silencieux
grenade: handgranate, handgranaten, granada de mano, handgranaat; granate, granaten
explosive: sprengstoff, explosivos, springstof, explosieven; explosif, explosifs
explosive: artificieller sprengsatz, goma 2, plastic explosive
bomb: bombe, bomba, sprengsatz, coche bomba, autobombe, engin explosif
rocket launcher: panzerfaust, lance roquettes, lanzacohetes, raketwerper
knife: küchenmesser, klappmesser, springmesser, butterflymesser, couteau, couteaux
knife: cuchillo, cuchillos, navaja, navajas, steekwapen, vlindermes, poignard, puñal, dolch
knife:; mes, messer
machete: macheta, kapmes, hacha, bijl, axt, beil; hache
blunt weapon: baseballschläger, schlagring, batte de baseball, bate de béisbol, honkbalknuppel
blunt weapon: boksbeugel, poing américain, puño americano, schlagstock, knuppel; matraque, porra
crossbow: armbrust, arbalète, ballesta, kruisboog
stun gun: elektroschocker, taser x26, stroomstootwapen
irritant: pfefferspray, gaz lacrymogène, gas pimienta, pepperspray, reizgas
neither: bomba de agua, bomba de calor, bomba de gasolina, bomba de inyección, pasamos bomba
neither: pasarlo bomba, bombe de peinture, bombe glacée, echt bombe, photo bomb, bath bomb
neither: water pistol, squirt gun, glue gun, nail gun, staple gun, heat gun, spray gun, radar gun
neither: pistolet à peinture, pistola de agua, wasserpistole, pistola de silicona, waterpistool
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
    "weed", "mdma", "ketamine", "crack", "meth", "gramm", "grammes?", "gramos?", "gram", "drogen",
    "drogues?", "drogas?", "dealer", "verkauft", "vend", "vende", "verkoopt", "rauschgift",
    "stup[eé]fiants?", "estupefacientes", "verdovende middelen", "kokain", "coca[iï]ne", "heroin",
)  # fmt: skip
_WEAPON_CONTEXT = cues(
    "armed(?: with)?", "shot", "shots?", "shoot(?:ing)?", "fired", "carry(?:ing)?", "loaded",
    "weapons?", "stab(?:bed|bing)?", "firearms?", "guns?", "calibre", "caliber", "9mm", "holster",
    "threatened", "robbery", "wounded", "blade", "attack(?:ed)?", "pistol", "knife", "ammo",
    "cartridges?", "barrel", "trigger", "waistband", "bewaffnet", "armé", "armado", "armada",
    "gewapend", "geschossen", "tir[eé]", "disparo", "disparos", "geschoten", "bedroht", "menac[eé]",
    "amenaz[oó]", "bedreigd", "gestoken", "apuñalado", "poignard[eé]", "vuurwapen", "pistool",
    "pistolet", "pistola", "pistole", "fusil", "munition",
    "explosion", "explosi[oó]n", "explosie", "explodiert", "explos[eé]", "explot[oó]", "geworfen",
    "lanc[eé]e?s?", "lanz[oó]", "geworpen", "saisie?s?", "incautad[oa]s?", "sichergestellt",
)  # fmt: skip


def _rules(label: Label, known: dict[str, tuple[str, bool]], context: Cues) -> tuple[Rule, Rule]:
    """The same rule twice: words of the street alone are not worth a look."""
    plain = Rule(
        label,
        r"[A-Za-z]",
        Terms(known),
        partial(_term, known=known, context=context),
        priority=1,
        effort=500,
        figures=False,
        needs=_of(term for term, (_, is_slang) in known.items() if not is_slang),
    )
    slang = _of(term for term, (_, is_slang) in known.items() if is_slang)
    return plain, replace(plain, needs=slang, beside=context)


RULES = (
    *_rules(Label.DRUG, _DRUGS, _DRUG_CONTEXT),
    *_rules(Label.WEAPON, _WEAPONS, _WEAPON_CONTEXT),
)
