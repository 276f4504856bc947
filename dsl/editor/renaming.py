"""Give a name another word, in every text that uses it, unless that would break something."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from dsl.characters import disguise
from dsl.editor.index import Index, Position
from dsl.editor.workspace import Workspace
from dsl.findings import Edit, Severity
from dsl.repair import edited
from dsl.source import Place
from dsl.vocabulary import builtins_to_chinese, builtins_to_english, keyword_of

_NAME: Final = re.compile(r"[^\W\d]\w*")


class CannotRename(ValueError):
    """There is nothing to rename here, or the new name cannot be used; the text says why, in Chinese."""


def renameable(index: Index, name: str, position: Position) -> Place:
    """Return the place of the name that would be renamed.

    Raises:
        CannotRename: no name of the author stands here.
    """
    found = index.at(name, position)
    if found is None:
        raise CannotRename("这里没有可以改名的名称")
    return index.analysis.placed(found.place)


def rename(index: Index, name: str, position: Position, new: str) -> Mapping[str, tuple[Edit, ...]]:
    """Return the edits of each text that give the name at a position another word.

    The changed texts are checked: a new name that takes another's place, or hides it, is refused.

    Raises:
        CannotRename: see there.
    """
    renameable(index, name, position)
    found = index.at(name, position)
    assert found is not None
    word = _word(new)
    written = word if _NAME.fullmatch(word) and keyword_of(word) is None else f"`{word}`"
    edits: dict[str, list[Edit]] = {}
    for place in index.places(found.symbol):
        edits.setdefault(place.source, []).append(Edit(place, written))
    for text in edits:
        taken = index.lookup(text).of(found.symbol.sort, word, found.symbol.owners)
        if taken is not None:
            raise CannotRename(f"已经有名为“{word}”的{found.symbol.sort}")
    _refuse_harm(index, edits)
    return {text: tuple(each) for text, each in edits.items()}


def _word(new: str) -> str:
    """The new name without back quotes, when it can be a name at all."""
    word = unicodedata.normalize("NFC", new.strip().strip("`"))
    if not word or "`" in word or not word.isprintable():
        raise CannotRename("名称不能是空的，也不能有反引号或看不见的字符")
    trouble = disguise(word)
    if trouble:
        raise CannotRename(f"名称“{word}”{trouble}")
    if word in builtins_to_english() or word in builtins_to_chinese():
        raise CannotRename(f"“{word}”是语言自己的词，请换一个名称")
    return word


def _refuse_harm(index: Index, edits: Mapping[str, list[Edit]]) -> None:
    changed = Workspace()
    before = 0
    for name, document in index.analysis.documents.items():
        changed.update(name, edited(document.source, edits.get(name, ())))
        before += sum(each.severity is Severity.ERROR for each in index.analysis.findings[name])
    errors = [
        each
        for found in changed.analysis().findings.values()
        for each in found
        if each.severity is Severity.ERROR
    ]
    if len(errors) > before:
        new = [each for each in errors if not _was_there(index, each.message)]
        said = (new or errors)[0].message
        raise CannotRename(f"改名后会出错：{said}")


def _was_there(index: Index, message: str) -> bool:
    return any(each.message == message for found in index.analysis.findings.values() for each in found)
