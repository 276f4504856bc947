"""Random people do random things to random cases: `python -m tests.properties.walk --seconds N --seed S`.

After every command the invariants of a marking hold, the command recorded as text and replayed gives the same state
(`World.do`), a refused one leaves the state alone, the books kept beside the case come out even (`tests.properties.books`),
and what has an inverse (recall, release, hand back, resume, remove, take back) is now and then done and undone at once,
which must give back exactly what was there before. Deputies act for those who are away, by grants that begin and end;
events, called cases and services of documents come from outside; cases go over to another version of their definition
and back; all work of a person is handed over at once; ended cases are reopened.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from engine.commands import (
    Act,
    AddSigner,
    ApplyExtension,
    AskHelp,
    AskSupplement,
    ClaimTask,
    Command,
    CompleteTask,
    CopyCase,
    Correct,
    Discuss,
    EventArrived,
    HandBack,
    Jump,
    KeepCopy,
    LeaveCall,
    LinkedCaseEnded,
    Migrate,
    Origin,
    ParentEnded,
    ReadTask,
    RecallTask,
    Recount,
    RejectProposal,
    ReleaseTask,
    RemoveSigner,
    Reopen,
    ResumeCase,
    ResumeClock,
    ReturnTask,
    ServeDocument,
    SetReminder,
    SignProposal,
    StartCase,
    StartHandler,
    StopClock,
    Suspend,
    TakeBack,
    Terminate,
    Tick,
    TransferTask,
    UrgeTask,
    Void,
    VoidDocument,
    Withdraw,
)
from engine.deciding.draft import Draft
from engine.deciding.returns import targets
from engine.definition import ByForm, Definition
from engine.errors import Refusal
from engine.events import Acted, Recalled, SignerAdded
from engine.graph import graph_of
from engine.marking import Activation, OpenItem, SeatOrigin, SeatPart
from engine.marking_check import marking_fault
from engine.questions import forms_asked, results_asked
from engine.serving import Method, Service
from engine.soundness import check
from engine.values import Record
from engine.views import LIVE, CaseStatus, ItemStatus
from tests.properties.books import Books, joined_too_often
from tests.properties.flows import CALLED, EVENT, OFF, ON, TOTAL, Flows
from tests.properties.graphs import nested
from tests.unit.core.building import step
from tests.unit.core.test_recall import marking
from tests.unit.core.world import World

CALLER = "甲〔2023〕1号"
PEOPLE = ("经办甲", "经办乙", "经办丙", "评委甲", "评委乙", "评委丙", "站长甲")
HELPERS = ("助手甲", "助手乙", "助手丙")
DEPUTIES = {"代理甲": ("经办甲", "评委甲"), "代理乙": ("经办乙", "评委乙", "站长甲")}
LENGTH = 45
_ENDS = (CaseStatus.FINISHED, CaseStatus.TERMINATED, CaseStatus.WITHDRAWN, CaseStatus.VOID)
_SEATED = (ItemStatus.OPEN, ItemStatus.WAITING, ItemStatus.SUSPENDED, ItemStatus.DONE)
_ADMINISTRATOR = Act("管理员", reason="因")


class Walk:
    """One case, and somebody who does at random what he may and what he may not."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        of_flows, self.other_version = self.random.randrange(2**32), None
        if seed % 5:
            definition = Flows(Random(of_flows)).definition()
            self.other_version = Flows(Random(of_flows)).definition(step("前置"))
        else:
            definition = self.free_graph()
        self.case = World(definition, administrators={"管理员", "管理乙"}, standing_in=dict(DEPUTIES))
        self.operations: Counter[str] = Counter()
        self.commands = self.undone = 0
        self.books = Books(definition)
        self.refused = self.recalled = self.reopened = 0
        origin = Origin(CALLER, waits=True) if self.random.random() < 0.2 else None
        self.run(lambda: self.case.do(StartCase(Act("经办甲"), self.start_forms(), origin)))

    def start_forms(self) -> dict[str, Record]:
        """Fill the form that the case is started by, if it has one."""
        asked = (start.form for start in self.case.definition.starts if isinstance(start, ByForm))
        return {form: {"选": ON} for form in asked}

    def free_graph(self) -> Definition:
        """Draw a graph with XOR and AND gateways that can end."""
        while True:
            definition = nested(self.random, 12, spoilt=self.random.choice((0, 0, 1)))
            if check(definition).sound:
                return definition

    def run(self, action: object) -> bool:
        """Do something; tell whether it was accepted. Keeps the books of the items."""
        before = self.case.state
        self.commands += 1
        try:
            action()  # type: ignore[operator]  # a callable without arguments
        except Refusal:
            self.refused += 1
            assert self.case.state is before
            return False
        if self.case.state is not before:
            self.books.enter(before, self.case.last)
            acted = self.case.last[0]
            assert isinstance(acted, Acted), acted
            self.operations[acted.operation] += 1
        check_marking(self.case)
        return True

    def act(self, by: str) -> Act:
        """Act in one's own name, or by a deputy now and then."""
        deputies = [deputy for deputy, of in DEPUTIES.items() if by in of]
        if deputies and self.random.random() < 0.2:
            return Act(self.random.choice(deputies), acting_for=by, reason="因")
        return Act(by, reason="因")

    def step(self) -> None:
        """Do one random thing."""
        doing = self.random.choices(
            (
                self.complete,
                self.give_back,
                self.recall_old,
                self.hand,
                self.add,
                self.begin,
                self.other,
                self.there_and_back,
                self.surroundings,
                self.clock,
                self.grant,
                self.hand_over,
                self.go_over,
            ),
            (55, 12, 6, 8, 10, 5, 9, 6, 14, 4, 3, 2, 3),
        )[0]
        doing()

    def item(self) -> tuple[int, OpenItem] | None:
        items = list(self.case.items().items())
        return self.random.choice(items) if items else None

    def form_values(self, form: str = "单") -> Record:
        rows = tuple({"名": str(n)} for n in range(self.random.randint(0, 2)))
        values: Record = {"选": self.random.choice((ON, OFF, "0", "1")), "行": rows}
        sheet = next((each for each in self.case.definition.forms if each.name == form), None)
        known = {each.name for each in sheet.fields} if sheet else set()
        return {name: value for name, value in values.items() if name in known}

    def answer(self, number: int, by: str) -> Command:
        """Answer an item with one of the results it may have."""
        definition, state = self.case.definition, self.case.state
        results = results_asked(definition, state, number)
        forms = {name: self.form_values(name) for name in forms_asked(definition, state, number)}
        return CompleteTask(self.act(by), number, forms, self.random.choice(results) if results else None)

    def complete(self) -> None:
        """Complete an item; now and then take it back at once, which must restore the marking."""
        found = self.item()
        if found is None:
            return
        number, item = found
        by = item.holder or self.random.choice(PEOPLE)
        if item.holder is None and not self.run(lambda: self.case.do(ClaimTask(self.act(by), number))):
            return
        self.run(lambda: self.case.do(Tick()))
        before = marking(self.case.state)
        held = len(self.case.state.parked), len(self.case.state.openings)
        if not self.run(lambda: self.case.do(self.answer(number, by))):
            return
        again = self.random.random() < 0.3 and self.case.state.status is CaseStatus.OPEN
        if again and self.recall(by, number):
            assert marking(self.case.state) == before
            assert held == (len(self.case.state.parked), len(self.case.state.openings))
            self.recalled += 1

    def recall_old(self) -> None:
        """Try to take back somebody's answer of some time ago."""
        closed = [number for number, is_open in self.books.items.items() if not is_open]
        if closed and self.case.state.revision > 1:
            number, revision = self.random.choice(closed), self.random.randint(1, self.case.state.revision)
            by = self.random.choice(PEOPLE)
            self.run(lambda: self.case.do(RecallTask(Act(by), number, revision)))

    def give_back(self) -> None:
        found = self.item()
        if found is None or found[1].node is None:
            return
        number, item = found
        by = item.holder or self.random.choice(PEOPLE)
        if item.holder is None and not self.run(lambda: self.case.do(ClaimTask(Act(by), number))):
            return
        activations = self.case.state.activations.values()
        found_in = (each for each in activations if any(seat.id == number for seat in each.seats))
        activation = None if item.decides is not None else next(found_in, None)
        token = None if activation is None else self.case.state.tokens.get(activation.token)
        if token is None:
            return
        draft = Draft(graph_of(self.case.definition), self.case.state.copy(), self.case, Act(by))
        legal = list(targets(draft, token))
        if legal:
            target, straight = self.random.choice(legal).value, self.random.random() < 0.3
            self.run(lambda: self.case.do(Tick()))
            before = marking(self.case.state), self.case.state.parked
            if not self.run(lambda: self.case.do(ReturnTask(Act(by, reason="因"), number, target, straight))):
                return
            if self.random.random() < 0.4 and self.recall(by, number):
                assert (marking(self.case.state), self.case.state.parked) == before
                self.recalled += 1

    def recall(self, by: str, number: int) -> bool:
        """Take the latest answer or return back; tell whether it happened at once."""
        revision = self.case.state.revision
        accepted = self.run(lambda: self.case.do(RecallTask(Act(by), number, revision)))
        return accepted and any(isinstance(event, Recalled) for event in self.case.last)

    def add(self) -> None:
        """Add a signer or ask somebody; now and then take it back at once, which must restore the marking."""
        found = self.item()
        if found is None:
            return
        number, item = found
        by, to = item.holder or self.random.choice(PEOPLE), self.random.choice((*PEOPLE, *HELPERS))
        act = Act(by, reason="因")
        self.run(lambda: self.case.do(Tick()))
        before = marking(self.case.state)
        asks = self.random.choice((AskHelp(act, number, to), AskSupplement(act, number), None, None))
        place = self.random.choice((SeatOrigin.BEFORE, SeatOrigin.BESIDE, SeatOrigin.AFTER))
        command = asks or AddSigner(act, number, to, place)
        if not self.run(lambda: self.case.do(command)) or self.random.random() < 0.6:
            return
        added = next(event.seat.id for event in self.case.last if isinstance(event, SignerAdded))
        undo = RemoveSigner(act, added) if asks is None else TakeBack(act, added)
        assert self.run(lambda: self.case.do(undo)), "who added a seat may take it away"
        assert marking(self.case.state) == before

    def hand(self) -> None:
        found = self.item()
        if found is None:
            return
        number, item = found
        by, to = item.holder or self.random.choice(PEOPLE), self.random.choice(PEOPLE)
        act = self.act(by)
        command = self.random.choice(
            (
                ReadTask(act, number),
                ReleaseTask(act, number),
                TransferTask(act, number, to),
                HandBack(act, number),
                SetReminder(act, number, self.case.now + timedelta(hours=self.random.choice((1, 40)))),
                RemoveSigner(act, number),
                TakeBack(act, number),
                Discuss(act, (to,), number),
                UrgeTask(act, number),
                CopyCase(act, (to,), number),
                ApplyExtension(act, {}, item=number),
            )
        )
        self.run(lambda: self.case.do(command))

    def there_and_back(self) -> None:
        """Take and put back, hand on and hand back, suspend and resume: nothing has changed afterwards."""
        self.run(lambda: self.case.do(Tick()))  # what is due comes before, not in between
        found = self.item()
        if found is None or found[1].decides is not None or found[1].node is None:
            return
        number, item = found
        by, to = item.holder or self.random.choice(PEOPLE), self.random.choice(PEOPLE)
        act, other = Act(by, reason="因"), Act(to, reason="因")
        pairs: list[tuple[Command, Command]] = [(Suspend(_ADMINISTRATOR), ResumeCase(_ADMINISTRATOR))]
        if item.holder is None:
            pairs.append((ClaimTask(act, number), ReleaseTask(act, number)))
        else:
            pairs.append((TransferTask(act, number, to), HandBack(other, number)))
        done, undo = self.random.choice(pairs)
        before = standing(self.case)
        if self.run(lambda: self.case.do(done)) and self.case.last:
            assert self.run(lambda: self.case.do(undo)), f"{undo} after {done}"
            assert standing(self.case) == before, f"{undo} after {done}"
            self.undone += 1

    def surroundings(self) -> None:
        """Let something come from outside: an event, the end of a called case, the service of a document."""
        state, act = self.case.state, Act("经办甲", reason="因")
        ends = [
            LinkedCaseEnded(link, self.random.choice(_ENDS), {"单": self.form_values()}, returned)
            for link, each in state.links.items()
            for returned in (None, None, "不清楚")
            if each.process == CALLED
        ]
        papers = [
            command
            for name, paper in state.papers.items()
            for command in (
                ServeDocument(act, name, "站长", self.random.random() < 0.7),
                ServeDocument(act, name, "站长", service=Service(Method.POST, proof="挂号信存根")),
                VoidDocument(act, paper.id, name),
                KeepCopy(act, paper.id, "0" * 64),
            )
        ]
        happening: tuple[Command, ...] = (
            EventArrived(EVENT, {}),
            *ends,
            *ends,
            *papers,
            ParentEnded(CALLER, _ENDS[0]),
        )
        command = self.random.choice(happening)
        self.run(lambda: self.case.do(command))

    def clock(self) -> None:
        """Ask for more time for the whole case, let its clock stand, or go on."""
        act = Act("站长甲", reason="因")
        now = (StopClock(act, TOTAL, {}), ResumeClock(act, TOTAL, {}), ApplyExtension(act, {}, clock=TOTAL))
        for command in self.random.sample(now, 2):
            self.run(lambda command=command: self.case.do(command))
            self.case.later(hours=self.random.choice((0, 20, 60)))

    def grant(self) -> None:
        """Let a grant begin or end: who stands in is asked when somebody acts."""
        deputy = self.random.choice(tuple(DEPUTIES))
        if deputy in self.case.standing_in:
            del self.case.standing_in[deputy]
        else:
            self.case.standing_in[deputy] = DEPUTIES[deputy]

    def hand_over(self) -> None:
        """Hand all work of a person over to another, one item after the other, as when he leaves."""
        leaving, to = self.random.sample(PEOPLE, 2)
        for number in [n for n, each in self.case.items().items() if each.holder == leaving]:
            command = TransferTask(_ADMINISTRATOR, number, to)
            self.run(lambda command=command: self.case.do(command))

    def go_over(self) -> None:
        """Put the case under its other version: nobody's work is lost, and the next time it goes back."""
        here, there = self.case.definition, self.other_version
        if there is None:
            return
        self.run(lambda: self.case.do(Tick()))  # what is due happens with any command
        items = set(self.case.items())
        command = Migrate(_ADMINISTRATOR, str(len(here.nodes)), str(len(there.nodes)), there)
        self.books.turning_to = there
        if self.run(lambda: self.case.do(command)):
            self.other_version = here
            assert set(self.case.items()) == items
        self.books.turning_to = None

    def reopen(self) -> bool:
        """Reopen a case that has ended; tell whether it may be."""
        done = self.run(lambda: self.case.do(Reopen(Act("站长甲", reason="因"), {})))
        self.reopened += done
        return done

    def end(self) -> None:
        """End the case in one of the ways that leave nothing open."""
        act = self.random.choice((_ADMINISTRATOR, Act(self.case.state.started_by, reason="因")))
        ways: list[Command] = [Terminate(act), Void(act), Withdraw(act)]
        if self.case.state.called:
            ways += [LeaveCall(act)] * 3
        self.run(lambda: self.case.do(self.random.choice(ways)))
        self.sign()

    def begin(self) -> None:
        names = [handler.name for handler in self.case.definition.handlers]
        if names:
            self.run(lambda: self.case.do(StartHandler(Act("经办甲"), self.random.choice(names), {})))

    def other(self) -> None:
        self.case.later(hours=self.random.choice((0, 5, 30, 100)))
        act = Act("管理员", reason="因")
        values = self.form_values()
        place = self.random.choice(self.case.definition.nodes).name
        for command in self.random.choice(
            (
                (Tick(),),
                (Tick(),),
                (Suspend(act), Tick(), ResumeCase(act)),
                (Correct(act, "单", values),),
                (Recount(),),
                (Jump(act, place),),
            )
        ):
            self.run(lambda command=command: self.case.do(command))
        self.sign()

    def sign(self) -> None:
        for number in tuple(self.case.state.proposals):
            kind = SignProposal if self.random.random() < 0.8 else RejectProposal
            command = kind(Act("管理乙", reason="因"), number)
            self.run(lambda command=command: self.case.do(command))


