"""One registry: each example means exactly its own step, and the page shows what the registry has."""

from pathlib import Path

import pytest

from dsl.scenarios.outcome import Unmet
from dsl.scenarios.registry import StepKind
from dsl.scenarios.vocabulary import STEPS, page

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("kind", STEPS.steps, ids=lambda kind: kind.pattern.text)
def test_每个例子只当作自己的步骤(kind: StepKind) -> None:
    found, _, tried = STEPS.find(kind.example)
    assert found is kind and not tried


def test_试图写在人后面() -> None:
    kind, words, tried = STEPS.find("赵强试图办理“验收”，结论“合格”")
    assert tried and words["人"] == "赵强" and kind.acts


def test_引号里的试图不算() -> None:
    assert STEPS.find("办理记录含“试图办理”")[2] is False


def test_没有的步骤给出相近的() -> None:
    with pytest.raises(Unmet, match=r"是否为：案件停在"):
        STEPS.find("案件停留在“验收”")


def test_步骤说明页与登记一致() -> None:
    assert (ROOT / "dsl" / "SCENARIOS.md").read_text(encoding="utf-8") == page()
