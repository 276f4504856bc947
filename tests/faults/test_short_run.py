"""A few seconds of what `python -m tests.faults.run` does at length: workers die, and nothing is lost."""

from pathlib import Path

from tests.faults.run import Run, carry_out


def test_nothing_is_lost_when_workers_are_killed(database_url: str, tmp_path: Path) -> None:
    run = Run(workers=2, seconds=4, kill_every=0.35, url=database_url, folder=tmp_path / "run")

    summary = carry_out(run)

    assert (run.folder / "violations.txt").read_text(encoding="utf-8") == "0 violations\n"
    assert summary.violations == 0
    assert summary.kills >= 3 and summary.ok > 0 and len(summary.points) >= 4
