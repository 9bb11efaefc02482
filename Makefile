# Every target sets up what it needs by itself and is quick when nothing changed.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
LOCK_FLAGS := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.DEFAULT_GOAL := start
.PHONY: start test unit integration browser content coverage lint bench bench-peers lock pictures
.DELETE_ON_ERROR:

start: .venv/runtime  ## Start the whole platform; Ctrl-C stops it; CLASSROOM=1 lets phones of the same network in
	@exec $(BIN)/lopso start $(if $(CLASSROOM),--classroom)

test: lint programs  ## Check everything: style, types, every test
	@exec $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

unit content: .venv/dev  ## One tier of the tests
	@exec $(BIN)/python -m pytest tests/$@

integration browser: .venv/dev programs
	@exec $(BIN)/python -m pytest tests/$@

pictures: .venv/dev $(CHROMIUM)  ## Take the pictures that README shows
	@LOPSO_PICTURES=docs/pictures exec $(BIN)/python -m pytest tests/browser/test_the_day.py

coverage: .venv/runtime  ## Write docs/coverage.md: what the courses cover, and how they read
	@exec $(BIN)/lopso coverage

lint: .venv/dev  ## Style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/runtime  ## Measure; one line of JSON each
	@exec $(BIN)/lopso bench

bench-peers: .venv/runtime  ## Mark the same 40 submissions by stock nbgrader and by us
	@exec $(BIN)/lopso bench peers

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

# Debian's Chromium drives the browser tests, its PostgreSQL serves some; nothing is downloaded from elsewhere.
.PHONY: programs
programs:
	@missing="$$(command -v chromium >/dev/null || echo chromium) $$(ls -d /usr/lib/postgresql/*/bin >/dev/null 2>&1 || echo postgresql)"; \
	if [ -z "$$(echo $$missing)" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root=sudo; else as_root=none; fi; \
	if [ "$$as_root" = none ] || ! command -v apt-get >/dev/null; then \
		echo "Các phép thử cần / the tests need: apt-get install $$missing"; exit 1; \
	fi; \
	$$as_root apt-get update -q && $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing

lock:  ## Pin every dependency with hashes (needs uv)
	uv pip compile $(LOCK_FLAGS) pyproject.toml requirements.build.in -o requirements.lock
	uv pip compile $(LOCK_FLAGS) pyproject.toml requirements.build.in --group dev -c requirements.lock -o requirements-dev.lock
