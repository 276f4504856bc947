"""The language server as an editor meets it: a process of its own, JSON-RPC on standard input and output."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from dsl.format import format_text
from tests.unit.editor.desk import PROCESS, SHARED

COMMAND = "from web.cli import group; group(['lsp'])"
TIMEOUT = 60
Talk = Callable[["Editor"], Coroutine[Any, Any, None]]


class Editor:
    """A client that keeps the findings it was told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rpc: Any = LanguageClient("editor", "1")
        self.findings: asyncio.Queue[lsp.PublishDiagnosticsParams] = asyncio.Queue()
        self.rpc.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(self._keep())

    def _keep(self) -> Callable[[lsp.PublishDiagnosticsParams], None]:
        def keep(params: lsp.PublishDiagnosticsParams) -> None:  # a method cannot be marked by the library
            self.findings.put_nowait(params)

        return keep

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def at(self, name: str, line: int, units: int) -> dict[str, Any]:
        document = lsp.TextDocumentIdentifier(self.uri(name))
        return {"text_document": document, "position": lsp.Position(line - 1, units)}

    def open(self, name: str, text: str) -> None:
        item = lsp.TextDocumentItem(self.uri(name), "guicheng", 1, text)
        self.rpc.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    async def told(self, name: str) -> list[lsp.Diagnostic]:
        """The next findings of a file."""
        while True:
            params = await self.findings.get()
            if params.uri == self.uri(name):
                return list(params.diagnostics)


