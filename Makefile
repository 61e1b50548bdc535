# Two commands do everything: `make run` and `make test`. Both install what they need.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
CATALOGUES := $(wildcard surveyapp/translations/*/LC_MESSAGES/messages.po)
WORKERS ?= 3
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
install = { if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --python $(BIN)/python $(1); \
	else $(BIN)/python -m pip install --quiet $(1); fi; } || { echo "Not installed: is there a way to the package index? The same command goes on from here." >&2; exit 1; }
PROVIDER := build/oidc-provider
apt = $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $(1) > /dev/null

.PHONY: help run test types tests setup bench shots format messages advisories clean lock browser provider redis deployment

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

run: $(RUNTIME) ## the demo, served on http://127.0.0.1:$PORT (8000); Ctrl-C ends it, the data stay
	@$(BIN)/surveyapp demo --port $(PORT)

test: $(DEVELOPMENT) browser provider redis deployment ## every check: format, lint, types, imports, templates, tests, browser, wheel
	@$(BIN)/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-cache | tail -n 1
	@$(BIN)/djlint --lint --quiet templates
	@$(MAKE) --no-print-directory --jobs=2 types tests

types: $(DEVELOPMENT)
	@$(BIN)/mypy --no-error-summary surveyapp tests benchmarks

tests: $(DEVELOPMENT)
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=10

setup: $(DEVELOPMENT) ## the environment in .venv only

bench: $(DEVELOPMENT) ## the benchmarks, as a table and as build/bench.json
	@$(BIN)/python -m benchmarks

shots: $(DEVELOPMENT) browser ## pictures of every main page into build/shots/
	@$(BIN)/python -m benchmarks.shots

format: $(DEVELOPMENT) ## put the code into its form
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .

messages: $(DEVELOPMENT) ## bring the catalogues of translations up to date with the texts of the code
	@mkdir -p build
	@$(BIN)/pybabel -q extract -F pyproject.toml -k lazy_gettext -k lazy_ngettext:1,2 -k N_ -o build/messages.pot --no-wrap --add-location=file .
	@$(BIN)/pybabel -q update -i build/messages.pot -d surveyapp/translations --no-wrap --ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date

advisories: $(DEVELOPMENT) ## compare the locked packages with known weaknesses (asks PyPI and OSV)
	@$(BIN)/python -m tests.advisories $(BIN)/uv tool run --quiet pip-audit

clean: ## remove what was built, and the demo's data; a real installation in instance/ stays
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@if [ "$$(cat instance/surveyapp.toml 2> /dev/null)" = "demo = true" ]; then find instance -mindepth 1 ! -name .gitignore -delete; fi

lock: $(DEVELOPMENT) ## pin the newest fitting dependencies, with hashes and without addresses
	@$(BIN)/uv lock --quiet --upgrade
	@$(BIN)/uv export --quiet --no-emit-project --no-header --no-dev --format requirements.txt -o requirements.lock > /dev/null
	@$(BIN)/uv export --quiet --no-emit-project --no-header --no-dev --all-extras --format requirements.txt -o requirements-cluster.lock > /dev/null
	@$(BIN)/uv export --quiet --no-emit-project --no-header --all-extras --format requirements.txt -o requirements-dev.lock > /dev/null
	@rm uv.lock

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2> /dev/null || { $(call apt,python3-venv); }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || echo "uv cannot be had; plain pip does the same, slower."

$(RUNTIME): requirements.lock pyproject.toml $(CATALOGUES) | .venv/bin/python
	@echo "Installing …"
	@$(call install,--require-hashes -r requirements.lock)
	@$(call install,--no-deps -e .)
	@touch $@

$(DEVELOPMENT): requirements-dev.lock pyproject.toml $(CATALOGUES) | .venv/bin/python
	@echo "Installing …"
	@$(call install,--require-hashes -r requirements-dev.lock)
	@$(call install,--no-deps -e .)
	@touch $@ $(RUNTIME)

browser:
	@command -v chromium > /dev/null || { echo "Installing chromium …"; $(call apt,chromium fonts-dejavu-core); }

deployment:
	@command -v systemd-analyze > /dev/null && PATH=$$PATH:/usr/sbin command -v nginx > /dev/null || { echo "Installing nginx and systemd's tools …"; $(call apt,nginx-light systemd); }

redis:
	@command -v redis-server > /dev/null || { echo "Installing redis-server …"; $(call apt,redis-server); }

provider: $(PROVIDER)/.installed

$(PROVIDER)/.installed: $(wildcard tests/browser/provider/*)
	@command -v npm > /dev/null || { echo "Installing node …"; $(call apt,nodejs npm); }
	@mkdir -p $(PROVIDER)
	@cp $^ $(PROVIDER)
	@npm ci --prefix $(PROVIDER) --silent --no-audit --no-fund
	@touch $@
