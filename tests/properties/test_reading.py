"""What holds for every text: it is read without a crash, and what can be read can be formatted and translated."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsl.findings import has_errors, render_all
from dsl.format import Unreadable, format_text
from dsl.parse import parse
from dsl.source import Source
from tests.properties.texts import excerpts, faults, shuffled_lines, word_salads

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)


def formatted(text: str) -> str | None:
    """The canonical form, or None when the text has mistakes."""
    try:
        return format_text(text)
    except Unreadable:
        return None


def check(text: str) -> None:
    """Read, show and format a text; a formatted text is canonical and survives translation."""
    source = Source("x", text)
    file, findings = parse(source)
    render_all(findings, {"x": source}).encode("utf-8")
    for finding in findings:
        assert 1 <= finding.place.line <= len(source.line_starts)
        assert (finding.place.end_line, finding.place.end_column) >= (
            finding.place.line,
            finding.place.column,
        )
    canonical = formatted(text)
    if canonical is None:
        assert has_errors(findings)
        return
    english = format_text(canonical, "en")
    assert format_text(canonical) == canonical
    assert format_text(english, "en") == english
    assert format_text(english) == canonical
    assert parse(Source("x", canonical))[0] == file == parse(Source("x", english))[0]


@settings(deadline=None)
@given(ANYTHING)
@example("\ufeff\r\r\n\x0b\u2028")
@example("规程 试\n  步骤 一\n    承办 甲\n" + "  汇合 块\n" * 3)
def test_any_text_is_read(text: str) -> None:
    check(text)


@settings(deadline=None)
@given(word_salads())
def test_words_of_the_language_in_any_order_are_read(text: str) -> None:
    check(text)


@settings(deadline=None)
@given(shuffled_lines())
def test_lines_of_definitions_in_any_order_are_read(text: str) -> None:
    check(text)


@settings(deadline=None)
@given(excerpts())
def test_sections_of_definitions_survive_translation(text: str) -> None:
    check(text)


def test_a_one_token_fault_is_first_reported_on_its_line_and_mostly_once() -> None:
    """The measure of the language brief: 300 random faults in long definitions.

    A fault that gives a grammatical text is left to the checks of names and types.
    """
    noticed = first = many = 0
    for fault in faults(300, seed=20230410):
        findings = parse(Source("x", fault.text))[1]
        noticed += bool(findings)
        first += bool(findings) and findings[0].place.line == fault.line
        many += len(findings) > 2
    assert noticed > 200
    assert first >= 0.98 * noticed
    assert many <= 0.02 * noticed
