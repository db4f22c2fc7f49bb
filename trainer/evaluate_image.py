"""Check a classifier that a contributor delivered, and count its right answers on images nobody trained on.

    python evaluate_image.py --model model.onnx --holdout holdout.zip --classes cat,dog --imgsz 224

The file is ONNX, the one format that can be opened without running what its sender wrote. It is checked as a
description first (onnx_limits.py), then run by onnxruntime in this process, which holds no key, with its memory and
time bounded; a costly model is judged on fewer images. With --known-good it judges a plain model of its own in the same
way: where that does well, a model that ended this process did so by itself. Prints one line for each check and one with
the confusion matrix. The holdout is an archive of `<class>/<image>`.
"""

import argparse
import io
import tempfile
import time
import zipfile
from pathlib import Path, PurePosixPath

import reporting
from reporting import Failure, report
from stopping import end_with_caller

# As many at once as an evaluator runs by default have room in its unit (MemoryMax).
MAX_MEMORY_BYTES = 13 * 2**29
# Of all answers together: a hundred of the costliest model at 640 pixels a side, 208 of the largest network.
MAX_MULTIPLICATIONS = 1.7e13
# That at ten billion a second, and the start. Measured on a shared core: yolov8n-cls 31, yolov8x-cls 46 billion.
MODEL_SECONDS = 1_700 + 500
# Decoding is the images' doing and not the model's: check_images.py has seen them all in so long.
MAX_CPU_SECONDS = MODEL_SECONDS + 1_800


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--model", type=Path)
    which.add_argument("--known-good", action="store_true", help="judge a model made here, to see that it can be done")
    parser.add_argument("--classes", required=True, help="names separated by commas, in the order of the outputs")
    parser.add_argument("--imgsz", type=int, required=True)
    parser.add_argument("--holdout", type=Path, help="without it the file is checked and not evaluated")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument(
        "--max-multiplications", type=float, default=MAX_MULTIPLICATIONS, help="of all answers together"
    )
    parser.add_argument("--model-seconds", type=int, default=MODEL_SECONDS, help="CPU time beside decoding the images")
    return parser.parse_args()


def bound_this_process(cpu_seconds, most_seconds=None):
    """Beyond its time the process is ended by SIGXCPU, which tells the worker that it was the file's doing.

    Returns what grants it more seconds, up to `most_seconds`.
    """
    try:
        import resource
    except ImportError:  # Windows
        return lambda _: None
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    most = most_seconds or cpu_seconds

    def grant(more):
        resource.setrlimit(resource.RLIMIT_CPU, (min(cpu_seconds + int(more), most), most + 60))

    grant(0)
    return grant


def write_known_good(file, imgsz, classes):
    """A classifier that takes the mean of each colour: nothing about it is out of the ordinary."""
    import onnx
    from onnx import TensorProto, helper

    graph = helper.make_graph(
        [
            helper.make_node("GlobalAveragePool", ["images"], ["means"]),
            helper.make_node("Flatten", ["means"], ["flat"]),
            helper.make_node("Gemm", ["flat", "weights"], ["scores"]),
            helper.make_node("Softmax", ["scores"], ["output"]),
        ],
        "known good",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, imgsz, imgsz])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, classes])],
        [helper.make_tensor("weights", TensorProto.FLOAT, [3, classes], [i / classes for i in range(3 * classes)])],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), file)


def cost_if_fit(file, imgsz, classes):
    """Make both checks of the file and report how they went: what an answer takes, None where one failed."""
    from onnx_limits import check_classes_and_size, check_form

    check = "onnx"
    try:
        model, cost = check_form(file, imgsz)
        report("checked", check=check, ok=True, message="The file is a plain ONNX classifier within the limits.")
        check = "classes-and-size"
        check_classes_and_size(model, imgsz, len(classes))
    except Failure as failure:
        report("checked", check=check, ok=False, message=failure.message)
        return None
    report("checked", check=check, ok=True, message=f"It takes {imgsz} pixels and has {len(classes)} classes.")
    return cost


def open_session(file, cores):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = cores, 1
    options.log_severity_level = 3
    # A file may not bring its own settings or point to other files.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def first_of_each(entries, most):
    """So many entries, in their order: the first ones of every class, as many of each as there are.

    A holdout that tells a trained model from a guess does so in these too: a rare class is in them, not drawn away.
    """
    ranks, seen = [], {}
    for at, entry in enumerate(entries):
        name = class_of(entry)
        seen[name] = seen.get(name, 0) + 1
        ranks.append((seen[name], at))
    return [entries[at] for at in sorted(at for _, at in sorted(ranks)[:most])]


def class_of(entry):
    return PurePosixPath(entry.filename).parts[0]


def evaluate(session, holdout, classes, imgsz, most, grant):
    """The confusion matrix over at most so many images: rows are the true classes, columns the named ones."""
    import numpy

    from image_input import open_rgb, to_input

    numbers = {name: number for number, name in enumerate(classes)}
    confusion = [[0] * len(classes) for _ in classes]
    name = session.get_inputs()[0].name
    began = time.thread_time()
    answering = 0
    with zipfile.ZipFile(holdout) as archive:
        for entry in first_of_each(archive.infolist(), most):
            pixels = to_input(open_rgb(io.BytesIO(archive.read(entry))), imgsz)
            grant(time.thread_time() - began - answering)
            asked = time.thread_time()
            scores = session.run(None, {name: pixels})[0][0]
            answering += time.thread_time() - asked
            if not numpy.isfinite(scores).all():
                raise Failure("adapter-invalid", "the model answers with numbers that are none", "train it again")
            confusion[numbers[class_of(entry)]][int(scores.argmax())] += 1
    return confusion


def main():
    arguments = parse_arguments()
    end_with_caller()
    classes = arguments.classes.split(",")
    grant = bound_this_process(arguments.model_seconds, MAX_CPU_SECONDS)
    if arguments.model:
        return judge_by_itself(arguments.model, classes, arguments, grant)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "known_good.onnx"
        write_known_good(file, arguments.imgsz, len(classes))
        judge(file, classes, arguments, grant)


def judge_by_itself(file, classes, arguments, grant):
    """Judge a stranger's model. Errors of its run hold words of its own, and its memory is bounded here: none says that
    the machine ran short, so none is tried again for that."""
    try:
        judge(file, classes, arguments, grant)
    except Failure:
        raise
    except Exception as error:
        text = f"{type(error).__name__}: {error}"[:1000]
        raise Failure("internal", text, "see whether a model known to be good can be judged", reporting.BUG) from error


def judge(file, classes, arguments, grant):
    cost = cost_if_fit(file, arguments.imgsz, classes)
    if cost is None or arguments.holdout is None:
        return
    started = time.monotonic()
    session = open_session(file, arguments.cores)
    most = max(1, int(arguments.max_multiplications // cost))
    confusion = evaluate(session, arguments.holdout, classes, arguments.imgsz, most, grant)
    report(
        "evaluated",
        rows=sum(map(sum, confusion)),
        correct=sum(confusion[number][number] for number in range(len(classes))),
        confusion=confusion,
        seconds=round(time.monotonic() - started, 3),
    )


if __name__ == "__main__":
    reporting.run(main)
