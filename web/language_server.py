"""`anliu lsp`: the language server, a thin shell around `dsl.editor` (Language Server Protocol 3.17).

Editors count UTF-16 units from 0, we count code points from 1: every position passes through `_Lines`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from dsl.editor.colouring import Shade, coloured
from dsl.editor.completing import complete
from dsl.editor.desk import Desk, Set
from dsl.editor.fixing import repairs
from dsl.editor.folding import folds
from dsl.editor.hovering import hover
from dsl.editor.index import Position
from dsl.editor.outline import Entry, outline
from dsl.editor.renaming import CannotRename, rename, renameable
from dsl.editor.symbols import Sort
from dsl.english import in_english
from dsl.findings import Edit, Finding, Severity, english, english_hint
from dsl.format import Unreadable, format_text
from dsl.source import Place, Source, from_utf16, to_utf16
from dsl.vocabulary import Language, keywords

_SEVERITY: Final = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFO: lsp.DiagnosticSeverity.Information,
}
_KINDS: Final = {
    Sort.PROCESS: lsp.SymbolKind.Module,
    Sort.FORM: lsp.SymbolKind.Struct,
    Sort.FIELD: lsp.SymbolKind.Field,
    Sort.ENUMERATION: lsp.SymbolKind.Enum,
    Sort.MEMBER: lsp.SymbolKind.EnumMember,
    Sort.EVENT: lsp.SymbolKind.Event,
    Sort.TABLE: lsp.SymbolKind.Function,
    Sort.RULE: lsp.SymbolKind.Function,
    Sort.ROLE: lsp.SymbolKind.Interface,
    Sort.PARAMETER: lsp.SymbolKind.Constant,
    Sort.DATA: lsp.SymbolKind.Variable,
}
_COMPLETIONS: Final = {
    Sort.FIELD: lsp.CompletionItemKind.Field,
    Sort.MEMBER: lsp.CompletionItemKind.EnumMember,
    Sort.ENUMERATION: lsp.CompletionItemKind.Enum,
    Sort.FORM: lsp.CompletionItemKind.Struct,
    Sort.EVENT: lsp.CompletionItemKind.Event,
    Sort.TABLE: lsp.CompletionItemKind.Function,
    Sort.RULE: lsp.CompletionItemKind.Function,
}


_LEGEND: Final = lsp.SemanticTokensLegend([str(shade) for shade in Shade], ["declaration"])


@dataclass(frozen=True, slots=True)
class _Lines:
    """Positions of a text, between the editor's counting and ours."""

    source: Source

    def read(self, position: lsp.Position) -> Position:
        line = position.line + 1
        return Position(line, from_utf16(self.source.line_text(line), position.character))

    def written(self, line: int, column: int) -> lsp.Position:
        return lsp.Position(line - 1, to_utf16(self.source.line_text(line), column))

    def range(self, place: Place) -> lsp.Range:
        return lsp.Range(
            self.written(place.line, place.column), self.written(place.end_line, place.end_column)
        )


class Shell:
    """What speaks to the editor, and the texts on its desk."""

    def __init__(self) -> None:
        self.rpc = LanguageServer("anliu", version("anliu"))
        self.desk = Desk()
        self.told: dict[str, tuple[Finding, ...]] = {}

    def at(self, uri: str) -> tuple[Set, str]:
        """Return the set of a text and its name in it."""
        name = _name(uri)
        return self.desk.set_of(name), name

    def tell(self, found: Set) -> None:
        """Publish the findings of every text of a set whose findings have changed."""
        analysis = found.workspace.analysis()
        for name, findings in analysis.findings.items():
            if self.told.get(name, ()) == findings:
                continue
            self.told[name] = findings
            lines = _Lines(analysis.documents[name].source)
            diagnostics = [_diagnostic(_uri(name), lines, each) for each in findings]
            self.rpc.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(_uri(name), diagnostics))


def _name(uri: str) -> str:
    """Files go by their path; what is not on disk by its address."""
    path: str | None = to_fs_path(uri) if uri.startswith("file:") else None
    return path or uri


def _uri(name: str) -> str:
    uri: str | None = from_fs_path(name) if Path(name).is_absolute() else None
    return uri or name


