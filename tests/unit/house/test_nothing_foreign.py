"""The project stands alone: it refers to no machine, no folder beside it, and no vendored part."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root|home/\w+|work|mnt|Users)/|\.\./shared/")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".flow",
    ".feature",
    ".html",
    ".css",
    ".js",
    ".json",
    ".lark",
    ".tsv",
    ".lock",
    ".in",
    "",
}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_no_file_names_a_place_on_a_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix in TEXT and path.is_file() and path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]

    assert found == []


def test_locked_requirements_carry_hashes_and_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = lock.read_text(encoding="utf-8")
        pins = re.findall(r"^[\w.-]+==", text, re.MULTILINE)
        assert pins, lock.name
        assert "://" not in text, lock.name
        assert text.count("--hash=sha256:") >= len(pins), lock.name


def test_both_locks_agree() -> None:
    base, dev = (
        (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8") for name in ("base", "dev")
    )
    pins = [set(re.findall(r"^([\w.-]+==[\w.]+)", text, re.MULTILINE)) for text in (base, dev)]

    assert pins[0] <= pins[1]
