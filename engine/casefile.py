"""A case as people and auditors read it: as it is, as it was at any revision or moment, and its history."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from msgspec import to_builtins

from engine import chain, reads, statements
from engine.answers import Answers
from engine.case_scope import CaseScope, status_text
from engine.clock_views import case_clock, step_clock, waiting_clock
from engine.definition import Block, Definition, Field, Wait
from engine.document_views import document_view
from engine.edge_refusals import NotFound, NotVisible
from engine.events import Acted, Event, FormSubmitted, StepSkipped, encode
from engine.evolve import replay
from engine.evolve_seats import find_activation
from engine.graph import Graph, graph_of
from engine.item_views import CaseRecord, Shower
from engine.labels import Reading
from engine.marking import OpenItem
from engine.moments import read_moment
from engine.narration import LABELS, Narrator
from engine.open_items import open_items
from engine.past import Past
from engine.projection import heading, standing, step_name
from engine.record import replace
from engine.state import CaseState
from engine.store import Session
from engine.town import Town
from engine.values import FileRef, Json, Record, Value
from engine.views import (
    LIVE,
    Case,
    CaseStatus,
    Change,
    ClockView,
    DocumentView,
    Entry,
    Item,
    Link,
    PersonView,
    PlaceView,
)
from engine.visibility import MASK, Viewer, may_open, viewer

LATE_AFTER_HOURS = 24
"""A fact recorded more than this after it happened is a late entry (补录)."""
RELATIONS = {"triggered": "触发", "from": "来自", "linked": "关联"}


@dataclass(frozen=True, slots=True)
class Group:
    """A recorded group of events with the columns beside it."""

    revision: int
    at: datetime
    events: tuple[Event, ...]
    hash: str
    digest: str  # of the definition it was decided by


@dataclass
class CaseFile:
    """One case, opened by one person (None: by the program itself)."""

    town: Town
    session: Session
    case: int
    who: Viewer | None
    outsider: bool = False  # opened by right of audit, without a part in it

    def __post_init__(self) -> None:
        rows = self.session.ask(reads.case_detail(), id=self.case)
        if not rows:
            raise NotFound("案件", str(self.case))
        self.row = CaseRecord(*rows[0][: len(CaseRecord._fields)])
        self.definition: Definition = self.town.definition(self.row.digest)
        self.graph: Graph = graph_of(self.definition)
        self.reading = Reading(self.town.directory, self.town.zone, self.graph.forms)

    @classmethod
    def open(cls, town: Town, session: Session, case: int, by: str | None) -> "CaseFile":
        """Open a case for a person.

        Raises:
            NotFound, NotVisible
        """
        if by is None:
            return cls(town, session, case, None)
        who = viewer(town.directory, by, town.today)
        allowed, part = may_open(session, town, who, case)
        if not allowed:
            if session.one(statements.load_case, id=case) is None:
                raise NotFound("案件", str(case))
            raise NotVisible("该案件")
        return cls(town, session, case, who, outsider=not part)

    @property
    def restricted(self) -> bool:
        """Tell whether opening the case is to be logged: it is restricted, or the person only oversees."""
        return (
            self.who is not None
            and self.outsider
            and (bool(self.definition.restricted_to) or self.who.oversees)
        )

    # ---- as it is or was

    def view(self, at: int | datetime | None = None) -> Case:
        """Return the case as it is now, or was after a revision or at a moment.

        A case that has ended is read with the people and units of its last act, as its paper file would be.

        Raises:
            NotFound: it did not exist then.
        """
        groups = self.groups
        if at is not None:
            groups = [group for group in groups if _is_by(group, at)]
            if not groups:
                raise NotFound("案件当时的状态", str(at))
            moment = at if isinstance(at, datetime) else groups[-1].at
            return self._under(groups[-1].digest, Past(self.town, self.session).town(moment)).view_of(
                groups, moment
            )
        if self.row.status not in LIVE and groups:
            then = Past(self.town, self.session).town(groups[-1].at)
            return self._under(self.row.digest, then).view_of(groups, None)
        return self.view_of(groups, None)

    def _under(self, digest: str, town: Town) -> "CaseFile":
        """Return the same file read by another version, and by the people and calendar of another time."""
        then = copy(self)
        then.town = town
        then.definition = town.definition(digest)
        then.graph = graph_of(then.definition)
        then.reading = Reading(town.directory, town.zone, then.graph.forms)
        return then

    def view_of(self, groups: Sequence[Group], at: datetime | None) -> Case:
        """Return the case after these groups, as of a moment (None: now)."""
        events = [event for group in groups for event in group.events]
        state = replay(events)
        now = at or self.town.now
        facts = Answers(self.town, self.session, now, self.case)
        scope = CaseScope(self.graph, state, facts)
        shown = heading(self.graph, state, facts, self.town.directory)
        skipped = {event.node for event in events if isinstance(event, StepSkipped)}
        return Case(
            id=self.case,
            number=state.number,
            process=self.definition.name,
            version=self.definition.version,
            digest=groups[-1].digest,
            title=shown.title,
            status=state.status,
            status_text=status_text(state.status),
            revision=state.revision,
            started_at=state.started_at or now,
            occurred_at=state.occurred_at,
            closed_at=state.closed_at,
            started_by=self._person(state.started_by),
            steps=standing(self.definition, state),
            places=tuple(self._places(state, skipped)),
            items=self._items(state, now, current=at is None),
            clocks=self._clocks(state, now),
            summary=tuple(pair for pair in shown.summary if pair[1]),
            data=dict(state.data),
            forms=self._forms(state, facts),
            gates=tuple(
                (gate.name, self.graph.program.holds(gate.condition, scope)) for gate in self.definition.gates
            ),
            links=self._links(),
            documents=self._documents(now if at is not None else None),
            files=self._files(),
            basis=self.definition.basis,
        )

    @cached_property
    def groups(self) -> list[Group]:
        """The recorded groups, oldest first."""
        rows = self.session.all(statements.read_groups, case=self.case, until=self.row.revision)
        versions = chain.versions_of(((row[0], row[6]) for row in rows), self.row.digest)
        return [
            Group(
                row[0],
                read_moment(row[1]),
                tuple(chain.read_group(row[6], row[7])),
                row[8],
                chain.version_after(versions, row[0]),
            )
            for row in rows
        ]

    def _person(self, account: str) -> PersonView:
        return PersonView(account, self.town.directory.name(account))

    def _places(self, state: CaseState, skipped: set[int]) -> Iterator[PlaceView]:
        standing_at = {token.node for token in state.tokens.values()}
        inside = {frame.fork for frame in state.frames.values() if not frame.joined}
        locked = {each.node for each in state.activations.values() if each.locked}
        for number, node in enumerate(self.definition.nodes):
            records = [(key, each) for (place, key), each in state.records.items() if place == number]
            done = [record for _, record in records if record.done]
            if number in standing_at or number in inside:
                word = "waiting" if number in locked or isinstance(node, Wait) else "current"
            elif done and len(done) == len(records):
                word = "done"
            elif records:
                word = "withdrawn"
            else:
                word = "skipped" if number in skipped else "untouched"
            last = max(done, key=lambda record: record.revision, default=None)
            yield PlaceView(
                node=number,
                name=node.name,
                state=word,
                rounds=max((record.rounds for _, record in records), default=0),
                by=tuple(self.town.directory.name(account) for account in last.by) if last else (),
                at=last.completed_at if last else None,
                outcome=None if last is None or isinstance(node, Block) else last.outcome,
            )

    def _items(self, state: CaseState, now: datetime, *, current: bool) -> tuple[Item, ...]:
        if current:
            shower = Shower(self.town, now)
            rows = self.session.ask(reads.open_items_of_case(), case=self.case)
            return tuple(shower.item(row) for row in rows)
        found = open_items(self.definition, state)
        return tuple(self._past_item(item, state, now) for item in found.values())

    def _past_item(self, item: OpenItem, state: CaseState, now: datetime) -> Item:
        activation = find_activation(state, item.n)
        return Item(
            id=f"{self.case}-{item.n}",
            case=self.case,
            case_number=state.number,
            process=self.definition.name,
            step=step_name(self.definition, state, item),
            title=self.row.title,
            summary=(),
            status=item.status,
            role="或".join(dict.fromkeys(candidate.role for candidate in item.candidates)),
            part=item.part.value,
            holder=self._person(item.holder) if item.holder else None,
            acting_for=None,
            created=item.opened_at,
            clock=step_clock(self.town, self.definition, activation, now) if activation else None,
            revision=0,
            round=item.round,
            from_name="",
            note=item.note,
            escalated=bool(item.escalated),
        )

    def _clocks(self, state: CaseState, now: datetime) -> tuple[ClockView, ...]:
        clocks = [
            case_clock(self.town, self.definition, number, state.clocks[number], now)
            if number in state.clocks
            else waiting_clock(clock)
            for number, clock in enumerate(self.definition.clocks)
        ]
        steps = (step_clock(self.town, self.definition, each, now) for each in state.activations.values())
        return (*clocks, *(view for view in steps if view is not None))

    def _forms(self, state: CaseState, facts: Answers) -> Mapping[str, Record]:
        found: dict[str, Record] = {}
        for (form, key), submission in state.forms.items():
            record = facts.submission_of(submission.revision, form, key)
            found[f"{form}#{key}" if key else form] = self.masked(form, record)
        return found

    def masked(self, form: str, record: Record) -> Record:
        """Return a record with what the person may not see replaced."""
        fields = {field.name: field for field in self.graph.forms[form].fields}
        return {name: self._shown(fields.get(name), value) for name, value in record.items()}

    def _shown(self, field: Field | None, value: Value) -> Value:
        if field is None or value is None or self.who is None or self.who.sees(field):
            return value
        return MASK

    def _links(self) -> tuple[Link, ...]:
        found: list[Link] = []
        for other, relation, _, number, process, status, steps in self.session.all(
            statements.read_links, case=self.case
        ):
            visible = self.who is None or may_open(self.session, self.town, self.who, other)[0]
            found.append(
                Link(
                    other,
                    number if visible else "",
                    process,
                    RELATIONS[relation],
                    CaseStatus(status),
                    steps if visible else "",
                    visible,
                )
            )
        return tuple(found)

    def _documents(self, until: datetime | None) -> tuple[DocumentView, ...]:
        rows = self.session.all(statements.read_documents, case=self.case)
        views = (self.document(row) for row in rows)
        return tuple(view for view in views if until is None or view.issued_at <= until)

    def document(self, row: Sequence[str | int | None]) -> DocumentView:
        """Return an issued document of a row of `statements.read_documents`."""
        return document_view(self.case, row, self.town.directory)

    def _files(self) -> tuple[FileRef, ...]:
        return tuple(FileRef(*row) for row in self.session.all(statements.files_of_case, case=self.case))

    # ---- history

    def entries(self) -> tuple[Entry, ...]:
        """Return the history, oldest first, with sentences and changed values."""
        first = self.groups[0].digest if self.groups else self.row.digest
        narrator = Narrator(
            self.town.definition(first), self.town.directory, self.town.zone, self.town.definition
        )
        files = {file.sha256: file for file in self._files()}
        latest: dict[tuple[str, str], Record] = {}
        past = Past(self.town, self.session)
        return tuple(
            self._under(group.digest, past.town(group.at)).entry(group, narrator, files, latest)
            for group in self.groups
        )

    def entry(
        self,
        group: Group,
        narrator: Narrator,
        files: Mapping[str, FileRef],
        latest: dict[tuple[str, str], Record],
    ) -> Entry:
        acted = group.events[0]
        assert isinstance(acted, Acted), acted
        narrator.directory = self.town.directory
        sentences = narrator.tell(group.events)
        late = acted.occurred_at is not None and (
            (acted.at - acted.occurred_at).total_seconds() > LATE_AFTER_HOURS * 3600
        )
        return Entry(
            revision=group.revision,
            recorded_at=group.at,
            occurred_at=acted.occurred_at,
            late_entry=late,
            actor=self._person(acted.by),
            acting_for=self._person(acted.acting_for) if acted.acting_for else None,
            operation=acted.operation,
            label=LABELS.get(acted.operation, acted.operation),
            step=narrator.step_of(acted.item, acted.node),
            reason=acted.reason,
            basis=acted.basis,
            sentences=sentences,
            changes=tuple(self._changes(group.events, latest)),
            files=tuple(files[sha256] for sha256 in acted.files if sha256 in files),
            events=tuple(self._recorded(group.events)),
            hash=group.hash,
        )

    def _changes(self, events: Sequence[Event], latest: dict[tuple[str, str], Record]) -> Iterator[Change]:
        for event in events:
            if not isinstance(event, FormSubmitted):
                continue
            fields = {field.name: field for field in self.graph.forms[event.form].fields}
            old = latest.get((event.form, event.key), {})
            for name in event.changed:
                was, now = old.get(name), event.values.get(name)
                if was == now or name not in fields:
                    continue
                yield Change(event.form, name, self._text(fields[name], was), self._text(fields[name], now))
            latest[event.form, event.key] = event.values

    def _text(self, field: Field, value: Value) -> str:
        if value is None:
            return ""
        shown = self._shown(field, value)
        return MASK if shown is MASK else self.reading.text(shown, field.type)

    def _recorded(self, events: Sequence[Event]) -> Iterator[Mapping[str, Json]]:
        """Yield the events in named form, with what the person may not see replaced."""
        for event in events:
            shown = event
            if isinstance(event, FormSubmitted):
                shown = replace(event, values=self.masked(event.form, event.values))
            yield to_builtins(encode((shown,))[0])


def _is_by(group: Group, at: int | datetime) -> bool:
    """Tell whether a group was recorded by a revision or a moment."""
    return group.at <= at if isinstance(at, datetime) else group.revision <= at
