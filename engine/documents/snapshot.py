"""What a template may print: the fields that its document uses, the party, and the head of the paper itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from engine.case_scope import CaseScope
from engine.definition import Definition, Document
from engine.directory import Directory
from engine.expressions import (
    DataRef,
    DocumentFact,
    DocumentRef,
    ElementRef,
    Expression,
    FieldRef,
    FormRef,
    NodeFact,
    NodeRef,
)
from engine.graph import Graph
from engine.labels import Reading, label_of, type_of
from engine.sentences import basis_text
from engine.values import Kind, Type, Value

Path = tuple[str, ...]
"""A dotted name: 整改要求单.整改期限."""

HEAD: Final = "文书"
HEAD_NAMES: Final = (
    "名称",
    "文号",
    "机关",
    "日期",
    "核稿人",
    "会签人",
    "签发人",
    "经办人",
    "依据",
    "职权依据",
)
CASE: Final = "本案"
CASE_NAMES: Final = ("编号", "标题")
PARTY: Final = "当事人"
"""The unit a case is about (对象): its name, code and everything registered of it."""
UNNUMBERED: Final = "（签发时编号）"
EMPTY: Final = "无"
_NODE_FACTS: Final = {
    NodeFact.STARTED_AT: "开始时间",
    NodeFact.COMPLETED_AT: "完成时间",
    NodeFact.DONE_BY: "承办人",
    NodeFact.OUTCOME: "结论",
    NodeFact.DUE_ON: "应办",
}
_DOCUMENT_FACTS: Final = {
    DocumentFact.NUMBER: "编号",
    DocumentFact.ISSUED_AT: "签发时间",
    DocumentFact.SERVED_AT: "送达时间",
}


def path_of(expression: Expression, definition: Definition) -> Path:
    """Return the name under which a template prints a used field; empty when it has none."""
    match expression:
        case FieldRef(form, name):
            return (form, name)
        case FormRef(form):
            return (form,)
        case DataRef(name):
            return (name,)
        case ElementRef(variable, name):
            return (variable, name) if name else (variable,)
        case DocumentRef(name, fact):
            return (CASE, name, _DOCUMENT_FACTS[fact])
        case NodeRef(node, fact):
            return (CASE, definition.nodes[node].name, _NODE_FACTS.get(fact, fact.value))
        case _:
            return (label_of(expression),)


def is_standing(path: Path) -> bool:
    """Tell whether a name is there for every document."""
    match path:
        case ("文书", name):
            return name in HEAD_NAMES
        case ("本案", name):
            return name in CASE_NAMES
        case ("当事人", _):
            return True
        case _:
            return False


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a paper besides the case: its number, in whose name, when and by whom it is issued."""

    number: str
    issuer: str
    day: date
    signer: str  # account
    officers: tuple[str, ...]  # accounts
    reviewed: tuple[str, ...] = ()  # accounts
    cosigned: tuple[str, ...] = ()  # accounts


