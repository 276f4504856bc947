"""重大隐患从手机登记到销号：一次验收不合格，挂牌督办随之开立和摘牌；中途反复 kill -9，什么也不丢、不重。"""

import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from engine import Engine, open_engine
from engine.views import CaseStatus
from tests.browser.server import Server
from tests.browser.test_report_a_hazard import PNG
from tests.browser.walker import Walker

HAZARD, LISTING = "隐患整改", "重大隐患挂牌督办"


@pytest.fixture
def server(tmp_path: Path, furnished: Path) -> Server:
    """A furnished town without cases, not yet started."""
    return Server(tmp_path, f"sqlite:///{shutil.copy(furnished, tmp_path / 'town.db')}")


def day(after: int) -> str:
    return (datetime.now(UTC) + timedelta(hours=8, days=after)).strftime("%Y-%m-%d")


def walk(walker: Walker, file: Path) -> str:
    """Carry the hazard to 销号; return the address of its case."""
    yes, no = "是", "否"
    case = walker.start(
        "wang-jie",
        HAZARD,
        {
            "隐患登记.照片": file,
            "隐患登记.所在单位": "E01",
            "隐患登记.地点": "熔炼车间",
            "隐患登记.描述": "中频炉冷却水管路泄漏",
            "隐患登记.来源": "网格巡查",
            "隐患登记.发现时间": f"{day(-1)}T08:30",
        },
    )
    walker.do("li-ke", HAZARD, "查重", {}, "新隐患")
    grading = {
        "符合行业判定标准": yes,
        "判定条款": "第三条",
        "需停产且较长时间": no,
        "自身难以排除": no,
        "能立即整改": no,
    }
    walker.do("li-ke", HAZARD, "定级", {f"定级单.{name}": value for name, value in grading.items()})
    twice: dict[str, str | Path] = {"报监管部门回执": file, "报职工大会回执": file}
    report: dict[str, str | Path] = twice | {"现状及产生原因": "密封老化", "危害程度和整改难易": "需停炉更换"}
    walker.do("pan-gang", HAZARD, "提交双报告", {f"双报告单.{name}": value for name, value in report.items()})
    control = {
        "整改中能保证安全": yes,
        "拒不执行且有现实危险": no,
        "已采取的管控措施": "停炉",
        "涉嫌违法": no,
    }
    walker.do(
        "zhang-hong", HAZARD, "现场管控", {f"现场管控单.{name}": value for name, value in control.items()}
    )
    walker.do("chen-bo", HAZARD, "停产判断", {"停产判断单.决定": "局部停用", "停产判断单.理由": "只停该炉"})
    walker.do("li-ke", HAZARD, "提请挂牌", {})
    order = {"整改要求": "更换管路", "整改期限": day(40), "整改期间措施": "停炉"}
    walker.do(
        "zhang-hong", HAZARD, "下达整改文书", {f"整改要求单.{name}": value for name, value in order.items()}
    )
    walker.do("liu-yan", HAZARD, "下达整改文书", {}, "同意")
    listing(walker)
    plan: dict[str, str | Path] = {
        "责任人": "pan-gang",
        "整改措施": "更换",
        "整改资金": "80000",
        "完成日期": day(30),
        "应急预案": file,
    }
    walker.do("pan-gang", HAZARD, "制定方案", {f"治理方案.{name}": value for name, value in plan.items()})
    check: dict[str, str | Path] = dict.fromkeys(
        ("责任到位", "措施到位", "资金到位", "时限到位", "预案到位"), yes
    )
    review = check | {"意见": "同意", "专家意见": file}
    walker.do(
        "zhang-hong", HAZARD, "审核方案", {f"方案审核单.{name}": value for name, value in review.items()}
    )
    for verdict in ("不合格", "合格"):
        inspect(walker, file, verdict)
    walker.do(
        "pan-gang", HAZARD, "再次双报告", {f"再次双报告单.{name}": value for name, value in twice.items()}
    )
    walker.do("sun-fu", HAZARD, "重大隐患销号", {}, "同意销号")
    seen: dict[str, str | Path] = {"现场复核单.复核情况": "运行正常", "现场复核单.复核照片": file}
    walker.do("zhang-hong", LISTING, "现场复核", seen, "确已消除")
    walker.do("qian-zhen", LISTING, "摘牌审批", {}, "同意摘牌")
    walker.do("li-ke", LISTING, "摘牌公示", {"摘牌公示单.公示位置": "公示栏", "摘牌公示单.公示日期": day(0)})
    return case


