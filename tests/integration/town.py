"""A small town for integration tests: five people, a clock of its own, and processes written by code."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from engine import Engine, open_engine
from engine.calendar import Calendar
from engine.definition import (
    ByForm,
    Definition,
    Document,
    Enumeration,
    Field,
    Form,
    Role,
    Secrecy,
)
from engine.directory import Organisation
from engine.expressions import FieldRef, Literal
from engine.values import Kind, Type, Unit
from tests.unit.core.building import (
    TEXT,
    block,
    branch,
    chose,
    goto,
    process,
    step,
    when,
    within,
)

MORNING = datetime(2023, 4, 10, 1, 0, tzinfo=UTC)
"""Monday 10 April 2023, 09:00 in Shanghai."""

ORGANISATION = Organisation.from_json(
    {
        "units": [
            {"code": "rc", "name": "润城镇", "kind": "镇"},
            {"code": "sz", "name": "上庄村", "kind": "村", "parent": "rc"},
            {"code": "xz", "name": "下庄村", "kind": "村", "parent": "rc"},
            {
                "code": "zz",
                "name": "润城铸造",
                "kind": "企业",
                "parent": "sz",
                "attributes": {"行业": "工贸"},
            },
        ],
        "people": [
            {"account": "wang", "name": "王杰", "units": ["sz"]},
            {"account": "li", "name": "李可", "units": ["rc"]},
            {"account": "zhao", "name": "赵敏", "units": ["rc"]},
            {"account": "sun", "name": "孙站长", "units": ["rc"]},
            {"account": "qian", "name": "钱老板", "units": ["zz"]},
            {"account": "shen", "name": "申审计", "units": ["rc"]},
        ],
        "posts": [
            {"role": "网格员", "account": "wang", "dimension": "村", "scope": "sz"},
            {"role": "经办", "account": "li"},
            {"role": "经办", "account": "zhao"},
            {"role": "站长", "account": "sun"},
            {"role": "企业负责人", "account": "qian", "dimension": "单位", "scope": "zz"},
        ],
        "administrators": ["li"],
        "auditors": ["shen"],
    }
)
CALENDAR = Calendar.from_years(
    {2023: {"days_off": ["05-01", "05-02", "05-03"], "working_weekend_days": ["04-23", "05-06"]}}
)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def move(self, **length: float) -> None:
        """Let time pass."""
        self.now += timedelta(**length)


REPORT = Form(
    "报告",
    (
        Field("标题", TEXT, required=Literal(True, Type(Kind.YES_NO))),
        Field("单位", Type(Kind.UNIT)),
        Field("村", Type(Kind.UNIT)),
        Field("金额", Type(Kind.MONEY)),
        Field("等级", Type(Kind.ENUM, "等级")),
        Field("举报人", TEXT, secrecy=Secrecy.CONFIDENTIAL, visible_to=("站长",)),
        Field("照片", Type(Kind.PHOTO)),
    ),
)
CHECKED = Form("核查", (Field("情况", TEXT),))


def approval(name: str = "审批", **changes: object) -> Definition:
    """Report → handle (two may) → two branches at once → sign or send back."""
    made = process(
        step("受理", "经办", fills=("核查",), deadlines=(within(3, Unit.WORKING_DAY),)),
        block("会办", branch("甲线", step("甲办", "经办")), branch("乙线", step("乙办", "站长"))),
        step(
            "签发",
            "站长",
            outcomes=("同意", "退回重办"),
            routes=lambda n: ((when(chose("退回重办"), goto(n("受理"))),),),
            issues=("通知书",),
        ),
        forms=(REPORT, CHECKED),
        enumerations=(Enumeration("等级", ("重大", "一般"), ordered=True),),
        roles=(Role("网格员", per="村"), Role("经办"), Role("站长")),
        starts=(ByForm("报告"),),
        numbering="润审〔{年}〕{序号}号",
        title=(FieldRef("报告", "标题"), FieldRef("报告", "单位")),
        summary=(FieldRef("报告", "等级"), FieldRef("报告", "金额")),
        territory=FieldRef("报告", "村"),
        subject=FieldRef("报告", "单位"),
        documents=(
            Document(
                "通知书", Secrecy.PUBLIC, numbering="润通〔{年}〕{序号}号", uses=(FieldRef("报告", "标题"),)
            ),
        ),
    )
    return replace(made, name=name, **changes)  # type: ignore[arg-type]  # the fields of Definition


@dataclass
class TownAt:
    """An engine on a database, opened as often as a test needs."""

    url: str
    clock: Clock = field(default_factory=Clock)

    def open(self, **options: object) -> AbstractContextManager[Engine]:
        """Open the engine as a process of its own would."""
        return open_engine(self.url, clock=self.clock, **options)  # type: ignore[arg-type]

    def found(self, *definitions: Definition) -> None:
        """Load people and calendar and deploy definitions."""
        with self.open(name="润城镇") as engine:
            engine.load_organisation(ORGANISATION)
            engine.load_calendar(CALENDAR)
            engine.deploy(definitions or (approval(),), by="li", reason="测试", effective=date(2023, 1, 1))


FORM = {"标题": "配电箱未接地", "单位": "zz", "村": "sz", "金额": "30000", "等级": "一般", "举报人": "匿名甲"}


def only_item(engine: Engine, account: str, step_name: str, tab: str = "todo") -> str:
    """Return the id of the one item of a step in a person's list."""
    items = [item for item in engine.inbox(account, tab=tab).items if item.step == step_name]
    assert len(items) == 1, [item.step for item in engine.inbox(account, tab=tab).items]
    return items[0].id


def walk_to_signing(engine: Engine, case: int) -> str:
    """Complete everything before 签发; return the id of its item."""
    done = True
    while done:
        done = False
        for item in engine.case(case).items:
            if item.step == "签发":
                return item.id
            by = {"受理": "li", "甲办": "zhao", "乙办": "sun"}[item.step]
            engine.complete(item.id, by=by, form={"情况": "属实"} if item.step == "受理" else None)
            done = True
    raise AssertionError("the case never came to 签发")
