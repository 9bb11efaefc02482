# Every target sets up what it needs by itself and is quick when nothing changed.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
LOCK_FLAGS := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
CHROMIUM := $(or $(shell command -v chromium),$(shell command -v chromium-browser),/usr/bin/chromium)

.DEFAULT_GOAL := start
.PHONY: start test unit integration browser content lint bench lock
.DELETE_ON_ERROR:

start: .venv/runtime  ## Start the whole platform; Ctrl-C stops it
	@exec $(BIN)/lopso start

test: lint $(CHROMIUM)  ## Check everything: style, types, every test
	@exec $(BIN)/python -m pytest

unit integration content: .venv/dev  ## One tier of the tests
	@exec $(BIN)/python -m pytest tests/$@

browser: .venv/dev $(CHROMIUM)
	@exec $(BIN)/python -m pytest tests/$@

lint: .venv/dev  ## Style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/runtime  ## Measure; one line of JSON each
	@exec $(BIN)/lopso bench

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Cần Python 3.11 trở lên / Python 3.11 or later is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo "Hãy cài đặt / please install: apt-get install python3-venv"; exit 1; }

# The stamps stand in .venv and vanish with it. Our own package is linked, not copied: code changes need no new set-up.
.venv/runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Đang cài đặt các gói đã khóa phiên bản (lần đầu mất vài phút) …"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements-dev.lock requirements.lock pyproject.toml | $(BIN)/python
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch .venv/runtime $@

# Debian's Chromium drives the browser tests; nothing is downloaded from elsewhere.
/usr/bin/chromium:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium; \
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then \
		sudo apt-get update -q && sudo DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium; \
	else \
		echo "The browser tests need Chromium. Ask the administrator for: apt-get install chromium"; exit 1; \
	fi

lock:  ## Pin every dependency with hashes (needs uv)
	uv pip compile $(LOCK_FLAGS) pyproject.toml requirements.build.in -o requirements.lock
	uv pip compile $(LOCK_FLAGS) pyproject.toml requirements.build.in --group dev -c requirements.lock -o requirements-dev.lock
