"""Values that people might fill in: of the right type, near the figures that the definition compares them with."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from types import MappingProxyType

from engine.definition import Definition, Form, Interval, OneOf, Table
from engine.expressions import (
    Among,
    Between,
    Compare,
    Expression,
    FieldRef,
    Literal,
    ParameterRef,
    Quantified,
    Quantifier,
)
from engine.parts import parts_of
from engine.values import FileRef, Kind, Record, Span, Type, Unit, Value

PAPER = FileRef("0" * 64, "附件.jpg", 1, "image/jpeg")
_LEFT_OPEN = 0.2
"""Share of the fields nobody has to fill that stay empty."""
_YES, _NO = "是", "否"
_LONGEST = 50
"""Entries of the longest list that is filled."""

Name = tuple[str, str]
"""Form and field."""

NOTHING_BESIDE: Record = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Nearby:
    """What filling the forms of a definition needs to know of it; the same for all of its cases."""

    forms: Mapping[str, Form]
    members: Mapping[str, Sequence[str]]  # of its enumerations
    near: Mapping[Name, tuple[Value, ...]]
    lengths: Mapping[Name, tuple[Name, ...]]


def nearby(definition: Definition) -> Nearby:
    """Look through a definition for what its forms may be filled with."""
    return Nearby(
        {form.name: form for form in definition.forms},
        {enum.name: enum.members for enum in definition.enumerations},
        constants_near(definition),
        fields_counted(definition),
    )


@dataclass(frozen=True, slots=True)
class Supply:
    """What forms are filled with, whatever the definition says.

    Args:
        people, units: accounts and codes that fields may name.
        units_of: the units that a field of this name may name, where not all may.
        paper: what is attached where evidence is asked for.
        lists_left_open: share of the lists nobody has to fill that stay empty.
        weights: "form.field" -> member, or 是 and 否 -> how often it is chosen, beside 1 for the others; a text or a whole
            number is one of these.
    """

    people: Sequence[str]
    units: Sequence[str]
    units_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    paper: FileRef = PAPER
    lists_left_open: float = _LEFT_OPEN
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


class Filling:
    """Fills the forms of one case at random."""

    def __init__(self, about: Nearby, random: Random, supply: Supply) -> None:
        self.random, self.supply = random, supply
        self.forms, self.members = about.forms, about.members
        self.near, self.lengths = about.near, about.lengths
        self.days: dict[date, None] = {}  # that stand in the case already, in the order they came
        self.involved: set[str] = set()  # who has a part in the case: others are named for what follows
        self.named: dict[str, set[str]] = {}  # form -> people that its latest submission names

    def record(self, form: str, now: datetime, depth: int = 0) -> dict[str, Value]:
        """Fill a form; whoever is named in one field is not named in another."""
        values: dict[str, Value] = {}
        named: set[str] = set()
        for each in self.forms[form].fields:
            if each.computed is None and (each.required is not None or self._is_filled(each.type)):
                value = self.value((form, each.name), each.type, now, depth, named, values)
                values[each.name] = value
                named.update(people_in(each.type, value))
        return values

    def _is_filled(self, type: Type) -> bool:
        return self.random.random() > (self.supply.lists_left_open if type.kind is Kind.LIST else _LEFT_OPEN)

    def note(self, form: str, values: Record) -> None:
        """Remember the days and people that stand in a submitted form."""
        self.named[form] = set()
        for each in self.forms[form].fields:
            value = values.get(each.name)
            self.named[form].update(people_in(each.type, value))
            if each.type.kind is Kind.DATE and isinstance(value, date):
                self.days[value] = None

    def repaired(
        self, form: str, record: Record, errors: Mapping[str, str], now: datetime, *, alone: bool
    ) -> dict[str, Value]:
        """Fill those fields of a form again that were refused.

        Args:
            errors: as `InvalidForm` has them: "field" of a form that is filled `alone`, else "form.field".
        """
        fields = {field.name: field for field in self.forms[form].fields}
        named = (
            errors if alone else [name.partition(".")[2] for name in errors if name.startswith(f"{form}.")]
        )
        wrong = [name.partition("[")[0] for name in named]
        fresh = {
            name: self.value((form, name), fields[name].type, now, beside=record)
            for name in wrong
            if name in fields
        }
        return {**record, **fresh}

    def field(self, name: Name, now: datetime, beside: Record, bounds: Sequence[Value] = ()) -> Value:
        """Return a value for one field of a form that is filled otherwise, perhaps near one of the bounds."""
        declared = next(field for field in self.forms[name[0]].fields if field.name == name[1])
        return self.value(name, declared.type, now, beside=beside, bounds=bounds)

    def value(
        self,
        name: Name,
        type: Type,
        now: datetime,
        depth: int = 0,
        named: Collection[str] = (),
        beside: Record = NOTHING_BESIDE,
        bounds: Sequence[Value] = (),
    ) -> Value:
        """Return a value of a type for a field.

        Args:
            named: people that it had better not name.
            beside: other fields of the same form: a list may have to be as long as one of them says.
            bounds: further values that the field is compared with, in this case.
        """
        random, near = self.random, (*self.near.get(name, ()), *bounds)
        match type.kind:
            case Kind.TEXT | Kind.INTEGER | Kind.HEADCOUNT if usual := self.supply.weights.get(
                ".".join(name)
            ):
                chosen = self._chosen(name, tuple(usual))
                return chosen if type.kind is Kind.TEXT else int(chosen)
            case Kind.TEXT | Kind.LONG_TEXT | Kind.PLACE:
                return random.choice([*(each for each in near if isinstance(each, str)), "甲", "乙"])
            case Kind.INTEGER | Kind.HEADCOUNT:
                return int(random.choice([*_numbers(near), Decimal(0), Decimal(1), Decimal(3)]))
            case Kind.NUMBER | Kind.MONEY:
                return random.choice([*_numbers(near), Decimal(1), Decimal(5000)])
            case Kind.RATIO:
                return random.choice([*_numbers(near), Decimal("0.5")])
            case Kind.DATE:
                return self._day(near, now)
            case Kind.TIME:
                return now - timedelta(hours=random.randint(0, 48))
            case Kind.DURATION | Kind.FREQUENCY:
                spans = [each for each in near if isinstance(each, Span)]
                return random.choice([*spans, Span(random.randint(1, 15), Unit.DAY)])
            case Kind.YES_NO:
                return self._chosen(name, (_YES, _NO)) == _YES
            case Kind.ATTACHMENT | Kind.PHOTO:
                return (self.supply.paper,)
            case Kind.PERSON:
                return random.choice(self._others(named))
            case Kind.PEOPLE:
                others = self._others(named)
                return tuple(random.sample(others, min(len(others), random.randint(2, 4))))
            case Kind.UNIT:
                return random.choice(self.supply.units_of.get(name[1], self.supply.units))
            case Kind.ENUM:
                return self._chosen(name, self.members[type.of or ""])
            case Kind.LIST:
                count = random.choice(self._lengths(name, beside)) if depth == 0 else 0
                return tuple(self.record(type.of or "", now, depth + 1) for _ in range(count))
            case Kind.RECORD:
                return self.record(type.of or "", now, depth + 1)

    def _chosen(self, name: Name, members: Sequence[str]) -> str:
        known = self.supply.weights.get(".".join(name), {})
        return self.random.choices(members, [known.get(each, 1.0) for each in members])[0]

    def _lengths(self, name: Name, beside: Record) -> Sequence[int]:
        fields = [beside.get(field) for form, field in self.lengths.get(name, ()) if form == name[0]]
        counted = [each for each in fields if isinstance(each, int) and 0 < each <= _LONGEST]
        figures = [int(each) for each in _numbers(self.near.get(name, ())) if 0 < each <= _LONGEST]
        return [*counted, *figures, 1, 2]

    def _others(self, named: Collection[str]) -> Sequence[str]:
        return [
            each for each in self.supply.people if each not in self.involved and each not in named
        ] or self.supply.people

    def _day(self, near: Sequence[Value], now: datetime) -> date:
        days = [each for each in near if isinstance(each, date) and not isinstance(each, datetime)]
        today = now.date()
        spread = [today, today, *(today + timedelta(days=each) for each in (-3, -1, 1, 10, 30))]
        return self.random.choice([*days, *self.days, *spread])


def people_in(type: Type, value: Value) -> tuple[str, ...]:
    """Return the people whom a value names."""
    match type.kind, value:
        case Kind.PERSON, str():
            return (value,)
        case Kind.PEOPLE, tuple():
            return tuple(str(each) for each in value)
        case _:
            return ()


def _numbers(near: Sequence[Value]) -> Iterator[Decimal]:
    """Yield the figures that a field is compared with and their neighbours, none below zero."""
    for each in near:
        if isinstance(each, int | Decimal) and not isinstance(each, bool):
            figure = Decimal(each)
            yield from (value for value in (figure - 1, figure, figure + 1) if value >= 0)


def constants_near(definition: Definition) -> Mapping[Name, tuple[Value, ...]]:
    """Return the constants that a definition compares each field with, in conditions and in tables.

    For a list they are those that its length is compared with.
    """
    figures = {
        each.name: [dated.value.value for dated in each.values if isinstance(dated.value, Literal)]
        for each in definition.parameters
    }
    found: dict[Name, dict[object, Value]] = defaultdict(dict)

    def note(field: object, *compared: Expression | None) -> None:
        field = _counted(field) or field
        if not isinstance(field, FieldRef):
            return
        for each in compared:
            values = figures.get(each.name, []) if isinstance(each, ParameterRef) else []
            values = [each.value] if isinstance(each, Literal) else values
            found[field.form, field.field].update({repr(value): value for value in values})

    for part in parts_of(definition):
        match part:
            case Compare(left=left, right=right):
                note(left, right)
                note(right, left)
            case Among(value=value, members=members):
                note(value, *members)
            case Between(value=value, low=low, high=high):
                note(value, low, high)
            case Table():
                _cells(part, note)
            case _:
                pass
    return {name: tuple(values.values()) for name, values in found.items()}


def bounds_of(conditions: Iterable[Expression]) -> Iterator[tuple[Name, Expression]]:
    """Yield what conditions compare a field with where that has to be computed."""
    for part in parts_of(tuple(conditions)):
        match part:
            case Compare(left=left, right=right):
                compared = [(left, right), (right, left)]
            case Between(value=value, low=low, high=high):
                compared = [(value, bound) for bound in (low, high) if bound is not None]
            case _:
                continue
        for read, bound in compared:
            if isinstance(read, FieldRef) and not isinstance(bound, Literal | ParameterRef):
                yield (read.form, read.field), bound


def fields_counted(definition: Definition) -> Mapping[Name, tuple[Name, ...]]:
    """Return for each list the fields that a definition compares its length with."""
    found: dict[Name, dict[Name, None]] = defaultdict(dict)
    for part in parts_of(definition):
        if isinstance(part, Compare):
            for counted, field in ((part.left, part.right), (part.right, part.left)):
                items = _counted(counted)
                if items is not None and isinstance(field, FieldRef):
                    found[items.form, items.field][field.form, field.field] = None
    return {name: tuple(fields) for name, fields in found.items()}


def _counted(part: object) -> FieldRef | None:
    """Return the list that an expression counts."""
    match part:
        case Quantified(quantifier=Quantifier.COUNT, items=FieldRef() as items):
            return items
        case _:
            return None


def _cells(table: Table, note: Callable[..., None]) -> None:
    for version in table.versions:
        for row in version.rows:
            for given, cell in zip(table.inputs, row.cells, strict=True):
                match cell:
                    case OneOf(members):
                        note(given.source, *members)
                    case Interval(low, high):
                        note(given.source, low, high)
                    case _:
                        pass
