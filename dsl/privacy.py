"""Confidential fields stay with those who may see them: documents, screens, other cases, events, titles, registers.

A value that is computed or copied from a confidential field is confidential; one that only depends on it (through a
condition, a table or a rule) may give it away, which is a warning.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dsl.arguments import start_form
from dsl.declarations import Form as WrittenForm
from dsl.declarations import Secrecy as WrittenSecrecy
from dsl.edits import inserted
from dsl.expressions import Ref
from dsl.lower import Lowered
from dsl.report import Report
from dsl.scope import Scope, World
from dsl.walk import parts
from engine.definition import (
    Branch,
    Definition,
    Document,
    Emit,
    Performer,
    Secrecy,
    SetData,
    SetField,
    Step,
    Trigger,
)
from engine.expressions import (
    Among,
    Arithmetic,
    Between,
    Compare,
    DataRef,
    ElementRef,
    Expression,
    Extreme,
    FieldRef,
    Filled,
    FormRef,
    Quantified,
    Quantifier,
    RuleCall,
    TableCall,
)
from engine.values import Kind

_CONDITIONS = (Compare, Among, Between, Filled, TableCall, RuleCall)


@dataclass(slots=True)
class Secrets:
    """Confidential fields -> roles that may see them (none: only who fills them); data that holds such values."""

    fields: dict[tuple[str, str], frozenset[str]]
    elements: dict[str, str]  # variable walked over -> form of the element
    data: dict[str, frozenset[str]] = field(default_factory=dict)

    def of_form(self, form: str) -> list[tuple[str, frozenset[str]]]:
        """Return the confidential fields of a form."""
        return [(name, seen) for (owner, name), seen in self.fields.items() if owner == form]

    def seen(self, part: object) -> frozenset[str] | None:
        """Return who may see what a reference gives; None when it is no secret."""
        match part:
            case FieldRef(form, name):
                return self.fields.get((form, name))
            case ElementRef(variable, str() as name):
                return self.fields.get((self.elements.get(variable, ""), name))
            case DataRef(name):
                return self.data.get(name)
            case _:
                return None

    def told(self, expression: Expression) -> list[tuple[Expression, frozenset[str], bool]]:
        """Return the secrets in an expression, who may see each, and whether its value itself is given."""
        return list(self._told(expression, plain=True))

    def _told(self, part: object, *, plain: bool) -> "Iterable[tuple[Expression, frozenset[str], bool]]":
        seen = self.seen(part)
        if seen is not None and isinstance(part, FieldRef | ElementRef | DataRef):
            yield part, seen, plain
        match part:
            case Quantified(quantifier, items, _, condition, of):
                lists = quantifier is Quantifier.SELECT
                yield from self._told(items, plain=plain and lists)
                yield from self._told(condition, plain=False)
                yield from self._told(of, plain=plain)
            case Arithmetic(_, left, right):
                yield from self._told(left, plain=plain)
                yield from self._told(right, plain=plain)
            case Extreme(_, terms):
                for term in terms:
                    yield from self._told(term, plain=plain)
            case _:
                for inner in parts(part):
                    if inner is not part and isinstance(inner, FieldRef | ElementRef | DataRef):
                        found = self.seen(inner)
                        if found is not None:
                            yield inner, found, plain and not isinstance(part, _CONDITIONS)


def check_privacy(process: Lowered, world: World, report: Report) -> None:
    """Follow every confidential field to wherever it may be read."""
    definition = process.definition
    secrets = _secrets(definition)
    if not secrets.fields:
        return
    for document in definition.documents:
        if document.secrecy is not Secrecy.CONFIDENTIAL:
            _document(process, document, secrets, report)
    for node in definition.nodes:
        if isinstance(node, Step):
            _screens(process, node, secrets, report)
    for part in parts(definition):
        if isinstance(part, Trigger):
            _trigger(process, part, world, secrets, report)
        elif isinstance(part, Emit):
            for name, value in part.arguments:
                for ref, _, plain in secrets.told(value):
                    _leak(process, ref, f"事件“{part.event}”的“{name}”", "P03", plain, report)
        elif isinstance(part, SetField) and (part.field.form, part.field.field) not in secrets.fields:
            for ref, _, plain in secrets.told(part.value):
                _leak(
                    process, ref, f"不保密的字段“{part.field.form}.{part.field.field}”", "P07", plain, report
                )
    for what, expressions in (("标题", definition.title), ("摘要", definition.summary)):
        for expression in expressions:
            for ref, _, plain in secrets.told(expression):
                _leak(process, ref, f"案件{what}", "P06", plain, report)


def _secrets(definition: Definition) -> Secrets:
    fields = {
        (form.name, each.name): frozenset(each.visible_to)
        for form in definition.forms
        for each in form.fields
        if each.secrecy is Secrecy.CONFIDENTIAL
    }
    secrets = Secrets(fields, _elements(definition))
    changed = bool(fields)
    while changed:
        changed = False
        for part in parts(definition.nodes):
            if isinstance(part, SetData) and part.name not in secrets.data:
                told = [seen for _, seen, plain in secrets.told(part.value) if plain]
                if told:
                    secrets.data[part.name] = frozenset.intersection(*told)
                    changed = True
    return secrets


def _elements(definition: Definition) -> dict[str, str]:
    """What each variable walks over: the form of the list's entries."""
    lists = {
        (form.name, each.name): each.type.of or ""
        for form in definition.forms
        for each in form.fields
        if each.type.kind is Kind.LIST
    }
    found: dict[str, str] = {}
    for part in parts(definition):
        match part:
            case Quantified(_, FieldRef(form, name), variable):
                found[variable] = lists.get((form, name), "")
            case Trigger(each=FieldRef(form, name), variable=str() as variable):
                found[variable] = lists.get((form, name), "")
            case Branch(each=FieldRef(form, name), variable=str() as variable):
                found[variable] = lists.get((form, name), "")
            case _:
                pass
    return found


