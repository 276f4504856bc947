"""Decision tables and rules."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from dsl import declarations as tree
from dsl.building.clauses import basis, citations, fulfils, name
from dsl.building.expressions import comparison, expr, interval, operand, operands, type_ref
from dsl.building.site import Node, Site, has, node, nodes, the, word, words
from dsl.expressions import Expr, Interval
from dsl.literals import read_date
from dsl.placeholders import NO_DATE

_POLICIES: Final = {
    "唯一": tree.HitPolicy.UNIQUE,
    "首条": tree.HitPolicy.FIRST,
    "最重": tree.HitPolicy.GRAVEST,
    "最轻": tree.HitPolicy.LIGHTEST,
    "一致": tree.HitPolicy.ANY,
    "汇总": tree.HitPolicy.COLLECT,
    "按行": tree.HitPolicy.RULE_ORDER,
    "按轻重": tree.HitPolicy.OUTPUT_ORDER,
    "合计": tree.HitPolicy.SUM,
    "最小": tree.HitPolicy.MIN,
    "最大": tree.HitPolicy.MAX,
    "计数": tree.HitPolicy.COUNT,
}


def typed_name(site: Site, parsed: Node) -> tree.TypedName:
    """名：类型."""
    return tree.TypedName(name(site, parsed), type_ref(site, parsed), place=site.place(parsed))


def _inputs(site: Site, parsed: Node) -> tree.Inputs:
    names = tuple(typed_name(site, child) for child in nodes(parsed, "typed_name"))
    return tree.Inputs(names, place=site.place(parsed))


def law_day(site: Site, parsed: Node) -> tree.LawDay:
    """适用日."""
    return tree.LawDay(site.ref(the(node(parsed, "ref"))), has(parsed, "K_LENIENT"), place=site.place(parsed))


_LINES: Final[Mapping[str, Callable[[Site, Node], tree.TableProperty]]] = MappingProxyType(
    {"inputs": _inputs, "law_day": law_day, "basis": basis, "fulfils": fulfils}
)


def _properties(site: Site, parsed: Node) -> tuple[tree.TableProperty, ...]:
    return tuple(_LINES[line.data](site, line) for line in nodes(parsed, *_LINES))


def _policy(site: Site, parsed: Node) -> tree.HitPolicy | None:
    found = node(parsed, "hit")
    if found is None:
        return None
    choice = name(site, found)
    if choice.text not in _POLICIES:
        site.report("S117", f"判定表没有取法“{choice.text}”", f"请改为：{'、'.join(_POLICIES)}", choice.place)
    return _POLICIES.get(choice.text)


def _validity(site: Site, parsed: Node) -> tree.Validity:
    first, *rest = (site.value(token, read_date, NO_DATE) for token in words(parsed, "DATE"))
    last = rest[0] if rest else None
    place = site.place(parsed)
    if last is not None and last < first:
        site.report("S118", f"有效期的止日 {last} 早于起日 {first}", "请核对两个日期", place)
    return tree.Validity(first, last, place=place)


def optional_validity(site: Site, parsed: Node) -> tree.Validity | None:
    """自 … 至 …, when it is there."""
    found = node(parsed, "validity")
    return None if found is None else _validity(site, found)


_COLUMNS: Final[Mapping[str, Callable[[Site, Node], tree.Column]]] = MappingProxyType(
    {
        "input_column": lambda site, parsed: tree.InputColumn(
            site.ref(the(node(parsed, "ref"))), place=site.place(parsed)
        ),
        "result_column": lambda site, parsed: tree.ResultColumn(name(site, parsed), place=site.place(parsed)),
        "basis_column": lambda site, parsed: tree.BasisColumn(place=site.place(parsed)),
        "validity_column": lambda site, parsed: tree.ValidityColumn(place=site.place(parsed)),
    }
)


def _bounded(site: Site, parsed: Node, low: Expr | None, high: Expr | None) -> tree.IntervalCell:
    """以上 counts the number itself, 以下 does not."""
    place = site.place(parsed)
    return tree.IntervalCell(Interval(low, high, low is not None, False, place=place), place=place)


_CELLS: Final[Mapping[str, Callable[[Site, Node], tree.Cell]]] = MappingProxyType(
    {
        "any_cell": lambda site, parsed: tree.AnyCell(place=site.place(parsed)),
        "compare_cell": lambda site, parsed: tree.CompareCell(
            comparison(the(word(parsed, "CMP"))), operand(site, parsed), place=site.place(parsed)
        ),
        "interval_cell": lambda site, parsed: tree.IntervalCell(
            interval(site, parsed), place=site.place(parsed)
        ),
        "from_cell": lambda site, parsed: _bounded(site, parsed, operand(site, parsed), None),
        "below_cell": lambda site, parsed: _bounded(site, parsed, None, operand(site, parsed)),
        "from_below_cell": lambda site, parsed: _bounded(site, parsed, *operands(site, parsed)),
        "values_cell": lambda site, parsed: tree.ValuesCell(operands(site, parsed), place=site.place(parsed)),
        "citation_cell": lambda site, parsed: tree.CitationCell(
            citations(site, parsed), place=site.place(parsed)
        ),
        "validity_cell": lambda site, parsed: tree.ValidityCell(
            _validity(site, the(node(parsed, "validity"))), place=site.place(parsed)
        ),
    }
)


def _row(site: Site, parsed: Node) -> tree.Row:
    cells = tuple(_CELLS[child.data](site, child) for child in nodes(parsed))
    return tree.Row(cells, place=site.place(parsed))


def _count_cells(site: Site, width: int, rows: tuple[tree.Row, ...], head: Node | None) -> None:
    """Report rows of another length than the head; when all are wrong alike, the head is."""
    lengths = {len(row.cells) for row in rows}
    if head is not None and len(rows) > 1 and len(lengths) == 1 and width not in lengths:
        message = f"表头有 {width} 格，各行都有 {lengths.pop()} 格"
        site.report("S110", message, "请补上或删去表头的格", site.place(head))
        return
    for row in rows:
        if len(row.cells) != width:
            message = f"这一行有 {len(row.cells)} 格，表头有 {width} 格"
            site.report("S110", message, "请补上或删去格；没有限制的条件格写 -", row.place)


def table(site: Site, parsed: Node) -> tree.Table:
    """判定表."""
    head = node(parsed, "head")
    columns = tuple(_COLUMNS[child.data](site, child) for child in nodes(head)) if head else ()
    site.need(parsed, "表头和行（如 | 等级 | 得 金额 |）", "head", "row")
    rows = tuple(_row(site, child) for child in nodes(parsed, "row"))
    _count_cells(site, len(columns), rows, head)
    rows = tuple(row for row in rows if len(row.cells) == len(columns))  # the others are reported
    return tree.Table(
        name(site, parsed),
        type_ref(site, parsed),
        _policy(site, parsed),
        optional_validity(site, parsed),
        _properties(site, parsed),
        columns,
        rows,
        place=site.place(parsed),
    )


def _exception(site: Site, parsed: Node) -> tree.RuleException:
    condition, result = (expr(site, child) for child in nodes(parsed, "expr"))
    label = node(parsed, "exception_name")
    return tree.RuleException(
        None if label is None else name(site, label),
        site.names(node(parsed, "overrides")),
        condition,
        result,
        citations(site, parsed),
        place=site.place(parsed),
    )


def _bound(site: Site, parsed: Node) -> tree.Floor | tree.Ceiling:
    kind = tree.Floor if parsed.data == "floor" else tree.Ceiling
    return kind(operand(site, parsed), place=site.place(parsed))


def rule(site: Site, parsed: Node) -> tree.Rule:
    """规则."""
    return tree.Rule(
        name(site, parsed),
        type_ref(site, parsed),
        optional_validity(site, parsed),
        _properties(site, parsed),
        operand(site, the(node(parsed, "base"))),
        tuple(_exception(site, child) for child in nodes(parsed, "exception")),
        tuple(_bound(site, child) for child in nodes(parsed, "floor", "ceiling")),
        place=site.place(parsed),
    )
