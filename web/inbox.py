"""待办: the list of what waits for a person."""

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers import Response

from web import bulk_page, inbox_page
from web.current import account, engine, moments, town
from web.layout import count_text
from web.list_page import Filter, filter_bar, page_size, pager

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/inbox")
def listing() -> str:
    """Show a tab of the inbox; tab, filters and page live in the address."""
    filters = _filters()
    names = ("tab", "size", "after", *(each.name for each in filters))
    query = {name: request.args.get(name, "") for name in names}
    tab = query["tab"] if query["tab"] in dict(inbox_page.TABS) else "todo"
    wanted = {each.name: query[each.name] for each in filters if query[each.name]}
    page = engine().inbox(
        account(), tab=tab, filters=wanted, after=query["after"] or None, limit=page_size(query["size"])
    )
    return render_template(
        "inbox.html",
        title=dict(inbox_page.TABS)[tab],
        order=inbox_page.ORDER.get(tab, inbox_page.SOONEST),
        tabs=inbox_page.tabs(engine().counts(account()), tab),
        rows=inbox_page.rows(page.items, moments(), tab),
        page=pager(page, "/inbox", query),
        bar=filter_bar("/inbox", query | {"tab": tab}, filters, ("tab", "size")),
        empty=inbox_page.EMPTY[tab],
        bulk=bulk_page.bar(bulk_page.OF_ITEMS.get(tab, ())),
        back=request.full_path.rstrip("?"),
        starts=tab in ("todo", "mine"),
    )


@blueprint.get("/inbox/counts")
def numbers() -> Response:
    """Give the numbers on the tabs to a page that is open; asked by script, it does not keep a log-in alive."""
    counts = engine().counts(account())
    return jsonify({name: count_text(getattr(counts, name)) for name, _ in inbox_page.TABS})


def _filters() -> tuple[Filter, ...]:
    processes = tuple((name, name) for name in sorted(each.name for each in engine().definitions()))
    return (
        Filter("process", "流程", processes),
        Filter("grade", "等级", tuple((grade, grade) for grade in grades())),
        Filter("due", "到期", inbox_page.DUE_FILTERS),
        Filter("q", "搜索"),
        Filter("step", "步骤"),
        Filter("village", "村（社区）", town().villages()),
        Filter("unit", "单位", hints=tuple(town().units.values())),
    )


def grades() -> tuple[str, ...]:
    """Grades of the definitions in force: the members of their ordered enumerations, each once."""
    found = (
        member
        for each in engine().definitions()
        for declared in engine().definition(each.name).enumerations
        if declared.ordered
        for member in declared.members
    )
    return tuple(dict.fromkeys(found))
