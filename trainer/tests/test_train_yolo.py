import io
import json
import random
import signal
import tarfile
import zipfile

import numpy
import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image

CLASSES = ["left half", "right"]
LIFE = ["downloaded", "started", "model-loaded", "epoch", "checkpoint", "exported", "saved", "uploaded", "submitted"]


def picture(bright_left, seed):
    draw = numpy.random.default_rng(seed)
    pixels = draw.integers(0, 90, (32, 40, 3), dtype=numpy.uint8)
    half = slice(0, 20) if bright_left else slice(20, 40)
    pixels[:, half] += 130
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def archive_of(folder, names=CLASSES, each=24, first=0):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, name in enumerate(names):
            for at in range(first, first + each):
                archive.writestr(f"{folder}{name}/{at:03d}.png", picture(number == 0, 1000 * number + at))
    return file.getvalue()


def train_arguments(gateway, work, **changes):
    options = {
        "job-id": 7,
        "dataset-cid": "archive",
        "model": "yolov8n-cls",
        "epochs": 2,
        "imgsz": 32,
        "num-classes": 2,
        "classes": ",".join(CLASSES),
        "export-format": "pt",
        "seed": 3,
        "contributor-wallet": "0x" + "ab" * 20,
        "api-url": gateway.url,
        "work-dir": work,
        "device": "cpu",
        "pretrained": "never",
        "cores": 1,
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    return [part for name, value in options.items() for part in (f"--{name}", value)]


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory):
    """An uninterrupted run, its events, its gateway and the files that it delivered."""
    from conftest import Gateway, Run

    folder = tmp_path_factory.mktemp("yolo")
    gateway = Gateway()
    gateway.files["archive"] = archive_of("train/")
    run = Run("train_yolo.py", train_arguments(gateway, folder / "work"), folder)
    assert run.wait() == 0, run.log.read_text()
    with tarfile.open(fileobj=io.BytesIO(gateway.stored[0])) as tar:
        (folder / "model").mkdir()
        for member in tar:
            (folder / "model" / member.name).write_bytes(tar.extractfile(member).read())
    (folder / "holdout.zip").write_bytes(archive_of("", each=20, first=500))
    yield run.events(), gateway, folder
    gateway.server.shutdown()


def test_a_run_reports_every_epoch_and_hands_in_what_it_exported(whole_run):
    events, gateway, folder = whole_run
    assert list(dict.fromkeys(event["event"] for event in events)) == [*LIFE, "done"]
    epochs = [event for event in events if event["event"] == "epoch"]
    assert [event["epoch"] for event in epochs] == [1, 2]
    assert all(0 <= event["accuracy"] <= 1 and event["imagesPerSecond"] > 0 for event in epochs)
    assert epochs[-1]["etaSeconds"] == 0 and epochs[-1]["loss"] < epochs[0]["loss"]
    assert next(event for event in events if event["event"] == "model-loaded")["pretrained"] is False
    exported = [event for event in events if event["event"] == "exported"]
    assert [event["format"] for event in exported] == ["onnx", "pt"]
    assert all(event["predicted"] in CLASSES for event in exported)
    assert sorted(path.name for path in (folder / "model").iterdir()) == ["model.onnx", "model.pt"]
    submission = {"jobId": "7", "contributorWallet": "0x" + "ab" * 20, "modelCid": events[-2]["adapterCid"]}
    assert gateway.submitted == [submission]
    assert not (folder / "work" / "images").exists()


def test_the_export_names_the_jobs_classes(whole_run):
    model = onnx.load(whole_run[2] / "model" / "model.onnx")
    names = next(entry.value for entry in model.metadata_props if entry.key == "names")
    assert names == str(dict(enumerate(CLASSES)))