def _name(ref: Expression) -> str:
    match ref:
        case FieldRef(form, name):
            return f"{form}.{name}"
        case ElementRef(variable, str() as name):
            return f"{variable}.{name}"
        case DataRef(name) | FormRef(name):
            return name
        case _:
            return "保密字段"


def _leak(process: Lowered, ref: Expression, where: str, code: str, plain: bool, report: Report) -> None:
    place = process.place_of(ref)
    if plain:
        report.error(code, place, f"{where}用了保密字段“{_name(ref)}”", "删去这个字段，或改用不含身份的字段")
    else:
        report.warning(
            "P05",
            place,
            f"{where}的内容取决于保密字段“{_name(ref)}”，可能被推断出来",
            "确认不会暴露后写“容许 P05 “理由””",
        )


def _document(process: Lowered, document: Document, secrets: Secrets, report: Report) -> None:
    word = "公开" if document.secrecy is Secrecy.PUBLIC else "内部"
    for use in document.uses:
        for ref, _, plain in secrets.told(use):
            _leak(process, ref, f"{word}文书“{document.name}”", "P01", plain, report)
        if isinstance(use, FormRef) and secrets.of_form(use.form):
            name = secrets.of_form(use.form)[0][0]
            report.error(
                "P01",
                process.place_of(use),
                f"{word}文书“{document.name}”用了整张表单“{use.form}”，其中“{name}”是保密的",
                "只写要用的字段，不写整张表单",
            )


# ---- screens


def _screens(process: Lowered, step: Step, secrets: Secrets, report: Report) -> None:
    readers = _readers(process.definition, step)
    for shown in step.shows:
        seen = secrets.seen(shown)
        if seen is not None:
            _shown(process, step, shown, _name(shown), readers, seen, report)
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
        if performer.same_as is not None:
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
                _leak(process, ref, f"触发“{trigger.process}”的参数“{name}”", "P03", plain, report)


def _kept(form: WrittenForm | None, name: str) -> frozenset[str] | None:
    """Return the roles that may see the receiver's field; None when it is not confidential there."""
    for each in () if form is None else form.fields:
        if each.name.text == name and each.secrecy is WrittenSecrecy.CONFIDENTIAL:
            return frozenset(role.text for role in each.visible_to)
    return None


def check_registers(scope: Scope, report: Report) -> None:
    """An open column of a register may not show a confidential field."""
    secret: Mapping[tuple[str, str], bool] = {
        (form.name.text, each.name.text): True
        for form in scope.forms.values()
        for each in form.fields
        if each.secrecy is WrittenSecrecy.CONFIDENTIAL
    }
    if not secret:
        return
    for register in scope.registers.values():
        for column in register.columns:
            if column.sealed:
                continue
            for ref in (part for part in parts(column.value) if isinstance(part, Ref)):
                texts = tuple(part.text for part in ref.parts)
                if texts[:2] in secret:
                    report.error(
                        "P04",
                        ref.place,
                        f"台账列“{column.name.text}”用了保密字段“{ref.text}”",
                        f"写“封存 {column.name.text}：…”，只有可见的角色能打开",
                        fix=(inserted(column.name.place, "封存 "),),
                    )
