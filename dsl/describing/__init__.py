"""A definition in Chinese prose: who does what by when, what follows, by which article."""

from dsl.describing.process import Chapter, chapters, describe

__all__ = ["Chapter", "chapters", "describe"]
