import io
import json
import os
import random
import signal
import tarfile
import tempfile
import zipfile

os.environ["YOLO_CONFIG_DIR"] = tempfile.mkdtemp(prefix="trainchain-yolo-")
os.environ["YOLO_AUTOINSTALL"] = os.environ["YOLO_VERBOSE"] = "false"
os.environ["YOLO_OFFLINE"] = "true"

import numpy
import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image

# Imported once here: every script below is a fork of this process.
from ultralytics import YOLO  # noqa: F401

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
        tar.extractall(folder / "model", filter="data")
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


def test_every_image_is_decoded_to_its_last_pixel(run_script, tmp_path):
    whole = picture(True, 1)
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        archive.writestr("a/whole.png", whole)
        archive.writestr("a/cut.png", whole[: len(whole) // 2])
        # Scaled until its shorter side fits a network, it would be a picture of gigabytes.
        archive.writestr("a/strip.png", encode(Image.new("L", (1, 60_000)), "PNG"))
    code, events = run_script("check_images.py", ["--archive", tmp_path / "images.zip"])
    assert code == 0
    assert [event.get("file", event["event"]) for event in events] == ["a/cut.png", "a/strip.png", "decoded"]
    assert events[-1]["images"] == 3


def encode(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def images_of_all_kinds():
    """One picture as every kind of file that requesters have."""
    draw = numpy.random.default_rng(0)
    blocks = numpy.kron(draw.integers(0, 255, (5, 6, 3), dtype=numpy.uint8), numpy.ones((8, 8, 1), dtype=numpy.uint8))
    rgb, mask = Image.fromarray(blocks), Image.fromarray(blocks[:, :, 1])
    turned = Image.Exif()
    turned[0x0112] = 6
    clear, grey_clear = rgb.copy(), rgb.convert("LA")
    clear.putalpha(mask)
    grey_clear.putalpha(mask)
    animation = {"save_all": True, "append_images": [rgb.transpose(Image.Transpose.ROTATE_180)]}
    return {
        "grey.png": encode(rgb.convert("L"), "PNG"),
        "16 bits.png": encode(Image.fromarray(blocks[:, :, 0].astype(numpy.uint16) * 257), "PNG"),
        "one bit.png": encode(rgb.convert("1"), "PNG"),
        "palette.png": encode(rgb.quantize(16), "PNG", transparency=3),
        "transparent.png": encode(clear, "PNG"),
        "transparent grey.png": encode(grey_clear, "PNG"),
        "animated.png": encode(rgb, "PNG", **animation),
        "animated.webp": encode(rgb, "WEBP", lossless=True, **animation),
        "inks.jpg": encode(rgb.convert("CMYK"), "JPEG", quality=95),
        "progressive.jpg": encode(rgb, "JPEG", quality=95, progressive=True),
        "turned.jpg": encode(rgb, "JPEG", quality=95, exif=turned),
        "turned.png": encode(rgb, "PNG", exif=turned),
        "plain.bmp": encode(rgb, "BMP"),
        "tiny.png": encode(rgb.resize((7, 8)), "PNG"),
        "large.jpg": encode(rgb.resize((480, 400)), "JPEG", quality=95),
    }


@pytest.mark.parametrize("name", images_of_all_kinds())
def test_what_is_trained_on_is_what_is_judged(name, tmp_path):
    """The package must take every file that the platform takes, and see the pixels that the evaluator sees."""
    from ultralytics.data.utils import check_image
    from ultralytics.utils.patches import imread_unicode

    from image_dataset import arrange
    from image_input import open_rgb, to_input

    original = images_of_all_kinds()[name]
    file = tmp_path / "archive.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for split in ("train", "val"):
            archive.writestr(f"{split}/a/{name}", original)
    assert arrange(file, tmp_path / "images", ["a"], seed=0, imgsz=32) == {"train": 1, "val": 1}
    (arranged,) = (tmp_path / "images" / "train" / "0000").iterdir()
    check_image(str(arranged))
    read = Image.fromarray(imread_unicode(str(arranged))[:, :, ::-1])
    assert 10 <= min(read.size) <= 64
    expected = to_input(open_rgb(io.BytesIO(original)), 32)
    assert numpy.abs(to_input(read, 32) - expected).mean() < 0.02


@pytest.mark.parametrize(
    ("images", "imgsz", "device", "expected"),
    [
        (20, 32, "cpu", 8),
        (433, 32, "cpu", 32),
        (100_000, 224, "cpu", 64),
        (100_000, 640, "cpu", 8),
        (900, 640, "cuda", 64),
    ],
)
def test_a_step_is_made_of_as_many_images_as_dataset_and_memory_allow(images, imgsz, device, expected):
    from train_yolo import images_a_step

    assert images_a_step(images, imgsz, device) == expected


@pytest.mark.parametrize(
    ("imgsz", "parameters", "threads"), [(32, 1_500_000, 1), (64, 37_000_000, 6), (224, 1_500_000, 6)]
)
def test_small_networks_on_small_pictures_are_trained_by_one_thread(imgsz, parameters, threads, tmp_path):
    from types import SimpleNamespace

    from train_yolo import threads_for

    assert threads_for(SimpleNamespace(imgsz=imgsz, cores=6), parameters) == threads


def test_weights_that_break_off_are_as_good_as_none(tmp_path, monkeypatch):
    import http.server
    import threading

    import train_yolo

    class Breaking(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"half")

    server = http.server.HTTPServer(("127.0.0.1", 0), Breaking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("TRAINCHAIN_WEIGHTS_DIR", str(tmp_path / "weights"))
    monkeypatch.setattr(train_yolo, "WEIGHTS_URL", f"http://127.0.0.1:{server.server_port}/{{}}.pt")
    assert train_yolo.find_pretrained("yolov8n-cls") is None
    assert list((tmp_path / "weights").iterdir()) == []
    server.shutdown()


def test_the_input_is_what_the_package_validates_with(tmp_path):
    from PIL import Image as Pillow
    from ultralytics.data.augment import classify_transforms

    from image_input import open_rgb, to_input

    for seed, size in enumerate([(40, 32), (33, 90), (64, 64), (20, 31)]):
        file = tmp_path / f"{seed}.png"
        pixels = numpy.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), dtype=numpy.uint8)
        Pillow.fromarray(pixels).save(file)
        expected = classify_transforms(32)(Pillow.fromarray(pixels)).numpy()
        assert numpy.abs(to_input(open_rgb(file), 32)[0] - expected).max() < 1e-6, size


def test_validation_images_are_drawn_by_seed_from_every_class(tmp_path):
    from image_dataset import arrange

    file = tmp_path / "archive.zip"
    file.write_bytes(archive_of("", each=20))
    counts = arrange(file, tmp_path / "images", CLASSES, seed=random.Random(1).randrange(100), imgsz=32)
    assert counts == {"train": 36, "val": 4}
    assert json.dumps(sorted(path.name for path in (tmp_path / "images" / "val").iterdir())) == '["0000", "0001"]'
