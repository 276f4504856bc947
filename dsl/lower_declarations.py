"""Forms, parameters, rules, documents, roles and the rest: from declarations to the parts of a definition."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from dsl import declarations as surface
from dsl.citations import basis_of, citations, obligations_of
from dsl.context import Captured, Context, Env, Signature
from dsl.declarations import (
    Bound,
    CosignedBy,
    DocumentPower,
    DocumentStates,
    DocumentUses,
    Numbering,
    ReviewedBy,
    ServedOn,
    SignedBy,
    Template,
    Within,
)
from dsl.elaborate import condition, elaborate, interval, literal
from dsl.expressions import DurationLiteral, Expr, Name
from dsl.lower_tables import check_succession, declared_inputs
from dsl.performers import performers_of
from dsl.references import Typed, reference
from dsl.report import suggestion
from dsl.types import YES_NO, are_comparable, are_ordered, is_assignable, name_of, type_of
from engine.definition import (
    DatedValue,
    Demand,
    Document,
    Enumeration,
    EventType,
    Field,
    Form,
    Parameter,
    Performer,
    Power,
    Role,
    Rule,
    RuleException,
    Secrecy,
)
from engine.expressions import Compare, Comparison, Expression, FieldRef, Literal
from engine.values import Kind, Span, Type

# ---- forms


def lower_form(context: Context, form: surface.Form) -> Form:
    """Lower a form as the process sees it (its conditions may name data of the case)."""
    known = context.fields(form.name.text)
    seen: set[str] = set()
    fields = []
    for each in form.fields:
        if each.name.text in seen:
            context.report.error(
                "N05",
                each.name.place,
                f"表单“{form.name.text}”有两个字段叫“{each.name.text}”",
                "改名，或删去其中一个",
            )
            continue
        seen.add(each.name.text)
        fields.append(_field(context, form.name.text, each, known[each.name.text][1]))
    return Form(form.name.text, tuple(fields), obligations_of(form.properties))


def _field(context: Context, form: str, field: surface.Field, value_type: Type | None) -> Field:
    env = Env(own_form=form)
    itself = Typed(FieldRef(form, field.name.text), value_type, context.members(value_type))
    asked = None if field.condition is None else condition(context, field.condition, env)
    if value_type is not None and value_type.of is not None:
        context.use("form" if value_type.kind in (Kind.LIST, Kind.RECORD) else "enumeration", value_type.of)
    for role in field.visible_to:
        role_named(context, role)
    made = Field(
        field.name.text,
        value_type or Type(Kind.TEXT),
        (asked or Literal(True, YES_NO)) if field.required else None,
        tuple(_check(context, check, itself, env) for check in field.checks),
        None if field.default is None else _value(context, field.default, itself, env),
        None if field.computed is None else _value(context, field.computed, itself, env),
        Secrecy((field.secrecy or surface.Secrecy.INTERNAL).value),
        tuple(role.text for role in field.visible_to),
        asked_if=None if field.required else asked,
    )
    return context.places.note(made, field.name.place)


def _check(context: Context, check: Bound | Within, itself: Typed, env: Env) -> Expression:
    match check:
        case Within(bounds):
            return interval(context, itself, bounds, env)
        case Bound(operator, value):
            found = elaborate(context, value, env, itself)
            fits = are_comparable if operator.value in "=≠" else are_ordered
            if itself.type is not None and found.type is not None and not fits(itself.type, found.type):
                context.report.error(
                    "K01",
                    check.place,
                    f"这个字段是{name_of(itself.type)}，不能与{name_of(found.type)}比较",
                    "改成同一类的值；金额要写单位，例如 ≥ 0元",
                )
            return Compare(Comparison(operator.value), itself.expression, found.expression)


def _value(context: Context, written: Expr, target: Typed, env: Env) -> Expression:
    found = elaborate(context, written, env, target)
    if target.type is not None and found.type is not None and not is_assignable(target.type, found.type):
        context.report.error(
            "K08",
            written.place,
            f"这个字段是{name_of(target.type)}，值是{name_of(found.type)}",
            "改成同一类的值，或改字段的类型",
        )
    return found.expression


# ---- parameters, rules


def lower_parameter(context: Context, parameter: surface.Parameter) -> Parameter:
    """Lower a parameter; its values in order of time."""
    value_type = type_of(parameter.type, context.scope, context.report)
    target = Typed(Literal(None, value_type or Type(Kind.TEXT)), value_type, context.members(value_type))
    values: list[DatedValue] = []
    for each in sorted(parameter.values, key=lambda value: value.valid_from):
        if values and values[-1].valid_from == each.valid_from:
            context.report.error(
                "B04", each.place, f"参数“{parameter.name.text}”同一天有两个值", "删去其中一个，或改施行日期"
            )
        made = DatedValue(
            each.valid_from, _value(context, each.value, target, Env()), citations(each.citations)
        )
        values.append(made)
    return Parameter(
        parameter.name.text,
        value_type or Type(Kind.TEXT),
        parameter.local,
        tuple(values),
        basis_of(parameter.properties),
        obligations_of(parameter.properties),
    )


def lower_rule(context: Context, name: str) -> tuple[Signature, Rule]:
    """Lower a rule with its versions; the fields of the case that they read become their common inputs."""
    versions = sorted(context.scope.rules[name], key=_first_day)
    captured = Captured()
    for version in versions:
        declared_inputs(context, version.properties, captured)
    value_type = type_of(versions[0].type, context.scope, context.report)
    made = [_version(context, version, value_type, captured) for version in versions]
    _check_versions(context, versions, value_type)
    inputs = tuple(captured.inputs.values())
    first, *later = [replace(each, inputs=inputs) for each in made]
    whole = replace(first, later=tuple(later))
    for lowered, written in zip(whole.versions, versions, strict=True):
        context.places.note(lowered, written.name.place)
    return Signature(name, inputs, ((name, value_type),), is_rule=True), whole


def _first_day(version: surface.Rule) -> date:
    return date.min if version.validity is None else version.validity.valid_from


def _version(context: Context, rule: surface.Rule, value_type: Type | None, captured: Captured) -> Rule:
    target = Typed(Literal(None, value_type or Type(Kind.TEXT)), value_type, context.members(value_type))
    env = Env(captured=captured)
    base = _value(context, rule.base, target, env)
    exceptions = tuple(_exception(context, each, target, env) for each in rule.exceptions)
    _check_overrides(context, rule)
    bounds = {
        kind: [_value(context, each.value, target, env) for each in rule.bounds if isinstance(each, kind)]
        for kind in (surface.Floor, surface.Ceiling)
    }
    return Rule(
        rule.name.text,
        value_type or Type(Kind.TEXT),
        (),
        base,
        exceptions,
        next(iter(bounds[surface.Floor]), None),
        next(iter(bounds[surface.Ceiling]), None),
        basis_of(rule.properties),
        None if rule.validity is None else rule.validity.valid_from,
        None if rule.validity is None else rule.validity.valid_until,
    )


def _exception(context: Context, written: surface.RuleException, target: Typed, env: Env) -> RuleException:
    made = RuleException(
        None if written.name is None else written.name.text,
        tuple(other.text for other in written.overrides),
        condition(context, written.condition, env),
        _value(context, written.result, target, env),
        citations(written.citations),
    )
    return context.places.note(made, written.place)


def _check_versions(context: Context, versions: list[surface.Rule], value_type: Type | None) -> None:
    """Versions follow one another without a gap and give the same kind of figure."""
    for earlier, later in pairwise(versions):
        until = None if earlier.validity is None else earlier.validity.valid_until
        start = None if later.validity is None else later.validity.valid_from
        check_succession(context, later, until, start)
        own = type_of(later.type, context.scope, context.report)
        if value_type is not None and own is not None and own != value_type:
            context.report.error(
                "K08",
                later.type.place,
                f"规则“{later.name.text}”的前一版得出{name_of(value_type)}，这一版得出{name_of(own)}",
                "各版本的类型要相同",
            )


def _check_overrides(context: Context, rule: surface.Rule) -> None:
    names = [each.name.text for each in rule.exceptions if each.name is not None]
    for each in rule.exceptions:
        for other in each.overrides:
            if other.text not in names:
                hint = suggestion(other.text, names, "“优先于”后面写本规则另一个例外的名称")
                context.report.error(
                    "N01", other.place, f"规则“{rule.name.text}”没有例外“{other.text}”", hint
                )


# ---- documents


def lower_document(context: Context, document: surface.Document, env: Env) -> Document:
    """Lower a document; `env` knows the elements of the instance branches in which it may be issued."""
    made = Document(document.name.text, Secrecy(document.secrecy.value))
    for line in document.properties:
        match line:
            case Template(file):
                made = replace(made, template=file)
            case Numbering(pattern, chained):
                made = replace(made, numbering=pattern, chained=chained)
            case DocumentUses(refs):
                uses = tuple(reference(context, ref, env).expression for ref in refs)
                made = replace(made, uses=made.uses + uses)
            case ReviewedBy(performers):
                made = replace(made, reviewed_by=performers_of(context, performers, env))
            case CosignedBy(roles):
                for role in roles:
                    role_named(context, role)
                made = replace(made, cosigned_by=tuple(Performer(role.text) for role in roles))
            case SignedBy(performers):
                made = replace(made, signed_by=performers_of(context, performers, env))
            case ServedOn(roles, span):
                for role in roles:
                    role_named(context, role)
                made = replace(
                    made,
                    served_on=tuple(role.text for role in roles),
                    service_span=_fixed_span(span),
                )
            case DocumentPower(power):
                power_named(context, power)
                made = replace(made, power=power.text)
            case DocumentStates(demands):
                made = replace(made, states=_demands(context, demands))
            case _:
                pass
    made = replace(made, basis=basis_of(document.properties), obligations=obligations_of(document.properties))
    return context.places.note(made, document.name.place)


def _demands(context: Context, names: Sequence[Name]) -> tuple[Demand, ...]:
    """Return what a document must state, in the order written."""
    known = {demand.value: demand for demand in Demand}
    for name in names:
        if name.text not in known:
            hint = suggestion(name.text, known, f"只能写{'、'.join(known)}")
            context.report.error("Y05", name.place, f"签发前不会检查“{name.text}”", hint)
    return tuple(dict.fromkeys(known[name.text] for name in names if name.text in known))


def _fixed_span(span: Expr | None) -> Span | None:
    if not isinstance(span, DurationLiteral):
        return None  # a parameter: its clock tells how long (lower_service)
    found = literal(span).expression
    return found.value if isinstance(found, Literal) and isinstance(found.value, Span) else None


# ---- roles, powers, enumerations, events


def lower_role(context: Context, name: str, env: Env) -> Role:
    """Lower a role; `env` knows the elements of the instance branches from which its holders may be taken."""
    role = context.scope.roles[name]
    taken = None if role.taken is None else reference(context, role.taken, env)
    given = None if taken is None or role.citizen else taken.type
    if given is not None and given.kind not in (Kind.PERSON, Kind.PEOPLE, Kind.UNIT):
        context.report.error(
            "K09",
            role.place,
            f"角色“{name}”由{name_of(given)}给出",
            "“由”后面写人员、人员名单或单位字段",
        )
    return Role(
        name,
        role.external,
        role.citizen,
        None if role.per is None else role.per.text,
        None if taken is None or role.citizen else taken.expression,
        role.at_least or 1,
        role.note or "",
    )


def role_named(context: Context, name: Name) -> None:
    """Check that a role is declared, and remember that it is used."""
    if name.text in context.scope.roles:
        context.use("role", name.text)
    elif not context.is_forgiven(name.text):
        hint = suggestion(name.text, context.scope.roles, "先用“角色”声明，或检查是否漏写了“引用”")
        context.report.undeclared("R01", name, f"角色“{name.text}”未定义", hint)


def power_named(context: Context, name: Name) -> None:
    """Check that a power is declared, and remember that it is used."""
    if name.text in context.scope.powers:
        context.use("power", name.text)
    elif not context.is_forgiven(name.text):
        hint = suggestion(name.text, context.scope.powers, "先用“职权”声明")
        context.report.undeclared("N08", name, f"职权“{name.text}”未定义", hint)


def lower_power(power: surface.Power) -> Power:
    """Lower a power."""
    return Power(power.name.text, power.note or "")


def lower_enumeration(enumeration: surface.Enumeration) -> Enumeration:
    """Lower an enumeration."""
    members = tuple(member.text for member in enumeration.members)
    return Enumeration(enumeration.name.text, members, enumeration.gravest_first)


def lower_event(context: Context, event: surface.Event) -> EventType:
    """Lower an event."""
    return EventType(
        event.name.text,
        tuple(
            (each.name.text, type_of(each.type, context.scope, context.report) or Type(Kind.TEXT))
            for each in event.parameters
        ),
    )