def standing(case: World) -> object:
    """What a command and its inverse must leave as it was: who holds what, where, with which time left."""
    items = [(n, each.holder, each.status, each.due) for n, each in sorted(case.items().items())]
    return items, case.state.tokens, case.state.frames, case.state.openings


def check_marking(case: World) -> None:
    """What holds of every marking, whatever happened."""
    state = case.state
    if state.status not in LIVE:
        assert not state.tokens and not state.activations and not case.items()
        return
    fault = marking_fault(graph_of(case.definition), state)
    assert fault is None, fault
    assert not joined_too_often(event for group in case.groups for event in group)
    for activation in state.activations.values():
        check_people(activation)


def check_people(activation: Activation) -> None:
    """Nobody has a part in two seats of a step, in his own name or another's; an applicant who completes his form has none."""
    seats = [
        each for each in activation.seats if each.status in _SEATED and each.part is not SeatPart.SUPPLEMENT
    ]
    people = [who for seat in seats for who in {seat.by or seat.holder, seat.via} if who is not None]
    assert len(people) == len(set(people)), people


@dataclass
class Tally:
    """What a run of walks has done."""

    walks: int = 0
    commands: int = 0
    refused: int = 0
    undone: int = 0
    reopened: int = 0
    votes: int = 0
    rungs: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)


