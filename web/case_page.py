"""A case as text: header, facts, where it stands, clocks, documents, links, forms."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.deadlines import ClockState
from engine.definition import ByForm, Definition, Form, Step
from engine.task_views import missed
from engine.values import FileRef, Kind, Record, Type, Value
from engine.views import (
    Case,
    CaseRow,
    CaseStatus,
    ClockView,
    DocumentView,
    Item,
    Link,
    PlaceView,
    Standstill,
    Verification,
    WaitingFor,
)
from web.chips import Chip, case_chip, citation_text, clock_chip, clock_notes
from web.file_links import FileLink, file_link
from web.moments import Moments
from web.value_text import Names, loose_text, value_text

TABS = (
    ("", "概要"),
    ("diagram", "流程图"),
    ("timeline", "时间线"),
    ("clocks", "时限"),
    ("docs", "文书"),
    ("evidence", "证据"),
    ("links", "关联"),
    ("basis", "依据"),
    ("verify", "核验"),
)

_PLACES = {
    "done": ("✓", "已办"),
    "current": ("●", "正在办"),
    "waiting": ("○", "在等"),
    "skipped": ("—", "略过"),
    "untouched": ("", "未到"),
    "withdrawn": ("✕", "已撤"),
}


@dataclass(frozen=True, slots=True)
class CaseTab:
    """A tab of the case page."""

    label: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An open work item of the case."""

    step: str
    who: str
    address: str
    clock: Chip | None
    mine: bool


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A submitted form: its fields as text, tables of records, and files."""

    name: str
    facts: tuple[tuple[str, str], ...]
    lists: tuple[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]], ...]
    files: tuple[tuple[str, tuple[FileLink, ...]], ...]
    correct: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A node of the diagram as a row of the equal list."""

    name: str
    mark: str
    word: str
    who: str
    at: str
    outcome: str
    rounds: str
    current: bool


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock as a row with a bar: `used` of 100."""

    name: str
    chip: Chip
    notes: tuple[tuple[str, str], ...]
    used: int
    due: str


@dataclass(frozen=True, slots=True)
class CaseHeader:
    """The head of every tab."""

    number: str
    title: str
    process: str
    version: str
    address: str
    status: Chip
    clock: Chip | None
    steps: str
    starter: str
    started: str
    occurred: str
    closed: str


def case_header(case: Case, moments: Moments) -> CaseHeader:
    """Make the head of the case page."""
    return CaseHeader(
        number=case.number,
        title=case.title or case.process,
        process=case.process,
        version=case.version,
        address=f"/cases/{case.number}",
        status=case_chip(case.status, case.status_text),
        clock=clock_chip(nearest(case.clocks)) if case.status is CaseStatus.OPEN else None,
        steps="、".join(case.steps),
        starter=case.started_by.name,
        started=moments.minute(case.started_at),
        occurred=moments.minute(case.occurred_at) if case.occurred_at else "",
        closed=moments.minute(case.closed_at) if case.closed_at else "",
    )


def nearest(clocks: Sequence[ClockView]) -> ClockView | None:
    """The running clock that is due first."""
    running = (ClockState.ON_TIME, ClockState.DUE_SOON, ClockState.OVERDUE)
    due = [(clock.due, number) for number, clock in enumerate(clocks) if clock.due and clock.state in running]
    return clocks[min(due)[1]] if due else None


def tabs(number: str, current: str) -> tuple[CaseTab, ...]:
    """Tabs of the case page."""
    return tuple(
        CaseTab(
            label,
            f"/cases/{number}/{name}" if name else f"/cases/{number}",
            name == current,
        )
        for name, label in TABS
    )


def open_items(items: Sequence[Item], account: str) -> tuple[OpenItem, ...]:
    """Open work items: who has them, until when."""
    return tuple(
        OpenItem(
            item.step,
            f"{item.role} {item.holder.name}" if item.holder else f"{item.role}（待认领）",
            f"/tasks/{item.id}",
            clock_chip(item.clock),
            item.holder is not None and item.holder.account == account,
        )
        for item in items
    )


def waiting_rows(found: Sequence[Standstill]) -> tuple[tuple[str, str, str], ...]:
    """What the case waits for beside people at work: class, step, sentence; what nobody can move first."""
    shown = [each for each in found if each.stuck or each.waits_for is not WaitingFor.PERSON]
    return tuple(
        ("due" if each.stuck else "ok", each.place, each.text)
        for each in sorted(shown, key=lambda each: not each.stuck)
    )


def gates(case: Case) -> tuple[tuple[str, str, str], ...]:
    """Closing conditions: class, mark with word, name."""
    return tuple(
        ("yes", "✓ 已满足", name) if holds else ("yet", "○ 还没有", name) for name, holds in case.gates
    )


def consequences(case: Case, definition: Definition) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What happens at each step where the case stands when its deadline is missed."""
    steps = [definition.nodes[place.node] for place in case.places if place.state == "current"]
    told = ((step.name, tuple(missed(step))) for step in steps if isinstance(step, Step))
    return tuple((name, sentences) for name, sentences in told if sentences)


