"""Random people do random things to random cases: `python -m tests.properties.walk --seconds N --seed S`.

After every command the invariants of a marking hold, the command recorded as text and replayed gives the same state
(`World.do`), a refused one leaves the state alone, and what has an inverse (recall, release, hand back, resume, remove,
take back) is now and then done and undone at once, which must give back exactly what was there before.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from engine.commands import (
    Act,
    AddSigner,
    ApplyExtension,
    AskHelp,
    ClaimTask,
    Command,
    CompleteTask,
    CopyCase,
    Correct,
    Discuss,
    HandBack,
    Jump,
    ReadTask,
    RecallTask,
    Recount,
    ReleaseTask,
    RemoveSigner,
    ResumeCase,
    ReturnTask,
    SignProposal,
    StartHandler,
    Suspend,
    TakeBack,
    Terminate,
    Tick,
    TransferTask,
    UrgeTask,
    Void,
    Withdraw,
)
from engine.deciding.draft import Draft
from engine.deciding.returns import targets
from engine.definition import Definition
from engine.errors import Refusal
from engine.events import Joined, Recalled, SignerAdded
from engine.evolve import evolve
from engine.graph import graph_of
from engine.marking import OpenItem, SeatOrigin
from engine.marking_check import marking_fault
from engine.open_items import closing_status, open_items
from engine.questions import forms_asked, results_asked
from engine.soundness import check
from engine.state import CaseState
from engine.values import Record
from engine.views import CaseStatus, ItemStatus
from tests.properties.flows import OFF, ON, Flows
from tests.properties.graphs import nested
from tests.unit.core.test_recall import marking
from tests.unit.core.world import World

PEOPLE = ("经办甲", "经办乙", "经办丙", "评委甲", "评委乙", "评委丙", "站长甲")
HELPERS = ("助手甲", "助手乙", "助手丙")
LENGTH = 45
_ADMINISTRATOR = Act("管理员", reason="因")


class Walk:
    """One case, and somebody who does at random what he may and what he may not."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        definition = Flows(self.random).definition() if seed % 5 else self.free_graph()
        self.case = World(definition, administrators={"管理员", "管理乙"})
        self.commands = self.undone = 0
        self.items: dict[int, bool] = {}  # number -> still open
        self.refused = self.recalled = 0
        self.run(lambda: self.case.start(forms={}))

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
        self.book(before)
        check_marking(self.case)
        return True

    def book(self, before: CaseState) -> None:
        """Created = open + closed; each is closed once and never opens again."""
        state = before
        shown = set(open_items(self.case.definition, state))
        for event in self.case.last if self.case.state is not before else ():
            state = evolve(state, event)
            now = set(open_items(self.case.definition, state))
            for number in now - shown:
                assert number not in self.items, "a closed item was opened again"
                self.items[number] = True
            for number in shown - now:
                assert self.items[number], "an item was closed twice"
                assert closing_status(event, number) not in (ItemStatus.OPEN, ItemStatus.WAITING)
                self.items[number] = False
            shown = now
        assert {number for number, is_open in self.items.items() if is_open} == shown

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
            ),
            (55, 12, 6, 8, 10, 5, 9, 6),
        )[0]
        doing()

    def item(self) -> tuple[int, OpenItem] | None:
        items = list(self.case.items().items())
        return self.random.choice(items) if items else None

    def form_values(self) -> Record:
        rows = tuple({"名": str(n)} for n in range(self.random.randint(0, 2)))
        values: Record = {"选": self.random.choice((ON, OFF, "0", "1")), "行": rows}
        sheet = next((form for form in self.case.definition.forms if form.name == "单"), None)
        known = {each.name for each in sheet.fields} if sheet else set()
        return {name: value for name, value in values.items() if name in known}

    def answer(self, number: int, by: str) -> Command:
        """Answer an item with one of the results it may have."""
        definition, state = self.case.definition, self.case.state
        results = results_asked(definition, state, number)
        forms = {name: self.form_values() for name in forms_asked(definition, state, number)}
        return CompleteTask(
            Act(by, reason="因"), number, forms, self.random.choice(results) if results else None
        )

    def complete(self) -> None:
        """Complete an item; now and then take it back at once, which must restore the marking."""
        found = self.item()
        if found is None:
            return
        number, item = found
        by = item.holder or self.random.choice(PEOPLE)
        if item.holder is None and not self.run(lambda: self.case.do(ClaimTask(Act(by), number))):
            return
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
        closed = [number for number, is_open in self.items.items() if not is_open]
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
        activation = (
            next(
                each
                for each in self.case.state.activations.values()
                if any(seat.id == number for seat in each.seats)
            )
            if item.decides is None
            else None
        )
        token = None if activation is None else self.case.state.tokens.get(activation.token)
        if token is None:
            return
        draft = Draft(graph_of(self.case.definition), self.case.state.copy(), self.case, Act(by))
        legal = list(targets(draft, token))
        if legal:
            target, straight = self.random.choice(legal).value, self.random.random() < 0.3
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
        before = marking(self.case.state)
        asks = self.random.random() < 0.4
        place = self.random.choice((SeatOrigin.BEFORE, SeatOrigin.BESIDE, SeatOrigin.AFTER))
        command = AskHelp(act, number, to) if asks else AddSigner(act, number, to, place)
        if not self.run(lambda: self.case.do(command)) or self.random.random() < 0.6:
            return
        added = next(event.seat.id for event in self.case.last if isinstance(event, SignerAdded))
        undo = TakeBack(act, added) if asks else RemoveSigner(act, added)
        assert self.run(lambda: self.case.do(undo)), "who added a seat may take it away"
        assert marking(self.case.state) == before

    def hand(self) -> None:
        found = self.item()
        if found is None:
            return
        number, item = found
        by, to = item.holder or self.random.choice(PEOPLE), self.random.choice(PEOPLE)
        act = Act(by, reason="因")
        command = self.random.choice(
            (
                ReadTask(act, number),
                ReleaseTask(act, number),
                TransferTask(act, number, to),
                HandBack(act, number),
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

    def end(self) -> None:
        """End the case in one of the ways that leave nothing open."""
        act = self.random.choice((_ADMINISTRATOR, Act(self.case.state.started_by, reason="因")))
        self.run(lambda: self.case.do(self.random.choice((Terminate(act), Void(act), Withdraw(act)))))
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
            self.run(lambda number=number: self.case.do(SignProposal(Act("管理乙"), number)))


def standing(case: World) -> object:
    """What a command and its inverse must leave as it was: who holds what, where, with which time left."""
    items = [(n, each.holder, each.status, each.due) for n, each in sorted(case.items().items())]
    return items, case.state.tokens, case.state.frames, case.state.openings


def check_marking(case: World) -> None:
    """What holds of every marking, whatever happened."""
    state = case.state
    if state.status not in (CaseStatus.OPEN, CaseStatus.SUSPENDED):
        assert not state.tokens and not state.activations and not case.items()
        return
    fault = marking_fault(graph_of(case.definition), state)
    assert fault is None, fault
    joins = Counter(event.frame for event in case.happened(Joined))
    recalls = Counter(frame.id for event in case.happened(Recalled) for frame in event.images.frames)
    for number, times in joins.items():
        assert times <= 1 + recalls[number], "a block is joined once"


@dataclass
class Tally:
    """What a run of walks has done."""

    walks: int = 0
    commands: int = 0
    refused: int = 0
    undone: int = 0
    ended: Counter[str] = field(default_factory=Counter)


def walk_at_random(seed: int, length: int) -> Walk:
    """Walk until the case has ended or so many things were done; at last it is ended, if it has not."""
    walk = Walk(seed)
    for _ in range(length):
        if walk.case.state.status is not CaseStatus.OPEN:
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
        f"{time.monotonic() - started:.0f} s; cases: {ended}\n"
    )


if __name__ == "__main__":
    main()
