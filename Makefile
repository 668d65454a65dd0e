# Everything a person or CI runs. `make help` lists it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
# LLM=none runs without a language model: nothing is downloaded for one, quotes answer.
LLM ?=
EXTRAS := export,ui,local
ifeq ($(LLM),none)
EXTRAS := export,ui
endif
ifneq ($(LLM),)
export RAG_LLM := $(LLM)
endif

.DEFAULT_GOAL := help
.PHONY: help setup run check test test-llm test-servers torture eval eval-accept bench change waits documents scale dist clean

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 18

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.run$(LLM): pyproject.toml constraints.txt | .venv/bin/python
	@echo "installing the packages (some minutes the first time)"
	@$(PIP) --editable '.[$(EXTRAS)]'
	@touch $@

.venv/.dev: pyproject.toml constraints.txt | .venv/bin/python
	@echo "installing the packages for development"
	@$(PIP) --editable '.[export,ui,local,eval,mcp,dev]'
	@touch $@ .venv/.run

# Without a language model the page still works, so a failed download does not stop make.
.venv/.models$(LLM): | .venv/.run$(LLM)
	@$(PY) -m rag models --get --if-needed > /dev/null && touch $@ || true

setup: .venv/.run$(LLM) .venv/.models$(LLM) ## install, get the models, index seeds/
	@$(PY) -m rag index

run: .venv/.run$(LLM) .venv/.models$(LLM) ## set up and open the page on http://127.0.0.1:7860
	@$(PY) -m ui

check: .venv/.dev ## format, lint, types, the container's files, and the documentation as a site (site/)
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/hadolint Dockerfile
	$(PY) -m check_jsonschema --builtin-schema vendor.compose-spec compose.yaml
	$(PY) -m check_jsonschema --builtin-schema vendor.github-workflows .github/workflows/ci.yml
	@DISABLE_MKDOCS_2_WARNING=true $(PY) -m mkdocs build --strict

test: .venv/.dev ## the tests (no language model, no network but loopback)
	$(PY) -m pytest -m "not llm and not servers" --numprocesses 2 --dist loadfile --durations 15

test-llm: .venv/.dev ## a short run of the real embedded language model
	@$(PY) -m rag models --get > /dev/null
	$(PY) -m pytest -m llm

.venv-litellm/.done: constraints.txt
	$(PYTHON) -m venv .venv-litellm
	@echo "installing LiteLLM"
	@.venv-litellm/bin/python -m pip --disable-pip-version-check install --quiet 'litellm[proxy]==1.108.7'
	@touch $@

.npm-clients/.done:
	@echo "installing the MCP inspector"
	@npm install --prefix .npm-clients --no-audit --no-fund --ignore-scripts --silent @modelcontextprotocol/inspector@2.12.0
	@touch $@

test-servers: .venv/.dev .venv-litellm/.done .npm-clients/.done ## servers and clients of others, run for real (needs curl and Node)
	@$(PY) -m rag models --get > /dev/null
	$(PY) -m pytest -m servers

torture: .venv/.dev ## the long form of the tests under fire (an hour or more), one table of figures
	@$(PY) -m rag models --get > /dev/null
	$(PY) -m pytest tests/torture --torture $(if $(ATTACKS),--attacks $(ATTACKS)) $(ARGS)

eval: .venv/.dev ## the quality gate: eval/questions.jsonl over seeds/, and the sets in eval/cases, quote mode
	$(PY) -m eval --llm none
	$(PY) -m eval cases

eval-accept: .venv/.dev ## store this run as the baseline: make eval-accept REASON="why"
	$(PY) -m eval --llm none --accept "$(REASON)"
	$(PY) -m eval cases --accept "$(REASON)"

.venv-peers/.done: bench/peers.txt
	$(PYTHON) -m venv .venv-peers
	@echo "installing the libraries to compare with"
	@.venv-peers/bin/python -m pip --disable-pip-version-check install --quiet --requirement $<
	@touch $@

bench: .venv/.dev .venv-peers/.done ## speed and memory beside LangChain, LlamaIndex, Haystack (some 10 minutes)
	$(PY) -m bench race --peers .venv-peers/bin/python

change: .venv/.dev ## what one changed file costs at 100,000 chunks (some 10 minutes)
	$(PY) -m bench change

waits: .venv/.dev ## what readers of the page and many streaming clients wait for (a minute; needs Chromium)
	$(PY) -m bench waits

documents: .venv/.dev ## what is found in documents of usual programs (a minute; needs Pandoc and Chromium)
	$(PY) -m bench documents

scale: .venv/.dev ## growth of time, memory and disk up to 100,000 chunks (some 20 minutes)
	$(PY) -m bench scale

dist: .venv/.dev ## build the wheel and the source distribution into dist/
	$(PY) -m build --no-isolation --outdir dist .

clean: ## remove the environment, indexes and reports (models stay in the cache)
	rm -rf .venv .venv-peers .venv-litellm .npm-clients .index build dist site reports .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
