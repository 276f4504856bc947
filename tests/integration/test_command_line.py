"""Every command of `anliu`, as an administrator types it: an empty town first, then its definitions, people and cases."""

import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine import open_engine
from web.cli import group, main
from web.settings import LIBRARY

Said = tuple[int, str, str]
"""Exit code, standard output, standard error."""
Anliu = Callable[..., Said]

APPROVAL = Path(__file__).parents[1] / "benchmarks" / "approval.flow"
BROKEN = "规程 请假\n启动 表单 请假单 承办 员工\n步骤 审批\n  承办 主任\n  完成后 转 归挡\n"
NOT_A_STEP = """\
# language: zh-CN
功能: 审批
  场景: 等待受理
    假如 时间是 2023-04-10 09:00
    当 天上掉下馅饼
"""


NOT_YET = """\
# language: zh-CN
功能: 审批
  场景: 还没有案件
    假如 时间是 2023-04-10 09:00
    那么 案件停在“受理”
"""


@pytest.fixture
def anliu(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Anliu:
    """Run a command as the console script does, on a database of its own."""
    monkeypatch.setenv("ANLIU_DATABASE_URL", f"sqlite:///{tmp_path / 'town.db'}")
    monkeypatch.setenv("ANLIU_DATA", str(tmp_path))
    monkeypatch.delenv("ANLIU_TENANT", raising=False)

    def run(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["anliu", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def town(anliu: Anliu, tmp_path: Path) -> Anliu:
    """A real town with its definitions, made by the commands alone."""
    answers = "润城镇\n140522101\nli-ke\n李科\n"
    made = CliRunner().invoke(group, ["init"], input=answers + "long-enough-7\nlong-enough-7\n")
    assert made.exit_code == 0 and "已新建 润城镇" in made.output
    assert anliu("deploy", APPROVAL, "--reason", "首次发布", "--by", "li-ke")[0] == 0
    return anliu


REGISTER = "\n台账 审批台账：测速审批\n  编号：本案.编号\n  事由：申请.事由\n"


def test_a_register_is_exported_as_a_workbook(town: Anliu, tmp_path: Path) -> None:
    text = APPROVAL.read_text(encoding="utf-8")
    path = tmp_path / "审批.flow"
    path.write_text(text + REGISTER, encoding="utf-8")
    assert town("deploy", path, "--reason", "加台账", "--by", "li-ke")[0] == 0
    file = tmp_path / "台账.xlsx"
    code, said, _ = town("export", "xlsx", "审批台账", file)
    assert (code, file.exists()) == (0, True)
    assert said == f"审批台账：0 行，已写到 {file}\n"
    assert town("export", "xlsx", "没有的台账", file)[0] == 1
    assert town("export", "xlsx", "审批台账", file, "--filter", "事由")[0] == 2


def started(tmp_path: Path, anliu: Anliu) -> str:
    """Give the town its people and start a case; return its number."""
    people = tmp_path / "people.json"
    assert anliu("org", "export", people)[0] == 0
    data = json.loads(people.read_text(encoding="utf-8"))
    for role in open_roles():
        data["posts"].append({"role": role, "account": "li-ke"})
    people.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    code, out, err = anliu("org", "import", people, "--by", "li-ke")
    assert code == 0 and "1 人" in out, err
    with open_engine(f"sqlite:///{tmp_path / 'town.db'}") as engine:
        return engine.start("测速审批", by="li-ke", form={"事由": "更换灭火器", "金额": 300}).number


def test_running_cases_keep_their_version_until_they_are_migrated(town: Anliu, tmp_path: Path) -> None:
    number = started(tmp_path, town)
    shorter = tmp_path / "审批.flow"
    text = APPROVAL.read_text(encoding="utf-8")
    shorter.write_text(
        text.replace("版本 “1”", "版本 “2”").replace("3个工作日", "2个工作日"), encoding="utf-8"
    )
    code, out, _ = town("deploy", shorter, "--reason", "缩短时限", "--by", "li-ke")
    assert code == 0 and "在办 1 件“测速审批”仍按 1 " in out

    code, out, _ = town("cases", "--versions")
    assert code == 0 and "测速审批\t1\t" in out and "旧版\t1 件" in out
    code, out, err = town("migrate", "--process", "测速审批", "--by", "li-ke", "--dry-run")
    assert code == 0 and "席位 受理·主办 → 受理：经办人" in out and "可以迁移 1 件" in err
    code, out, err = town("migrate", number, "--by", "li-ke", "--reason", "缩短时限")
    assert code == 0 and "已迁移" in out and "已迁移 1 件，留在原版 0 件" in err
    assert "改按规程“测速审批”2版" in town("trace", number)[1]
    assert town("verify")[0] == 0


def test_what_did_not_change_is_not_deployed_again(town: Anliu, tmp_path: Path) -> None:
    code, out, _ = town("deploy", APPROVAL, "--reason", "再发一次", "--by", "li-ke")
    assert code == 0 and "另有 1 个与现行的一样，没有重新发布\n" in out and "已发布" not in out

    other = tmp_path / "审批.flow"
    other.write_text(APPROVAL.read_text(encoding="utf-8").replace("3个工作日", "2个工作日"), encoding="utf-8")
    code, out, _ = town("deploy", other, "--reason", "缩短时限", "--by", "li-ke")
    assert code == 0 and "已发布 测速审批" in out and "版本仍写“1”，内容不同" in out


def test_reasons_for_which_warnings_are_accepted_are_printed(town: Anliu, tmp_path: Path) -> None:
    other = tmp_path / "审批.flow"
    text = APPROVAL.read_text(encoding="utf-8")
    first = re.search(r"    逾期 .*\n", text)
    assert first is not None
    accepted = "    容许 T02 “另有台账跟踪”\n"
    other.write_text(text.replace(first.group(), accepted, 1), encoding="utf-8")
    code, out, err = town("deploy", other, "--reason", "试", "--by", "li-ke")
    assert code == 0 and "  容许 T02（受理）：另有台账跟踪\n" in out, (out, err)


def test_of_several_towns_each_is_named(anliu: Anliu, tmp_path: Path) -> None:
    for tenant, name in (("140522101", "润城镇"), ("140522102", "北留镇")):
        with open_engine(f"sqlite:///{tmp_path / 'town.db'}", tenant=tenant) as engine:
            engine.rename(name)

    code, _, err = anliu("cases")
    assert code == 1 and "140522101（润城镇）、140522102（北留镇）" in err


def test_a_case_that_cannot_be_migrated_stays_and_says_why(town: Anliu, tmp_path: Path) -> None:
    number = started(tmp_path, town)
    other = tmp_path / "审批.flow"
    other.write_text(APPROVAL.read_text(encoding="utf-8").replace("受理", "登记受理"), encoding="utf-8")
    code, out, _ = town("deploy", other, "--reason", "改名", "--by", "li-ke")
    assert code == 0 and "M01 新版没有步骤“受理”" in out
    code, out, err = town("migrate", number, "--by", "li-ke", "--reason", "改名")
    assert code == 1 and "不能：令牌“受理”新版没有对应的步骤" in out and "留在原版 1 件" in err
    assert town("migrate", number, "--by", "li-ke", "--reason", "改名", "--step", "受理=登记受理")[0] == 0


def test_a_migration_says_of_what_and_why(town: Anliu) -> None:
    assert town("migrate", "--by", "li-ke", "--reason", "因")[0] == 2
    assert town("migrate", "1", "--by", "li-ke")[0] == 2
    assert town("migrate", "1", "--by", "li-ke", "--reason", "因", "--step", "受理")[0] == 2


def open_roles() -> list[str]:
    return [
        line.split()[1]
        for line in APPROVAL.read_text(encoding="utf-8").splitlines()
        if line.startswith("角色 ")
    ]


def test_a_new_town_asks_for_its_name_code_and_first_administrator_only_once(town: Anliu) -> None:
    again = CliRunner().invoke(
        group, ["init"], input="别镇\n140522101\nwang\n王\nlong-enough-7\nlong-enough-7\n"
    )

    assert again.exit_code == 1 and "已经有人员" in again.output


def test_the_administrator_of_a_new_town_can_log_in_and_knows_the_calendar(
    town: Anliu, tmp_path: Path
) -> None:
    with open_engine(f"sqlite:///{tmp_path / 'town.db'}") as engine:
        assert engine.town_name() == "润城镇"
        assert engine.check_password("li-ke", "long-enough-7")
        assert 2026 in engine.calendar().years


def test_a_broken_file_is_reported_with_every_mistake_and_exit_code_1(anliu: Anliu, tmp_path: Path) -> None:
    file = tmp_path / "请假.flow"
    file.write_text(BROKEN, encoding="utf-8")

    code, out, _ = anliu("check", file)
    assert code == 1 and "归挡" in out and "请假单" in out and "^" in out
    code, out, _ = anliu("check", "--format", "json", file)
    found = json.loads(out)
    assert code == 1 and {"code", "severity", "message", "hint", "file", "line", "column"} <= set(found[0])
    assert {each["line"] for each in found} >= {2, 4, 5}


def test_clean_files_pass_also_strictly(anliu: Anliu) -> None:
    assert anliu("check", "--strict", APPROVAL) == (0, "没有发现问题\n", "")


def test_a_new_version_is_compared_with_the_one_before(anliu: Anliu, tmp_path: Path) -> None:
    other = tmp_path / "审批.flow"
    other.write_text(APPROVAL.read_text(encoding="utf-8").replace("受理", "登记受理"), encoding="utf-8")
    code, out, _ = anliu("check", "--against", APPROVAL, other)
    assert code == 0 and "M01 提示：新版没有步骤“受理”" in out


def test_obligations_that_nothing_carries_out_are_found(anliu: Anliu, tmp_path: Path) -> None:
    listed = tmp_path / "清单.json"
    record = {"id": "A01-01", "article": 1, "text": "每月开会", "mechanism": "流程"}
    listed.write_text(json.dumps({"records": [record]}), encoding="utf-8")
    code, out, _ = anliu("check", "--obligations", listed, APPROVAL)
    assert code == 0 and "O01 提示：没有规程落实 A01-01：每月开会" in out


def test_a_path_that_is_not_there_is_wrong_usage(anliu: Anliu) -> None:
    assert anliu("check", "nowhere.flow")[0] == 2


def test_a_broken_file_is_not_deployed(town: Anliu, tmp_path: Path) -> None:
    file = tmp_path / "请假.flow"
    file.write_text(BROKEN, encoding="utf-8")

    code, _, err = town("deploy", file, "--reason", "试")
    assert code == 1 and "归挡" in err
    with open_engine(f"sqlite:///{tmp_path / 'town.db'}") as engine:
        assert {version.name for version in engine.definitions()} == {"测速审批"}


def test_fmt_translates_both_ways_without_losing_a_byte(anliu: Anliu, tmp_path: Path) -> None:
    file = tmp_path / "审批.flow"
    canonical = APPROVAL.read_text(encoding="utf-8")
    file.write_text(canonical.replace("金额：金额", "金额:金额"), encoding="utf-8")

    assert anliu("fmt", "--check", file)[0] == 1
    assert anliu("fmt", file)[0] == 0 and file.read_text(encoding="utf-8") == canonical
    assert anliu("fmt", "--lang", "en", file)[0] == 0 and "process 测速审批" in file.read_text(
        encoding="utf-8"
    )
    assert anliu("fmt", file)[0] == 0 and file.read_text(encoding="utf-8") == canonical


def test_a_process_is_drawn_as_svg_and_as_mermaid(anliu: Anliu) -> None:
    assert "审批" in anliu("describe", APPROVAL)[1]
    assert anliu("graph", APPROVAL)[1].startswith("<svg")
    assert anliu("graph", APPROVAL, "--format", "mermaid")[1].startswith(("flowchart", "stateDiagram"))


def test_scenarios_are_run_and_counted(anliu: Anliu) -> None:
    code, out, _ = anliu("test", LIBRARY / "external")
    assert code == 0 and "0 个不通过" in out


def test_a_scenario_that_fails_is_told_again_at_the_end(anliu: Anliu, tmp_path: Path) -> None:
    library = shutil.copytree(LIBRARY, tmp_path / "processes")
    feature = Path(library) / "external" / "审批.feature"
    feature.write_text(NOT_YET, encoding="utf-8")

    code, out, err = anliu("test", feature)

    assert code == 1, err
    assert out.splitlines()[-2].endswith("审批.feature:5 还没有案件")
    assert out.splitlines()[-1] == "1 个场景，0 个通过，1 个不通过"


def test_a_scenario_that_cannot_be_read_stops_the_run(anliu: Anliu, tmp_path: Path) -> None:
    (tmp_path / "审批.flow").write_text(APPROVAL.read_text(encoding="utf-8"), encoding="utf-8")
    feature = tmp_path / "审批.feature"
    feature.write_text(NOT_A_STEP, encoding="utf-8")

    code, _, err = anliu("test", tmp_path)
    assert code == 1 and "审批.feature:5" in err and "没有运行任何场景" in err


def test_a_code_of_a_finding_and_of_a_refusal_is_explained(anliu: Anliu) -> None:
    assert "永远走不到" in anliu("explain", "C01")[1]
    assert "怎么办" in anliu("explain", "e103")[1]
    code, _, err = anliu("explain", "Z99")
    assert code == 1 and "没有代码 Z99" in err


def test_articles_tell_where_each_sentence_of_the_notice_lives(anliu: Anliu) -> None:
    code, out, _ = anliu("articles")
    assert code == 0 and "第8条" in out and "应当落实 256 条" in out
    code, out, _ = anliu("articles", APPROVAL, "--missing", "--strict")
    assert code == 1 and out.count("没有落实") == 256


def test_cases_are_listed_traced_verified_and_exported(town: Anliu, tmp_path: Path) -> None:
    number = started(tmp_path, town)

    code, out, _ = town("cases", "--status", "open", "-q", "灭火器")
    assert code == 0 and number in out and "受理" in out
    assert town("cases", "--status", "finished")[1] == ""
    code, out, _ = town("trace", number)
    assert code == 0 and "李科  发起" in out and "进入“受理”" in out
    assert json.loads(town("trace", number, "--at", 1)[1])["编号"] == number
    assert "未发现改动" in town("verify", number)[1] and "未发现改动" in town("verify")[1]
    assert town("export", "bundle", number, tmp_path / "卷宗.zip")[0] == 0
    code, out, _ = town("verify", "--bundle", tmp_path / "卷宗.zip")
    assert code == 0 and "OK: 1 case" in out


def test_a_case_that_does_not_exist_is_refused_in_a_sentence(town: Anliu) -> None:
    code, _, err = town("trace", "润审〔2023〕404号")
    assert code == 1 and "404" in err and "Traceback" not in err


def test_a_calendar_is_exported_and_imported_again(town: Anliu, tmp_path: Path) -> None:
    file = tmp_path / "日历.json"

    assert town("calendar", "export", file)[0] == 0
    code, out, _ = town("calendar", "import", file, "--by", "li-ke")
    assert code == 0 and "2026" in out


def test_a_file_that_is_no_json_is_answered_with_its_name(town: Anliu, tmp_path: Path) -> None:
    file = tmp_path / "日历.json"
    file.write_text("{", encoding="utf-8")

    code, _, err = town("calendar", "import", file)
    assert code == 1 and "日历.json 不是 JSON 文件" in err


def test_people_are_added_and_passwords_reset(
    town: Anliu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANLIU_NEW_PASSWORD", "first-password-1")
    assert town("user", "add", "wang-jie", "--name", "王杰", "--unit", "140522101", "--by", "li-ke")[0] == 0
    monkeypatch.setenv("ANLIU_NEW_PASSWORD", "second-password-2")
    assert town("user", "passwd", "wang-jie", "--by", "li-ke")[0] == 0

    with open_engine(f"sqlite:///{tmp_path / 'town.db'}") as engine:
        assert engine.check_password("wang-jie", "second-password-2")
        assert not engine.check_password("wang-jie", "first-password-1")
    code, _, err = town("user", "add", "wang-jie", "--name", "另一个")
    assert code == 1 and "wang-jie" in err


def test_a_database_is_upgraded_checked_backed_up_and_restored(
    town: Anliu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = started(tmp_path, town)
    copy = tmp_path / "备份"

    assert town("db", "upgrade")[0] == 0 and "没有发现问题" in town("db", "check")[1]
    assert town("db", "backup", copy)[0] == 0
    assert town("db", "restore", copy)[0] == 1, "a town that has data is not overwritten"
    elsewhere = tmp_path / "新机器"
    monkeypatch.setenv("ANLIU_DATA", str(elsewhere))
    monkeypatch.setenv("ANLIU_DATABASE_URL", f"sqlite:///{elsewhere / 'town.db'}")
    assert town("db", "restore", copy)[0] == 0
    assert "未发现改动" in town("verify")[1] and number in town("cases")[1]


def test_the_worker_does_what_is_due_and_ends_when_asked_for_one_turn(town: Anliu) -> None:
    code, out, _ = town("worker", "--once")
    assert code == 0 and "已处理 0 项" in out


def test_a_simulation_needs_no_town_and_tells_where_it_waits(anliu: Anliu, tmp_path: Path) -> None:
    code, out, _ = anliu("simulate", APPROVAL, "--cases", 30, "--seed", 4)
    assert code == 0 and "测速审批 1：30 件，种子 4；办结 30 件" in out
    assert "步骤 受理：30 次" in out and "角色 经办人：" in out
    assert anliu("simulate", APPROVAL, "--cases", 30, "--seed", 4)[1] == out
    nobody = tmp_path / "假设.json"
    nobody.write_text(json.dumps({"人数": {"经办人": 0}}, ensure_ascii=False), encoding="utf-8")
    code, out, _ = anliu("simulate", APPROVAL, "--cases", 2, "--assume", nobody)
    assert code == 1 and "停滞 2 件" in out and "没有人担任经办人" in out


def test_what_a_changed_definition_would_have_done_to_past_cases(town: Anliu, tmp_path: Path) -> None:
    number = started(tmp_path, town)
    changed = tmp_path / "审批.flow"
    text = APPROVAL.read_text(encoding="utf-8").replace("申请.金额 ≥ 1000元", "申请.金额 ≥ 100元")
    changed.write_text(text, encoding="utf-8")
    with open_engine(f"sqlite:///{tmp_path / 'town.db'}") as engine:
        (item,) = engine.case(number).items
        engine.complete(item.id, by="li-ke")
    code, out, _ = town("whatif", changed)
    assert code == 0 and "“受理”原来到“批准”，按新规到“业务审核”、“财务审核”" in out
    assert "比较 1 件，1 件会不一样" in out
    assert "比较 1 件，0 件会不一样" in town("whatif", APPROVAL)[1]
