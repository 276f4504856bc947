"""What the words of a definition become: numbers of nodes, typed expressions, limits, people."""

from decimal import Decimal

from engine.definition import (
    AnchorKind,
    Back,
    Block,
    ByForm,
    Emit,
    Finish,
    Goto,
    Performer,
    Precedence,
    SetData,
    Trigger,
    Wait,
)
from engine.expressions import (
    Compare,
    Comparison,
    DataRef,
    ElementRef,
    FieldRef,
    InputRef,
    LinkedCasesClosed,
    Literal,
    NodeFact,
    NodeRef,
    ParameterRef,
    Quantified,
    TableCall,
    UnitAttribute,
)
from engine.values import Kind, Span, Type, Unit
from tests.unit.dsl.building import a_step, a_text, definition_of, step_of


def test_节点按书写顺序编号_分支各成一段() -> None:
    block = """
  并行 处置
    分支 左
      步骤 甲
        承办 登记员
        时限 1日
        逾期 则 催办 登记员
    分支 右
      步骤 乙
        承办 登记员
        时限 1日
        逾期 则 催办 登记员
  汇合 处置
"""
    definition = definition_of(a_text(steps=block))
    assert [node.name for node in definition.nodes] == ["处置", "甲", "乙", "结束"]
    assert [region.nodes for region in definition.regions] == [(0, 3), (1,), (2,)]
    found = definition.nodes[0]
    assert isinstance(found, Block)
    assert [branch.region for branch in found.branches] == [1, 2]


def test_金额以元计_人数是整数() -> None:
    step = step_of(
        definition_of(a_text(steps=a_step("受理", "核对 登记.金额 ≥ 3万元 且 登记.人数 ≥ 3人"))), "受理"
    )
    assert Literal(Decimal(30000), Type(Kind.MONEY)) in _literals(step.verifies)
    assert Literal(3, Type(Kind.HEADCOUNT)) in _literals(step.verifies)


def test_枚举的取值由比较的另一边认出_轻重写明枚举() -> None:
    step = step_of(definition_of(a_text(steps=a_step("受理", "核对 登记.等级 ≥ 一般"))), "受理")
    assert step.verifies[0].condition == Compare(
        Comparison.GE, FieldRef("登记", "等级"), Literal("一般", Type(Kind.ENUM, "等级")), "等级"
    )


def test_本地期限成为可改的参数_法定期限是常数() -> None:
    steps = "\n  步骤 受理\n    承办 审核员\n    时限 3个工作日 本地\n    逾期 则 催办 审核员\n"
    definition = definition_of(a_text(steps=steps))
    assert step_of(definition, "受理").deadlines[0].span == ParameterRef("试办.受理.时限")
    assert step_of(definition, "结束").deadlines[0].span == Literal(Span(1, Unit.DAY), Type(Kind.DURATION))
    (parameter,) = definition.parameters
    assert parameter.local
    assert parameter.values[0].value == Literal(Span(3, Unit.WORKING_DAY), Type(Kind.DURATION))


def test_期限从步骤完成起算() -> None:
    steps = (
        a_step("受理")
        + "\n  步骤 办理\n    承办 审核员\n    时限 5日 自 受理 不顺延\n    逾期 则 催办 审核员\n"
    )
    deadline = step_of(definition_of(a_text(steps=steps)), "办理").deadlines[0]
    assert (deadline.anchor.kind, deadline.anchor.node, deadline.rolls) == (AnchorKind.NODE, 0, False)


def test_退回的次数与去向() -> None:
    steps = a_step("受理") + a_step(
        "复核", "结论 同意、退回", "若 结论 = 同意 则 转 结束", "否则 退回 受理 至多 2次 超过 则 转 结束"
    )
    arms = step_of(definition_of(a_text(steps=steps)), "复核").routes[0]
    assert arms[0].actions.move == Goto(2)
    back = arms[1].actions.move
    assert isinstance(back, Back)
    assert (back.node, back.limit, back.exceeded and back.exceeded.move) == (0, 2, Goto(2))


def test_按村的角色取属地_按单位的取对象_其他从单位的登记取() -> None:
    text = a_text(
        declarations="角色 网格员 按 村\n角色 安全员 按 单位\n角色 站所 按 行业\n",
        head="  属地 登记.单位\n  对象 登记.单位\n",
        steps=a_step("甲").replace("承办 审核员", "承办 网格员 或 安全员 或 站所"),
    )
    unit = FieldRef("登记", "单位")
    assert step_of(definition_of(text), "甲").performers == (
        Performer("网格员", unit),
        Performer("安全员", unit),
        Performer("站所", UnitAttribute(unit, "行业")),
    )


def test_写明的范围优先() -> None:
    text = a_text(
        declarations="角色 网格员 按 村\n",
        steps=a_step("甲").replace("承办 审核员", "承办 网格员（登记.单位）"),
    )
    assert step_of(definition_of(text), "甲").performers == (Performer("网格员", FieldRef("登记", "单位")),)


def test_启动表单是第一种启动方式() -> None:
    assert definition_of(a_text()).starts == (ByForm("登记", (Performer("登记员"),)),)


def test_约束指向节点() -> None:
    text = a_text(head="  约束 未 受理 不得 结束\n", steps=a_step("受理"))
    assert definition_of(text).constraints == (Precedence(0, 1),)


def test_步骤的情况从本案取() -> None:
    text = a_text(steps=a_step("受理") + a_step("复核", "核对 受理 已完成 且 本案.受理.次数 = 1"))
    found = [
        part for part in _inside(step_of(definition_of(text), "复核").verifies) if isinstance(part, NodeRef)
    ]
    assert found == [NodeRef(0, NodeFact.IS_DONE), NodeRef(0, NodeFact.ROUNDS)]


