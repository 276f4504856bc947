"""The parser: grammar.lark with the keyword terminals, built once and kept in the user's cache."""

import hashlib
import logging
import marshal
import os
import re
import stat
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Final

import lark
from lark import Lark, Token, Tree
from lark.grammar import Rule
from lark.lexer import TerminalDef

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
    return rf"{word.terminal}.4: /(?:{spellings})(?!\w){end}/"


def build(**options: Any) -> Lark:
    """Build the parser from the grammar, without the cache."""
    return Lark(grammar_text(), parser="lalr", lexer="contextual", maybe_placeholders=False, **options)


@cache
def parser() -> Lark:
    """The parser of this process: from the cache when it holds one for this grammar, else built and put there."""
    key = hashlib.sha256(f"{grammar_text()}\0{lark.__version__}\0{sys.version}".encode()).hexdigest()
    path = _cache_path(key)
    stored = _read(path) if path else None
    if stored is None:
        data, memo = build().memo_serialize([TerminalDef, Rule])
        stored = {"data": data, "memo": memo}
        if path:
            _write(path, stored)
    # Lark's generated stand-alone parsers load themselves in the same way
    loaded: Lark = Lark._load_from_dict(  # type: ignore[no-untyped-call]  # noqa: SLF001
        stored["data"], stored["memo"], propagate_positions=_gives_place
    )
    return loaded


def _gives_place(node: Tree[Token] | Token) -> bool:
    """A line end gives no place: a construct ends with its last word, not with the comments behind it."""
    return not (isinstance(node, Token) and node.type == "_NL")


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


def _read(path: Path) -> dict[str, Any] | None:
    """What `_write` wrote; None when absent, damaged, or writable by others."""
    try:
        mode = path.stat()
        if hasattr(os, "getuid") and (
            mode.st_uid != os.getuid() or mode.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        ):
            return None
        digest, _, payload = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if hashlib.sha256(payload).hexdigest().encode() != digest:
        return None
    stored: dict[str, Any] = marshal.loads(payload)  # noqa: S302  # this user wrote it, see above
    return stored


def _write(path: Path, stored: dict[str, Any]) -> None:
    """Write beside and rename, so that a reader never sees half a file; a full or read-only disk changes nothing."""
    payload = marshal.dumps(stored)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload)
        Path(file.name).replace(path)
    except OSError as error:
        _log.info("grammar is not cached: %s", error)
