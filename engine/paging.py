"""Pages of lists: a cursor is the key of the last row shown, never an offset."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from engine.edge_refusals import UnknownOperation
from engine.views import Page


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of a page and one more if there is one, and how many there are on all pages."""

    rows: Sequence[Any]
    limit: int
    total: int

    def page(self, show: Callable[[Any], Any], key: Callable[[Any], tuple[object, ...]]) -> Page[Any]:
        """Show the rows that fit, with the cursor behind them: `key` of the last one."""
        shown = self.rows[: self.limit]
        following = _write_cursor(key(shown[-1])) if len(self.rows) > self.limit else None
        return Page(tuple(show(row) for row in shown), following, self.total)


def _write_cursor(key: tuple[object, ...]) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def read_cursor(
    text: str | None, condition: Callable[..., ColumnElement[bool]]
) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that goes on behind a cursor; one that was tampered with is refused."""
    if not text:
        return ()
    try:
        key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(key, list) or not all(type(part) in (str, int) for part in key):
            raise UnknownOperation(text)
        return (condition(*key),)
    except (binascii.Error, ValueError, TypeError) as error:
        raise UnknownOperation(text) from error
