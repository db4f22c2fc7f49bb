"""How many rows of each file fit a length: whose answer begins within it, by the base model's own tokenizer. Pairs
(--objective in-batch) are cut, and fit all; `contrasted` are those that have a wrong answer among the others of their
file, once they are cut, and `different` is how many positives differ then.

    python count_rows.py --model MODEL --max-length 512 --files shard-0.jsonl holdout.jsonl

Prints one line for each file. These are the rows that training and evaluation use (chat_rows.py); of the others nothing
but the question is left. `roomyLength` holds nine of ten rows whole.
"""

import argparse
import sys
from pathlib import Path

import reporting
from reporting import Failure, report
from stopping import end_with_caller

# Tokenizers work without it, and importing it takes longer than counting thousands of rows.
sys.modules.setdefault("torch", None)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", required=True, help="hub id or local path")
    parser.add_argument("--model-revision")
    parser.add_argument("--max-length", type=int, required=True)
    parser.add_argument("--objective", choices=["completion", "in-batch"], default="completion")
    parser.add_argument("--files", type=Path, nargs="+", required=True)
    return parser.parse_args()


def assert_whole(folder):
    """A model on this disk has weights that can be loaded."""
    if folder.is_dir() and not any(folder.glob("*.safetensors")):
        raise Failure("configuration-invalid", f"{folder.name} holds no weights", "give a folder with *.safetensors")


def main():
    arguments = parse_arguments()
    end_with_caller()
    from base_model import load_tokenizer_and_config
    from chat_rows import encode_row, end_tokens, learns, read_rows
    from pair_rows import count_contrasted, encode_pairs

    assert_whole(Path(arguments.model))
    revision = None if arguments.model_revision == "local" else arguments.model_revision
    tokenizer, _ = load_tokenizer_and_config(arguments.model, revision)

    def count(file):
        """(the length of each row, how many fit, what else is known)"""
        if arguments.objective == "in-batch":
            rows = list(read_rows(file))
            whole = encode_pairs(tokenizer, rows, sys.maxsize)
            lengths = [max(len(text) for text in pair.values()) for pair in whole]
            cut = encode_pairs(tokenizer, rows, arguments.max_length)
            different = len({tuple(pair["positive"]) for pair in cut})
            return lengths, len(whole), {"contrasted": count_contrasted(cut), "different": different}
        encoded = [encode_row(tokenizer, row, ends, arguments.max_length) for row in read_rows(file)]
        fitting = sum(learns(example, arguments.max_length) for example in encoded)
        return [len(example["input_ids"]) for example in encoded], fitting, {}

    if arguments.objective == "completion":
        if tokenizer.chat_template is None:
            fix = "choose an instruction-tuned model"
            raise Failure("configuration-invalid", "the model has no chat template", fix)
        ends = end_tokens(tokenizer)
    for file in arguments.files:
        lengths, fitting, more = count(file)
        roomy = sorted(lengths)[(len(lengths) * 9 - 1) // 10]
        report("counted", file=file.name, rows=len(lengths), fitting=fitting, roomyLength=roomy, **more)


if __name__ == "__main__":
    reporting.run(main)