def walk_at_random(seed: int, length: int) -> Walk:
    """Walk until the case has ended or so many things were done; at last it is ended, if it has not."""
    walk = Walk(seed)
    for _ in range(length):
        if walk.case.state.status is not CaseStatus.OPEN and (walk.reopened > 1 or not walk.reopen()):
            break
        walk.step()
    if walk.case.state.status is CaseStatus.OPEN:
        walk.end()
    return walk


def many(seed: int, goes_on: Callable[[Tally], bool], length: int = 3 * LENGTH) -> Tally:
    """Walk with one seed after the other; a failure names its own."""
    tally = Tally()
    while goes_on(tally):
        try:
            walk = walk_at_random(seed + tally.walks, length)
        except Exception as error:
            error.add_note(f"walk_at_random({seed + tally.walks}, {length})")
            raise
        tally.walks += 1
        tally.commands += walk.commands
        tally.refused += walk.refused
        tally.undone += walk.undone + walk.recalled
        tally.reopened += walk.reopened
        tally.votes += walk.books.votes
        tally.rungs += walk.books.rungs
        tally.operations += walk.operations
        tally.ended[walk.case.state.status.value] += 1
    return tally


def main() -> None:
    """Walk for some time, or for some commands, and say what was done."""
    parser = argparse.ArgumentParser(prog="python -m tests.properties.walk", description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--commands", type=int, help="stop after so many commands instead")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    started = time.monotonic()

    def goes_on(tally: Tally) -> bool:
        if given.commands is not None:
            return tally.commands < int(given.commands)
        return time.monotonic() - started < float(given.seconds)

    tally = many(given.seed, goes_on)
    ended = ", ".join(f"{count} {status}" for status, count in sorted(tally.ended.items()))
    sys.stdout.write(
        f"{tally.commands} commands ({tally.refused} refused) in {tally.walks} walks, {tally.undone} done and undone, "
        f"{tally.votes} votes counted again, {tally.rungs} rungs climbed, {tally.reopened} cases reopened, "
        f"{time.monotonic() - started:.0f} s; cases: {ended}\n"
        f"{', '.join(f'{count} {name}' for name, count in tally.operations.most_common())}\n"
    )


if __name__ == "__main__":
    main()
