"""Sums of money."""

import re

from nlp.identifiers.cues import cues
from nlp.identifiers.figures import FIGURE, IN_WORDS, SCALE, amount, scaled
from nlp.identifiers.rule import DISTINCT, SHAPE, Found, Rule, Sight
from nlp.spans import Label


def _sum(sight: Sight) -> Found | None:
    parts = sight.match.groupdict()
    number = amount(parts["n1"] or parts["n2"])
    if number is None:
        return None
    word = (parts["c1"] or parts["c2"] or "").lower().replace(" ", "")
    if word in {"grand", "k", "large"}:
        return Found(_written(None, number * 1000), SHAPE)
    if word in _ALSO_WORDS and word.upper() not in sight.said:
        return None
    currency = _CURRENCIES.get(word, word.upper())
    whole = scaled(number, parts["s1"] or parts["s2"] or parts["s3"])
    if parts.get("cents"):
        whole += (amount(parts["cents"]) or 0) / 100
    return Found(_written(currency, whole), DISTINCT, currency)


def _spoken(sight: Sight) -> Found | None:
    parts = sight.match.groupdict()
    number = amount(parts["n"])
    word = parts["c"].lower().replace(" ", "")
    if number is None:
        return None
    if word == "grand":
        return Found(_written(None, number * 1000), SHAPE)
    currency = _CURRENCIES.get(word, word.upper())
    if parts["cents"]:
        number += (amount(parts["cents"]) or 0) / 100
    return Found(_written(currency, number), DISTINCT, currency)


def _written(currency: str | None, number: float) -> str:
    figure = f"{number:.2f}".removesuffix(".00")
    return figure if currency is None else f"{currency} {figure}"


_ALSO_WORDS = {"try", "cop", "pen", "gel", "mad", "rub", "ron", "sar", "all", "php", "eth", "ils"}
_CURRENCIES = {
    "£": "GBP", "$": "USD", "€": "EUR", "¥": "JPY", "₿": "BTC", "₹": "INR", "₽": "RUB", "₺": "TRY",
    "₩": "KRW", "₴": "UAH", "₦": "NGN", "₱": "PHP", "฿": "THB", "₫": "VND", "₪": "ILS",
    "₾": "GEL", "₡": "CRC", "₭": "LAK", "元": "CNY",
    "us$": "USD", "u.s.$": "USD", "u.s$": "USD", "a$": "AUD", "aud$": "AUD", "c$": "CAD",
    "cad$": "CAD", "hk$": "HKD", "hkd$": "HKD", "mex$": "MXN", "mxn$": "MXN", "s$": "SGD",
    "sgd$": "SGD", "nt$": "TWD", "nz$": "NZD", "nzd$": "NZD", "r$": "BRL", "usd$": "USD",
    "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "quid": "GBP",
    "poundssterling": "GBP", "sterling": "GBP",
    "dollar": "USD", "dollars": "USD", "bucks": "USD", "usdollars": "USD", "usdollar": "USD",
    "rouble": "RUB", "rmb": "CNY",
    "roubles": "RUB", "rubles": "RUB", "ruble": "RUB", "yen": "JPY", "yuan": "CNY",
    "rupee": "INR", "rupees": "INR", "rs": "INR", "rs.": "INR", "lira": "TRY", "liras": "TRY",
    "dirham": "AED", "dirhams": "AED", "dhs": "AED", "zloty": "PLN", "złoty": "PLN",
    "francs": "CHF", "swissfrancs": "CHF",
    "fr.": "CHF", "krona": "SEK", "kronor": "SEK", "kroner": "NOK", "peso": "MXN", "pesos": "MXN",
    "real": "BRL", "reais": "BRL", "rand": "ZAR", "shekel": "ILS", "shekels": "ILS",
    "naira": "NGN", "bitcoin": "BTC", "bitcoins": "BTC", "tether": "USDT", "ether": "ETH",
    "hryvnia": "UAH", "hryvnias": "UAH", "won": "KRW", "baht": "THB", "riyal": "SAR",
    "riyals": "SAR", "dinar": "KWD", "dinars": "KWD", "forint": "HUF", "forints": "HUF",
    "leva": "BGN", "lei": "RON", "rupiah": "IDR", "ringgit": "MYR", "dong": "VND", "taka": "BDT",
    "shillings": "KES", "birr": "ETB", "tenge": "KZT", "manat": "AZN", "cedis": "GHS",
    "cedi": "GHS", "marks": "DEM", "guilders": "NLG", "lire": "ITL", "markka": "FIM",
    "cents": "CENT", "¢": "CENT", "p": "PENCE",
    "cent": "CENT", "pence": "PENCE", "chineseyuan": "CNY", "japaneseyen": "JPY",
    "kr": "KR", "kr.": "KR", "tl": "TRY", "zł": "PLN", "złotych": "PLN", "zlotych": "PLN",
    "kč": "CZK", "libras": "GBP", "livres": "GBP",
    "dólares": "USD", "dolares": "USD",
    "musd": "USD", "meur": "EUR", "mgbp": "GBP", "maud": "AUD", "australiandollars": "AUD",
    "canadiandollars": "CAD", "hongkongdollars": "HKD", "newzealanddollars": "NZD",
    "singaporedollars": "SGD", "indianrupees": "INR", "pakistanirupees": "PKR",
}  # fmt: skip
_CODES = (
    "usd|gbp|iqd|irr|syp|yer|afn|lbp|jod|eur|chf|aed|rub|try|pln|cny|inr|jpy|aud|cad|sek|"
    "nok|dkk|czk|huf|ron|bgn|uah|zar|brl|mxn|ngn|kes|ghs|egp|mad|tnd|sar|qar|kwd|omr|bhd|"
    "ils|thb|idr|myr|sgd|hkd|twd|krw|php|vnd|pkr|bdt|lkr|cop|clp|pen|ars|nzd|isk|gel|kzt|"
    "azn|btc|xbt|eth|usdt|usdc|xmr|ltc|rmb|musd|meur|mgbp|maud"
)
_SIGNS = "£$€¥₿₹₽₺₩₴₦₱฿₫₪₾₡₭元"
_BEFORE = (
    rf"(?<![a-z])(?:u\.?s\.?|a(?:ud?)?|c(?:ad?)?|hkd?|mxn|mex|s|sgd|nt|nzd?|r|usd) ?\$|[{_SIGNS}]"
    rf"|(?<![a-z])(?:{_CODES}|rs\.?|fr\.|dhs|dollar|euro|kr\.?|tl|zł|kč)"
)
_BEGINS = rf"(?=[{_SIGNS}]|(?<![a-z])[a-z])"
# A figure soon after: tried before the many words that may stand before it.
_NEAR = rf"(?=[a-zčł.]{{0,6}} ?[{_SIGNS}.]? ?\d)"
_NAMES = (
    "euros?|pounds?(?: sterling)?|quid|sterling|(?:us |u\\.s\\. |australian |canadian |hong kong "
    "|new zealand |singapore )?dollars?|bucks|roubles?|rubles?|(?:japanese )?yen"
    "|(?:chinese )?yuan|rmb|(?:indian |pakistani )?rupees?|liras?|dirhams?|dhs|zloty"
    "|(?:swiss )?francs|kronor|krona|kroner|pesos?|reais|rand|shekels?|naira|bitcoins?|tether"
    "|ether|hryvnias?|baht|riyals?|grand|dinars?|forints?|leva|lei|rupiah|ringgit|dong|taka"
    "|shillings|birr|tenge|manat|cedis?|marks|guilders|lire|markka|drachmas?|satoshis?|cents?|pence|penny"
    "|kr|tl|zł|złotych|zlotych|kč|libras|livres|d[oó]lares"
)
# Words of a country before its money, which the name of the money does not need.
_WHOSE = r"(?:(?:dutch|german|finnish|french|belgian|italian|danish|swedish|turkish|russian) )?"
_AFTER = rf"[£$€₿₽₺₴₾₡₭元](?! ?\d)|(?:{_CODES}|{_NAMES})(?![a-z\d])|(?<=\d)(?:¢|(?-i:p))(?!\w)"
# A thousand of something, in notes.
_CASH = r"(?<=\d)k(?= (?:in )?(?:cash|bar|contant|efectivo|liquide)(?![a-z]))"
_CENTS = r"(?:,? (?:and )?(?P<cents>{}) (?:cents?|pence)(?![a-z]))?"

