"""Recurring duties by the clock: once a day, and after every load, generate what is owed, draw samples, excuse.

Everything is a case of its own, started under a key that names duty, period and holder, so that two workers at once or
a worker killed half-way make each exactly once. What was owed while nobody ran is made up for in order.
"""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from itertools import groupby, pairwise

from engine import audit, statements
from engine.casework import Casework, Work, execute
from engine.commands import SYSTEM, Act, Command, DrawSample, StartCase, Tick
from engine.definition import ByRecurrence
from engine.duty_rows import DutyItem, read_duty
from engine.graph import recurrence_of
from engine.moments import write_moment
from engine.occurrences import Force, Occurrence, Tenure, drawn, occurrences
from engine.state_cache import StateCache
from engine.store import Session, Unit
from engine.town import Town, Version, transact

_ONE_DAY = timedelta(days=1)


def follow_duties(town: Town, cache: StateCache, failures: list[Exception]) -> int:
    """Do what recurring duties ask for today, unless that was done; return in how many cases something happened.

    Args:
        failures: grows by what went wrong with one duty; the others were done.
    """
    loaded = town.loaded
    deployments = sum(len(versions) for versions in loaded.versions.values())
    today = (town.today, loaded.directory.load, loaded.calendar_load, deployments)
    if town.duties_followed == today:
        return 0
    happened, failed = 0, len(failures)
    for name in recurring(town):
        try:
            happened += _generate(town, cache, name) + _draw(town, cache, name) + _excuse(town, cache, name)
        except Exception as error:  # noqa: BLE001 -- one duty must not keep the others waiting; told at the end
            error.add_note(f"duty {name}")
            failures.append(error)
    if len(failures) == failed:
        town.duties_followed = today
    return happened


def recurring(town: Town) -> tuple[str, ...]:
    """Return the names of the recurring duties that were ever deployed."""
    return tuple(name for name in sorted(town.loaded.versions) if next(_forces(town, name), None) is not None)


def _rule(town: Town, version: Version) -> ByRecurrence | None:
    return recurrence_of(town.definition(version.digest))


def _forces(town: Town, name: str) -> Iterator[tuple[Version, ByRecurrence, Force]]:
    """Yield the versions of a duty with the time in which each is in force."""
    versions = town.loaded.versions[name]
    for position, (version, following) in enumerate(pairwise((*versions, None))):
        assert version is not None
        rule = _rule(town, version)
        ends = None if following is None else following.effective - _ONE_DAY
        if rule is None or (ends is not None and ends < version.effective):
            continue
        opening = all(other.effective >= version.effective for other in versions[:position])
        yield version, rule, Force(rule.recurrence, version.effective, ends, opening)


# ---- what is owed


def _generate(town: Town, cache: StateCache, name: str) -> int:
    session, today = Session(town.store, town.tenant), town.today
    since = _since(town, session, name)
    known = {
        (date.fromisoformat(first), scope, holder, ordinal)
        for first, scope, holder, ordinal in session.all(
            statements.duties_since, duty=name, since=since.isoformat()
        )
    }
    owed = [each for each in _owed(town, name, since) if each[1].key not in known]
    for version, occurrence, excuse in owed:
        _start(town, cache, version, occurrence, excuse)
    transact(town, lambda unit: unit.write(statements.set_mark, duty=name, through=today.isoformat()))
    return len(owed)


def _since(town: Town, session: Session, name: str) -> date:
    """Return the day from which on periods may lack items.

    That is the last day looked at; but nothing is owed for periods that end on the day of the deployment or before.
    """
    first = min(town.loaded.versions[name], key=lambda version: version.sequence)
    deployed = first.deployed_at.astimezone(town.zone).date()
    row = session.one(statements.read_mark, duty=name)
    looked = date.min if row is None else date.fromisoformat(row[0])
    return max(first.effective, deployed + _ONE_DAY, looked)


def _owed(town: Town, name: str, since: date) -> Sequence[tuple[Version, Occurrence, str]]:
    """Return what is owed in periods that end on `since` or later and have begun, in order."""
    found: list[tuple[Version, Occurrence, str]] = []
    directory, today = town.directory, town.today
    for version, rule, force in _forces(town, name):
        tenures = _tenures(town, rule)
        for each in occurrences(force, tenures, min(since, today), today, town.calendar):
            if each.last < since:
                continue
            excuse = "" if rule.each is None else directory.excuse(rule.each, each, today)
            found.append((version, each, f"免办：{excuse}" if excuse else ""))
    return sorted(found, key=lambda each: each[1].first)


