"""The surface tree of declarations: roles, enumerations, parameters, forms, documents, events, tables, rules."""

from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from dsl.clauses import Basis, Citation, Fulfils, Performers
from dsl.expressions import Expr, Interval, Name, Operator, Ref, TypeRef
from dsl.source import Place
from engine.record import record


@record
class Import:
    """引用 共用."""

    files: tuple[Name, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Role:
    """角色 甲、乙 [外部|公众] [按 维度] [由 字段] [至少 2人]：“说明”; the line holds for each name."""

    names: tuple[Name, ...]
    external: bool = False
    citizen: bool = False
    per: Name | None = None
    taken: Ref | None = None
    at_least: int | None = None
    note: str | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Power:
    """职权 名称：“说明”."""

    name: Name
    note: str | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Enumeration:
    """枚举 名称 [从重到轻]：甲、乙."""

    name: Name
    members: tuple[Name, ...]
    gravest_first: bool = False
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class ParameterValue:
    """自 2023-04-10 = 10日 [依据]."""

    valid_from: date
    value: Expr
    citations: tuple[Citation, ...] = ()
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Parameter:
    """参数 名称：类型 法定|本地."""

    name: Name
    type: TypeRef
    local: bool
    properties: tuple[Basis | Fulfils, ...]
    values: tuple[ParameterValue, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


# ---- forms, documents, events


class Secrecy(StrEnum):
    """知悉范围 of a field or document."""

    PUBLIC = "public"  # 公开
    INTERNAL = "internal"  # 内部
    CONFIDENTIAL = "confidential"  # 保密


@record
class Bound:
    """≥ 0元 after a field's type."""

    operator: Operator
    value: Expr
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Within:
    """介于 [0元..30万元] after a field's type."""

    interval: Interval
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Field:
    """名称：类型 修饰 [若 条件] [计算 表达式].

    `required` with `condition`: must be filled when it holds; `condition` alone: asked only when it holds. A
    confidential field is seen by `visible_to` (空 is nobody but those who fill it), until step `secret_until`.
    """

    name: Name
    type: TypeRef
    required: bool = False
    secrecy: Secrecy | None = None
    visible_to: tuple[Name, ...] = ()
    secret_until: Name | None = None
    checks: tuple[Bound | Within, ...] = ()
    default: Expr | None = None
    condition: Expr | None = None
    computed: Expr | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Form:
    """表单 名称."""

    name: Name
    properties: tuple[Fulfils, ...]
    fields: tuple[Field, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Template:
    """模板 “文件.docx”."""

    file: str
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Numbering:
    """文号 “…{年}…{序号}号” [随案]; as 案号 in the head of a process, the number of its cases."""

    pattern: str
    chained: bool = False
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class DocumentUses:
    """使用 字段: what the document prints."""

    refs: tuple[Ref, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class ReviewedBy:
    """核稿 谁."""

    performers: Performers
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class CosignedBy:
    """会签 角色、角色: each of them agrees before it is signed."""

    roles: tuple[Name, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class SignedBy:
    """签发 谁."""

    performers: Performers
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class ServedOn:
    """送达 角色 [期限 [本地] [依据]]: a clock of the case, from issue to service."""

    roles: tuple[Name, ...]
    span: Expr | None = None
    local: bool = False
    citations: tuple[Citation, ...] = ()
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class DocumentPower:
    """须有 职权."""

    power: Name
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class DocumentStates:
    """载明 救济告知、人员证号: what the paper must say, looked for before it is issued."""

    demands: tuple[Name, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


DocumentProperty: TypeAlias = (
    Template
    | Numbering
    | DocumentUses
    | ReviewedBy
    | CosignedBy
    | SignedBy
    | ServedOn
    | DocumentPower
    | DocumentStates
    | Basis
    | Fulfils
)


@record
class Document:
    """文书 名称 公开|内部|保密."""

    name: Name
    secrecy: Secrecy
    properties: tuple[DocumentProperty, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class TypedName:
    """名：类型, an argument of an event or an input of a table."""

    name: Name
    type: TypeRef
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Event:
    """事件 名称（名：类型、…）."""

    name: Name
    parameters: tuple[TypedName, ...] = ()
    place: Place = field(kw_only=True, compare=False, repr=False)


# ---- decision tables and rules


@record
class Validity:
    """自 2021-09-01 [至 2023-12-31]; both days are included."""

    valid_from: date
    valid_until: date | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


class HitPolicy(StrEnum):
    """取: how a table answers when several rows match."""

    UNIQUE = "unique"  # 唯一
    FIRST = "first"  # 首条
    GRAVEST = "gravest"  # 最重
    LIGHTEST = "lightest"  # 最轻
    ANY = "any"  # 一致
    COLLECT = "collect"  # 汇总
    RULE_ORDER = "rule_order"  # 按行
    OUTPUT_ORDER = "output_order"  # 按轻重
    SUM = "sum"  # 合计
    MIN = "min"  # 最小
    MAX = "max"  # 最大
    COUNT = "count"  # 计数


@record
class Inputs:
    """输入 名：类型、名：类型."""

    inputs: tuple[TypedName, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class LawDay:
    """适用日 字段 [从轻]."""

    ref: Ref
    lenient: bool = False
    place: Place = field(kw_only=True, compare=False, repr=False)


TableProperty: TypeAlias = Inputs | LawDay | Basis | Fulfils


@record
class InputColumn:
    """A head cell that names a field, an input or another table."""

    ref: Ref
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class ResultColumn:
    """得 名称."""

    name: Name
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class BasisColumn:
    """依据: the citation of each row."""

    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class ValidityColumn:
    """有效: the dates of each row."""

    place: Place = field(kw_only=True, compare=False, repr=False)


Column: TypeAlias = InputColumn | ResultColumn | BasisColumn | ValidityColumn


@record
class AnyCell:
    """-."""

    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class CompareCell:
    """≥ 5."""

    operator: Operator
    value: Expr
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class IntervalCell:
    """[1..3), 10人以上30人以下."""

    interval: Interval
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class ValuesCell:
    """甲 或 乙; in a result column one expression."""

    values: tuple[Expr, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class CitationCell:
    """《…》第几条 in a 依据 column."""

    citations: tuple[Citation, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class ValidityCell:
    """自 日期 [至 日期] in a 有效 column."""

    validity: Validity
    place: Place = field(kw_only=True, compare=False, repr=False)


Cell: TypeAlias = AnyCell | CompareCell | IntervalCell | ValuesCell | CitationCell | ValidityCell


@record
class Row:
    """One row; the number of its cells is that of the columns (the parser reports another)."""

    cells: tuple[Cell, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Table:
    """判定表 名称：类型 [取 策略] [自 日期 [至 日期]]; the same name again is another version."""

    name: Name
    type: TypeRef
    policy: HitPolicy | None
    validity: Validity | None
    properties: tuple[TableProperty, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class RuleException:
    """例外 [名称] [优先于 名称] 若 条件 则 值 [依据]."""

    name: Name | None
    overrides: tuple[Name, ...]
    condition: Expr
    result: Expr
    citations: tuple[Citation, ...] = ()
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Floor:
    """下限 值."""

    value: Expr
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Ceiling:
    """上限 值."""

    value: Expr
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Rule:
    """规则 名称：类型 … 一般 = 值."""

    name: Name
    type: TypeRef
    validity: Validity | None
    properties: tuple[TableProperty, ...]
    base: Expr
    exceptions: tuple[RuleException, ...]
    bounds: tuple[Floor | Ceiling, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)
