"""Citations against the law register: no such law or article, repealed, too low in rank, extensions beyond the ceiling."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from dsl.clauses import Article, Basis, Citation, Extension
from dsl.declarations import Document, DocumentPower, Parameter, Table
from dsl.expressions import DurationLiteral
from dsl.laws import Law, LawRegister
from dsl.literals import write_article, write_span
from dsl.procedure import Clock, Step
from dsl.report import Report
from dsl.scope import World
from dsl.source import Place
from dsl.spans import longest_hours, shortest_hours
from dsl.tree import Declaration
from dsl.walk import slots_of
from engine.values import Span

_CITES_NOTHING = frozenset(
    (
        "place",
        "name",
        "names",
        "condition",
        "value",
        "span",
        "moment",
        "ref",
        "refs",
        "type",
        "performers",
        "to",
    )
)
_ALIKE = 0.8  # titles share long words: only what is nearly the same is taken for a slip


@dataclass(frozen=True, slots=True)
class _Cited:
    """One article of a citation; `day`: the last day on which what cites it is valid, if it ends."""

    law: str
    article: Article | None
    place: Place
    day: date | None


def check_laws(world: World, register: LawRegister, report: Report) -> None:
    """Check every citation of the files."""
    for scope in world.scopes:
        for declaration in scope.file.declarations:
            lines = tuple(_lines(declaration))
            for cited in _cited(declaration, lines):
                _exists(register, cited, report)
            for part in lines:
                _rank(register, part, report)
                if isinstance(part, Step | Clock):
                    _extensions(register, part, report)


def _lines(whole: object) -> Iterator[object]:
    """Return a declaration and the lines inside it; words, places and expressions cite nothing."""
    stack = [whole]
    while stack:
        part = stack.pop()
        if isinstance(part, tuple):
            stack.extend(reversed(part))
            continue
        yield part
        for name in slots_of(type(part)):
            if name not in _CITES_NOTHING:
                value = getattr(part, name)
                if isinstance(value, tuple) or slots_of(type(value)):
                    stack.append(value)


def _cited(declaration: Declaration, lines: Iterable[object]) -> Iterator[_Cited]:
    """Citations in order; one without a law is of the law before it on its line, first that of the table around."""
    day, law = None, ""
    if isinstance(declaration, Table):
        day = declaration.validity.valid_until if declaration.validity is not None else None
        law = next((name for name in _laws_of(declaration.properties)), "")
    for part in lines:
        written = getattr(part, "citations", ())
        yield from _resolved(written, law, day)


def _resolved(written: Iterable[Citation], law: str, day: date | None) -> Iterator[_Cited]:
    for citation in written:
        law = law if citation.law is None else citation.law.strip("《》")
        for article in citation.articles or (None,):
            yield _Cited(law, article, citation.place, day)


def _laws_of(properties: Iterable[object]) -> Iterator[str]:
    for line in properties:
        if isinstance(line, Basis):
            yield from (each.law for each in _resolved(line.citations, "", None) if each.law)


def _exists(register: LawRegister, cited: _Cited, report: Report) -> None:
    law = register.laws.get(cited.law)
    if law is None:
        if cited.law:
            import difflib  # only a mistake asks for it

            near = difflib.get_close_matches(cited.law, register.laws, 1, _ALIKE)
            hint = f"是否为《{near[0]}》？" if near else "核对名称；确有这部法，请在法规库里登记"
            report.warning("F01", cited.place, f"法规库里没有《{cited.law}》", hint)
        return
    version = law.version_on(cited.day)
    if version is None:
        last = max(each.valid_until or date.max for each in law.versions)
        report.warning(
            "F02",
            cited.place,
            f"《{cited.law}》已于 {last.isoformat()} 起不再有效",
            "改为现行的法规；只适用于旧案的，给判定表或参数写“至”",
        )
        return
    if cited.article is None or cited.article.chapter:
        return
    written = write_article(cited.article, "zh")
    if version.length is not None and cited.article.number > version.length:
        report.error(
            "F01",
            cited.place,
            f"《{cited.law}》（{version.name}）只有 {version.length} 条，没有{written}",
            "核对条文号",
        )
        return
    known = law.entries(cited.article)
    if known and all(each.version not in (None, version.name) for each in known):
        report.warning(
            "F02",
            cited.place,
            f"法规库里的《{cited.law}》{written}是旧文本（{'、'.join(str(each.version) for each in known)}）的条文",
            f"核对现行文本（{version.name}）里是第几条",
        )


# ---- rank


def _rank(register: LawRegister, part: object, report: Report) -> None:
    """What is called law, and documents that use a power, need more than a circular."""
    match part:
        case Parameter(name, local=False, values=values):
            lines = (
                *(each for line in part.properties if isinstance(line, Basis) for each in line.citations),
                *(each for value in values for each in value.citations),
            )
            _high_enough(register, name.place, f"法定参数“{name.text}”", lines, report)
        case Document(name) if any(isinstance(line, DocumentPower) for line in part.properties):
            lines = tuple(
                each for line in part.properties if isinstance(line, Basis) for each in line.citations
            )
            _high_enough(register, name.place, f"行使职权的文书“{name.text}”", lines, report)
        case _:
            pass


def _high_enough(
    register: LawRegister, place: Place, what: str, cited: tuple[Citation, ...], report: Report
) -> None:
    laws = [register.laws.get(each.law) for each in _resolved(cited, "", None)]
    known = [law for law in laws if law is not None]
    if known and len(known) == len(laws) and all(law.rank == 0 for law in known):
        names = "、".join(dict.fromkeys(f"《{law.title}》" for law in known))
        report.warning(
            "F03",
            place,
            f"{what}只依据{names}，位阶不够",
            "补上法律、行政法规或规章的依据；没有的写“本地”",
        )


# ---- extensions


def _extensions(register: LawRegister, owner: Step | Clock, report: Report) -> None:
    """The lines of one article together may not go beyond what it allows."""
    lines = [line for line in owner.properties if isinstance(line, Extension)]
    around = [each for line in owner.properties if isinstance(line, Basis) for each in line.citations]
    used: dict[tuple[str, Article], float] = {}
    for line in lines:
        if not isinstance(line.at_most, DurationLiteral) or line.local:
            continue
        for cited in _resolved(line.citations or around, "", None):
            law = register.laws.get(cited.law)
            ceiling = None if law is None or cited.article is None else _ceiling(law, cited.article)
            if ceiling is None or cited.article is None:
                continue
            key = (cited.law, cited.article)
            used[key] = used.get(key, 0.0) + shortest_hours(line.at_most.value) * (line.times or 1)
            if used[key] > longest_hours(ceiling):
                report.error(
                    "T10",
                    line.place,
                    f"延期合计超过《{cited.law}》{write_article(cited.article, 'zh')}允许的 {write_span(ceiling, 'zh')}",
                    f"改为合计不超过 {write_span(ceiling, 'zh')}",
                )


def _ceiling(law: Law, article: Article) -> Span | None:
    version = law.version_on(None)
    for each in law.entries(article):
        if each.extension is not None and each.version in (None, version.name if version else None):
            return each.extension
    return None
