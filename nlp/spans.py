"""What a text says, as values: a span is a stretch of text with a label."""

from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """The stable names of what can be found in a text."""

    PERSON = "PERSON"
    ORG = "ORG"
    PLACE = "PLACE"
    ADDRESS = "ADDRESS"
    NATIONALITY = "NATIONALITY"
    VEHICLE = "VEHICLE"
    PLATE = "PLATE"
    VIN = "VIN"
    VESSEL = "VESSEL"
    IMO = "IMO"
    MMSI = "MMSI"
    CALLSIGN = "CALLSIGN"
    AIRCRAFT = "AIRCRAFT"
    FLIGHT = "FLIGHT"
    WAYBILL = "WAYBILL"
    CONTAINER = "CONTAINER"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    HANDLE = "HANDLE"
    IBAN = "IBAN"
    BIC = "BIC"
    ACCOUNT = "ACCOUNT"
    CARD = "CARD"
    LEI = "LEI"
    ISIN = "ISIN"
    WALLET = "WALLET"
    IP = "IP"
    CIDR = "CIDR"
    DOMAIN = "DOMAIN"
    URL = "URL"
    ASN = "ASN"
    MAC = "MAC"
    HASH = "HASH"
    CVE = "CVE"
    GUID = "GUID"
    FILE_PATH = "FILE_PATH"
    REGISTRY_KEY = "REGISTRY_KEY"
    PASSPORT = "PASSPORT"
    NATIONAL_ID = "NATIONAL_ID"
    TAX_ID = "TAX_ID"
    COMPANY_NO = "COMPANY_NO"
    DRIVING_LICENCE = "DRIVING_LICENCE"
    IMEI = "IMEI"
    IMSI = "IMSI"
    ICCID = "ICCID"
    COORDINATES = "COORDINATES"
    POSTCODE = "POSTCODE"
    MONEY = "MONEY"
    QUANTITY = "QUANTITY"
    DRUG = "DRUG"
    WEAPON = "WEAPON"
    TIME = "TIME"
    MARKING = "MARKING"
    CASE_REF = "CASE_REF"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text with a label.

    `start` and `end` are character offsets into the original text, `text[start:end] == span.text`.
    `value` is the normalised form by which two spans are compared (`None` where there is none).
    A doubtful finding is kept with `valid=False` and the reason in `why`. What the words beside it
    say about it is plain from them and offered: `negated` ("not Hamza"), `hearsay` ("claims to be")
    and, of a person, the `role` in what happened.
    """

    start: int
    end: int
    text: str
    label: Label
    subtype: str | None = None
    value: str | None = None
    valid: bool = True
    confidence: float = 0.5
    why: str = ""
    alternatives: tuple["Span", ...] = ()
    negated: bool = False
    hearsay: bool = False
    role: str | None = None
