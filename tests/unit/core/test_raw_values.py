"""How often a thing recurs, as people and interfaces hand it in."""

from datetime import UTC

import pytest

from engine.definition import Field, Form
from engine.graph import graph_of
from engine.raw_values import Reader
from engine.refusals import InvalidForm
from engine.values import FileRef, Kind, Span, Type, Unit, Value
from tests.unit.core.building import process, step


def read(text: str) -> Value:
    form = Form("方案", (Field("报告周期", Type(Kind.FREQUENCY)),))
    reader = Reader(graph_of(process(step("报告"), forms=(form,))), UTC, _no_file)
    return reader.forms(("方案",), {"报告周期": text})["方案"]["报告周期"]


def _no_file(_sha256: str) -> FileRef:
    raise AssertionError("no file is read")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("每周", Span(1, Unit.WEEK)),
        ("每旬", Span(10, Unit.DAY)),
        ("每季度", Span(3, Unit.MONTH)),
        ("每15日", Span(15, Unit.DAY)),
        ("3个工作日", Span(3, Unit.WORKING_DAY)),
    ],
)
def test_a_period_is_read_as_it_is_said(text: str, span: Span) -> None:
    assert read(text) == span


def test_what_is_no_period_says_what_one_looks_like() -> None:
    with pytest.raises(InvalidForm) as refused:
        read("经常")
    assert refused.value.errors["报告周期"] == "应为周期，如 每周、每15日"
