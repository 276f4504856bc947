"""启动 事件 E 填写 F: what an event of another case brings stands in a form of this one."""

from engine.commands import SYSTEM, Act, EventArrived, StartCase
from engine.definition import ByEvent, Field, Form
from engine.events import FormSubmitted
from engine.expressions import Expression, Literal
from engine.values import Kind, Record, Type
from tests.unit.core.building import equal, field, form, handler, process, step
from tests.unit.core.world import World, running

NOTE: Form = form(
    "来电单",
    "来电人",
    Field("来电次数", Type(Kind.INTEGER)),
    Field("登记", Type(Kind.TEXT), default=Literal("未登记", Type(Kind.TEXT))),
)


def ringing(when: Expression | None = None) -> World:
    start = ByEvent("举报", when, "来电单")
    return running(
        process(step("办理"), forms=(NOTE,), handlers=(handler("来电", step("接电"), start=start),))
    )


def told(case: World) -> Record:
    return case.happened(FormSubmitted)[-1].values


def test_what_the_event_brings_fills_the_form() -> None:
    case = ringing()
    case.do(EventArrived("举报", {"来电人": "张三", "来电次数": 2}))
    assert told(case) == {"来电人": "张三", "来电次数": 2, "登记": "未登记"}
    assert "接电" in case.steps()


def test_what_the_form_does_not_have_or_cannot_hold_is_left_out() -> None:
    case = ringing()
    case.do(EventArrived("举报", {"来电人": "张三", "来电次数": "两次", "住址": "上庄村"}))
    assert told(case) == {"来电人": "张三", "来电次数": None, "登记": "未登记"}


def test_the_condition_of_the_handler_may_ask_for_it() -> None:
    case = ringing(equal(field("来电人", "来电单"), "张三"))
    case.do(EventArrived("举报", {"来电人": "李四"}))
    assert case.steps() == ["办理"] and not case.happened(FormSubmitted)
    case.do(EventArrived("举报", {"来电人": "张三"}))
    assert "接电" in case.steps()


def test_the_latest_stands_also_while_an_earlier_turn_is_open() -> None:
    case = ringing()
    case.do(EventArrived("举报", {"来电人": "张三"}))
    case.do(EventArrived("举报", {"来电人": "李四"}))
    assert told(case)["来电人"] == "李四"
    case.complete("接电")
    assert case.steps() == ["办理", "接电"]


def test_a_case_that_an_event_starts_has_it_too() -> None:
    made = process(step("办理"), forms=(NOTE,), starts=(ByEvent("举报", None, "来电单"),))
    case = World(made)
    case.do(StartCase(Act(SYSTEM), {"": {"来电人": "张三"}}, event="举报"))
    assert told(case)["来电人"] == "张三"
