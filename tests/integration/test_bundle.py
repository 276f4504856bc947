"""A bundle is checked by the stand-alone verifier, run as a stranger would: plain Python, no packages of ours."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import engine
from tests.integration.town import FORM, TownAt, walk_to_signing

VERIFIER = Path(engine.__file__).parent / "verifier.py"


def verify(bundle: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier isolated from this project."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(bundle), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=bundle.parent)


def a_bundle(town: TownAt, folder: Path, *, private: bool = False) -> Path:
    with town.open(files=folder / "files") as opened:
        photo = opened.add_file(b"photo", "现场.jpg", by="wang")
        case = opened.start("审批", by="wang", form=FORM | {"照片": [photo]})
        opened.complete(walk_to_signing(opened, case.id), by="sun", outcome="同意")
        opened.start("审批", by="wang", form=FORM)
        return opened.export_bundle(folder / "bundle.zip", private=private)


def rewrite(bundle: Path, member: str, old: str, new: str) -> Path:
    """Copy a bundle with a text replaced in one member."""
    changed = bundle.with_name("changed.zip")
    with zipfile.ZipFile(bundle) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode() if name == member else source.read(name)
            if isinstance(content, str):
                assert old in content
                content = content.replace(old, new, 1)
            target.writestr(name, content)
    return changed


def test_a_bundle_verifies_without_our_software(town: TownAt, tmp_path: Path) -> None:
    result = verify(a_bundle(town, tmp_path))

    assert result.returncode == 0, result.stdout + result.stderr
    assert "OK: 2 cases" in result.stdout and "2 values masked or erased" in result.stdout


def test_a_bundle_with_its_private_values_verifies_too(town: TownAt, tmp_path: Path) -> None:
    bundle = a_bundle(town, tmp_path, private=True)

    assert "0 values masked" in verify(bundle).stdout
    broken = verify(rewrite(bundle, "cases/1.jsonl", "匿名甲", "匿名乙"))
    assert broken.returncode == 1 and "case 1 (润审〔2023〕1号), group 1" in broken.stdout


def test_a_masked_bundle_does_not_hold_the_confidential_value(town: TownAt, tmp_path: Path) -> None:
    with zipfile.ZipFile(a_bundle(town, tmp_path)) as archive:
        assert not any("匿名甲".encode() in archive.read(name) for name in archive.namelist())


def test_every_change_is_found_with_its_place(town: TownAt, tmp_path: Path) -> None:
    bundle = a_bundle(town, tmp_path)
    with zipfile.ZipFile(bundle) as archive:
        digest = json.loads(archive.read("manifest.json"))["cases"][0]["digest"]

    for member, old, new, place in (
        ("cases/1.jsonl", "属实", "不实", "group 2"),
        ("cases/1.jsonl", '"actor":"wang"', '"actor":"zhao"', "group 1"),
        ("manifest.json", '"revision":1,', '"revision":2,', "case 2"),
        ("audit.jsonl", '"li"', '"sun"', "audit entry"),
        (f"definitions/{digest}", "受理", "受礼", f"definition {digest}"),
    ):
        result = verify(rewrite(bundle, member, old, new))
        assert result.returncode == 1 and place in result.stdout, (member, result.stdout)


def test_a_rebuilt_chain_is_found_by_its_seal(town: TownAt, tmp_path: Path) -> None:
    bundle = a_bundle(town, tmp_path)
    seal = verify(bundle).stdout.split()[-1]

    assert verify(bundle, "--head", seal).returncode == 0
    assert verify(bundle, "--head", "0" * 64).returncode == 1


def test_what_is_no_bundle_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "other.zip").write_bytes(b"no zip")

    assert verify(tmp_path / "other.zip").returncode == 2
