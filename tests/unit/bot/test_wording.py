import pytest

from bot.wording import kinds as wording
from nlp.spans import Label

ABBREVIATIONS = frozenset(
    "ASN BIC CIDR CVE GUID IBAN ICCID IMEI IMO IMSI IP ISIN LEI MAC MMSI URL VIN".split()
)


@pytest.mark.parametrize("label", Label)
def test_every_kind_of_thing_is_called_as_people_call_it(label: Label) -> None:
    called = wording.called(label)
    assert called in ABBREVIATIONS or not called.isupper()
