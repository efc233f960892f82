# The verbs of the project. Everything is installed into .venv from the hashed locks; nothing else is needed but Python
# 3.11 to 3.13 and make.

SHELL := /bin/sh
SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(SUITABLE)' >/dev/null 2>&1 && echo $$p && break; done)
PYCARET := $(or $(KOBE_PYCARET),.venv-pycaret)
BIN := .venv/bin
PYTHON311 ?= $(shell for p in python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
SOURCE ?= auto
TESTS ?=

export PATH := $(CURDIR)/$(BIN):$(PATH)
export DO_NOT_TRACK := true

.DEFAULT_GOAL := help
.PHONY: help run pycaret pycaret-env test readme-test lint fix docs site screenshots serve app bench lock audit newest clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/installed ## fetch, prepare, train, apply, watch, replay, and print what came out (SOURCE=auto|download|simulate|FOLDER)
	@kobe-shots run --source "$(SOURCE)"
	@kobe-shots replay --scenario production

pycaret: pycaret-env .venv/installed ## the same with PyCaret as the engine of the training: a quarter of an hour
	@kobe-shots run --source "$(SOURCE)" --env pycaret

pycaret-env: ## PyCaret's own environment, built anew when its lock has changed; needs Python 3.11
	@cmp -s requirements-pycaret.txt "$(PYCARET)/requirements-pycaret.txt" && "$(PYCARET)/bin/python" -c '' 2>/dev/null \
		|| $(MAKE) --no-print-directory install-pycaret

test: lint ## all that CI runs: lint, types, and every test (TESTS=tests/shots for some)
	@pytest $(TESTS)

readme-test: ## every command of the README, in a fresh clone and a fresh home: a few minutes
	@$(PYTHON) tests/newcomer/follow.py

lint: .venv/installed-dev ## style, layers and types
	@ruff check .
	@ruff format --check .
	@lint-imports
	@mypy

fix: .venv/installed-dev ## mend the style where a tool can
	@ruff check --fix .
	@ruff format .

docs: .venv/installed-dev ## write the numbers of the last run into README and docs
	@kobe-shots docs

site: .venv/installed-dev ## the documents as a site, with the reference of the code, into site/
	@NO_MKDOCS_2_WARNING=1 mkdocs build --quiet --strict

screenshots: .venv/installed-dev ## take the pictures of the dashboard that the README shows (needs chromium)
	@python bench/screenshots.py

serve: .venv/installed ## MLflow on http://127.0.0.1:5000, with two processes instead of fifteen
	@MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false mlflow server --workers 1

app: .venv/installed ## the dashboard on http://127.0.0.1:8501
	@streamlit run ./streamlit/main.py --server.address 127.0.0.1

bench: .venv/installed-dev ## the search against scikit-learn's, on the raw files at hand
	@python bench/search.py

lock: ## resolve the dependencies again (needs uv)
	uv pip compile pyproject.toml --group build $(LOCK) -o requirements.txt
	uv pip compile pyproject.toml --group build --group dev -c requirements.txt $(LOCK) -o requirements-dev.txt
	uv pip compile --group pycaret $(LOCK) -o requirements-pycaret.txt

audit: .venv/installed-dev ## known weaknesses of all that the locks hold (asks PyPI); what could not be asked about is one
	@for lock in requirements-dev.txt requirements-pycaret.txt; do \
		echo "$$lock"; pip-audit --strict --disable-pip --require-hashes --requirement $$lock || failed=1; done; exit $${failed:-0}

newest: ## the tests with the newest of all that pyproject.toml allows, in an environment that is thrown away (TESTS=... for some)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && PATH="$$folder/bin:$$PATH" && $(PYTHON) -m venv "$$folder" \
		&& python -m pip install --quiet --upgrade "pip>=25.1" \
		&& python -m pip install --quiet --upgrade --editable . --group build --group dev \
		&& python -m pip list && pytest $(TESTS)

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet

clean: ## remove what was installed and what runs have written, the raw files included
	rm -rf .venv .venv-pycaret .venv-pycaret.partial site mlruns mlartifacts mlflow.db* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find data -type f ! -name .gitkeep -delete

.venv/installed: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found; install one, or name it: make PYTHON=..."; exit 1; }
	@echo "Installing into .venv ($$($(PYTHON) --version)); a minute or two, once."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-dev.txt
	@touch $@

# Built beside and renamed: there is a whole environment, with a copy of its lock, or none.
.PHONY: install-pycaret
install-pycaret:
	@test -n "$(PYTHON311)" || { echo "PyCaret 3.3.2 runs on Python 3.11 at most, and no Python 3.11 was found; install it, or name it: make pycaret PYTHON311=..."; exit 1; }
	@echo "Installing PyCaret into $(PYCARET) ($$($(PYTHON311) --version)); two minutes, once."
	@rm -rf "$(PYCARET).partial"
	@$(PYTHON311) -m venv "$(PYCARET).partial"
	@"$(PYCARET).partial/bin/python" -m pip install --quiet --no-deps --require-hashes -r requirements-pycaret.txt
	@cp requirements-pycaret.txt "$(PYCARET).partial/"
	@rm -rf "$(PYCARET)"
	@mv "$(PYCARET).partial" "$(PYCARET)"
