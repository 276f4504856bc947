"""履职: what each person owed and did, figures of a period with the list behind each number, the duties in force."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, render_template, request

from web import duty_page
from web.current import account, engine, moments, town
from web.duty_page import Span
from web.list_page import Filter, filter_bar, page_size, pager

blueprint = Blueprint("duties", __name__, url_prefix="/duties")

MINE = "mine"
DAYS = ("from", "until")


@blueprint.get("")
def page() -> str:
    """Show the tab that the address asks for."""
    tab = request.args.get("tab", MINE)
    match tab:
        case "figures":
            return _figures()
        case "rows":
            return _rows(tab, _filters(), {})
        case "kinds":
            kinds = duty_page.kinds(engine().duty_kinds())
            return render_template("duty_kinds.html", title="履职", tabs=duty_page.tabs(tab), kinds=kinds)
        case _:
            own = tuple(each for each in _filters() if each.name not in ("person", "unit"))
            return _rows(MINE, own, {"person": account()})


def _rows(tab: str, filters: tuple[Filter, ...], fixed: Mapping[str, str]) -> str:
    kept = ("tab", "size")
    query = {name: _asked(name) for name in (*kept, "after", *(each.name for each in filters))}
    wanted = {each.name: query[each.name] for each in filters if query[each.name]}
    found = engine().duties(account(), {**wanted, **fixed}, query["after"] or None, page_size(query["size"]))
    return render_template(
        "duties.html",
        title="履职",
        tabs=duty_page.tabs(tab),
        rows=duty_page.rows(found.items, moments()),
        page=pager(found, duty_page.LIST, query),
        bar=filter_bar(duty_page.LIST, query, filters, kept),
        own=bool(fixed),
    )


def _asked(name: str) -> str:
    """Read a word of the address; a day that is none is left out, and said."""
    given = request.args.get(name, "")
    if name not in DAYS or not given or _day(given) is not None:
        return given
    flash(f"“{given}”不是日期，没有按它筛选。日期写作 2023-04-10。")
    return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _filters() -> tuple[Filter, ...]:
    duties = tuple((kind.name, kind.name) for kind in engine().duty_kinds())
    people = tuple(sorted(town().people.items(), key=lambda person: person[1]))
    return (
        Filter("duty", "例行", duties),
        Filter("standing", "情况", duty_page.STANDINGS),
        Filter("from", "期末自"),
        Filter("until", "期末至"),
        Filter("person", "应办人", people),
        Filter("unit", "单位", tuple(town().units.items())),
    )


def _figures() -> str:
    group = request.args.get("group", "duty")
    today = moments().now.astimezone(engine().zone).date()
    span = _span(duty_page.this_month(today))
    days = {"from": span.first.isoformat(), "until": span.last.isoformat()}
    found = engine().duty_figures(account(), days, group)
    whole = engine().duty_figures(account(), days, "all")
    return render_template(
        "duty_figures.html",
        title="履职",
        tabs=duty_page.tabs("figures"),
        presets=duty_page.presets(today, group, span),
        groups=tuple(
            duty_page.Link(label, duty_page.figures_address(name, span), name == group)
            for name, label in duty_page.GROUPS
        ),
        group=group,
        span=span,
        whole=duty_page.figures(whole, "all", span),
        rows=duty_page.figures(found, group, span),
    )


def _span(otherwise: Span) -> Span:
    """Read the days of the address; what cannot be read is the usual period."""
    first, last = _day(request.args.get("from", "")), _day(request.args.get("until", ""))
    if first is None or last is None:
        return otherwise
    return Span(min(first, last), max(first, last))
