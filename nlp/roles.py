"""Who somebody is in what happened, by the words for it in five languages."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is in what happened, as the author says."""

    VICTIM = "victim"
    WITNESS = "witness"
    SUSPECT = "suspect"
    DRIVER = "driver"
    PASSENGER = "passenger"
    OWNER = "owner"
    SOURCE = "source"
    MINOR = "minor"
    LAWYER = "lawyer"
    STAFF = "staff"


# English, French, German, Spanish, Dutch; how one says "several" is left to whoever reads.
_LINES = """
victim: victim, complainant, injured party, ip, deceased, missing person, misper
victim: victime, plaignant, plaignante, partie civile, disparu, disparue
victim: opfer, geschädigter, geschädigte, geschädigten, verletzter, verletzte, vermisste, vermisster
victim: víctima, victima, denunciante, perjudicado, perjudicada, desaparecido, desaparecida
victim: slachtoffer, aangever, aangeefster, benadeelde, vermiste
witness: witness, eyewitness, témoin, temoin, zeuge, zeugin, zeugen, augenzeuge, augenzeugin
witness: testigo, getuige, ooggetuige
suspect: suspect, subject, nominal, accused, offender, perpetrator, target, arrested, detained
suspect: suspecte, mis en cause, prévenu, prévenue, mis en examen, interpellé, interpellée
suspect: verdächtiger, verdächtige, verdächtigen, tatverdächtiger, tatverdächtige, beschuldigter
suspect: beschuldigte, beschuldigten, täter, täterin, angeklagter, angeklagte, festgenommener
suspect: sospechoso, sospechosa, investigado, investigada, acusado, acusada, detenido, detenida
suspect: verdachte, dader, aangehoudene, beklaagde
driver: driver, rider, driven by, conducteur, conductrice, chauffeur, fahrer, fahrerin, conductor
driver: conductora, bestuurder, bestuurster
passenger: passenger, passager, passagère, beifahrer, beifahrerin, insasse, insassin, mitfahrer
passenger: pasajero, pasajera, copiloto, passagier, bijrijder, inzittende
owner: owner, keeper, registered keeper, registered to, owned by, propriétaire, proprietaire
owner: titulaire, halter, halterin, eigentümer, eigentümerin, fahrzeughalter, propietario
owner: propietaria, titular, eigenaar, eigenares, kentekenhouder
source: source, informant, chis, asset, informateur, informatrice, indicateur, quelle, v-mann
source: vertrauensperson, informantin, informante, confidente, fuente, informantes, bron, tipgever
minor: minor, child, juvenile, boy, girl, mineur, mineure, enfant, garçon, fillette, das kind
minor: mädchen, minderjährige, minderjähriger, jugendlicher, jugendliche, menor, niño, niña
minor: het kind, minderjarige, jongen, meisje
lawyer: lawyer, solicitor, barrister, attorney, avocat, avocate, anwalt, anwältin, rechtsanwalt
lawyer: rechtsanwältin, verteidiger, verteidigerin, strafverteidiger, abogado, abogada, letrado
lawyer: letrada, advocaat, advocate, raadsman, raadsvrouw
staff: colleague, sgt, sergeant, pc, dc, ds, di, dci, inspector, constable, insp, det, detective
staff: supt, police officer, case officer, arresting officer, investigating officer, liaison officer
staff: collègue, brigadier, gendarme, commissaire, inspecteur, kollege, kollegin, kommissar
staff: kommissarin, hauptkommissar, hauptkommissarin, polizist, polizistin, compañero, compañera
staff: comisario, comisaria, subinspector, collega, hoofdagent, rechercheur
"""

NAMES: dict[str, Role] = {
    name.strip(): Role(role)
    for role, _, names in (line.partition(":") for line in _LINES.strip().splitlines())
    for name in names.split(",")
}
"""Each word for it, in small letters."""
