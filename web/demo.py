"""The demonstration: a town with people, definitions and cases, made on first use in a database of its own.

Everything particular comes from the library's `demo` folder: people from `organisation.json`, cases from
`cases.feature`, whose dates are relative to the day on which the database is made. A `teaching.feature` becomes a
tenant of its own.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from dsl.compile import Compiled, compile_paths
from dsl.scenarios.play import play
from dsl.scenarios.world import Clock
from engine import Engine, open_engine
from engine.directory import Organisation
from engine.graph import recurrence_of
from web.calendar_file import read_calendar
from web.demo_clock import DemoClock, asked_moment
from web.settings import LIBRARY, DemoAccount

PASSWORD = "runcheng-2023"  # noqa: S105 -- the demonstration's, printed on its log-in page
MARK = "日期随今天走"
TEACHING_MARK = "教学案例"
TEACHING_TENANT = "teaching"
_LONG_AGO = date(2000, 1, 1)
_HISTORY = timedelta(days=120)
"""How far before today the first demonstration case may begin."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """An opened demonstration town; `accounts` are those shown on the log-in page."""

    engine: Engine
    mark: str
    accounts: tuple[DemoAccount, ...]


@contextmanager
def open_demo(url: str, say: Callable[[str], None]) -> Iterator[tuple[Demonstration, ...]]:
    """Open the demonstration, making it first where it is missing.

    Raises:
        click.ClickException: the database holds a real town, or ANLIU_CLOCK is no moment.
    """
    clock = DemoClock()
    with ExitStack() as stack:
        towns = []
        for tenant, mark, folder, story in _towns():
            organisation = _organisation(folder)
            name = organisation.units[0].name if organisation.units else mark
            if not _exists(url, tenant):
                say(f"第一次运行，正在建立演示数据（{name}），约半分钟……")
                _make(url, tenant, name, organisation, story)
            engine = stack.enter_context(open_engine(url, clock=clock, tenant=tenant))
            if not engine.is_demo:
                raise click.ClickException("这是正式数据库，不能当作演示运行。请另设 ANLIU_DATABASE_URL。")
            towns.append(Demonstration(engine, mark, _accounts(organisation)))
        _set_clock(clock, towns[0].engine)
        yield tuple(towns)


def _towns() -> Iterator[tuple[str, str, Path, Path]]:
    demo = LIBRARY / "demo"
    yield "demo", MARK, demo, demo / "cases.feature"
    teaching = demo / "teaching"
    if teaching.is_dir():
        yield TEACHING_TENANT, TEACHING_MARK, teaching, teaching / "cases.feature"


def _exists(url: str, tenant: str) -> bool:
    with open_engine(url, tenant=tenant, demo=True) as engine:
        return bool(engine.organisation().people)


def _make(url: str, tenant: str, name: str, organisation: Organisation, story: Path) -> None:
    """Make one town and play its cases, as if the days had passed."""
    now = _present()
    clock = Clock(now - _HISTORY)
    with open_engine(url, clock=clock, tenant=tenant, name=name, demo=True) as engine:
        engine.rename(name, demo=True)
        compiled = furnish(engine, (), organisation)
        if story.exists():
            play(engine, clock, story, today=now.astimezone(engine.zone).date(), until=now)
        if (owing := story.with_name("duties.feature")).exists():
            _make_owed(engine, clock, owing, now, compiled)
        for person in organisation.people:
            engine.set_password(person.account, PASSWORD, by=person.account)


def _make_owed(engine: Engine, clock: Clock, story: Path, now: datetime, compiled: Compiled) -> None:
    """Play what recurring duties owed so far; those that the story does not name begin today."""
    duties = {each.name: each for each in compiled.definitions if recurrence_of(each) is not None}
    play(engine, clock, story, now.astimezone(engine.zone).date(), now, duties)
    begun = {kind.name for kind in engine.duty_kinds()}
    rest = [each for name, each in duties.items() if name not in begun]
    engine.deploy(rest, by="system", reason="演示数据", sources=compiled.sources)
    engine.tick()


def furnish(engine: Engine, accounts: Sequence[str], organisation: Organisation | None = None) -> Compiled:
    """Load people (the demonstration town's by default), calendar and processes; give `accounts` the password.

    Returns: everything compiled; the recurring duties among it are not deployed, they would begin long ago.

    Raises:
        click.ClickException: a definition does not pass its checks.
    """
    engine.load_organisation(organisation or _organisation(LIBRARY / "demo"))
    engine.load_calendar(read_calendar(_json(LIBRARY / "shared" / "calendar.json")))
    compiled = compile_paths([LIBRARY])
    if not compiled.ok:
        raise click.ClickException("流程没有通过检查，请先运行 anliu check processes")
    processes = [each for each in compiled.definitions if recurrence_of(each) is None]
    engine.deploy(processes, by="system", reason="演示数据", effective=_LONG_AGO, sources=compiled.sources)
    for account in accounts:
        engine.set_password(account, PASSWORD, by=account)
    return compiled


def _present() -> datetime:
    from engine.town import DEFAULT_ZONE, system_clock, zone_of

    return asked_moment(zone_of(DEFAULT_ZONE)) or system_clock()


def _set_clock(clock: DemoClock, engine: Engine) -> None:
    try:
        clock.run_from(asked_moment(engine.zone))
    except ValueError as problem:
        raise click.ClickException(f"ANLIU_CLOCK 应写成 2023-04-10T09:00：{problem}") from problem


def refuse_clock_on_real(engine: Engine) -> None:
    """Refuse to start a real town with a shifted clock.

    Raises:
        click.ClickException: ANLIU_CLOCK is set and the town is real.
    """
    if os.environ.get("ANLIU_CLOCK", "").strip() and not engine.is_demo:
        raise click.ClickException("ANLIU_CLOCK 只能用于演示库；正式库按真实时间运行。")


def _accounts(organisation: Organisation) -> tuple[DemoAccount, ...]:
    """One account for each post, so that every step can be worked; managers and auditors too."""
    names = {person.account: person.name for person in organisation.people}
    roles: dict[str, list[str]] = {}
    shown: set[str] = set()
    covered: set[str] = set()
    for post in organisation.posts:
        known = roles.setdefault(post.account, [])
        if post.role not in known:
            known.append(post.role)
        if post.role not in covered:
            covered.add(post.role)
            shown.add(post.account)
    for account, word in (
        *((each, "管理员") for each in organisation.administrators),
        *((each, "审计") for each in organisation.auditors),
    ):
        roles.setdefault(account, []).append(word)
        shown.add(account)
    return tuple(
        DemoAccount(account, names.get(account, account), "、".join(roles[account]), PASSWORD)
        for account in names
        if account in shown
    )


def _organisation(folder: Path) -> Organisation:
    return Organisation.from_json(_json(folder / "organisation.json"))


def _json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