@dataclass(frozen=True, slots=True)
class Rows:
    """A list as a template walks it; printed as a whole it is its entries in a line."""

    text: str
    entries: tuple[Mapping[str, str], ...]

    def __iter__(self) -> Iterator[Mapping[str, str]]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The values of one paper, taken when it is issued."""

    document: Document
    graph: Graph
    scope: CaseScope
    directory: Directory
    head: Head

    def values(self) -> dict[str, Any]:
        """Return the values by the names that templates use."""
        found: dict[str, Any] = {HEAD: self._head(), CASE: self._case(), PARTY: self._party()}
        for use in self.document.uses:
            path = path_of(use, self.graph.definition)
            _put(found, path, self._printed(use))
        return found

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Return the used fields as label and text, for the layout of a document without a template."""
        return tuple((label_of(use), str(self._value(use))) for use in self.document.uses)

    def _head(self) -> dict[str, str]:
        head, held = self.head, self.directory.held_power(self.document.power or "", self.head.day)
        return {
            "名称": self.document.name,
            "文号": head.number or UNNUMBERED,
            "机关": head.issuer,
            "日期": day_text(head.day),
            "核稿人": self._names(head.reviewed),
            "会签人": self._names(head.cosigned),
            "签发人": self.directory.name(head.signer),
            "经办人": self.officers(head.officers),
            "依据": basis_text(self.document.basis),
            "职权依据": held.document if held is not None else "",
        }

    def _case(self) -> dict[str, Any]:
        state = self.scope.state
        titles = [self._text(use) for use in self.graph.definition.title]
        return {"编号": state.number, "标题": " ".join(filter(None, titles))}

    def _party(self) -> "Party":
        subject = self.graph.definition.subject
        unit = None if subject is None else self.graph.program.value(subject, self.scope)
        return Party(self.directory, unit if isinstance(unit, str) else "")

    def _printed(self, use: Expression) -> Any:
        if isinstance(use, FormRef):
            form = self.graph.forms[use.form]
            return {each.name: self._value(FieldRef(use.form, each.name)) for each in form.fields}
        return self._value(use)

    def _value(self, use: Expression) -> "str | Rows":
        value, declared = self.graph.program.value(use, self.scope), type_of(self.graph, use)
        if isinstance(use, NodeRef) and use.fact is NodeFact.DONE_BY and isinstance(value, str):
            return self.officers((value,))
        return self._said(value, declared)

    def _text(self, use: Expression) -> str:
        return str(self._value(use))

    def _said(self, value: Value, declared: Type | None) -> "str | Rows":
        if value in (None, "", ()):
            return EMPTY
        kind = None if declared is None else declared.kind
        match value:
            case datetime():
                return moment_of(value.astimezone(self.scope.zone))
            case date():
                return day_text(value)
            case str() if kind is Kind.PERSON:
                return self.officers((value,))
            case tuple() if kind is Kind.PEOPLE:
                return self.officers(tuple(map(str, value)))
            case tuple() if kind is Kind.LIST and declared is not None:
                return self._list(value, declared)
            case _:
                return Reading(self.directory, self.scope.zone, self.graph.forms).text(value, declared)

    def _list(self, value: Sequence[Value], declared: Type) -> Rows:
        types = {each.name: each.type for each in self.graph.forms[declared.of or ""].fields}
        entries = tuple(
            {name: str(self._said(entry.get(name), kind)) for name, kind in types.items()}
            for entry in value
            if isinstance(entry, Mapping)
        )
        lines = (
            f"{number}．{'；'.join(f'{name}：{text}' for name, text in entry.items() if text != EMPTY)}"
            for number, entry in enumerate(entries, 1)
        )
        return Rows("\n".join(lines), entries)

    def _names(self, accounts: Sequence[str]) -> str:
        return "、".join(map(self.directory.name, accounts)) or EMPTY

    def officers(self, accounts: Sequence[str]) -> str:
        """Name people with the numbers of their certificates."""
        return "、".join(map(self._officer, dict.fromkeys(accounts)))

    def _officer(self, account: str) -> str:
        person = self.directory.people.get(account)
        certificate = person.certificate if person is not None else ""
        name = self.directory.name(account)
        return f"{name}（证号：{certificate}）" if certificate else name


@dataclass(frozen=True, slots=True)
class Party:
    """The unit a case is about: {{ 当事人.名称 }}, {{ 当事人.地址 }} …; a blank to be filled by hand when unknown."""

    directory: Directory
    unit: str

    def __getitem__(self, name: str) -> str:
        known = self.directory.attribute(self.unit, name)
        return EMPTY if known is None else str(known)

    def __str__(self) -> str:
        return self["名称"]


def _put(values: dict[str, Any], path: Path, value: Any) -> None:
    inner = values
    for name in path[:-1]:
        known = inner.get(name)
        if not isinstance(known, dict):
            known = inner[name] = {}
        inner = known
    if isinstance(value, dict) and isinstance(inner.get(path[-1]), dict):
        value = {**value, **inner[path[-1]]}
    inner[path[-1]] = value


def day_text(day: date) -> str:
    """Write a day as papers do: 2023年4月10日, no zeros in front (GB/T 9704—2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_of(local: datetime) -> str:
    """Write a local moment to the minute."""
    return f"{day_text(local.date())}{local.hour}时{local.minute}分"