def test_数据由置改变() -> None:
    text = a_text(
        head="  数据 等级：等级 = 一般\n",
        steps=a_step("受理", "置 等级 = 登记.等级", "核对 本案.等级 = 一般"),
    )
    step = step_of(definition_of(text), "受理")
    assert step.sets == (SetData("等级", FieldRef("登记", "等级")),)
    assert DataRef("等级") in list(_inside(step.verifies))


def test_每项触发一件_参数取自那一项() -> None:
    declarations = "表单 房屋\n  地址：文本 必填\n表单 名册\n  房屋：清单（房屋） 必填\n"
    steps = a_step("登册", "填写 名册", "完成后 触发 单栋（地址 = 名册.房屋.地址） 各 名册.房屋")
    rest = "\n规程 单栋\n  版本 “1”\n  依据 《某办法》第一条\n  启动 表单 房屋\n" + a_step(
        "查看", "完成后 办结"
    )
    after = step_of(definition_of(a_text(declarations=declarations, steps=steps, rest=rest)), "登册").after
    assert after is not None
    assert after.effects == (
        Trigger("单栋", (("地址", ElementRef("房屋", "地址")),), FieldRef("名册", "房屋"), "房屋"),
    )


def test_量词里用清单的最后一个词() -> None:
    declarations = "表单 房屋\n  完好：是否 必填\n表单 名册\n  房屋：清单（房屋） 必填\n"
    steps = a_step("登册", "填写 名册", "核对 全部 名册.房屋 满足（房屋.完好 = 是）")
    step = step_of(definition_of(a_text(declarations=declarations, steps=steps)), "登册")
    found = step.verifies[0].condition
    assert isinstance(found, Quantified)
    assert (found.items, found.variable) == (FieldRef("名册", "房屋"), "房屋")


def test_等待没有人办() -> None:
    steps = a_step(
        "发起",
        "完成后 触发 试办（名称 = 登记.名称、单位 = 登记.单位、等级 = 登记.等级、人数 = 登记.人数、金额 = 登记.金额、日期 = 登记.日期）",
    )
    steps = steps.replace("  步骤 发起\n", "  步骤 发起 若 登记.等级 = 重大\n")
    steps += "\n  步骤 候办\n    等待 试办 已办结\n    时限 9日\n    逾期 则 催办 审核员\n"
    wait = definition_of(a_text(steps=steps)).nodes[1]
    assert isinstance(wait, Wait)
    assert wait.condition == LinkedCasesClosed("试办")


def test_事件的参数按声明() -> None:
    text = a_text(
        declarations="事件 已收（名称：文本）\n", steps=a_step("受理", "完成后 发出 已收（名称 = 登记.名称）")
    )
    definition = definition_of(text)
    after = step_of(definition, "受理").after
    assert after is not None
    assert after.effects == (Emit("已收", (("名称", FieldRef("登记", "名称")),)),)
    assert definition.events[0].arguments == (("名称", Type(Kind.TEXT)),)


def test_外部规程是一步_由本镇登记回执() -> None:
    text = (
        "角色 县局 外部\n角色 登记员\n表单 移送单\n  事由：文本 必填\n表单 回执\n  结果：文本 必填\n"
        "规程 县局办理 外部\n  版本 “1”\n  启动 表单 移送单\n  机关 县局\n  录入 登记员 凭 回执\n  填写 回执\n"
        "  时限 90日 本地\n  逾期 则 通知 登记员\n"
    )
    definition = definition_of(text, "县局办理")
    step = step_of(definition, "县局办理")
    assert definition.referral
    assert (step.external, step.fills, step.proof) == (True, ("回执",), ("回执",))
    assert step.after is not None
    assert step.after.move == Finish()


def test_判定表的表头是案件的字段_调用取那些字段() -> None:
    text = a_text(
        declarations="判定表 判断：等级 取 首条\n  | 登记.金额 | 得 等级 |\n  | 3万元以上 | 重大 |\n  | - | 一般 |\n",
        head="  数据 等级：等级 = 一般\n",
        steps=a_step("受理", "置 等级 = 判断（登记）"),
    )
    definition = definition_of(text)
    assert [(each.name, each.source) for each in definition.tables[0].inputs] == [
        ("金额", FieldRef("登记", "金额"))
    ]
    assert step_of(definition, "受理").sets == (
        SetData("等级", TableCall("判断", (FieldRef("登记", "金额"),), "等级")),
    )


def test_规则用到的字段成为输入() -> None:
    text = a_text(
        declarations=(
            "规则 罚款：金额\n  一般 = 登记.金额 × 15%\n  例外 重大 若 登记.等级 = 重大 则 登记.金额\n  上限 30万元\n"
        ),
        steps=a_step("受理", "核对 罚款（登记） ≤ 30万元"),
    )
    rule = definition_of(text).rules[0]
    assert [each.name for each in rule.inputs] == ["金额", "等级"]
    assert InputRef("等级") in list(_inside(rule.exceptions))


def test_地方与注释不影响定义() -> None:
    text = a_text(steps=a_step("受理"))
    shifted = "# 注释\n\n" + text.replace("    承办", "    承办： ")
    assert definition_of(shifted) == definition_of(text)


def _inside(part: object) -> "list[object]":
    from dsl.walk import parts

    return list(parts(part))


def _literals(part: object) -> list[object]:
    return [each for each in _inside(part) if isinstance(each, Literal)]


def test_办理人上级和在办最少() -> None:
    who = "承办 办理人上级 受理 或 在办最少 登记员"
    definition = definition_of(a_text(steps=a_step("受理") + a_step("核准").replace("承办 审核员", who)))
    performers = step_of(definition, "核准").performers
    assert performers == (Performer(superior_of=0), Performer("登记员", least_busy=True))
