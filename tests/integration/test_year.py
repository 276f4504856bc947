"""Three weeks of a small town, replayed from a seed by `anliu year`; then everything is counted again."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
from click.testing import CliRunner

from engine import Engine, open_engine
from engine.duty_rows import Standing
from tests.recount.compare import Outcome, recount
from web.cli_year import DESCRIPTION, year

FIRST, DAYS, CASES, SEED = date(2025, 3, 3), 21, 60, 7
LAST = FIRST + timedelta(days=DAYS - 1)


def small_town() -> dict[str, Any]:
    """The description of the library, with three villages, seven enterprises and three weeks."""
    data: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    villages, enterprises = data["镇"]["成批单位"]
    villages["数"], enterprises["数"] = 3, 7
    enterprises["属性"]["行业"] = dict.fromkeys(enterprises["属性"]["行业"], 1)
    return {**data, "开始": FIRST.isoformat(), "天数": DAYS, "例行起始": {}}


@dataclass
class Replayed:
    """A small year that has passed: what the command said, and the engine on what it left."""

    path: Path
    output: str
    exit_code: int
    engine: Engine
    auditor: str

    def recount(self) -> Outcome:
        return recount(self.engine, self.auditor, FIRST, LAST)


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayed]:
    folder = tmp_path_factory.mktemp("year")
    town, path = folder / "town.json", folder / "year.db"
    town.write_text(json.dumps(small_town()), encoding="utf-8")
    url = f"sqlite:///{path}"
    asked = ["--seed", str(SEED), "--cases", str(CASES), "--into", url, "--town", str(town)]
    found = CliRunner().invoke(year, asked)
    with open_engine(url, clock=_after) as engine:
        yield Replayed(path, found.output, found.exit_code, engine, engine.organisation().auditors[0])


def _after() -> datetime:
    """The midnight with which the year ended."""
    return datetime.combine(LAST, time(16), UTC)


def test_everything_that_came_could_be_worked_on(replayed: Replayed) -> None:
    assert replayed.exit_code == 0, replayed.output
    assert f"人发起 {CASES} 件" in replayed.output
    assert "数据库" in replayed.output


def test_pages_agree_with_a_recount_of_the_exported_events(replayed: Replayed) -> None:
    found = replayed.recount()

    assert found.differences == ()
    assert found.cases > CASES + found.owed > 300  # triggered cases came on top
    assert found.compared > 1000


def test_some_of_what_was_owed_was_late_and_some_never_done(replayed: Replayed) -> None:
    (figure,) = replayed.engine.duty_figures(replayed.auditor, group="all")

    assert min(figure.standings[each] for each in (Standing.DONE, Standing.LATE, Standing.MISSED)) > 0


def test_chains_of_the_year_hold(replayed: Replayed) -> None:
    assert replayed.engine.verify().ok


def test_the_recount_sees_a_duty_whose_row_says_otherwise(replayed: Replayed) -> None:
    with closing(connect(replayed.path)) as other, other:
        sql = 'SELECT "case", done FROM duty_item WHERE done <= due ORDER BY "case" LIMIT 1'
        case, done = other.execute(sql).fetchone()
        other.execute('UPDATE duty_item SET done = NULL WHERE "case" = ?', (case,))
    try:
        assert any("例行" in each for each in replayed.recount().differences)
    finally:
        with closing(connect(replayed.path)) as other, other:
            other.execute('UPDATE duty_item SET done = ? WHERE "case" = ?', (done, case))
