# Two commands for a newcomer: `make run` and `make test`. README.md has the same without make.

BIN := .venv/bin
PACKAGES := dashboard config connectors metrics
# The arithmetic: everything in metrics/ but what keeps it. Every branch of it is tested.
ARITHMETIC := metrics/*
STORE := metrics/store/*

.DEFAULT_GOAL := help
.PHONY: help run test check format lock setup setup-dev clean

help: ## Say what can be made
	@echo "make run     set up, load the two example programmes and serve the dashboard on this machine"
	@echo "make test    set up and run every check"
	@echo "make check   the checks without the tests: format, lint, types, imports, dependencies"
	@echo "make format  put the code in the house's format"
	@echo "make lock    write requirements.lock and requirements-dev.lock anew (UPGRADE=1: take newer versions)"
	@echo "make clean   remove what set-up and the checks made; your records stay"

setup:
	@bash scripts/setup.sh

setup-dev:
	@bash scripts/setup.sh --dev

run: setup
	@$(BIN)/uitkomst demo
	@$(BIN)/uitkomst serve --with-schedule

check: setup-dev
	@echo "Format (ruff format)"
	@$(BIN)/ruff format --check --quiet . || { echo "Run 'make format'."; exit 1; }
	@echo "Lint (ruff check)"
	@$(BIN)/ruff check --quiet .
	@echo "Types (mypy)"
	@$(BIN)/mypy --strict --no-error-summary
	@echo "Import contracts (import-linter)"
	@mkdir -p artefacts
	@$(BIN)/lint-imports >artefacts/imports.txt 2>&1 || { cat artefacts/imports.txt; exit 1; }
	@echo "Dependencies (deptry)"
	@$(BIN)/deptry . >artefacts/dependencies.txt 2>&1 || { cat artefacts/dependencies.txt; exit 1; }

# pytest's closing line stays the last one: the second look at the coverage speaks only when it fails.
test: check
	@echo "Tests (pytest), with 90 % of all branches and every branch of the arithmetic in metrics/ covered"
	@$(BIN)/pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal --cov --cov-report=term:skip-covered
	@$(BIN)/coverage report --include="$(ARITHMETIC)" --omit="$(STORE)" --show-missing --skip-covered \
		--fail-under=100 >artefacts/coverage-arithmetic.txt 2>&1 || { cat artefacts/coverage-arithmetic.txt; exit 1; }

format: setup-dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

# The lock files hold versions and hashes and no address: where packages come from is the reader's own setting.
lock:
	@bash scripts/lock.sh $(if $(UPGRADE),--upgrade)

clean:
	@rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage artefacts
	@echo "Removed the set-up. Your records in data/ are still there."
