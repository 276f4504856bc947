"""GB/T 9704—2012: a full page of the PDF has 22 lines of 28 characters."""

import pytest

from engine.documents.page import page
from engine.documents.paper import Paper, Part, PartKind

weasyprint = pytest.importorskip("weasyprint")


def lines_of(paper: Paper) -> list[list[int]]:
    """Characters of each line of the type area, page by page (the last line box is the page number)."""
    from weasyprint.formatting_structure.boxes import LineBox, TextBox

    pages = weasyprint.HTML(string=page(paper, "")).render().pages
    return [
        [
            sum(len(text.text) for text in line.descendants() if isinstance(text, TextBox))
            for line in printed._page_box.descendants()
            if isinstance(line, LineBox)
        ][:-1]
        for printed in pages
    ]


def test_a_full_page_has_22_lines_of_28_characters() -> None:
    first, second, *_ = lines_of(Paper((Part(PartKind.BODY, "安" * 2000),)))

    assert first == [26, *[28] * 21]
    assert second == [28] * 22
