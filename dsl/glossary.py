"""A glossary: the author's Chinese names and their English, one pair a line, so that names too are translated both ways.

One that belongs to a folder of definitions is called `glossary.tsv` and lies beside them.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from dsl.format import BadGlossary, own_names
from dsl.source import Place, Source

FILE: Final = "glossary.tsv"


def read_glossary(text: str) -> Mapping[str, str]:
    """Read a glossary: Chinese, a tab, English; `#` begins a comment. That it can be undone is checked when it is used.

    Raises:
        BadGlossary: a line is no pair, or a Chinese name stands twice.
    """
    pairs: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        chinese, tab, english = line.partition("\t")
        if not tab or not chinese.strip() or not english.strip() or "\t" in english:
            raise BadGlossary(f"第 {number} 行不是“中文、制表符、英文”：{line.strip()}")
        if chinese.strip() in pairs:
            raise BadGlossary(f"第 {number} 行的“{chinese.strip()}”前面已经有了")
        pairs[chinese.strip()] = english.strip()
    return pairs


def load_glossaries(paths: Iterable[Path]) -> Mapping[str, str]:
    """Read glossary files, and of folders every `glossary.tsv` inside, as one glossary.

    Raises:
        BadGlossary: a folder has none, a file is none, or two files translate a name differently; says which.
    """
    pairs: dict[str, str] = {}
    for file in _files(paths):
        try:
            own = read_glossary(file.read_text(encoding="utf-8"))
        except BadGlossary as problem:
            raise BadGlossary(f"{file}：{problem}") from problem
        for chinese, english in own.items():
            if pairs.setdefault(chinese, english) != english:
                raise BadGlossary(
                    f"{file}：“{chinese}”译作 {english}，别的对照表里是 {pairs[chinese]}；改成同一个"
                )
    return pairs


def untranslated(source: Source, glossary: Mapping[str, str]) -> Mapping[str, Place]:
    """The Chinese names of a text that a glossary leaves Chinese, each where it stands first.

    Raises:
        Unreadable: when the text has mistakes.
    """
    return {
        name: place
        for name, place in own_names(source).items()
        if not name.isascii() and name not in glossary
    }


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob(FILE)) if path.is_dir() else [path]
        if not inside:
            raise BadGlossary(f"{path} 里没有 {FILE}")
        files += inside
    return files
