"""Fixtures that all tests share: both databases and a real browser.

`ANLIU_REQUIRE=browser,postgres` (continuous integration) makes a missing one a failure. Without it, tests that need
what this machine lacks are left out and listed by name at the end of the run.
"""

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from tests.postgres import binaries, temporary_cluster

settings.register_profile("house", deadline=None)  # nothing here measures time
settings.load_profile("house")

_REQUIRED = set(filter(None, os.environ.get("ANLIU_REQUIRE", "").split(",")))
_BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome")
_CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_NOT_RUN = "未运行 not run: "
_databases = count(1)
_WITH_PASSWORD = (
    "chen-bo",
    "feng-xiao",
    "hao-yu",
    "li-ke",
    "liu-yan",
    "pan-gang",
    "qian-zhen",
    "shen-ji",
    "sun-fu",
    "wang-jie",
    "zhang-hong",
)


def _missing(what: str, how: str) -> NoReturn:
    if what in _REQUIRED:
        pytest.fail(f"{what} is required here but missing: {how}")
    pytest.skip(f"{_NOT_RUN}no {what} on this machine ({how})")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nightly", action="store_true", help="run properties and walks at length")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if "chromium" in asked:
            item.add_marker(pytest.mark.browser)
        if "postgres_server" in asked:
            item.add_marker(pytest.mark.postgres)
        if item.get_closest_marker("slow") and not config.getoption("--nightly"):
            item.add_marker(pytest.mark.skip(reason=f"{_NOT_RUN}only with --nightly"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = [
        (report.nodeid, report.longrepr[2])
        for report in terminalreporter.getreports("skipped")
        if isinstance(report, pytest.TestReport)
        and isinstance(report.longrepr, tuple)
        and _NOT_RUN in report.longrepr[2]
    ]
    if left_out:
        terminalreporter.section("未运行 not run")
        for name, reason in left_out:
            terminalreporter.write_line(f"{name}: {reason.partition(_NOT_RUN)[2]}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a private PostgreSQL cluster, one for each test worker, with {} for the database."""
    if binaries() is None:
        _missing("postgres", "install PostgreSQL or the dev requirements")
    with temporary_cluster() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of an empty PostgreSQL database."""
    import psycopg

    name = f"t{os.getpid()}_{next(_databases)}"
    admin = postgres_server.format("postgres").replace("+psycopg", "")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield postgres_server.format(name)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'town.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of an empty database: each test runs on SQLite and on PostgreSQL."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a town with people, calendar and definitions, and no cases; each test gets a copy."""
    from engine import open_engine  # most tests need no town
    from web.demo import furnish

    path = tmp_path_factory.mktemp("furnished") / "town.db"
    with open_engine(f"sqlite:///{path}", tenant="demo", name="测试镇", demo=True) as engine:
        furnish(engine, _WITH_PASSWORD)
    return path


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium."""
    path = next(filter(None, map(shutil.which, _BROWSER_NAMES)), None)
    if path is None:
        _missing("browser", "install Chromium")
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[object]:
    """One headless Chromium a worker, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=chromium, args=list(_CHROMIUM_FLAGS))
        yield instance
        instance.close()
