"""统计: the figures of a period, one of them over time; every number opens the list it counts."""

from collections.abc import Sequence

from flask import Blueprint, abort, render_template, request

from engine.periods import Period, latest, period_around, read_period
from engine.register_views import StatisticHead
from engine.values import Span, Unit
from web.current import account, engine, moments
from web.dash_page import card, period_choices, trend
from web.ledger_page import ledger_address

blueprint = Blueprint("dash", __name__, url_prefix="/dash")

MONTH, QUARTER, YEAR = Span(1, Unit.MONTH), Span(3, Unit.MONTH), Span(1, Unit.YEAR)
TREND = 13
"""Months of a trend, so that the same month of last year is among them."""


@blueprint.get("")
def board() -> str:
    """Show every statistic for a period; those without a period as of now."""
    period = _period()
    heads = engine().statistics()
    views = engine().figures(account(), [(each.statistic.name, _of(each, period)) for each in heads])
    return render_template(
        "dash.html",
        title="统计",
        period=period.text,
        choices=period_choices(period, _choices(period)),
        cards=tuple(map(card, views)),
        read_at=moments().minute(engine().now()),
    )


@blueprint.get("/<name>")
def one(name: str) -> str:
    """Show a statistic with its groups, and month by month."""
    period = _period()
    head = next((each for each in engine().statistics() if each.statistic.name == name), None)
    if head is None:
        abort(404, description=f"没有统计“{name}”")
    view = engine().statistic(name, account(), _of(head, period))
    months: Sequence[Period] = latest(period.last, MONTH, TREND) if head.statistic.counted_on else ()
    return render_template(
        "dash_one.html",
        title=name,
        card=card(view),
        ledger=ledger_address(view.head.statistic.register),
        period=period.text,
        choices=period_choices(period, _choices(period)),
        rows=trend(engine().figures(account(), [(name, month) for month in months])),
        read_at=moments().minute(view.read_at),
    )


def _of(head: StatisticHead, period: Period) -> Period | None:
    return period if head.statistic.counted_on is not None else None


def _period() -> Period:
    today = moments().now.astimezone(engine().zone).date()
    return read_period(request.args.get("period", "")) or period_around(today, MONTH)


def _choices(current: Period) -> tuple[Period, ...]:
    today = moments().now.astimezone(engine().zone).date()
    usual = (
        *reversed(latest(today, YEAR, 2)),
        *reversed(latest(today, QUARTER, 4)),
        *reversed(latest(today, MONTH, 12)),
    )
    return tuple(dict.fromkeys((current, *usual)))
