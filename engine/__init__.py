"""The engine: definitions, cases, history. It never parses and knows no Flask."""
