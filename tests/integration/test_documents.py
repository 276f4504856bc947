"""Papers are made, looked over, numbered, kept and vouched for in one transaction, or nothing happens."""

import subprocess
import sys
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from engine.definition import Definition, Demand
from engine.documents.layout import build
from engine.documents.paper import Part, PartKind
from engine.edge_refusals import PaperDoubtful, PaperWrong
from tests.integration.town import FORM, TownAt, approval, walk_to_signing

TEMPLATE = (
    Part(PartKind.LETTERHEAD, "{{ 文书.机关 }}"),
    Part(PartKind.NUMBER, "{{ 文书.文号 }}"),
    Part(PartKind.TITLE, "整改通知书"),
    Part(PartKind.ADDRESSEE, "{{ 当事人.名称 }}："),
    Part(PartKind.BODY, "{{ 报告.标题 }}。经办人：{{ 文书.经办人 }}"),
    Part(PartKind.SIGNATURE, "{{ 文书.机关 }}"),
    Part(PartKind.DATE, "{{ 文书.日期 }}"),
)


def with_template(*parts: Part, states: tuple[Demand, ...] = ()) -> Definition:
    """The approval whose notice is made from a template of these parts."""
    made = approval()
    (notice,) = made.documents
    content = b64encode(build(parts)).decode()
    return replace(made, documents=(replace(notice, template="通知.docx", content=content, states=states),))


def test_a_paper_is_made_from_the_template_of_the_version(town: TownAt, tmp_path: Path) -> None:
    town.found(with_template(*TEMPLATE))
    with town.open(files=tmp_path) as engine:
        case = engine.start("审批", by="wang", form=FORM)
        engine.complete(walk_to_signing(engine, case.id), by="sun", outcome="同意")
        (issued,) = engine.case(case.id).documents
        paper = engine.document(issued.id).paper

    assert (issued.number, issued.title) == ("润通〔2023〕1号", "整改通知书")
    assert [paper.text_of(kind) for kind in (PartKind.LETTERHEAD, PartKind.NUMBER, PartKind.DATE)] == [
        "润城镇",
        "润通〔2023〕1号",
        "2023年4月10日",
    ]
    assert "润城铸造：" in paper.words and "配电箱未接地。经办人：孙站长" in paper.words


def test_the_history_vouches_for_the_paper(town: TownAt, tmp_path: Path) -> None:
    with town.open(files=tmp_path) as engine:
        case = engine.start("审批", by="wang", form=FORM)
        engine.complete(walk_to_signing(engine, case.id), by="sun", outcome="同意")
        (issued,) = engine.case(case.id).documents
        path = engine.document(issued.id).path
        (told,) = [
            event
            for entry in engine.history(case.id)
            for event in entry.events
            if event["kind"] == "DocumentIssued"
        ]
        assert told["sha256"] == issued.sha256 == sha256(path.read_bytes()).hexdigest()
        assert engine.verify(case.id).ok

        path.write_bytes(path.read_bytes() + b" ")
        found = engine.verify(case.id)

    assert not found.ok and found.found == "文件内容已变" and found.expected == issued.sha256


def test_a_paper_with_mistakes_is_not_issued_and_takes_no_number(town: TownAt, tmp_path: Path) -> None:
    wrong = (*TEMPLATE[:-2], Part(PartKind.SIGNATURE, "润镇"), TEMPLATE[-1])
    town.found(with_template(*wrong, states=(Demand.REMEDY,)))
    with town.open(files=tmp_path) as engine:
        case = engine.start("审批", by="wang", form=FORM)
        item = walk_to_signing(engine, case.id)
        with pytest.raises(PaperWrong) as refused:
            engine.complete(item, by="sun", outcome="同意")
        assert [each.split()[0] for each in refused.value.findings] == ["W05", "W15", "W16"]
        assert engine.case(case.id).documents == () and engine.item(item).status.value == "open"

        engine.deploy([with_template(*TEMPLATE)], by="li", reason="改模板")
        other = engine.start("审批", by="wang", form=FORM)
        engine.complete(walk_to_signing(engine, other.id), by="sun", outcome="同意")
        assert engine.case(other.id).documents[0].number == "润通〔2023〕1号"


def test_a_doubtful_paper_is_issued_with_a_reason_that_is_kept(town: TownAt, tmp_path: Path) -> None:
    town.found(with_template(*TEMPLATE[:2], Part(PartKind.TITLE, "整改通知书。"), *TEMPLATE[3:]))
    with town.open(files=tmp_path) as engine:
        case = engine.start("审批", by="wang", form=FORM)
        item = walk_to_signing(engine, case.id)
        with pytest.raises(PaperDoubtful):
            engine.complete(item, by="sun", outcome="同意")
        engine.complete(item, by="sun", outcome="同意", note="上级式样如此")
        last = engine.history(case.id)[-1]

    (told,) = [event for event in last.events if event["kind"] == "DocumentIssued"]
    assert last.reason == "上级式样如此" and str(told["doubts"]).count("W19") == 1


ISSUE = """
import sys
from tests.integration.town import FORM, TownAt, walk_to_signing
with TownAt(sys.argv[1]).open(files=sys.argv[2]) as engine:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(int(sys.argv[3])):
        case = engine.start("审批", by="wang", form=FORM)
        engine.complete(walk_to_signing(engine, case.id), by="sun", outcome="同意")
"""


def test_two_processes_never_take_the_same_number_and_leave_no_gap(town: TownAt, tmp_path: Path) -> None:
    command = [sys.executable, "-c", ISSUE, town.url, str(tmp_path), "6"]
    pipe = subprocess.PIPE
    rivals = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    for rival in rivals:
        assert rival.stdout is not None and rival.stdout.readline() == "ready\n"
    for rival in rivals:
        rival.communicate("go\n", timeout=60)
    with town.open(files=tmp_path) as engine:
        cases = engine.cases(by="li", limit=50).items
        numbers = Counter(each.number for row in cases for each in engine.case(row.id).documents)

    assert [rival.returncode for rival in rivals] == [0, 0]
    assert numbers == Counter(f"润通〔2023〕{n}号" for n in range(1, 13))
