"""Part of a definition: what its steps use by name: enumerations, forms, data, parameters, roles, powers, documents."""

from datetime import date
from enum import StrEnum

from engine.citation import Citation
from engine.expressions import Expression
from engine.limit_definition import Performer
from engine.record import record
from engine.values import Span, Type


@record
class Enumeration:
    """A closed list of names; `ordered` means from the gravest to the lightest (从重到轻)."""

    name: str
    members: tuple[str, ...]
    ordered: bool = False


class Secrecy(StrEnum):
    """知悉范围 of a field or document."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"


@record
class Field:
    """One field of a form.

    `required` is None for an optional field, else the condition under which it must be filled (Literal true for
    必填). `checks` are conditions the value must meet (≥ 0元). `visible_to` restricts a confidential field to roles.
    `asked_if` is the condition under which an optional field is asked at all (None: always).
    """

    name: str
    type: Type
    required: Expression | None = None
    checks: tuple[Expression, ...] = ()
    default: Expression | None = None
    computed: Expression | None = None
    secrecy: Secrecy = Secrecy.INTERNAL
    visible_to: tuple[str, ...] = ()
    asked_if: Expression | None = None


@record
class Form:
    """Fields that are filled and submitted together."""

    name: str
    fields: tuple[Field, ...]
    obligations: tuple[str, ...] = ()


@record
class Data:
    """Process data (数据): a value of the case written by 置 only."""

    name: str
    type: Type
    initial: Expression | None = None


@record
class DatedValue:
    """A value valid from a day on."""

    valid_from: date
    value: Expression
    basis: tuple[Citation, ...] = ()


@record
class Parameter:
    """A dated figure; `local` ones may be changed by an administrator and are never shown as law."""

    name: str
    type: Type
    local: bool
    values: tuple[DatedValue, ...]
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()


@record
class Role:
    """Who may act. `per` names the dimension (村, 单位, 行业) a holder is bound to; `taken` gives the holders from
    the case itself (a field of persons or a unit); `external` is another authority, `citizen` the public."""

    name: str
    external: bool = False
    citizen: bool = False
    per: str | None = None
    taken: Expression | None = None
    minimum: int = 1
    note: str = ""


@record
class Power:
    """职权 that the organisation may hold by law or written delegation."""

    name: str
    note: str = ""


class Demand(StrEnum):
    """载明: what a document must state; the value is the word of the language."""

    REMEDY = "救济告知"  # 行政复议 and 行政诉讼: where and until when
    DEFENCE = "申辩告知"
    OFFICERS = "人员证号"  # two of them, with their certificates


@record
class Document:
    """文书: number series, template, the fields it uses, whom it is served on."""

    name: str
    secrecy: Secrecy
    template: str | None = None
    numbering: str | None = None  # “（润）应急责改〔{年}〕{序号}号”
    chained: bool = False  # inherits the case's number (随案)
    uses: tuple[Expression, ...] = ()
    reviewed_by: tuple[Performer, ...] = ()  # 核稿: one of them looks it over
    cosigned_by: tuple[Performer, ...] = ()  # 会签: each of them agrees
    signed_by: tuple[Performer, ...] = ()  # 签发: one of them issues it
    served_on: tuple[str, ...] = ()  # roles
    service_span: Span | None = None
    power: str | None = None
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()
    states: tuple[Demand, ...] = ()  # 载明: what it must state
    content: str | None = None  # the template file itself, base64: a case keeps the template of its version
