"""The embedded sentence encoder: made as jobs name it, or not at all."""

from pathlib import Path

import pytest
from conftest import TRAINER
from test_make_smollm2 import events, start


def test_it_is_made_as_jobs_name_it_and_then_found(tmp_path):
    out = tmp_path / "all-minilm-l6-v2"
    made = list(events(start(out, script="make_minilm.py")))[-1]
    if made.get("code") == "storage-unavailable":
        pytest.skip(made["message"])
    assert made["event"] == "ready", made
    catalogue = next(Path(TRAINER.parent, "packages/protocol/src/kinds").rglob("embedding-finetune/models.ts"))
    assert f'sha256: "{made["sha256"]}"' in catalogue.read_text("utf-8")
    assert list(events(start(out, script="make_minilm.py"))) == [{**made, "seconds": 0.0}]


def test_a_folder_of_another_fingerprint_is_refused_and_nothing_is_left(tmp_path):
    *_, last = events(start(tmp_path / "all-minilm-l6-v2", script="make_minilm.py", more=["--sha256", "0" * 64]))
    if last.get("code") == "storage-unavailable":
        pytest.skip(last["message"])
    assert (last["event"], last["code"]) == ("failed", "internal")
    assert list(tmp_path.iterdir()) == []
