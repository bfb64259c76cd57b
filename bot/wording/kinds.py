"""What people call each kind of thing."""

import re

from nlp.spans import Label

_CALLED: dict[Label, str] = {
    Label.PERSON: "name",
    Label.ORG: "organisation",
    Label.VEHICLE: "vehicle",
    Label.VESSEL: "vessel",
    Label.PLATE: "plate",
    Label.PHONE: "phone",
    Label.EMAIL: "e-mail",
    Label.ACCOUNT: "account",
    Label.CARD: "card",
    Label.WALLET: "wallet",
    Label.DOMAIN: "domain",
    Label.HASH: "hash",
    Label.CONTAINER: "container",
    Label.AIRCRAFT: "aircraft",
    Label.FLIGHT: "flight",
    Label.WAYBILL: "waybill",
    Label.PASSPORT: "passport",
    Label.NATIONAL_ID: "national number",
    Label.TAX_ID: "tax number",
    Label.COMPANY_NO: "company number",
    Label.DRIVING_LICENCE: "driving licence",
    Label.HANDLE: "handle",
    Label.CALLSIGN: "call sign",
    Label.COORDINATES: "position",
    Label.PLACE: "place",
    Label.ADDRESS: "address",
    Label.POSTCODE: "postcode",
    Label.NATIONALITY: "nationality",
    Label.MONEY: "sum of money",
    Label.QUANTITY: "quantity",
    Label.DRUG: "drug",
    Label.WEAPON: "weapon",
    Label.TIME: "time",
    Label.MARKING: "marking",
    Label.CASE_REF: "case reference",
    Label.FILE_PATH: "file path",
    Label.REGISTRY_KEY: "registry key",
}


def called(label: Label) -> str:
    """What people call this kind of thing."""
    return _CALLED.get(label, label.value.replace("_", " "))


def begun(words: str) -> str:
    """Words as they begin a line: an abbreviation keeps its capitals."""
    return words[:1].upper() + words[1:]


def fact_called(fact: str) -> str:
    """What people call a property of Follow the Money, or a column of a file: "birth date"."""
    if fact in _FACTS:
        return _FACTS[fact]
    return _HUMP.sub(lambda hump: f" {hump[0].lower()}", fact).replace("_", " ").strip()


_FACTS = {
    "color": "colour",
    "swiftBic": "BIC",
    "bic": "BIC",
    "mmsi": "MMSI",
    "vin": "VIN",
    "innCode": "INN",
    "ogrnCode": "OGRN",
}
_HUMP = re.compile(r"(?<=[a-z])[A-Z]")
