"""What a definition asks, decides and lists, as prose: forms, decision tables, registers."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from dsl.describing.expressions import said
from dsl.types import name_of
from engine.citation import Citation
from engine.deadline_text import citation_text
from engine.definition import Definition, Field, Form, HitPolicy, Row, Table
from engine.expressions import Literal
from engine.register_definition import Register
from engine.table_definition import AnyValue, Cell, Input, OneOf

_POLICY: Final = {
    HitPolicy.UNIQUE: "每种情形恰有一行",
    HitPolicy.ANY: "几行都符合的，结果须一致",
    HitPolicy.FIRST: "从上往下，第一行符合的算",
    HitPolicy.GRAVEST: "几行都符合的，取最重",
    HitPolicy.LIGHTEST: "几行都符合的，取最轻",
    HitPolicy.COLLECT: "符合的各行都列出，相同的只列一次",
    HitPolicy.RULE_ORDER: "符合的各行依次列出",
    HitPolicy.OUTPUT_ORDER: "符合的各行都列出，重的在前",
    HitPolicy.SUM: "符合的各行相加",
    HitPolicy.MIN: "符合的各行取最小",
    HitPolicy.MAX: "符合的各行取最大",
    HitPolicy.COUNT: "数有几行符合",
}


def form(described: Form, definition: Definition) -> str:
    """Say what a form asks: “登记”：事由（文本，必填）、金额（金额，选填）。"""
    return f"“{described.name}”：{'、'.join(_field(each, definition) for each in described.fields)}。"


def _field(field: Field, definition: Definition) -> str:
    if field.computed is not None:
        return f"{field.name}（{name_of(field.type)}，由{said(field.computed, definition)}算出）"
    return f"{field.name}（{name_of(field.type)}，{_duty(field, definition)}）"


def _duty(field: Field, definition: Definition) -> str:
    match field.required:
        case None:
            asked = field.asked_if
            return "选填" if asked is None else f"{said(asked, definition)}时选填"
        case Literal(True):
            return "必填"
        case condition:
            return f"{said(condition, definition)}时必填"


def table(described: Table, definition: Definition) -> Iterator[str]:
    """Say a decision table: what it asks, how rows answer, then each row of each version with its article."""
    asks = "、".join(each.name for each in described.inputs)
    gives = "、".join(each.name for each in described.outputs)
    yield f"“{described.name}”按{asks}定{gives}：{_POLICY[described.policy]}。"
    for version in described.versions:
        when = _span(version.valid_from, version.valid_until)
        if when or version.basis:
            yield f"{when or '一直'}适用{_cited(version.basis)}："
        for number, row in enumerate(version.rows, 1):
            yield f"{number}. {_row(row, described, definition)}"


def _row(row: Row, described: Table, definition: Definition) -> str:
    cells = zip(described.inputs, row.cells, strict=True)
    asked = [told for given, cell in cells if (told := _cell(given, cell, definition))]
    outputs = zip(described.outputs, row.results, strict=True)
    told = "，".join(f"{each.name}为{said(result, definition)}" for each, result in outputs)
    when = _span(row.valid_from, row.valid_until)
    return f"{'，'.join(asked) or '其余情形'}：{told}{_cited(row.basis)}{f'（{when}）' if when else ''}。"


def _cell(given: Input, cell: Cell, definition: Definition) -> str:
    """Say what a cell asks of an input; nothing of one that takes any value."""
    if isinstance(cell, AnyValue):
        return ""
    if isinstance(cell, OneOf):
        return f"{given.name}为{'或'.join(said(each, definition) for each in cell.members)}"
    bounds = [
        ("不小于" if cell.low_closed else "大于", cell.low),
        ("不大于" if cell.high_closed else "小于", cell.high),
    ]
    told = "、".join(f"{word}{said(bound, definition)}" for word, bound in bounds if bound is not None)
    return f"{given.name}{told}"


def register(described: Register, definition: Definition) -> str:
    """Say a register: what a row is, and its columns with where each comes from."""
    one = "每件一行" if described.each is None else f"{said(described.each, definition)}每项一行"
    columns = "、".join(f"{each.name}（{said(each.value, definition)}）" for each in described.columns)
    return f"“{described.name}”，{one}：{columns}。"


def _cited(basis: tuple[Citation, ...]) -> str:
    return f"（{'、'.join(map(citation_text, basis))}）" if basis else ""


def _span(first: date | None, last: date | None) -> str:
    begins = f"自{first.isoformat()}起" if first else ""
    return f"{begins}{f'至{last.isoformat()}止' if last else ''}"
