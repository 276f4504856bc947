"""A person at the pages, without a browser."""

import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


@dataclass
class Visitor:
    """A signed-in person who posts forms as a browser would: with the hidden fields of the page before."""

    client: FlaskClient

    def get(self, path: str) -> str:
        return self.client.get(path).get_data(as_text=True)

    def post(self, path: str, values: dict[str, Any], page: str | None = None) -> TestResponse:
        html = page if page is not None else self.get(path)
        hidden = {name: _hidden(html, name) for name in ("csrf_token", "key", "revision")}
        return self.client.post(path, data={**hidden, **values}, headers={"Origin": "http://localhost"})


def _hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return found[1] if found else ""
