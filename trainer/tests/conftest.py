"""Fixtures: tiny chat models made on the spot, a loopback gateway, and a way to run the scripts for real."""

import hashlib
import http.server
import json
import os
import runpy
import signal
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["YOLO_CONFIG_DIR"] = tempfile.mkdtemp(prefix="trainchain-yolo-")
os.environ["YOLO_AUTOINSTALL"] = os.environ["YOLO_VERBOSE"] = "false"
os.environ["YOLO_OFFLINE"] = "true"
TRAINER = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TRAINER))

# Imported once here: every script run below is a fork of this process and starts warm.
import peft  # noqa: F401
import pytest
import torch
import transformers
from transformers import Trainer  # noqa: F401
from ultralytics import YOLO  # noqa: F401

# One thread, so that a fork never inherits a pool whose threads are gone.
torch.set_num_threads(1)

SUBJECTS = ["the sun", "a river", "music", "bread", "the moon", "a garden", "winter", "a clock"]


def make_rows(count, start=0):
    """Instruction rows of very different lengths."""
    return [
        {
            "instruction": f"Write {1 + i % 5} lines about {SUBJECTS[i % 8]}.",
            "input": "Keep it short." if i % 3 == 0 else "",
            "output": " ".join([f"{SUBJECTS[i % 8]} is number {i}."] * (1 + i * 7 % 11)),
        }
        for i in range(start, start + count)
    ]


def write_rows(file, rows):
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def save_model(folder, config_class, model_class, **changes):
    from make_toy_model import make_tokenizer

    texts = [f"{row['instruction']} {row['input']} {row['output']}" for row in make_rows(60)]
    tokenizer = make_tokenizer(texts, 400)
    shape = {
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 256,
    }
    config = config_class(
        **(shape | changes),
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    torch.manual_seed(0)
    model_class(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory):
    """A two-layer Llama with a real tokenizer and chat template."""
    folder = tmp_path_factory.mktemp("llama")
    return save_model(folder, transformers.LlamaConfig, transformers.LlamaForCausalLM)


@pytest.fixture(scope="session")
def fused_model_folder(tmp_path_factory):
    """A two-layer Phi-3: attention and feed-forward projections are fused modules."""
    folder = tmp_path_factory.mktemp("phi3")
    return save_model(folder, transformers.Phi3Config, transformers.Phi3ForCausalLM)


class Gateway:
    """The agent's side of the conversation: hands out files, keeps what is stored, remembers submissions."""

    def __init__(self):
        self.files, self.stored, self.submitted = {}, [], []
        self.refuse_uploads = False
        gateway = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                body = gateway.files.get(self.path.removeprefix("/ipfs/"))
                missing = {"error": {"code": "not-found", "message": "no such CID", "fix": "check the job"}}
                self.answer(*((404, json.dumps(missing).encode()) if body is None else (200, body)))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == "/ipfs" and gateway.refuse_uploads:
                    return self.answer(503, b"{}")
                if self.path == "/ipfs":
                    gateway.stored.append(body)
                    cid = "bafkrei" + hashlib.sha256(body).hexdigest()[:52]
                    return self.answer(200, json.dumps({"cid": cid}).encode())
                gateway.submitted.append(json.loads(body))
                return self.answer(200, b"{}")

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def gateway(tmp_path):
    gateway = Gateway()
    gateway.files["shard"] = write_rows(tmp_path / "source.jsonl", make_rows(20)).read_bytes()
    yield gateway
    gateway.server.shutdown()
    gateway.server.server_close()


# What they may map is bounded, and a fork would count what this process has mapped for other tests.
BOUNDED = {"evaluate_image.py"}


class Run:
    """A script running in a process of its own."""

    def __init__(self, script, arguments, folder, env=None):
        self.output = folder / f"output-{time.monotonic_ns()}.jsonl"
        self.log = self.output.with_suffix(".log")
        self.pid = os.fork()
        if self.pid == 0:
            self.become(script, arguments, env or {})

    def become(self, script, arguments, env):
        code = 1
        try:
            for file, descriptor in ((self.output, 1), (self.log, 2)):
                os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), descriptor)
            sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)
            os.environ.update(env)
            if script in BOUNDED:
                os.execv(sys.executable, [sys.executable, str(TRAINER / script), *map(str, arguments)])
            sys.argv = [script, *map(str, arguments)]
            for path in TRAINER.glob("*.py"):
                sys.modules.pop(path.stem, None)
            runpy.run_path(str(TRAINER / script), run_name="__main__")
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)

    def events(self):
        lines = self.output.read_text().splitlines() if self.output.exists() else []
        return [json.loads(line) for line in lines if line.endswith("}")]

    def wait_for(self, event, step=0):
        """Until the run has reported the event (at or after a step)."""
        while not any(e["event"] == event and e.get("step", 0) >= step for e in self.events()):
            assert os.waitpid(self.pid, os.WNOHANG) == (0, 0), self.log.read_text()
            time.sleep(0.01)

    def signal(self, number):
        os.kill(self.pid, number)

    def wait(self):
        """The exit code; minus the signal when one ended it."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def train_arguments(model, gateway, work, **changes):
    options = {
        "job-id": 7,
        "shard-cid": "shard",
        "model-name": model,
        "model-revision": "local",
        "lora-rank": 4,
        "lora-alpha": 8,
        "epochs": 2,
        "learning-rate": 1e-2,
        "max-length": 128,
        "seed": 11,
        "contributor-wallet": "0x" + "ab" * 20,
        "api-url": gateway.url,
        "work-dir": work,
        "device": "cpu",
        "cores": 1,
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    return [part for name, value in options.items() if value is not None for part in (f"--{name}", value)]


@pytest.fixture
def run_script(tmp_path):
    """Runs a script to its end: (exit code, events)."""
    running = []

    def start(script, arguments, **options):
        run = Run(script, arguments, tmp_path, **options)
        running.append(run)
        return run

    def run_to_end(script, arguments, **options):
        run = start(script, arguments, **options)
        code = run.wait()
        # Shown by pytest beside a test that fails.
        print(run.log.read_text())
        return code, run.events()

    run_to_end.start = start
    yield run_to_end
    for run in running:
        try:
            os.kill(run.pid, signal.SIGKILL)
            os.waitpid(run.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
