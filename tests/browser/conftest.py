"""A demonstration town without cases, served to a real browser on a port of its own."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine import Engine, open_engine
from web.app import create_app
from web.demo import PASSWORD
from web.server import listen
from web.settings import load_settings


@dataclass(frozen=True)
class Served:
    """A running town."""

    address: str
    engine: Engine


@pytest.fixture
def served(tmp_path: Path, furnished: Path) -> Iterator[Served]:
    """Serve a town with people, calendar and definitions, and no cases."""
    shutil.copy(furnished, tmp_path / "town.db")
    url = f"sqlite:///{tmp_path / 'town.db'}"
    with open_engine(url, tenant="demo", demo=True) as engine:
        server = listen(create_app(engine, load_settings(url, tmp_path, "测试")), "127.0.0.1", 0)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{server.effective_port}", engine)
        finally:
            server.close()


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(served: Served, browser: Browser) -> Iterator[SignIn]:
    """Open a page for a person; `script=False` is a browser without JavaScript."""
    contexts = []

    def enter(account: str, width: int = 1366, height: int = 768, *, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script, base_url=served.address
        )
        contexts.append(context)
        page = context.new_page()
        page.goto("/login")
        page.fill("[name=account]", account)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield enter
    for context in contexts:
        context.close()
