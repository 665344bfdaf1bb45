# Two commands do everything on a machine that has Python 3.11 or newer, git and make:
#   make demo    set up, then paint a picture
#   make test    set up, then run the test suite
# A CPU-only machine may save gigabytes by naming a package index with CPU builds of torch: make demo TORCH_INDEX=URL

PYTHON ?= python3
VENV ?= .venv
TORCH_INDEX ?=
BIN := $(VENV)/bin
DEMO_PHOTO ?= docs/images/chelsea.jpg
DEMO_STYLE ?= stained-glass
DEMO_OUT ?= out/demo.png

export PIP_DISABLE_PIP_VERSION_CHECK := 1

# The tests start hundreds of processes. Where Python may keep no bytecode, each would compile the sources anew.
unexport PYTHONDONTWRITEBYTECODE
TEST_WORKERS ?= 4
PYTEST := $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal

.PHONY: help demo test test-fast test-long test-all lint format bench bench-full wheel-test texts clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: $(VENV)/installed ## Set up, then paint a picture
	@echo "==> Painting $(DEMO_PHOTO) in the style $(DEMO_STYLE)"
	@mkdir -p $(dir $(DEMO_OUT))
	@$(BIN)/impasto stylize $(DEMO_PHOTO) --style $(DEMO_STYLE) --quality auto --output $(DEMO_OUT) --force
	@echo "==> Your painting lies at $(abspath $(DEMO_OUT)). Other styles: $(BIN)/impasto styles"

test: $(VENV)/installed-dev ## Set up, then run the test suite
	@echo "==> Running the test suite, side by side in $(TEST_WORKERS) processes (some minutes on two cores)"
	@$(PYTEST) -m "not long" $(PYTEST_ARGS)

test-fast: $(VENV)/installed-dev ## A part of the suite for every change, within a minute
	@$(PYTEST) -m "not slow" $(PYTEST_ARGS)

test-long: $(VENV)/installed-dev ## What `make test` leaves out because it takes minutes
	@echo "==> Running the tests that take minutes each"
	@$(BIN)/python -m pytest -m long $(PYTEST_ARGS)

test-all: test test-long ## Every test there is

lint: $(VENV)/installed-dev ## Format, lint, types, directions of dependency
	@echo "==> ruff format, ruff check, mypy, import-linter"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/installed-dev ## Format the code and mend what ruff can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/installed-bench ## Measure painter and bot on this quiet machine, within an hour, and write docs/benchmarks.md
	@echo "==> Measuring for up to an hour; results gather in build/benchmarks, so it can be stopped and go on later"
	@$(BIN)/python -m benchmarks.painter --others --minutes 56 $(BENCH_ARGS)

bench-full: $(VENV)/installed-bench ## The same with four photos in four styles: half a day on two cores
	@$(BIN)/python -m benchmarks.painter --others --full $(BENCH_ARGS)

texts: $(VENV)/installed-dev ## Bring the catalogues up to date with the sources, then translate what is new
	@mkdir -p build
	@$(BIN)/python -m babel.messages.frontend -q extract -F babel.cfg --project=Impasto --add-location=file \
		--add-comments=Translators: --strip-comment-tags -o build/impasto.pot .
	@$(BIN)/python -m babel.messages.frontend -q update -i build/impasto.pot -d bot/locale -D impasto --width=100 \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@echo "==> Now translate the empty entries in bot/locale/*/LC_MESSAGES/impasto.po"

wheel-test: $(VENV)/installed-dev ## Build the wheel, install it into a fresh environment, paint from another folder
	@tools/wheel_test.sh $(BIN)/python $(TORCH_INDEX)

clean: ## Remove the environment and everything that was built
	rm -rf $(VENV) build dist out .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@echo "==> Creating the virtual environment $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Impasto needs Python 3.11 or newer; name one with: make PYTHON=python3.11 demo"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# torch comes first and alone, so that TORCH_INDEX serves it and nothing else.
$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "==> Installing Impasto and what it needs, as pinned in constraints.txt (about a minute; the weights come with it)"
ifneq ($(TORCH_INDEX),)
	@$(BIN)/pip install --quiet --index-url "$(TORCH_INDEX)" -c constraints.txt torch
endif
	@$(BIN)/pip install --quiet -c constraints.txt -e ".[mp4,fast]"
	@touch $@

# A peer that cannot be installed is a row that says so, not the end of the benchmark.
$(VENV)/installed-bench: $(VENV)/installed-dev
	@echo "==> Installing the painters to measure against"
	@$(BIN)/pip install --quiet -c constraints.txt -e ".[mp4,fast,dev,bench]" || echo "==> Going on without"
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo "==> Installing what the tests and linters need"
	@$(BIN)/pip install --quiet -c constraints.txt -e ".[mp4,fast,dev]"
	@touch $@
