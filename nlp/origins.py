"""The country that an identifier belongs to by its own form."""

import re

import phonenumbers

from nlp.spans import Label, Span

_COUNTRY = re.compile(r"[A-Z]{2}")
_BY_SUBTYPE = (Label.PLATE, Label.IBAN)
_BY_ENDING = (Label.DOMAIN, Label.EMAIL)
_NAMED_OTHERWISE = {"UK": "GB", "EU": None}


def country_of(span: Span) -> str | None:
    """Its two capital letters; `None` where the form names none."""
    if span.label in _BY_SUBTYPE:
        return span.subtype if _COUNTRY.fullmatch(span.subtype or "") else None
    if span.label is Label.PHONE and span.value:
        return _of_phone(span.value)
    if span.label in _BY_ENDING and span.value:
        ending = span.value.rsplit(".", 1)[-1].upper()
        return _NAMED_OTHERWISE.get(ending, ending) if _COUNTRY.fullmatch(ending) else None
    return None


def _of_phone(value: str) -> str | None:
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(value))
    except phonenumbers.NumberParseException:
        return None
