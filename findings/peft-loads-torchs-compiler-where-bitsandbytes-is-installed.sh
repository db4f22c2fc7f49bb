#!/usr/bin/env bash
# One would guess: an installed bitsandbytes costs nothing until a model is loaded in 4 bits, and a CPU run none at all.
# With peft 0.21.2 `import peft` imports bitsandbytes 0.50.2 wherever it is installed, on a machine without a GPU too, and
# that imports torch's compiler (torch._inductor.compile_fx, which nothing else here loads) for one decorated function.
# Some 600 of the 2,300 modules that `import peft` then brings come from this: seconds of a processor in every process.
# A process that sets sys.modules["bitsandbytes"] = None before is spared it, and LoRA works all the same.
# Seen: the compiler is loaded where bitsandbytes is installed, not where it is hidden, and the number of modules falls.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet uv
env/bin/uv pip install --quiet --python env/bin/python \
  torch==2.15.0 transformers==5.23.0 peft==0.21.2 bitsandbytes==0.50.2 numpy
cat >load.py <<'PY'
import sys

if "hide" in sys.argv:
    sys.modules["bitsandbytes"] = None
import torch

before = len(sys.modules)
import peft

layer = torch.nn.Sequential(torch.nn.Linear(4, 4))
model = peft.get_peft_model(layer, peft.LoraConfig(target_modules=["0"]))
assert type(model.base_model.model[0]).__name__ == "Linear" and model(torch.zeros(1, 4)).shape == (1, 4)
print(int("torch._inductor.compile_fx" in sys.modules), len(sys.modules) - before)
PY
read -r with with_modules < <(env/bin/python load.py 2>/dev/null)
read -r without without_modules < <(env/bin/python load.py hide 2>/dev/null)
echo "import peft: compiler loaded $with, $with_modules modules; with bitsandbytes hidden: $without, $without_modules modules"
if [ "$with" = 1 ] && [ "$without" = 0 ]; then
  echo "as stated: an installed bitsandbytes makes peft load torch's compiler"
else
  echo "this has changed"
  exit 1
fi