RULES = (
    Rule(
        Label.MONEY,
        rf"[{_SIGNS}¢]|\dp|(?i:\dk (?:in )?(?:cash|bar|contant|efectivo|liquide)"
        rf"|(?:{_CODES}|rs\.?|fr\.|dhs|dollar|euro|kr\.?|tl|zł|kč) ?\d"
        rf"|\d[ -]?(?:{SCALE})?(?: ?d'| de)? ?"
        rf"(?:dutch |german |finnish |french |belgian |italian |danish |swedish |turkish "
        rf"|russian )?(?:{_CODES}|{_NAMES}))",
        re.compile(
            rf"(?:{_BEGINS}{_NEAR}(?P<c1>{_BEFORE}) ?(?P<n1>{FIGURE})"
            rf"(?: ?(?P<s1>{SCALE})(?![a-z])|p|,-)?(?!\w|\.\d)"
            rf"|(?<![\w.,])(?P<n2>{FIGURE})(?! ?mars(?![a-z]))"
            rf"(?:[ -]?(?P<s2>{SCALE})(?=[^a-z]|(?-i:[A-Z]){{3}}(?![a-z]))(?: d(?:'|e(?= )))?)?"
            rf"[ -]?{_WHOSE}(?P<c2>{_AFTER}|{_CASH})(?: (?P<s3>million|billion)(?![a-z]))?"
            rf"{_CENTS.format(FIGURE)})",
            re.IGNORECASE | re.ASCII,
        ),
        _sum,
        priority=3,
        effort=500,
    ),
    Rule(
        Label.MONEY,
        rf"(?i:[a-z] {_WHOSE}(?:{_NAMES}|usd|eur|gbp)(?:[^a-z]|$))",
        re.compile(
            rf"(?<![a-z-])(?P<n>{IN_WORDS}) {_WHOSE}(?P<c>{_NAMES}|usd|eur|gbp)(?![a-z])"
            rf"{_CENTS.format(IN_WORDS)}",
            re.IGNORECASE | re.ASCII,
        ),
        _spoken,
        priority=3,
        effort=500,
        figures=False,
        needs=cues(_NAMES, "usd", "eur", "gbp"),
    ),
)  # fmt: skip
