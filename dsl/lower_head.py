"""The head of a process and its handlers: how it starts, its data, constraints, gates, who may cancel or reopen."""

from dataclasses import replace

from dsl import tree
from dsl.arguments import check_brought, unknown_event
from dsl.citations import basis_of, citations, obligations_of
from dsl.clauses import Accept, Performers
from dsl.context import Context, Env
from dsl.declarations import Numbering
from dsl.elaborate import condition, elaborate, period
from dsl.expressions import DurationLiteral, Expr, Name, PeriodLiteral
from dsl.lower_actions import actions
from dsl.lower_declarations import role_named
from dsl.lower_limits import form_named
from dsl.lower_nodes import Layout
from dsl.performers import performers_of
from dsl.procedure import (
    Block,
    Handler,
    NodeDecl,
    Persists,
    Start,
    StartByCondition,
    StartByEvent,
    StartByForm,
    StartByHand,
    StartByPeriod,
    StartTrigger,
)
from dsl.references import Typed, node_number, reference
from dsl.report import suggestion
from dsl.tree import Process
from dsl.types import is_assignable, name_of, type_of
from engine import definition as lowered
from engine.definition import Definition, StartBy
from engine.expressions import And, Expression, Literal
from engine.values import Kind, Span, Type


def data_types(context: Context, process: Process) -> None:
    """File the 数据 of the process."""
    for line in process.properties:
        if isinstance(line, tree.Data):
            if line.name.text in context.data:
                context.report.error(
                    "N05", line.name.place, f"数据“{line.name.text}”重名", "改名，或删去其中一个"
                )
                continue
            value_type = type_of(line.type, context.scope, context.report)
            context.data[line.name.text] = value_type
            if value_type is not None and value_type.kind is Kind.ENUM:
                context.use("enumeration", value_type.of or "")


def own_references(context: Context, process: Process) -> None:
    """Lower 属地 and 对象, which the scopes of roles need."""
    for line in process.properties:
        match line:
            case tree.Territory(ref):
                context.territory = reference(context, ref, Env()).expression
            case tree.Subject(ref):
                context.subject = reference(context, ref, Env()).expression
            case _:
                pass


def head(context: Context, process: Process, definition: Definition) -> Definition:
    """Add what the lines before the first step say."""
    env = Env()
    for line in process.properties:
        match line:
            case Numbering(pattern):
                definition = replace(definition, numbering=pattern)
            case tree.Title(refs):
                fields = tuple(reference(context, ref, env).expression for ref in refs)
                definition = replace(definition, title=definition.title + fields)
            case tree.Summary(refs):
                fields = tuple(reference(context, ref, env).expression for ref in refs)
                definition = replace(definition, summary=definition.summary + fields)
            case tree.RestrictedTo(roles):
                definition = replace(
                    definition, restricted_to=definition.restricted_to + _roles(context, roles)
                )
            case tree.Uses(names):
                for name in names:
                    _used(context, name)
            case tree.Data():
                definition = _data(context, line, definition)
            case tree.Precedence() | tree.Response() | tree.Exclusive():
                made = _constraint(context, line, env)
                if made is not None:
                    definition = replace(
                        definition,
                        constraints=(*definition.constraints, context.places.note(made, line.place)),
                    )
            case tree.Cancel(performers, written, acts):
                when = None if written is None else condition(context, written, env)
                cancel = lowered.Cancel(
                    performers_of(context, performers, env), when, actions(context, acts, env)
                )
                definition = replace(
                    definition, cancels=(*definition.cancels, context.places.note(cancel, line.place))
                )
            case tree.Reopen(trigger, acts):
                start = _start(context, trigger, None, env)
                if start is not None:
                    reopen = context.places.note(
                        lowered.Reopen(start, actions(context, acts, env)), line.place
                    )
                    definition = replace(definition, reopens=(*definition.reopens, reopen))
            case tree.ClosingConditions(gates):
                made_gates = tuple(_gate(context, gate, env) for gate in gates)
                definition = replace(definition, gates=definition.gates + made_gates)
            case _:
                pass
    return replace(definition, accepted=_accepted(process))


