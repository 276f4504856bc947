"""Processes, our own and external ones."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from dsl import tree
from dsl.building import clauses, procedure
from dsl.building.clauses import accept, actions, basis, citations, fulfils, name, performers, version
from dsl.building.expressions import expr, given, operand, type_ref
from dsl.building.site import Node, Site, node, nodes, the, word, words
from dsl.building.tables import law_day
from dsl.clauses import Accept, Basis, Fulfils, Version
from dsl.declarations import Numbering
from dsl.expressions import Ref
from dsl.procedure import Start


def _gate(site: Site, parsed: Node) -> tree.Gate:
    return tree.Gate(
        name(site, parsed), operand(site, parsed), citations(site, parsed), place=site.place(parsed)
    )


def _closing(site: Site, parsed: Node) -> tree.ClosingConditions:
    gates = tuple(_gate(site, child) for child in nodes(parsed, "gate"))
    site.need(parsed, "条件（如 已销号：销号 已完成）", gates)
    return tree.ClosingConditions(gates, place=site.place(parsed))


def _data(site: Site, parsed: Node) -> tree.Data:
    initial = node(parsed, "expr")
    return tree.Data(
        name(site, parsed),
        type_ref(site, parsed),
        None if initial is None else expr(site, initial),
        place=site.place(parsed),
    )


def _precedence(site: Site, parsed: Node) -> tree.Precedence:
    first, then = (site.name(token) for token in words(parsed, "NAME"))
    return tree.Precedence(first, then, given(site, parsed), place=site.place(parsed))


def _response(site: Site, parsed: Node) -> tree.Response:
    first, then = (site.name(token) for token in words(parsed, "NAME"))
    within = clauses.optional_span(site, parsed)
    return tree.Response(first, then, within, given(site, parsed), place=site.place(parsed))


def _cancel(site: Site, parsed: Node) -> tree.Cancel:
    people, condition = performers(site, parsed), given(site, parsed)
    return tree.Cancel(people, condition, actions(site, parsed), place=site.place(parsed))


def _reopen(site: Site, parsed: Node) -> tree.Reopen:
    trigger = procedure.start_trigger(site, parsed)
    return tree.Reopen(trigger, actions(site, parsed), place=site.place(parsed))


def _ref(site: Site, parsed: Node) -> Ref:
    return site.ref(the(node(parsed, "ref")))


def _text(site: Site, parsed: Node) -> str:
    return the(site.text(word(parsed, "STRING")))


_Shared: TypeAlias = (
    Version
    | Numbering
    | tree.Title
    | tree.Summary
    | tree.RestrictedTo
    | Start
    | tree.Territory
    | tree.Subject
    | Basis
    | Fulfils
    | Accept
)
_SHARED_LINES: Final[dict[str, Callable[[Site, Node], _Shared]]] = {
    "version": version,
    "case_number": lambda site, parsed: Numbering(_text(site, parsed), place=site.place(parsed)),
    "title": lambda site, parsed: tree.Title(site.refs(parsed), place=site.place(parsed)),
    "summary": lambda site, parsed: tree.Summary(site.refs(parsed), place=site.place(parsed)),
    "restricted_to": lambda site, parsed: tree.RestrictedTo(site.names(parsed), place=site.place(parsed)),
    "start_line": procedure.start,
    "territory": lambda site, parsed: tree.Territory(_ref(site, parsed), place=site.place(parsed)),
    "subject": lambda site, parsed: tree.Subject(_ref(site, parsed), place=site.place(parsed)),
    "basis": basis,
    "fulfils": fulfils,
    "accept": accept,
}

_HEAD_LINES: Final[Mapping[str, Callable[[Site, Node], tree.ProcessProperty]]] = MappingProxyType(
    {
        **_SHARED_LINES,
        "uses": lambda site, parsed: tree.Uses(site.names(parsed), place=site.place(parsed)),
        "law_day": law_day,
        "data": _data,
        "precedence": _precedence,
        "response": _response,
        "exclusive": lambda site, parsed: tree.Exclusive(site.names(parsed), place=site.place(parsed)),
        "cancel": _cancel,
        "reopen": _reopen,
        "closing": _closing,
    }
)

_EXTERNAL_LINES: Final[Mapping[str, Callable[[Site, Node], tree.ExternalProperty]]] = MappingProxyType(
    {
        **_SHARED_LINES,
        "authority": lambda site, parsed: tree.Authority(name(site, parsed), place=site.place(parsed)),
        "entered": procedure.entered,
        "fill": procedure.fill,
        "show": procedure.show,
        "issue_line": clauses.issue,
        "outcomes": procedure.outcomes,
        "verify": procedure.verify,
        "deadline": clauses.deadline,
        "deadline_at": clauses.deadline_at,
        "remind": clauses.remind,
        "overdue": clauses.overdue,
        "deemed": clauses.deemed,
    }
)


def process(site: Site, parsed: Node) -> tree.Process:
    """规程."""
    main_flow = procedure.node_declarations(site, parsed)
    site.need(parsed, "步骤", main_flow)
    return tree.Process(
        name(site, parsed),
        tuple(_HEAD_LINES[line.data](site, line) for line in nodes(parsed, *_HEAD_LINES)),
        tuple(procedure.clock(site, child) for child in nodes(parsed, "clock")),
        main_flow,
        tuple(procedure.handler(site, child) for child in nodes(parsed, "handler")),
        place=site.place(parsed),
    )


def external_process(site: Site, parsed: Node) -> tree.ExternalProcess:
    """规程 … 外部."""
    lines = tuple(_EXTERNAL_LINES[line.data](site, line) for line in nodes(parsed, *_EXTERNAL_LINES))
    site.need(parsed, "机关、录入", lines)
    return tree.ExternalProcess(name(site, parsed), lines, place=site.place(parsed))
