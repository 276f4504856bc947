"""Processes are killed in the middle of work; a judge that reads only files says whether anything was lost."""
