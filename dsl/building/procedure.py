"""Lines of a step, steps and blocks, starts, clocks, handlers."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from dsl import procedure as tree
from dsl.building import clauses
from dsl.building.clauses import (
    accept,
    actions,
    anchor,
    anchors,
    basis,
    citations,
    fulfils,
    issue,
    name,
    performers,
)
from dsl.building.expressions import count_of, expr, given, operand, period_of, share_of, where
from dsl.building.site import Node, Site, has, node, nodes, the, word, words
from dsl.expressions import PeriodLiteral, Ref
from dsl.findings import Edit

# ---- lines of a step


def performed_by(site: Site, parsed: Node) -> tree.PerformedBy:
    """承办."""
    return tree.PerformedBy(performers(site, parsed), place=site.place(parsed))


def entered(site: Site, parsed: Node) -> tree.Entered:
    """录入."""
    return tree.Entered(performers(site, parsed), site.names(node(parsed, "upon")), place=site.place(parsed))


def fill(site: Site, parsed: Node) -> tree.Fill:
    """填写."""
    return tree.Fill(site.refs(parsed), place=site.place(parsed))


def show(site: Site, parsed: Node) -> tree.Show:
    """查看."""
    return tree.Show(site.refs(parsed), place=site.place(parsed))


def outcomes(site: Site, parsed: Node) -> tree.Outcomes:
    """结论."""
    return tree.Outcomes(site.names(parsed), place=site.place(parsed))


def verify(site: Site, parsed: Node) -> tree.Verify:
    """核对."""
    return tree.Verify(operand(site, parsed), site.text(word(parsed, "STRING")), place=site.place(parsed))


def _require(site: Site, parsed: Node) -> tree.Require:
    return tree.Require(operand(site, parsed), site.text(word(parsed, "STRING")), place=site.place(parsed))


def _wait_span(site: Site, parsed: Node) -> tree.WaitSpan:
    return tree.WaitSpan(clauses.span(site, parsed), anchor(site, parsed), place=site.place(parsed))


def _call(site: Site, parsed: Node) -> tree.SubProcess:
    waits = has(parsed, "K_WAIT")
    return tree.SubProcess(
        name(site, parsed), clauses.arguments(site, parsed), waits, place=site.place(parsed)
    )


def _countersign(site: Site, parsed: Node) -> tree.Countersign:
    quorum = node(parsed, "quorum")
    return tree.Countersign(
        site.ref(the(node(parsed, "ref"))),
        None if quorum is None else share_of(site, the(word(quorum, "PERCENT"))),
        has(parsed, "K_VETO"),
        place=site.place(parsed),
    )


def _voting(site: Site, parsed: Node) -> tree.Voting:
    known = {rule.value: rule for rule in tree.VoteRule}
    chosen = site.names(parsed)
    for each in chosen:
        if each.text not in known:
            site.report("S117", f"计票 不能写“{each.text}”", f"请改为：{'、'.join(known)}", each.place)
    rules = tuple(known[each.text] for each in chosen if each.text in known)
    return tree.Voting(rules, place=site.place(parsed))


def _on_read(site: Site, parsed: Node) -> tree.OnRead:
    known = {policy.value: policy for policy in tree.ReadPolicy}
    choice = name(site, parsed)
    if choice.text not in known:
        site.report("S117", f"已阅撤回 不能写“{choice.text}”", f"请改为：{'、'.join(known)}", choice.place)
    return tree.OnRead(known.get(choice.text, tree.ReadPolicy.FORBID), place=site.place(parsed))


def _draw(site: Site, parsed: Node) -> tree.Draw:
    return tree.Draw(
        site.ref(the(node(parsed, "ref"))),
        name(site, parsed),
        where(site, parsed),
        the(count_of(site, word(parsed, "QTY"))),
        place=site.place(parsed),
    )


def _arm(site: Site, parsed: Node) -> tree.Arm:
    condition = node(parsed, "expr")
    return tree.Arm(
        None if condition is None else expr(site, condition), actions(site, parsed), place=site.place(parsed)
    )


def _route(site: Site, parsed: Node) -> tree.Route:
    return tree.Route(tuple(_arm(site, child) for child in nodes(parsed)), place=site.place(parsed))


def after(site: Site, parsed: Node) -> tree.After:
    """完成后."""
    return tree.After(actions(site, parsed), place=site.place(parsed))


_STEP_LINES: Final[Mapping[str, Callable[[Site, Node], tree.StepProperty]]] = MappingProxyType(
    {
        "performed_by": performed_by,
        "assisted_by": lambda site, parsed: tree.AssistedBy(
            performers(site, parsed), place=site.place(parsed)
        ),
        "entered": entered,
        "fill": fill,
        "show": show,
        "issue_line": issue,
        "outcomes": outcomes,
        "require": _require,
        "verify": verify,
        "wait_condition": lambda site, parsed: tree.WaitCondition(
            operand(site, parsed), place=site.place(parsed)
        ),
        "wait_event": lambda site, parsed: tree.WaitEvent(name(site, parsed), place=site.place(parsed)),
        "wait_span": _wait_span,
        "call": _call,
        "countersign": _countersign,
        "voting": _voting,
        "on_read": _on_read,
        "draw": _draw,
        "needs_power": lambda site, parsed: tree.NeedsPower(
            name(site, parsed), actions(site, parsed), place=site.place(parsed)
        ),
        "recuse": lambda site, parsed: tree.Recusal(site.refs(parsed), place=site.place(parsed)),
        "deadline": clauses.deadline,
        "deadline_at": clauses.deadline_at,
        "remind": clauses.remind,
        "extend": clauses.extend,
        "overdue": clauses.overdue,
        "deemed": clauses.deemed,
        "set_line": clauses.set_value,
        "undo": lambda site, parsed: tree.Undo(actions(site, parsed), place=site.place(parsed)),
        "irrevocable": lambda site, parsed: tree.Irrevocable(place=site.place(parsed)),
        "after": after,
        "route": _route,
        "basis": basis,
        "fulfils": fulfils,
        "accept": accept,
    }
)

# ---- nodes


def node_declarations(site: Site, parsed: Node) -> tuple[tree.NodeDecl, ...]:
    """The steps and blocks among the children."""
    return tuple(
        _step(site, child) if child.data == "step" else _block(site, child)
        for child in nodes(parsed, "step", "parallel")
    )


def _step(site: Site, parsed: Node) -> tree.Step:
    lines = (child for child in nodes(parsed) if child.data in _STEP_LINES)
    properties = tuple(_STEP_LINES[line.data](site, line) for line in lines)
    return tree.Step(name(site, parsed), given(site, parsed), properties, place=site.place(parsed))


_POLICIES: Final = {
    "全撤": tree.BackPolicy.WITHDRAW_ALL,
    "暂停复用": tree.BackPolicy.SUSPEND,
    "禁止": tree.BackPolicy.FORBID,
}


def _on_back(site: Site, parsed: Node) -> tree.OnBack:
    choice = name(site, parsed)
    if choice.text not in _POLICIES:
        site.report("S117", f"退回时 不能写“{choice.text}”", f"请改为：{'、'.join(_POLICIES)}", choice.place)
    return tree.OnBack(_POLICIES.get(choice.text, tree.BackPolicy.WITHDRAW_ALL), place=site.place(parsed))


_JOIN_LINES: Final[Mapping[str, Callable[[Site, Node], tree.JoinProperty]]] = MappingProxyType(
    {
        "deadline": clauses.deadline,
        "deadline_at": clauses.deadline_at,
        "overdue": clauses.overdue,
        "deemed": clauses.deemed,
        "route": _route,
        "after": after,
        "on_back": _on_back,
        "accept": accept,
    }
)


def _block(site: Site, parsed: Node) -> tree.Block:
    heading, join = (site.name(token) for token in words(parsed, "NAME"))
    if heading.text != join.text:
        message = f"汇合 写的是“{join.text}”，它结束的并行叫“{heading.text}”"
        repair = (Edit(join.place, heading.text),)
        site.report("S119", message, f"请改为：汇合 {heading.text}", join.place, repair)
    site.need(parsed, "分支", "branch")
    first = node(parsed, "first")
    lines = (child for child in nodes(parsed) if child.data in _JOIN_LINES)
    return tree.Block(
        heading,
        tuple(_branch(site, child) for child in nodes(parsed, "branch")),
        join,
        None if first is None else _number_or_share(site, first),
        first is not None and has(first, "K_CANCELLED"),
        tuple(_JOIN_LINES[line.data](site, line) for line in lines),
        place=site.place(parsed),
    )


def _number_or_share(site: Site, parsed: Node) -> int | Fraction:
    share = word(parsed, "PERCENT")
    return share_of(site, share) if share else the(count_of(site, word(parsed, "QTY")))


def _branch(site: Site, parsed: Node) -> tree.Branch:
    steps = node_declarations(site, parsed)
    site.need(parsed, "步骤", steps)
    return tree.Branch(
        name(site, parsed),
        steps,
        clauses.each_source(site, parsed),
        has(parsed, "K_GROWING"),
        given(site, parsed),
        place=site.place(parsed),
    )


# ---- starts


def start(site: Site, parsed: Node) -> tree.Start:
    """启动."""
    return tree.Start(start_trigger(site, parsed), given(site, parsed), place=site.place(parsed))


def start_trigger(site: Site, parsed: Node) -> tree.StartTrigger:
    """What starts a case or handler."""
    found = the(node(parsed, *_TRIGGERS))
    return _TRIGGERS[found.data](site, found)


def period(site: Site, parsed: Node) -> PeriodLiteral | Ref:
    """每月, or the field that gives the period."""
    token = word(parsed, "PERIOD")
    return period_of(site, token) if token else site.ref(the(node(parsed, "ref")))


def _by_form(site: Site, parsed: Node) -> tree.StartByForm:
    people = clauses.optional_performers(site, parsed)
    return tree.StartByForm(name(site, parsed), people, place=site.place(parsed))


def _by_event(site: Site, parsed: Node) -> tree.StartByEvent:
    into = node(parsed, "into")
    form = None if into is None else name(site, into)
    return tree.StartByEvent(name(site, parsed), form, place=site.place(parsed))


_TRIGGERS: Final[Mapping[str, Callable[[Site, Node], tree.StartTrigger]]] = MappingProxyType(
    {
        "by_form": _by_form,
        "by_hand": lambda site, parsed: tree.StartByHand(performers(site, parsed), place=site.place(parsed)),
        "by_event": _by_event,
        "by_condition": lambda site, parsed: tree.StartByCondition(
            operand(site, parsed), place=site.place(parsed)
        ),
        "by_period": lambda site, parsed: tree.StartByPeriod(period(site, parsed), place=site.place(parsed)),
    }
)

# ---- clocks and handlers


def _stop(site: Site, parsed: Node) -> tree.StopClock:
    return tree.StopClock(
        performers(site, parsed),
        site.names(node(parsed, "upon")),
        site.names(node(parsed, "resumed")),
        citations(site, parsed),
        place=site.place(parsed),
    )


_CLOCK_LINES: Final[Mapping[str, Callable[[Site, Node], tree.ClockProperty]]] = MappingProxyType(
    {
        "exclude": lambda site, parsed: tree.Exclude(site.names(parsed), place=site.place(parsed)),
        "stop": _stop,
        "extend": clauses.extend,
        "remind": clauses.remind,
        "overdue": clauses.overdue,
        "deemed": clauses.deemed,
        "basis": basis,
        "fulfils": fulfils,
        "accept": accept,
    }
)


def clock(site: Site, parsed: Node) -> tree.Clock:
    """总时限."""
    first, last = anchors(site, parsed)
    lines = (child for child in nodes(parsed) if child.data in _CLOCK_LINES)
    return tree.Clock(
        name(site, parsed),
        clauses.span(site, parsed),
        first,
        last,
        has(parsed, "K_LOCAL"),
        not has(parsed, "K_UNROLLED"),
        tuple(_CLOCK_LINES[line.data](site, line) for line in lines),
        place=site.place(parsed),
    )


_HANDLER_LINES: Final[Mapping[str, Callable[[Site, Node], tree.HandlerProperty]]] = MappingProxyType(
    {
        "start_line": start,
        "persists": lambda site, parsed: tree.Persists(place=site.place(parsed)),
        "basis": basis,
        "fulfils": fulfils,
        "accept": accept,
    }
)


def handler(site: Site, parsed: Node) -> tree.Handler:
    """随时."""
    lines = (child for child in nodes(parsed) if child.data in _HANDLER_LINES)
    steps = node_declarations(site, parsed)
    site.need(parsed, "步骤", steps)
    return tree.Handler(
        name(site, parsed),
        site.names(node(parsed, "during")),
        tuple(_HANDLER_LINES[line.data](site, line) for line in lines),
        steps,
        place=site.place(parsed),
    )
