"""The office of the real engine: commands of simulated people go through its façade, one transaction each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.answers import Answers
from engine.commands import (
    Act,
    Command,
    CompleteTask,
    Correct,
    Forms,
    ReturnTask,
    ServeDocument,
    SignProposal,
    StartCase,
    StartHandler,
)
from engine.decision import Decision
from engine.directory import Directory
from engine.edge_refusals import UnknownOperation
from engine.events import Event
from engine.service import Engine
from engine.state_cache import Moved
from engine.store import Session


@dataclass(slots=True)
class Clock:
    """The time of a replayed year; an engine opened with it knows no other."""

    now: datetime

    def __call__(self) -> datetime:
        """Return the present moment."""
        return self.now


@dataclass(slots=True)
class CaseOffice:
    """One case in an engine. `case` is None until it has begun; `process` is what it would be started as."""

    engine: Engine
    directory: Directory
    process: str
    case: int | None = None
    known: dict[int, Sequence[Event]] = field(default_factory=dict)
    moved: Moved | None = None  # the latest that happened to it

    def facts(self) -> Answers:
        """Return what is known of the world now, to try a command in memory before it is given."""
        town = self.engine.town
        return Answers(
            town, Session(town.store, town.tenant), town.now, self.case or 0, known=dict(self.known)
        )

    def note(self, moved: Moved) -> None:
        """Remember where the case stands."""
        self.case, self.moved = moved.case, moved
        self.known = dict(moved.kept.groups)

    @property
    def administrators(self) -> Sequence[str]:
        """The town's administrators."""
        return self.directory.organisation.administrators

    def members(self, unit: str, role: str) -> Sequence[str]:
        """Return the people of a unit, whatever the role."""
        del role
        return self.directory.members(unit)

    def record(self, command: Command, decision: Decision) -> Decision:
        """Give a command to the engine; what happened is told by `note` meanwhile.

        Raises:
            Refusal: the engine sees what a trial in memory does not, e.g. a paper that would be wrong.
        """
        del decision
        before = self.moved
        self._give(command)
        assert self.moved is not None and self.moved is not before, command
        return Decision(self.moved.events, self.moved.kept.state)

    def _give(self, command: Command) -> None:
        engine, case = self.engine, self.case or 0
        match command:
            case StartCase(act=act, forms=forms):
                # whoever watches learns of the case before `start` returns
                engine.start(self.process, act.by, forms or None, act.files, act.occurred_at)
            case CompleteTask(act=act, item=item, forms=forms, outcome=outcome):
                engine.complete(
                    f"{case}-{item}",
                    act.by,
                    forms or None,
                    outcome,
                    occurred_at=act.occurred_at,
                    files=act.files,
                    note=act.reason,
                )
            case ReturnTask(act=act, item=item, target=target):
                engine.act(f"{case}-{item}", "return", act.by, to=target, reason=act.reason)
            case StartHandler(act=act, handler=handler, forms=forms):
                self._on_case("begin", act, handler, forms)
            case ServeDocument(act=act, document=document, to=party):
                self._on_case("serve", act, f"{document}#{party}", {})
            case Correct(act=act, form=form, values=values):
                self._on_case("correct", act, form, {form: values})
            case SignProposal(act=act, proposal=proposal):
                self._on_case("sign", act, str(proposal), {})
            case _:
                raise UnknownOperation(type(command).__name__)

    def _on_case(self, operation: str, act: Act, to: str, forms: Forms) -> None:
        self.engine.act(self.case or 0, operation, act.by, to=to, reason=act.reason, form=forms or None)
