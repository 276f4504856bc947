"""Issued documents: the text as it was when the number was taken, kept as a file and hashed into the history."""

from html import escape

from engine.case_scope import CaseScope
from engine.definition import Document
from engine.directory import Directory
from engine.events import Acted, DocumentIssued
from engine.facts import Facts
from engine.graph import Graph
from engine.labels import Reading, label_of, type_of
from engine.sentences import basis_text
from engine.state import CaseState

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title><style>
body{{font:16px/1.75 "FangSong","STFangsong","Noto Serif CJK SC",serif;max-width:42em;margin:3em auto;padding:0 1em}}
h1{{text-align:center;font-size:1.6em}}.number{{text-align:center}}table{{border-collapse:collapse;width:100%}}
th,td{{border:1px solid #000;padding:.3em .6em;text-align:left;vertical-align:top}}th{{width:30%;font-weight:400}}
.sign{{text-align:right;margin-top:3em}}</style></head><body>
<h1>{title}</h1>
<p class="number">{number}</p>
<table>
{rows}
</table>
{basis}<p class="sign">{issuer}<br>{day}</p>
</body></html>
"""


def render(
    graph: Graph,
    state: CaseState,
    facts: Facts,
    directory: Directory,
    document: Document,
    issued: DocumentIssued,
    acted: Acted,
) -> str:
    """Write a document as a self-contained page: the fields its declaration uses, basis, issuer and day."""
    scope = CaseScope(graph, state, facts, 0, issued.key)
    reading = Reading(directory, facts.zone, graph.forms)
    rows = [("案件编号", state.number)]
    for expression in document.uses:
        value = graph.program.value(expression, scope)
        rows.append((label_of(expression), reading.text(value, type_of(graph, expression))))
    local = acted.at.astimezone(facts.zone)
    return _PAGE.format(
        title=escape(document.name),
        number=escape(issued.number),
        rows="\n".join(f"<tr><th>{escape(label)}</th><td>{escape(text)}</td></tr>" for label, text in rows),
        basis=f"<p>依据：{escape(basis_text(document.basis))}</p>\n" if document.basis else "",
        issuer=escape(facts.name(acted.acting_for or acted.by)),
        day=f"{local.year}年{local.month}月{local.day}日",
    )
