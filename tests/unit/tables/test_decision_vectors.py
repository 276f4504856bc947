"""Every published decision vector gives the expected answer from the shared tables."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.values import Span, Unit
from tests.unit.tables.shared import NAMES, VECTORS, Question, compiled, program


def test_all_vectors_are_there() -> None:
    assert [vector["id"] for vector in VECTORS] == [f"V{number:03}" for number in range(1, 192)]


def test_the_shared_files_compile_without_a_finding() -> None:
    assert compiled().findings == ()


def test_every_table_of_the_study_is_written() -> None:
    assert len(NAMES["tables"]) == 44
    assert {table["name"] for table in NAMES["tables"].values()} == {
        each.name for each in program().definition.tables
    }


@pytest.mark.parametrize(
    "vector", VECTORS, ids=lambda vector: f"{vector['id']} {vector['table']} {vector.get('why', '')}"
)
def test_vector(vector: dict[str, Any]) -> None:
    question = Question(vector["table"], vector["input"])

    answer = question.answer()

    expected = question.expected(vector["expect"])
    assert {column: answer[column] for column in expected} == expected


def test_every_answer_names_the_row_and_its_article() -> None:
    for vector in VECTORS:
        decision = Question(vector["table"], vector["input"]).ask()
        assert all(row.basis or decision.basis for row in decision.rows), vector["id"]


def test_fines_follow_the_law_of_the_day_of_the_accident() -> None:
    fine = Question("T07", {"grade": "重大事故", "aggravated": True})

    before = fine.answer(date(2021, 8, 31))
    after = fine.answer(date(2021, 9, 1))

    assert before == {"罚款下限": Decimal(1_000_000), "罚款上限": Decimal(5_000_000)}
    assert after == {"罚款下限": Decimal(4_000_000), "罚款上限": Decimal(50_000_000)}


@pytest.mark.parametrize(
    ("grade", "percent"), [("一般事故", 30), ("较大事故", 40), ("重大事故", 60), ("特别重大事故", 80)]
)
def test_the_principal_pays_the_older_share_before_september_2021(grade: str, percent: int) -> None:
    assert Question("T08", {"grade": grade}).answer(date(2020, 8, 29)) == {
        "上一年年收入比例": Decimal(percent) / 100
    }


def test_the_older_fine_rises_only_for_the_gravest_accident() -> None:
    gravest = Question("T07", {"grade": "特别重大事故", "aggravated": True}).answer(date(2015, 1, 1))
    general = Question("T07", {"grade": "一般事故", "aggravated": True}).answer(date(2015, 1, 1))

    assert gravest == {"罚款下限": Decimal(10_000_000), "罚款上限": Decimal(20_000_000)}
    assert general == {"罚款下限": Decimal(200_000), "罚款上限": Decimal(500_000)}


def test_dismissal_has_no_period() -> None:
    assert Question("T25", {"sanction": "开除"}).answer()["期间"] == Span(0, Unit.MONTH)


def test_a_remedy_of_another_decision_does_not_apply() -> None:
    assert Question("T27", {"decision": "行政处罚", "remedy": "复审"}).answer()["提出期限"] == "不适用"
