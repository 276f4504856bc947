"""An independent recount: figures of a town computed from its exported events alone, without the engine.

Nothing here imports the engine, but for `compare`, which puts both side by side. `python -m tests.recount URL` recounts
a whole database; the integration test does it for a small year.
"""
