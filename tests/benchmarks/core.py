"""Completions a second of the pure core, no database, beside SpiffWorkflow in memory on the same graph.

The case of `throughput`: an exclusive choice, a two-way block, four human tasks with deadlines by the calendar and
performers by the organisation. The commitment to a submitted value is computed too. SpiffWorkflow runs its BPMN file
without deadlines, people or forms.
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
    """Return what runs the same graph in SpiffWorkflow, from BPMN; None when it is not installed."""
    try:
        from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
        from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
        from SpiffWorkflow.util.task import TaskState
    except ImportError:
        return None
    parser = BpmnParser()
    parser.add_bpmn_file(str(Path(__file__).with_name("approval.bpmn")))
    spec = parser.get_spec("approval")

    def case() -> int:
        workflow, done = BpmnWorkflow(spec), 0
        workflow.do_engine_steps()
        while not workflow.is_completed():
            task = workflow.get_tasks(state=TaskState.READY, manual=True)[0]
            task.data["amount"] = 5000
            task.run()
            workflow.do_engine_steps()
            done += 1
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
