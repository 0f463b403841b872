# Needs make, pip, git and Python 3.11 or newer; everything else goes into the virtual environment.
#   make run PY=python3.12        with another Python
#   make test ARGS="-k chance"    with arguments for pytest

PY ?= python3
VENV ?= .venv
ARGS ?=
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# A virtual environment that is there already answers for itself.
BASE = $(if $(wildcard $(BIN)/python),$(BIN)/python,$(PY))
NEW_ENOUGH = $(shell $(BASE) -c 'import sys; print("yes" if sys.version_info >= (3, 11) else "")' 2>/dev/null)
FOUND = $(or $(shell $(BASE) --version 2>&1 | grep '^Python'),no Python)
LOCK := --universal --python-version 3.11 --fork-strategy requires-python --generate-hashes --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format docs bench patterns lock clean chromium

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(STAMP) ## make the virtual environment with the pinned libraries

run: $(STAMP) ## open the app in the browser
	$(BIN)/python -m viz $(ARGS)

test: $(STAMP) chromium ## pass all tests
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

lint: $(STAMP) ## check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP) ## write the format that lint asks for
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

docs: $(STAMP) ## write the generated tables of docs again
	$(BIN)/python docs/tables.py

bench: $(STAMP) ## measure speed (prints ratios from one run)
	@set -e; for script in benchmarks/[!_]*.py; do echo "== $$script"; $(BIN)/python -m "benchmarks.$$(basename $$script .py)"; done

patterns: $(STAMP) ## look at the patterns a credible model should show (some minutes)
	$(BIN)/python docs/patterns.py $(ARGS)

lock: $(STAMP) ## pin the libraries again (ARGS=--upgrade for newer ones)
	$(BIN)/uv --system-certs pip compile -q $(LOCK) --all-extras pyproject.toml requirements.in -o requirements.txt $(ARGS)

clean: ## remove what tools made (results stay)
	rm -rf .venv .venv-* build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# uv is quick, and is itself pinned in requirements.txt; where it cannot reach the libraries, pip does the same slowly.
$(STAMP): requirements.txt pyproject.toml
	$(if $(NEW_ENOUGH),,$(error Pokmas needs Python 3.11 or newer but "$(BASE)" is $(FOUND): name another, as in  make run PY=python3.12))
	@test -x $(BIN)/python || $(PY) -m venv $(VENV) >/dev/null 2>&1 || { \
	  rm -rf $(VENV); $(PY) -m venv --without-pip $(VENV) && $(PY) -m pip --python $(BIN)/python install -q pip; }
	@awk '/^uv==/,!/\\$$/' requirements.txt >$(VENV)/uv.txt
	@echo "Installing the pinned libraries into $(VENV) (half a minute; a few minutes on a slow line)"
	@{ $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt \
	  && $(BIN)/uv --system-certs pip install -q -p $(BIN)/python --require-hashes -r requirements.txt; } \
	  || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Browser tests want a Chromium: Debian's is installed when that can be done without asking anybody.
chromium: $(STAMP)
	@$(BIN)/python tests/chromium.py && exit 0; \
	as=no; if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as="sudo -n"; fi; \
	apt="$$as env DEBIAN_FRONTEND=noninteractive apt-get -qq"; \
	if [ "$$as" != no ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests"; \
	  $$apt update >/dev/null 2>&1; $$apt install -y --no-install-recommends chromium fonts-liberation >/dev/null 2>&1; \
	fi; \
	$(BIN)/python tests/chromium.py \
	  || echo "No Chromium found: the browser tests are skipped (install chromium, or name one with CHROMIUM=/where/it/is)"
