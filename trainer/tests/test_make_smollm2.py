"""The embedded base model: made whole from its package or not at all."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import TRAINER

UV = shutil.which("uv") or str(TRAINER.parent / ".toolchain" / "uv" / "bin" / "uv")


def start(out, script="make_smollm2.py", more=(), **environment):
    command = [sys.executable, str(TRAINER / script), "--out", str(out), "--uv", UV, *more]
    environment = {**os.environ, "UV_HTTP_RETRIES": "0", **environment}
    for mine, uvs in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_FIND_LINKS", "UV_FIND_LINKS")):
        if mine in environment:
            environment.setdefault(uvs, environment[mine])
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)


def events(process):
    for line in process.stdout:
        yield json.loads(line)


def test_where_the_package_cannot_be_had_that_is_said_and_nothing_is_left(tmp_path):
    nowhere = {"UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple", "UV_FIND_LINKS": "", "UV_INDEX": ""}
    process = start(tmp_path / "smollm2-135m", **nowhere, UV_CACHE_DIR=str(tmp_path / "cache"))
    *_, failed = events(process)
    assert process.wait() == 75
    assert (failed["event"], failed["code"]) == ("failed", "storage-unavailable")
    assert "index" in failed["fix"]
    assert [path.name for path in tmp_path.iterdir() if path.name != "cache"] == []


def test_killed_in_the_middle_it_is_made_again_and_then_found(tmp_path):
    out = tmp_path / "smollm2-135m"
    process = start(out)
    for event in events(process):
        if event["event"] == "failed" and event["code"] == "storage-unavailable":
            pytest.skip(event["message"])
        if event["message"].startswith("dequantised"):
            process.kill()
            break
    process.wait()
    assert not out.exists()
    assert list(tmp_path.iterdir()) != []

    made = list(events(start(out)))[-1]
    assert made["event"] == "ready"
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    catalogue = next(Path(TRAINER.parent, "packages/protocol/src").rglob("base-models.json")).read_text("utf-8")
    assert f'"sha256": "{made["sha256"]}"' in catalogue
    assert list(events(start(out))) == [{**made, "seconds": 0.0}]
