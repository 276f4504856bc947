"""Commands through the façade: once for each key, one winner, clear refusals, nothing left behind."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from engine import InvalidForm, NotFound, NotVisible, Refusal, StaleRevision, TaskAlreadyDone
from engine.definition import Citation, Step
from engine.edge_refusals import KeyReused, MomentImpossible, UnknownAccount
from engine.refusals import AlreadyClaimed, NotAllowed
from engine.views import CaseStatus
from tests.integration.town import FORM, MORNING, TownAt, approval, only_item, walk_to_signing


def test_a_case_goes_from_report_to_end(town: TownAt) -> None:
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM)
        engine.complete(walk_to_signing(engine, case.id), by="sun", outcome="同意")

        ended = engine.case(case.id)
        assert ended.status is CaseStatus.FINISHED
        assert [document.number for document in ended.documents] == ["润通〔2023〕1号"]
        assert ended.title == "配电箱未接地 — 润城铸造"
        assert engine.verify().ok


def test_the_same_key_starts_one_case(town: TownAt) -> None:
    with town.open() as engine:
        first = engine.start("审批", by="wang", form=FORM, key="k1")
        again = engine.start("审批", by="wang", form=FORM, key="k1")

        assert (again.id, again.number, again.revision) == (first.id, first.number, first.revision)
        assert again.repeated and not first.repeated
        assert len(engine.cases(by="li").items) == 1


def test_a_second_submit_under_the_same_key_gets_the_result_of_the_first(town: TownAt) -> None:
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM)
        item = only_item(engine, "li", "受理", tab="claim")
        first = engine.complete(item, by="li", form={"情况": "属实"}, key="k2")
        later = engine.complete(only_item(engine, "li", "甲办", tab="claim"), by="li")
        again = engine.complete(item, by="li", form={"情况": "属实"}, key="k2")

        assert later.revision > first.revision
        assert (again.revision, again.steps) == (first.revision, first.steps)
        assert engine.case(case.id).revision == later.revision


def test_a_key_of_somebody_else_is_refused(town: TownAt) -> None:
    with town.open() as engine:
        engine.start("审批", by="wang", form=FORM, key="k1")

        with pytest.raises(KeyReused):
            engine.start("审批", by="li", form=FORM, key="k1")


def test_a_refused_start_takes_no_number(town: TownAt) -> None:
    with town.open() as engine:
        with pytest.raises(InvalidForm) as refused:
            engine.start("审批", by="wang", form={"标题": "", "金额": "三万"})
        case = engine.start("审批", by="wang", form=FORM)

        assert set(refused.value.errors) == {"金额"}
        assert (case.id, case.number) == (1, "润审〔2023〕1号")


def test_every_wrong_field_is_told_at_once(town: TownAt) -> None:
    with town.open() as engine:
        wrong = {"标题": "甲", "金额": "三万", "等级": ["重大"], "照片": ["没有上传"]}
        with pytest.raises(InvalidForm) as refused:
            engine.start("审批", by="wang", form=wrong)

        assert set(refused.value.errors) == {"金额", "等级", "照片"}


def test_two_people_at_once_get_one_winner_and_one_clear_answer(town: TownAt) -> None:
    with town.open() as engine:
        for number in range(6):
            engine.start("审批", by="wang", form=FORM | {"标题": f"第{number}件"})
        items = [item.id for item in engine.inbox("li", tab="claim").items]
        barrier, won, refused = Barrier(2), list[str](), list[Refusal]()

        def press(account: str) -> None:
            for item in items:
                barrier.wait()
                try:
                    engine.complete(item, by=account, form={"情况": account})
                    won.append(item)
                except Refusal as refusal:
                    refused.append(refusal)

        people = [Thread(target=press, args=(account,)) for account in ("li", "zhao")]
        for person in people:
            person.start()
        for person in people:
            person.join()

        assert sorted(won) == sorted(items)
        assert {type(refusal) for refusal in refused} == {TaskAlreadyDone}
        assert len(refused) == len(items)
        assert engine.verify().ok


def test_the_later_one_is_told_who_was_first_and_when(town: TownAt) -> None:
    with town.open() as engine:
        engine.start("审批", by="wang", form=FORM)
        item = only_item(engine, "li", "受理", tab="claim")
        engine.complete(item, by="zhao")
        town.clock.move(minutes=5)

        with pytest.raises(TaskAlreadyDone) as refused:
            engine.complete(item, by="li")

        assert str(refused.value) == "“受理”已由赵敏于4月10日09:00办结"


def test_a_claimed_item_names_its_holder_in_local_time(town: TownAt) -> None:
    with town.open() as engine:
        engine.start("审批", by="wang", form=FORM)
        item = only_item(engine, "li", "受理", tab="claim")
        engine.act(item, "认领", by="zhao")

        with pytest.raises(AlreadyClaimed) as refused:
            engine.act(item, "claim", by="li")

        assert str(refused.value) == "该待办已由赵敏于4月10日09:00认领"


def test_whoever_lost_a_race_to_another_process_decides_again_on_the_same_connection(town: TownAt) -> None:
    with town.open() as one, town.open() as two:
        case = one.start("审批", by="wang", form=FORM).id
        first, second = (engine.start("审批", by="wang", form=FORM).id for engine in (two, two))
        for engine, other in ((one, two), (two, one)):
            for started in (case, first, second):
                engine.task(engine.case(started).items[0].id, by="li")
                other.act(
                    started, "discuss", by="li", to="zhao", reason="请看"
                )  # what `engine` keeps is old now
                engine.act(started, "discuss", by="li", to="sun", reason="请看")

        assert one.verify().ok and one.check() == ()
        assert len([each for each in one.history(case) if each.operation == "discuss"]) == 4


def test_a_stale_page_is_refused_and_told_what_changed(town: TownAt) -> None:
    with town.open() as engine:
        engine.start("审批", by="wang", form=FORM)
        seen = engine.inbox("li", tab="claim").items[0]
        engine.act(seen.id, "claim", by="li")

        with pytest.raises(StaleRevision) as refused:
            engine.complete(seen.id, by="li", revision=seen.revision)

        assert "李可" in str(refused.value) and "认领" in str(refused.value)
        engine.complete(seen.id, by="li", revision=engine.item(seen.id).revision)


def test_a_read_receipt_makes_nobodys_page_stale(town: TownAt) -> None:
    with town.open() as engine:
        engine.start("审批", by="wang", form=FORM)
        seen = engine.inbox("li", tab="claim").items[0]
        engine.task(seen.id, by="zhao")

        engine.complete(seen.id, by="li", revision=seen.revision)


def test_a_foreign_task_is_refused_and_changes_nothing(town: TownAt) -> None:
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM)
        item = only_item(engine, "li", "受理", tab="claim")

        with pytest.raises(NotAllowed):
            engine.complete(item, by="sun")
        assert engine.case(case.id).revision == 1


def test_unknown_people_items_and_moments_are_refused(town: TownAt) -> None:
    with town.open() as engine:
        engine.start("审批", by="wang", form=FORM)

        with pytest.raises(UnknownAccount):
            engine.start("审批", by="nobody", form=FORM)
        with pytest.raises(NotFound):
            engine.complete("1-999", by="li")
        with pytest.raises(NotFound):
            engine.complete("一号", by="li")
        with pytest.raises(MomentImpossible):
            engine.start("审批", by="wang", form=FORM, occurred_at=MORNING + timedelta(days=1))


def test_confidential_values_are_shown_to_their_roles_only(town: TownAt) -> None:
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM)

        assert engine.case(case.id, by="sun").forms["报告"]["举报人"] == "匿名甲"
        assert "匿名甲" not in repr(engine.case(case.id, by="li"))
        assert "匿名甲" not in repr(engine.history(case.id, by="li"))


def test_people_of_an_enterprise_see_their_own_cases_only(town: TownAt) -> None:
    with town.open() as engine:
        own = engine.start("审批", by="wang", form=FORM)
        other = engine.start("审批", by="wang", form=FORM | {"单位": ""})

        assert [row.id for row in engine.cases(by="qian").items] == [own.id]
        with pytest.raises(NotVisible):
            engine.case(other.id, by="qian")


def test_a_draft_is_seen_by_its_writer_only_and_is_no_part_of_the_case(town: TownAt) -> None:
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM)
        item = only_item(engine, "li", "受理", tab="claim")
        engine.act(item, "暂存", by="li", form={"情况": "写到一半"})

        assert engine.task(item, by="li").forms[0].values == {"情况": "写到一半"}
        assert engine.task(item, by="zhao").forms[0].values == {}
        assert engine.counts("li").draft == 1
        assert "核查" not in engine.case(case.id).forms
        engine.complete(item, by="li", form={"情况": "属实"})
        assert engine.counts("li").draft == 0


def test_an_auditor_leaves_a_trace(town: TownAt) -> None:
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM)
        engine.case(case.id, by="shen")

        assert engine.audit_log()[0].kind == "case_opened"
        assert engine.audit_log()[0].actor == "shen"


def test_a_fact_recorded_a_day_later_is_a_late_entry(town: TownAt) -> None:
    with town.open() as engine:
        late = engine.start("审批", by="wang", form=FORM, occurred_at=MORNING - timedelta(hours=25))
        soon = engine.start("审批", by="wang", form=FORM, occurred_at=MORNING - timedelta(hours=23))

        assert engine.history(late.id)[0].late_entry
        assert not engine.history(soon.id)[0].late_entry


def test_a_step_without_a_basis_of_its_own_rests_on_that_of_its_process(town: TownAt) -> None:
    whole, own = Citation("润政发〔2023〕1号", "第八条"), Citation("安全生产法", "第四十一条")
    with town.open() as engine:
        first, *rest = approval("甲").nodes
        assert isinstance(first, Step)
        engine.deploy(
            (
                approval("甲", basis=(whole,)),
                approval("乙", basis=(whole,), nodes=(replace(first, basis=(own,)), *rest)),
            ),
            by="li",
            reason="测试",
        )
        for name, shown in (("甲", whole), ("乙", own)):
            case = engine.start(name, by="wang", form=FORM)
            assert engine.task(engine.case(case.id).items[0].id, by="li").basis == (shown,)
