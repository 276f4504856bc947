"""Decision tables before use: gaps, conflicts, rows that never decide; each with values that show it."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from dsl.damage import Damage
from dsl.declarations import Table as Written
from dsl.edits import deleted_line
from dsl.findings import Finding, Severity
from dsl.lower import Lowered
from dsl.report import Report
from dsl.source import Place
from dsl.walk import parts
from engine.deadline_text import span_text
from engine.definition import Table
from engine.expressions import Literal, ParameterRef
from engine.table_analysis import TableFinding, TableProblem, Witness, analyse
from engine.values import Kind, Span, Type, Value


def check_tables(process: Lowered, damage: Damage, report: Report) -> None:
    """Analyse each table that the process uses, unless a mistake was found in its text already."""
    definition = process.definition
    for table in definition.tables:
        written = process.declared.scope.tables[table.name]
        if any(damage.within(version.place) for version in written) or _is_unclear(process, table):
            continue
        for found in _first_told(analyse(table, definition.enumerations, definition.parameters)):
            report.findings.append(_finding(process, table, written, found))


def _first_told(findings: Iterable[TableFinding]) -> Iterable[TableFinding]:
    """Leave out what only repeats: a row that is hidden overlaps, and rows that overlap could be one."""
    kept = tuple(findings)
    hidden = {(each.version, each.rows[0]) for each in kept if each.problem is TableProblem.MASKED}
    overlapping = {(each.version, each.rows) for each in kept if each.problem is TableProblem.OVERLAP}
    for each in kept:
        repeats = any((each.version, row) in hidden for row in each.rows)
        if each.problem is TableProblem.OVERLAP and repeats:
            continue
        if each.problem is TableProblem.MERGEABLE and (repeats or (each.version, each.rows) in overlapping):
            continue
        yield each


def _is_unclear(process: Lowered, table: Table) -> bool:
    """Tell whether a cell or result could not be understood (reported where it was declared)."""
    empty = {each.name for each in process.definition.parameters if not each.values}
    return any(
        (isinstance(part, Literal) and part.value is None)
        or (isinstance(part, ParameterRef) and part.name in empty)
        for part in parts(table.versions)
    )


def _finding(process: Lowered, table: Table, written: tuple[Written, ...], found: TableFinding) -> Finding:
    version = table.versions[found.version]
    place = _heading(written, version.valid_from)
    rows = [process.places.of(version.rows[number - 1]) or place for number in found.rows]
    numbers = "、".join(str(number) for number in found.rows)
    example = _example(table, found.witness)
    match found.problem:
        case TableProblem.GAP:
            text = f"判定表“{table.name}”有缺口：{example}时没有一行符合"
            hint = "补上一行，或把某一行的条件放宽"
            return Finding("B01", Severity.ERROR, text, hint, place, witness=(example,))
        case TableProblem.CONFLICT:
            text = f"判定表“{table.name}”第{numbers}行冲突：{example}时都符合而结果不同"
            hint = "改条件使只有一行符合，或写“取 首条”“取 最重”"
            return Finding("B02", Severity.ERROR, text, hint, rows[-1], witness=(example,))
        case TableProblem.OVERLAP:
            text = f"判定表“{table.name}”第{numbers}行重叠：{example}时都符合，结果相同"
            hint = "合并成一行，或写“取 一致”"
            return Finding("B12", Severity.WARNING, text, hint, rows[-1], witness=(example,))
        case TableProblem.MASKED:
            hidden = f"，被第{found.rows[1]}行盖住" if len(found.rows) > 1 else ""
            text = f"判定表“{table.name}”第{found.rows[0]}行永远用不上{hidden}"
            fix = (deleted_line(rows[0]),)
            return Finding("B03", Severity.WARNING, text, "删去这一行，或移到前面", rows[0], fix=fix)
        case TableProblem.MERGEABLE:
            text = f"判定表“{table.name}”第{numbers}行可以合并（只有“{found.column}”不同）"
            return Finding("B13", Severity.INFO, text, "合并成一行更好读", rows[-1])
        case TableProblem.NOT_CONSTANT:
            text = f"判定表“{table.name}”第{numbers}行的条件格不是固定的值"
            return Finding("B09", Severity.ERROR, text, "条件格写固定的值或参数", rows[0])


def _heading(written: tuple[Written, ...], valid_from: date | None) -> Place:
    for version in written:
        start = None if version.validity is None else version.validity.valid_from
        if start == valid_from:
            return version.name.place
    return written[0].name.place


def _example(table: Table, witness: Witness) -> str:
    types = {each.name: each.type for each in table.inputs}
    return "、".join(f"{name} = {text_of(value, types.get(name))}" for name, value in witness)


def text_of(value: Value, value_type: Type | None) -> str:
    """Write a value as a definition would: 3万元, 15个工作日, 是."""
    match value:
        case None:
            return "（空）"
        case bool():
            return "是" if value else "否"
        case Decimal() | int() if value_type is not None and value_type.kind is Kind.MONEY:
            return f"{_plain(value)}元"
        case int() if value_type is not None and value_type.kind is Kind.HEADCOUNT:
            return f"{value}人"
        case Decimal() | int():
            return _plain(value)
        case Span():
            return span_text(value)
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _plain(value: Decimal | int) -> str:
    return format(Decimal(value).normalize(), "f")
