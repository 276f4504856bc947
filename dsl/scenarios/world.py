"""What a scenario acts on: an engine with a town in it, a clock that only it moves, and the case it speaks of."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

from dsl.scenarios.filling import Filler, Handed, Table
from dsl.scenarios.moments import Reckoning
from dsl.scenarios.outcome import Unmet, unknown
from dsl.scenarios.wording import same
from engine import Engine
from engine.codec import Json
from engine.definition import ByForm, Definition, Step
from engine.directory import Directory
from engine.errors import Refusal
from engine.events import Event, decode
from engine.values import FileRef
from engine.views import Case, ClockView, Entry, Item, ItemStatus

SYSTEM = "system"
_TICK = timedelta(hours=1)
"""How often a scenario's clock lets the engine do what has fallen due."""


@dataclass(slots=True)
class Clock:
    """The time of a scenario; an engine opened with it knows no other."""

    now: datetime

    def __call__(self) -> datetime:
        """Return the present moment."""
        return self.now


@dataclass
class World:
    """An engine under a scenario.

    Args:
        today: what 今天 means; None: the day on which the scenario begins.
        duties: recurring duties that a scenario may bring into force.
    """

    engine: Engine
    clock: Clock
    today: date | None = None
    duties: Mapping[str, Definition] = field(default_factory=dict)
    case_id: int | None = None
    refusal: Refusal | None = None
    begun: bool = False
    _known: list[int] = field(default_factory=list)
    _first_day: date = field(init=False)

    def __post_init__(self) -> None:
        self._first_day = self._day

    # ---- time

    @property
    def reckoning(self) -> Reckoning:
        """What relative words are counted from."""
        zone = self.engine.zone
        return Reckoning(self.clock.now, self.today or self._first_day, zone, self.engine.calendar())

    @property
    def _day(self) -> date:
        return self.clock.now.astimezone(self.engine.zone).date()

    def begin(self, moment: datetime, *, anew: bool) -> None:
        """Begin at a moment; `anew`: that day is what 今天 means from now on."""
        self.clock.now, self.begun = moment, True
        if anew:
            self._first_day = self._day

    def moment(self, text: str) -> datetime:
        """Read a moment.

        Raises:
            Unmet: it cannot be read.
        """
        found = self.reckoning.moment(text)
        if found is None:
            raise Unmet(f"读不懂时间“{text}”，请写成 2023-04-10 09:00、3个工作日后 或 今天前40日 09:00")
        return found

    def run_until(self, moment: datetime, *, down: bool = False) -> None:
        """Let time pass; the engine does what falls due on the way, or all of it at the end when it was `down`.

        Raises:
            Unmet: the moment is past.
        """
        if moment < self.clock.now:
            raise Unmet(f"时间不能倒流：现在是{self.text_of(self.clock.now)}，不能回到{self.text_of(moment)}")
        while not down and self.clock.now + _TICK < moment:
            self.clock.now += _TICK
            self.engine.tick()
        self.clock.now = moment
        self.engine.tick()

    def text_of(self, moment: datetime) -> str:
        """Write a moment in local time."""
        return f"{moment.astimezone(self.engine.zone):%Y-%m-%d %H:%M}"

    def end_of(self, moment: datetime) -> str:
        """Write the end of a limit: midnight is 24:00 of the day before, as limits are written."""
        local = moment.astimezone(self.engine.zone)
        if (local.hour, local.minute) == (0, 0):
            return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
        return self.text_of(moment)

    # ---- people and units

    @property
    def directory(self) -> Directory:
        """The organisation as it is now."""
        return Directory(self.engine.organisation())

    def person(self, name: str) -> str:
        """Return the account of a person.

        Raises:
            Unmet: nobody, or several, of that name.
        """
        people = self.engine.organisation().people
        found = [each.account for each in people if same(name, each.name) or name == each.account]
        if len(found) == 1:
            return found[0]
        if found:
            raise Unmet(f"有{len(found)}个人叫“{name}”，请写账号：{'、'.join(found)}")
        raise unknown("人员", name, (each.name for each in people))

    def unit(self, name: str) -> str:
        """Return the code of a unit.

        Raises:
            Unmet: there is none of that name.
        """
        units = self.engine.organisation().units
        found = next((each.code for each in units if same(name, each.name) or name == each.code), None)
        if found is None:
            raise unknown("单位", name, (each.name for each in units))
        return found

    # ---- the case

    @property
    def case(self) -> Case:
        """The case the scenario speaks of, as it is now.

        Raises:
            Unmet: none was started.
        """
        if self.case_id is None:
            raise Unmet("还没有案件，请先写“……发起“规程””")
        return self.engine.case(self.case_id)

    @property
    def definition(self) -> Definition:
        """The version that the case runs on."""
        return self.engine.definition(self.case.digest)

    @property
    def cases(self) -> tuple[int, ...]:
        """The cases of the scenario: those it started and all that are linked to them, in order of appearance."""
        todo, found = list(self._known), list[int]()
        while todo:
            case = todo.pop(0)
            if case not in found:
                found.append(case)
                todo += [link.case for link in self.engine.case(case).links]
        return tuple(found)

    def speak_of(self, case: int) -> None:
        """Go over to a case."""
        self.case_id = case
        if case not in self._known:
            self._known.append(case)

    def of_process(self, process: str) -> tuple[Case, ...]:
        """Return the scenario's cases of a process, those linked to the present one last."""
        linked = {link.case for link in self.case.links} if self.case_id is not None else set()
        cases = [self.engine.case(case) for case in sorted(self.cases)]
        found = [case for case in cases if case.process == process]
        return tuple(sorted(found, key=lambda case: case.id in linked))

    def linked(self, process: str) -> tuple[Case, ...]:
        """Return the cases of a process that are linked to the present one, oldest first."""
        numbers = sorted({link.case for link in self.case.links if link.process == process})
        return tuple(self.engine.case(number) for number in numbers)

    def items(self, step: str) -> list[Item]:
        """Return the open work items of a step."""
        return [item for item in self.case.items if item.step == step and item.status is ItemStatus.OPEN]

    def item(self, step: str, account: str, number: int | None = None) -> Item:
        """Return the work item of a step that a person may do; of several, the first or the `number`th.

        Raises:
            Unmet: the step is not open.
        """
        items = self.items(step)
        if not items:
            self.require_step(step)
            raise Unmet(f"“{step}”现在不用办；案件停在{self.standing}", self.story())
        if number is not None:
            if len(items) < number:
                raise Unmet(f"“{step}”只有{len(items)}项待办，没有第{number}项", self.story())
            return items[number - 1]
        mine = [item for item in items if item.holder is not None and item.holder.account == account]
        if len(mine) + len(items) > 1:
            items = [*mine, *(item for item in items if self._may_do(item, account)), *items]
        return items[0]

    def require_step(self, name: str) -> None:
        """Refuse a name that no step of the case's process has.

        Raises:
            Unmet
        """
        nodes = [node.name for node in self.definition.nodes]
        waiting = [item.step for item in self.case.items]  # what an operation opened: 延期审批
        if name not in (*nodes, *waiting):
            raise unknown("步骤", name, nodes)

    def _may_do(self, item: Item, account: str) -> bool:
        options = self.engine.options(item.id, by=account)
        return any(option.operation == "complete" and option.allowed for option in options)

    @property
    def standing(self) -> str:
        """Where the case stands, as a sentence has it."""
        case = self.case
        return "、".join(f"“{step}”" for step in case.steps) or f"（{case.status_text}）"

    def clock_of(self, name: str) -> ClockView:
        """Return the limit of an open step, or a clock of the case.

        Raises:
            Unmet: there is none.
        """
        clocks = [item.clock for item in self.items(name) if item.clock is not None]
        clocks += [clock for clock in self.case.clocks if clock.name == name]
        if not clocks:
            if name not in {clock.name for clock in self.definition.clocks}:
                self.require_step(name)
            known = "、".join(dict.fromkeys(clock.name for clock in self.case.clocks))
            raise Unmet(f"“{name}”没有期限；有期限的：{known or '没有'}", self.story())
        return clocks[0]

    # ---- forms

    def filler(self, definition: Definition, by: str) -> Filler:
        """Return what turns the tables of a person into forms."""

        def keep(content: bytes, name: str, media_type: str) -> FileRef:
            return self.engine.add_file(content, name, media_type, by=by)

        forms = {form.name: form for form in definition.forms}
        return Filler(forms, self.reckoning, self.person, self.unit, keep)

    def start_forms(self, definition: Definition) -> tuple[str, ...]:
        """Return the forms by which cases of a definition are started."""
        return tuple(start.form for start in definition.starts if isinstance(start, ByForm))

    def forms_of(self, step: str) -> tuple[str, ...]:
        """Return the forms that a step fills."""
        nodes = self.definition.nodes
        return next((node.fills for node in nodes if isinstance(node, Step) and node.name == step), ())

    def act(
        self,
        target: str | int,
        operation: str,
        by: str,
        *,
        forms: tuple[str, ...] = (),
        table: Table | None = None,
        **more: Any,
    ) -> None:
        """Carry out an operation on an item or the case.

        Args:
            forms: those that the table may fill.
        """
        filled: dict[str, dict[str, Handed]] = self.filler(self.definition, by).fill(table, forms)
        self.engine.act(target, operation, by=by, form=filled or None, **more)

    # ---- refusals

    @contextmanager
    def refused(self) -> Iterator[None]:
        """Expect the engine to refuse what is done inside.

        Raises:
            Unmet: it did not.
        """
        self.refusal = None
        try:
            yield
        except Refusal as refusal:
            self.refusal = refusal
        else:
            raise Unmet("应当被系统拒绝，却办成了", self.story())

    # ---- what happened

    def story(self) -> tuple[str, ...]:
        """Tell the history of the case, a line a command."""
        if self.case_id is None:
            return ()
        return tuple(self._line(entry) for entry in self.engine.history(self.case_id))

    def _line(self, entry: Entry) -> str:
        about = f"“{entry.step}”" if entry.step else ""
        said = "：" + "；".join(entry.sentences) if entry.sentences else ""
        reason = f"（理由：{entry.reason}）" if entry.reason else ""
        return f"{self.text_of(entry.recorded_at)} {entry.actor.name}{entry.label}{about}{reason}{said}"

    def events_of(self, case: int) -> list[Event]:
        """Return everything recorded in a case, in order."""
        recorded = [event for entry in self.engine.history(case) for event in entry.events]
        return decode(cast("list[Mapping[str, Json]]", recorded))  # the views show them read-only

    def sentences(self) -> tuple[str, ...]:
        """Return every sentence of the history, with reasons and grounds."""
        return tuple(
            text
            for entry in self.engine.history(self.case.id)
            for text in (*entry.sentences, entry.reason, entry.basis)
            if text
        )
