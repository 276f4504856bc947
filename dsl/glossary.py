"""A glossary: the author's Chinese names and their English, one pair a line, so that names too are translated both ways."""

from collections.abc import Mapping

from dsl.format import BadGlossary


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
