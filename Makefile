# Every chore of Sojourn. `make help` lists them.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# Tests run in parallel, one process a core; WHAT narrows them down: make pytest WHAT=tests/portal
WHAT ?=
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal
# What `make test` leaves to `make test-all`: what is long, and the same in the other language.
ONCE := -m "not broad and not long"
# On PostgreSQL likewise without a browser, and what is long for what it does to the database.
ON_POSTGRES := -m "not broad and (database or not long and not browser)"
# All of tests/faults is a storm, and reading it takes seconds.
FAST := -m "not browser and not storm and not server and not broad and not slow and not long" --ignore=tests/faults
export PIP_NO_INPUT = 1
# Every start of the command would compile the code anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run where install install-test test test-all test-fast test-dates lint format pytest test-postgres \
	bench faults screenshots lock stylesheet vendor messages compile-messages browser clean

help: ## this list
	@echo "Sojourn: the study-abroad office in one program."
	@echo
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-22s %s\n", $$1, $$2}'
	@echo
	@echo "Settings: PORT (8000), SOJOURN_DATA (var/), DATABASE_URL (SQLite in SOJOURN_DATA), PYTHON."

run: where install ## start the site on http://127.0.0.1:8000 (installs on first use)
	@exec $(BIN)/sojourn serve --demo --port "$(PORT)"

where: # the first start installs for a minute before the server says it itself
	@[ -e .venv.lock ] || echo "Sojourn will be at http://127.0.0.1:$(PORT)/"

install:
	@sh tools/python.sh "$(PYTHON)"
	@"$(PYTHON)" tools/environment.py base

install-test:
	@sh tools/python.sh "$(PYTHON)"
	@"$(PYTHON)" tools/environment.py test

test: install-test browser compile-messages lint ## checks and tests but the longest, in parallel
	$(PYTEST) $(ONCE) $(WHAT)

test-all: install-test browser compile-messages lint ## all tests, in both languages, as .ci/run does
	$(PYTEST) $(WHAT)

pytest: install-test ## the tests alone (WHAT=tests/portal narrows them down)
	$(PYTEST) $(WHAT)

test-fast: install-test compile-messages ## quick tests without browser or server, in one process
	$(BIN)/python -m pytest -q $(FAST) $(WHAT)

test-dates: install-test compile-messages ## the tests that look at the clock, on the days that matter
	$(BIN)/python tools/dates.py $(WHAT)

lint: install-test ## ruff, templates, mypy strict, the layers of docs/architecture.md
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djhtml --tabwidth 2 --check sojourn
	@! grep -rnE --include='*.html' '.{121,}' sojourn || { echo "Templates: no line over 120 characters."; exit 1; }
	SOJOURN_SECRET_KEY=lint $(BIN)/mypy
	SOJOURN_SECRET_KEY=lint $(BIN)/lint-imports

format: install-test ## put the code in order
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(BIN)/djhtml --tabwidth 2 sojourn

browser:
	@sh tools/browser.sh

test-postgres: install-test browser compile-messages ## what a database can make different, on a temporary PostgreSQL
	@bash tools/postgres/with_cluster.sh $(PYTEST) $(ON_POSTGRES) $(WHAT)

bench: install-test ## measurements; prints ratios
	$(BIN)/python -m bench $(WHAT)

screenshots: install-test browser compile-messages ## pictures of the pages, into var/screenshots
	$(BIN)/python tools/screenshots.py

lock: install-test ## resolve requirements/*.in anew, with hashes
	@sh tools/lock.sh

faults: install-test compile-messages ## what goes wrong in earnest, done on purpose (ten minutes)
	$(BIN)/python tools/faults.py $(WHAT)

stylesheet: install-test ## build the one stylesheet from sojourn/design/styles
	$(BIN)/python -m sojourn.design.stylesheet

vendor: install-test ## fetch fonts, icons, htmx and map shapes anew
	$(BIN)/python tools/vendor

messages: install ## collect the interface's texts into sojourn/locale and compile them
	@sh tools/messages.sh
	@$(BIN)/python -m sojourn.config.messages

compile-messages: install
	@$(BIN)/python -m sojourn.config.messages

clean: ## remove the environment and caches; SOJOURN_DATA stays
	rm -rf .venv .venv.lock .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .ready *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
