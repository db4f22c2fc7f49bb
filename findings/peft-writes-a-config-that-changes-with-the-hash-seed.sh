#!/usr/bin/env bash
# One would guess: saving the same adapter twice gives the same files, so that a hash of them, or a CID, names the adapter.
# With peft 0.21.2 the weights do, but adapter_config.json does not: its target_modules are a set, written in the set's
# order, which follows Python's hash seed and so changes from process to process.
# Seen: two processes with seeds 1 and 2 write the same seven names in two orders; with one seed the bytes are the same.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet uv
env/bin/uv pip install --quiet --python env/bin/python torch==2.15.0 transformers==5.23.0 peft==0.21.2 numpy
cat >save.py <<'PY'
import sys
from peft import LoraConfig

names = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
LoraConfig(task_type="CAUSAL_LM", target_modules=names).save_pretrained(sys.argv[1])
PY
for run in 1-a 1-b 2-a; do PYTHONHASHSEED=${run%-*} env/bin/python save.py "$run" 2>warnings; done
same_seed=$(cmp -s 1-a/adapter_config.json 1-b/adapter_config.json && echo same || echo differ)
other_seed=$(cmp -s 1-a/adapter_config.json 2-a/adapter_config.json && echo same || echo differ)
sorted=$(for run in 1-a 2-a; do tr -d ' ,' <"$run/adapter_config.json" | sort | sha256sum; done | uniq | wc -l)
echo "peft $(env/bin/python -c 'import importlib.metadata as m; print(m.version("peft"))'): one seed: $same_seed; two seeds: $other_seed; but for the order: $sorted content"
if [ "$same_seed $other_seed $sorted" = "same differ 1" ]; then
  echo "as stated: the config's bytes change with the hash seed"
else
  echo "this has changed"
  exit 1
fi
