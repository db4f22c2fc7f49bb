"""A hub that is away is waited for, one that says no is not, whatever words stand in its address."""

import http.server
import json
import re
import ssl
import subprocess
import threading

import pytest
from conftest import train_arguments
from huggingface_hub import constants

import model_hub

REVISION = "989aa7980e4cf806f80c7fef2b1adb7bc71aa306"
# How the stand-in answers about the model of that name: status, kind of error, body.
ANSWERS = {
    "busy": (429, "", "{}"),
    "connect-timeout": (404, "RepoNotFound", "{}"),
    "resolve": (404, "RevisionNotFound", "{}"),
    "offline": (403, "GatedRepo", "{}"),
    "down": (503, "", "{}"),
    "slow": (504, "", "<html>Gateway Time-out</html>"),
    "portal": (200, "", "<html>Please sign in to the hotel's network.</html>"),
    "cut": (200, "", json.dumps([{"type": "file", "path": "config.json", "size": 100, "oid": "a" * 40}])),
}


class Hub(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.asked.append(self.path)
        model = re.search(r"/maker/([^/?]+)", self.path)
        status, kind, body = ANSWERS[model[1]] if model else (404, "", "{}")
        is_file = "/api/" not in self.path
        self.send_response(status)
        self.send_header("X-Error-Code", kind)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "100" if is_file else str(len(body)))
        if is_file:
            self.send_header("ETag", '"etag"')
            self.send_header("X-Repo-Commit", REVISION)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"half" if is_file else body.encode())

    do_HEAD = do_GET


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A stand-in for the hub, at which the client waits for nothing."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr("huggingface_hub.hf_api.api.endpoint", address)
    file = "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + file)
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)
    model_hub.fetch.cache_clear()
    yield server
    server.shutdown()
    server.server_close()


def failure(name):
    return model_hub.explain(name, OSError("it did not load"), model_hub.fetch(name, REVISION))


@pytest.mark.parametrize(
    ("name", "code", "exit_code", "words"),
    [
        ("busy", "storage-unavailable", 75, "HTTP 429"),
        ("down", "storage-unavailable", 75, "HTTP 503"),
        ("slow", "storage-unavailable", 75, "HTTP 504"),
        ("portal", "storage-unavailable", 75, "could not be downloaded"),
        ("cut", "storage-unavailable", 75, "could not be downloaded"),
        ("connect-timeout", "not-found", 2, "HTTP 404"),
        ("resolve", "not-found", 2, "HTTP 404"),
        ("offline", "forbidden", 2, "HTTP 403"),
    ],
)
def test_what_a_hub_answers_decides_whether_it_is_waited_for(hub, name, code, exit_code, words):
    found = failure(f"maker/{name}")
    assert (found.code, found.exit_code) == (code, exit_code)
    assert words in found.message and f"maker/{name}" in found.message


def test_a_hub_that_nobody_answers_for_is_waited_for(hub):
    hub.server_close()
    hub.shutdown()
    found = failure("maker/any")
    assert (found.code, found.exit_code) == ("storage-unavailable", 75)


def test_a_certificate_that_nobody_trusts_is_told_as_that(hub, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    subprocess.run(
        [*command, "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    hub.socket = context.wrap_socket(hub.socket, server_side=True)
    constants.ENDPOINT = constants.ENDPOINT.replace("http:", "https:")
    found = failure("maker/any")
    assert (found.code, found.exit_code) == ("storage-unavailable", 75)
    assert "certificate" in found.message and "SSL_CERT_FILE" in found.fix


@pytest.fixture
def cached_model(model_folder, tmp_path):
    """maker/down, as it was fetched when its hub still answered."""
    repository = tmp_path / "cache" / "models--maker--down"
    (repository / "snapshots").mkdir(parents=True)
    (repository / "snapshots" / REVISION).symlink_to(model_folder)


def test_a_model_in_the_cache_needs_no_hub(hub, cached_model):
    from base_model import load_tokenizer_and_config

    tokenizer, config = load_tokenizer_and_config("maker/down", REVISION)
    assert tokenizer.pad_token_id is not None and config.hidden_size == 32


def test_a_training_with_checkpoints_asks_no_hub_once_its_model_is_loaded(
    hub, cached_model, gateway, run_script, monkeypatch, tmp_path
):
    monkeypatch.delenv("HF_HUB_OFFLINE")
    arguments = train_arguments("maker/down", gateway, tmp_path / "work", model_revision=REVISION)
    run = run_script.start("train_llm.py", arguments, env={"TRAINCHAIN_CHECKPOINT_STEPS": "1"})
    run.wait_for("model-loaded")
    while_loading = list(hub.asked)
    assert run.wait() == 0, run.log.read_text()
    assert "checkpoint" in [event["event"] for event in run.events()]
    assert while_loading and hub.asked == while_loading
