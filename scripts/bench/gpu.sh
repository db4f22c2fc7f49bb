#!/usr/bin/env bash
# What a lent GPU trains: SmolLM2 (or another model's folder) and a random model of Qwen2.5-1.5B's shape, in bf16 and in
# NF4, beside bare trl: tokens/s, GPU memory and loss. Made ready and never run so far: no GPU was at hand.
#
#   scripts/bench/gpu.sh PYTHON MODEL_FOLDER ROWS.jsonl [STEPS]
#
# PYTHON is that of an environment of trainer/requirements.txt. Needs nothing from a network.
set -euo pipefail
python=$1 model=$2 rows=$3 steps=${4:-40}
trainer=$(cd "$(dirname "$0")/../../trainer" && pwd)
bench=$(cd "$(dirname "$0")" && pwd)
"$python" -c 'import sys, torch; sys.exit(None if torch.cuda.is_available() else "no CUDA device: nothing was measured")'
work=$(mktemp -d)
trap 'kill "${gateway:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir -p "$work/ipfs"
cp "$rows" "$work/ipfs/shard"

# The shape of Qwen2.5-1.5B with random weights, and the tokenizer of the folder given: speed and memory are its own,
# the loss says nothing.
"$python" - "$model" "$work/qwen-shape" <<'PY'
import sys

import torch
from transformers import AutoTokenizer, Qwen2Config, Qwen2ForCausalLM

tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
config = Qwen2Config(
    vocab_size=151_936, hidden_size=1536, intermediate_size=8960, num_hidden_layers=28, num_attention_heads=12,
    num_key_value_heads=2, tie_word_embeddings=True, eos_token_id=tokenizer.eos_token_id,
)
with torch.device("cuda"):
    torch.manual_seed(0)
    Qwen2ForCausalLM(config).to(torch.bfloat16).save_pretrained(sys.argv[2])
tokenizer.save_pretrained(sys.argv[2])
PY

# An agent's gateway: the shard, and somewhere to send the adapter.
"$python" - "$work" <<'PY' &
import http.server
import os
import sys

os.chdir(sys.argv[1])


class Gateway(http.server.SimpleHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"cid": "bench"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
with open("port.part", "w") as file:
    file.write(str(server.server_port))
os.rename("port.part", "port")
server.serve_forever()
PY
gateway=$!
until [ -e "$work/port" ]; do sleep 0.1; done

for base in "$model" "$work/qwen-shape"; do
  for quantization in none nf4; do
    echo "== $(basename "$base"), $quantization, train_llm.py"
    "$python" "$trainer/train_llm.py" --job-id 0 --shard-cid shard --contributor-wallet 0x0 --model-name "$base" \
      --model-revision local --max-length 1024 --lora-rank 8 --lora-alpha 16 --epochs 1 --learning-rate 0.0005 \
      --device cuda --quantization "$quantization" --max-steps "$steps" --work-dir "$work/ours-$RANDOM$RANDOM" \
      --api-url "http://127.0.0.1:$(cat "$work/port")" 2>"$work/log" | grep -E '"(started|step|failed)"' | tail -2 ||
      tail -5 "$work/log"
    echo "== $(basename "$base"), $quantization, bare SFTTrainer (one epoch)"
    "$python" "$bench/bare_sft.py" --model "$base" --rows "$rows" --out "$work/bare-$RANDOM$RANDOM" --rank 8 --alpha 16 \
      --epochs 1 --learning-rate 0.0005 --seed 0 --cores "$(nproc)" --quantization "$quantization" 2>"$work/log" ||
      tail -5 "$work/log"
  done
done
nvidia-smi --query-gpu=name,memory.total --format=csv,noheader
