# make run · make test are all that a newcomer needs; the rest is for those who change things.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run demo test check format bench lock messages clean

run: .venv/run.stamp  ## the bot, or without tokens the local chat with sample sources
	@$(BIN)/python -m bot run

demo: .venv/run.stamp  ## the local chat with sample sources, whatever .env says
	@$(BIN)/python -m bot run --local

test: check  ## check, then all tests
	$(BIN)/python -m pytest -n 2

check: .venv/dev.stamp  ## style, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev.stamp  ## mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev.stamp  ## the figures that the README quotes
	$(BIN)/python -m benchmarks

messages: .venv/dev.stamp  ## collect the texts from the code into the catalogues
	$(BIN)/python -m bot.locales.collect

lock:  ## choose new versions of what is locked (needs uv)
	uv pip compile --universal --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --group build pyproject.toml -o requirements.txt
	uv pip compile --universal --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --group build --group dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf .venv build *.egg-info

.venv/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit("Paper Round needs Python 3.11 or newer; try: make PYTHON=python3.11") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run.stamp: .venv/python.stamp requirements.txt pyproject.toml
	@test -e .venv/dev.stamp || $(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: .venv/python.stamp requirements-dev.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
