"""One operation on many items or cases: in one pass, with one answer for each, and once for each key.

Every item stays a command of its own (its group in the history has the key `key:target`), decided by the same core. What
is refused leaves nothing; what is done is committed a hundred at a time. Whoever asks again under the same key is given the
same answers; a run that was cut off goes on where it stopped.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import statements
from engine.casework import Casework, Work, remember
from engine.desk import Desk
from engine.edge_refusals import KeyReused, NotFound
from engine.errors import Refusal
from engine.explaining import explained
from engine.moments import read_moment, write_moment
from engine.state_cache import StateCache
from engine.statements import groups_of_keys
from engine.store import Conflict, Session, Unit
from engine.town import ATTEMPTS, Town, transact

CHUNK = 100
"""Items that are committed together."""

Plan = Callable[[Casework, Work], object]


@dataclass(frozen=True, slots=True)
class BulkAnswer:
    """What became of one item ("12-5") or case ("12"): done, or why not and what to do."""

    target: str
    done: bool
    code: str = ""
    text: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class BulkResult:
    """The answers of one bulk operation, in the order in which the items were given."""

    key: str
    operation: str
    by: str
    at: datetime
    answers: tuple[BulkAnswer, ...]

    @property
    def done(self) -> int:
        """How many were carried out."""
        return sum(answer.done for answer in self.answers)

    @property
    def refused(self) -> tuple[BulkAnswer, ...]:
        """Those that were not."""
        return tuple(answer for answer in self.answers if not answer.done)


@dataclass(frozen=True, slots=True)
class Bulk:
    """Bulk operations of a town."""

    town: Town
    cache: StateCache
    desk: Desk

    def act(
        self,
        targets: Sequence[str],
        operation: str,
        by: str,
        key: str,
        to: str | None = None,
        reason: str = "",
        basis: str = "",
    ) -> BulkResult:
        """Carry an operation out on items or cases, each on its own.

        Raises:
            KeyReused: the key belongs to somebody else's bulk operation.
            UnknownOperation, UnknownAccount: of the operation as a whole.
        """
        known = self._known(key)
        if known is not None:
            if known.by != by:
                raise KeyReused(key)
            return known
        wanted = tuple(dict.fromkeys(targets))
        found: dict[str, BulkAnswer] = {}
        for first in range(0, len(wanted), CHUNK):
            plans: dict[str, tuple[int, Plan]] = {}
            for target in wanted[first : first + CHUNK]:
                try:
                    plans[target] = self.desk.planned(target, operation, by, to or "", reason, basis)
                except NotFound as refusal:
                    found[target] = _refused(target, refusal)
            found |= self._chunk(plans, key)
        result = BulkResult(key, operation, by, self.town.now, tuple(found[target] for target in wanted))
        self._keep(result)
        return result

    def hand_over(self, leaver: str, to: str, by: str, key: str, reason: str) -> BulkResult:
        """Transfer everything that a person holds to another; refused items stay with him and are told."""
        session = Session(self.town.store, self.town.tenant)
        held = session.all(statements.held_items, holder=leaver)
        return self.act([f"{case}-{n}" for case, n in held], "transfer", by, key, to, reason)

    def result(self, key: str, by: str) -> BulkResult:
        """Return the answers given under a key to whom they were given.

        Raises:
            NotFound
        """
        known = self._known(key)
        if known is None or known.by != by:
            raise NotFound("批量办理", key)
        return known

    # ---- one transaction

    def _chunk(self, plans: Mapping[str, tuple[int, Plan]], key: str) -> dict[str, BulkAnswer]:
        alone: set[str] = set()
        for attempt in range(1, ATTEMPTS + 1):
            together = {target: plan for target, plan in plans.items() if target not in alone}
            try:
                found = self._together(together, key)
                break
            except _Alone as problem:
                alone.add(
                    problem.target
                )  # one number that nobody needs costs one more transaction, not a gap
            except Conflict:
                if attempt == ATTEMPTS:
                    raise
        else:
            alone, found = set(plans), {}
        for target in alone:
            try:
                found |= self._together({target: plans[target]}, key)
            except _Alone as problem:
                found[target] = _refused(target, problem.refusal)
        return found

    def _together(self, plans: Mapping[str, tuple[int, Plan]], key: str) -> dict[str, BulkAnswer]:
        works: dict[int, Work] = {}

        def whole(unit: Unit) -> dict[str, BulkAnswer]:
            works.clear()  # the writer may run it again
            newest = StateCache()  # what is refused is refused on the newest state
            casework = Casework(self.town, unit, newest, None, works)
            casework.load_together({case for case, _ in plans.values()})
            found = self._each(casework, plans, key)
            casework.finish()
            return found

        found = self.town.store.write(self.town.tenant, whole)
        remember(works.values(), self.cache)
        return found

    def _each(
        self, casework: Casework, plans: Mapping[str, tuple[int, Plan]], key: str
    ) -> dict[str, BulkAnswer]:
        found: dict[str, BulkAnswer] = {}
        done_before = _done_before(casework.unit, [f"{key}:{target}" for target in plans])
        for target, (case, plan) in plans.items():
            if f"{key}:{target}" in done_before:
                found[target] = BulkAnswer(target, done=True)
                continue
            taken = casework.unit.numbers_taken
            refusal = casework.attempt(case, plan, f"{key}:{target}")
            if refusal is not None and casework.unit.numbers_taken > taken:
                raise _Alone(target, refusal)
            found[target] = self._answer(target, case, refusal)
        return found

    def _answer(self, target: str, case: int, refusal: Refusal | None) -> BulkAnswer:
        if refusal is None:
            return BulkAnswer(target, done=True)
        said = explained(self.town, refusal, (case,))
        return _refused(target, said if isinstance(said, Refusal) else refusal)

    # ---- the record

    def _known(self, key: str) -> BulkResult | None:
        row = Session(self.town.store, self.town.tenant).one(statements.read_bulk, key=key)
        if row is None:
            return None
        operation, by, at, body = row
        answers = tuple(BulkAnswer(**answer) for answer in json.loads(body))
        return BulkResult(key, operation, by, read_moment(at), answers)

    def _keep(self, result: BulkResult) -> None:
        answers = [
            {name: value for name in BulkAnswer.__slots__ if (value := getattr(answer, name)) != ""}
            for answer in result.answers
        ]
        row = {
            "key": result.key,
            "operation": result.operation,
            "actor": result.by,
            "at": write_moment(result.at),
            "body": json.dumps(answers, ensure_ascii=False),
        }
        transact(self.town, lambda unit: unit.write(statements.add_bulk, **row))


class _Alone(Exception):
    """An item took a number and was refused afterwards: its transaction must be its own."""

    def __init__(self, target: str, refusal: Refusal) -> None:
        super().__init__(target)
        self.target, self.refusal = target, refusal


def _done_before(unit: Unit, keys: Sequence[str]) -> set[str]:
    return {str(row[0]) for row in unit.ask(groups_of_keys(keys))}


def _refused(target: str, refusal: Refusal) -> BulkAnswer:
    return BulkAnswer(target, False, refusal.code, refusal.text, refusal.hint)
