"""Parse tree -> surface tree: one small function for each rule of the grammar."""

from dsl.building.declarations import declaration
from dsl.building.site import Node, Site

__all__ = ["Node", "Site", "declaration"]
