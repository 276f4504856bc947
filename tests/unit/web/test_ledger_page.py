"""A register as a page: the address says what is shown, and every number leads to its list."""

from datetime import date
from urllib.parse import parse_qsl, unquote

from engine.periods import Period
from engine.register_views import Drill, Part
from tests.unit.web.registers import HEAD, a_page
from web.ledger_page import Asked, drill_address, filters, ledger_page


def asked(**query: str) -> Asked:
    return Asked({name.replace("f_", "f."): value for name, value in query.items()})


def test_the_address_says_filters_order_day_and_page() -> None:
    query = asked(
        f_等级="重大", q="报警", sort="-登记", on="2023-04-01", after="50", size="20"
    ).register_query()
    assert query.filters == {"等级": "重大"}
    assert (query.search, query.sort, query.descending) == ("报警", "登记", True)
    assert (query.as_of, query.offset, query.limit) == (date(2023, 4, 1), 50, 20)


def test_an_export_takes_every_row_whatever_the_page() -> None:
    query = asked(after="50", size="20").register_query(whole=True)
    assert (query.offset, query.limit) == (0, None)


def test_a_figure_leads_to_the_list_that_it_counts() -> None:
    drill = Drill("整改率", Part.DENOMINATOR, Period(date(2023, 4, 1), date(2023, 4, 30)), ("上庄村", ""))
    path, _, query = drill_address("隐患台账", drill).partition("?")
    assert unquote(path) == "/ledgers/隐患台账"
    assert Asked(dict(parse_qsl(query))).register_query().drill == drill


def test_the_next_page_and_another_order_stay_within_the_figure() -> None:
    page = ledger_page(a_page(total=120), asked(stat="整改率", period="2023-04", group="上庄村\n"))
    for address in (page.pager.next, page.heads[0].sort, page.export):
        query = dict(parse_qsl(address.partition("?")[2]))
        assert Asked(query).register_query().drill == Drill(
            "整改率", Part.NUMERATOR, Period(date(2023, 4, 1), date(2023, 4, 30)), ("上庄村",)
        )


def test_pages_keep_the_filters_and_say_how_many_there_are() -> None:
    page = ledger_page(a_page(total=120), asked(q="报警"))
    assert page.pager.total == "120"
    assert page.pager.next.endswith("q=%E6%8A%A5%E8%AD%A6&after=1")


def test_a_heading_sorts_up_then_down_then_not_at_all() -> None:
    heads = [ledger_page(a_page(), asked(sort=sort)).heads[2] for sort in ("", "金额", "-金额")]
    assert [unquote(head.sort.partition("?")[2]) for head in heads] == ["sort=金额", "sort=-金额", ""]
    assert [head.order for head in heads] == ["none", "ascending", "descending"]


def test_a_sealed_column_is_neither_filter_nor_order() -> None:
    assert "f.举报人" not in [each.name for each in filters(HEAD)]
    assert ledger_page(a_page(), asked()).heads[-1].sort == ""


def test_a_row_opens_its_case() -> None:
    (row,) = ledger_page(a_page(), asked()).rows
    assert (row.address, row.title) == ("/cases/润隐〔2023〕1号", "007")
