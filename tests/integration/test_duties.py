"""Recurring duties on SQLite and PostgreSQL: each once with several workers, versions by day, who sees what."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from threading import Barrier, Thread

import pytest

from dsl.compile import compile_text
from engine import Engine, duties
from engine.definition import Definition
from engine.duty_book import DutyRow
from engine.duty_rows import Standing
from engine.edge_refusals import Malformed, UnknownOperation
from engine.grants import Grant
from engine.occurrences import drawn
from tests.integration.town import FORM, TownAt

TEXT = """
角色 经办、站长
角色 网格员 按 村

表单 记录
  情况：文本 必填

例行 月检
  依据 《某办法》第一条
  周期 每月 至少 1次
  承办 各 经办
  填写 记录
  抽查 50% 承办 站长
  未完成 则 通知 站长
  未完成 连续 2次 则 升级 给 站长

例行 村巡查
  周期 每周 至少 2次 本地
  承办 各 网格员
  填写 记录
  未完成 则 催办 网格员
"""
QUARTERLY = TEXT.replace("周期 每月 至少 1次", "周期 每季度 至少 1次")


def duty(name: str, text: str = TEXT) -> Definition:
    compiled = compile_text(text)
    assert compiled.ok, compiled.findings
    return next(each for each in compiled.definitions if each.name == name)


def rows(engine: Engine, account: str = "shen", **filters: str) -> list[DutyRow]:
    return list(reversed(engine.duties(account, filters, limit=200).items))


def stands(engine: Engine, **filters: str) -> list[tuple[str, str, str]]:
    return [
        (row.term, row.holder.name if row.holder else "", row.standing_text)
        for row in rows(engine, **filters)
    ]


def do(engine: Engine, account: str, **filters: str) -> DutyRow:
    """Do the first thing that an account owes."""
    row = next(each for each in rows(engine, person=account, **filters) if each.standing is Standing.PENDING)
    (item,) = engine.case(row.case).items
    engine.complete(item.id, by=account, form={"情况": "正常"})
    return row


@pytest.fixture
def begun(database_url: str) -> TownAt:
    """A town in which both duties came into force this Monday, the 10th of April."""
    town = TownAt(database_url)
    town.found()
    with town.open() as engine:
        engine.deploy([duty("月检"), duty("村巡查")], by="li", reason="施行")
    return town


def test_several_workers_generate_each_occurrence_once(begun: TownAt) -> None:
    with begun.open() as one, begun.open() as two:
        begun.clock.move(days=60)
        ready = Barrier(4)

        def work(engine: Engine) -> None:
            ready.wait()
            engine.tick()

        threads = [Thread(target=work, args=(engine,)) for engine in (one, two, one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        found = [(row.duty, row.first, row.holder, row.ordinal) for row in rows(one)]
        assert len(found) == len(set(found)) == 2 * 3 + 2 * 9
        assert len(one.notices("sun")) == 2 * 2 + 2  # two people missed two months; the second one escalates
        assert one.tick() == two.tick() == 0
        assert one.verify().ok


def test_work_is_done_in_the_inbox_and_late_is_late_for_ever(begun: TownAt) -> None:
    with begun.open() as engine:
        engine.tick()
        assert [item.title for item in engine.inbox("li").items] == ["月检 — 2023年4月 — 李可"]
        do(engine, "li")
        begun.clock.move(days=30)
        engine.tick()
        (zhao,) = rows(engine, person="zhao", until="2023-04-30")
        (item,) = engine.case(zhao.case).items
        engine.complete(item.id, by="zhao", form={"情况": "补做"})

        assert stands(engine, duty="月检", until="2023-04-30") == [
            ("2023年4月", "李可", "按期完成"),
            ("2023年4月", "赵敏", "逾期补做"),
        ]
        assert engine.case(zhao.case).closed_at is not None
        (figure,) = engine.duty_figures("shen", {"duty": "月检", "until": "2023-04-30"}, "all")
        assert figure.rate_text == "50.0%（1/2）"
        assert figure.standings[Standing.LATE] == 1


def test_a_period_that_is_not_over_has_no_rate(begun: TownAt) -> None:
    with begun.open() as engine:
        engine.tick()
        do(engine, "li")
        (figure,) = engine.duty_figures("shen", {"duty": "月检"}, "all")
        assert (figure.fallen, figure.rate_text) == (0, "—（本期无到期项）")


def test_a_duty_held_for_a_village_is_seen_by_its_people_and_shown_by_unit(begun: TownAt) -> None:
    with begun.open() as engine:
        engine.tick()
        (first, second) = rows(engine, "wang", duty="村巡查")
        assert (first.term, second.term, first.unit) == ("2023年第15周第1次", "2023年第15周第2次", "上庄村")
        assert rows(engine, "qian") == []
        assert [figure.label for figure in engine.duty_figures("shen", group="unit")] == ["上庄村", "润城镇"]
        assert [row.duty for row in rows(engine, unit="sz")] == ["村巡查"] * 2


def test_two_missed_of_one_period_have_one_consequence(begun: TownAt) -> None:
    with begun.open() as engine:
        engine.tick()
        begun.clock.move(days=7)
        engine.tick()
        assert [notice.kind for notice in engine.notices("wang")] == ["催办"]


def test_the_draw_is_recorded_with_its_seed_and_can_be_repeated(begun: TownAt) -> None:
    with begun.open() as engine:
        engine.tick()
        done = [do(engine, "li"), do(engine, "zhao")]
        begun.clock.move(days=30)
        engine.tick()

        (entry,) = [each for each in engine.audit_log() if each.kind == "duty_sample_drawn"]
        pool = [row.number for row in done]
        seed, chosen = str(entry.body["seed"]), str(entry.body["chosen"])
        found = [row.number for row in rows(engine, until="2023-04-30", duty="月检") if row.drawn]
        assert set(found) == drawn(seed, pool, Fraction(1, 2))
        assert found[0] in chosen
        checks = [item for item in engine.inbox("sun").items if item.step == "抽查"]
        assert [item.case_number for item in checks] == found
        engine.complete(checks[0].id, by="sun", outcome="不属实")
        (false,) = rows(engine, standing="disproved")
        assert false.number == found[0]
        (figure,) = engine.duty_figures("shen", {"duty": "月检", "until": "2023-04-30"}, "all")
        assert (figure.done, figure.fallen) == (1, 2)
        engine.tick()
        assert len([each for each in engine.audit_log() if each.kind == "duty_sample_drawn"]) == 1


def test_a_new_version_begins_with_the_period_after_it(begun: TownAt) -> None:
    with begun.open() as engine:
        engine.tick()
        engine.deploy([duty("月检", QUARTERLY)], by="li", reason="改为每季度", effective=date(2023, 5, 20))
        begun.clock.move(days=90)
        engine.tick()
        terms = dict.fromkeys(term for term, _, _ in stands(engine, duty="月检"))
        assert list(terms) == ["2023年4月", "2023年5月", "2023年第3季度"]
        assert [kind.period for kind in engine.duty_kinds()] == ["每季度至少1次", "每周至少2次"]


def test_who_joins_after_a_load_owes_the_running_period(begun: TownAt) -> None:
    with begun.open() as engine:
        engine.tick()
        organisation = engine.organisation()
        joined = replace(organisation.posts[1], account="sun")
        engine.load_organisation(replace(organisation, posts=(*organisation.posts, joined)), by="li")
        engine.tick()
        assert len(rows(engine, duty="月检")) == 3


def test_a_missed_duty_whose_holder_is_gone_is_closed_and_stays_missed(begun: TownAt) -> None:
    with begun.open() as engine:
        engine.tick()
        begun.clock.move(days=30)
        engine.tick()
        organisation = engine.organisation()
        kept = tuple(post for post in organisation.posts if post.account != "zhao")
        engine.load_organisation(replace(organisation, posts=kept), by="li")
        engine.tick()
        (gone,) = rows(engine, person="zhao", until="2023-04-30")
        assert gone.standing is Standing.MISSED
        assert engine.case(gone.case).status_text == "终止"


def test_the_list_of_cases_is_not_flooded_by_what_is_owed(begun: TownAt) -> None:
    with begun.open() as engine:
        engine.tick()
        started = engine.start("审批", by="wang", form=FORM)
        assert [row.id for row in engine.cases("shen").items] == [started.id]
        assert len(engine.cases("shen", {"process": "月检"}).items) == 2
        assert len(engine.cases("shen", {"q": "赵敏"}).items) == 1


def test_what_cannot_be_asked_is_refused(begun: TownAt) -> None:
    with begun.open() as engine:
        with pytest.raises(Malformed, match="不是日期"):
            engine.duties("shen", {"from": "四月"})
        with pytest.raises(UnknownOperation):
            engine.duties("shen", {"standing": "好"})
        with pytest.raises(UnknownOperation):
            engine.duty_figures("shen", group="颜色")


def test_a_worker_killed_between_two_occurrences_leaves_none_out(
    begun: TownAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = duties._start
    left = [2]

    def killed(*arguments: object) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        started(*arguments)  # type: ignore[arg-type]  # handed on as they come

    with begun.open() as engine, monkeypatch.context() as broken:
        broken.setattr(duties, "_start", killed)
        with pytest.raises(KeyboardInterrupt):
            engine.tick()
    with begun.open() as engine:
        assert len(rows(engine)) == 2
        engine.tick()
        found = [(row.duty, row.holder, row.ordinal) for row in rows(engine)]
        assert len(found) == len(set(found)) == 4
        assert engine.verify().ok


def test_what_a_deputy_does_counts_for_the_post(begun: TownAt) -> None:
    with begun.open() as engine:
        organisation = engine.organisation()
        grant = Grant("zhao", "sun", date(2023, 4, 1), date(2023, 4, 30), "授权书", "li")
        engine.load_organisation(replace(organisation, grants=(grant,)), by="li")
        engine.tick()
        (owed,) = rows(engine, person="zhao")
        (item,) = [each for each in engine.inbox("sun", tab="claim").items if each.case == owed.case]
        engine.complete(item.id, by="sun", acting_for="zhao", form={"情况": "正常"})
        (done,) = rows(engine, person="zhao")
        assert done.standing is Standing.DONE and done.holder is not None
        assert done.holder.account == "zhao"
