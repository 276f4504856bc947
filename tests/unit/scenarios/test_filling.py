"""Tables of a scenario as the engine takes them."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from dsl.scenarios.filling import Filler
from dsl.scenarios.moments import Reckoning
from dsl.scenarios.outcome import Unmet
from engine.calendar import Calendar
from engine.definition import Field, Form
from engine.values import FileRef, Kind, Type

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2023, 4, 10, 9, 30, tzinfo=ZONE)
ROW = Form("发现", (Field("部位", Type(Kind.PLACE)), Field("罚款", Type(Kind.MONEY))))
MAIN = Form(
    "检查",
    (
        Field("单位", Type(Kind.UNIT)),
        Field("人员", Type(Kind.PEOPLE)),
        Field("日期", Type(Kind.DATE)),
        Field("照片", Type(Kind.PHOTO)),
        Field("发现", Type(Kind.LIST, "发现")),
    ),
)
OTHER = Form("派组", (Field("日期", Type(Kind.DATE)),))


def keep(content: bytes, name: str, media_type: str) -> FileRef:
    return FileRef(name, name, len(content), media_type)


FILLER = Filler(
    {form.name: form for form in (ROW, MAIN, OTHER)},
    Reckoning(NOW, date(2023, 4, 10), ZONE, Calendar({}, frozenset(), frozenset())),
    {"王芳": "wang-fang", "赵强": "zhao-qiang"}.__getitem__,
    {"鑫盛机械厂": "E03"}.__getitem__,
    keep,
)


def test_人员单位写名称() -> None:
    filled = FILLER.fill([["字段", "值"], ["单位", "鑫盛机械厂"], ["人员", "王芳、赵强"]], ["检查"])
    assert filled == {"检查": {"单位": "E03", "人员": ["wang-fang", "zhao-qiang"]}}


def test_清单一项一项写() -> None:
    table = [["发现 第1项 部位", "储罐区"], ["发现 第2项 部位", "配电室"], ["发现第2项罚款", "3万元"]]
    rows = [{"部位": "储罐区"}, {"部位": "配电室", "罚款": Decimal(30_000)}]
    assert FILLER.fill(table, ["检查"]) == {"检查": {"发现": rows}}


def test_附件写文件名() -> None:
    photos = FILLER.fill([["照片", "前.jpg、后.png"]], ["检查"])["检查"]["照片"]
    assert isinstance(photos, list) and [photo.name for photo in photos] == ["前.jpg", "后.png"]


def test_几张表单同名的字段写全() -> None:
    assert FILLER.fill([["派组.日期", "3日后"]], ["检查", "派组"]) == {"派组": {"日期": date(2023, 4, 13)}}
    with pytest.raises(Unmet, match="几张表单里都有"):
        FILLER.fill([["日期", "3日后"]], ["检查", "派组"])


def test_没有的字段列出可填的() -> None:
    with pytest.raises(Unmet, match=r"没有.*里的字段“时间”。.*有：日期"):
        FILLER.fill([["时间", "3日后"]], ["派组"])


def test_空是不填写() -> None:
    assert FILLER.fill([["日期", "（空）"]], ["派组"]) == {"派组": {"日期": None}}
