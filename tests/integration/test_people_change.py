"""People leave, units merge, names change: cases that have ended keep the old names, open work finds its new holder."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from dsl import compile_text
from engine import Engine
from engine.directory import Organisation, OrganisationUnit, Person, Post
from engine.grants import Grant
from tests.integration.town import FORM, ORGANISATION, TownAt, only_item, walk_to_signing

VISIT = """
角色 经办
角色 网格员 按 村

表单 走访单
  村：单位 必填

规程 走访
  版本 “1”
  启动 表单 走访单 承办 经办
  属地 走访单.村

  步骤 走访
    承办 网格员（走访单.村）
    完成后 办结
"""


def finished(engine: Engine) -> int:
    """Walk a case to its end and return it."""
    case = engine.start("审批", by="wang", form=FORM).id
    engine.complete(walk_to_signing(engine, case), by="sun", outcome="同意")
    assert engine.case(case).status.value == "finished"
    return case


def renamed(names: Mapping[str, str]) -> Organisation:
    """Return the organisation with other names of people (by account) and units (by code)."""
    return replace(
        ORGANISATION,
        people=tuple(replace(each, name=names.get(each.account, each.name)) for each in ORGANISATION.people),
        units=tuple(replace(each, name=names.get(each.code, each.name)) for each in ORGANISATION.units),
    )


def without(organisation: Organisation, account: str, *posts: Post) -> Organisation:
    """Return the organisation after somebody left it, with posts in place of his."""
    return replace(
        organisation,
        people=tuple(each for each in organisation.people if each.account != account),
        posts=(*(each for each in organisation.posts if each.account != account), *posts),
    )


def merged(*, kept: bool) -> Organisation:
    """Return the organisation after 上庄 became part of 和庄, which has a grid worker of its own.

    Args:
        kept: whether the old village stays on record below the new one; else nothing says where it went.
    """
    old = [replace(each, parent="hz") for each in ORGANISATION.units if kept and each.code == "sz"]
    rest = [
        replace(each, parent="hz") if each.parent == "sz" else each
        for each in ORGANISATION.units
        if each.code != "sz"
    ]
    people = tuple(
        replace(each, units=("hz",)) if each.account == "wang" else each for each in ORGANISATION.people
    )
    left = without(
        replace(ORGANISATION, people=(*people, Person("feng", "冯和", ("hz",)))),
        "wang",
        Post("网格员", "feng", "村", "hz"),
    )
    return replace(left, units=(*rest, OrganisationUnit("hz", "和庄村", "村", "rc"), *old))


def later(town: TownAt) -> None:
    """Move the clock past the change."""
    town.clock.now = datetime(2023, 6, 1, 1, 0, tzinfo=UTC)


def names_in(engine: Engine, case: int) -> set[str]:
    """Return every name of a person that the page of a case and its history show."""
    shown = engine.case(case)
    told = " ".join(sentence for entry in engine.history(case) for sentence in entry.sentences)
    by = {name for place in shown.places for name in place.by} | {shown.started_by.name}
    return by | {name for name in ("王杰", "王捷", "孙站长", "孙大站长") if name in told}


def test_a_case_that_has_ended_keeps_the_names_of_then(town: TownAt) -> None:
    with town.open() as engine:
        case = finished(engine)
        before = engine.case(case)
        later(town)
        engine.load_organisation(renamed({"wang": "王捷", "sun": "孙大站长", "zz": "润城重工"}))
        after = engine.case(case)

        assert {"王杰", "孙站长"} <= names_in(engine, case)
        assert not {"王捷", "孙大站长"} & names_in(engine, case)
        assert after.title == before.title
        assert after.summary == before.summary


def test_an_open_case_shows_the_names_of_today_and_its_history_those_of_then(town: TownAt) -> None:
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM).id
        later(town)
        engine.load_organisation(renamed({"wang": "王捷"}))

        assert engine.case(case).started_by.name == "王捷"
        assert engine.history(case)[0].actor.name == "王杰"


def test_work_of_somebody_who_left_is_offered_to_who_holds_his_post_now(town: TownAt) -> None:
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM).id
        engine.act(only_item(engine, "zhao", "受理", tab="claim"), "claim", by="zhao")
        later(town)
        people = (*ORGANISATION.people, Person("zhou", "周新", ("rc",)))
        left = without(replace(ORGANISATION, people=people), "zhao", Post("经办", "zhou"))
        engine.load_organisation(left)
        engine.hand_over("zhao", "zhou", by="li", key="交接-1", reason="赵敏调离")

        item = only_item(engine, "zhou", "受理")
        engine.complete(item, by="zhou", form={"情况": "属实"})
        assert "赵敏" in " ".join(s for entry in engine.history(case) for s in entry.sentences)


def test_work_that_nobody_can_take_is_reported_as_orphaned_and_found_again(town: TownAt) -> None:
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM).id
        while (item := engine.case(case).items[0]).step == "受理":
            engine.complete(item.id, by="li", form={"情况": "属实"})
        later(town)
        engine.load_organisation(without(ORGANISATION, "sun"))
        assert [each.id for each in engine.stuck_cases()] == [case]
        assert any("站长" in each.text for each in engine.standstills(case))

        back = (*ORGANISATION.people, Person("he", "何站长", ("rc",)))
        engine.load_organisation(without(replace(ORGANISATION, people=back), "sun", Post("站长", "he")))
        assert not engine.stuck_cases()
        engine.complete(only_item(engine, "he", "乙办"), by="he")


def visiting(engine: Engine) -> int:
    """Start a case whose work is for the grid worker of 上庄."""
    visit = compile_text(VISIT, "走访.flow").definitions
    engine.deploy(visit, by="li", reason="上线", effective=date(2023, 1, 1))
    case = engine.start("走访", by="li", form={"村": "sz"}).id
    assert only_item(engine, "wang", "走访")
    return case


def test_open_work_of_a_merged_village_is_found_by_the_grid_worker_of_the_new_one(town: TownAt) -> None:
    with town.open() as engine:
        case = visiting(engine)
        later(town)
        engine.load_organisation(merged(kept=True))

        engine.complete(only_item(engine, "feng", "走访"), by="feng")
        assert engine.case(case).status.value == "finished"


def test_open_work_of_a_village_that_is_gone_is_reported(town: TownAt) -> None:
    with town.open() as engine:
        case = visiting(engine)
        later(town)
        engine.load_organisation(merged(kept=False))

        (stuck,) = engine.stuck_cases()
        assert stuck.id == case
        assert [reason.text for reason in stuck.reasons] == ["没有人担任网格员"]


def test_two_posts_stand_in_for_each_other(town: TownAt) -> None:
    """AB posts: each of two holders may do the work of a role; nobody waits for the one who is away."""
    with town.open() as engine:
        first = engine.start("审批", by="wang", form=FORM).id
        second = engine.start("审批", by="wang", form=FORM).id
        for case, who in ((first, "li"), (second, "zhao")):
            item = next(each for each in engine.inbox(who, tab="claim").items if each.case == case)
            engine.complete(item.id, by=who, form={"情况": "属实"})


def test_a_standing_grant_holds_for_work_of_its_days_only(town: TownAt) -> None:
    grant = Grant("sun", "li", date(2023, 4, 10), date(2023, 4, 14), "润政办〔2023〕3号", "sun")
    with town.open() as engine:
        engine.load_organisation(replace(ORGANISATION, grants=(grant,)))
        case = engine.start("审批", by="wang", form=FORM).id
        engine.complete(only_item(engine, "zhao", "受理", tab="claim"), by="zhao", form={"情况": "属实"})
        assert only_item(engine, "li", "乙办", tab="claim")
        town.clock.now += timedelta(days=7)
        assert not [each for each in engine.inbox("li", tab="claim").items if each.step == "乙办"]
        assert case
