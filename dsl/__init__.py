"""规程 (Guicheng): text of a definition -> typed surface tree -> checked definition.

The compiler is loaded when it is first asked for: to format or to explain needs no check.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsl.compile import Compiled, compile_paths, compile_sources, compile_text

__all__ = ["Compiled", "compile_paths", "compile_sources", "compile_text"]


def __getattr__(name: str) -> object:
    """Load what is asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'dsl' has no attribute {name!r}")
    return getattr(import_module("dsl.compile"), name)
