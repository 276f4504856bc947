"""Random definitions that always run.

Nested blocks, guards, instances, loops with limits, joint work, votes, handlers; waits for events, for time and for
called cases; documents that are numbered and served, a clock over the whole case that may be stopped, a way to reopen.
"""

from random import Random

from engine.definition import (
    Abstention,
    Actions,
    Anchor,
    AnchorKind,
    Arm,
    BackPolicy,
    Block,
    ByForm,
    ByHand,
    Clock,
    Countersign,
    Data,
    Deadline,
    Definition,
    Document,
    EventType,
    Extension,
    Field,
    Overdue,
    Performer,
    ReadPolicy,
    Recusal,
    Reminder,
    Reopen,
    Secrecy,
    SetData,
    Stop,
    Trigger,
    Urge,
)
from engine.expressions import DataRef
from engine.values import Kind, Span, Type, Unit
from tests.unit.core.building import (
    BranchSpec,
    HandlerSpec,
    Numbers,
    Spec,
    back,
    block,
    branch,
    chose,
    days,
    equal,
    field,
    form,
    goto,
    handler,
    process,
    step,
    text,
    wait,
    when,
    within,
)

DEPTH = 2
ON, OFF = "开", "关"
EVENT, CALLED, PAPER, TOTAL = "有信", "下级规程", "通知书", "总期"
"""What the surroundings know by name: an event, a process that is called, a document, a clock."""


