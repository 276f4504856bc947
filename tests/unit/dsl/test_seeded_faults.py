"""Faults in definitions, each caught with its code on its line, and none reported where nothing is wrong."""

from collections import Counter

import pytest

from dsl.explain import CODES
from tests.unit.dsl.seeded import Fault, base_of, read_faults, seeded

BASES = ("permit", "whistle", "linked", "hazard")
FAULTS = [fault for base in BASES for fault in read_faults(base)]
COUNTED = Counter(fault.code for fault in FAULTS)


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


_SIZE = "a text too large to keep here: tests/unit/dsl/test_limits.py"
_PEOPLE = "shows only against people and posts (--organisation)"
_BEFORE = "shows only against the version before (--against)"
_DUTIES = "shows only against a list of obligations (--obligations)"
_WORD = "a fault of a Word file beside the text"
NOT_OF_ONE_LINE = {
    "S115": _SIZE,
    "S116": _SIZE,
    "S121": _SIZE,
    "C22": "a malformed definition: only code builds one",
    "T05": "shows only where a process cites no law at all, and each base must",
    "B05": "head and rows of a table change together, else the row is what is wrong",
    "P05": "an open datum and what it is made of change together",
    "R11": _PEOPLE,
    "S03": _PEOPLE,
    "M01": _BEFORE,
    "M02": _BEFORE,
    "M03": _BEFORE,
    "O01": _DUTIES,
    "O02": _DUTIES,
    "Y01": _WORD,
    "Y02": _WORD,
    "Y03": _WORD,
    "Y04": _WORD,
    "Y05": _WORD,
}
"""Codes that no changed line of these bases brings about, and why; golden files and `test_limits` show them."""


def test_每种检查至少三处_不能的写明原因() -> None:
    assert CODES.keys() - COUNTED.keys() == NOT_OF_ONE_LINE.keys()
    assert {code: count for code, count in COUNTED.items() if count < 3} == {}


def test_有五百处() -> None:
    assert len(FAULTS) >= 580


@pytest.mark.parametrize("base", BASES)
def test_没有两处相同(base: str) -> None:
    again = Counter((fault.code, fault.old, fault.new) for fault in read_faults(base))
    assert [fault for fault, count in again.items() if count > 1] == []
