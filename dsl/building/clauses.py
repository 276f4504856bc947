"""Citations, people, limits and actions."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from dsl import clauses as tree
from dsl.building.expressions import count_of, expr, given, operand, quantified, span_of
from dsl.building.site import Node, Site, has, node, nodes, the, word, words
from dsl.expressions import Expr, Name
from dsl.literals import read_article
from dsl.placeholders import NO_ARTICLE
from engine.values import Span

# ---- citations


def citations(site: Site, parsed: Node) -> tuple[tree.Citation, ...]:
    """The citations of the `cites` child; none when it is absent."""
    found = node(parsed, "cites")
    return () if found is None else tuple(_citation(site, child) for child in nodes(found, "cite"))


def _citation(site: Site, parsed: Node) -> tree.Citation:
    articles = tuple(site.value(token, read_article, NO_ARTICLE) for token in words(parsed, "ARTICLE"))
    law = site.text(word(parsed, "BOOK"))
    return tree.Citation(law, articles, has(parsed, "K_UNVERIFIED"), place=site.place(parsed))


def basis(site: Site, parsed: Node) -> tree.Basis:
    """依据."""
    return tree.Basis(citations(site, parsed), place=site.place(parsed))


def fulfils(site: Site, parsed: Node) -> tree.Fulfils:
    """落实."""
    obligations = tuple(Name(str(token), place=site.place(token)) for token in words(parsed, "OBLIGATION"))
    return tree.Fulfils(obligations, place=site.place(parsed))


def accept(site: Site, parsed: Node) -> tree.Accept:
    """容许."""
    code = the(word(parsed, "CODE"))
    reason = the(site.text(word(parsed, "STRING")))
    return tree.Accept(Name(str(code), place=site.place(code)), reason, place=site.place(parsed))


# ---- who


def version(site: Site, parsed: Node) -> tree.Version:
    """版本."""
    return tree.Version(the(site.text(word(parsed, "STRING"))), place=site.place(parsed))


def performers(site: Site, parsed: Node) -> tree.Performers:
    """The performers among the children."""
    found = the(node(parsed, "performers", "joint_performers"))
    members = tuple(_PERFORMERS[child.data](site, child) for child in nodes(found))
    return tree.Performers(members, found.data == "joint_performers", place=site.place(found))


def optional_performers(site: Site, parsed: Node) -> tree.Performers | None:
    """The performers among the children, when there are any."""
    return performers(site, parsed) if node(parsed, "performers", "joint_performers") else None


def at_least(site: Site, parsed: Node) -> int | None:
    """The number after 至少, when there is one."""
    found = node(parsed, "at_least")
    return None if found is None else count_of(site, word(found, "QTY"))


def _by_role(site: Site, parsed: Node) -> tree.ByRole:
    scope = node(parsed, "ref")
    return tree.ByRole(
        name(site, parsed),
        None if scope is None else site.ref(scope),
        at_least(site, parsed),
        place=site.place(parsed),
    )


def _by_least_busy(site: Site, parsed: Node) -> tree.ByLeastBusy:
    scope = node(parsed, "ref")
    return tree.ByLeastBusy(
        name(site, parsed), None if scope is None else site.ref(scope), place=site.place(parsed)
    )


_PERFORMERS: Final[Mapping[str, Callable[[Site, Node], tree.Performer]]] = MappingProxyType(
    {
        "by_role": _by_role,
        "by_each": lambda site, parsed: tree.ByEach(name(site, parsed), place=site.place(parsed)),
        "by_same": lambda site, parsed: tree.BySame(name(site, parsed), place=site.place(parsed)),
        "by_superior": lambda site, parsed: tree.BySuperior(name(site, parsed), place=site.place(parsed)),
        "by_least": _by_least_busy,
    }
)


def name(site: Site, parsed: Node) -> Name:
    """The first name among the child tokens."""
    return site.name(the(word(parsed, "NAME")))


# ---- limits

_ANCHORS: Final[Mapping[str, Callable[[Site, Node], tree.Anchor]]] = MappingProxyType(
    {
        "at_ref": lambda site, parsed: tree.AtRef(
            site.ref(the(node(parsed, "ref"))), place=site.place(parsed)
        ),
        "at_start": lambda site, parsed: tree.AtStart(place=site.place(parsed)),
        "at_service": lambda site, parsed: tree.AtService(name(site, parsed), place=site.place(parsed)),
        "at_finish": lambda site, parsed: tree.AtFinish(place=site.place(parsed)),
    }
)


def anchors(site: Site, parsed: Node) -> tuple[tree.Anchor, ...]:
    """The anchors among the children, in order."""
    return tuple(_ANCHORS[child.data](site, child) for child in nodes(parsed, *_ANCHORS))


def anchor(site: Site, parsed: Node) -> tree.Anchor | None:
    """The anchor after 自, when there is one."""
    found = anchors(site, parsed)
    return found[0] if found else None


def span(site: Site, parsed: Node) -> Expr:
    """The length of time: a duration, a reference or a call."""
    return expr(site, the(node(parsed, "duration", "ref", "function")))


def optional_span(site: Site, parsed: Node) -> Expr | None:
    """The length of time, when there is one."""
    return span(site, parsed) if node(parsed, "duration", "ref", "function") else None


def deadline(site: Site, parsed: Node) -> tree.Deadline:
    """时限 with a length."""
    return tree.Deadline(
        span(site, parsed),
        anchor(site, parsed),
        given(site, parsed),
        has(parsed, "K_LOCAL"),
        not has(parsed, "K_UNROLLED"),
        citations(site, parsed),
        place=site.place(parsed),
    )


def deadline_at(site: Site, parsed: Node) -> tree.DeadlineAt:
    """时限 with a moment or a clock."""
    moment, clock = node(parsed, "ref"), node(parsed, "clock_name")
    return tree.DeadlineAt(
        None if moment is None else site.ref(moment),
        None if clock is None else name(site, clock),
        given(site, parsed),
        place=site.place(parsed),
    )


def remind(site: Site, parsed: Node) -> tree.Reminder:
    """提醒."""
    ahead = span_of(site, the(word(parsed, "DURATION")))
    return tree.Reminder(ahead, site.names(node(parsed, "names")), place=site.place(parsed))


def _after(site: Site, parsed: Node) -> Span | None:
    token = word(parsed, "DURATION")
    return None if token is None else span_of(site, token)


def overdue(site: Site, parsed: Node) -> tree.Overdue:
    """逾期 … 则."""
    return tree.Overdue(_after(site, parsed), actions(site, parsed), place=site.place(parsed))


def deemed(site: Site, parsed: Node) -> tree.Deemed:
    """逾期 … 视为."""
    outcome = name(site, parsed)
    return tree.Deemed(_after(site, parsed), outcome, citations(site, parsed), place=site.place(parsed))


def extend(site: Site, parsed: Node) -> tree.Extension:
    """延期."""
    return tree.Extension(
        span(site, parsed),
        count_of(site, word(parsed, "QTY")),
        optional_performers(site, parsed),
        site.names(node(parsed, "upon")),
        site.names(node(parsed, "issued")),
        has(parsed, "K_LOCAL"),
        citations(site, parsed),
        place=site.place(parsed),
    )


# ---- actions


def actions(site: Site, parsed: Node) -> tree.Actions:
    """The `actions` child."""
    return tuple(_ACTIONS[child.data](site, child) for child in nodes(the(node(parsed, "actions"))))


def arguments(site: Site, parsed: Node) -> tuple[tree.Argument, ...]:
    """The 名 = 值 pairs among the children."""
    return tuple(
        tree.Argument(name(site, child), operand(site, child), place=site.place(child))
        for child in nodes(parsed, "argument")
    )


def each_source(site: Site, parsed: Node) -> tree.EachSource | None:
    """The list after 各, when there is one."""
    found = node(parsed, "each")
    if found is None:
        return None
    selection = node(found, "select")
    return quantified(site, selection) if selection else site.ref(the(node(found, "ref")))


def set_value(site: Site, parsed: Node) -> tree.SetValue:
    """置."""
    target, value = the(node(parsed, "ref")), the(node(parsed, "expr"))
    return tree.SetValue(site.ref(target), expr(site, value), place=site.place(parsed))


def issue(site: Site, parsed: Node) -> tree.Issue:
    """出具."""
    return tree.Issue(site.names(parsed), place=site.place(parsed))


def _back(site: Site, parsed: Node) -> tree.Back:
    return tree.Back(
        site.ref(the(node(parsed, "ref"))),
        count_of(site, word(parsed, "QTY")),
        actions(site, parsed) if node(parsed, "actions") else None,
        place=site.place(parsed),
    )


def _trigger(site: Site, parsed: Node) -> tree.Trigger:
    process = name(site, parsed)
    return tree.Trigger(process, arguments(site, parsed), each_source(site, parsed), place=site.place(parsed))


def _notify(site: Site, parsed: Node) -> tree.Notify:
    return tree.Notify(site.names(parsed), site.text(word(parsed, "STRING")), place=site.place(parsed))


_ACTIONS: Final[Mapping[str, Callable[[Site, Node], tree.Action]]] = MappingProxyType(
    {
        "goto": lambda site, parsed: tree.Goto(name(site, parsed), place=site.place(parsed)),
        "to_join": lambda site, parsed: tree.ToJoin(place=site.place(parsed)),
        "back": _back,
        "back_limited": _back,
        "resume": lambda site, parsed: tree.ResumeMain(place=site.place(parsed)),
        "finish": lambda site, parsed: tree.Finish(place=site.place(parsed)),
        "abort": lambda site, parsed: tree.Abort(site.text(word(parsed, "STRING")), place=site.place(parsed)),
        "trigger": _trigger,
        "emit": lambda site, parsed: tree.Emit(
            name(site, parsed), arguments(site, parsed), place=site.place(parsed)
        ),
        "link": lambda site, parsed: tree.LinkCase(
            site.ref(the(node(parsed, "ref"))), place=site.place(parsed)
        ),
        "urge": lambda site, parsed: tree.Urge(site.names(parsed), place=site.place(parsed)),
        "escalate": lambda site, parsed: tree.Escalate(site.names(parsed), place=site.place(parsed)),
        "notify": _notify,
        "issue": issue,
        "set": set_value,
    }
)