def listing(walker: Walker) -> None:
    """Open the listed supervision that the hazard triggered."""
    drawn = {
        "督办级别": "镇级",
        "督办责任人": "zhang-hong",
        "整改责任人": "潘钢",
        "督办期限": day(60),
        "整改和报送要求": "每周报进展",
        "摘牌程序": "销号后申请",
    }
    walker.do("li-ke", LISTING, "拟定督办", {f"督办拟定单.{name}": value for name, value in drawn.items()})
    walker.do("sun-fu", LISTING, "主任审核", {"审批意见.意见说明": "同意"}, "同意")
    walker.do("qian-zhen", LISTING, "镇长审批", {}, "同意")
    walker.do("li-ke", LISTING, "下达督办通知", {})
    walker.do("qian-zhen", LISTING, "下达督办通知", {}, "同意")
    walker.do("li-ke", LISTING, "挂牌公示", {"挂牌公示单.公示位置": "公示栏", "挂牌公示单.公示日期": day(0)})


def inspect(walker: Walker, file: Path, verdict: str) -> None:
    """Report the hazard as rectified and have it accepted or refused by two others."""
    walker.do("pan-gang", HAZARD, "整改实施", {"整改反馈.整改情况": "已更换", "整改反馈.整改后照片": file})
    walker.do(
        "li-ke", HAZARD, "派验收组", {"验收派组.成员": ("zhang-hong", "liu-yan"), "验收派组.专家": "王工"}
    )
    record: dict[str, str | Path] = {"意见": verdict, "验收说明": "现场查看", "验收照片": file}
    if verdict == "不合格":
        record["新的整改期限"] = day(10)
    walker.do("zhang-hong", HAZARD, "验收", {f"验收记录.{name}": value for name, value in record.items()})
    walker.do("liu-yan", HAZARD, "验收", {}, "同意")


def completions(engine: Engine, process: str) -> Counter[tuple[str, str]]:
    """Count who completed what in the only case of a process."""
    (row,) = [each for each in engine.cases(by="shen-ji").items if each.process == process]
    assert engine.case(row.id).status is CaseStatus.FINISHED
    entries = engine.history(row.id)
    return Counter((entry.step, entry.actor.account) for entry in entries if entry.operation == "complete")


@pytest.mark.parametrize("killing", [None, 7], ids=["照常", "反复 kill -9"])
def test_a_major_hazard_is_carried_to_the_end(
    server: Server, browser: Browser, tmp_path: Path, killing: int | None
) -> None:
    photo = tmp_path / "现场.png"
    photo.write_bytes(PNG)
    server.start()
    walker = Walker(browser, server, ("wang-jie", "pan-gang"), killing)
    try:
        case = walk(walker, photo)

        audit = walker.page("shen-ji")
        audit.goto(f"{case}/verify")
        assert "未发现改动" in audit.inner_text("main")
        audit.goto(f"{case}/links")
        assert LISTING in audit.inner_text("main")
    finally:
        server.kill()
    assert walker.kills >= 5 or killing is None

    with open_engine(server.url) as engine:
        hazard, listed = completions(engine, HAZARD), completions(engine, LISTING)
        redone = {
            ("整改实施", "pan-gang"),
            ("派验收组", "li-ke"),
            ("验收", "zhang-hong"),
            ("验收", "liu-yan"),
        }
        assert {key for key, times in hazard.items() if times == 2} == redone
        assert set(hazard.values()) == {1, 2} and set(listed.values()) == {1}
        assert sum(hazard.values()) + sum(listed.values()) == len(walker.done)
        assert engine.verify().ok and engine.check() == ()