def _diagnostic(uri: str, lines: _Lines, finding: Finding) -> lsp.Diagnostic:
    language = _language(lines.source.text)
    same = "同样" if language == "zh" else "also here"
    again = [
        lsp.DiagnosticRelatedInformation(lsp.Location(uri, lines.range(place)), same)
        for place in finding.again
    ]
    return lsp.Diagnostic(
        lines.range(finding.place),
        _said(finding, language),
        _SEVERITY[finding.severity],
        finding.code,
        source="anliu",
        related_information=again or None,
    )


def _said(finding: Finding, language: Language) -> str:
    """A finding in the language in which its text is written."""
    if language == "en":
        return f"{english(finding)}\n{english_hint(finding)}".rstrip()
    basis = f"（{finding.basis}）" if finding.basis else ""
    return f"{finding.message}\n{finding.hint}{basis}"


def server() -> LanguageServer:
    """Return a server that answers what editors ask."""
    shell = Shell()

    def answering(function: Callable[[Shell, Any], object]) -> Callable[[Any], object]:
        return lambda params: function(shell, params)

    asked: Mapping[str, Callable[[Shell, Any], object]] = {
        lsp.TEXT_DOCUMENT_DID_OPEN: _opened,
        lsp.TEXT_DOCUMENT_DID_CHANGE: _changed,
        lsp.TEXT_DOCUMENT_DID_CLOSE: _closed,
        lsp.TEXT_DOCUMENT_HOVER: _hover,
        lsp.TEXT_DOCUMENT_DEFINITION: _definition,
        lsp.TEXT_DOCUMENT_REFERENCES: _references,
        lsp.TEXT_DOCUMENT_PREPARE_RENAME: _prepare_rename,
        lsp.TEXT_DOCUMENT_RENAME: _rename,
        lsp.TEXT_DOCUMENT_FORMATTING: _format,
        lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL: _symbols,
        lsp.TEXT_DOCUMENT_CODE_ACTION: _actions,
        lsp.TEXT_DOCUMENT_FOLDING_RANGE: _folds,
    }
    for method, function in asked.items():
        shell.rpc.feature(method)(answering(function))
    options = lsp.CompletionOptions(trigger_characters=[".", " ", "《", "》"])
    shell.rpc.feature(lsp.TEXT_DOCUMENT_COMPLETION, options)(answering(_complete))
    shell.rpc.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, _LEGEND)(answering(_colours))
    return shell.rpc


# ---- texts


def _opened(shell: Shell, params: lsp.DidOpenTextDocumentParams) -> None:
    shell.tell(shell.desk.write(_name(params.text_document.uri), params.text_document.text))


def _changed(shell: Shell, params: lsp.DidChangeTextDocumentParams) -> None:
    uri = params.text_document.uri
    shell.tell(shell.desk.write(_name(uri), shell.rpc.workspace.get_text_document(uri).source))


def _closed(shell: Shell, params: lsp.DidCloseTextDocumentParams) -> None:
    shell.tell(shell.desk.close(_name(params.text_document.uri)))


# ---- questions


def _hover(shell: Shell, params: lsp.HoverParams) -> lsp.Hover | None:
    found, name = shell.at(params.text_document.uri)
    lines = _lines(found, name)
    language = _language(lines.source.text)
    said = hover(found.index(), name, lines.read(params.position), found.laws, language)
    if said is None:
        return None
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, said.text), lines.range(said.place))


def _definition(shell: Shell, params: lsp.DefinitionParams) -> lsp.Location | None:
    found, name = shell.at(params.text_document.uri)
    place = found.index().definition(name, _lines(found, name).read(params.position))
    return None if place is None else _location(found, place)


def _references(shell: Shell, params: lsp.ReferenceParams) -> list[lsp.Location]:
    found, name = shell.at(params.text_document.uri)
    index = found.index()
    here = index.at(name, _lines(found, name).read(params.position))
    if here is None:
        return []
    declared = index.analysis.placed(here.symbol.place)
    places = index.places(here.symbol)
    wanted = places if params.context.include_declaration else [each for each in places if each != declared]
    return [_location(found, each) for each in wanted]


def _prepare_rename(shell: Shell, params: lsp.PrepareRenameParams) -> lsp.Range | None:
    found, name = shell.at(params.text_document.uri)
    lines = _lines(found, name)
    try:
        return lines.range(renameable(found.index(), name, lines.read(params.position)))
    except CannotRename:
        return None


def _rename(shell: Shell, params: lsp.RenameParams) -> lsp.WorkspaceEdit:
    found, name = shell.at(params.text_document.uri)
    position = _lines(found, name).read(params.position)
    try:
        edits = rename(found.index(), name, position, params.new_name)
    except CannotRename as problem:
        raise JsonRpcInvalidParams(str(problem)) from problem
    return _workspace_edit(found, edits)


