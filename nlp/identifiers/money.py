"""Sums of money."""

import re

from nlp.identifiers.rule import DISTINCT, SHAPE, Found, Rule, Sight
from nlp.spans import Label


def _sum(sight: Sight) -> Found | None:
    parts = sight.match.groupdict()
    amount = _amount(parts["n1"] or parts["n2"])
    if amount is None:
        return None
    scale = (parts["s1"] or parts["s2"] or "").lower()
    word = (parts["c1"] or parts["c2"] or "").lower()
    if word in {"grand", "k", "large"}:
        return Found(_written(None, amount * 1000), SHAPE)
    if word in _ALSO_WORDS and word.upper() not in sight.said:
        return None
    currency = _CURRENCIES.get(word, word.upper())
    return Found(_written(currency, amount * _SCALES.get(scale, 1)), DISTINCT, currency)


def _amount(said: str) -> float | None:
    """`20.000,50` and `20,000.50` are one number; so are `1 500` and `1500`."""
    figure = said.replace(" ", "").replace("'", "")
    point, comma = figure.rfind("."), figure.rfind(",")
    if point >= 0 and comma >= 0:
        thousands = "." if comma > point else ","
        figure = figure.replace(thousands, "").replace(",", ".")
    elif comma >= 0:
        figure = figure.replace(",", "" if _GROUPED.fullmatch(figure) else ".")
    elif _GROUPED.fullmatch(figure) and point >= 0 and not figure.startswith("0"):
        figure = figure.replace(".", "")
    try:
        return float(figure)
    except ValueError:
        return None


def _written(currency: str | None, amount: float) -> str:
    figure = f"{amount:.2f}".removesuffix(".00")
    return figure if currency is None else f"{currency} {figure}"


_ALSO_WORDS = {"try", "cop", "pen", "gel", "mad", "rub", "ron", "sar", "all", "php", "eth", "ils"}
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_SCALES = {
    "k": 1e3, "thousand": 1e3, "grand": 1e3, "m": 1e6, "mn": 1e6, "mil": 1e6, "mio": 1e6,
    "million": 1e6,
    "millions": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9, "billions": 1e9, "trillion": 1e12,
    "lakh": 1e5, "lakhs": 1e5, "crore": 1e7, "crores": 1e7, "hundred": 1e2,
}  # fmt: skip
_CURRENCIES = {
    "£": "GBP", "$": "USD", "€": "EUR", "¥": "JPY", "₿": "BTC", "₹": "INR", "₽": "RUB", "₺": "TRY",
    "₩": "KRW", "₴": "UAH", "₦": "NGN", "us$": "USD", "a$": "AUD", "c$": "CAD", "hk$": "HKD",
    "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "quid": "GBP",
    "sterling": "GBP",
    "dollar": "USD", "dollars": "USD", "bucks": "USD", "us dollars": "USD", "rouble": "RUB",
    "roubles": "RUB", "rubles": "RUB", "ruble": "RUB", "yen": "JPY", "yuan": "CNY", "rmb": "CNY",
    "rupee": "INR", "rupees": "INR", "rs": "INR", "rs.": "INR", "lira": "TRY", "liras": "TRY",
    "dirham": "AED", "dirhams": "AED", "dhs": "AED", "zloty": "PLN", "złoty": "PLN",
    "francs": "CHF",
    "fr.": "CHF", "krona": "SEK", "kronor": "SEK", "kroner": "NOK", "peso": "MXN", "pesos": "MXN",
    "real": "BRL", "reais": "BRL", "r$": "BRL", "rand": "ZAR", "shekel": "ILS", "shekels": "ILS",
    "naira": "NGN", "bitcoin": "BTC", "bitcoins": "BTC", "tether": "USDT", "ether": "ETH",
    "hryvnia": "UAH", "hryvnias": "UAH", "won": "KRW", "baht": "THB", "riyal": "SAR",
    "riyals": "SAR",
    "s$": "SGD", "nt$": "TWD", "nz$": "NZD", "cents": "USD-CENT", "cent": "USD-CENT",
}  # fmt: skip
_CODES = (
    "usd|gbp|iqd|irr|syp|yer|afn|lbp|jod|eur|chf|aed|rub|try|pln|cny|inr|jpy|aud|cad|sek|"
    "nok|dkk|czk|huf|ron|bgn|uah|zar|brl|mxn|ngn|kes|ghs|egp|mad|tnd|sar|qar|kwd|omr|bhd|"
    "ils|thb|idr|myr|sgd|hkd|twd|krw|php|vnd|pkr|bdt|lkr|cop|clp|pen|ars|nzd|isk|gel|kzt|"
    "azn|btc|xbt|eth|usdt|usdc|xmr|ltc"
)
_BEFORE = (
    r"us\$|[achs]\$|hk\$|nt\$|nz\$|r\$|[£$€¥₿₹₽₺₩₴₦]"
    rf"|(?<![a-z])(?:{_CODES}|rs\.?|fr\.|dhs)"
)
# A figure soon after: tried before the many words that may stand before it.
_NEAR = r"(?=[a-z]{0,4}[£$€¥₿₹₽₺₩₴₦.]? ?\d)"
_NAMES = (
    "euros?|pounds?|quid|sterling|(?:us )?dollars?|bucks|roubles?|rubles?|yen|yuan|rmb|"
    "rupees?|liras?|dirhams?|dhs|zloty|francs|kronor|krona|kroner|pesos?|reais|rand|"
    "shekels?|naira|bitcoins?|tether|ether|hryvnias?|baht|riyals?|grand"
)
_AFTER = rf"[£$€₿₽₺₴](?! ?\d)|(?:{_CODES}|{_NAMES})(?![a-z]| ?\d)"
_FIGURE = r"\d{1,15}(?:[ ,.']\d{3}){0,5}(?:[.,]\d{1,8})?"
_SCALE = r"k|m|mn|mil|mio|bn?|thousand|grand|millions?|billions?|trillion|lakhs?|crores?|hundred"

RULES = (
    Rule(
        Label.MONEY,
        rf"[£$€¥₿₹₽₺₩₴₦]|(?i:(?:{_CODES}|rs\.?|fr\.|dhs) ?\d|\d ?(?:{_SCALE})? ?(?:{_CODES}"
        rf"|{_NAMES}))",
        re.compile(
            rf"(?:{_NEAR}(?P<c1>{_BEFORE}) ?(?P<n1>{_FIGURE})(?: ?(?P<s1>{_SCALE})(?![a-z]))?(?!\w)"
            rf"|(?<![\w.,])(?P<n2>{_FIGURE})(?: ?(?P<s2>{_SCALE}))? ?(?P<c2>{_AFTER}))",
            re.IGNORECASE | re.ASCII,
        ),
        _sum,
        priority=3,
    ),
)
