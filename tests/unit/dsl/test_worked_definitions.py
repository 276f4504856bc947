"""The worked definitions of the language compile with exactly the findings that are true of them.

N10: they trigger processes that stand in other files.
"""

from collections import Counter
from pathlib import Path

import pytest

from dsl.compile import compile_sources
from dsl.source import Source

FOLDER = Path("tests/data/definitions")
EXPECTED = {
    # started by a period as well, without the form that later steps read; registers are not run yet
    "appraisal": {"D01": 1, "N01": 2, "N14": 2},
    "campaign": {"N10": 1},
    # the order is issued without asking for the power; a lowered grade may still be 重大, without 双报告
    "hazard": {"G04": 1, "N10": 4, "R09": 1},
    # cancelling leaves the order standing
    "hazard_short": {"C07": 1, "C31": 1, "N10": 1},
    "investigation": {"N10": 2},
    "investigation_short": {"N10": 1, "R06": 1, "R10": 1, "R12": 1, "E09": 1},
    # 当场处罚 comes to 缴纳罚款 without 立案审批, from which the party is taken; 强制执行 closes without 履行登记
    "penalty": {"D01": 2, "G04": 1},
    "recurring_duties": {"N10": 2},
    # two exceptions of the reward hold together for an officer in charge; a reward not approved is never paid
    "report_reward": {"B14": 2, "G04": 1, "N10": 1},
    "reports": {"N10": 3},
    "self_built_houses": {"K11": 2, "N01": 1, "N10": 2, "L08": 1},
    # started by an event as well, without the form that later steps read
    "warning_calls": {"D01": 1, "N10": 1, "V01": 2, "L08": 1},
}


@pytest.mark.parametrize("stem", EXPECTED)
def test_示范规程只有应有的提示(stem: str) -> None:
    shared = Source("共用.flow", (FOLDER / "shared.flow").read_text("utf-8"))
    text = Source(f"{stem}.flow", (FOLDER / f"{stem}.flow").read_text("utf-8"))
    compiled = compile_sources([shared, text])
    assert Counter(finding.code for finding in compiled.findings) == Counter(EXPECTED[stem])


def test_每个示范规程都在这里() -> None:
    assert {path.stem for path in FOLDER.glob("*.flow")} == EXPECTED.keys() | {"shared"}
