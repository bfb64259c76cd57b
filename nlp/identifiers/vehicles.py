"""What is stamped on a vehicle."""

from nlp.identifiers.rule import (
    CHECK_FAILS,
    CHECKED,
    DOUBTFUL,
    EDGE,
    LABELLED,
    Found,
    Rule,
    Sight,
    cues,
    pattern,
)
from nlp.spans import Label


def _vin(sight: Sight) -> Found | None:
    value = sight.said.upper()
    maker = maker_of(value)
    figures = sum(c.isdigit() for c in value)
    if figures < 3 or figures == 17:
        return None
    if value[8] == vin_check_digit(value):
        return Found(value, CHECKED, maker)
    if not sight.is_labelled:
        return None
    if value[0] in "12345L":  # North America and China fix the check digit by law
        return Found(value, DOUBTFUL, maker, valid=False, why=CHECK_FAILS)
    return Found(value, LABELLED, maker)


def vin_check_digit(vin: str) -> str:
    """The ninth character that ISO 3779 and 49 CFR 565 ask for."""
    rest = sum(_VIN_VALUES[c] * w for c, w in zip(vin, _VIN_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def maker_of(vin: str) -> str | None:
    """Who made the vehicle, as its first three characters say."""
    return _MAKERS.get(vin[:3])


# Maker, and the world manufacturer identifiers (ISO 3780) of its cars, vans, lorries or cycles.
_MAKER_LINES = """
Acura: 19U JH4
Alfa Romeo: ZAR
Aston Martin: SCF
Audi: WAU WA1 WUA TRU
Bentley: SCB
BMW: WBA WBS WBX WBY 4US 5UX
Buick: 1G4
Cadillac: 1G6 1GY
Chevrolet: 1G1 1GC 1GN 2G1 3G1 KL1
Chrysler: 1C3 2C3 1C8
Citroën: VF7 VR7
Dacia: UU1
DAF: XLR
Dodge: 1B3 2B3 3D7
DS: VR1
Ducati: ZDM
Ferrari: ZFF
Fiat: ZFA
Ford: WF0 VS6 NM0 1FA 1FB 1FC 1FD 1FM 1FT 2FA 2FM 3FA 6FP
GMC: 1GK 1GT
Harley-Davidson: 1HD
Honda: SHH SHS JHM JHL JH2 1HG 2HG 2HK 5FN 19X
Hyundai: KMH KM8 TMA NLH 5NP MAL
Iveco: ZCF
Jaguar: SAJ SAD
Jeep: 1C4 1J4 1J8
Kawasaki: JKA JKB
Kia: KNA KND KNE U5Y 5XY
Lamborghini: ZHW
Lancia: ZLA
Land Rover: SAL
Lexus: JTH JTJ 2T2
Lotus: SCC
MAN: WMA
Maserati: ZAM
Mazda: JM1 JM3 JMZ
Mercedes-Benz: WDB WDC WDD WDF W1K W1N W1V 4JG 55S
MG: LSJ SDP
MINI: WMW
Mitsubishi: JA3 JA4 JMB JMY
Nissan: JN1 JN8 SJN VSK 1N4 1N6 3N1 5N1
Opel: W0L W0V
Peugeot: VF3 VR3
Piaggio: ZAP
Porsche: WP0 WP1
Ram: 1C6 3C6
Renault: VF1
Renault Trucks: VF6
Rolls-Royce: SCA
Saab: YS3
Scania: YS2 XLE 9BS
SEAT: VSS
Skoda: TMB
Smart: WME
SsangYong: KPT KPB
Subaru: JF1 JF2 4S3 4S4
Suzuki: JS1 JS2 JSA TSM MA3
Tesla: 5YJ 7SA LRW XP7
Toyota: JTD JTE JTM JTN SB1 VNK NMT 2T1 4T1 4T3 5TD 5TF
Triumph: SMT
Volkswagen: WVW WVG WV1 WV2 WV3 1VW 3VW 9BW AAV
Volvo: YV1 YV4 LVY
Volvo Trucks: YV2 4V4
Yamaha: JYA
"""
_MAKERS = {
    code: maker
    for line in _MAKER_LINES.strip().splitlines()
    for maker, _, codes in [line.partition(":")]
    for code in codes.split()
}

_VIN_VALUES = {c: int(c) for c in "0123456789"} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)

RULES = (
    Rule(
        Label.VIN,
        rf"{EDGE}[A-HJ-NPR-Za-hj-npr-z0-9]{{17}}(?:$|[^A-Za-z0-9])",
        pattern(r"(?<![a-z0-9])[a-hj-npr-z0-9]{17}(?![a-z0-9])"),
        _vin,
        cues("vin", "chassis(?: no\\.?| number)?", "fahrgestellnummer", "frame"),
        priority=6,
    ),
)
