"""Declarations: roles, enumerations, parameters, forms, documents, events; and which builder makes which."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from dsl import declarations as tree
from dsl.building import clauses
from dsl.building.clauses import at_least, basis, citations, fulfils, name, performers
from dsl.building.expressions import comparison, interval, operand, type_ref
from dsl.building.process import external_process, process
from dsl.building.registers import duty, instance, register, statistic
from dsl.building.site import Node, Site, has, node, nodes, the, word
from dsl.building.tables import rule, table, typed_name
from dsl.clauses import Basis, Fulfils
from dsl.literals import read_date
from dsl.placeholders import NO_DATE
from dsl.tree import Declaration


def declaration(site: Site, parsed: Node) -> Declaration:
    """One declaration of a file."""
    return _DECLARATIONS[parsed.data](site, parsed)


def _import(site: Site, parsed: Node) -> tree.Import:
    return tree.Import(site.names(parsed), place=site.place(parsed))


def _role(site: Site, parsed: Node) -> tree.Role:
    per, taken = node(parsed, "per"), node(parsed, "taken_from")
    return tree.Role(
        site.names(parsed),
        has(parsed, "K_EXTERNAL"),
        has(parsed, "K_CITIZEN"),
        None if per is None else name(site, per),
        None if taken is None else site.ref(the(node(taken, "ref"))),
        at_least(site, parsed),
        site.text(word(parsed, "STRING")),
        place=site.place(parsed),
    )


def _power(site: Site, parsed: Node) -> tree.Power:
    return tree.Power(name(site, parsed), site.text(word(parsed, "STRING")), place=site.place(parsed))


def _enumeration(site: Site, parsed: Node) -> tree.Enumeration:
    ordered = has(parsed, "K_GRAVEST_FIRST")
    return tree.Enumeration(name(site, parsed), site.names(parsed), ordered, place=site.place(parsed))


def _parameter_value(site: Site, parsed: Node) -> tree.ParameterValue:
    day = site.value(the(word(parsed, "DATE")), read_date, NO_DATE)
    return tree.ParameterValue(day, operand(site, parsed), citations(site, parsed), place=site.place(parsed))


def _parameter(site: Site, parsed: Node) -> tree.Parameter:
    site.need(parsed, "值（如 自 2023-04-10 = 10日）", "parameter_value")
    return tree.Parameter(
        name(site, parsed),
        type_ref(site, parsed),
        has(parsed, "K_LOCAL"),
        tuple(_CITED[line.data](site, line) for line in nodes(parsed, *_CITED)),
        tuple(_parameter_value(site, child) for child in nodes(parsed, "parameter_value")),
        place=site.place(parsed),
    )


_CITED: Final[Mapping[str, Callable[[Site, Node], Basis | Fulfils]]] = MappingProxyType(
    {"basis": basis, "fulfils": fulfils}
)

# ---- forms


def _check(site: Site, parsed: Node) -> tree.Bound | tree.Within:
    if parsed.data == "within":
        return tree.Within(interval(site, parsed), place=site.place(parsed))
    return tree.Bound(comparison(the(word(parsed, "CMP"))), operand(site, parsed), place=site.place(parsed))


def _secrecy(parsed: Node) -> tree.Secrecy | None:
    if node(parsed, "confidential") or has(parsed, "K_CONFIDENTIAL"):
        return tree.Secrecy.CONFIDENTIAL
    if has(parsed, "K_INTERNAL"):
        return tree.Secrecy.INTERNAL
    return tree.Secrecy.PUBLIC if has(parsed, "K_PUBLIC") else None


def _field(site: Site, parsed: Node) -> tree.Field:
    confidential = node(parsed, "confidential")
    until = node(confidential, "secret_until") if confidential else None
    clause = {rule: node(parsed, rule) for rule in ("default", "given", "computed")}
    value = {rule: operand(site, found) if found else None for rule, found in clause.items()}
    return tree.Field(
        name(site, parsed),
        type_ref(site, parsed),
        has(parsed, "K_REQUIRED"),
        _secrecy(parsed),
        site.names(node(confidential, "visible_to")) if confidential else (),
        None if until is None else name(site, until),
        tuple(_check(site, child) for child in nodes(parsed, "bound", "within")),
        value["default"],
        value["given"],
        value["computed"],
        place=site.place(parsed),
    )


def _form(site: Site, parsed: Node) -> tree.Form:
    site.need(parsed, "字段（如 所在单位：单位 必填）；标题写了两遍的，删去这一行", "field")
    return tree.Form(
        name(site, parsed),
        tuple(fulfils(site, line) for line in nodes(parsed, "fulfils")),
        tuple(_field(site, child) for child in nodes(parsed, "field")),
        place=site.place(parsed),
    )


# ---- documents and events


def _numbering(site: Site, parsed: Node) -> tree.Numbering:
    pattern = the(site.text(word(parsed, "STRING")))
    return tree.Numbering(pattern, has(parsed, "K_CHAINED"), place=site.place(parsed))


def _served_on(site: Site, parsed: Node) -> tree.ServedOn:
    span = clauses.optional_span(site, parsed)
    cited = clauses.citations(site, parsed)
    return tree.ServedOn(site.names(parsed), span, has(parsed, "K_LOCAL"), cited, place=site.place(parsed))


_DOCUMENT_LINES: Final[Mapping[str, Callable[[Site, Node], tree.DocumentProperty]]] = MappingProxyType(
    {
        "template": lambda site, parsed: tree.Template(
            the(site.text(word(parsed, "STRING"))), place=site.place(parsed)
        ),
        "numbering": _numbering,
        "document_uses": lambda site, parsed: tree.DocumentUses(site.refs(parsed), place=site.place(parsed)),
        "reviewed_by": lambda site, parsed: tree.ReviewedBy(
            performers(site, parsed), place=site.place(parsed)
        ),
        "cosigned_by": lambda site, parsed: tree.CosignedBy(site.names(parsed), place=site.place(parsed)),
        "signed_by": lambda site, parsed: tree.SignedBy(performers(site, parsed), place=site.place(parsed)),
        "served_on": _served_on,
        "document_power": lambda site, parsed: tree.DocumentPower(
            name(site, parsed), place=site.place(parsed)
        ),
        "document_states": lambda site, parsed: tree.DocumentStates(
            site.names(parsed), place=site.place(parsed)
        ),
        "basis": basis,
        "fulfils": fulfils,
    }
)


def _document(site: Site, parsed: Node) -> tree.Document:
    lines = tuple(_DOCUMENT_LINES[line.data](site, line) for line in nodes(parsed, *_DOCUMENT_LINES))
    return tree.Document(name(site, parsed), the(_secrecy(parsed)), lines, place=site.place(parsed))


def _event(site: Site, parsed: Node) -> tree.Event:
    parameters = tuple(typed_name(site, child) for child in nodes(parsed, "typed_name"))
    return tree.Event(name(site, parsed), parameters, place=site.place(parsed))


_DECLARATIONS: Final[Mapping[str, Callable[[Site, Node], Declaration]]] = MappingProxyType(
    {
        "import_": _import,
        "role": _role,
        "power": _power,
        "enumeration": _enumeration,
        "parameter": _parameter,
        "form": _form,
        "document": _document,
        "event": _event,
        "table": table,
        "rule": rule,
        "duty": duty,
        "register": register,
        "statistic": statistic,
        "instance": instance,
        "process": process,
        "external_process": external_process,
    }
)
