"""规程 (Guicheng): text of a definition -> typed surface tree -> checked definition."""
