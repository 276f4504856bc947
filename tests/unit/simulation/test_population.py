"""An organisation made from a description of a town."""

import pytest

from engine.edge_refusals import Malformed
from engine.simulation.population import organisation_of


def a_town(**changed: object) -> dict[str, object]:
    """A town with two villages, three enterprises and a head in each of them."""
    head = {"role": "负责人", "dimension": "单位", "本单位": True}
    return {
        "单位": [{"code": "T", "name": "某镇", "kind": "镇"}],
        "成批单位": [
            {"类别": "村", "代码": "V", "数": 2, "上级": "T", "名称": ["东村"], "通名": "村"},
            {
                "类别": "企业",
                "代码": "E",
                "数": 3,
                "上级": "T",
                "名称": [],
                "通名": "厂",
                "在村里": True,
                "属性": {"行业": {"甲": 2, "乙": 1}},
            },
        ],
        "人员": [
            {"单位": "T", "称": "管", "岗位": [{"role": "办事员"}]},
            {"每": "企业", "岗位": [head]},
            {"每": "企业", "仅": {"行业": ["乙"]}, "岗位": [{"role": "安全员"}]},
        ],
        "管理员": ["管"],
        "姓": "赵钱孙",
        "名": ["一", "二", "三"],
        **changed,
    }


def test_units_of_a_kind_are_named_numbered_and_given_their_shares_of_attributes() -> None:
    units = organisation_of(a_town(), 1).units

    assert [unit.name for unit in units] == ["某镇", "东村", "村2", "厂1", "厂2", "厂3"]
    assert [unit.attributes.get("行业") for unit in units[3:]] == ["甲", "甲", "乙"]
    assert [unit.attributes["所在村"] for unit in units[3:]] == ["V001", "V002", "V001"]


def test_each_unit_of_a_kind_gets_its_people_with_posts_for_itself() -> None:
    posts = organisation_of(a_town(), 1).posts

    assert [post.scope for post in posts if post.role == "负责人"] == ["E001", "E002", "E003"]


def test_a_group_may_be_for_units_with_an_attribute_only() -> None:
    organisation = organisation_of(a_town(), 1)
    (post,) = (each for each in organisation.posts if each.role == "安全员")

    assert next(each.units for each in organisation.people if each.account == post.account) == ("E003",)


def test_the_same_seed_gives_the_same_people() -> None:
    assert organisation_of(a_town(), 5) == organisation_of(a_town(), 5)
    assert organisation_of(a_town(), 5) != organisation_of(a_town(), 6)


def test_a_part_that_is_missing_is_named() -> None:
    with pytest.raises(Malformed, match="成批单位"):
        organisation_of({key: value for key, value in a_town().items() if key != "成批单位"}, 1)


def test_too_few_names_are_told() -> None:
    with pytest.raises(Malformed, match="“姓”和“名”太少"):
        organisation_of(a_town(名=["一"]), 1)
