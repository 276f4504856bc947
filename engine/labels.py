"""Names and values of fields as people read them: labels of expressions, names for codes of people and units."""

from decimal import Decimal

from engine.directory import Directory
from engine.expressions import Expression, FieldRef
from engine.graph import Graph
from engine.sentences import value_text
from engine.values import Kind, Type, Value


def type_of(graph: Graph, expression: Expression) -> Type | None:
    """Return the declared type of a field or process data that an expression names; None for anything else."""
    if isinstance(expression, FieldRef):
        field = graph.fields.get((expression.form, expression.field))
        return field.type if field else None
    name = getattr(expression, "name", None)
    return next((data.type for data in graph.definition.data if data.name == name), None)


def label_of(expression: Expression | None) -> str:
    """Return the name that an expression goes by on a page."""
    for name in ("field", "name", "table", "rule", "form"):
        label = getattr(expression, name, None)
        if isinstance(label, str) and label:
            return label
    return "事项"


def display(value: Value, declared: Type | None, directory: Directory) -> str:
    """Write a value as people read it: names of people and units for their codes, ratios as per cent."""
    match declared.kind if declared else None:
        case Kind.UNIT | Kind.PLACE if isinstance(value, str):
            return directory.unit_name(value)
        case Kind.PERSON if isinstance(value, str):
            return directory.name(value)
        case Kind.PEOPLE if isinstance(value, tuple):
            return "、".join(directory.name(str(account)) for account in value)
        case Kind.RATIO if isinstance(value, Decimal | int):
            return f"{value_text(Decimal(value) * 100)}%"
        case _:
            return value_text(value)
