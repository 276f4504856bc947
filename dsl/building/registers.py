"""Recurring duties, registers, statistics, prefilled instances."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from dsl import registers as tree
from dsl.building import clauses
from dsl.building.clauses import accept, actions, basis, fulfils, issue, name, performers, version
from dsl.building.expressions import count_of, expr, operand, period_of, share_of, type_ref
from dsl.building.procedure import after, fill, performed_by, period, verify
from dsl.building.site import Node, Site, has, node, nodes, the, word, words
from dsl.clauses import Basis, Fulfils
from dsl.expressions import QuantityLiteral
from dsl.literals import read_month_day, read_quantity
from dsl.placeholders import NO_MONTH_DAY, NO_QUANTITY

# ---- 例行


def _cycle(site: Site, parsed: Node) -> tree.Cycle:
    times = node(parsed, "at_least")
    return tree.Cycle(
        period(site, parsed), _quantity(site, times), has(parsed, "K_LOCAL"), place=site.place(parsed)
    )


def _quantity(site: Site, parsed: Node | None) -> QuantityLiteral | None:
    if parsed is None:
        return None
    token = the(word(parsed, "QTY"))
    return QuantityLiteral(*site.value(token, read_quantity, NO_QUANTITY), place=site.place(token))


def _window(site: Site, parsed: Node) -> tree.Window:
    first, last = (site.value(token, read_month_day, NO_MONTH_DAY) for token in words(parsed, "MONTHDAY"))
    return tree.Window(first, last, has(parsed, "K_LOCAL"), place=site.place(parsed))


def _missed(site: Site, parsed: Node) -> tree.Missed:
    streak = word(parsed, "K_CONSECUTIVE", "K_CUMULATIVE")
    kind = None
    if streak is not None:
        kind = tree.Streak.CONSECUTIVE if streak.type == "K_CONSECUTIVE" else tree.Streak.CUMULATIVE
    return tree.Missed(
        kind, count_of(site, word(parsed, "QTY")), actions(site, parsed), place=site.place(parsed)
    )


def _sample(site: Site, parsed: Node) -> tree.Sample:
    share = share_of(site, the(word(parsed, "PERCENT")))
    return tree.Sample(share, performers(site, parsed), place=site.place(parsed))


_DUTY_LINES: Final[Mapping[str, Callable[[Site, Node], tree.DutyProperty]]] = MappingProxyType(
    {
        "version": version,
        "cycle": _cycle,
        "window": _window,
        "missed": _missed,
        "sample": _sample,
        "performed_by": performed_by,
        "fill": fill,
        "issue_line": issue,
        "verify": verify,
        "deadline": clauses.deadline,
        "remind": clauses.remind,
        "overdue": clauses.overdue,
        "after": after,
        "basis": basis,
        "fulfils": fulfils,
        "accept": accept,
    }
)


def duty(site: Site, parsed: Node) -> tree.Duty:
    """例行."""
    lines = tuple(_DUTY_LINES[line.data](site, line) for line in nodes(parsed, *_DUTY_LINES))
    site.need(parsed, "周期、承办", lines)
    return tree.Duty(name(site, parsed), lines, place=site.place(parsed))


# ---- 台账, 统计


def _column(site: Site, parsed: Node) -> tree.RegisterColumn:
    sealed = has(parsed, "K_SEALED")
    return tree.RegisterColumn(name(site, parsed), operand(site, parsed), sealed, place=site.place(parsed))


_CITED: Final[Mapping[str, Callable[[Site, Node], Basis | Fulfils]]] = MappingProxyType(
    {"basis": basis, "fulfils": fulfils}
)


def register(site: Site, parsed: Node) -> tree.Register:
    """台账."""
    label, source = (site.name(token) for token in words(parsed, "NAME"))
    each = node(parsed, "each_ref")
    site.need(parsed, "列（如 编号：本案.编号）", "register_column")
    return tree.Register(
        label,
        source,
        None if each is None else site.ref(the(node(each, "ref"))),
        tuple(_CITED[line.data](site, line) for line in nodes(parsed, *_CITED)),
        tuple(_column(site, child) for child in nodes(parsed, "register_column")),
        place=site.place(parsed),
    )


def _periods(site: Site, parsed: Node) -> tree.Periods:
    return tree.Periods(
        tuple(period_of(site, token) for token in words(parsed, "PERIOD")), place=site.place(parsed)
    )


_STATISTIC_LINES: Final[Mapping[str, Callable[[Site, Node], tree.StatisticProperty]]] = MappingProxyType(
    {
        "source": lambda site, parsed: tree.From(site.names(parsed), place=site.place(parsed)),
        "counted_on": lambda site, parsed: tree.CountedOn(
            site.ref(the(node(parsed, "ref"))), place=site.place(parsed)
        ),
        "numerator": lambda site, parsed: tree.Numerator(operand(site, parsed), place=site.place(parsed)),
        "denominator": lambda site, parsed: tree.Denominator(operand(site, parsed), place=site.place(parsed)),
        "grouped": lambda site, parsed: tree.GroupedBy(site.refs(parsed), place=site.place(parsed)),
        "periods": _periods,
        "basis": basis,
        "fulfils": fulfils,
    }
)


def statistic(site: Site, parsed: Node) -> tree.Statistic:
    """统计."""
    lines = tuple(_STATISTIC_LINES[line.data](site, line) for line in nodes(parsed, *_STATISTIC_LINES))
    site.need(parsed, "取自、分子", lines)
    return tree.Statistic(name(site, parsed), type_ref(site, parsed), lines, place=site.place(parsed))


# ---- 实例


def _assignment(site: Site, parsed: Node) -> tree.Assignment:
    target, value = the(node(parsed, "ref")), the(node(parsed, "expr"))
    return tree.Assignment(site.ref(target), expr(site, value), place=site.place(parsed))


_INSTANCE_LINES: Final[Mapping[str, Callable[[Site, Node], tree.InstanceProperty]]] = MappingProxyType(
    {"assignment": _assignment, "basis": basis, "fulfils": fulfils}
)


def instance(site: Site, parsed: Node) -> tree.Instance:
    """实例."""
    label, process = (site.name(token) for token in words(parsed, "NAME"))
    lines = tuple(_INSTANCE_LINES[line.data](site, line) for line in nodes(parsed, *_INSTANCE_LINES))
    site.need(parsed, "字段的值（如 行业 = 燃气）", lines)
    return tree.Instance(label, process, lines, place=site.place(parsed))