def _roles(context: Context, names: tuple[Name, ...]) -> tuple[str, ...]:
    for name in names:
        role_named(context, name)
    return tuple(name.text for name in names if name.text in context.scope.roles)


def _used(context: Context, name: Name) -> None:
    """使用: the table or rule becomes part of the definition even when no line calls it."""
    if context.signature(name.text) is not None:
        context.use("table" if name.text in context.scope.tables else "rule", name.text)
        return
    known = [*context.scope.tables, *context.scope.rules]
    if name.text not in known and not context.is_forgiven(name.text):
        hint = suggestion(name.text, known, "先用“判定表”或“规则”声明，或检查是否漏写了“引用”")
        context.report.undeclared("N14", name, f"没有名为“{name.text}”的判定表或规则", hint)


def _data(context: Context, line: tree.Data, definition: Definition) -> Definition:
    if any(each.name == line.name.text for each in definition.data):
        return definition
    value_type = context.data[line.name.text]
    initial = None
    if line.initial is not None:
        target = Typed(Literal(None, value_type or Type(Kind.TEXT)), value_type, context.members(value_type))
        found = elaborate(context, line.initial, Env(), target)
        initial = found.expression
        if value_type is not None and found.type is not None and not is_assignable(value_type, found.type):
            context.report.error(
                "K08",
                line.initial.place,
                f"“{line.name.text}”是{name_of(value_type)}，初值是{name_of(found.type)}",
                "改成同一类的值",
            )
    made = context.places.note(
        lowered.Data(line.name.text, value_type or Type(Kind.TEXT), initial), line.name.place
    )
    return replace(definition, data=(*definition.data, made))


def _constraint(
    context: Context, line: tree.Precedence | tree.Response | tree.Exclusive, env: Env
) -> lowered.Constraint | None:
    match line:
        case tree.Exclusive(nodes):
            numbers = [node_number(context, name) for name in nodes]
            return lowered.Exclusive(tuple(number for number in numbers if number is not None))
        case tree.Precedence(first, then, written):
            one, other = node_number(context, first), node_number(context, then)
            when = None if written is None else condition(context, written, env)
            return None if one is None or other is None else lowered.Precedence(one, other, when)
        case tree.Response(first, then, within, written):
            one, other = node_number(context, first), node_number(context, then)
            when = None if written is None else condition(context, written, env)
            length = _fixed(context, within)
            return None if one is None or other is None else lowered.Response(one, other, length, when)


def _fixed(context: Context, within: Expr | None) -> Span | None:
    if within is None:
        return None
    if isinstance(within, DurationLiteral):
        return within.value
    context.report.error("K09", within.place, "约束里的期限要写成固定的期限", "例如 10日")
    return None


def _gate(context: Context, gate: tree.Gate, env: Env) -> lowered.Gate:
    made = lowered.Gate(gate.name.text, condition(context, gate.condition, env), citations(gate.citations))
    return context.places.note(made, gate.place)


def _accepted(process: Process) -> tuple[tuple[str, str, str], ...]:
    found = [(line, process.name.text) for line in process.properties if isinstance(line, Accept)]
    for node in _steps(process.nodes):
        found += [(line, node.name.text) for line in node.properties if isinstance(line, Accept)]
    for handler in process.handlers:
        found += [(line, handler.name.text) for line in handler.properties if isinstance(line, Accept)]
        for node in _steps(handler.nodes):
            found += [(line, node.name.text) for line in node.properties if isinstance(line, Accept)]
    for clock in process.clocks:
        found += [(line, clock.name.text) for line in clock.properties if isinstance(line, Accept)]
    return tuple((line.code.text, where, line.reason) for line, where in found)


def _steps(nodes: tuple[NodeDecl, ...]) -> list[NodeDecl]:
    found: list[NodeDecl] = []
    for node in nodes:
        found.append(node)
        if isinstance(node, Block):
            for branch in node.branches:
                found += _steps(branch.nodes)
    return found


# ---- starts, handlers


