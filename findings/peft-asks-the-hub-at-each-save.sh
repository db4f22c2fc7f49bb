#!/usr/bin/env bash
# One would guess: saving an adapter writes files, and the network has no part in it, least of all at each checkpoint.
# With peft 0.21.2 every `save_pretrained` asks the hub for the base model's config.json, to see whether the vocabulary
# grew, though the model is in memory and was perhaps loaded from disk. A hub that is slow or silent so holds up a
# training that needs nothing of it, checkpoint after checkpoint. Offline mode, or `save_embedding_layers=False`, avoids it.
# Seen: one HEAD /owner/model/resolve/main/config.json for each of three saves; none with save_embedding_layers=False.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet uv
env/bin/uv pip install --quiet --python env/bin/python torch==2.15.0 transformers==5.23.0 peft==0.21.2 numpy
env/bin/python - 2>warnings <<'PY'
import http.server
import os
import sys
import threading

asked = []


class Hub(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        asked.append(f"{self.command} {self.path}")
        self.send_response(404)
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *_):
        pass


hub = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
threading.Thread(target=hub.serve_forever, daemon=True).start()
os.environ["HF_ENDPOINT"] = f"http://127.0.0.1:{hub.server_port}"
os.environ["HF_HOME"] = os.path.abspath("home")

import peft
from transformers import LlamaConfig, LlamaForCausalLM

sizes = {"vocab_size": 64, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4}
model = LlamaForCausalLM(LlamaConfig(**sizes))
# As it is after from_pretrained("owner/model").
model.name_or_path = "owner/model"
model = peft.get_peft_model(model, peft.LoraConfig(task_type="CAUSAL_LM", target_modules=["q_proj"]))
for number in range(3):
    model.save_pretrained(f"adapter-{number}")
plain = asked.count("HEAD /owner/model/resolve/main/config.json")
asked.clear()
model.save_pretrained("adapter-without", save_embedding_layers=False)
print("peft", peft.__version__, "asked", plain, "times in three saves;", len(asked), "times without embedding layers")
as_stated = plain == 3 and not asked
print("as stated: each save asks the hub" if as_stated else "this has changed")
sys.exit(0 if as_stated else 1)
PY
