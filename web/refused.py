"""A refusal in one line."""

from engine.errors import Refusal
from web.operations import refusal_text


def refusal_sentence(refusal: Refusal) -> str:
    """Say what was refused, what to do, and by which article."""
    return refusal_text(str(refusal), refusal.hint, refusal.article)
