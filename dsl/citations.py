"""Citations: what was written on a line becomes one place in a law each."""

from collections.abc import Iterable

from dsl import clauses
from dsl.clauses import Basis, Fulfils
from dsl.literals import write_article
from engine.definition import Citation


def citations(written: Iterable[clauses.Citation], law: str = "") -> tuple[Citation, ...]:
    """Lower citations; one without a law is of the law before it, the first of `law` (that of the table around it)."""
    lowered: list[Citation] = []
    for citation in written:
        law = law if citation.law is None else citation.law.strip("《》")
        lowered += _places(citation, law)
    return tuple(lowered)


def _places(written: clauses.Citation, law: str) -> Iterable[Citation]:
    if not written.articles:
        yield Citation(law, "", written.unverified)
    for article in written.articles:
        yield Citation(law, write_article(article, "zh"), written.unverified)


def basis_of(properties: Iterable[object]) -> tuple[Citation, ...]:
    """Return the citations of the 依据 lines among some properties."""
    lines = (each for each in properties if isinstance(each, Basis))
    return tuple(each for line in lines for each in citations(line.citations))


def obligations_of(properties: Iterable[object]) -> tuple[str, ...]:
    """Return the obligations of the 落实 lines among some properties."""
    lines = (each for each in properties if isinstance(each, Fulfils))
    return tuple(obligation.text for line in lines for obligation in line.obligations)
