"""抽取: into which field, from the holders of which role, for whom a condition holds."""

from dataclasses import replace

from dsl.context import Context, Env
from dsl.elaborate import condition
from dsl.lower_declarations import role_named
from dsl.procedure import Draw
from dsl.references import reference
from dsl.types import name_of
from engine import definition as lowered
from engine.expressions import FieldRef
from engine.values import Kind, Type


def draw(context: Context, line: Draw, env: Env) -> lowered.Draw | None:
    """Lower a draw; None when its field is none of a form."""
    role_named(context, line.pool)
    target = reference(context, line.target, env)
    word = line.pool.text
    about = replace(env, elements={**env.elements, word: Type(Kind.PERSON)})
    wanted = None if line.condition is None else condition(context, line.condition, about)
    wide_enough = (Kind.PEOPLE,) if line.count > 1 else (Kind.PEOPLE, Kind.PERSON)
    if target.type is not None and target.type.kind not in wide_enough:
        context.report.error(
            "K09",
            line.target.place,
            f"“{line.target.text}”是{name_of(target.type)}，装不下抽取的{line.count}人",
            "把这个字段的类型改成人员名单",
        )
        return None
    if not isinstance(target.expression, FieldRef):
        if target.type is not None:
            context.report.error(
                "K09", line.target.place, f"“{line.target.text}”不是表单的字段", "写成 表单.字段"
            )
        return None
    made = lowered.Draw(target.expression, word, line.count, wanted)
    return context.places.note(made, line.place)