def filled_forms(
    case: Case, definition: Definition, names: Names, corrigible: Collection[str] = ()
) -> tuple[FilledForm, ...]:
    """Submitted forms in the order in which a case fills them; those of `corrigible` with the address of 更正."""
    return tuple(
        _filled(
            form,
            case.forms[form.name],
            names,
            f"/cases/{case.number}/correct/{form.name}" if form.name in corrigible else "",
        )
        for form in _as_filled(definition)
        if form.name in case.forms
    )


def _as_filled(definition: Definition) -> tuple[Form, ...]:
    """Forms of a definition: those it starts with, those of its steps, the others."""
    starting = [start.form for start in definition.starts if isinstance(start, ByForm)]
    filling = [name for node in definition.nodes if isinstance(node, Step) for name in node.fills]
    places = {name: place for place, name in reversed([*enumerate([*starting, *filling])])}
    return tuple(sorted(definition.forms, key=lambda form: places.get(form.name, len(places) + 1_000)))


def _filled(form: Form, record: Record, names: Names, correct: str) -> FilledForm:
    facts: list[tuple[str, str]] = []
    lists: list[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]] = []
    files: list[tuple[str, tuple[FileLink, ...]]] = []
    empty: list[str] = []
    for field in form.fields:
        value = record.get(field.name)
        element = names.records.get(field.type.of or "")
        if value in (None, "", ()):
            empty.append(field.name)
        elif links := file_links(value):
            files.append((field.name, tuple(links)))
        elif field.type.kind is Kind.LIST and isinstance(value, tuple) and element is not None:
            columns = tuple(each.name for each in element.fields)
            lists.append((field.name, columns, _table(element, value, names)))
        else:
            facts.append((field.name, value_text(value, field.type, names)))
    if empty:
        facts.append(("未填", "、".join(empty)))
    return FilledForm(form.name, tuple(facts), tuple(lists), tuple(files), correct)


def _table(element: Form, value: tuple[Value, ...], names: Names) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(value_text(entry.get(each.name), each.type, names) for each in element.fields)
        for entry in value
        if isinstance(entry, Mapping)
    )


def file_links(value: Value) -> list[FileLink]:
    """Links of the files in a value."""
    if not isinstance(value, tuple):
        return []
    return [file_link(part) for part in value if isinstance(part, FileRef)]


def data_facts(case: Case, definition: Definition, names: Names) -> tuple[tuple[str, str], ...]:
    """Process data as text."""
    types: dict[str, Type] = {each.name: each.type for each in definition.data}
    return tuple(
        (name, value_text(value, types[name], names) if name in types else loose_text(value, names))
        for name, value in case.data.items()
    )


