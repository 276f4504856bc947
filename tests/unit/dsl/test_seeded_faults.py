"""Faults in definitions, each caught with its code on its line, and none reported where nothing is wrong."""

from collections import Counter

import pytest

from dsl.explain import CODES
from tests.unit.dsl.seeded import Fault, base_of, read_faults, seeded

BASES = ("permit", "whistle", "linked", "hazard")
FAULTS = [fault for base in BASES for fault in read_faults(base)]
COUNTED = Counter(fault.code for fault in FAULTS)

DATA_PRIVACY_SEPARATION = ("D01", "D03", "C30", "P01", "P02", "P04", "P06", "S01", "S02")


@pytest.mark.parametrize("name", BASES)
def test_没有错的规程没有提示(name: str) -> None:
    base = base_of(name)
    assert base.findings(base.text) == ()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_错在哪一行就报在哪一行_不多也不少(fault: Fault) -> None:
    base = base_of(fault.base)
    text, line = seeded(fault, base.text)
    findings = base.findings(text)
    assert (fault.code, line) in {(each.code, each.place.line) for each in findings}
    assert Counter(each.code for each in findings) == Counter([fault.code, *fault.also])


def test_有四百处_遍及各种检查() -> None:
    assert len(FAULTS) >= 400
    assert len(COUNTED.keys() & CODES.keys()) >= 135
    assert sum(count >= 3 for count in COUNTED.values()) >= 65


@pytest.mark.parametrize("code", DATA_PRIVACY_SEPARATION)
def test_数据流_保密_回避的检查各不少于三处(code: str) -> None:
    assert COUNTED[code] >= 3
