"""A .docx template of an official paper: what it asks for, and filling it.

A template is text of the town's own, so it runs in a sandbox that reads values and does nothing else, and a name that
nobody fills is a mistake, never an empty place.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from functools import lru_cache
from io import BytesIO
from typing import Any, Final
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.documents.snapshot import Path


class _Sandbox(ImmutableSandboxedEnvironment):
    """A sandbox in which each text of a template is compiled once, however many papers are made of it."""

    def from_string(
        self,
        source: str | nodes.Template,
        globals: MutableMapping[str, Any] | None = None,  # as Jinja calls it
        template_class: type[Template] | None = None,
    ) -> Template:
        """Return the template of a text; nothing else is ever asked for here."""
        assert isinstance(source, str) and globals is None and template_class is None, source
        return _compiled(source)


_SANDBOX: Final = _Sandbox(undefined=StrictUndefined, autoescape=True)


@lru_cache(maxsize=512)
def _compiled(source: str) -> Template:
    return ImmutableSandboxedEnvironment.from_string(_SANDBOX, source)


class BadTemplate(ValueError):
    """The file is no template that can be used; the text says why."""


def _opened(content: bytes) -> DocxTemplate:
    try:
        template = DocxTemplate(BytesIO(content))
        template.init_docx()
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError) as problem:
        raise BadTemplate("不是 Word 文档（.docx）") from problem
    return template


@lru_cache(maxsize=256)
def placeholders(content: bytes) -> tuple[Path, ...]:
    """Return every name a template prints or walks through, in order, each once; what a loop binds is left out.

    Raises:
        BadTemplate: it cannot be read.
    """
    template = _opened(content)
    try:
        tree = _SANDBOX.parse(template.patch_xml(template.get_xml()))
    except TemplateError as problem:
        raise BadTemplate(f"占位写法有误，请检查 {{{{ }}}} 是否成对（{problem}）") from problem
    bound = {target.name for loop in tree.find_all(nodes.For) for target in _names(loop.target)}
    paths = (path for path in _paths(tree) if path[0] not in bound and path[0] != "loop")
    return tuple(dict.fromkeys(paths))


def _names(target: nodes.Node) -> Iterator[nodes.Name]:
    if isinstance(target, nodes.Name):
        yield target
    yield from target.find_all(nodes.Name)


def _paths(node: nodes.Node) -> Iterator[Path]:
    for child in node.iter_child_nodes():
        path = _path(child)
        if path:
            yield path
        else:
            yield from _paths(child)


def _path(node: nodes.Node) -> Path:
    match node:
        case nodes.Name(name=name, ctx="load"):
            return (name,)
        case nodes.Getattr(node=inner, attr=attribute):
            before = _path(inner)
            return (*before, attribute) if before else ()
        case _:
            return ()


def fill(content: bytes, values: Mapping[str, Any]) -> bytes:
    """Return the paper: the template with the values in their places.

    Raises:
        BadTemplate: it asks for something that is not among the values, or cannot be read.
    """
    template = _opened(content)
    try:
        template.render(dict(values), _SANDBOX, autoescape=True)
    except TemplateError as problem:
        raise BadTemplate(f"填写时出错：{problem}") from problem
    stream = BytesIO()
    template.save(stream)
    return stream.getvalue()
