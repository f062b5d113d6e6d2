# Kamerspoor: every target sets up what it needs. Start with `make demo`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BROWSER := $(VENV)/.browser
AXE := axe-core@4.14.1

.PHONY: help demo test run browse lint bench clean train quality screenshots

help: ## show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /	/' | expand -t 12

# uv where it is present, venv and pip otherwise; pinned versions either way
$(READY): pyproject.toml constraints.txt
	@echo "Setting up $(VENV) (once; takes a minute or two)"
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
		uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[dev]'; \
	else \
		{ [ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV); } && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'; \
	fi
	@touch $@

# What the tests in a browser need: its driver, axe-core and Chromium. Tried once; tests of what cannot be had here are skipped and say so.
$(BROWSER): $(READY)
	@if command -v uv >/dev/null 2>&1; then \
		uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[browser]'; \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[browser]'; \
	fi >/dev/null 2>&1 || true
	@if command -v npm >/dev/null 2>&1; then \
		timeout 120 npm install --prefix $(VENV)/axe --silent --no-audit --no-fund --ignore-scripts $(AXE) >/dev/null 2>&1 || true; \
	fi
	@if ! command -v chromium >/dev/null 2>&1 && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing Chromium for the tests (once)"; \
		{ apt-get update && DEBIAN_FRONTEND=noninteractive timeout 600 apt-get install -y --no-install-recommends chromium; } >/dev/null 2>&1 || true; \
	fi
	@touch $@

demo: $(READY) ## run two days of bundled publications through the whole line
	@$(BIN)/kamerspoor demo

test: $(READY) $(BROWSER) ## run the tests
	@$(BIN)/python -m pytest

run: $(READY) ## do one cycle on the real sources
	@$(BIN)/kamerspoor run

browse: $(READY) ## open the demo's database (or DB=file) for a browser
	@$(BIN)/kamerspoor browse --db $${DB:-.demo/kamerspoor.db}

lint: $(READY) ## style and types
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench: $(READY) ## measure speed, as ratios in one run
	@for script in benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

train: $(READY) ## train the Dutch pipeline: make train TREEBANKS=folder (about half an hour)
	@[ -n "$(TREEBANKS)" ] || { echo "make train: name the folder with the treebank files: TREEBANKS=folder"; exit 2; }
	@$(BIN)/python -m nlp.training.train_parser $(TREEBANKS) nlp/trained/kamerspoor_nl

quality: $(READY) ## precision and recall on our own gold sentences
	@$(BIN)/python -m pytest tests/test_quality.py -s

screenshots: demo $(BROWSER) ## make the README's pictures of the pages anew
	@$(BIN)/python tests/browser/screenshots.py .demo/kamerspoor.db docs

clean: ## remove what was built here, the demo included
	rm -rf $(VENV) .demo build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
