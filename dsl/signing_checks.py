"""签发: every paper that needs a signer gets one, whichever way the step ends."""

from collections.abc import Iterator

from dsl.clauses import Extension as WrittenExtension
from dsl.clauses import Issue as WrittenIssue
from dsl.lower import Lowered
from dsl.report import Report
from dsl.source import Place
from dsl.walk import actions_of, parts
from engine.definition import Clock, Document, Extension, Issue, Node, Step
from engine.signing import goes_out_by_doing, roles, signed_by_all


def check_signing(process: Lowered, report: Report) -> None:
    """Find papers that would go out unsigned, or that those who prepare them might sign themselves."""
    signed = {
        each.name: each
        for each in process.definition.documents
        if each.signed_by or each.reviewed_by or each.cosigned_by
    }
    for number, node in enumerate(process.definition.nodes):
        for document, message, hint in _faults(node, signed):
            report.error("Y06", issue_place(process, number, document.name), message, hint)
    for owner in (*process.definition.nodes, *process.definition.clocks):
        for rung, message, hint in _granted(owner, signed):
            report.error("Y06", process.place_of(rung), message, hint)


def _granted(owner: Node | Clock, signed: dict[str, Document]) -> Iterator[tuple[Extension, str, str]]:
    for rung in owner.extensions if isinstance(owner, Step | Clock) else ():
        for document in filter(None, map(signed.get, rung.documents)):
            if not signed_by_all(document, rung.approvers):
                granting = "、".join(sorted(roles(rung.approvers)))
                message = f"{_signed(document)}，“{owner.name}”批准延期时却由{granting}出具"
                yield rung, message, "让签发人批准延期，或在单独一步出具它"


def _faults(node: Node, signed: dict[str, Document]) -> Iterator[tuple[Document, str, str]]:
    issued = [
        signed[part.document]
        for acts in actions_of(node)
        for part in acts.effects
        if isinstance(part, Issue) and part.document in signed
    ]
    for document in issued:
        if not (isinstance(node, Step) and node.performers and goes_out_by_doing(document, node)):
            yield (
                document,
                f"{_signed(document)}，“{node.name}”却由系统按去向出具，没有人签发",
                "用一行“出具 …”在单独一步出具它，签发人会在办理以后签发",
            )
    if not isinstance(node, Step):
        return
    apart = [each for each in map(signed.get, node.issues) if each and not goes_out_by_doing(each, node)]
    for document in apart:
        if any(rung.deemed for rung in node.overdue):
            message = f"{_signed(document)}，“{node.name}”却可能期满视为，没有人签发"
            yield document, message, "去掉“视为”，或在另一步出具"
        both = roles(document.signed_by) & roles(node.performers)
        if both:
            yield (
                document,
                f"{_signed(document)}，“{node.name}”却既可以由{'、'.join(sorted(both))}办理，也可以由别人办理",
                "拟稿的和签发的分开：这一步只由拟稿的人办理，或者只由签发人办理",
            )


def _signed(document: Document) -> str:
    told = ((document.reviewed_by, "核稿"), (document.cosigned_by, "会签"), (document.signed_by, "签发"))
    said = "、".join(f"由{'、'.join(sorted(roles(who)))}{part}" for who, part in told if who)
    return f"“{document.name}”要{said}"


def issue_place(process: Lowered, number: int, document: str) -> Place:
    """Return where a node issues a document, else the node."""
    for part in parts(process.layout.nodes[number]):
        if isinstance(part, WrittenIssue | WrittenExtension):
            for name in part.documents:
                if name.text == document:
                    return name.place
    return process.layout.nodes[number].name.place
