# Anliu 安流. `make help` lists the targets. Everything is built under .venv from the locked requirements.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help run test check bench format lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/base ## demo town in the browser: HOST PORT ANLIU_DATABASE_URL ANLIU_CLOCK
	@$(BIN)/anliu demo

test: .venv/dev ## every test, from unit to browser
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

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
	uv pip compile --universal --generate-hashes --no-header --no-annotate --extra pg pyproject.toml -o requirements/base.lock
	uv pip compile --universal --generate-hashes --no-header --no-annotate --extra pg --extra dev --extra browser pyproject.toml -o requirements/dev.lock

clean: ## remove what was built; data under var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed 需要 Python 3.11 以上"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "venv is missing 缺少 venv: apt install python3-venv"; rm -rf .venv; exit 1; }

.venv/base: requirements/base.lock pyproject.toml | .venv/bin/python
	@sh requirements/install requirements/base.lock
	@touch $@

.venv/dev: requirements/dev.lock pyproject.toml | .venv/bin/python
	@sh requirements/install requirements/dev.lock
	@touch .venv/base $@
