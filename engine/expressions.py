"""Expressions of a definition: a closed tree that the compiler of 规程 writes and the engine evaluates.

Meaning of an empty field: a reference to something not filled in gives None ("missing"). Arithmetic on a
missing operand is missing; an ordering comparison with a missing operand is false; `=` and `≠` treat missing
as a value of its own; `Among`, `Between` of missing are false; `Filled` asks for it. Conditions are two-valued.
Numbers are exact (int, Decimal). Gravity order: ≥ on members of an ordered enumeration means "at least as grave".
"""

from enum import StrEnum
from typing import TypeAlias

from engine.record import record
from engine.values import Type, Value


@record
class Literal:
    """A constant; `type` tells money from numbers and an enumeration member from text."""

    value: Value
    type: Type


@record
class FieldRef:
    """A field of the latest submission of a form of this case; in an instance branch, of this instance first."""

    form: str
    field: str


@record
class FormRef:
    """The latest submission of a form as a record (argument of a table, rule or trigger)."""

    form: str


@record
class DataRef:
    """Process data (数据), written by 置."""

    name: str


@record
class ParameterRef:
    """A dated parameter (参数), read as of the day the case's law counts."""

    name: str


@record
class ElementRef:
    """A field of the element that a quantifier, a trigger for each entry or an instance branch walks over.

    `variable` is the last word of the list's name; `field` is None for the element itself.
    """

    variable: str
    field: str | None


class CaseFact(StrEnum):
    """本案.…: a fact of the case itself."""

    NUMBER = "number"  # text
    STATUS = "status"  # text
    STARTED_AT = "started_at"  # time
    OCCURRED_AT = "occurred_at"  # time, declared
    CLOSED_AT = "closed_at"  # time
    STARTED_BY = "started_by"  # person
    ENTRY = "entry"  # 登记方式, text: how the case came in
    # 本项.…: facts of one occurrence of a recurring duty; missing in other cases
    TERM = "term"  # text, 期次
    TERM_FIRST = "term_first"  # date
    TERM_LAST = "term_last"  # date
    OWED_BY = "owed_by"  # person, the holder whose duty it is
    OWED_FOR = "owed_for"  # unit: village, enterprise or line of business of the post
    MISSED_IN_A_ROW = "missed_in_a_row"  # integer, periods up to this one; 0 when this one was done in time
    MISSED_IN_YEAR = "missed_in_year"  # integer, periods of the calendar year up to this one
    DRAWN = "drawn"  # boolean, missing until the sample was drawn
    DISPROVED = "disproved"  # boolean: the check of a sample found otherwise


@record
class CaseRef:
    """A fact of the case itself."""

    fact: CaseFact


class NodeFact(StrEnum):
    """A fact of a step, block or handler of this case; of its latest valid round."""

    STARTED_AT = "started_at"  # time
    COMPLETED_AT = "completed_at"  # time; for an external step the date of the paper when one was given
    DONE_BY = "done_by"  # person, missing until completed
    ROUNDS = "rounds"  # integer, activations so far
    EXTENSIONS = "extensions"  # integer, extensions granted so far
    OUTCOME = "outcome"  # text, 结论 of the latest valid round
    IS_DONE = "is_done"  # 已完成, boolean: completed and not taken back
    IS_LATE = "is_late"  # 已逾期, boolean: was or is past its due moment
    DAYS_LATE = "days_late"  # integer, whole days
    DUE_ON = "due_on"  # 应办, date: last day of its limit, extensions counted


@record
class NodeRef:
    """A fact of the node `node` (its number in `Definition.nodes`)."""

    node: int
    fact: NodeFact


class DocumentFact(StrEnum):
    """A fact of a document of this case; of the one issued last, when several were."""

    NUMBER = "number"  # text, missing until it is issued
    ISSUED_AT = "issued_at"  # time
    SERVED_AT = "served_at"  # time; when service on the last party took effect


@record
class DocumentRef:
    """A fact of the document `document`; missing until it is issued, and again once it is void."""

    document: str
    fact: DocumentFact


@record
class OutcomeRef:
    """结论 chosen in the step that is being completed."""


@record
class Today:
    """今日: the local day of the command."""


