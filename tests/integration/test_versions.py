"""A running case keeps its version until it is migrated; afterwards everything that reads it knows both."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine import Engine
from engine.definition import Definition
from engine.edge_refusals import AdministratorsOnly, NotFound
from tests.integration.test_bundle import verify
from tests.integration.town import FORM, ORGANISATION, TownAt, approval, only_item, walk_to_signing


def second(**changes: object) -> Definition:
    """The same process, in which the block has another name."""
    one = approval()
    renamed = tuple(replace(node, name="会商") if node.name == "会办" else node for node in one.nodes)
    return replace(one, version="2", nodes=renamed, **changes)  # type: ignore[arg-type]  # fields of Definition


def deploy_second(engine: Engine) -> None:
    engine.deploy((second(),), by="li", reason="改了名", effective=date(2023, 1, 1))


def started(engine: Engine) -> int:
    case = engine.start("审批", by="wang", form=FORM)
    engine.complete(only_item(engine, "li", "受理", "claim"), by="li", form={"情况": "属实"})
    return case.id


def test_a_running_case_stays_with_its_version(town: TownAt) -> None:
    with town.open() as engine:
        case = started(engine)
        deploy_second(engine)
        standing = [(each.version, each.cases, each.current) for each in engine.running_versions("审批")]
        assert standing == [("1", 1, False)]
        assert engine.case(case).version == "1"
        assert engine.other_versions("审批") == (case,)


def test_a_dry_run_lists_images_and_writes_nothing(town: TownAt) -> None:
    with town.open() as engine:
        case = started(engine)
        deploy_second(engine)
        before = engine.case(case).revision
        (blocked,) = engine.migrate([case], "li", "", dry_run=True)
        assert any("并行“会办”新版没有对应的步骤" in fault for fault in blocked.faults)
        (found,) = engine.migrate([case], "li", "", renamed={"会办": "会商"}, dry_run=True)
        rows = {(row.kind, row.name): row.image for row in found.rows}
        assert rows["令牌", "甲办"] == "甲办" and rows["并行", "会办"] == "会商"
        assert rows["表单", "报告"] == "报告" and ("席位", "甲办·主办") in rows
        assert engine.case(case).revision == before


def test_a_migrated_case_goes_on_verifies_and_tells_of_it(town: TownAt, tmp_path: Path) -> None:
    with town.open() as engine:
        case, other = started(engine), started(engine)
        deploy_second(engine)
        (done,) = engine.migrate([case], "li", "新版施行", renamed={"会办": "会商"})
        assert done.migrated
        engine.complete(walk_to_signing(engine, case), by="sun", outcome="同意")
        assert engine.case(case).version == "2" and engine.case(other).version == "1"
        entry = next(each for each in engine.history(case) if each.operation == "migrate")
        assert entry.label == "迁移" and entry.reason == "新版施行"
        assert "改按规程“审批”2版" in entry.sentences[0]
        assert engine.verify(case).ok and engine.verify().ok
        checked = verify(engine.export_bundle(tmp_path / "bundle.zip"))
        assert checked.returncode == 0, checked.stdout


def test_before_the_migration_a_case_reads_by_the_old_version(town: TownAt) -> None:
    with town.open() as engine:
        case = started(engine)
        before = engine.case(case).revision
        deploy_second(engine)
        engine.migrate([case], "li", "新版施行", renamed={"会办": "会商"})
        assert [place.name for place in engine.case(case, at=before).places][1] == "会办"
        assert [place.name for place in engine.case(case).places][1] == "会商"
        assert engine.case(case, at=before).version == "1"


def test_another_process_continues_with_the_new_version(town: TownAt) -> None:
    with town.open() as one, town.open() as two:
        case = started(one)
        two.case(case)
        deploy_second(one)
        one.migrate([case], "li", "新版施行", renamed={"会办": "会商"})
        two.complete(walk_to_signing(two, case), by="sun", outcome="同意")
        assert one.case(case).status.value == "finished"


def test_many_cases_each_with_its_verdict(town: TownAt) -> None:
    with town.open() as engine:
        early, late = started(engine), engine.start("审批", by="wang", form=FORM).id
        deploy_second(engine)
        verdicts = engine.migrate(engine.other_versions("审批"), "li", "新版施行")
        assert [(each.case, each.migrated) for each in verdicts] == [(early, False), (late, True)]


def test_a_draft_survives_or_stands_in_the_way(town: TownAt) -> None:
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM).id
        item = only_item(engine, "li", "受理", "claim")
        engine.act(item, "claim", by="li")
        engine.act(item, "draft", by="li", form={"情况": "一半"})
        forms = tuple(replace(form, fields=()) if form.name == "核查" else form for form in approval().forms)
        engine.deploy(
            (replace(approval(), version="3", forms=forms),),
            by="li",
            reason="减项",
            effective=date(2023, 1, 1),
        )
        (blocked,) = engine.migrate([case], "li", "新版施行")
        assert blocked.faults == ("草稿“受理·李可”新版不再填写“核查.情况”，请先提交或清空",)
        deploy_second(engine)
        engine.migrate([case], "li", "新版施行")
        assert engine.task(item, by="li").forms[0].values["情况"] == "一半"


def test_nobody_else_migrates_and_no_stranger_version(town: TownAt) -> None:
    with town.open() as engine:
        case = started(engine)
        with pytest.raises(AdministratorsOnly):
            engine.migrate([case], "zhao", "因")
        with pytest.raises(NotFound):
            engine.migrate([case], "li", "因", to="9")


def test_a_case_of_the_past_shows_the_names_of_the_past(town: TownAt) -> None:
    with town.open() as engine:
        case = started(engine)
        then = engine.now()
        town.clock.move(days=1)
        people = tuple(
            replace(each, name="王新名") if each.account == "wang" else each for each in ORGANISATION.people
        )
        engine.load_organisation(replace(ORGANISATION, people=people), by="li")
        assert engine.case(case).started_by.name == "王新名"
        assert engine.case(case, at=then).started_by.name == "王杰"
        assert engine.history(case)[0].actor.name == "王杰"


def test_a_case_nobody_can_move_is_listed_with_its_reason(town: TownAt) -> None:
    with town.open() as engine:
        case = started(engine)
        assert engine.stuck_cases() == ()
        assert [each.text for each in engine.standstills(case)] == ["等经办办理", "等站长办理"]
        posts = tuple(each for each in ORGANISATION.posts if each.role != "站长")
        engine.load_organisation(replace(ORGANISATION, posts=posts), by="li")
        (stuck,) = engine.stuck_cases()
        assert stuck.id == case
        assert [(each.place, each.text) for each in stuck.reasons] == [("乙办", "没有人担任站长")]
