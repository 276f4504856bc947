"""规程 (Guicheng): text of a definition -> typed surface tree -> checked definition."""

from dsl.compile import Compiled, compile_paths, compile_sources, compile_text

__all__ = ["Compiled", "compile_paths", "compile_sources", "compile_text"]
