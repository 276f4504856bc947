"""子规程 across two cases of a real engine: called, waited for, read back, given back, ended together."""

from datetime import date

from dsl import compile_text
from engine import Engine
from engine.definition import Definition
from engine.views import CaseStatus
from tests.integration.town import TownAt, only_item

TEXT = """
角色 经办、站长

表单 申请
  事项：文本 必填

表单 鉴定意见
  意见：文本 必填

规程 技术鉴定
  版本 “1”
  启动 表单 申请 承办 经办

  步骤 勘验
    承办 站长
    填写 鉴定意见
    完成后 办结

规程 调查
  版本 “1”
  启动 表单 申请 承办 经办

  步骤 核实
    承办 经办

  步骤 鉴定
    子规程 技术鉴定（事项 = 申请.事项） 等待
    填写 鉴定意见
    若 结论 = 办结 则 转 定论
    否则 终止 “未能鉴定”

  步骤 定论
    承办 经办
    查看 鉴定意见
    完成后 办结
"""


def definitions() -> tuple[Definition, ...]:
    return tuple(compile_text(TEXT, "调查.flow").definitions)


def investigating(engine: Engine) -> int:
    """Deploy, start, and come to the step that calls."""
    engine.deploy(definitions(), by="li", reason="上线", effective=date(2023, 1, 1))
    case = engine.start("调查", by="li", form={"事项": "塔吊"}).id
    engine.complete(only_item(engine, "li", "核实", tab="claim"), by="li")
    return case


def survey(engine: Engine) -> str:
    return only_item(engine, "sun", "勘验")


def child(engine: Engine) -> int:
    return int(survey(engine).split("-")[0])


def test_the_case_waits_and_takes_over_what_the_called_one_found(town: TownAt) -> None:
    with town.open() as engine:
        case = investigating(engine)
        engine.complete(survey(engine), by="sun", form={"意见": "不合格"})
        view = engine.case(case)
        assert [item.step for item in view.items] == ["定论"]
        assert view.forms["鉴定意见"]["意见"] == "不合格"
        assert engine.verify().ok


def test_given_back_it_stands_before_the_call_again(town: TownAt) -> None:
    with town.open() as engine:
        case = investigating(engine)
        item = survey(engine)
        engine.act(item, "claim", by="sun")
        engine.act(item, "return", by="sun", to="派出本案的案件", reason="材料不全")
        (open_again,) = engine.case(case).items
        assert (open_again.step, open_again.note) == ("核实", "第1次退回：材料不全")


def test_terminating_the_case_ends_the_called_one(town: TownAt) -> None:
    with town.open() as engine:
        case = investigating(engine)
        called = child(engine)
        engine.act(case, "terminate", by="li", reason="撤案")
        assert engine.case(called).status is CaseStatus.TERMINATED
        assert engine.inbox("sun").items == ()
        assert engine.verify().ok


def test_terminating_the_called_case_leads_where_the_definition_says(town: TownAt) -> None:
    with town.open() as engine:
        case = investigating(engine)
        engine.act(child(engine), "terminate", by="li", reason="无法鉴定")
        assert engine.case(case).status is CaseStatus.TERMINATED
