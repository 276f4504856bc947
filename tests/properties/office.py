"""Random people at a real office: `python -m tests.properties.office --seconds N --seed S`.

The whole engine by its public API, over a database: several cases at once of random definitions, everything by whoever
finds it in his inbox, one by one and in bulk. After every command the database is opened anew by an engine that remembers
nothing, and every case, every inbox and every count must be there as they were seen; an operation that was offered is
carried out, one that was not is refused; at the end every history verifies and the tables are what the histories say.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from engine import Engine, open_engine
from engine.definition import Definition
from engine.directory import Organisation, OrganisationUnit, Person, Post
from engine.errors import Refusal
from engine.grants import Grant
from engine.refusals import GateClosed
from engine.soundness import check
from engine.views import Item, Option, Target
from tests.properties.flows import CALLED, OFF, ON, Flows
from tests.properties.walk import DEPUTIES, HELPERS, PEOPLE
from tests.unit.core.building import form, process, step
from tests.unit.core.world import MONDAY

ADMINISTRATORS = ("管理员", "管理乙")
ACCOUNTS = (*PEOPLE, *DEPUTIES, *HELPERS, *ADMINISTRATORS)
ROLES = {name: next(role for role in ("经办", "评委", "站长") if name.startswith(role)) for name in PEOPLE}
TABS = ("todo", "claim")
MOST_CASES = 4
_CHOSEN = ("transfer", "copy", "discuss", "ask", "add_signer", "correct")
"""Operations that may be refused for the person who was chosen, or for what was typed."""
_BULK = ("transfer", "urge", "terminate", "suspend", "resume", "claim", "complete")


class Office:
    """An office that works at random."""

    def __init__(self, seed: int, url: str) -> None:
        self.random = Random(seed)
        self.url, self.moment = url, MONDAY
        self.engine = self.open()
        self.operations: Counter[str] = Counter()
        self.commands = self.refused = self.bulk = 0
        self.why: Refusal | None = None
        self.seen: Mapping[str, object] = {}
        self.processes = [f"规程{number}" for number in range(3)]
        self.engine.load_organisation(_organisation())
        called = replace(process(step("下级办"), forms=(form("单", "选"),)), name=CALLED)
        made = [replace(self.definition(), name=name) for name in self.processes]
        self.engine.deploy([called, *made], by="管理员", reason="试", effective=date(2023, 1, 1))

    def definition(self) -> Definition:
        """Draw a definition that may be deployed."""
        while True:
            drawn = Flows(self.random).definition()
            if check(drawn).sound:
                return drawn

    def now(self) -> datetime:
        """Tell the time of the office."""
        return self.moment

    def open(self) -> Engine:
        """Open the database as a process does that has just been started."""
        return open_engine(self.url, clock=self.now, synchronous="NORMAL")

    # ---- what is done

    def step(self) -> None:
        """Do one random thing, and look whether it is really there."""
        doing = self.random.choices(
            (self.start, self.complete, self.operate, self.refuse, self.all_at_once, self.later),
            (8, 50, 30, 8, 5, 10),
        )[0]
        doing()
        self.compare()

    def start(self) -> None:
        """Start a case, if not too many are open."""
        if len(self.open_cases()) < MOST_CASES:
            by, name = self.random.choice(PEOPLE), self.random.choice(self.processes)
            asked = self.engine.start_view(name, by).form
            self.does("start", lambda: self.engine.start(name, by=by, form={"选": ON} if asked else None))

    def complete(self) -> None:
        """Do an item that stands in somebody's inbox, as the page for it asks."""
        account, item = self.somebodys_item()
        if item is None:
            return
        view = self.engine.task(item.id, account)
        self.compare()  # that it was read is known
        done = next(each for each in view.options if each.operation == "complete")
        values = {
            field.name: self.random.choice((ON, OFF))
            for shown in view.forms
            for field in shown.form.fields
            if field.name == "选"
        }
        outcome = self.random.choice(view.outcomes) if view.outcomes else None
        accepted = self.does(
            "complete",
            lambda: self.engine.complete(item.id, by=account, form=values, outcome=outcome, note="因"),
        )
        closes = not accepted and isinstance(self.why, GateClosed)  # it hangs on what was filled and chosen
        assert accepted == done.allowed or closes, (done, item, self.why)

    def operate(self) -> None:
        """Do something that is offered to a person, of an item or of a case: it is carried out."""
        self.try_one(allowed=True)

    def refuse(self) -> None:
        """Do something that is not: it is refused, and nothing has happened."""
        self.try_one(allowed=False)

    def try_one(self, *, allowed: bool) -> None:
        account, target = self.somewhere()
        if target is None:
            return
        found = [each for each in self.engine.options(target, account) if each.operation != "complete"]
        fitting = [each for each in found if each.allowed is allowed]
        if not fitting:
            return
        option = self.random.choice(fitting)
        to, sure = self.chosen(option, account)
        accepted = self.does(
            option.operation,
            lambda: self.engine.act(
                target, option.operation, by=account, to=to, reason="因", form=_filled(option)
            ),
        )
        if sure:
            assert accepted is allowed, (target, account, option, to, self.why)

    def all_at_once(self) -> None:
        """One operation on many items or cases: of each it is told what became of it."""
        operation, by = self.random.choice(_BULK), self.random.choice((*ADMINISTRATORS, *PEOPLE))
        items = [item.id for account in PEOPLE for item in self.items(account)]
        targets = sorted({*items, *map(str, self.open_cases())})
        picked = self.random.sample(targets, min(len(targets), self.random.randint(1, 6)))
        key = f"批-{self.commands}"
        to = self.random.choice(PEOPLE) if operation == "transfer" else None
        self.commands += 1
        result = self.engine.act_on_all(picked, operation, by=by, key=key, to=to, reason="因")
        assert [each.target for each in result.answers] == picked
        assert all(each.text and each.code for each in result.refused)
        self.bulk += result.done
        self.operations[f"{operation} of many"] += 1
        before = self.content(self.engine)
        assert self.engine.act_on_all(picked, operation, by=by, key=key, to=to, reason="因") == result
        assert self.content(self.engine) == before, "asked again under the same key, nothing happens"

    def later(self) -> None:
        """Let time pass: what is due happens."""
        self.moment += timedelta(hours=self.random.choice((1, 5, 30, 100)))
        self.commands += 1
        self.engine.tick()

    # ---- how

    def does(self, operation: str, action: object) -> bool:
        """Do something; tell whether it was accepted. A refusal says why and leaves everything as it was."""
        self.commands += 1
        try:
            action()  # type: ignore[operator]  # a callable without arguments
        except Refusal as refusal:
            self.why = refusal
        else:
            self.operations[operation] += 1
            return True
        self.refused += 1
        assert self.why.text and self.why.code
        assert self.content(self.engine) == self.seen
        return False

    def chosen(self, option: Option, account: str) -> tuple[str | None, bool]:
        """Choose where an operation leads; tell whether its answer is known before."""
        fitting: list[Target] = [each for each in option.targets if each.allowed is option.allowed]
        needless = option.operation == "claim" and not option.allowed  # there is nobody else who could
        sure = option.operation not in _CHOSEN and option.form is None and not needless
        to = self.random.choice(fitting).value if fitting else None
        if option.targets and not fitting:
            sure = False
        if option.people:
            person = self.random.choice([each for each in ACCOUNTS if each != account])
            to = f"{to}#{person}" if to else person
        return to, sure

    def somebodys_item(self) -> tuple[str, Item | None]:
        """Choose a person and an item of his inbox; anybody and none where all inboxes are empty."""
        found = [(account, item) for account in ACCOUNTS for item in self.items(account)]
        return self.random.choice(found) if found else (self.random.choice(ACCOUNTS), None)

    def somewhere(self) -> tuple[str, str | int | None]:
        """Choose a person, and an item of his, now and then one that he has done, or a case that he may open."""
        account, item = self.somebodys_item()
        if self.random.random() < 0.2:
            done = self.engine.inbox(account, tab="done", limit=200).items
            return account, self.random.choice(done).id if done else None
        if item is not None and self.random.random() < 0.7:
            return account, item.id
        cases = [row.id for row in self.engine.cases(account, limit=200).items]
        return account, self.random.choice(cases) if cases else None

    def items(self, account: str) -> list[Item]:
        return [item for tab in TABS for item in self.engine.inbox(account, tab=tab, limit=200).items]

    def open_cases(self) -> list[int]:
        return [row.id for row in self.engine.cases("管理员", limit=200).items if row.status.value == "open"]

    # ---- what must hold

    def content(self, engine: Engine) -> Mapping[str, object]:
        """Return everything that people can see."""
        cases = [row.id for row in engine.cases("管理员", limit=200).items]
        return {
            "cases": [engine.case(case) for case in cases],
            "history": [engine.history(case) for case in cases],
            "inboxes": {(a, tab): engine.inbox(a, tab=tab, limit=200) for a in ACCOUNTS for tab in TABS},
            "counts": {account: engine.counts(account) for account in ACCOUNTS},
        }

    def compare(self) -> None:
        """Hold what the engine that did it shows against one that has just been opened."""
        with self.open() as fresh:
            self.seen, there = self.content(self.engine), self.content(fresh)
            for part, shown in self.seen.items():
                assert there[part] == shown, part

    def close(self) -> None:
        """Close the office: every history verifies, and the tables are what the histories say."""
        assert self.engine.verify().ok
        assert not self.engine.check()
        self.engine.close()


