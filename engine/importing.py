"""Importing a register that was kept elsewhere: each row starts a case by the ordinary command, once for its key.

The import itself is one entry of the audit log, with the hash of the file. Evidence that the start form requires and a
table cannot hold is the imported file itself.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from engine import audit, starting, statements
from engine.answers import Answers
from engine.commands import StartCase
from engine.decide import decide
from engine.definition import ByForm, Definition, Form
from engine.desk import Desk
from engine.errors import Refusal
from engine.raw_values import Raw
from engine.refusals import InvalidForm
from engine.state import CaseState
from engine.store import Session
from engine.town import Town, transact
from engine.values import FileRef, Json, Kind

EVIDENCE = frozenset({Kind.ATTACHMENT, Kind.PHOTO})
MOST_ROWS = 5000
"""Rows of one import."""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row as read from the file: its number there, its key, the values of the start form, when it happened."""

    number: int
    key: str
    form: Mapping[str, Raw]
    occurred_at: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)  # what the reader of the file could not read


class RowState(StrEnum):
    """What became, or would become, of a row."""

    READY = "可导入"
    WRONG = "有问题"
    KNOWN = "已导入过"
    STARTED = "已导入"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """A row with what became of it: the number of its case, or what is wrong by field ("" is the whole row)."""

    row: ImportRow
    state: RowState
    case: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Importing:
    """Imports of one town."""

    town: Town
    desk: Desk

    def form(self, process: str) -> Form | None:
        """Return the form that imported rows fill."""
        definition = self.town.definition(self.town.version_in_force(process).digest)
        return next(
            (
                form
                for way in definition.starts
                if isinstance(way, ByForm)
                for form in definition.forms
                if form.name == way.form
            ),
            None,
        )

    def check(
        self, process: str, by: str, rows: Sequence[ImportRow], file: FileRef
    ) -> tuple[RowOutcome, ...]:
        """Say of each row whether it can be imported; nothing is written."""
        definition = self.town.definition(self.town.version_in_force(process).digest)
        session = Session(self.town.store, self.town.tenant)
        seen: dict[str, int] = {}
        return tuple(self._checked(definition, session, by, row, file, seen) for row in rows)

    def _checked(
        self,
        definition: Definition,
        session: Session,
        by: str,
        row: ImportRow,
        file: FileRef,
        seen: dict[str, int],
    ) -> RowOutcome:
        first = seen.setdefault(row.key, row.number)
        if first != row.number:
            return RowOutcome(row, RowState.WRONG, errors={KEY: f"与第{first}行的原编号相同"})
        known = self._case_of(session, definition.name, row.key)
        if known:
            return RowOutcome(row, RowState.KNOWN, known)
        errors = {**row.errors, **self._refused(definition, session, by, row, file)}
        return RowOutcome(row, RowState.WRONG if errors else RowState.READY, errors=errors)

    def _refused(
        self, definition: Definition, session: Session, by: str, row: ImportRow, file: FileRef
    ) -> Mapping[str, str]:
        """Say by field why a row would not start a case: every field at once."""
        try:
            command = self._command(definition, by, row, file)
            decide(definition, CaseState(), command, Answers(self.town, session, self.town.now, 0))
        except InvalidForm as refusal:
            found = {name.rpartition(".")[2]: said for name, said in refusal.errors.items()}
            return {name: said for name, said in found.items() if name not in row.errors}
        except Refusal as refusal:
            return {} if row.errors else {"": str(refusal)}
        return {}

    def _command(self, definition: Definition, by: str, row: ImportRow, file: FileRef) -> StartCase:
        given = self.desk.given
        forms = given.reader(definition).forms(
            starting.start_forms(definition), _with_evidence(definition, row.form, file)
        )
        act = given.act(by, None, _reason(row, file), "", row.occurred_at, (file,))
        return StartCase(act, forms, imported=True)

    def _case_of(self, session: Session, process: str, key: str) -> str:
        row = session.one(statements.group_of_key, key=_key(process, key))
        found = None if row is None else session.one(statements.number_of_case, id=row[0])
        return "" if found is None else str(found[0])

    def run(
        self, process: str, register: str, by: str, rows: Sequence[ImportRow], file: FileRef
    ) -> tuple[RowOutcome, ...]:
        """Start a case for each row that can be imported; record the import."""
        definition = self.town.definition(self.town.version_in_force(process).digest)
        outcomes = tuple(
            self._started(definition, by, outcome, file) for outcome in self.check(process, by, rows, file)
        )
        self._record(register, by, outcomes, file)
        return outcomes

    def _started(self, definition: Definition, by: str, outcome: RowOutcome, file: FileRef) -> RowOutcome:
        row = outcome.row
        if outcome.state is not RowState.READY:
            return outcome
        try:
            case = self.desk.start(
                definition.name,
                by,
                _with_evidence(definition, row.form, file),
                (file,),
                row.occurred_at,
                _key(definition.name, row.key),
                reason=_reason(row, file),
                imported=True,
            )
        except Refusal as refusal:
            return RowOutcome(row, RowState.WRONG, errors={"": str(refusal)})
        return RowOutcome(row, RowState.STARTED, case.number)

    def _record(self, register: str, by: str, outcomes: Iterable[RowOutcome], file: FileRef) -> None:
        counts = Counter(outcome.state.value for outcome in outcomes)
        body: dict[str, Json] = {"register": register, "file": file.name, "sha256": file.sha256, **counts}
        transact(self.town, lambda unit: audit.record(unit, self.town.now, by, "register_imported", body))


KEY = "原编号"
"""Column of the key: a row with a key that was imported before is not imported again."""


def importable_fields(form: Form) -> tuple[str, ...]:
    """Return the fields that a cell can hold: not computed ones, evidence or lists."""
    return tuple(
        each.name
        for each in form.fields
        if each.computed is None and each.type.kind not in (*EVIDENCE, Kind.LIST, Kind.RECORD)
    )


def _with_evidence(definition: Definition, values: Mapping[str, Raw], file: FileRef) -> Mapping[str, Raw]:
    (name, *_) = starting.start_forms(definition)
    form = next(form for form in definition.forms if form.name == name)
    evidence = {
        each.name: (file,) for each in form.fields if each.type.kind in EVIDENCE and each.required is not None
    }
    return {**evidence, **values}


def _key(process: str, key: str) -> str:
    return f"import:{process}:{key}"


def _reason(row: ImportRow, file: FileRef) -> str:
    return f"导入《{file.name}》第{row.number}行，原编号{row.key}"