def _tenures(town: Town, rule: ByRecurrence) -> Sequence[Tenure] | None:
    if rule.each is None:
        return None
    closed = town.loaded.inactive
    return [each for each in town.directory.tenures(rule.each, rule.scoped) if each.account not in closed]


def _start(town: Town, cache: StateCache, version: Version, occurrence: Occurrence, excuse: str) -> None:
    command = StartCase(Act(SYSTEM), {}, occurrence=occurrence, excuse=excuse)
    first, scope, holder, ordinal = occurrence.key
    key = "/".join(("duty", version.name, first.isoformat(), scope, holder, str(ordinal)))

    def plan(casework: Casework) -> Work:
        return casework.start(version.name, command, version)

    execute(town, cache, plan, by=SYSTEM, key=key)


# ---- who is excused after all


def _excuse(town: Town, cache: StateCache, name: str) -> int:
    """Let the open occurrences of people on leave or gone look again whether they are owed."""
    happened = 0
    for row in Session(town.store, town.tenant).all(statements.open_duties, duty=name):
        item = read_duty(row)
        rule = _governing(town, name, item.first)
        if rule is not None and rule.each is not None and _may_be_excused(town, rule.each, item):
            happened += _run(town, cache, item.case, Tick())
    return happened


def _may_be_excused(town: Town, role: str, item: DutyItem) -> bool:
    scope = item.scope or None
    occurrence = Occurrence(item.first, item.last, item.holder, scope, item.ordinal)
    holders = town.directory.holders(role, scope, town.today)
    return item.holder not in holders or bool(town.directory.excuse(role, occurrence, town.today))


def _governing(town: Town, name: str, first: date) -> ByRecurrence | None:
    """Return the rule that was in force when a period began."""
    for _, rule, force in _forces(town, name):
        if force.begins <= first and (force.ends is None or first <= force.ends):
            return rule
    return None


def _run(town: Town, cache: StateCache, case: int, command: Command) -> int:
    happened: list[bool] = []

    def plan(casework: Casework) -> Work:
        work = casework.load(case)
        happened.append(casework.run(work, command))
        return work

    execute(town, cache, plan, by=SYSTEM)
    return int(happened[-1])


# ---- 抽查


def _draw(town: Town, cache: StateCache, name: str) -> int:
    """Draw the samples of the periods that are over, and tell each case."""
    if all(rule.share is None for _, rule, _ in _forces(town, name)):
        return 0
    session, happened = Session(town.store, town.tenant), 0
    waiting = session.all(statements.undrawn_duties, duty=name, now=write_moment(town.now))
    for (first, last), rows in groupby(waiting, key=lambda row: (row[2], row[3])):
        cases = {str(number): int(case) for case, number, _, _ in rows}
        rule = _governing(town, name, date.fromisoformat(first))
        if rule is None or rule.share is None:
            continue
        draw = _drawing(name, first, last, tuple(sorted(cases)), Fraction(*rule.share))
        transact(town, partial(_keep_draw, town, draw))
        row = session.one(statements.read_draw, duty=name, first=first, last=last)
        assert row is not None, draw
        seed, pool, chosen = row[0], json.loads(row[1]), set(json.loads(row[2]))
        for number, case in cases.items():
            happened += _run(town, cache, case, DrawSample(seed, len(pool), number in chosen))
    return happened


def _drawing(name: str, first: str, last: str, pool: tuple[str, ...], share: Fraction) -> Mapping[str, str]:
    seed = secrets.token_hex(16)
    chosen = sorted(drawn(seed, pool, share))
    return {
        "duty": name,
        "first": first,
        "last": last,
        "seed": seed,
        "pool": json.dumps(pool, ensure_ascii=False),
        "chosen": json.dumps(chosen, ensure_ascii=False),
    }


def _keep_draw(town: Town, draw: Mapping[str, str], unit: Unit) -> None:
    """Write a draw, unless this period has one: the first counts."""
    key = {name: draw[name] for name in ("duty", "first", "last")}
    if unit.one(statements.read_draw, **key) is not None:
        return
    unit.write(statements.add_draw, **draw, at=write_moment(town.now))
    audit.record(unit, town.now, SYSTEM, "duty_sample_drawn", {**draw})
