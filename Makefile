# Anliu 安流. `make help` lists the targets. Everything is built under .venv from the locked requirements.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
# Extras stay named: pip before 23.3 takes `coverage[toml]` for a package of its own, and leaves the lock for it.
UV_LOCK := uv pip compile --quiet --no-strip-extras --universal --generate-hashes --no-header --python-version 3.11
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help run test check bench format lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/base ## demo town in the browser; environment: HOST PORT ANLIU_DATABASE_URL ANLIU_CLOCK
	@exec $(BIN)/anliu demo

test: .venv/dev ## every test, from unit to browser
	@$(BIN)/python -m pytest -q -n 2 --dist loadscope

check: .venv/dev ## format, lint, types, import contracts, definitions
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/anliu fmt --check processes
	@$(BIN)/anliu check --strict processes

bench: .venv/dev ## measure, as ratios against hand-written code in the same run
	@$(BIN)/python -m tests.benchmarks

format: .venv/dev ## rewrite code and definitions in canonical form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/anliu fmt processes

lock: ## renew requirements/*.lock (needs uv)
	@$(UV_LOCK) --upgrade pyproject.toml requirements/build.in --extra pg -o requirements/base.lock
	@$(UV_LOCK) --upgrade pyproject.toml requirements/build.in --all-extras -c requirements/base.lock -o requirements/dev.lock

clean: ## remove what was built; data under var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed 需要 Python 3.11 以上"; exit 1; }
	@if command -v uv >/dev/null 2>&1; then uv venv -q --allow-existing --python "$$(command -v $(PYTHON))" .venv; \
	elif $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv .venv; \
	else echo "venv is missing 缺少 venv: apt install python3-venv"; exit 1; fi

.venv/base: requirements/base.lock requirements/install pyproject.toml | .venv/bin/python
	@sh requirements/install requirements/base.lock
	@touch $@

.venv/dev: requirements/dev.lock requirements/install pyproject.toml | .venv/bin/python
	@sh requirements/install requirements/dev.lock
	@touch .venv/base $@
