"""What of a text folds away."""

from dsl.editor.folding import Fold, folds
from tests.unit.editor.desk import PROCESS, SHARED, desk


def test_processes_steps_and_forms_fold_to_their_last_line() -> None:
    here = desk()

    assert folds(here.index.analysis, "甲") == (Fold(2, 18), Fold(7, 13), Fold(14, 18))
    assert Fold(3, 7) in folds(here.index.analysis, "共用") and len(SHARED.splitlines()) == 9


def test_blank_lines_and_the_comment_of_the_next_step_stay_outside() -> None:
    here = desk(process=PROCESS.replace("  步骤 结束", "\n  # 最后\n  步骤 结束"))

    assert Fold(7, 13) in folds(here.index.analysis, "甲")


def test_a_run_of_comments_folds() -> None:
    here = desk(process="# 一\n# 二\n# 三\n" + PROCESS)

    assert Fold(1, 3, comment=True) in folds(here.index.analysis, "甲")
