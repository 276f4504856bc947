"""The parser: grammar.lark with the keyword terminals, built once and kept in the user's cache."""

import hashlib
import logging
import marshal
import os
import re
import stat
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

import lark
from lark import Lark

from dsl.lexer import PRIORITY
from dsl.tables import FORM, Parser, Stored, stored
from dsl.vocabulary import Keyword, keywords, resource

CACHE_VARIABLE: Final = "ANLIU_CACHE"  # a directory; empty switches the cache off
_log = logging.getLogger(__name__)


def grammar_text() -> str:
    """The whole grammar: grammar.lark and one terminal for each keyword."""
    return resource("grammar.lark") + "\n" + "\n".join(map(_terminal, keywords().values())) + "\n"


def _terminal(word: Keyword) -> str:
    """A keyword ends where the word ends; a heading followed by a colon is a name (a field called 事件)."""
    spellings = "|".join(
        re.escape(text).replace("\\ ", " ") for text in sorted(word.spellings, key=len, reverse=True)
    )
    if word.kind == "suffix":
        return f"{word.terminal}.8: /{spellings}/"
    end = r"(?:[ \t]*:)?" if word.colon else r"(?![ \t]*:)" if word.kind in ("top", "node") else ""
    return rf"{word.terminal}.{PRIORITY}: /(?:{spellings})(?!\w){end}/"


def build(**options: Any) -> Lark:
    """Build the parser from the grammar, without the cache."""
    return Lark(grammar_text(), parser="lalr", lexer="contextual", maybe_placeholders=False, **options)


@cache
def parser() -> Parser:
    """The parser of this process: from the cache when it holds one for this grammar, else built and put there."""
    key = hashlib.sha256(f"{grammar_text()}\0{lark.__version__}\0{sys.version}\0{FORM}".encode()).hexdigest()
    path = _cache_path(key)
    tables = _read(path) if path else None
    if tables is None:
        tables = stored(build())
        if path:
            _write(path, tables)
    return Parser(tables)


def _cache_path(key: str) -> Path | None:
    setting = os.environ.get(CACHE_VARIABLE)
    if setting == "":
        return None
    if setting:
        return Path(setting) / f"grammar-{key[:32]}"
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "anliu" / f"grammar-{key[:32]}"


def _read(path: Path) -> Stored | None:
    """What `_write` wrote; None when absent, damaged, or writable by others."""
    try:
        with open(path, "rb", opener=_at_once) as file:  # pathlib knows no opener
            kept = os.fstat(file.fileno())  # of what is read, not of what has its name meanwhile
            others = hasattr(os, "getuid") and (
                kept.st_uid != os.getuid() or kept.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
            )
            if others or not stat.S_ISREG(kept.st_mode):
                return None
            digest, _, payload = file.read().partition(b"\n")
    except OSError:
        return None
    if hashlib.sha256(payload).hexdigest().encode() != digest:
        return None
    tables: Stored = marshal.loads(payload)  # noqa: S302  # this user wrote it, see above
    return tables


def _at_once(path: str, flags: int) -> int:
    """Open a file, also a pipe that somebody put in its place and nobody writes to."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _write(path: Path, tables: Stored) -> None:
    """Write beside and rename, so that a reader never sees half a file; a full or read-only disk changes nothing."""
    import tempfile  # once for a grammar

    payload = marshal.dumps(tables)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload)
        Path(file.name).replace(path)
    except OSError as error:
        _log.info("grammar is not cached: %s", error)
