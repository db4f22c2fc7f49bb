"""A model that ends the program by what it is: however it words that, it is not to be tried for ever."""

import json
import signal
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path

import numpy
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


def write_holdout(file, names=("cat", "dog"), side=32):
    image = BytesIO()
    Image.new("RGB", (side, side), (200, 3, 4)).save(image, "PNG")
    with zipfile.ZipFile(file, "w") as archive:
        for at, name in enumerate(names):
            archive.writestr(f"{name}/{at}.png", image.getvalue())


def run_script(*options):
    command = [sys.executable, SCRIPT, *map(str, options)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


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
        evaluate_image.judge_by_itself(tmp_path / "model.onnx", ["cat"], None, None)
    assert failed.value.exit_code == BUG


GOOD = ["--known-good", "--classes", "cat,dog", "--imgsz", "32"]


def test_as_many_images_are_judged_as_the_budget_takes_and_a_rare_class_is_among_them(tmp_path):
    holdout = tmp_path / "holdout.zip"
    write_holdout(holdout, ["cat"] * 17 + ["dog"] * 3)
    # The plain model makes six multiplications an image and writes 3,082 numbers, of 20 each.
    code, events = run_script(*GOOD, "--holdout", holdout, "--max-multiplications", 10 * (6 + 20 * 3_082))
    assert code == 0
    assert events[-1]["rows"] == 10
    assert [sum(row) for row in events[-1]["confusion"]] == [7, 3]
    assert run_script(*GOOD, "--holdout", holdout)[1][-1]["rows"] == 20


def test_the_images_judged_are_the_first_of_each_class_in_the_order_that_was_drawn():
    from evaluate_image import first_of_each

    entries = [zipfile.ZipInfo(f"{name}/{at}.png") for at, name in enumerate("aabacaaba")]
    assert [int(entry.filename[2]) for entry in first_of_each(entries, 5)] == [0, 1, 2, 4, 7]
    assert first_of_each(entries, 9) == entries


def test_a_budget_judges_some_hundred_images_by_the_largest_network_and_holds_a_run_to_an_hour():
    from evaluate_image import MAX_CPU_SECONDS, MAX_MULTIPLICATIONS
    from onnx_limits import COST_OF_NUMBER, MAX_TOTAL_NUMBERS, most_multiplications

    costliest = most_multiplications(640) + COST_OF_NUMBER * MAX_TOTAL_NUMBERS
    assert MAX_MULTIPLICATIONS // costliest >= 100
    # yolov8x-cls and yolov8n-cls as they are exported at 640 pixels a side.
    assert (MAX_MULTIPLICATIONS // 8.172e10, MAX_MULTIPLICATIONS // 2.308e9) == (208, 7_365)
    assert MAX_CPU_SECONDS <= 4_000


def test_a_run_beyond_its_time_is_ended_by_the_system(tmp_path):
    holdout = tmp_path / "holdout.zip"
    write_holdout(holdout, ["cat", "dog"] * 16_000)
    code, events = run_script(*GOOD, "--holdout", holdout, "--model-seconds", 3)
    assert code == -signal.SIGXCPU
    assert events[-1]["event"] == "checked"


def write_costly(file):
    """A classifier that takes longer to answer than a small image takes to be decoded."""
    nodes = [
        helper.make_node("Conv", ["images", "weights"], ["found"], pads=[4] * 4),
        helper.make_node("GlobalAveragePool", ["found"], ["means"]),
        helper.make_node("Flatten", ["means"], ["flat"]),
        helper.make_node("Gemm", ["flat", "last"], ["output"]),
    ]
    weights = numpy.full((256, 3, 9, 9), 0.01, dtype=numpy.float32)
    constants = [onnx.numpy_helper.from_array(weights, "weights")]
    constants.append(onnx.numpy_helper.from_array(numpy.full((256, 2), 0.1, dtype=numpy.float32), "last"))
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 64, 64])
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 2])
    graph = helper.make_graph(nodes, "graph", [images], [output], constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), file)


@pytest.mark.parametrize("is_large", [True, False], ids=["large images", "small images"])
def test_what_images_take_to_be_decoded_is_granted_on_top_and_what_the_model_takes_is_not(tmp_path, is_large):
    from evaluate_image import evaluate, open_session

    model, holdout, granted = tmp_path / "model.onnx", tmp_path / "holdout.zip", []
    write_costly(model)
    write_holdout(holdout, ["cat", "dog"] * 4, side=3_000 if is_large else 8)
    session = open_session(model, 1)
    began = time.thread_time()
    evaluate(session, holdout, ["cat", "dog"], 64, 8, granted.append)
    took = time.thread_time() - began
    assert granted == sorted(granted)
    assert granted[-1] > took / 2 if is_large else granted[-1] < took / 2


def test_a_product_of_two_answers_counts_what_it_sums_over(tmp_path):
    from onnx_limits import check_form

    nodes = [
        helper.make_node("Reshape", ["images", "as_rows"], ["rows"]),
        helper.make_node("Reshape", ["images", "as_columns"], ["columns"]),
        helper.make_node("MatMul", ["rows", "columns"], ["products"]),
    ]
    constants = [
        helper.make_tensor("as_rows", TensorProto.INT64, [2], [1_024, 3]),
        helper.make_tensor("as_columns", TensorProto.INT64, [2], [3, 1_024]),
    ]
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 32, 32])
    output = helper.make_tensor_value_info("products", TensorProto.FLOAT, [1_024, 1_024])
    graph = helper.make_graph(nodes, "graph", [images], [output], constants)
    file = tmp_path / "model.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), file)
    assert check_form(file, 32)[1] == 1_024 * 1_024 * 3 + 20 * (3 * 3 * 1_024 + 1_024 * 1_024)
