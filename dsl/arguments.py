"""Arguments that cross processes: of 触发 against the receiver's start form, of 发出 against the event's declaration."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dsl.clauses import Argument, Emit, Trigger
from dsl.context import Context, Env
from dsl.declarations import Form
from dsl.elaborate import elaborate
from dsl.expressions import Name
from dsl.procedure import Start, StartByForm
from dsl.references import Typed
from dsl.registers import Assignment, Instance
from dsl.report import Report, suggestion
from dsl.scope import Declared, Scope
from dsl.types import is_assignable, name_of, type_of
from engine.expressions import Expression, Literal
from engine.values import Kind, Type

Arguments = tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What the receiver expects under a name; types are those of the receiver's file."""

    type: Type | None
    members: tuple[str, ...]
    required: bool


def start_form(declared: Declared) -> Form | None:
    """Return the form that a trigger to the process fills: that of its first 启动 表单."""
    for line in declared.process.properties:
        if isinstance(line, Start) and isinstance(line.trigger, StartByForm):
            return declared.scope.forms.get(line.trigger.form.text)
    return None


def trigger_arguments(context: Context, trigger: Trigger, env: Env) -> Arguments:
    """Lower the arguments of a trigger and check them against the receiver's start form."""
    declared = context.world.processes.get(trigger.process.text)
    if declared is None:
        _unknown_process(context, trigger.process)
        return _unchecked(context, trigger.arguments, env)
    form = start_form(declared)
    expected = {} if form is None else _of_form(declared.scope, form)
    lowered = _checked(context, trigger.arguments, expected, trigger.process.text, env)
    given = {argument.name.text for argument in trigger.arguments}
    missing = [name for name, each in expected.items() if each.required and name not in given]
    if missing:
        context.report.error(
            "K11",
            trigger.place,
            f"触发“{trigger.process.text}”缺少必填的“{'、'.join(missing)}”",
            f"在括号里加上：{'、'.join(f'{name} = …' for name in missing)}",
        )
    return lowered


def emit_arguments(context: Context, emit: Emit, env: Env) -> Arguments:
    """Lower the arguments of an event and check them against its declaration."""
    found = context.world.events.get(emit.event.text)
    if found is None:
        unknown_event(context, emit.event)
        return _unchecked(context, emit.arguments, env)
    scope, event = found
    context.use("event", emit.event.text)
    expected = {
        each.name.text: Parameter(
            value_type := type_of(each.type, scope, Report()), _members(scope, value_type), True
        )
        for each in event.parameters
    }
    lowered = _checked(context, emit.arguments, expected, emit.event.text, env)
    missing = [name for name in expected if name not in {each.name.text for each in emit.arguments}]
    if missing:
        context.report.error(
            "K11",
            emit.place,
            f"发出“{emit.event.text}”缺少“{'、'.join(missing)}”",
            f"在括号里加上：{'、'.join(f'{name} = …' for name in missing)}",
        )
    return lowered


def check_brought(context: Context, event: str, name: Name) -> None:
    """Check that an event brings what a form must have, each value of the field's type."""
    scope, declared = context.world.events[event]
    brought = {each.name.text: type_of(each.type, scope, Report()) for each in declared.parameters}
    expected = _of_form(context.scope, context.scope.forms[name.text])
    missing = [field for field, each in expected.items() if each.required and field not in brought]
    if missing:
        context.report.error(
            "K11",
            name.place,
            f"事件“{event}”不带“{'、'.join(missing)}”，表单“{name.text}”却必填",
            f"在“事件 {event}（…）”里加上它，或把它改成不必填",
        )
    for field, given in brought.items():
        wanted = expected[field].type if field in expected else None
        if wanted is not None and given is not None and not is_assignable(wanted, given):
            context.report.error(
                "K12",
                name.place,
                f"“{name.text}”的“{field}”要{name_of(wanted)}，事件“{event}”带的是{name_of(given)}",
                "改成同一类的值",
            )


