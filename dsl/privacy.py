"""Confidential fields stay with those who may see them: documents, screens, other cases, events, titles.

A value that is computed or copied from a confidential field is confidential; one that only depends on it (through a
condition, a table or a rule) may give it away, which is a warning.
"""

from collections.abc import Iterable

from dsl.arguments import start_form
from dsl.declarations import Form as WrittenForm
from dsl.declarations import Secrecy as WrittenSecrecy
from dsl.lower import Lowered
from dsl.report import Report
from dsl.scope import World
from dsl.secrecy import Secrets, secrets_of
from dsl.walk import parts
from engine.definition import (
    Definition,
    Document,
    Emit,
    Performer,
    Secrecy,
    SetField,
    Step,
    Trigger,
)
from engine.expressions import (
    DataRef,
    ElementRef,
    Expression,
    FieldRef,
    FormRef,
)
from engine.values import Kind

_POINTERS = frozenset({Kind.UNIT, Kind.PLACE, Kind.DATE, Kind.TIME, Kind.PERSON, Kind.PEOPLE})
"""Kinds of fields that, several together, single out a person."""


def check_privacy(process: Lowered, world: World, report: Report) -> None:
    """Follow every confidential field to wherever it may be read."""
    definition = process.definition
    secrets = secrets_of(definition)
    if not secrets.fields:
        return
    for document in definition.documents:
        if document.secrecy is not Secrecy.CONFIDENTIAL:
            _document(process, document, secrets, report)
        if document.secrecy is Secrecy.PUBLIC:
            _few_people(process, document, secrets, report)
    for node in definition.nodes:
        if isinstance(node, Step):
            _screens(process, node, secrets, report)
    for part in parts(definition):
        if isinstance(part, Trigger):
            _trigger(process, part, world, secrets, report)
        elif isinstance(part, Emit):
            for name, value in part.arguments:
                for ref, _, plain in secrets.told(value):
                    leak(process, ref, f"事件“{part.event}”的“{name}”", "P03", plain, report)
        elif isinstance(part, SetField) and (part.field.form, part.field.field) not in secrets.fields:
            for ref, _, plain in secrets.told(part.value):
                leak(
                    process, ref, f"不保密的字段“{part.field.form}.{part.field.field}”", "P07", plain, report
                )
    for what, expressions in (("标题", definition.title), ("摘要", definition.summary)):
        for expression in expressions:
            for ref, _, plain in secrets.told(expression):
                leak(process, ref, f"案件{what}", "P06", plain, report)


def name_of_part(ref: Expression) -> str:
    """Return what a confidential part is called."""
    match ref:
        case FieldRef(form, name):
            return f"{form}.{name}"
        case ElementRef(variable, str() as name):
            return f"{variable}.{name}"
        case DataRef(name) | FormRef(name):
            return name
        case _:
            return "保密字段"


def leak(process: Lowered, ref: Expression, where: str, code: str, plain: bool, report: Report) -> None:
    """Report a secret that a place open to others gives (`plain`) or depends on."""
    place = process.place_of(ref)
    flow = (*_flow(secrets_of(process.definition), ref), where.replace("“", "").replace("”", ""))
    if plain:
        report.error(
            code,
            place,
            f"{where}用了保密字段“{name_of_part(ref)}”",
            "删去这个字段，或改用不含身份的字段",
            witness=flow,
        )
    else:
        report.warning(
            "P05",
            place,
            f"{where}的内容取决于保密字段“{name_of_part(ref)}”，可能被推断出来",
            "确认不会暴露后写“容许 P05 “理由””",
            witness=flow,
        )


def _flow(secrets: Secrets, ref: Expression) -> tuple[str, ...]:
    """The field from which a secret comes, and the data through which it goes."""
    flow = [name_of_part(ref)]
    while isinstance(ref, DataRef) and ref.name in secrets.sources:
        ref = secrets.sources[ref.name]
        if name_of_part(ref) in flow:
            break
        flow.append(name_of_part(ref))
    return tuple(reversed(flow))


