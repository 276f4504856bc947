"""A paper as a page: HTML whose classes are its parts, the sheet of GB/T 9704, and PDF where WeasyPrint is installed."""

from html import escape
from importlib import resources
from importlib.util import find_spec

from engine.documents.paper import Paper, Part

MISSING = (
    "这台服务器没有安装生成 PDF 的组件（pip install anliu[docs]）；可以下载 Word 文档，或用“打印”另存为 PDF"
)


class NoPdf(RuntimeError):
    """The part that makes PDF is not installed; the text says what to do instead."""


def stylesheet() -> str:
    """Return the style sheet of papers, for screen, print and PDF."""
    return resources.files("engine.documents").joinpath("gongwen.css").read_text(encoding="utf-8")


def body(paper: Paper) -> str:
    """Return the paper as HTML, everything in it escaped."""
    return "\n".join(map(_part, paper.parts))


def _part(part: Part) -> str:
    if part.rows:
        rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in part.rows)
        return f"<table>{rows}</table>"
    return f'<p class="gw-{part.kind.name.lower()}">{escape(part.text)}</p>'


def page(paper: Paper, title: str) -> str:
    """Return a self-contained page that prints at true size."""
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<style>body{{margin:0}}{stylesheet()}</style></head><body><article class="gongwen">{body(paper)}</article></body></html>'
    )


def can_print_pdf() -> bool:
    """Tell whether PDF can be made here."""
    return find_spec("weasyprint") is not None


def pdf(paper: Paper, title: str) -> bytes:
    """Return the paper as PDF.

    Raises:
        NoPdf: WeasyPrint or what it needs of the system is missing.
    """
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as problem:
        raise NoPdf(MISSING) from problem
    made = HTML(string=page(paper, title)).write_pdf()
    assert isinstance(made, bytes)
    return made
