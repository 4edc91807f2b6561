# 一条命令：make run（处理样例）；make test（全部检查）。只需要 Python 3.11 以上和 make。
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
BASE := $(VENV)/.base.stamp
DEV := $(VENV)/.dev.stamp

.DEFAULT_GOAL := run
.PHONY: run test lint golden clean

run: $(BASE)
	@$(BIN)/notice extract samples -o outputs || { test $$? -eq 3 && $(BIN)/notice doctor; }

test: $(DEV)
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

golden: $(DEV)
	$(BIN)/notice extract $(foreach suffix,txt docx pdf html xlsx ofd,samples/*.$(suffix)) -o outputs
	$(BIN)/notice schema > schemas/.notice.schema.json.tmp
	mv schemas/.notice.schema.json.tmp schemas/notice.schema.json

clean:
	rm -rf $(VENV) build dist *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "需要 Python 3.11 以上；用 make PYTHON=/路径/python3.11 指定" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# 记号文件比下面两个文件旧时才重新安装，所以再次运行很快。
$(BASE): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e .
	@touch $@

$(DEV): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e '.[dev]'
	@touch $@ $(BASE)

# 需要仓库旁边的 shared/（真实通知和标注）；bench 第一次运行时为对照工具安装各自的环境。
.PHONY: score bench
score: $(DEV)
	$(BIN)/python benchmarks/score.py

bench: $(DEV)
	$(BIN)/python benchmarks/ledger.py
	$(BIN)/python benchmarks/figures.py

# 每个目标各跑一段有限的时间；要有 atheris（没有时说明怎么装）。
SECONDS ?= 20
.PHONY: fuzz
fuzz: $(DEV)
	$(BIN)/python fuzz/run.py $(SECONDS)