def place_rows(places: Sequence[PlaceView], names: Names) -> tuple[PlaceRow, ...]:
    """The diagram as a list with identical content."""
    return tuple(
        PlaceRow(
            place.name,
            *_PLACES.get(place.state, ("", place.state)),
            "、".join(names.people.get(account, account) for account in place.by),
            names.moments.minute(place.at) if place.at else "",
            place.outcome or "",
            f"第 {place.rounds} 次" if place.rounds > 1 else "",
            place.state in ("current", "waiting"),
        )
        for place in places
    )


def clock_rows(clocks: Sequence[ClockView], moments: Moments) -> tuple[ClockRow, ...]:
    """Clocks with a bar of the time used."""
    made = []
    for clock in clocks:
        chip = clock_chip(clock)
        if chip is not None:
            due = moments.due(clock.due) if clock.due else "未定"
            made.append(
                ClockRow(clock.name, chip, clock_notes(clock, moments), used_share(clock, moments), due)
            )
    return tuple(made)


def used_share(clock: ClockView, moments: Moments) -> int:
    """Time used of the time allowed, 0 to 100."""
    if clock.started is None or clock.due is None or clock.due <= clock.started:
        return 0
    until = clock.finished or moments.now
    share = (until - clock.started) / (clock.due - clock.started)
    return min(100, max(0, round(share * 100)))


def document_rows(
    documents: Sequence[DocumentView], moments: Moments
) -> tuple[tuple[str, str, str, str, str, str, str], ...]:
    """Documents: name, number, status, issued, by, served, address."""
    return tuple(
        (
            each.name,
            each.number,
            each.status,
            moments.minute(each.issued_at),
            each.issued_by.name,
            "；".join(f"{one.to} {moments.minute(one.at)}" for one in each.served) or "未送达",
            f"/docs/{each.id}",
        )
        for each in documents
    )


def link_rows(links: Sequence[Link]) -> tuple[tuple[str, str, str, Chip, str, str], ...]:
    """Linked cases: relation, number, process, status, step, address (empty when this person may not open it)."""
    return tuple(
        (
            each.relation,
            each.number,
            each.process,
            case_chip(each.status),
            each.step,
            f"/cases/{each.number}" if each.visible else "",
        )
        for each in links
    )


def step_basis(definition: Definition) -> tuple[tuple[str, str], ...]:
    """Step by step the articles it rests on."""
    return tuple(
        (node.name, "；".join(map(citation_text, node.basis)) or "—")
        for node in definition.nodes
        if isinstance(node, Step)
    )


@dataclass(frozen=True, slots=True)
class CaseListRow:
    """A case as a row or card."""

    id: int
    number: str
    address: str
    title: str
    process: str
    status: Chip
    steps: str
    holders: str
    clock: Chip | None
    notes: tuple[tuple[str, str], ...]
    unit: str
    grade: str
    starter: str
    started: str


def case_rows(rows: Sequence[CaseRow], moments: Moments) -> tuple[CaseListRow, ...]:
    """Rows of the list of cases."""
    return tuple(
        CaseListRow(
            row.id,
            row.number,
            f"/cases/{row.number}",
            row.title or row.process,
            row.process,
            case_chip(row.status, row.status_text),
            "、".join(row.steps) or "—",
            "、".join(row.holders),
            clock_chip(row.clock) if row.status is CaseStatus.OPEN else None,
            clock_notes(row.clock, moments) if row.clock else (),
            row.unit,
            row.grade,
            row.started_by.name,
            moments.minute(row.started_at),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class VerificationText:
    """Outcome of checking a chain, in the careful words of ux §8."""

    kind: str
    verdict: str
    facts: tuple[tuple[str, str], ...]


def verification(found: Verification) -> VerificationText:
    """Say what was checked and what was found, never that something is absolutely true."""
    facts = [("核对案件", f"{found.cases} 件"), ("核对记录", f"{found.groups} 条"), ("链头", found.head)]
    if found.ok:
        return VerificationText("ok", "未发现改动", tuple(facts))
    facts += [
        ("第一处不符", found.break_at or "—"),
        ("应为", found.expected or "—"),
        ("实为", found.found or "—"),
    ]
    return VerificationText("due", "发现记录与链不符", tuple(facts))