def _complete(shell: Shell, params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
    found, name = shell.at(params.text_document.uri)
    lines = _lines(found, name)
    english_text = _language(lines.source.text) == "en"
    return [
        lsp.CompletionItem(
            each.text,
            kind=lsp.CompletionItemKind.Keyword
            if each.sort is None
            else _COMPLETIONS.get(each.sort, lsp.CompletionItemKind.Reference),
            detail=((in_english(each.detail) if english_text else None) or each.detail) or None,
            sort_text=f"{number:04}",
            text_edit=lsp.TextEdit(lines.range(each.place), each.text),
        )
        for number, each in enumerate(complete(found.index(), name, lines.read(params.position), found.laws))
    ]


def _format(shell: Shell, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
    found, name = shell.at(params.text_document.uri)
    lines = _lines(found, name)
    text = lines.source.text
    try:
        canonical = format_text(text, _language(text))
    except Unreadable:
        return []
    end = lines.written(len(lines.source.line_starts) + 1, 1)
    return [] if canonical == text else [lsp.TextEdit(lsp.Range(lsp.Position(0, 0), end), canonical)]


def _symbols(shell: Shell, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
    found, name = shell.at(params.text_document.uri)
    return [_symbol(_lines(found, name), each) for each in outline(found.workspace.analysis(), name)]


def _folds(shell: Shell, params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
    found, name = shell.at(params.text_document.uri)
    return [
        lsp.FoldingRange(
            each.first - 1, each.last - 1, kind=lsp.FoldingRangeKind.Comment if each.comment else None
        )
        for each in folds(found.workspace.analysis(), name)
    ]


def _colours(shell: Shell, params: lsp.SemanticTokensParams) -> lsp.SemanticTokens:
    """Each word by what it is; the protocol counts from the word before."""
    found, name = shell.at(params.text_document.uri)
    lines = _lines(found, name)
    shades = list(Shade)
    data: list[int] = []
    before = lsp.Position(0, 0)
    for each in coloured(found.index(), name):
        here = lines.range(each.place)
        line = here.start.line - before.line
        character = here.start.character - (0 if line else before.character)
        length = here.end.character - here.start.character
        data += [line, character, length, shades.index(each.shade), int(each.declares)]
        before = here.start
    return lsp.SemanticTokens(data)


def _actions(shell: Shell, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    found, name = shell.at(params.text_document.uri)
    lines = _lines(found, name)
    first, last = params.range.start.line + 1, params.range.end.line + 1
    return [
        lsp.CodeAction(
            each.title,
            lsp.CodeActionKind.QuickFix,
            [_diagnostic(params.text_document.uri, lines, each.finding)],
            is_preferred=True,
            edit=_workspace_edit(found, each.edits),
        )
        for each in repairs(found.workspace.analysis(), name, first, last)
    ]


# ---- our values as the protocol's


def _lines(found: Set, name: str) -> _Lines:
    return _Lines(found.workspace.analysis().documents[name].source)


def _location(found: Set, place: Place) -> lsp.Location:
    return lsp.Location(_uri(place.source), _lines(found, place.source).range(place))


def _workspace_edit(found: Set, edits: Mapping[str, Iterable[Edit]]) -> lsp.WorkspaceEdit:
    return lsp.WorkspaceEdit(
        {
            _uri(name): [lsp.TextEdit(_lines(found, name).range(each.place), each.text) for each in own]
            for name, own in edits.items()
        }
    )


def _symbol(lines: _Lines, entry: Entry) -> lsp.DocumentSymbol:
    return lsp.DocumentSymbol(
        entry.name,
        _KINDS.get(entry.sort, lsp.SymbolKind.Object),
        lines.range(entry.whole),
        lines.range(entry.place),
        str(entry.sort),
        children=[_symbol(lines, each) for each in entry.inside],
    )


def _language(text: str) -> Language:
    """The language whose headings the text uses more."""
    first = [line.split(maxsplit=1)[0].rstrip(":：") for line in text.splitlines() if line.strip()]
    headings = [word for word in keywords().values() if word.kind in ("top", "node", "line")]
    chinese = sum(first.count(word.zh) for word in headings)
    english = sum(first.count(word.en) for word in headings)
    return "en" if english > chinese else "zh"
