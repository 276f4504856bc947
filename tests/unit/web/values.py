"""Hand-built answers of the engine for tests of pages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.deadlines import ClockState
from engine.definition import ByForm, Citation, Definition, Enumeration, Field, Form, Performer, Region, Step
from engine.expressions import Literal
from engine.values import FileRef, Kind, Type
from engine.views import (
    Case,
    CaseStatus,
    Change,
    ClockView,
    Entry,
    FormView,
    Item,
    ItemStatus,
    Option,
    PersonView,
    PlaceView,
    Preview,
    Target,
    TaskView,
)
from web.moments import Moments

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 4, 10, 1, 0, tzinfo=UTC)
MOMENTS = Moments(ZONE, NOW)
ALWAYS = Literal(True, Type(Kind.YES_NO))
LI, WANG = PersonView("li-ke", "李科"), PersonView("wang-jie", "王姐")
PHOTO = FileRef("ab" * 32, "现场.jpg", 40_000, "image/jpeg")
BASIS = (Citation("润政发〔2023〕1号", "第八条"),)

FORM = Form(
    "登记",
    (
        Field("描述", Type(Kind.LONG_TEXT), required=ALWAYS),
        Field("资金", Type(Kind.MONEY)),
        Field("照片", Type(Kind.PHOTO)),
        Field("责任人", Type(Kind.PERSON)),
        Field("建议", Type(Kind.LIST, "建议")),
    ),
)
ADVICE = Form("建议", (Field("内容", Type(Kind.TEXT)), Field("完成日期", Type(Kind.DATE))))

DEFINITION = Definition(
    name="整改",
    version="2023.2",
    nodes=(
        Step("定级", 0, (Performer("安委办"),), basis=BASIS),
        Step("复查", 0, (Performer("站所"),)),
    ),
    regions=(Region((0, 1)),),
    starts=(ByForm("登记"),),
    forms=(FORM, ADVICE),
    enumerations=(Enumeration("等级", ("重大", "一般"), ordered=True),),
    basis=BASIS,
)

CLOCK = ClockView(
    name="整改期限",
    state=ClockState.OVERDUE,
    started=NOW - timedelta(days=6),
    due=NOW - timedelta(days=2),
    nominal=None,
    finished=None,
    provisional=False,
    external=False,
    text="逾期 2 天",
    explanation="从次日起算 3 个工作日",
    basis=BASIS,
    local=False,
)

ITEM = Item(
    id="12-5",
    case=12,
    case_number="润隐〔2026〕1号",
    process="整改",
    step="复查",
    title="3号车间配电箱未接地",
    summary=(("单位", "昌盛铸造"), ("等级", "重大")),
    status=ItemStatus.OPEN,
    role="站所",
    part="主办",
    holder=LI,
    acting_for=None,
    created=NOW - timedelta(hours=5),
    clock=CLOCK,
    revision=3,
    round=2,
    from_name="王姐",
    note="第2次退回：材料不全",
    escalated=True,
    unit="昌盛铸造",
    grade="重大",
)

OPTIONS = (
    Option("complete", "提交", True),
    Option("extend", "延期申请", False, "已经到期，不能申请延期", "请按原时限办理", "《规程》第九条"),
    Option(
        "return",
        "退回",
        True,
        needs_reason=True,
        targets=(
            Target("1", "定级", "李科会重新收到待办"),
            Target("0", "登记", "", False, "已出具文书"),
        ),
    ),
)

ENTRY = Entry(
    revision=7,
    recorded_at=NOW,
    occurred_at=NOW - timedelta(days=3),
    late_entry=True,
    actor=WANG,
    acting_for=None,
    operation="complete",
    label="提交",
    step="登记",
    reason="",
    basis="",
    sentences=("王姐提交了登记",),
    changes=(Change("登记", "描述", "", "未接地"),),
    files=(PHOTO,),
    events=(),
    hash="9f" * 32,
)

CASE = Case(
    id=12,
    number="润隐〔2026〕1号",
    process="整改",
    version="2023.2",
    digest="d" * 64,
    title="3号车间配电箱未接地",
    status=CaseStatus.OPEN,
    status_text="办理中",
    revision=7,
    started_at=NOW - timedelta(days=4),
    occurred_at=None,
    closed_at=None,
    started_by=WANG,
    steps=("复查",),
    places=(
        PlaceView(0, "定级", "done", 2, ("li-ke",), NOW, "重大"),
        PlaceView(1, "复查", "current", 1, (), None, None),
    ),
    items=(ITEM,),
    clocks=(replace(CLOCK, name="总时限", due=NOW + timedelta(days=9), state=ClockState.ON_TIME), CLOCK),
    summary=(("单位", "昌盛铸造"),),
    data={"等级": "重大"},
    forms={
        "登记": {
            "描述": "未接地\n<script>",
            "资金": Decimal("12000.50"),
            "照片": (PHOTO,),
            "责任人": "li-ke",
            "建议": ({"内容": "接地", "完成日期": None},),
        }
    },
    gates=(("验收合格", False), ("已双报告", True)),
    links=(),
    documents=(),
    files=(PHOTO,),
    basis=BASIS,
)

TASK = TaskView(
    item=ITEM,
    case_title=ITEM.title,
    forms=(FormView(FORM, {}),),
    records={"建议": ADVICE},
    enumerations={},
    shown=(("措施", "停用"),),
    outcomes=("合格", "不合格"),
    options=OPTIONS,
    basis=BASIS,
    next=(Preview("合格", ("转到销号",)), Preview(None, ("通知企业",))),
    missed=("催办站所",),
    opinions=(ENTRY,),
)
