"""Whom a page offers: an enterprise's people see nobody of another enterprise, and sign only with their own."""

import pytest

from engine.directory import Organisation, OrganisationUnit, Person
from web.town import Town

UNITS = (
    OrganisationUnit("z", "镇政府", "镇"),
    OrganisationUnit("q1", "甲厂", "企业"),
    OrganisationUnit("q2", "乙厂", "企业"),
)
PEOPLE = (
    Person("li", "李科", ("z",)),
    Person("pan", "潘钢", ("q1",)),
    Person("an", "安全员", ("q1",)),
    Person("shi", "石磊", ("q2",)),
    Person("wai", "外来专家", ()),
    Person("jian", "兼职", ("z", "q2")),
)
TOWN = Town.read(Organisation(units=UNITS, people=PEOPLE))


def shown(account: str, *, own_side: bool) -> set[str]:
    groups = TOWN.people_groups(account, own_side=own_side)
    return {other for _, people in groups for other, _ in people}


@pytest.mark.parametrize(
    ("account", "own_side", "expected"),
    [
        ("li", False, {"li", "pan", "an", "shi", "wai", "jian"}),
        ("li", True, {"li", "wai", "jian"}),
        ("pan", False, {"li", "pan", "an", "wai", "jian"}),
        ("pan", True, {"pan", "an"}),
        ("jian", True, {"li", "wai", "jian"}),
    ],
)
def test_who_is_offered(account: str, own_side: bool, expected: set[str]) -> None:
    assert shown(account, own_side=own_side) == expected