@pytest.fixture
def talk(tmp_path: Path) -> Callable[[Talk], None]:
    """Talk to a server that has the two files of a town on disk."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "共用.flow").write_text(SHARED, encoding="utf-8")
    laws = (
        '{"laws": [{"title": "安全生产法", "versions": [{"name": "2021", "from": "2021-09-01", "length": 119}],'
        ' "articles": [{"article": "第四十一条第二款", "gist": "双报告"}]}]}'
    )
    (tmp_path / "shared" / "laws.json").write_text(laws, encoding="utf-8")
    (tmp_path / "甲.flow").write_text(PROCESS, encoding="utf-8")

    async def session(talked: Talk) -> None:
        editor = Editor(tmp_path)
        await editor.rpc.start_io(sys.executable, "-c", COMMAND)
        started = lsp.InitializeParams(lsp.ClientCapabilities(), root_uri=tmp_path.as_uri())
        await editor.rpc.initialize_async(started)
        await talked(editor)
        await editor.rpc.shutdown_async(None)
        editor.rpc.exit(None)
        await editor.rpc.stop()

    def alone(talked: Talk) -> None:
        asyncio.run(asyncio.wait_for(session(talked), TIMEOUT))

    def run(talked: Talk) -> None:
        """Talk in a thread of its own: a browser test before this one may have left a loop in this one."""
        with ThreadPoolExecutor(1) as thread:
            thread.submit(alone, talked).result()

    return run


def test_findings_come_while_the_text_is_written_in_utf16(talk: Callable[[Talk], None]) -> None:
    async def write(editor: Editor) -> None:
        astral = PROCESS.replace("登记.等级 = 重大", "登记.名称 = “𠮷😀”")
        editor.open("甲.flow", astral.replace("转 结束", "转 结朿"))
        (wrong,) = [each for each in await editor.told("甲.flow") if each.code == "N03"]
        assert wrong.range == lsp.Range(lsp.Position(12, 37), lsp.Position(12, 39))
        change = lsp.TextDocumentContentChangePartial(wrong.range, "结束")
        document = lsp.VersionedTextDocumentIdentifier(2, editor.uri("甲.flow"))
        editor.rpc.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [change]))
        assert [each.code for each in await editor.told("甲.flow") if each.severity == 1] == []

    talk(write)


def test_a_text_in_english_is_answered_in_english(talk: Callable[[Talk], None]) -> None:
    async def write(editor: Editor) -> None:
        editor.open("甲.flow", format_text(PROCESS, "en").replace("goto 结束", "goto 结朿"))
        (wrong,) = [each for each in await editor.told("甲.flow") if each.code == "N03"]
        assert wrong.message == 'there is no step "结朿"\ndid you mean "结束"?'
        hover = await editor.rpc.text_document_hover_async(lsp.HoverParams(**editor.at("甲.flow", 8, 5)))
        assert hover is not None and "Who does it" in str(hover.contents)
        items = await editor.rpc.text_document_completion_async(
            lsp.CompletionParams(**editor.at("甲.flow", 8, 7))
        )
        assert {each.label: each.detail for each in items or ()}["登记员"] == "role"

    talk(write)


def test_a_name_that_is_missing_is_marked_once_with_the_other_places(talk: Callable[[Talk], None]) -> None:
    async def write(editor: Editor) -> None:
        editor.open("甲.flow", PROCESS.replace("审核员", "审合员"))
        (wrong,) = [each for each in await editor.told("甲.flow") if each.code == "R01"]
        lines = [each.location.range.start.line for each in wrong.related_information or ()]
        assert (wrong.range.start.line, lines) == (7, [10, 16])

    talk(write)


def test_questions_are_answered_across_files(talk: Callable[[Talk], None]) -> None:
    async def ask(editor: Editor) -> None:
        editor.open("甲.flow", PROCESS)
        hover = await editor.rpc.text_document_hover_async(lsp.HoverParams(**editor.at("甲.flow", 4, 8)))
        assert hover is not None and "双报告" in str(hover.contents)
        at = editor.at("甲.flow", 8, 8)
        declared = await editor.rpc.text_document_definition_async(lsp.DefinitionParams(**at))
        assert isinstance(declared, lsp.Location)
        assert declared.uri == editor.uri("shared/共用.flow") and declared.range.start == lsp.Position(0, 7)
        context = lsp.ReferenceContext(include_declaration=False)
        uses = await editor.rpc.text_document_references_async(lsp.ReferenceParams(context=context, **at))
        assert [each.range.start.line for each in uses or ()] == [7, 10, 16]
        symbols = await editor.rpc.text_document_document_symbol_async(
            lsp.DocumentSymbolParams(lsp.TextDocumentIdentifier(editor.uri("甲.flow")))
        )
        assert [each.name for each in symbols or ()] == ["试办"]
        items = await editor.rpc.text_document_completion_async(
            lsp.CompletionParams(**editor.at("甲.flow", 8, 7))
        )
        assert isinstance(items, list) and "登记员" in [each.label for each in items]

    talk(ask)


def test_texts_are_changed(talk: Callable[[Talk], None]) -> None:
    async def change(editor: Editor) -> None:
        editor.open("甲.flow", PROCESS.replace("转 结束", "转结束"))
        document = lsp.TextDocumentIdentifier(editor.uri("甲.flow"))
        await editor.told("甲.flow")
        line = lsp.Range(lsp.Position(12, 0), lsp.Position(12, 1))
        actions = await editor.rpc.text_document_code_action_async(
            lsp.CodeActionParams(document, line, lsp.CodeActionContext([]))
        )
        (action,) = list(actions)
        assert (
            isinstance(action, lsp.CodeAction) and action.edit is not None and action.edit.changes is not None
        )
        assert [edit.new_text for edit in action.edit.changes[editor.uri("甲.flow")]] == ["转 结束"]
        renamed = await editor.rpc.text_document_rename_async(
            lsp.RenameParams(new_name="复核人", **editor.at("甲.flow", 8, 8))
        )
        assert renamed is not None and renamed.changes is not None
        assert set(renamed.changes) == {editor.uri("甲.flow"), editor.uri("shared/共用.flow")}
        editor.open("乙.flow", "角色  丙，丁\n")
        options = lsp.FormattingOptions(2, insert_spaces=True)
        other = lsp.TextDocumentIdentifier(editor.uri("乙.flow"))
        edits = await editor.rpc.text_document_formatting_async(lsp.DocumentFormattingParams(other, options))
        assert [edit.new_text for edit in edits or ()] == ["角色 丙、丁\n"]

    talk(change)


def test_citations_are_checked_against_the_register_and_words_are_coloured(
    talk: Callable[[Talk], None],
) -> None:
    async def read(editor: Editor) -> None:
        editor.open("甲.flow", PROCESS.replace("第四十一条第二款", "第一百二十条"))
        (wrong,) = [each for each in await editor.told("甲.flow") if each.code == "F01"]
        assert "只有 119 条" in wrong.message
        document = lsp.TextDocumentIdentifier(editor.uri("甲.flow"))
        colours = await editor.rpc.text_document_semantic_tokens_full_async(
            lsp.SemanticTokensParams(document)
        )
        assert colours is not None and list(colours.data[:10]) == [0, 0, 2, 0, 0, 1, 0, 2, 0, 0]  # 引用, 规程
        folds = await editor.rpc.text_document_folding_range_async(lsp.FoldingRangeParams(document))
        assert [(each.start_line, each.end_line) for each in folds or ()] == [(1, 17), (6, 12), (13, 17)]

    talk(read)
