"""Starting a process, as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.definition import Definition, Form
from engine.views import Startable
from web.chips import citation_text
from web.form_texts import Texts
from web.task_page import ErrorLink, error_links
from web.widgets import Catalogue, Widget, widgets_of


@dataclass(frozen=True, slots=True)
class StartRow:
    """A process that a person may start."""

    name: str
    address: str
    description: str
    basis: str


@dataclass(frozen=True, slots=True)
class StartPage:
    """A start form opened."""

    process: str
    address: str
    form: str
    widgets: tuple[Widget, ...]
    basis: tuple[str, ...]
    errors: tuple[ErrorLink, ...]


def start_rows(startables: Sequence[Startable]) -> tuple[StartRow, ...]:
    """What may be started, in the order given."""
    return tuple(
        StartRow(
            each.process,
            f"/start/{each.process}",
            each.description or (f"填写《{each.form}》" if each.form else "不需要填表"),
            "；".join(map(citation_text, each.basis)),
        )
        for each in startables
    )


def start_form(definition: Definition, name: str | None) -> Form | None:
    """The form that starts a process, by the name the engine gave."""
    if name is None:
        return None
    return next((form for form in definition.forms if form.name == name), None)


def records_of(definition: Definition) -> dict[str, Form]:
    """Forms of a definition by name, for the elements of lists."""
    return {form.name: form for form in definition.forms}


def members_of(definition: Definition) -> dict[str, tuple[str, ...]]:
    """Enumerations of a definition by name."""
    return {each.name: each.members for each in definition.enumerations}


def start_page(
    name: str,
    definition: Definition,
    form: Form | None,
    texts: Texts,
    errors: Mapping[str, str],
    catalogue: Catalogue,
) -> StartPage:
    """Make the page of a start form; `name` is that of the process or of its prefilled start."""
    return StartPage(
        process=name,
        address=f"/start/{name}",
        form=form.name if form else "",
        widgets=widgets_of(form, texts, errors, catalogue) if form else (),
        basis=tuple(map(citation_text, definition.basis)),
        errors=error_links(errors),
    )
