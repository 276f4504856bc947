"""Random values that a form accepts: of the right type, mostly filled in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from engine.definition import Definition, Form
from engine.values import FileRef, Kind, Record, Span, Type, Unit, Value

UNITS = ("E001", "V001")
PHOTO = FileRef("0" * 64, "照片.jpg", 1, "image/jpeg")


class Filling:
    """Fills forms of one definition."""

    def __init__(self, definition: Definition, random: Random, people: tuple[str, ...]) -> None:
        self.random = random
        self.people = people
        self.forms: Mapping[str, Form] = {form.name: form for form in definition.forms}
        self.members = {enum.name: enum.members for enum in definition.enumerations}

    def record(self, form: str, now: datetime, depth: int = 0) -> Record:
        """Fill a form; about one optional field in five stays empty."""
        fields = self.forms[form].fields
        values: dict[str, Value] = {}
        for field in fields:
            leave = field.required is None and self.random.random() < 0.2
            if field.computed is None and not leave:
                values[field.name] = self.value(field.type, now, depth)
        return values

    def value(self, type: Type, now: datetime, depth: int = 0) -> Value:
        """Return a value of a type."""
        random = self.random
        match type.kind:
            case Kind.TEXT | Kind.LONG_TEXT | Kind.PLACE:
                return random.choice(("甲", "乙"))
            case Kind.INTEGER | Kind.HEADCOUNT:
                return random.choice((0, 1, 3, 12))
            case Kind.NUMBER | Kind.MONEY:
                return random.choice((Decimal(0), Decimal(5000), Decimal(20_000_000)))
            case Kind.RATIO:
                return Decimal("0.15")
            case Kind.DATE:
                return (now + timedelta(days=random.randint(-3, 40))).date()
            case Kind.TIME:
                return now - timedelta(hours=random.randint(0, 48))
            case Kind.DURATION | Kind.FREQUENCY:
                return Span(random.randint(1, 15), Unit.DAY)
            case Kind.YES_NO:
                return random.random() < 0.5
            case Kind.ATTACHMENT | Kind.PHOTO:
                return (PHOTO,)
            case Kind.PERSON:
                return random.choice(self.people)
            case Kind.PEOPLE:
                return tuple(random.sample(self.people, 2))
            case Kind.UNIT:
                return random.choice(UNITS)
            case Kind.ENUM:
                return random.choice(self.members[type.of or ""])
            case Kind.LIST:
                count = random.randint(1, 2) if depth == 0 else 0
                return tuple(self.record(type.of or "", now, depth + 1) for _ in range(count))
            case Kind.RECORD:
                return self.record(type.of or "", now, depth + 1)
