"""Names and values of fields as people read them: labels of expressions, names for codes of people and units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal

from engine.definition import Form
from engine.directory import Directory
from engine.expressions import CaseFact, CaseRef, Expression, FieldRef
from engine.graph import Graph
from engine.sentences import value_text
from engine.values import Kind, Type, Value

_FACTS: Mapping[CaseFact, Type] = {
    CaseFact.STARTED_BY: Type(Kind.PERSON),
    CaseFact.OWED_BY: Type(Kind.PERSON),
    CaseFact.OWED_FOR: Type(Kind.UNIT),
}


def type_of(graph: Graph, expression: Expression) -> Type | None:
    """Return the type of a field, process data or fact of the case whose value is a code; None for anything else."""
    if isinstance(expression, CaseRef):
        return _FACTS.get(expression.fact)
    if isinstance(expression, FieldRef):
        field = graph.fields.get((expression.form, expression.field))
        return field.type if field else None
    name = getattr(expression, "name", None)
    return next((data.type for data in graph.definition.data if data.name == name), None)


def label_of(expression: Expression | None) -> str:
    """Return the name that an expression goes by on a page."""
    for name in ("field", "name", "table", "rule", "form", "document"):
        label = getattr(expression, name, None)
        if isinstance(label, str) and label:
            return label
    return "事项"


@dataclass(frozen=True, slots=True)
class Reading:
    """How values are written for people: names for codes, local time, the fields of records by their types."""

    directory: Directory
    zone: tzinfo
    forms: Mapping[str, Form] = field(default_factory=dict)

    def text(self, value: Value, declared: Type | None) -> str:
        """Write a value; an empty text when there is none."""
        if value is None:
            return ""
        match declared.kind if declared else None:
            case Kind.UNIT | Kind.PLACE if isinstance(value, str):
                return self.directory.unit_name(value)
            case Kind.PERSON if isinstance(value, str):
                return self.directory.name(value)
            case Kind.PEOPLE if isinstance(value, tuple):
                return "、".join(self.directory.name(str(account)) for account in value)
            case Kind.RATIO if isinstance(value, Decimal | int):
                return f"{value_text(Decimal(value) * 100)}%"
            case Kind.LIST if isinstance(value, tuple) and declared is not None:
                record = Type(Kind.RECORD, declared.of)
                return "；".join(f"（{n}）{self.text(each, record)}" for n, each in enumerate(value, 1))
            case Kind.RECORD if isinstance(value, Mapping) and declared is not None:
                types = {each.name: each.type for each in self.forms[declared.of or ""].fields}
                return "，".join(
                    f"{name}：{self.text(each, types.get(name))}" for name, each in value.items()
                )
            case _:
                return value_text(value.astimezone(self.zone) if isinstance(value, datetime) else value)
