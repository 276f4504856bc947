"""A table that no process asks decides nothing: every one under processes is asked by a step, a form or a register."""

import re

from tests.unit.tables.shared import ROOT

_DECLARED = re.compile(r"^判定表 (\w+)：", re.MULTILINE)


def test_every_table_is_asked_by_some_process() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "processes").rglob("*.flow"))]
    declared = {name for text in texts for name in _DECLARED.findall(text)}
    asked = {name for name in declared if any(f"{name}（" in text for text in texts)}

    assert len(declared) >= 44
    assert declared - asked == set()
