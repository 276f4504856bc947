"""Who acts: roles, their scope by village, unit or line of business, seats, 同 and 各."""

from dataclasses import replace
from itertools import pairwise

from dsl.clauses import ByEach, ByLeastBusy, ByRole, BySame, BySuperior, Performers
from dsl.clauses import Performer as Written
from dsl.context import Context, Env
from dsl.edits import replaced
from dsl.expressions import Name
from dsl.findings import Edit
from dsl.references import node_number, reference
from dsl.report import suggestion
from dsl.source import Place
from engine.definition import Performer
from engine.expressions import Expression, UnitAttribute


def performers_of(
    context: Context, written: Performers, env: Env, *, seated: bool = False
) -> tuple[Performer, ...]:
    """Lower 甲（范围） 至少 2人 或 乙; `seated`: each is given a work item of a step."""
    if not seated:
        _refuse_allocation(context, written)
    if written.joint:
        names = "、".join(_name(each).text for each in written.members)
        context.report.error(
            "R03",
            written.place,
            f"“{names}”可读成共同办，也可读成任一人办",
            "任一人办写“甲 或 乙”；协助写“协办”；都要签写“会签”",
            fix=_either(written),
        )
    found = [_performer(context, each, env) for each in written.members]
    return tuple(each for each in found if each is not None)


def _refuse_allocation(context: Context, written: Performers) -> None:
    for each in written.members:
        if isinstance(each, ByLeastBusy):
            context.report.error(
                "R13",
                each.place,
                f"这里不派待办，不能写“在办最少 {each.role.text}”",
                f"写角色本身：{each.role.text}；“在办最少”用在步骤的 承办、协办、录入",
                fix=(replaced(each.place, each.role.text),) if each.scope is None else (),
            )


def _either(written: Performers) -> tuple[Edit, ...]:
    """甲、乙 -> 甲 或 乙."""
    return tuple(
        replaced(
            Place(
                one.place.source,
                one.place.end_line,
                one.place.end_column,
                other.place.line,
                other.place.column,
            ),
            " 或 ",
        )
        for one, other in pairwise(written.members)
    )


def _name(performer: Written) -> Name:
    match performer:
        case ByRole(role) | ByEach(role) | ByLeastBusy(role):
            return role
        case BySame(step) | BySuperior(step):
            return step


def _performer(context: Context, performer: Written, env: Env) -> Performer | None:
    match performer:
        case BySame(step):
            node = node_number(context, step)
            return None if node is None else context.places.note(Performer(same_as=node), performer.place)
        case BySuperior(step):
            node = node_number(context, step)
            return None if node is None else context.places.note(Performer(superior_of=node), performer.place)
        case ByEach(role):
            if not _is_role(context, role):
                return None
            made = Performer(role.text, scope_of(context, role), each=True)
            return context.places.note(made, performer.place)
        case ByRole(role, scope, at_least):
            if not _is_role(context, role):
                return None
            found = None if scope is None else reference(context, scope, env).expression
            made = Performer(role.text, found or scope_of(context, role), at_least or 1)
            return context.places.note(made, performer.place)
        case ByLeastBusy(role, scope):
            if not _is_role(context, role):
                return None
            found = None if scope is None else reference(context, scope, env).expression
            made = Performer(role.text, found or scope_of(context, role), least_busy=True)
            return context.places.note(made, performer.place)


def _is_role(context: Context, name: Name) -> bool:
    if name.text in context.scope.roles:
        context.use("role", name.text)
        return True
    if not context.is_forgiven(name.text):
        hint = suggestion(name.text, context.scope.roles, "先用“角色”声明，或检查是否漏写了“引用”")
        context.report.undeclared("R01", name, f"角色“{name.text}”未定义", hint)
    return False


def scope_of(context: Context, role: Name) -> Expression | None:
    """Return whose village, unit or line of business a holder of the role must be bound to."""
    declared = context.scope.roles[role.text]
    if declared.per is None or declared.taken is not None:
        return None
    dimension = declared.per.text
    source = context.territory if dimension == "村" else context.subject
    if source is None and role.text in context.unscoped:
        return None
    if source is None:
        context.unscoped.add(role.text)
        word = "属地" if dimension == "村" else "对象"
        context.report.error(
            "R05",
            role.place,
            f"角色“{role.text}”按{dimension}找人，规程没有写“{word}”",
            f"在规程开头写“{word} 字段”，或写明范围：{role.text}（字段）",
        )
        return None
    own = _copied(source)
    if dimension in ("村", "单位"):
        return context.places.note(own, role.place)
    return context.places.note(UnitAttribute(own, dimension), role.place)


def _copied(expression: Expression) -> Expression:
    """A copy with an identity of its own, for a place of its own."""
    return replace(expression)