class Flows:
    """Makes one random definition."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.count = 0

    def name(self) -> str:
        """Return a name nobody has."""
        self.count += 1
        return f"节{self.count}"

    def definition(self, *before: Spec) -> Definition:
        """Make a definition; `before` are steps to begin with, which move the numbers of all others."""
        names = [self.name() for _ in range(self.random.randint(3, 5))]
        nodes = self.region(names, (), (), 0)
        row = form("行", "名")
        sheet = form("单", "选", Field("行", Type(Kind.LIST, "行")))
        asked = self.random.random() < 0.5  # by a form, which its applicant may be asked to complete
        return process(
            *before,
            step("起点", fills=("单",)),
            *nodes,
            step("终点"),
            handlers=self.handlers(names),
            forms=(sheet, row, form("申请", "选")),
            data=(Data("旗", Type(Kind.TEXT), text(OFF)),),
            starts=(ByForm("申请") if asked else ByHand(),),
            events=(EventType(EVENT),),
            documents=(Document(PAPER, Secrecy.PUBLIC, numbering="通〔{年}〕{序号}号", served_on=("站长",)),),
            clocks=self.clocks(),
            reopens=lambda number: (Reopen(ByHand((Performer("站长"),)), goto(number(names[0]))),),
        )

    def clocks(self) -> tuple[Clock, ...]:
        """Make a limit over the whole case, or none; it may be stopped by the one who leads."""
        if self.random.random() < 0.4:
            return ()
        leader = (Performer("站长"),)
        return (
            Clock(
                TOTAL,
                days(self.random.randint(5, 40)),
                Anchor(AnchorKind.STARTED),
                Anchor(AnchorKind.CLOSED),
                stops=(Stop(leader, None, None),),
                extensions=(Extension(days(10), 1, leader),),
                reminders=(Reminder(Span(2, Unit.DAY), ("站长",)),),
                overdue=(
                    Overdue(None, Actions((Urge(()),))),
                    Overdue(Span(3, Unit.DAY), Actions((Urge(()),))),
                ),
            ),
        )

    def handlers(self, names: list[str]) -> list[HandlerSpec]:
        """Make up to two handlers of the main flow; some jump."""
        made: list[HandlerSpec] = []
        for number in range(self.random.randint(0, 2)):
            during = tuple(sorted(self.random.sample(names, self.random.randint(1, len(names)))))
            jumps = self.random.random() < 0.4
            target = self.random.choice(names)
            values = {"after": (lambda n, t=target: goto(n(t)))} if jumps else {}
            inner = step(self.name(), **values)  # type: ignore[arg-type]  # values of the step
            persists = not jumps and self.random.random() < 0.3
            made.append(handler(f"随时{number}", inner, during=during, persists=persists))
        return made

    def region(
        self, names: list[str], before: tuple[str, ...], after: tuple[str, ...], depth: int
    ) -> list[Spec]:
        """Make the nodes of a region; `before` and `after` are nodes of the regions around it."""
        nodes: list[Spec] = []
        for position, name in enumerate(names):
            earlier, later = (*before, *names[:position]), (*after, *names[position + 1 :])
            if depth < DEPTH and self.random.random() < 0.35:
                nodes.append(self.block(name, earlier, later, depth))
            elif self.random.random() < 0.12:
                nodes.append(self.wait(name))
            else:
                nodes.append(self.step(name, earlier, later))
        return nodes

    def step(self, name: str, earlier: tuple[str, ...], later: tuple[str, ...]) -> Spec:
        """Make a step: alone, jointly, for each holder or by vote; with routes, limits, skips."""
        chance = self.random.random()
        values: dict[str, object] = {}
        if chance < 0.1:
            values["performers"] = (Performer("经办", seats=self.random.randint(2, 3)),)
        elif chance < 0.16:
            values["performers"] = (Performer("经办", each=True),)
        elif chance < 0.24:
            values |= {"performers": (), "countersign": self.vote()}
        if chance >= 0.24 and self.random.random() < 0.6:
            values |= {"outcomes": ("甲", "乙", "丙"), "routes": self.routes(earlier, later)}
        values["on_read"] = self.random.choice(list(ReadPolicy))
        if self.random.random() < 0.3:
            values["sets"] = (SetData("旗", text(self.random.choice((ON, OFF)))),)
        if self.random.random() < 0.15:
            values["skip_unless"] = equal(DataRef("旗"), ON)
        if self.random.random() < 0.2:
            values["fills"] = ("单",)
        if self.random.random() < 0.2:
            values["shows"] = (field("选", "单"),)
        if self.random.random() < 0.4:
            values["deadlines"] = (self.deadline(),)
            escalated = Overdue(Span(2, Unit.WORKING_DAY), Actions((Urge(("站长",)),)))
            values["overdue"] = (Overdue(None, Actions((Urge(()),))), escalated)
            values["reminders"] = (Reminder(Span(1, Unit.DAY)),)
            values["extensions"] = (Extension(days(5), 1, (Performer("站长"),)),)
        if self.random.random() < 0.08:
            values["issues"] = (PAPER,)
        if self.random.random() < 0.06:
            values["irrevocable"] = True
        if earlier and self.random.random() < 0.15:
            at = self.random.choice(earlier)
            values["recusals"] = lambda number: (Recusal(number(at)),)
        return step(name, **values)  # type: ignore[arg-type]  # values of the step

    def deadline(self) -> Deadline:
        """Make a limit: of days, working days or hours, or from the service of a document."""
        served = Anchor(AnchorKind.SERVED, document=PAPER)
        return self.random.choice(
            (
                within(self.random.randint(1, 9)),
                within(self.random.randint(1, 5), Unit.WORKING_DAY),
                within(self.random.randint(4, 60), Unit.HOUR),
                within(self.random.randint(1, 9), anchor=served),
            )
        )

    def wait(self, name: str) -> Spec:
        """Make a wait: for an event, for some days, or for a case that it starts."""
        kind = self.random.choice(("event", "span", "call"))
        if kind == "event":
            late = (Overdue(Span(1, Unit.DAY), Actions((Urge(("站长",)),))),)
            return wait(name, event=EVENT, deadlines=(within(3),), overdue=late)
        if kind == "span":
            return wait(name, span=days(self.random.randint(1, 4)))
        return wait(name, call=Trigger(CALLED), fills=("单",) if self.random.random() < 0.5 else ())

    def vote(self) -> Countersign:
        """Make a vote: by a share, by majority or by the first answer, in turn or at once."""
        chosen = self.random.choice(({"quorum": (1, 2)}, {"majority": True, "tie": False}, {"any_one": True}))
        rules = {name: self.random.random() < 0.3 for name in ("in_turn", "early", "adds_votes", "returns")}
        quorum = chosen.pop("quorum", None)
        abstention = self.random.choice(list(Abstention))
        return Countersign("评委", None, quorum, abstention=abstention, **chosen, **rules)  # type: ignore[arg-type]  # by name

    def routes(self, earlier: tuple[str, ...], later: tuple[str, ...]) -> object:
        """Make routes: on to a later node, back to an earlier one at most twice."""
        forward = self.random.choice(later) if later and self.random.random() < 0.6 else None
        backward = self.random.choice(earlier) if earlier and self.random.random() < 0.7 else None
        past = self.random.choice(later) if later else None

        def made(number: Numbers) -> tuple[tuple[Arm, ...], ...]:
            arms: list[Arm] = []
            if forward is not None:
                arms.append(when(chose("乙"), goto(number(forward))))
            if backward is not None:
                exceeded = Actions() if past is None else goto(number(past))
                arms.append(when(chose("丙"), back(number(backward), limit=2, exceeded=exceeded)))
            return (tuple(arms),)

        return made

    def block(self, name: str, earlier: tuple[str, ...], later: tuple[str, ...], depth: int) -> Spec:
        """Make a block of two or three branches."""
        branches = [
            self.branch(position, earlier, later, depth) for position in range(self.random.randint(2, 3))
        ]
        first = 1 if self.random.random() < 0.15 else None
        share = (1, 2) if first is None and self.random.random() < 0.15 else None
        policy = self.random.choice(list(BackPolicy))
        rest = (first or share) is not None and self.random.random() < 0.5
        return block(name, *branches, on_back=policy, first=first, cancel_rest=rest, share=share)

    def branch(
        self, position: int, earlier: tuple[str, ...], later: tuple[str, ...], depth: int
    ) -> BranchSpec:
        """Make a branch: always, guarded, or an instance for each row of the list."""
        names = [self.name() for _ in range(self.random.randint(1, 3))]
        values: dict[str, object] = {}
        if position > 0 and self.random.random() < 0.25:
            values["guard"] = equal(field("选", "单"), ON)
        elif self.random.random() < 0.15:
            values |= {"each": field("行", "单"), "variable": "行", "growing": self.random.random() < 0.5}
        return branch(f"支{names[0]}", *self.region(names, earlier, later, depth + 1), **values)


def has_blocks(definition: Definition) -> bool:
    """Tell whether anything runs in parallel."""
    return any(isinstance(node, Block) for node in definition.nodes)
