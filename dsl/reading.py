"""What an expression reads that may be missing: 且 and 或 stop when they are decided, 已填 asks first."""

from collections.abc import Iterable

from dsl.variables import Known, Valuation, Variables
from dsl.walk import parts, slots_of
from engine.definition import Step
from engine.expressions import (
    And,
    DataRef,
    ElementRef,
    Expression,
    FieldRef,
    Filled,
    FormRef,
    InstanceRef,
    NodeFact,
    NodeRef,
    Or,
    Quantified,
)


def needed(
    variables: Variables,
    expression: Expression,
    valuation: Valuation,
    known: Known,
    outcome: str | None = None,
) -> Iterable[Expression]:
    """References that are evaluated and may be missing; 且 and 或 stop when they are decided."""
    match expression:
        case And(terms) | Or(terms):
            decided = isinstance(expression, Or)
            for term in terms:
                yield from needed(variables, term, valuation, known, outcome)
                if variables.holds(term, valuation, known, outcome) is decided:
                    return
                known = _learnt(variables, term, known, decided)
        case Filled() | ElementRef() | InstanceRef():
            return
        case Quantified(_, items, _, condition, of):
            yield from needed(variables, items, valuation, known, outcome)
            if not isinstance(items, InstanceRef):
                for inner in (condition, of):
                    if inner is not None:
                        yield from needed(variables, inner, valuation, known, outcome)
        case FieldRef(form) | FormRef(form):
            if not known.must & variables.bit("form", form):
                yield expression
        case DataRef(name):
            if not known.must & variables.bit("data", name):
                yield expression
        case _:
            for part in _operands(expression):
                yield from needed(variables, part, valuation, known, outcome)


def bits_in(variables: Variables, expression: Expression) -> int:
    """Return the bits of every form and data that an expression names."""
    bits = 0
    for part in parts(expression):
        match part:
            case FieldRef(form) | FormRef(form):
                bits |= variables.bit("form", form)
            case DataRef(name):
                bits |= variables.bit("data", name)
            case _:
                pass
    return bits


def _learnt(variables: Variables, term: Expression, known: Known, decided: bool) -> Known:
    """What a term tells that did not decide: behind 已填 且 the field is there, behind 已完成 且 the step is done."""
    if decided:
        return known
    match term:
        case Filled(FieldRef(form)) | Filled(FormRef(form)):
            return known.with_bits(variables.bit("form", form))
        case Filled(DataRef(name)):
            return known.with_bits(variables.bit("data", name))
        case NodeRef(node, NodeFact.IS_DONE):
            found = variables.definition.nodes[node]
            bits = variables.bit("node", str(node))
            for form in found.fills if isinstance(found, Step) else ():
                bits |= variables.bit("form", form)
            return known.with_bits(bits)
        case _:
            return known


def _operands(expression: Expression) -> Iterable[Expression]:
    """Expressions directly inside one."""
    for name in reversed(slots_of(type(expression))):
        value = getattr(expression, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Expression):
                yield each
