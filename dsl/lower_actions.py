"""What happens: effects and the move at the end, of 若, 完成后, 逾期, 否则, 可撤销 and 重开."""

from dsl import clauses
from dsl.arguments import emit_arguments, trigger_arguments
from dsl.clauses import (
    Abort,
    Back,
    Emit,
    Escalate,
    Finish,
    Goto,
    Issue,
    LinkCase,
    Notify,
    ResumeMain,
    SetValue,
    ToJoin,
    Trigger,
    Urge,
)
from dsl.context import Context, Env
from dsl.elaborate import condition, elaborate, list_of, walking
from dsl.expressions import Expr, Name, Quantified, Ref
from dsl.lower_declarations import role_named
from dsl.procedure import Route
from dsl.references import Typed, reference
from dsl.report import suggestion
from dsl.source import Place
from dsl.types import is_assignable, name_of
from engine import definition as lowered
from engine.definition import Actions
from engine.expressions import DataRef, Expression, FieldRef, Literal
from engine.values import Kind, Type


def actions(context: Context, written: clauses.Actions, env: Env) -> Actions:
    """Lower a line of actions; places of effects and of the move are noted."""
    effects: list[lowered.Effect] = []
    move: lowered.Move | None = None
    for each in written:
        match each:
            case Goto() | ToJoin() | Back() | ResumeMain() | Finish() | Abort():
                if move is not None:
                    context.report.error(
                        "C17",
                        each.place,
                        "一行里有两个去向",
                        "只保留一个转、退回、办结或终止；其余写成另一行“若”",
                    )
                    continue
                found = _move(context, each, env)
                context.moves_lost = context.moves_lost or found is None
                move = None if found is None else context.places.note(found, each.place)
            case _:
                effects += [
                    context.places.note(effect, each.place) for effect in effects_of(context, each, env)
                ]
    return Actions(tuple(effects), move)


def effects_of(context: Context, written: clauses.Effect, env: Env) -> list[lowered.Effect]:
    """Lower one effect (出具 of several documents gives several)."""
    match written:
        case SetValue():
            made = set_value(context, written, env)
            return [] if made is None else [made]
        case Trigger():
            return [_trigger(context, written, env)]
        case Emit(event):
            return [lowered.Emit(event.text, emit_arguments(context, written, env))]
        case LinkCase(number):
            return [lowered.LinkCase(reference(context, number, env).expression)]
        case Notify(to, text):
            return [lowered.Notify(_roles(context, to), text)]
        case Urge(to):
            return [lowered.Urge(_roles(context, to))]
        case Escalate(to):
            return [lowered.Escalate(_roles(context, to))]
        case Issue(documents):
            return [lowered.Issue(name.text) for name in documents if document_named(context, name)]


def set_value(context: Context, written: SetValue, env: Env) -> lowered.SetData | lowered.SetField | None:
    """Lower 置."""
    target = written.target
    names = [part.text for part in target.parts]
    if names[0] == "本案":
        names = names[1:]
    if len(names) == 1 and names[0] not in context.data:
        context.writes_lost = True
        if not context.is_forgiven(names[0]):
            hint = suggestion(names[0], context.data, "先在规程开头写“数据 名称：类型”")
            context.report.undeclared("N01", target.last, f"没有名为“{names[0]}”的数据", hint)
        elaborate(context, written.value, env, Typed(Literal(None, Type(Kind.TEXT)), None))
        return None
    place = reference(context, target, env)
    value = elaborate(context, written.value, env, place)
    if place.type is not None and value.type is not None and not is_assignable(place.type, value.type):
        context.report.error(
            "K08",
            written.value.place,
            f"“{target.text}”是{name_of(place.type)}，值是{name_of(value.type)}",
            "改成同一类的值",
        )
    match place.expression:
        case DataRef(name):
            return lowered.SetData(name, value.expression)
        case FieldRef():
            return lowered.SetField(place.expression, value.expression)
        case _:
            if place.type is not None:
                context.report.error(
                    "K09", target.place, f"“{target.text}”不能用“置”改", "只能置数据或本案表单的字段"
                )
            return None


def document_named(context: Context, name: Name) -> bool:
    """Check that a document is declared, and remember that it is used."""
    if name.text in context.scope.documents:
        context.use("document", name.text)
        return True
    if not context.is_forgiven(name.text):
        hint = suggestion(name.text, context.scope.documents, "先用“文书”声明")
        context.report.undeclared("N04", name, f"没有名为“{name.text}”的文书", hint)
    return False