@record
class LinkedCasesClosed:
    """P 已办结: every case of process `process` triggered from here has ended (void ones do not count).

    Inside an instance branch: every case triggered from this instance. True when none was triggered.
    """

    process: str


class Comparison(StrEnum):
    """An operator of `Compare`."""

    EQ = "="
    NE = "≠"
    LT = "<"
    LE = "≤"
    GT = ">"
    GE = "≥"


@record
class Compare:
    """`left operator right`; `order` names the enumeration whose gravity orders the operands, if any."""

    operator: Comparison
    left: "Expression"
    right: "Expression"
    order: str | None = None


@record
class And:
    """All of `terms` hold."""

    terms: tuple["Expression", ...]


@record
class Or:
    """Any of `terms` holds."""

    terms: tuple["Expression", ...]


@record
class Not:
    """`term` does not hold."""

    term: "Expression"


class Operator(StrEnum):
    """An operator of `Arithmetic`; a date plus a span counts as the law counts (no moving of the last day)."""

    ADD = "+"
    SUB = "-"
    MUL = "×"
    DIV = "÷"


@record
class Arithmetic:
    """Exact arithmetic on numbers, money, ratios; date ± span; date − date (whole days)."""

    operator: Operator
    left: "Expression"
    right: "Expression"


@record
class Among:
    """`value` is one of `members`."""

    value: "Expression"
    members: tuple["Expression", ...]


@record
class Between:
    """`value` lies between the bounds; a bound counts itself when closed; None is no bound."""

    value: "Expression"
    low: "Expression | None"
    high: "Expression | None"
    low_closed: bool
    high_closed: bool


@record
class Filled:
    """已填: the reference is not missing; an empty list or text is missing."""

    value: "Expression"


class Extremum(StrEnum):
    """最小 or 最大."""

    MIN = "min"
    MAX = "max"


@record
class Extreme:
    """The least or greatest of `terms`; missing when any of them is."""

    which: Extremum
    terms: tuple["Expression", ...]


class Quantifier(StrEnum):
    """What is asked of the elements of a list."""

    ALL = "all"  # boolean; true for an empty list
    ANY = "any"  # boolean
    COUNT = "count"  # integer
    TOTAL = "total"  # number or money: sum of `of`
    SELECT = "select"  # the elements for which the condition holds


@record
class Quantified:
    """全部/任一/计数/合计/选取 over `items`; `condition` (and `of`) use `ElementRef(variable, …)`."""

    quantifier: Quantifier
    items: "Expression"
    variable: str
    condition: "Expression | None" = None
    of: "Expression | None" = None


@record
class InstanceRef:
    """The instances of an instance branch as a list, seen from outside (全部 叫应 满足（…）)."""

    node: int
    branch: int


@record
class TableCall:
    """The result of decision table `table`, column `output`; `arguments` follow the table's inputs.

    The version valid on the day the case's law counts is used.
    """

    table: str
    arguments: tuple["Expression", ...]
    output: str


@record
class RuleCall:
    """The result of rule `rule` (base, exceptions, floor, ceiling); `arguments` follow its inputs."""

    rule: str
    arguments: tuple["Expression", ...]


@record
class UnitAttribute:
    """An attribute of a unit in the organisation register (行业, 所在村)."""

    unit: "Expression"
    attribute: str


@record
class UnitOf:
    """The unit of a person in the organisation register, the first of several; missing when there is none."""

    person: "Expression"


@record
class CertificateOf:
    """The number of a person's certificate in the organisation register; missing when there is none."""

    person: "Expression"


@record
class InputRef:
    """The value of input `name` of the decision table or rule in whose row or result it stands."""

    name: str


Expression: TypeAlias = (
    Literal
    | FieldRef
    | FormRef
    | DataRef
    | ParameterRef
    | ElementRef
    | CaseRef
    | DocumentRef
    | NodeRef
    | OutcomeRef
    | Today
    | LinkedCasesClosed
    | Compare
    | And
    | Or
    | Not
    | Arithmetic
    | Among
    | Between
    | Filled
    | Extreme
    | Quantified
    | InstanceRef
    | TableCall
    | RuleCall
    | UnitAttribute
    | UnitOf
    | CertificateOf
    | InputRef
)