def starts(context: Context, properties: tuple[object, ...], env: Env) -> tuple[StartBy, ...]:
    """Lower the 启动 lines."""
    found = []
    for line in properties:
        if isinstance(line, Start):
            made = _start(context, line.trigger, line.condition, env)
            if made is not None:
                found.append(context.places.note(made, line.place))
    return tuple(found)


def _start(context: Context, trigger: StartTrigger, written: Expr | None, env: Env) -> StartBy | None:
    when = None if written is None else condition(context, written, env)
    match trigger:
        case StartByForm(name, performers):
            form = form_named(context, name)
            return None if form is None else lowered.ByForm(form, _performers(context, performers, env), when)
        case StartByHand(performers):
            return lowered.ByHand(_performers(context, performers, env), when)
        case StartByEvent(event, written_form):
            if event.text not in context.world.events:
                unknown_event(context, event)
                return None
            context.use("event", event.text)
            form = None if written_form is None else form_named(context, written_form)
            if form is not None and written_form is not None:
                check_brought(context, event.text, written_form)
            return lowered.ByEvent(event.text, when, form)
        case StartByCondition(started):
            found = condition(context, started, env)
            return lowered.ByCondition(found if when is None else _both(found, when))
        case StartByPeriod(every):
            if isinstance(every, PeriodLiteral):
                return lowered.ByPeriod(Literal(period(every), Type(Kind.FREQUENCY)), when)
            found_period = reference(context, every, env)
            if found_period.type is not None and found_period.type.kind not in (
                Kind.FREQUENCY,
                Kind.DURATION,
            ):
                context.report.error(
                    "K09",
                    every.place,
                    f"“{every.text}”是{name_of(found_period.type)}，不是频次",
                    "例如 每周，或频次字段",
                )
            return lowered.ByPeriod(found_period.expression, when)


def _both(one: Expression, other: Expression) -> Expression:
    return And((one, other))


def _performers(context: Context, written: Performers | None, env: Env) -> tuple[lowered.Performer, ...]:
    return () if written is None else performers_of(context, written, env)


def handler_of(context: Context, layout: Layout, written: Handler) -> lowered.Handler:
    """Lower a handler: the region and places beside which it may run, and how it starts."""
    region = context.nodes.handlers[written.name.text]
    scope_region, scope = _scope(context, layout, written)
    found = starts(context, written.properties, Env())
    if len(found) != 1:
        context.report.error(
            "C18",
            written.name.place,
            f"随时“{written.name.text}”要有一行“启动”",
            "写明由谁、凭什么表单、事件或周期启动",
        )
    made = lowered.Handler(
        written.name.text,
        region,
        scope_region,
        scope,
        found[0] if found else lowered.ByHand(),
        any(isinstance(line, Persists) for line in written.properties),
        basis_of(written.properties),
        obligations_of(written.properties),
    )
    return context.places.note(made, written.name.place)


def _scope(context: Context, layout: Layout, written: Handler) -> tuple[int, tuple[int, ...]]:
    """The region of the places named in 于, and the places; a branch means every place of it."""
    regions: set[int] = set()
    places: list[int] = []
    for name in written.during:
        entry = context.nodes.branches.get(name.text)
        number = context.nodes.numbers.get(name.text)
        if entry is not None:
            regions.add(entry.region)
            places += context.nodes.members[entry.region]
        elif number is not None:
            regions.add(layout.region_of[number])
            places.append(number)
        elif not context.is_forgiven(name.text):
            hint = suggestion(name.text, context.nodes.names(), "“于”后面写步骤、并行或分支的名称")
            context.report.undeclared("N03", name, f"没有名为“{name.text}”的步骤、并行或分支", hint)
    if len(regions) > 1:
        context.report.error(
            "C12",
            written.name.place,
            f"随时“{written.name.text}”的“于”跨了不同的层",
            "“于”里的节点要在同一层：都在主流程，或都在同一个分支里",
        )
    region = min(regions, default=0)
    whole = not written.during
    return region, () if whole else tuple(
        dict.fromkeys(each for each in places if layout.region_of[each] == region)
    )
