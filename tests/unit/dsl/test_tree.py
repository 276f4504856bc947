"""Each construct of the language and the tree it gives."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from dsl import clauses, declarations, procedure, registers, tree
from dsl.expressions import (
    Among,
    Arithmetic,
    Call,
    Comparison,
    DurationLiteral,
    Expr,
    Interval,
    MoneyLiteral,
    Name,
    Not,
    NumberLiteral,
    Operator,
    Or,
    OutcomeWord,
    PeriodLiteral,
    PeriodUnit,
    Quantified,
    Quantifier,
    QuantityLiteral,
    Ref,
    TextLiteral,
)
from dsl.parse import parse
from dsl.source import Place, Source
from engine.values import Span, Unit

SOMEWHERE = Place("", 1, 1, 1, 1)


def file(text: str) -> tree.File:
    read, findings = parse(Source("x.flow", text))
    assert findings == ()
    return read


def name(text: str) -> Name:
    return Name(text, place=SOMEWHERE)


def ref(text: str) -> Ref:
    return Ref(tuple(name(part) for part in text.split(".")), place=SOMEWHERE)


def process(text: str) -> tree.Process:
    (found,) = file(f"规程 试\n{text}").declarations
    assert isinstance(found, tree.Process)
    return found


def head(line: str) -> tree.ProcessProperty:
    (found,) = process(f"  {line}\n  步骤 一\n    承办 甲\n").properties
    return found


def step_line(line: str) -> procedure.StepProperty:
    (node,) = process(f"  步骤 一\n    {line}\n").nodes
    assert isinstance(node, procedure.Step)
    (found,) = node.properties
    return found


def expression(text: str) -> Expr:
    found = step_line(f"核对 {text}")
    assert isinstance(found, procedure.Verify)
    return found.condition


def declared(text: str) -> tree.Declaration:
    (found,) = file(text).declarations
    return found


# ---- the tree itself


def test_a_place_covers_the_construct_and_not_the_comments_behind_it() -> None:
    (found,) = file("\n角色 甲、乙  # 说明\n\n# 更多\n").declarations
    assert found.place == Place("x.flow", 2, 1, 2, 7)


def test_two_spellings_give_equal_trees() -> None:
    assert file("角色　甲，乙。") == file("role 甲, 乙")


def test_built_in_words_carry_their_chinese_form() -> None:
    assert declared("form 甲\n  乙: long_text required") == declared("表单 甲\n  乙：长文本 必填")


def test_a_word_in_back_quotes_is_a_name_even_if_it_is_a_keyword() -> None:
    assert step_line("承办 `办结`") == step_line("承办 办结")


# ---- declarations


def test_roles() -> None:
    found = declared("角色 验收组 外部 按 村 由 派组.成员 至少 2人：“随案”")
    assert found == declarations.Role(
        (name("验收组"),), True, False, name("村"), ref("派组.成员"), 2, "随案", place=SOMEWHERE
    )


def test_fields() -> None:
    form = declared(
        "表单 甲\n  密：文本 保密 限 乙、丙 可见 至 受理 必填 ≥ 0元 介于 [1..9) 默认 3 若 丁 = 是 计算 戊\n"
    )
    assert isinstance(form, declarations.Form)
    (found,) = form.fields
    assert (found.required, found.secrecy) == (True, declarations.Secrecy.CONFIDENTIAL)
    assert (found.visible_to, found.secret_until) == ((name("乙"), name("丙")), name("受理"))
    assert len(found.checks) == 2
    assert found.default == NumberLiteral(Decimal(3), place=SOMEWHERE)
    assert found.condition is not None
    assert found.computed == ref("戊")


def test_a_list_names_the_form_of_its_entries() -> None:
    form = declared("表单 甲\n  事项：清单（乙） 必填\n")
    assert isinstance(form, declarations.Form)
    assert form.fields[0].type.arguments == (name("乙"),)


def test_a_heading_word_with_a_colon_is_a_field() -> None:
    form = declared("表单 甲\n  事件：文本\n  角色：文本\n")
    assert isinstance(form, declarations.Form)
    assert [field.name.text for field in form.fields] == ["事件", "角色"]


def test_dated_parameters() -> None:
    found = declared("参数 期：期限 本地\n  自 2023-04-10 = 10日 《办法》第三条\n")
    assert isinstance(found, declarations.Parameter)
    assert found.local
    (value,) = found.values
    assert value.valid_from == date(2023, 4, 10)
    assert value.value == DurationLiteral(Span(10, Unit.DAY), place=SOMEWHERE)
    assert value.citations[0].articles == (clauses.Article(3),)


def test_documents() -> None:
    found = declared(
        "文书 书 内部\n  文号 “〔{年}〕{序号}号” 随案\n  送达 甲 7个工作日 本地\n  须有 处罚权\n"
    )
    assert isinstance(found, declarations.Document)
    numbering, served, power = found.properties
    assert numbering == declarations.Numbering("〔{年}〕{序号}号", True, place=SOMEWHERE)
    assert isinstance(served, declarations.ServedOn)
    assert served.local
    assert power == declarations.DocumentPower(name("处罚权"), place=SOMEWHERE)


# ---- decision tables and rules

TABLE = """判定表 甲：金额 取 最重 自 2021-09-01 至 2023-12-31
  输入 等级：等级、死亡：人数
  | 等级         | 死亡          | 得 金额   | 依据   | 有效          |
  | 重大 或 一般 | 3人以上10人以下 | 基数 × 2  | 第三条 | 自 2021-09-01 |
  | -            | [1..3)        | 5万元     | -      | -             |
