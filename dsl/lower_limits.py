"""Limits: deadlines and their anchors, reminders, ladders of 逾期, extensions, clocks of the case."""

from dataclasses import dataclass
from datetime import date

from dsl import clauses, procedure
from dsl.citations import basis_of, citations, obligations_of
from dsl.clauses import (
    AtFinish,
    AtRef,
    AtService,
    AtStart,
    Deadline,
    DeadlineAt,
    Deemed,
    Extension,
    Overdue,
    Reminder,
)
from dsl.context import Context, Env
from dsl.elaborate import condition, elaborate
from dsl.expressions import Expr, Name, Ref
from dsl.lower_actions import actions, document_named
from dsl.lower_declarations import role_named
from dsl.performers import performers_of
from dsl.procedure import Exclude, StopClock
from dsl.references import node_number, reference
from dsl.report import suggestion
from dsl.types import name_of
from engine import definition as lowered
from engine.definition import Anchor, AnchorKind, DatedValue, Parameter
from engine.expressions import Expression, Literal, ParameterRef
from engine.values import Kind, Type

_ALWAYS = date(1949, 10, 1)


@dataclass(frozen=True, slots=True)
class Limits:
    """Everything about time that lines of a step or clock say."""

    deadlines: tuple[lowered.Deadline, ...]
    reminders: tuple[lowered.Reminder, ...]
    overdue: tuple[lowered.Overdue, ...]
    extensions: tuple[lowered.Extension, ...]


def limits(context: Context, owner: str, properties: tuple[object, ...], env: Env) -> Limits:
    """Lower the lines about time among the properties of a step, wait or clock called `owner`."""
    deadlines: list[lowered.Deadline] = []
    reminders: list[lowered.Reminder] = []
    overdue: list[lowered.Overdue] = []
    extensions: list[lowered.Extension] = []
    for line in properties:
        match line:
            case Deadline() | DeadlineAt():
                deadlines.append(_deadline(context, owner, len(deadlines), line, env))
            case Reminder(ahead, to):
                reminders.append(lowered.Reminder(ahead, _known_roles(context, to)))
            case Overdue(after, written):
                overdue.append(lowered.Overdue(after, actions(context, written, env)))
            case Deemed(after, outcome, written):
                made = lowered.Overdue(after, lowered.Actions(), outcome.text, citations(written))
                overdue.append(context.places.note(made, line.place))
            case Extension():
                extensions.append(_extension(context, line, env))
            case _:
                pass
    return Limits(tuple(deadlines), tuple(reminders), tuple(overdue), tuple(extensions))


def _known_roles(context: Context, names: tuple[Name, ...]) -> tuple[str, ...]:
    for name in names:
        role_named(context, name)
    return tuple(name.text for name in names if name.text in context.scope.roles)


def _deadline(
    context: Context, owner: str, position: int, line: Deadline | DeadlineAt, env: Env
) -> lowered.Deadline:
    when = None if line.condition is None else condition(context, line.condition, env)
    made: lowered.Deadline
    match line:
        case DeadlineAt(moment, clock):
            made = lowered.Deadline(
                until=None if moment is None else _moment(context, moment, env),
                clock=None if clock is None else _clock_named(context, clock),
                when=when,
            )
        case Deadline():
            name = f"{context.process}.{owner}.时限{position + 1 if position else ''}"
            made = lowered.Deadline(
                span=span(context, line.span, env, name if line.local else None),
                anchor=Anchor() if line.anchor is None else anchor(context, line.anchor, env),
                when=when,
                local=line.local,
                rolls=line.rolls,
                basis=citations(line.citations),
            )
    return context.places.note(made, line.place)


def span(context: Context, written: Expr, env: Env, local: str | None = None) -> Expression:
    """Lower a length of time; a local one becomes a parameter of that name, which an administrator may change."""
    found = elaborate(context, written, env)
    if found.type is not None and found.type.kind not in (Kind.DURATION, Kind.FREQUENCY):
        context.report.error(
            "K09",
            written.place,
            f"这里要写期限，写的是{name_of(found.type)}",
            "例如 5个工作日，或类型为“期限”的参数",
        )
    if local is None or not isinstance(found.expression, Literal):
        return found.expression
    value_type = Type(Kind.DURATION)
    context.local_parameters[local] = Parameter(
        local, value_type, True, (DatedValue(_ALWAYS, found.expression),)
    )
    return ParameterRef(local)


