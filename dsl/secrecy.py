"""Which parts of a definition are confidential, who may see them, and which of them an expression gives away."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from dsl.walk import parts
from engine.definition import Branch, Definition, Secrecy, SetData, Trigger
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
from engine.register_definition import Register
from engine.values import Kind

_CONDITIONS = (Compare, Among, Between, Filled, TableCall, RuleCall)


@dataclass(slots=True)
class Secrets:
    """Confidential fields -> roles that may see them (none: only who fills them); data that holds such values."""

    fields: dict[tuple[str, str], frozenset[str]]
    elements: dict[str, str]  # variable walked over -> form of the element
    data: dict[str, frozenset[str]] = field(default_factory=dict)
    sources: dict[str, Expression] = field(default_factory=dict)  # data -> the secret it was given

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


def secrets_of(definition: Definition) -> Secrets:
    """Find the confidential fields of a process, and the data that holds their values."""
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
                told = [(ref, seen) for ref, seen, plain in secrets.told(part.value) if plain]
                if told:
                    secrets.data[part.name] = frozenset.intersection(*(seen for _, seen in told))
                    secrets.sources[part.name] = told[0][0]
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
            case Register(each=FieldRef(form, name), variable=str() as variable):
                found[variable] = lists.get((form, name), "")
            case Register(each=FormRef(form), variable=str() as variable):
                found[variable] = form
            case _:
                pass
    return found


def sealed(definition: Definition) -> Definition:
    """Tell each sealed column who may see it: those who may see all that it gives or depends on."""
    if not any(column.sealed for register in definition.registers for column in register.columns):
        return definition
    secrets = secrets_of(definition)

    def readers(register: Register) -> Register:
        columns = []
        for column in register.columns:
            told = [seen for _, seen, _ in secrets.told(column.value)] if column.sealed else []
            seen = frozenset.intersection(*told) if told else frozenset()
            columns.append(replace(column, visible_to=tuple(sorted(seen))))
        return replace(register, columns=tuple(columns))

    return replace(definition, registers=tuple(readers(each) for each in definition.registers))
