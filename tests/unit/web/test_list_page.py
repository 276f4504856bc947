"""Lists: filters that can be taken away one by one, pages that keep them, sizes, totals."""

from engine.views import Page
from web.list_page import Filter, filter_bar, page_size, pager

FILTERS = (
    Filter("process", "流程", (("整改", "整改"),)),
    Filter("due", "到期", (("week", "本周"),)),
    Filter("grade", "等级"),
    Filter("q", "搜索"),
    Filter("unit", "单位", hints=("昌盛铸造",)),
)
QUERY = {"tab": "todo", "process": "整改", "due": "week", "after": "c1"}


def test_every_filter_can_be_taken_away_alone_and_all_together() -> None:
    bar = filter_bar("/inbox", QUERY, FILTERS, ("tab",))
    assert [each.text for each in bar.active] == ["流程：整改", "到期：本周"]
    assert bar.active[0].without == "/inbox?tab=todo&due=week"
    assert bar.cleared == "/inbox?tab=todo"


def test_four_filters_are_shown_and_the_others_unfold_when_one_is_in_force() -> None:
    assert len(filter_bar("/inbox", QUERY, FILTERS).first) == 4
    assert not filter_bar("/inbox", QUERY, FILTERS).more_open
    assert filter_bar("/inbox", {"unit": "E01"}, FILTERS).more_open


def test_the_next_page_keeps_the_filters() -> None:
    made = pager(Page(("row",), "c/2", 51), "/inbox", QUERY)
    assert made.next == "/inbox?tab=todo&process=%E6%95%B4%E6%94%B9&due=week&after=c%2F2"
    assert made.first == "/inbox?tab=todo&process=%E6%95%B4%E6%94%B9&due=week"
    assert (made.total, made.shown) == ("51", 1)


def test_another_size_begins_at_the_first_page() -> None:
    made = pager(Page(("row",), None, 1), "/inbox", {"size": "20", "after": "c1"})
    assert [(label, chosen) for label, _, chosen in made.sizes] == [
        ("20", True),
        ("50", False),
        ("100", False),
    ]
    assert made.sizes[2][1] == "/inbox?size=100"


def test_a_forged_size_is_the_usual_one() -> None:
    assert [page_size(text) for text in ("20", "7", "-1", "x", "")] == [20, 50, 50, 50, 50]
