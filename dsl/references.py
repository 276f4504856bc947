"""What a dotted reference means: a field, data, a fact of the case or of a step, an element, a parameter, a member."""

import re
from dataclasses import dataclass, replace
from typing import Final

from dsl.context import Context, Env
from dsl.expressions import Name, Ref
from dsl.report import Hint, suggestion
from dsl.types import type_of
from engine.expressions import (
    CaseFact,
    CaseRef,
    CertificateOf,
    DataRef,
    DocumentFact,
    DocumentRef,
    ElementRef,
    Expression,
    FieldRef,
    FormRef,
    InputRef,
    Literal,
    NodeFact,
    NodeRef,
    ParameterRef,
    Today,
    UnitAttribute,
    UnitOf,
)
from engine.register_definition import PERIOD_FIRST, PERIOD_LAST
from engine.values import Kind, Type

_TIME: Final = re.compile(
    r"[〇零一二两三四五六七八九十百0-9]+个?(?:工作天|工作日|天|日|星期|周|月|年|小时|钟头)内?|半个月"
)
_IN_A_SENTENCE: Final = re.compile(
    r"(?:在|于|限|最迟|不超过|不迟于|不晚于)(?P<length>[〇零一二两三四五六七八九十百0-9]+(?:个工作日|个月|日|天|周|年|小时|分钟))"
    r"(?:以内|之内|内|之前|以前|前)?"
)
_AT_ONCE: Final = frozenset({"当日", "当天", "次日", "第二天", "即时", "立即", "马上", "及时", "尽快"})
_ANYTHING: Final = frozenset({"其他", "其它", "其余", "任意", "不限", "全部", "所有", "无"})
"""What a cell of a table says that is met by anything."""
PERIOD_BOUNDS: Final = (PERIOD_FIRST, PERIOD_LAST)
CASE_FACTS: Final = {
    "编号": (CaseFact.NUMBER, Kind.TEXT),
    "状态": (CaseFact.STATUS, Kind.TEXT),
    "开始时间": (CaseFact.STARTED_AT, Kind.TIME),
    "发生时间": (CaseFact.OCCURRED_AT, Kind.TIME),
    "办结时间": (CaseFact.CLOSED_AT, Kind.TIME),
    "承办人": (CaseFact.STARTED_BY, Kind.PERSON),
    "发起人": (CaseFact.STARTED_BY, Kind.PERSON),
    "登记方式": (CaseFact.ENTRY, Kind.TEXT),
}
DUTY_FACTS: Final[dict[str, tuple[Expression, Kind]]] = {
    "期次": (CaseRef(CaseFact.TERM), Kind.TEXT),
    "期初": (CaseRef(CaseFact.TERM_FIRST), Kind.DATE),
    "期末": (CaseRef(CaseFact.TERM_LAST), Kind.DATE),
    "应办": (CaseRef(CaseFact.TERM_LAST), Kind.DATE),
    "承办人": (CaseRef(CaseFact.OWED_BY), Kind.PERSON),
    "责任范围": (CaseRef(CaseFact.OWED_FOR), Kind.UNIT),
    "完成时间": (NodeRef(0, NodeFact.COMPLETED_AT), Kind.TIME),
    "是否逾期": (NodeRef(0, NodeFact.IS_LATE), Kind.YES_NO),
    "连续未完成": (CaseRef(CaseFact.MISSED_IN_A_ROW), Kind.INTEGER),
    "累计未完成": (CaseRef(CaseFact.MISSED_IN_YEAR), Kind.INTEGER),
    "抽中": (CaseRef(CaseFact.DRAWN), Kind.YES_NO),
    "抽查不属实": (CaseRef(CaseFact.DISPROVED), Kind.YES_NO),
}
"""本项.…: facts of one occurrence of a recurring duty; what is owed is its node 0."""
DOCUMENT_FACTS: Final = {
    "编号": (DocumentFact.NUMBER, Kind.TEXT),
    "签发时间": (DocumentFact.ISSUED_AT, Kind.TIME),
    "送达时间": (DocumentFact.SERVED_AT, Kind.TIME),
}
"""本案.文书.…: facts of the document of that name issued last."""
NODE_FACTS: Final = {
    "开始时间": (NodeFact.STARTED_AT, Kind.TIME),
    "完成时间": (NodeFact.COMPLETED_AT, Kind.TIME),
    "承办人": (NodeFact.DONE_BY, Kind.PERSON),
    "次数": (NodeFact.ROUNDS, Kind.INTEGER),
    "延期次数": (NodeFact.EXTENSIONS, Kind.INTEGER),
    "结论": (NodeFact.OUTCOME, Kind.TEXT),
    "逾期天数": (NodeFact.DAYS_LATE, Kind.INTEGER),
    "应办": (NodeFact.DUE_ON, Kind.DATE),
    "已完成": (NodeFact.IS_DONE, Kind.YES_NO),
    "已逾期": (NodeFact.IS_LATE, Kind.YES_NO),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A lowered expression; `type` None is unknown (already reported); `choices` are the words it may equal."""

    expression: Expression
    type: Type | None
    choices: tuple[str, ...] = ()


UNKNOWN: Final = Typed(Literal(None, Type(Kind.TEXT)), None)


def reference(context: Context, ref: Ref, env: Env, expected: Typed | None = None) -> Typed:
    """Lower a reference; `expected` is what it is compared with or put into."""
    word = ref.parts[0].text
    alone = len(ref.parts) == 1
    if alone and expected is not None and word in expected.choices:
        return _member(word, expected)
    found = (
        _column(context, ref, env)
        or _captured(context, ref, env)
        or _local(context, ref, env)
        or _of_case(context, ref)
    )
    if found is not None:
        return found
    if alone:
        return _bare(context, ref.parts[0], expected)
    return _unknown(context, ref, env)


def is_bare(context: Context, ref: Ref, env: Env) -> bool:
    """Tell whether a single word is no value of the case, so that it can only be a member of an enumeration."""
    word = ref.parts[0].text
    if len(ref.parts) > 1:
        return False
    own = env.own_form is not None and word in context.fields(env.own_form)
    inputs = env.captured.inputs if env.captured is not None else {}
    bounds = PERIOD_BOUNDS if env.columns else ()
    values = (env.elements, inputs, context.data, context.scope.parameters, bounds)
    return not own and word != "今日" and not any(word in names for names in values)


# ---- where the expression stands


def _column(context: Context, ref: Ref, env: Env) -> Typed | None:
    """A column of the register that a statistic counts, or an end of its period."""
    word = ref.parts[0].text
    if len(ref.parts) == 1 and env.columns and word in PERIOD_BOUNDS:
        return Typed(ElementRef(word, None), Type(Kind.DATE))
    columns = env.columns.get(word)
    if columns is None or len(ref.parts) != 2:
        return None
    name = ref.parts[1]
    found = columns.get(name.text)
    if found is None:
        hint = suggestion(name.text, columns, "改成台账已有的列，或在台账里加上这一列")
        context.report.undeclared("N02", name, f"台账“{word}”没有列“{name.text}”", hint, of=word)
        return UNKNOWN
    expression = context.places.note(ElementRef(word, name.text), ref.place)
    return Typed(expression, found.type, found.choices)


def _captured(context: Context, ref: Ref, env: Env) -> Typed | None:
    """An input of the table or rule in whose rows the reference stands."""
    if env.captured is None:
        return None
    known = env.captured.inputs.get(ref.text)
    if known is not None:
        return _typed(context, context.places.note(InputRef(known.name), ref.place), known.type)
    outside = Env(env.elements, env.paths, env.own_form, env.outcomes)
    found = _local(context, ref, outside) or _of_case(context, ref)
    if found is None or found.type is None or isinstance(found.expression, ParameterRef | Literal | Today):
        return found
    if isinstance(found.expression, ElementRef):
        return found
    made = env.captured.add(ref.text, found.type, found.expression)
    return _typed(context, context.places.note(InputRef(made.name), ref.place), found.type)


def _local(context: Context, ref: Ref, env: Env) -> Typed | None:
    texts = tuple(part.text for part in ref.parts)
    for length in range(len(texts) - 1, 0, -1):
        variable = env.paths.get(texts[:length])
        if variable is not None and length > 1:
            return _element(context, ref, variable, ref.parts[length:], env)
    if texts[0] in env.elements:
        return _element(context, ref, texts[0], ref.parts[1:], env)
    if env.own_form is not None and texts[0] in context.fields(env.own_form):
        return _field(context, ref, env.own_form, ref.parts[0], ref.parts[1:])
    return None


def _element(context: Context, ref: Ref, variable: str, rest: tuple[Name, ...], env: Env) -> Typed:
    value_type = env.elements.get(variable)
    if not rest:
        return _typed(context, context.places.note(ElementRef(variable, None), ref.place), value_type)
    if value_type is None:
        return UNKNOWN
    if value_type.kind is Kind.UNIT:
        return _attribute(context, ElementRef(variable, None), rest[0], ref)
    if value_type.kind is Kind.PERSON:
        return _of_person(context, ElementRef(variable, None), rest, ref)
    fields = context.fields(value_type.of or "")
    found = fields.get(rest[0].text)
    if found is None:
        if not context.is_forgiven(rest[0].text):
            context.report.undeclared(
                "N02",
                rest[0],
                f"“{variable}”的每一项是“{value_type.of}”，没有字段“{rest[0].text}”",
                suggestion(rest[0].text, fields, "改成该表单已有的字段，或在表单中加上这个字段"),
                of=value_type.of or "",
            )
        return UNKNOWN
    context.use("form", value_type.of or "")
    expression = context.places.note(ElementRef(variable, rest[0].text), ref.place)
    if len(rest) > 1:
        return _deeper(context, expression, found[1], rest[1:], ref)
    return _typed(context, expression, found[1])


# ---- the case


def _of_case(context: Context, ref: Ref) -> Typed | None:
    word = ref.parts[0].text
    match len(ref.parts), word:
        case 1, "今日":
            return Typed(context.places.note(Today(), ref.place), Type(Kind.DATE))
        case _, "本案":
            return _fact(context, ref)
        case 2, "本项" if context.is_duty:
            return _of_duty(context, ref)
        case 1, _ if word in context.data:
            return _data(context, word, ref)
        case 1, _ if word in context.scope.parameters:
            return _parameter(context, word, ref)
        case 1, _ if word in context.scope.forms and not _is_member(context, word):
            context.use("form", word)
            return Typed(context.places.note(FormRef(word), ref.place), Type(Kind.RECORD, word))
        case 1, _:
            return None
        case _, _ if word in context.scope.forms:
            return _field(context, ref, word, ref.parts[1], ref.parts[2:])
        case _, _ if word in context.data:
            data = _data(context, word, ref)
            return _deeper(context, data.expression, data.type, ref.parts[1:], ref)
        case _, _ if word in context.scope.registers:
            return asked_of_others(context, ref.parts[0])
        case _:
            return None


def _field(context: Context, ref: Ref, form: str, name: Name, rest: tuple[Name, ...]) -> Typed:
    fields = context.fields(form)
    found = fields.get(name.text)
    if found is None:
        if not context.is_forgiven(name.text):
            context.report.undeclared(
                "N02",
                name,
                f"表单“{form}”没有字段“{name.text}”",
                suggestion(name.text, fields, "改成该表单已有的字段，或在表单中加上这个字段"),
                of=form,
            )
        return UNKNOWN
    context.use("form", form)
    expression = context.places.note(FieldRef(form, name.text), ref.place)
    if rest:
        return _deeper(context, expression, found[1], rest, ref)
    return _typed(context, expression, found[1])


def _deeper(
    context: Context, whole: Expression, value_type: Type | None, rest: tuple[Name, ...], ref: Ref
) -> Typed:
    """A part of a value: an attribute of a unit, of a person, or of the unit of a person."""
    if value_type is None:
        return UNKNOWN
    if value_type.kind is Kind.UNIT:
        return _attribute(context, whole, rest[0], ref)
    if value_type.kind is Kind.PERSON:
        return _of_person(context, whole, rest, ref)
    if value_type.kind is Kind.LIST:
        hint = "在 各、全部、任一、计数、合计、选取 里才能取每一项的字段"
        context.report.error(
            "N02", rest[0].place, f"“{ref.parts[-2].text}”是清单，不能直接取“{rest[0].text}”", hint
        )
        return UNKNOWN
    hint = "只有单位、人员和清单里的一项可以再取字段"
    context.report.error("N02", rest[0].place, f"“{ref.parts[-2].text}”没有“{rest[0].text}”", hint)
    return UNKNOWN


def _of_person(context: Context, person: Expression, rest: tuple[Name, ...], ref: Ref) -> Typed:
    """甲.证号, 甲.单位, and attributes of that unit: 甲.行业, 甲.单位.所在村."""
    if rest[0].text == "证号" and len(rest) == 1:
        return Typed(context.places.note(CertificateOf(person), ref.place), Type(Kind.TEXT))
    unit = context.places.note(UnitOf(person), ref.place)
    named = rest[0].text == "单位"
    if named and len(rest) == 1:
        return Typed(unit, Type(Kind.UNIT))
    return _attribute(context, unit, rest[1] if named else rest[0], ref)


def _attribute(context: Context, unit: Expression, name: Name, ref: Ref) -> Typed:
    kind = Kind.UNIT if name.text in ("所在村", "上级") else Kind.TEXT
    return Typed(context.places.note(UnitAttribute(unit, name.text), ref.place), Type(kind))


def _data(context: Context, word: str, ref: Ref) -> Typed:
    return _typed(context, context.places.note(DataRef(word), ref.place), context.data[word])


def _parameter(context: Context, word: str, ref: Ref) -> Typed:
    context.use("parameter", word)
    value_type = parameter_type(context, word)
    return _typed(context, context.places.note(ParameterRef(word), ref.place), value_type)


def parameter_type(context: Context, word: str) -> Type | None:
    """Return the declared type of a parameter."""
    return type_of(context.scope.parameters[word].type, context.scope, context.report)


def _fact(context: Context, ref: Ref) -> Typed | None:
    """本案.编号, 本案.等级, 本案.验收.完成时间."""
    if len(ref.parts) == 1:
        return None
    word = ref.parts[1]
    if len(ref.parts) == 2:
        if word.text in context.data:
            return _data(context, word.text, ref)
        if word.text in CASE_FACTS:
            fact, kind = CASE_FACTS[word.text]
            return Typed(context.places.note(CaseRef(fact), ref.place), Type(kind))
        known = [*context.data, *CASE_FACTS]
        return _no_fact(context, word, "本案", known)
    if word.text in context.scope.documents and word.text not in context.nodes.numbers:
        return _of_document(context, ref)
    node = node_number(context, word)
    if node is None:
        return UNKNOWN
    name = ref.parts[2]
    if name.text not in NODE_FACTS:
        return _no_fact(context, name, word.text, NODE_FACTS)
    asked, kind = NODE_FACTS[name.text]
    choices = context.nodes.outcomes.get(node, ()) if asked is NodeFact.OUTCOME else ()
    return Typed(context.places.note(NodeRef(node, asked), ref.place), Type(kind), choices)


def _of_document(context: Context, ref: Ref) -> Typed:
    """本案.整改通知书.编号."""
    word, name = ref.parts[1], ref.parts[2]
    context.use("document", word.text)
    if name.text not in DOCUMENT_FACTS:
        return _no_fact(context, name, word.text, list(DOCUMENT_FACTS))
    asked, kind = DOCUMENT_FACTS[name.text]
    return Typed(context.places.note(DocumentRef(word.text, asked), ref.place), Type(kind))


def _of_duty(context: Context, ref: Ref) -> Typed:
    """本项.期次, 本项.承办人."""
    word = ref.parts[1]
    if word.text == "名称":
        return Typed(
            context.places.note(Literal(context.process, Type(Kind.TEXT)), ref.place), Type(Kind.TEXT)
        )
    found = DUTY_FACTS.get(word.text)
    if found is None:
        return _no_fact(context, word, "本项", ["名称", *DUTY_FACTS])
    expression, kind = found
    return Typed(context.places.note(replace(expression), ref.place), Type(kind))


def _no_fact(
    context: Context, word: Name, whole: str, known: "list[str] | dict[str, tuple[NodeFact, Kind]]"
) -> Typed:
    if not context.is_forgiven(word.text):
        hint = suggestion(word.text, known, f"可以写：{'、'.join(known)}")
        context.report.error("N01", word.place, f"“{whole}”没有“{word.text}”这一项", hint)
    return UNKNOWN


def node_number(context: Context, name: Name) -> int | None:
    """Return the node that a name in 约束, 自, 已完成 or 回避 means; a branch or handler of one step means that step."""
    nodes = context.nodes
    if name.text in nodes.numbers:
        return nodes.numbers[name.text]
    entry = nodes.branches.get(name.text)
    region = entry.region if entry is not None else nodes.handlers.get(name.text)
    if region is not None:
        inside = nodes.members.get(region, [])
        if len(inside) == 1:
            return inside[0]
        context.report.error(
            "N12", name.place, f"“{name.text}”里有几个步骤，不知道指哪一个", "改写为其中一个步骤的名称"
        )
        return None
    if not context.is_forgiven(name.text):
        hint = suggestion(name.text, nodes.names(), "改成本规程中步骤、并行、分支或随时的名称")
        context.report.undeclared("N03", name, f"没有名为“{name.text}”的步骤", hint)
    return None


# ---- single words


def _bare(context: Context, name: Name, expected: Typed | None) -> Typed:
    """A word that names no value: a member of an enumeration."""
    if expected is not None and expected.type is None:
        return UNKNOWN
    if expected is not None and expected.choices:
        if not context.is_forgiven(name.text):
            what = expected.type.of if expected.type is not None and expected.type.of else "结论"
            context.report.error(
                "N11",
                name.place,
                f"“{name.text}”不是“{what}”的取值",
                suggestion(name.text, expected.choices, f"可以写：{'、'.join(expected.choices)}"),
            )
        return UNKNOWN
    owners = [
        enum for enum, declared in context.scope.enumerations.items() if name.text in _texts(declared.members)
    ]
    if owners:
        value_type = Type(Kind.ENUM, owners[0]) if len(owners) == 1 else None
        if value_type is not None:
            context.use("enumeration", owners[0])
            return _typed(context, Literal(name.text, value_type), value_type)
        return Typed(Literal(name.text, Type(Kind.ENUM, owners[0])), None)
    if name.text in context.scope.registers or name.text in context.scope.statistics:
        return asked_of_others(context, name)
    _report_unknown(context, name, expected)
    return UNKNOWN


def _texts(names: tuple[Name, ...]) -> tuple[str, ...]:
    return tuple(name.text for name in names)


def _is_member(context: Context, word: str) -> bool:
    return any(word in _texts(declared.members) for declared in context.scope.enumerations.values())


def _member(word: str, expected: Typed) -> Typed:
    value_type = expected.type if expected.type is not None else Type(Kind.TEXT)
    return Typed(Literal(word, value_type), expected.type, expected.choices)


def _unknown(context: Context, ref: Ref, env: Env) -> Typed:
    head = ref.parts[0]
    if head.text in context.nodes.numbers and ref.parts[1].text in NODE_FACTS:
        context.report.error(
            "N01",
            head.place,
            f"步骤“{head.text}”的情况要从“本案”取",
            f"写成“本案.{ref.text}”",
        )
        return UNKNOWN
    if any(context.is_forgiven(part.text) for part in ref.parts):
        return UNKNOWN
    known = [*context.scope.forms, *context.data, *env.elements, "本案"]
    hint = suggestion(head.text, known, "先声明这个表单，或检查是否漏写了“引用”")
    context.report.undeclared("N01", head, f"没有名为“{head.text}”的表单、数据或清单", hint)
    return UNKNOWN


def _report_unknown(context: Context, name: Name, expected: Typed | None) -> None:
    if context.is_forgiven(name.text):
        return
    meant = _meant(context, name.text, expected)
    if meant is not None:
        context.report.undeclared("N01", name, f"没有名为“{name.text}”的表单、数据或取值", meant)
        return
    members = [member.text for declared in context.scope.enumerations.values() for member in declared.members]
    known = [*context.data, *context.scope.parameters, *context.scope.forms, *members, "今日", "本案", "结论"]
    fields = [f"{form}.{name.text}" for form in context.scope.forms if name.text in context.fields(form)]
    plain = "检查写法；文字要用引号“”括起来，字段写成 表单.字段"
    hint: Hint | str
    if name.text in _ANYTHING:
        hint = "没有限制的条件格写 -；其余情况写一行各格都是 - 的，取法用“首条”"
    else:
        hint = f"是否为“{'”或“'.join(fields)}”？" if fields else suggestion(name.text, known, plain)
    context.report.undeclared("N01", name, f"没有名为“{name.text}”的表单、数据或取值", hint)


def _meant(context: Context, word: str, expected: Typed | None) -> Hint | None:
    """What is plainly meant by a word that is no name: 申请表的人流, 五个工作天, 有 for a yes-or-no."""
    form, _, field = word.partition("的")
    if form in context.scope.forms and field in context.fields(form):
        return Hint(f"写成“{form}.{field}”", f"{form}.{field}")
    length = _IN_A_SENTENCE.fullmatch(word)
    if length is not None:
        return Hint(f"期限只写多长：{length['length']}", length["length"])
    kind = None if expected is None or expected.type is None else expected.type.kind
    if _TIME.fullmatch(word) or (kind in (None, Kind.DURATION) and word in _AT_ONCE):
        return Hint("期限写成 5个工作日、10日、2小时这样")
    if expected is not None and expected.type is not None and expected.type.kind is Kind.YES_NO:
        return Hint("只能写 是 或 否")
    return None


def asked_of_others(context: Context, name: Name) -> Typed:
    """Report a register or figure in a condition: what a case decides rests on it alone, to be shown again later."""
    kind = "统计" if name.text in context.scope.statistics else "台账"
    context.report.error(
        "L08",
        name.place,
        f"条件里不能用{kind}“{name.text}”：它随别的案件变，同一件案件今天和明天会得出不同的结果",
        "加一个表单字段，由承办人填写当时查到的结果，条件里用这个字段",
    )
    return UNKNOWN


def _typed(context: Context, expression: Expression, value_type: Type | None) -> Typed:
    if value_type is not None and value_type.kind is Kind.ENUM and value_type.of is not None:
        context.use("enumeration", value_type.of)
    return Typed(expression, value_type, context.members(value_type))
