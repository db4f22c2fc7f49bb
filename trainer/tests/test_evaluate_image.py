"""A model that ends the program by what it is: however it words that, it is not to be tried for ever."""

import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image

SCRIPT = Path(__file__).parent.parent / "evaluate_image.py"
BUG = 1


def write_model(file, name):
    """A classifier within the limits whose last node, of this name, looks up what is not there."""
    nodes = [
        helper.make_node("GlobalAveragePool", ["images"], ["means"]),
        helper.make_node("Flatten", ["means"], ["flat"]),
        helper.make_node("Gemm", ["flat", "weights"], ["scores"]),
        helper.make_node("Add", ["scores", "far"], ["moved"]),
        helper.make_node("Cast", ["moved"], ["numbers"], to=TensorProto.INT64),
        helper.make_node("Slice", ["numbers", "zero", "one", "one"], ["picked"]),
        helper.make_node("Reshape", ["picked", "one"], ["at"]),
        helper.make_node("Gather", ["scores", "at"], ["output"], axis=0, name=name),
    ]
    numbers = {"weights": ([3, 2], [0.1] * 6), "far": ([1, 2], [1_000.0] * 2)}
    whole = {"zero": ([1], [0]), "one": ([1], [1])}
    constants = [helper.make_tensor(key, TensorProto.FLOAT, *value) for key, value in numbers.items()]
    constants += [helper.make_tensor(key, TensorProto.INT64, *value) for key, value in whole.items()]
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 32, 32])
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 2])
    graph = helper.make_graph(nodes, "graph", [images], [output], constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), file)


def write_holdout(file):
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("cat", "dog"):
            image = BytesIO()
            Image.new("RGB", (32, 32), (200, 3, 4)).save(image, "PNG")
            archive.writestr(f"{name}/0.png", image.getvalue())


@pytest.mark.parametrize("name", ["last", "out of memory", "No space left on device"])
def test_what_a_file_says_of_itself_does_not_make_its_failure_the_machines(tmp_path, name):
    model, holdout = tmp_path / "model.onnx", tmp_path / "holdout.zip"
    write_model(model, name)
    write_holdout(holdout)
    options = ["--model", model, "--holdout", holdout, "--classes", "cat,dog", "--imgsz", "32"]
    run = subprocess.run([sys.executable, SCRIPT, *map(str, options)], capture_output=True, text=True, check=False)
    assert "within the limits" in run.stdout
    assert run.returncode == BUG, run.stdout
    assert '"code": "internal"' in run.stdout.splitlines()[-1]


def test_memory_that_a_model_has_taken_is_its_own_doing(tmp_path, monkeypatch):
    import evaluate_image
    from reporting import Failure

    def greedy(*_):
        raise MemoryError("Unable to allocate 4.69 MiB for an array")

    monkeypatch.setattr(evaluate_image, "judge", greedy)
    with pytest.raises(Failure) as failed:
        evaluate_image.judge_by_itself(tmp_path / "model.onnx", ["cat"], None)
    assert failed.value.exit_code == BUG
