"""Inbox and case lists: order, counts, filters, pages."""

from dataclasses import replace

from engine import Engine
from engine.definition import Performer
from tests.integration.town import FORM, REPORT, TownAt, approval
from tests.unit.core.building import process, step


def titles(engine: Engine, account: str, tab: str, **filters: str) -> list[str]:
    return [item.title for item in engine.inbox(account, tab=tab, filters=filters).items]


def many(engine: Engine, town: TownAt, count: int) -> None:
    for number in range(count):
        engine.start("审批", by="wang", form=FORM | {"标题": f"{number:02}", "单位": ""})
        town.clock.move(days=1)


def test_soonest_due_comes_first_and_no_deadline_last(town: TownAt) -> None:
    with town.open() as engine:
        engine.deploy((replace(process(step("随手", "经办")), name="无限期"),), by="li", reason="测试")
        engine.start("无限期", by="li")
        many(engine, town, 3)
        last = engine.inbox("li", tab="claim").items[-1]

        assert titles(engine, "li", "claim") == ["00", "01", "02", "无限期"]
        assert last.clock is None


def test_pages_follow_each_other_without_gap_or_double(town: TownAt) -> None:
    with town.open() as engine:
        many(engine, town, 7)
        for tab, account in (("claim", "li"), ("mine", "wang")):
            seen, after = list[str](), None
            while True:
                page = engine.inbox(account, tab=tab, after=after, limit=3)
                seen += [item.id for item in page.items]
                after = page.next
                if after is None:
                    break
            assert len(seen) == len(set(seen)) == 7
        first = engine.cases(by="li", limit=4)
        second = engine.cases(by="li", after=first.next, limit=4)
        assert [row.id for row in (*first.items, *second.items)] == [7, 6, 5, 4, 3, 2, 1]
        assert second.next is None


def test_a_page_stays_right_when_somebody_takes_an_item_between(town: TownAt) -> None:
    with town.open() as engine:
        many(engine, town, 4)
        first = engine.inbox("li", tab="claim", limit=2)
        engine.act(first.items[0].id, "claim", by="zhao")
        second = engine.inbox("li", tab="claim", after=first.next, limit=2)

        assert [item.title for item in second.items] == ["02", "03"]


def test_counts_are_those_of_the_lists(town: TownAt) -> None:
    with town.open() as engine:
        many(engine, town, 6)
        items = engine.inbox("li", tab="claim").items
        engine.act(items[0].id, "claim", by="li")
        engine.complete(items[1].id, by="li")
        counts = engine.counts("li")

        assert (counts.todo, counts.claim, counts.done) == (1, 5, 1)
        assert counts.overdue == len(engine.inbox("li", tab="overdue").items)
        assert engine.counts("wang").mine == 6
        assert counts.todo == len(engine.inbox("li", tab="todo").items)
        assert engine.inbox("li", tab="claim", limit=2).total == 5
        assert engine.inbox("li", tab="claim", filters={"q": "03"}, limit=2).total == 1


def test_what_only_one_person_may_take_is_his_without_claiming(town: TownAt) -> None:
    with town.open() as engine:
        engine.start("审批", by="wang", form=FORM)
        engine.complete(engine.inbox("li", tab="claim").items[0].id, by="li")

        (item,) = engine.inbox("sun", tab="todo").items
        assert item.step == "乙办"
        assert engine.inbox("sun", tab="claim").items == ()
        (claim,) = [each for each in engine.options(item.id, by="sun") if each.operation == "claim"]
        assert not claim.allowed and "不用认领" in claim.reason


def test_filters_narrow_a_list(town: TownAt) -> None:
    with town.open() as engine:
        engine.start("审批", by="wang", form=FORM | {"等级": "重大", "标题": "高处_作业"})
        engine.start("审批", by="wang", form=FORM | {"村": "xz", "单位": "", "标题": "动火100%"})
        many(engine, town, 1)

        assert titles(engine, "li", "claim", grade="重大") == ["高处_作业 — 润城铸造"]
        assert titles(engine, "li", "claim", village="xz") == ["动火100%"]
        assert titles(engine, "li", "claim", unit="zz") == ["高处_作业 — 润城铸造"]
        assert titles(engine, "li", "claim", q="0%") == ["动火100%"]
        assert titles(engine, "li", "claim", q="处_ 铸造") == ["高处_作业 — 润城铸造"]
        assert titles(engine, "li", "claim", q="润审〔2023〕3号") == ["00"]
        assert titles(engine, "li", "claim", step="受理", process="审批", due="overdue") == []
        assert len(titles(engine, "li", "claim", due="week")) == 3


def test_a_copy_is_read_once(town: TownAt) -> None:
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM)
        engine.act(case.id, "抄送", by="wang", to=["qian"], reason="请阅")
        (notice,) = engine.notices("qian")

        assert engine.counts("qian").cc == 1
        assert [item.case for item in engine.inbox("qian", tab="cc").items] == [case.id]
        engine.mark_read("qian", notice.id)
        assert engine.counts("qian").cc == 0
        assert len(engine.inbox("qian", tab="cc").items) == 1


def test_new_people_see_the_open_items_of_their_role(town: TownAt) -> None:
    with town.open() as engine:
        engine.start("审批", by="wang", form=FORM)
        organisation = engine.organisation()
        posts = tuple(post for post in organisation.posts if post.account != "zhao")
        engine.load_organisation(replace(organisation, posts=posts), by="li")

        assert engine.counts("zhao").claim == 0
        assert engine.counts("li").todo == 1  # nobody else is left for it


def test_a_restricted_case_is_seen_by_its_roles_and_participants(town: TownAt) -> None:
    with town.open() as engine:
        secret = replace(approval("密查"), restricted_to=("站长",))
        engine.deploy((secret,), by="li", reason="测试")
        case = engine.start("密查", by="wang", form=FORM)
        engine.start("审批", by="wang", form=FORM)
        posts = tuple(post for post in engine.organisation().posts if post.account != "zhao")
        engine.load_organisation(replace(engine.organisation(), posts=posts), by="li")

        assert case.id in [row.id for row in engine.cases(by="sun").items]
        assert case.id in [row.id for row in engine.cases(by="wang").items]
        assert case.id not in [row.id for row in engine.cases(by="zhao").items]


def test_who_signed_a_step_is_not_offered_the_second_signature(town: TownAt) -> None:
    with town.open() as engine:
        joint = step("两人查看", performers=(Performer("经办", seats=2),), fills=("报告",))
        both = replace(process(joint, forms=(REPORT,)), name="两人办")
        engine.deploy((both,), by="li", reason="测试")
        engine.start("两人办", by="li")
        (item,) = engine.inbox("li", tab="claim").items
        engine.complete(item.id, by="li", form={"标题": "已查看"})

        assert not engine.inbox("li", tab="claim").items and not engine.inbox("li").items
        assert (engine.counts("li").claim, engine.counts("li").todo) == (0, 0)
        (second,) = engine.inbox("zhao").items
        assert second.step == "两人查看"
        assert ("标题", "已查看") in engine.task(second.id, by="zhao").shown  # he sees what he is to sign


def test_who_signed_is_not_offered_it_while_several_others_may(town: TownAt) -> None:
    with town.open() as engine:
        several = (Performer("经办", seats=2), Performer("站长"))
        engine.deploy(
            (replace(process(step("两人查看", performers=several)), name="两人办"),), by="li", reason="测试"
        )
        engine.start("两人办", by="li")
        engine.complete(engine.inbox("li", tab="claim").items[0].id, by="li")

        assert not engine.inbox("li", tab="claim").items
        assert not engine.inbox("li", tab="overdue").items