"""


def test_tables_with_inputs_of_their_own() -> None:
    found = declared(TABLE)
    assert isinstance(found, declarations.Table)
    assert found.policy is declarations.HitPolicy.GRAVEST
    assert found.validity == declarations.Validity(date(2021, 9, 1), date(2023, 12, 31), place=SOMEWHERE)
    (inputs,) = found.properties
    assert isinstance(inputs, declarations.Inputs)
    assert [one.name.text for one in inputs.inputs] == ["等级", "死亡"]
    assert [type(column) for column in found.columns] == [
        declarations.InputColumn,
        declarations.InputColumn,
        declarations.ResultColumn,
        declarations.BasisColumn,
        declarations.ValidityColumn,
    ]


def test_above_counts_the_number_and_below_does_not() -> None:
    found = declared(TABLE)
    assert isinstance(found, declarations.Table)
    values, bounds, result, citation, validity = found.rows[0].cells
    assert isinstance(values, declarations.ValuesCell)
    assert values.values == (ref("重大"), ref("一般"))
    assert bounds == declarations.IntervalCell(
        Interval(
            QuantityLiteral(3, "人", place=SOMEWHERE),
            QuantityLiteral(10, "人", place=SOMEWHERE),
            True,
            False,
            place=SOMEWHERE,
        ),
        place=SOMEWHERE,
    )
    assert isinstance(result, declarations.ValuesCell)
    assert isinstance(result.values[0], Arithmetic)
    assert isinstance(citation, declarations.CitationCell)
    assert isinstance(validity, declarations.ValidityCell)


def test_rules_with_exceptions() -> None:
    found = declared(
        "规则 甲：金额\n  一般 = 1元\n  例外 乙 优先于 丙 若 丁 = 是 则 2元 《法》第一条\n  下限 1元\n  上限 3元\n"
    )
    assert isinstance(found, declarations.Rule)
    (exception,) = found.exceptions
    assert (exception.name, exception.overrides) == (name("乙"), (name("丙"),))
    assert [type(bound) for bound in found.bounds] == [declarations.Floor, declarations.Ceiling]


# ---- duties, registers, statistics, instances


def test_duties() -> None:
    found = declared(
        "例行 甲\n  周期 每月 至少 1次\n  窗口 6月1日 至 9月30日\n  未完成 连续 2次 则 通知 乙\n  抽查 10% 承办 丙\n"
    )
    assert isinstance(found, registers.Duty)
    cycle, window, missed, sample = found.properties
    assert isinstance(cycle, registers.Cycle)
    assert cycle.period == PeriodLiteral(1, PeriodUnit.MONTH, place=SOMEWHERE)
    assert window == registers.Window(registers.MonthDay(6, 1), registers.MonthDay(9, 30), place=SOMEWHERE)
    assert isinstance(missed, registers.Missed)
    assert (missed.streak, missed.count) == (registers.Streak.CONSECUTIVE, 2)
    assert isinstance(sample, registers.Sample)
    assert sample.share == Fraction(1, 10)


def test_registers_and_instances() -> None:
    register, instance = file(
        "台账 甲：乙 各 丙\n  封存 人：丁.人\n实例 戊：乙\n  行业 = “燃气”\n"
    ).declarations
    assert isinstance(register, registers.Register)
    assert register.columns[0].sealed
    assert isinstance(instance, registers.Instance)
    assert instance.properties == (
        registers.Assignment(ref("行业"), TextLiteral("燃气", place=SOMEWHERE), place=SOMEWHERE),
    )


# ---- the head of a process


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("案号 “润〔{年}〕{序号}号”", declarations.Numbering("润〔{年}〕{序号}号", place=SOMEWHERE)),
        ("标题 甲.乙、甲.丙", tree.Title((ref("甲.乙"), ref("甲.丙")), place=SOMEWHERE)),
        ("摘要 甲.乙", tree.Summary((ref("甲.乙"),), place=SOMEWHERE)),
        ("知悉 甲、乙", tree.RestrictedTo((name("甲"), name("乙")), place=SOMEWHERE)),
        ("约束 未 甲 不得 乙", tree.Precedence(name("甲"), name("乙"), place=SOMEWHERE)),
        ("约束 不同时 甲、乙", tree.Exclusive((name("甲"), name("乙")), place=SOMEWHERE)),
        ("适用日 甲.乙 从轻", declarations.LawDay(ref("甲.乙"), True, place=SOMEWHERE)),
        ("版本 “1”", clauses.Version("1", place=SOMEWHERE)),
    ],
)
def test_head_lines(line: str, expected: tree.ProcessProperty) -> None:
    assert head(line) == expected


def test_a_clock_may_be_stopped_by_a_document_and_resumed_by_another() -> None:
    found = process(
        "  总时限 调查 60日 自 快报.时间 至 送达 报告 本地 不顺延\n"
        "    中止 承办 甲 凭 委托 恢复 凭 结论 《条例》第二十七条\n    扣除 鉴定\n  步骤 一\n    承办 甲\n"
    )
    (clock,) = found.clocks
    assert (clock.local, clock.rolls) == (True, False)
    assert isinstance(clock.end, clauses.AtService)
    stop, exclude = clock.properties
    assert isinstance(stop, procedure.StopClock)
    assert (stop.proof, stop.resumed_by) == ((name("委托"),), (name("结论"),))
    assert stop.citations[0].articles == (clauses.Article(27),)
    assert exclude == procedure.Exclude((name("鉴定"),), place=SOMEWHERE)


def test_an_external_process_is_a_referral_with_a_receipt() -> None:
    found = declared(
        "规程 处罚 外部\n  启动 表单 移送单\n  机关 县局\n  录入 镇办 凭 回执\n  时限 10个工作日 本地\n"
    )
    assert isinstance(found, tree.ExternalProcess)
    start, authority, entered, deadline = found.properties
    assert isinstance(start, procedure.Start)
    assert authority == tree.Authority(name("县局"), place=SOMEWHERE)
    assert isinstance(entered, procedure.Entered)
    assert entered.proof == (name("回执"),)
    assert isinstance(deadline, clauses.Deadline)


def test_handlers() -> None:
    found = process(
        "  步骤 一\n    承办 甲\n  随时 周报 于 一\n    启动 周期 每15日 若 等级 = 重大\n    续办\n    步骤 二\n      承办 甲\n"
    )
    (handler,) = found.handlers
    start, persists = handler.properties
    assert handler.during == (name("一"),)
    assert isinstance(start, procedure.Start)
    assert start.trigger == procedure.StartByPeriod(
        PeriodLiteral(15, PeriodUnit.DAY, place=SOMEWHERE), place=SOMEWHERE
    )
    assert start.condition is not None
    assert persists == procedure.Persists(place=SOMEWHERE)


# ---- lines of a step


def test_who_acts() -> None:
    found = step_line("承办 监管站所（房屋.业态） 至少 2人 或 各 镇领导 或 同 受理")
    assert isinstance(found, procedure.PerformedBy)
    by_role, by_each, by_same = found.performers.members
    assert by_role == clauses.ByRole(name("监管站所"), ref("房屋.业态"), 2, place=SOMEWHERE)
    assert by_each == clauses.ByEach(name("镇领导"), place=SOMEWHERE)
    assert by_same == clauses.BySame(name("受理"), place=SOMEWHERE)
    assert not found.performers.joint


def test_performers_joined_by_a_comma_are_marked() -> None:
    found = step_line("承办 甲、乙")
    assert isinstance(found, procedure.PerformedBy)
    assert found.performers.joint


def test_countersign() -> None:
    assert step_line("会签 各 专家 通过 三分之二以上 一票否决") == procedure.Countersign(
        ref("专家"), Fraction(2, 3), True, place=SOMEWHERE
    )


def test_voting() -> None:
    rules = (procedure.VoteRule.MAJORITY, procedure.VoteRule.TIE_FAILS)
    assert step_line("计票 多数、平票不通过") == procedure.Voting(rules, place=SOMEWHERE)


def test_on_read() -> None:
    assert step_line("已阅撤回 经同意") == procedure.OnRead(procedure.ReadPolicy.ASK, place=SOMEWHERE)


def test_irrevocable() -> None:
    assert step_line("不可撤回") == procedure.Irrevocable(place=SOMEWHERE)


def test_deadlines() -> None:
    found = step_line("时限 15个工作日 自 送达 告知书 若 等级 = 重大 本地 不顺延 《某法》第一条")
    assert isinstance(found, clauses.Deadline)
    assert found.span == DurationLiteral(Span(15, Unit.WORKING_DAY), place=SOMEWHERE)
    assert found.anchor == clauses.AtService(name("告知书"), place=SOMEWHERE)
    assert found.condition is not None
    assert (found.local, found.rolls, len(found.citations)) == (True, False, 1)
    assert step_line("时限 至 总时限 调查") == clauses.DeadlineAt(None, name("调查"), place=SOMEWHERE)
    assert step_line("时限 至 甲.日期") == clauses.DeadlineAt(ref("甲.日期"), None, place=SOMEWHERE)


def test_the_overdue_ladder() -> None:
    later = step_line("逾期 5个工作日 则 升级 给 甲；催办 乙")
    assert isinstance(later, clauses.Overdue)
    assert later.after == Span(5, Unit.WORKING_DAY)
    assert [type(action) for action in later.actions] == [clauses.Escalate, clauses.Urge]
    deemed = step_line("逾期 视为 放弃 《某法》第六十四条")
    assert isinstance(deemed, clauses.Deemed)
    assert deemed.outcome == name("放弃")


def test_reminders_and_extensions() -> None:
    assert step_line("提醒 提前 3日 给 甲、乙") == clauses.Reminder(
        Span(3, Unit.DAY), (name("甲"), name("乙")), place=SOMEWHERE
    )
    found = step_line("延期 至多 60日 1次 承办 批复机关 批准 凭 申请 本地 《条例》第二十九条")
    assert isinstance(found, clauses.Extension)
    assert (found.times, found.proof, found.local) == (1, (name("申请"),), True)


def test_what_is_past_the_limit_of_a_return_takes_the_rest_of_the_line() -> None:
    route = step_line("若 甲 = 是 则 催办 乙；退回 一 至多 2次 超过 则 催办 丙；转 二")
    assert isinstance(route, procedure.Route)
    urge, back = route.arms[0].actions
    assert isinstance(urge, clauses.Urge)
    assert isinstance(back, clauses.Back)
    assert back.limit == 2
    assert back.exceeded is not None
    assert [type(action) for action in back.exceeded] == [clauses.Urge, clauses.Goto]


def test_a_route_holds_its_arms() -> None:
    route = step_line("若 甲 = 是 则 办结\n    否则若 甲 = 否 则 回原处\n    否则 转 汇合")
    assert isinstance(route, procedure.Route)
    assert [arm.condition is None for arm in route.arms] == [False, False, True]
    assert [type(arm.actions[0]) for arm in route.arms] == [
        clauses.Finish,
        clauses.ResumeMain,
        clauses.ToJoin,
    ]


def test_triggers_for_each_entry_of_a_list() -> None:
    found = step_line("完成后 触发 整改（单位 = 事项.单位） 各 选取 报告.事项 满足（事项.急 = 是）")
    assert isinstance(found, procedure.After)
    (trigger,) = found.actions
    assert isinstance(trigger, clauses.Trigger)
    assert isinstance(trigger.each, Quantified)
    assert trigger.arguments[0].name == name("单位")


def test_blocks() -> None:
    found = process(
        "  并行 块\n    分支 左 各 甲.乙 可增 若 丙 = 是\n      步骤 一\n        承办 甲\n"
        "  汇合 块 先到 1个 其余 撤销\n    退回时 暂停复用\n"
    )
    (block,) = found.nodes
    assert isinstance(block, procedure.Block)
    assert (block.first, block.cancel_rest) == (1, True)
    assert block.properties == (procedure.OnBack(procedure.BackPolicy.SUSPEND, place=SOMEWHERE),)
    assert (block.branches[0].each, block.branches[0].growing) == (ref("甲.乙"), True)


# ---- expressions


def test_and_binds_more_than_or_and_not_more_than_both() -> None:
    found = expression("甲 = 1 或 非 乙 = 2 且 丙 = 3")
    assert isinstance(found, Or)
    assert len(found.terms) == 2


def test_multiplication_binds_more_than_addition() -> None:
    found = expression("甲 + 乙 × 2 = 3")
    assert isinstance(found, Comparison)
    assert isinstance(found.left, Arithmetic)
    assert isinstance(found.left.right, Arithmetic)


def test_is_means_equals() -> None:
    assert expression("甲 为 乙") == expression("甲 = 乙")


@pytest.mark.parametrize("text", ["甲 >= 1", "甲 ≥ 1", "甲 ≧ 1", "甲 ＞＝ １"])
def test_one_operator_many_spellings(text: str) -> None:
    found = expression(text)
    assert isinstance(found, Comparison)
    assert found.operator is Operator.GE


def test_a_column_of_a_result() -> None:
    assert expression("判定权限（快报）.机关 = 县级") == Comparison(
        Operator.EQ,
        Call(name("判定权限"), (ref("快报"),), name("机关"), place=SOMEWHERE),
        ref("县级"),
        place=SOMEWHERE,
    )


def test_least_and_greatest_are_functions_like_others() -> None:
    found = expression("least(CNY 3000, 甲.乙) = 甲.乙")
    assert isinstance(found, Comparison)
    assert found.left == Call(
        name("最小"), (MoneyLiteral(Decimal(3000), place=SOMEWHERE), ref("甲.乙")), place=SOMEWHERE
    )


def test_membership_outcome_and_quantifiers() -> None:
    assert expression("甲 属于 （乙、丙）") == Among(ref("甲"), (ref("乙"), ref("丙")), place=SOMEWHERE)
    assert expression("非 结论 = 同意") == Not(
        Comparison(Operator.EQ, OutcomeWord(place=SOMEWHERE), ref("同意"), place=SOMEWHERE), place=SOMEWHERE
    )
    found = expression("计数 甲.乙 满足（乙.丙 = 是） ≥ 2")
    assert isinstance(found, Comparison)
    assert isinstance(found.left, Quantified)
    assert found.left.quantifier is Quantifier.COUNT
