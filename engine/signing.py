"""核稿, 会签, 签发: who answers for what a step issues, besides those who do the step.

Whoever may sign a document does the step, and signs it by doing so; or others prepare it, and a last seat of the step is
the signer's, who issues it or gives it back. Before him comes who looks it over (核稿), and then, together, whoever must
agree (会签); each may give it back too. One who prepares never answers for his own paper.
"""

from engine.definition import Definition, Document, Performer, Step


def signed_apart(definition: Definition, step: Step) -> tuple[tuple[Performer, ...], ...]:
    """Return the signers that a step needs besides those who do it, each group once, in the order of its documents."""
    found = (
        document.signed_by
        for document in definition.documents
        if document.name in step.issues and not signs_by_doing(document, step)
    )
    return tuple(dict.fromkeys(found))


def goes_out_by_doing(document: Document, step: Step) -> bool:
    """Tell whether a document is issued by doing the step, with nobody else to answer for it."""
    return signed_by_all(document, step.performers)


def signed_by_all(document: Document, performers: tuple[Performer, ...]) -> bool:
    """Tell whether nobody else has to answer for a document that one of these issues."""
    return not (document.reviewed_by or document.cosigned_by) and _may_sign(document, performers)


def signs_by_doing(document: Document, step: Step) -> bool:
    """Tell whether a document needs no signer, or everybody who may do the step is one."""
    return _may_sign(document, step.performers)


def _may_sign(document: Document, performers: tuple[Performer, ...]) -> bool:
    return not document.signed_by or roles(performers) <= roles(document.signed_by)


def roles(performers: tuple[Performer, ...]) -> frozenset[str]:
    """Return the roles of performers."""
    return frozenset(performer.role for performer in performers)