def anchor(context: Context, written: clauses.Anchor, env: Env) -> Anchor:
    """Lower 自 or 至: a node, the start, a date, the service of a document, the end."""
    match written:
        case AtStart():
            return Anchor(AnchorKind.STARTED)
        case AtFinish():
            return Anchor(AnchorKind.CLOSED)
        case AtService(document):
            document_named(context, document)
            return context.places.note(Anchor(AnchorKind.SERVED, document=document.text), written.place)
        case AtRef(ref):
            word = ref.parts[0].text
            if len(ref.parts) == 1 and word not in context.data:
                node = node_number(context, ref.parts[0])
                made = Anchor() if node is None else Anchor(AnchorKind.NODE, node=node)
            else:
                made = Anchor(AnchorKind.MOMENT, moment=_moment(context, ref, env))
            return context.places.note(made, written.place)


def _moment(context: Context, ref: Ref, env: Env) -> Expression:
    found = reference(context, ref, env)
    if found.type is not None and found.type.kind not in (Kind.DATE, Kind.TIME):
        context.report.error(
            "K09",
            ref.place,
            f"“{ref.text}”是{name_of(found.type)}，不是日期或时间",
            "改成类型为日期或时间的字段",
        )
    return found.expression


def _clock_named(context: Context, name: Name) -> str:
    if name.text not in context.clocks and not context.is_forgiven(name.text):
        hint = suggestion(name.text, context.clocks, "先在规程里写“总时限 名称 …”")
        context.report.undeclared("N09", name, f"没有名为“{name.text}”的总时限", hint)
    return name.text


def _extension(context: Context, line: Extension, env: Env) -> lowered.Extension:
    approvers = () if line.approvers is None else performers_of(context, line.approvers, env)
    form = form_named(context, line.proof[0]) if line.proof else None
    made = lowered.Extension(
        span(context, line.at_most, env),
        line.times or 1,
        approvers,
        form,
        tuple(name.text for name in line.documents if document_named(context, name)),
        line.local,
        citations(line.citations),
    )
    return context.places.note(made, line.place)


def form_named(context: Context, name: Name) -> str | None:
    """Check that a form is declared, and remember that it is used."""
    if name.text in context.scope.forms:
        context.use("form", name.text)
        return name.text
    if not context.is_forgiven(name.text):
        hint = suggestion(name.text, context.scope.forms, "先用“表单”声明")
        context.report.undeclared("N15", name, f"没有名为“{name.text}”的表单", hint)
    return None


def clock(context: Context, written: procedure.Clock, env: Env) -> lowered.Clock:
    """Lower 总时限."""
    own = limits(context, written.name.text, written.properties, env)
    name = f"{context.process}.{written.name.text}"
    made = lowered.Clock(
        written.name.text,
        span(context, written.span, env, name if written.local else None),
        anchor(context, written.start, env),
        anchor(context, written.end, env),
        tuple(
            each
            for line in written.properties
            if isinstance(line, Exclude)
            for each in _excluded(context, line)
        ),
        tuple(_stop(context, line, env) for line in written.properties if isinstance(line, StopClock)),
        own.extensions,
        own.reminders,
        own.overdue,
        written.local,
        written.rolls,
        basis_of(written.properties),
        obligations_of(written.properties),
    )
    return context.places.note(made, written.name.place)


def _excluded(context: Context, line: Exclude) -> tuple[str, ...]:
    """Names of the nodes and handlers that stop a clock; a branch means every step in it."""
    names: list[str] = []
    for name in line.nodes:
        entry = context.nodes.branches.get(name.text)
        if name.text in context.nodes.numbers or name.text in context.nodes.handlers:
            names.append(name.text)
        elif entry is not None:
            numbers = set(context.nodes.members.get(entry.region, ()))
            names += [word for word, node in context.nodes.numbers.items() if node in numbers]
        else:
            node_number(context, name)
    return tuple(names)


def _stop(context: Context, line: StopClock, env: Env) -> lowered.Stop:
    proof = form_named(context, line.proof[0]) if line.proof else None
    resumed = form_named(context, line.resumed_by[0]) if line.resumed_by else None
    return lowered.Stop(
        performers_of(context, line.performers, env), proof, resumed, citations(line.citations)
    )
