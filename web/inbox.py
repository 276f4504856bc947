"""待办: the list of what waits for a person."""

from flask import Blueprint, render_template, request

from web import inbox_page
from web.current import account, engine, moments
from web.widgets import Choice

blueprint = Blueprint("inbox", __name__)

FILTERS = {"process": "流程", "due": "到期", "q": "搜索"}


@blueprint.get("/inbox")
def listing() -> str:
    """Show a tab of the inbox; tab, filters and page live in the address."""
    query = {name: request.args.get(name, "") for name in ("tab", "process", "due", "q", "after")}
    names = [name for name, _ in inbox_page.TABS]
    tab = query["tab"] if query["tab"] in names else "todo"
    filters = {name: query[name] for name in FILTERS if query[name]}
    page = engine().inbox(account(), tab=tab, filters=filters, after=query["after"] or None)
    counts = engine().counts(account())
    processes = sorted({each.name for each in engine().definitions()})
    return render_template(
        "inbox.html",
        title=dict(inbox_page.TABS)[tab],
        tab_name=tab,
        order=inbox_page.ORDER.get(tab, inbox_page.SOONEST),
        tabs=inbox_page.tabs(counts, tab),
        rows=inbox_page.rows(page.items, moments()),
        page=inbox_page.pager(page, "/inbox", query),
        filters=inbox_page.active_filters("/inbox", query, FILTERS),
        processes=tuple(Choice(name, name, name == query["process"], "") for name in processes),
        dues=tuple(
            Choice(value, label, value == query["due"], "") for value, label in inbox_page.DUE_FILTERS
        ),
        q=query["q"],
        empty=inbox_page.EMPTY[tab],
        starts=tab in ("todo", "mine"),
    )
