"""The frame: true counts, where one is, who sees which room."""

from engine.views import Counts
from web.layout import count_text, phone_bar, rail, size_choices, size_class

COUNTS = Counts(todo=3, claim=2, overdue=1, done=0, mine=0, cc=0, draft=0)


def labels(administers: bool, audits: bool) -> list[str]:
    groups = rail(COUNTS, "/inbox", administers=administers, audits=audits)
    return [entry.label for group in groups for entry in group.entries]


def test_counts_are_exact_up_to_999() -> None:
    assert [count_text(n) for n in (0, 1, 999, 1000)] == ["", "1", "999", "999+"]


def test_staff_see_their_work_only() -> None:
    assert labels(administers=False, audits=False) == [
        "待办",
        "可认领",
        "逾期",
        "发起",
        "案件",
        "文书",
        "履职",
        "台账",
        "统计",
    ]


def test_auditors_see_verification_but_no_administration() -> None:
    seen = labels(administers=False, audits=True)
    assert "核验" in seen and "流程" not in seen


def test_the_place_where_one_is_is_marked_once() -> None:
    for path in ("/inbox", "/inbox?tab=overdue", "/cases/润隐〔2023〕1号/diagram", "/tasks/1-2"):
        groups = rail(COUNTS, path, administers=True, audits=True)
        assert sum(bool(entry.current) for group in groups for entry in group.entries) == 1, path


def test_the_phone_bar_turns_red_when_something_is_late() -> None:
    assert (phone_bar(COUNTS, "/inbox")[0].count, phone_bar(COUNTS, "/inbox")[0].mark) == ("1", "due")
    on_time = Counts(todo=3, claim=2, overdue=0, done=0, mine=0, cc=0, draft=0)
    assert (phone_bar(on_time, "/inbox")[0].count, phone_bar(on_time, "/inbox")[0].mark) == ("5", "")


def test_a_forged_text_size_does_no_harm() -> None:
    assert size_class('"><script>') == ""
    assert [chosen for _, _, chosen in size_choices("huge")] == [False, False, True, False]