def _document(process: Lowered, document: Document, secrets: Secrets, report: Report) -> None:
    word = "公开" if document.secrecy is Secrecy.PUBLIC else "内部"
    for use in document.uses:
        for ref, _, plain in secrets.told(use):
            leak(process, ref, f"{word}文书“{document.name}”", "P01", plain, report)
        if isinstance(use, FormRef) and secrets.of_form(use.form):
            name = secrets.of_form(use.form)[0][0]
            report.error(
                "P01",
                process.place_of(use),
                f"{word}文书“{document.name}”用了整张表单“{use.form}”，其中“{name}”是保密的",
                "只写要用的字段，不写整张表单",
            )


def _few_people(process: Lowered, document: Document, secrets: Secrets, report: Report) -> None:
    """Unit, place and time together may point out the one person whom a confidential field hides."""
    types = {
        (form.name, each.name): each.type.kind for form in process.definition.forms for each in form.fields
    }
    told: dict[str, list[FieldRef]] = {}
    for use in document.uses:
        if isinstance(use, FieldRef) and types.get((use.form, use.field)) in _POINTERS:
            told.setdefault(use.form, []).append(use)
    for form, refs in told.items():
        if secrets.of_form(form) and len({types[ref.form, ref.field] for ref in refs}) > 1:
            names = "、".join(ref.field for ref in refs)
            hidden = secrets.of_form(form)[0][0]
            report.info(
                "P10",
                process.place_of(refs[-1]),
                f"公开文书“{document.name}”同时写出“{form}”的{names}，范围小时可能认出“{hidden}”",
                "少写一项，或改写为更大的范围（例如只写行业、月份）",
                witness=("、".join(name_of_part(ref) for ref in refs),),
            )


# ---- screens


def _screens(process: Lowered, step: Step, secrets: Secrets, report: Report) -> None:
    readers = _readers(process.definition, step)
    for shown in step.shows:
        seen = secrets.seen(shown)
        if seen is not None:
            _shown(process, step, shown, name_of_part(shown), readers, seen, report)
        if isinstance(shown, FormRef):
            for name, roles in secrets.of_form(shown.form):
                _shown(process, step, shown, f"{shown.form}.{name}", readers, roles, report)
    for form in step.fills:
        for name, roles in secrets.of_form(form):
            if roles:
                _shown(process, step, step, f"{form}.{name}", readers, roles, report)


def _readers(definition: Definition, step: Step) -> frozenset[str]:
    here = step.entered_by if step.external else step.performers
    return _roles(definition, here) | _roles(definition, step.assistants)


def _roles(definition: Definition, performers: Iterable[Performer]) -> frozenset[str]:
    found: set[str] = set()
    for performer in performers:
        if performer.superior_of is not None:
            found.add(f"“{definition.nodes[performer.superior_of].name}”办理人的上级")
        elif performer.same_as is not None:
            other = definition.nodes[performer.same_as]
            if isinstance(other, Step):
                found |= {each.role for each in other.performers if each.role}
        else:
            found.add(performer.role)
    return frozenset(found)


def _shown(
    process: Lowered,
    step: Step,
    part: object,
    name: str,
    readers: frozenset[str],
    seen: frozenset[str],
    report: Report,
) -> None:
    others = sorted(readers - seen)
    if others:
        may = (
            f"只有 {'、'.join(sorted(seen))} 可以看" if seen else "这个字段没有写“限 角色 可见”，别人都不能看"
        )
        report.error(
            "P02",
            process.place_of(part),
            f"“{step.name}”的{'、'.join(others)}不在保密字段“{name}”的可见范围",
            f"{may}；改写要查看的字段，或改由可见的角色办",
        )


# ---- other cases


def _trigger(process: Lowered, trigger: Trigger, world: World, secrets: Secrets, report: Report) -> None:
    declared = world.processes.get(trigger.process)
    form = None if declared is None else start_form(declared)
    for name, value in trigger.arguments:
        kept = _kept(form, name)
        for ref, seen, plain in secrets.told(value):
            if kept is None or not kept <= seen:
                leak(process, ref, f"触发“{trigger.process}”的参数“{name}”", "P03", plain, report)


def _kept(form: WrittenForm | None, name: str) -> frozenset[str] | None:
    """Return the roles that may see the receiver's field; None when it is not confidential there."""
    for each in () if form is None else form.fields:
        if each.name.text == name and each.secrecy is WrittenSecrecy.CONFIDENTIAL:
            return frozenset(role.text for role in each.visible_to)
    return None