def preset_values(context: Context, declared: Declared, preset: Instance) -> Arguments:
    """Lower the values that a prefilled start gives, and check them against the start form."""
    form = start_form(declared)
    lines = [line for line in preset.properties if isinstance(line, Assignment)]
    if form is None:
        if not context.is_forgiven(preset.process.text):
            context.report.error(
                "L07",
                preset.process.place,
                f"规程“{preset.process.text}”不是填表启动的，“{preset.name.text}”没有可以预填的表单",
                "给规程加一行“启动 表单 … 承办 …”",
            )
        return ()
    given = tuple(Argument(line.target.last, line.value, place=line.place) for line in lines)
    return _checked(context, given, _of_form(declared.scope, form), f"{form.name.text}", Env())


def unknown_event(context: Context, name: Name) -> None:
    """Report an event that no file declares."""
    if not context.is_forgiven(name.text):
        hint = suggestion(name.text, context.world.events, "先用“事件 名称（…）”声明")
        context.report.undeclared("N07", name, f"事件“{name.text}”未定义", hint)


def _unknown_process(context: Context, name: Name) -> None:
    if not context.is_forgiven(name.text):
        hint = suggestion(
            name.text, context.world.processes, "把声明它的文件一起检查；别的机关办理的写“规程 名称 外部”"
        )
        context.report.undeclared("N10", name, f"没有名为“{name.text}”的规程", hint)


def _of_form(scope: Scope, form: Form) -> Mapping[str, Parameter]:
    expected = {}
    for field in form.fields:
        value_type = type_of(field.type, scope, Report())
        required = (
            field.required and field.condition is None and field.default is None and field.computed is None
        )
        expected[field.name.text] = Parameter(value_type, _members(scope, value_type), required)
    return expected


def _members(scope: Scope, value_type: Type | None) -> tuple[str, ...]:
    if value_type is None or value_type.kind is not Kind.ENUM:
        return ()
    return tuple(member.text for member in scope.enumerations[value_type.of or ""].members)


def _unchecked(context: Context, arguments: Iterable[Argument], env: Env) -> Arguments:
    unknown = Typed(Literal(None, Type(Kind.TEXT)), None)
    return tuple(
        (each.name.text, elaborate(context, each.value, env, unknown).expression) for each in arguments
    )


def _checked(
    context: Context,
    arguments: Iterable[Argument],
    expected: Mapping[str, Parameter],
    receiver: str,
    env: Env,
) -> Arguments:
    lowered: dict[str, Expression] = {}
    for each in arguments:
        name = each.name
        parameter = expected.get(name.text)
        if parameter is None and not context.is_forgiven(name.text):
            hint = suggestion(name.text, expected, f"可以写：{'、'.join(expected) or '（不带参数）'}")
            context.report.error("K10", name.place, f"“{receiver}”没有参数“{name.text}”", hint)
        if name.text in lowered:
            context.report.error("N05", name.place, f"参数“{name.text}”写了两次", "删去其中一个")
            continue
        lowered[name.text] = _argument(context, each, parameter or Parameter(None, (), False), receiver, env)
    return tuple(lowered.items())


def _argument(
    context: Context, argument: Argument, parameter: Parameter, receiver: str, env: Env
) -> Expression:
    target = parameter.type
    found = elaborate(
        context,
        argument.value,
        env,
        Typed(Literal(None, target or Type(Kind.TEXT)), target, parameter.members),
    )
    if target is None or found.type is None:
        return found.expression
    if target.kind is Kind.ENUM:
        fits = bool(found.choices) and set(found.choices) <= set(parameter.members)
    elif target.kind in (Kind.LIST, Kind.RECORD):
        fits = found.type.kind is target.kind
    else:
        fits = is_assignable(target, found.type)
    if not fits:
        context.report.error(
            "K12",
            argument.value.place,
            f"“{receiver}”的“{argument.name.text}”要{name_of(target)}，写的是{name_of(found.type)}",
            f"可以取：{'、'.join(parameter.members)}" if parameter.members else "改成同一类的值",
        )
    return found.expression
