# Standoff needs Python 3.11 or newer and nothing else; everything is installed into .venv.
# Another Python:   make demo PYTHON=python3.12
# On Windows, or without make: the same steps with pip are in README.md.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test lint style types contracts bench clean

help:
	@echo "make demo    install into $(VENV) and run the scenario panjshir-2021"
	@echo "make test    install with the test tools and run the tests on all cores"
	@echo "make lint    style, types and import contracts"
	@echo "make bench   how fast it is, and how near the terrain and the season are to their references"
	@echo "make clean   remove $(VENV) and everything that tools left behind"

demo: $(VENV)/.core
	$(BIN)/standoff run panjshir-2021

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto

lint: style types contracts

style: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	@for file in benchmarks/[!_]*.py; do \
	  name=$$(basename $$file .py); echo "== $$name"; \
	  $(BIN)/python -m benchmarks.$$name || exit 1; \
	done

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An empty file in the environment says what is installed, so that the next call has nothing to do.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Standoff needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>/dev/null || echo missing)."; \
	  echo "Name another one: make demo PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "'$(PYTHON) -m venv' failed. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing Standoff into $(VENV) (a minute or so, once) ..."
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing Standoff and the test tools into $(VENV) (a minute or so, once) ..."
	@$(PIP) install -c constraints.txt -e ".[dev]"
	@touch $(VENV)/.core $@
