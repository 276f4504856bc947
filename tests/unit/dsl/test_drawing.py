"""抽取 in the text: what it becomes, and what is refused."""

from dsl import compile_text
from engine.definition import Draw, Step
from engine.expressions import (
    CertificateOf,
    Compare,
    Comparison,
    ElementRef,
    FieldRef,
    Filled,
    UnitAttribute,
    UnitOf,
)

TEXT = """
角色 经办、执法人员 至少 3人
表单 举报
  被举报单位：单位 必填
表单 派组
  成员：人员名单
规程 核查
  版本 “1”
  启动 表单 举报 承办 经办
  步骤 派查
    承办 经办
    抽取 派组.成员 自 执法人员 满足（{condition}） {count}人
    完成后 办结
"""


def draw(condition: str) -> Draw:
    compiled = compile_text(TEXT.format(condition=condition, count=2), "核查.flow")
    (definition,) = compiled.definitions
    step = definition.nodes[0]
    assert isinstance(step, Step)
    return step.draws[0]


def codes(condition: str, count: int = 2, was: str = "", becomes: str = "") -> set[str]:
    text = TEXT.format(condition=condition, count=count).replace(was, becomes) if was else ""
    return {
        each.code
        for each in compile_text(text or TEXT.format(condition=condition, count=count), "核查.flow").findings
    }


def test_the_unit_of_a_person_in_the_pool() -> None:
    made = draw("执法人员.单位 ≠ 举报.被举报单位")
    person = ElementRef("执法人员", None)
    assert (made.field, made.role, made.count) == (FieldRef("派组", "成员"), "执法人员", 2)
    assert made.condition == Compare(Comparison.NE, UnitOf(person), FieldRef("举报", "被举报单位"))


def test_an_attribute_of_the_unit_of_a_person() -> None:
    made = draw("执法人员.行业 = “工贸”")
    assert isinstance(made.condition, Compare)
    assert made.condition.left == UnitAttribute(UnitOf(ElementRef("执法人员", None)), "行业")


def test_the_certificate_of_a_person() -> None:
    made = draw("执法人员.证号 已填")
    assert made.condition == Filled(CertificateOf(ElementRef("执法人员", None)))


def test_the_unit_of_a_person_that_a_form_names() -> None:
    condition, was, becomes = (
        "执法人员.单位 ≠ 举报.举报代表.单位",
        "  被举报单位：单位 必填",
        "  举报代表：人员 必填",
    )
    assert codes(condition, 2, was, becomes) == codes("执法人员.单位 ≠ 举报.被举报单位")


def test_no_more_than_the_role_is_sure_to_have() -> None:
    assert "R07" not in codes("执法人员.单位 ≠ 举报.被举报单位", 3)
    assert "R07" in codes("执法人员.单位 ≠ 举报.被举报单位", 4)


def test_a_field_that_holds_one_person_takes_one() -> None:
    assert "K09" in codes("执法人员.单位 ≠ 举报.被举报单位", 2, "成员：人员名单", "成员：人员")
    assert "K09" not in codes("执法人员.单位 ≠ 举报.被举报单位", 1, "成员：人员名单", "成员：人员")