def _filled(option: Option) -> Mapping[str, str] | None:
    return {"选": ON} if option.form else None


def _organisation() -> Organisation:
    grants = tuple(
        Grant(principal, deputy, date(2023, 1, 1), date(2023, 12, 31), "授权书", "管理员")
        for deputy, principals in DEPUTIES.items()
        for principal in principals
    )
    return Organisation(
        units=(OrganisationUnit("z", "某镇人民政府", "镇"),),
        people=tuple(Person(account, account, ("z",)) for account in ACCOUNTS),
        posts=tuple(Post(role, account) for account, role in ROLES.items()),
        administrators=ADMINISTRATORS,
        grants=grants,
    )


@contextmanager
def office(seed: int, url: str) -> Iterator[Office]:
    """Open an office, and close it; a failure names its seed."""
    made = Office(seed, url)
    try:
        yield made
        made.close()
    except Exception as error:
        error.add_note(f"office of seed {seed} after {made.commands} commands")
        raise


def main() -> None:
    """Let offices work for some time, and say what was done."""
    parser = argparse.ArgumentParser(prog="python -m tests.properties.office", description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--length", type=int, default=60)
    given = parser.parse_args()
    started, seed = time.monotonic(), given.seed
    done: Counter[str] = Counter()
    commands = refused = 0
    while time.monotonic() - started < given.seconds:
        with tempfile.TemporaryDirectory() as folder, office(seed, f"sqlite:///{folder}/town.db") as working:
            for _ in range(given.length):
                working.step()
        commands, refused, done = (
            commands + working.commands,
            refused + working.refused,
            done + working.operations,
        )
        seed += 1
    told = ", ".join(f"{count} {name}" for name, count in done.most_common())
    sys.stdout.write(f"{commands} commands ({refused} refused) in {seed - given.seed} offices\n{told}\n")


if __name__ == "__main__":
    main()