def test_a_killed_run_goes_on_after_the_last_finished_epoch(gateway, run_script, tmp_path):
    gateway.files["archive"] = archive_of("")
    arguments = train_arguments(gateway, tmp_path / "work", epochs=3, export_format="onnx")
    run = run_script.start("train_yolo.py", arguments)
    run.wait_for("checkpoint", step=1)
    run.signal(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    code, events = run_script("train_yolo.py", arguments)
    assert code == 0
    resumed = next(event["step"] for event in events if event["event"] == "resumed")
    assert [event["epoch"] for event in events if event["event"] == "epoch"] == list(range(resumed + 1, 4))


def test_a_finished_model_is_uploaded_again_but_never_trained_again(gateway, run_script, tmp_path):
    gateway.files["archive"] = archive_of("")
    gateway.refuse_uploads = True
    arguments = train_arguments(gateway, tmp_path / "work", epochs=1, export_format="onnx")
    code, events = run_script("train_yolo.py", arguments)
    assert (code, events[-1]["code"]) == (75, "storage-unavailable")
    gateway.refuse_uploads = False
    code, events = run_script("train_yolo.py", arguments)
    assert code == 0
    assert [event["event"] for event in events] == ["saved", "uploaded", "submitted", "done"]


def linked_archive():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("right/000.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return file.getvalue()


def damaged_archive():
    """Its one file's compressed bytes are none."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("right/000.png", b"x" * 1000)
    damaged = bytearray(file.getvalue())
    start = 30 + len("right/000.png")
    damaged[start : start + 8] = b"\xff" * 8
    return bytes(damaged)


FAILURES = {
    "an unknown CID": ({"dataset_cid": "missing"}, 2, "not-found"),
    "a CID of something else": ({"dataset_cid": "garbage"}, 2, "dataset-invalid"),
    "an archive that is damaged": ({"dataset_cid": "damaged"}, 2, "dataset-invalid"),
    "an archive with a link": ({"dataset_cid": "linked"}, 2, "dataset-invalid"),
    "an archive of other classes": ({"classes": "up,down"}, 2, "dataset-invalid"),
    "more names than classes": ({"classes": "a,b,c"}, 2, "invalid-input"),
    "a size that is no multiple of 32": ({"imgsz": 50}, 2, "invalid-input"),
    "a gateway that is down": ({"api_url": "http://127.0.0.1:9"}, 75, "storage-unavailable"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_says_what_to_do(name, gateway, run_script, tmp_path):
    changes, exit_code, error_code = FAILURES[name]
    gateway.files |= {"archive": archive_of("", each=2), "garbage": b"PK\x03\x04", "linked": linked_archive()}
    gateway.files["damaged"] = damaged_archive()
    code, events = run_script("train_yolo.py", train_arguments(gateway, tmp_path / "work", **changes))
    assert (code, events[-1]["event"], events[-1]["code"]) == (exit_code, "failed", error_code)
    assert events[-1]["message"] and events[-1]["fix"]
    assert not gateway.stored


def judge(run_script, whole_run, model, classes=CLASSES, imgsz=32):
    arguments = ["--model", model, "--classes", ",".join(classes), "--imgsz", imgsz, "--cores", 1]
    code, events = run_script("evaluate_image.py", [*arguments, "--holdout", whole_run[2] / "holdout.zip"])
    return code, events


def test_the_evaluator_counts_right_answers_by_class(whole_run, run_script):
    code, events = judge(run_script, whole_run, whole_run[2] / "model" / "model.onnx")
    assert code == 0 and [event["event"] for event in events] == ["checked", "checked", "evaluated"]
    confusion = events[-1]["confusion"]
    assert [sum(row) for row in confusion] == [20, 20] and events[-1]["rows"] == 40
    assert events[-1]["correct"] == confusion[0][0] + confusion[1][1]


@pytest.mark.parametrize(("classes", "imgsz"), [(CLASSES, 32), ([*CLASSES, "another", "fourth"], 640)])
def test_a_model_known_to_be_good_is_judged_like_any(whole_run, run_script, classes, imgsz):
    arguments = ["--known-good", "--classes", ",".join(classes), "--imgsz", imgsz, "--cores", 1]
    code, events = run_script("evaluate_image.py", [*arguments, "--holdout", whole_run[2] / "holdout.zip"])
    assert code == 0 and events[-1]["event"] == "evaluated" and events[-1]["rows"] == 40


def small_model(nodes, initializers=(), output=(1, 2)):
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 32, 32])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, list(output))],
        list(initializers),
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def external_tensor():
    tensor = helper.make_tensor("w", TensorProto.FLOAT, [2, 3072], numpy.zeros(6144))
    tensor.ClearField("float_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../etc/passwd")
    return tensor


def wide_model():
    """A convolution whose padding asks for a picture of a million pixels a side."""
    weights = helper.make_tensor("w", TensorProto.FLOAT, [2, 3, 1, 1], numpy.zeros(6))
    conv = helper.make_node("Conv", ["images", "w"], ["wide"], pads=[500_000] * 4)
    pool = helper.make_node("GlobalAveragePool", ["wide"], ["pooled"])
    return small_model([conv, pool, helper.make_node("Flatten", ["pooled"], ["out"])], [weights])


def looping_model():
    body = helper.make_graph([], "body", [], [])
    return small_model([helper.make_node("Loop", ["", ""], ["out"], body=body)])


def pooling_model():
    """Small layers, each number of which is the greatest of 250,000."""
    pool = helper.make_node("MaxPool", ["images"], ["out"], kernel_shape=[500, 500], pads=[499] * 4)
    return small_model([pool], output=(1, 3, 531, 531))


flatten = helper.make_node("Flatten", ["images"], ["flat"])
HOSTILE = {
    "a pickle": (b"\x80\x04\x95" + b"x" * 500, "onnx", "cannot be read"),
    "weights in another file": (
        small_model([flatten, helper.make_node("Gemm", ["flat", "w"], ["out"], transB=1)], [external_tensor()]),
        "onnx",
        "lies in another file",
    ),
    "an operation that no classifier has": (
        small_model([helper.make_node("RandomNormal", [], ["out"], shape=[1, 2])]),
        "onnx",
        "RandomNormal",
    ),
    "an operation of somebody's own": (
        small_model([helper.make_node("Exec", ["images"], ["out"], domain="evil")]),
        "onnx",
        "evil:Exec",
    ),
    "a loop": (looping_model(), "onnx", "Loop"),
    "a layer that fills the memory": (wide_model(), "onnx", "larger than any classifier"),
    "a pooling that compares for hours": (pooling_model(), "onnx", "computes more than any classifier"),
    "other classes": (small_model([flatten], output=(1, 3072)), "classes-and-size", "the job has 2 classes"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_evaluator_refuses_before_it_runs_anything(name, whole_run, run_script, tmp_path):
    model, check, why = HOSTILE[name]
    file = tmp_path / "model.onnx"
    if name == "other classes":
        model.graph.node[0].output[0] = "out"
    file.write_bytes(model if isinstance(model, bytes) else model.SerializeToString())
    code, events = judge(run_script, whole_run, file)
    assert code == 0
    assert (events[-1]["check"], events[-1]["ok"]) == (check, False)
    assert why in events[-1]["message"]


OTHERS = [({"imgsz": 64}, "64 pixels"), ({"classes": ["a", "b", "c"]}, "3 classes")]


@pytest.mark.parametrize(("changes", "why"), OTHERS)
def test_a_model_of_another_size_or_number_of_classes_is_refused(changes, why, whole_run, run_script):
    code, events = judge(run_script, whole_run, whole_run[2] / "model" / "model.onnx", **changes)
    assert (events[-1]["check"], events[-1]["ok"]) == ("classes-and-size", False) and why in events[-1]["message"]


def test_validation_images_are_drawn_by_seed_from_every_class(tmp_path):
    from image_dataset import arrange

    file = tmp_path / "archive.zip"
    file.write_bytes(archive_of("", each=20))
    counts = arrange(file, tmp_path / "images", CLASSES, seed=random.Random(1).randrange(100), imgsz=32)
    assert counts == {"train": 36, "val": 4}
    assert json.dumps(sorted(path.name for path in (tmp_path / "images" / "val").iterdir())) == '["0000", "0001"]'