def _trigger(context: Context, written: Trigger, env: Env) -> lowered.Trigger:
    context.use("trigger", written.process.text)
    if written.each is None:
        return lowered.Trigger(written.process.text, trigger_arguments(context, written, env))
    found = each_source(context, written.each, env)
    if found is None:
        return lowered.Trigger(written.process.text)
    items, inner, variable = found
    arguments = trigger_arguments(context, written, inner)
    return lowered.Trigger(written.process.text, arguments, items, variable)


def each_source(context: Context, source: "Ref | Quantified", env: Env) -> tuple[Expression, Env, str] | None:
    """Lower 各 清单 or 各 选取 …; return the list, the meaning of words for an element, and its name."""
    ref = source if isinstance(source, Ref) else source.items
    found = list_of(context, ref, env)
    if found is None:
        return None
    items, element, variable = found
    inner = walking(env, ref, variable, element)
    if isinstance(source, Quantified):
        items = elaborate(context, source, env).expression
    return items, inner, variable


def _roles(context: Context, names: tuple[Name, ...]) -> tuple[str, ...]:
    for name in names:
        role_named(context, name)
    return tuple(name.text for name in names if name.text in context.scope.roles)


# ---- moves


def _move(context: Context, written: clauses.Move, env: Env) -> lowered.Move | None:
    match written:
        case Goto(target):
            node = _target(context, target)
            return None if node is None else lowered.Goto(node)
        case ToJoin():
            return lowered.ToJoin()
        case Back():
            return _back(context, written, env)
        case ResumeMain():
            return lowered.ResumeMain()
        case Finish():
            return lowered.Finish()
        case Abort(reason):
            return lowered.Abort(reason)


def _target(context: Context, name: Name) -> int | None:
    node = context.nodes.numbers.get(name.text)
    if node is None and not context.is_forgiven(name.text):
        hint = suggestion(name.text, context.nodes.numbers, "转到本规程的步骤或并行；触发别的规程写“触发”")
        context.report.undeclared("N03", name, f"没有名为“{name.text}”的步骤", hint)
    return node


def _back(context: Context, written: Back, env: Env) -> lowered.Back | None:
    exceeded = None if written.exceeded is None else actions(context, written.exceeded, env)
    node = _target(context, written.target.parts[0])
    if exceeded is not None and exceeded.move is None and written.exceeded:
        context.report.error(
            "C13",
            written.exceeded[-1].place,
            "“超过 则”没有去向",
            "写明超过次数后案件去哪里：转 某步骤、终止 或 办结",
        )
    if node is None:
        return None
    branch = None
    if len(written.target.parts) > 1:
        entry = context.nodes.branches.get(written.target.parts[1].text)
        if entry is None or entry.block != node:
            name = written.target.parts[1]
            known = [word for word, each in context.nodes.branches.items() if each.block == node]
            hint = suggestion(name.text, known, f"可以写：{'、'.join(known)}")
            context.report.error(
                "N16", name.place, f"“{written.target.parts[0].text}”没有分支“{name.text}”", hint
            )
            return None
        branch = entry.position
    return lowered.Back(node, branch, written.limit, exceeded)


# ---- chains


def guard(context: Context, written: Expr | None, env: Env) -> Expression | None:
    """Lower the condition after 若, when there is one."""
    return None if written is None else condition(context, written, env)


def joined(
    context: Context, first: lowered.Actions | None, second: lowered.Actions, place: Place
) -> lowered.Actions:
    """Two lines of actions one after the other; both going somewhere is reported, at the second's place."""
    if first is None:
        return second
    if first.move is not None and second.move is not None:
        hint = "只保留一个转、退回、办结或终止；看情况而定的写成“若 … 则 …”"
        context.report.error("C17", place, "前面一行已经有去向，这一行走不到", hint)
    return lowered.Actions(first.effects + second.effects, first.move or second.move)


def route(context: Context, line: Route, env: Env) -> tuple[lowered.Arm, ...]:
    """Lower a chain of 若, 否则若, 否则."""
    return tuple(
        context.places.note(
            lowered.Arm(guard(context, arm.condition, env), actions(context, arm.actions, env)), arm.place
        )
        for arm in line.arms
    )
