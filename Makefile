# Everything a developer does here. Each target sets up what it needs; Python 3.11 and make are enough to begin.
#   make demo PORT=8000 PYTHON=python3.12      make test ARGS="tests/house -x" WORKERS=0

PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
ARGS    ?=
WORKERS ?= 2

# Set these and an installed tool does not ask about itself.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
INSTALL := $(BIN)/python -m pip install -qq --constraint constraints.txt
PACKAGE := --build-constraint constraints.txt --editable .
DIST    := loadfile
PYTEST   = $(BIN)/python -m pytest $(if $(filter-out 0,$(WORKERS)),--numprocesses=$(WORKERS) --dist=$(DIST) --no-loadscope-reorder)

.DEFAULT_GOAL := help
.PHONY: help demo cluster test test-browsers test-deep shots coverage lint format types floors bench widget check clean

help:  ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 15

demo: $(VENV)/.demo  ## Run the demo site and the Zoom simulator; Ctrl-C stops them
	@exec $(BIN)/python -m demo_app

cluster: $(VENV)/.cluster  ## Run the demo on PostgreSQL, Redis, gunicorn and Celery; Ctrl-C stops them
	@exec demo_app/cluster.sh $(ARGS)

test: $(VENV)/.dev  ## Run the tests (ARGS: for pytest; WORKERS: 0 for one process)
	$(BIN)/python -m tests.fixtures.chromium
	$(PYTEST) $(ARGS)

test-browsers: DIST := loadgroup
test-browsers: $(VENV)/.browsers  ## Run the widget's tests in Firefox and WebKit (needs Node)
	$(BIN)/python -m tests.engines.prepare
	$(PYTEST) -m engines $(ARGS) tests/engines

test-deep: $(VENV)/.dev  ## Run the tests that take minutes
	$(BIN)/python -m tests.fixtures.chromium
	$(PYTEST) -m deep $(ARGS)

shots: $(VENV)/.dev  ## Take a picture of every state of the widget and every page of a host, into docs/shots
	$(BIN)/python -m tests.fixtures.chromium
	SHOTS=docs/shots $(PYTEST) -m deep -k picture tests/browser/test_states.py tests/browser/test_every_page.py

coverage: $(VENV)/.dev  ## Run the tests and show the lines and branches that none reached
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest $(ARGS)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

lint: $(VENV)/.dev  ## Check style with ruff
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: $(VENV)/.dev  ## Let ruff mend what it can
	$(BIN)/ruff check --fix-only --exit-zero
	$(BIN)/ruff format

types: $(VENV)/.dev  ## Check types with mypy --strict
	$(BIN)/mypy zoom_blueprint demo_app tests

floors: $(VENV)/.dev  ## Check that every room imports only from floors below
	$(BIN)/lint-imports

bench: $(VENV)/.dev  ## Run the benchmarks (ARGS: confirm slots …; those of the widget need Chromium and Node)
	@$(BIN)/python benchmarks/prepare.py $(ARGS)
	@$(BIN)/python benchmarks $(ARGS)

# The built widget is committed: nobody who does not change it needs Node for it.
widget:  ## Check, build and test the widget (needs Node)
	@command -v npm >/dev/null || { echo "Building the widget needs Node.js and npm." >&2; exit 1; }
	cd widget && npm ci && npm run check && npm run build && npm test

check: lint types floors test test-browsers widget  ## Run everything that CI runs

clean:  ## Remove what make made, the demo's data excepted
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis \
	  .import_linter_cache widget/node_modules tests/engines/node_modules \
	  benchmarks/node_modules

# A stamp is made when its step has ended well, so a broken set-up is begun again.
$(VENV)/.base: constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Name a newer one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@$(INSTALL) --upgrade pip
	@touch $@

$(VENV)/.demo: $(VENV)/.base pyproject.toml
	@$(INSTALL) $(PACKAGE) --group demo
	@touch $@

$(VENV)/.cluster: $(VENV)/.base pyproject.toml
	@$(INSTALL) $(PACKAGE) --group cluster
	@touch $(VENV)/.demo $@

$(VENV)/.dev: $(VENV)/.base pyproject.toml
	@$(INSTALL) $(PACKAGE) --group dev
	@touch $(VENV)/.demo $(VENV)/.cluster $@

$(VENV)/.browsers: $(VENV)/.dev
	@$(INSTALL) --group browsers
	@touch $@
