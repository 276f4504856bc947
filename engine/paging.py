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
    key = _read(text)
    try:
        return (condition(*key),) if key else ()
    except TypeError as error:
        raise UnknownOperation(text or "") from error


def read_key(text: str | None, kinds: tuple[type, ...]) -> Sequence[str | int]:
    """Return the key behind which a page goes on, nothing for the first page; one that was tampered with is refused."""
    key = _read(text)
    if key and tuple(map(type, key)) != kinds:
        raise UnknownOperation(text or "")
    return key


def _read(text: str | None) -> Sequence[str | int]:
    if not text:
        return ()
    try:
        key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError) as error:
        raise UnknownOperation(text) from error
    if not isinstance(key, list) or not all(type(part) in (str, int) for part in key):
        raise UnknownOperation(text)
    return key
