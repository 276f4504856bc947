"""Values as people read them: names for codes, local time, records field by field."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.definition import Field, Form
from engine.directory import Directory, Organisation
from engine.labels import Reading
from engine.values import Kind, Type, Value

ORGANISATION = Organisation.from_json({"units": [{"code": "E01", "name": "兴达铸造", "kind": "企业"}]})
FOUND = Form("发现", (Field("单位", Type(Kind.UNIT)), Field("时间", Type(Kind.TIME))))
READING = Reading(Directory(ORGANISATION), ZoneInfo("Asia/Shanghai"), {"发现": FOUND})
MOMENT = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


def test_a_time_is_written_in_local_time() -> None:
    assert READING.text(MOMENT, Type(Kind.TIME)) == "2026-11-24 08:30"


def test_a_list_is_written_field_by_field() -> None:
    records: tuple[Value, ...] = ({"单位": "E01", "时间": MOMENT},)

    assert READING.text(records, Type(Kind.LIST, "发现")) == "（1）单位：兴达铸造，时间：2026-11-24 08:30"


def test_nothing_is_written_for_what_is_missing() -> None:
    assert READING.text(None, Type(Kind.TEXT)) == ""
