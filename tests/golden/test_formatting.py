"""Texts as clerks type them, their canonical form, and that in English."""

from pathlib import Path

import pytest

from dsl.format import format_text
from tests.golden.cases import paths, read


@pytest.mark.parametrize("path", paths("formatting"), ids=lambda path: path.stem)
def test_写法不同_规范形式相同(path: Path) -> None:
    case = read(path)
    canonical = format_text(case.text("规程"))
    english = format_text(canonical, "en")
    assert format_text(canonical) == canonical
    assert format_text(english, "en") == english
    assert format_text(english) == canonical
    case.check(规范形式=canonical, 英文=english)
