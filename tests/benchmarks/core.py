"""Completions a second of the pure core, no database, beside SpiffWorkflow in memory on the same graph.

The case of `throughput`: an exclusive choice, a two-way block, four human tasks with deadlines by the calendar and
performers by the organisation. The commitment to a submitted value is computed too.
"""

import json
import secrets
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from dsl import compile_paths
from dsl.scenarios.recorded import Recorded
from engine.calendar import Calendar
from engine.commands import Act, Command, CompleteTask, Forms, StartCase
from engine.commitments import commitment
from engine.decide import decide
from engine.directory import Directory, Organisation, Person, Post
from engine.events import FormSubmitted
from engine.state import CaseState
from engine.views import CaseStatus

ROUNDS = 9
CASES = 200
TASKS = 4
_ACCOUNT = "jing-ban"
_VECTORS = Path(__file__).parents[1] / "data" / "calendar_vectors.json"
_START: Forms = {"申请": {"事由": "购置灭火器", "金额": Decimal(5000)}}
_OPINION: Forms = {"审核单": {"意见": "同意"}}


@dataclass(frozen=True, slots=True)
class CoreReading:
    """Medians over the rounds; `ratio` is None where SpiffWorkflow is not installed."""

    completions: float
    spiff: float | None
    ratio: float | None


class _Facts(Recorded):
    """One case at a time, on one day."""

    numbers = 0

    @property
    def today(self) -> date:
        return _DAY

    def next_number(self, series: str, year: int) -> int:  # noqa: ARG002  # one series
        self.numbers += 1
        return self.numbers


_DAY = date(2023, 4, 10)
_MORNING = datetime(2023, 4, 10, 1, tzinfo=UTC)


class ByCore:
    """Runs the benchmark's case through `decide`."""

    def __init__(self) -> None:
        days = json.loads(_VECTORS.read_text(encoding="utf-8"))["days"]
        calendar = Calendar.from_years({int(year): each for year, each in days.items()})
        people = (Person(_ACCOUNT, "经办人"),)
        directory = Directory(Organisation(people=people, posts=(Post("经办人", _ACCOUNT),)))
        self._facts = _Facts(directory, calendar, ZoneInfo("Asia/Shanghai"), _MORNING)
        (self._definition,) = compile_paths([Path(__file__).with_name("approval.flow")]).definitions

    def case(self) -> int:
        """Start a case and complete its tasks; return how many there were."""
        state = self._do(CaseState(), StartCase(Act(_ACCOUNT), _START))
        done = 0
        while state.status is CaseStatus.OPEN:
            work = next(iter(state.activations.values()))
            fills = getattr(self._definition.nodes[work.node], "fills", ())
            forms: Forms = _OPINION if fills else {}
            state = self._do(state, CompleteTask(Act(_ACCOUNT), work.seats[0].id, forms))
            done += 1
        return done

    def _do(self, state: CaseState, command: Command) -> CaseState:
        decision = decide(self._definition, state, command, self._facts)
        for event in decision.events:
            if type(event) is FormSubmitted:
                self._facts.keep(decision.state.revision, event.form, event.values)
                commitment(secrets.token_hex(16), str(event.values))
        return decision.state


def by_spiff() -> Callable[[], int] | None:
    """Return what runs the same graph in SpiffWorkflow, given the graph in its own classes; None when it is missing."""
    try:
        from SpiffWorkflow.operators import Attrib, GreaterThan
        from SpiffWorkflow.specs.ExclusiveChoice import ExclusiveChoice
        from SpiffWorkflow.specs.Join import Join
        from SpiffWorkflow.specs.Simple import Simple
        from SpiffWorkflow.specs.StartTask import StartTask
        from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
        from SpiffWorkflow.util.task import TaskState
        from SpiffWorkflow.workflow import Workflow
    except ImportError:
        return None
    spec = WorkflowSpec(name="approval")
    spec.start = spec.start or StartTask(spec)
    names = ("accept", "split", "business", "finance", "approve")
    accept, split, business, finance, approve = (Simple(spec, name) for name in names)
    choice, join = ExclusiveChoice(spec, "choice"), Join(spec, "join", split_task="split")
    spec.start.connect(accept)
    accept.connect(choice)
    choice.connect_if(GreaterThan(Attrib("amount"), 1000), split)
    choice.connect(approve)
    for branch in (business, finance):
        split.connect(branch)
        branch.connect(join)
    join.connect(approve)
    tasks = {"accept", "business", "finance", "approve"}

    def case() -> int:
        workflow, done = Workflow(spec), 0
        while (ready := workflow.get_next_task(state=TaskState.READY)) is not None:
            ready.data["amount"] = 5000
            ready.run()
            done += ready.task_spec.name in tasks
        assert workflow.is_completed()
        return done

    return case


def measure() -> CoreReading:
    """Alternate the two, round by round."""
    mine, other = ByCore().case, by_spiff()
    for run in (mine, other or mine):
        assert run() == TASKS
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        ours.append(_rate(mine, CASES))
        if other is not None:
            theirs.append(_rate(other, CASES // 4))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True)) if theirs else None
    return CoreReading(statistics.median(ours), statistics.median(theirs) if theirs else None, ratio)


def _rate(run: Callable[[], int], times: int) -> float:
    started = time.process_time()
    done = sum(run() for _ in range(times))
    return done / (time.process_time() - started)
