"""Check a classifier that a contributor delivered, and count its right answers on images nobody trained on.

    python evaluate_image.py --model model.onnx --holdout holdout.zip --classes cat,dog --imgsz 224

The file is ONNX, the one format that can be opened without running what its sender wrote. It is checked as a
description first (onnx_limits.py), then run by onnxruntime in this process, which holds no key, with its memory and
time bounded. With --known-good it judges a plain model of its own in the same way: where that does well, a model that
ended this process did so by itself. Prints one line for each check and one with the confusion matrix. The holdout is
an archive of `<class>/<image>`.
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
# A core of a slow machine does twice as many multiplications a second; whatever passes the checks has time enough.
SLOWEST = 1e10
START_SECONDS = 600
MAX_CPU_SECONDS = 24 * 3_600


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--model", type=Path)
    which.add_argument("--known-good", action="store_true", help="judge a model made here, to see that it can be done")
    parser.add_argument("--classes", required=True, help="names separated by commas, in the order of the outputs")
    parser.add_argument("--imgsz", type=int, required=True)
    parser.add_argument("--holdout", type=Path, help="without it the file is checked and not evaluated")
    parser.add_argument("--cores", type=int, default=2)
    return parser.parse_args()


def bound_this_process(cpu_seconds):
    """Beyond its time the process is ended by SIGXCPU, which tells the worker that it was the file's doing."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    seconds = min(int(cpu_seconds), MAX_CPU_SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 60))


def time_for(holdout, imgsz):
    """CPU seconds in which the slowest model that the checks let through answers for every image."""
    from onnx_limits import most_multiplications

    if holdout is None:
        return START_SECONDS
    with zipfile.ZipFile(holdout) as archive:
        return START_SECONDS + len(archive.infolist()) * most_multiplications(imgsz) / SLOWEST


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


def is_fit(file, imgsz, classes):
    """Make both checks of the file and report how they went."""
    from onnx_limits import check_classes_and_size, check_form

    check = "onnx"
    try:
        model = check_form(file, imgsz)
        report("checked", check=check, ok=True, message="The file is a plain ONNX classifier within the limits.")
        check = "classes-and-size"
        check_classes_and_size(model, imgsz, len(classes))
    except Failure as failure:
        report("checked", check=check, ok=False, message=failure.message)
        return False
    report("checked", check=check, ok=True, message=f"It takes {imgsz} pixels and has {len(classes)} classes.")
    return True


def open_session(file, cores):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = cores, 1
    options.log_severity_level = 3
    # A file may not bring its own settings or point to other files.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def evaluate(session, holdout, classes, imgsz):
    """The confusion matrix: rows are the true classes, columns the named ones."""
    import numpy

    from image_input import open_rgb, to_input

    numbers = {name: number for number, name in enumerate(classes)}
    confusion = [[0] * len(classes) for _ in classes]
    name = session.get_inputs()[0].name
    with zipfile.ZipFile(holdout) as archive:
        for entry in archive.infolist():
            truth = numbers[PurePosixPath(entry.filename).parts[0]]
            image = open_rgb(io.BytesIO(archive.read(entry)))
            scores = session.run(None, {name: to_input(image, imgsz)})[0][0]
            if not numpy.isfinite(scores).all():
                raise Failure("adapter-invalid", "the model answers with numbers that are none", "train it again")
            confusion[truth][int(scores.argmax())] += 1
    return confusion


def main():
    arguments = parse_arguments()
    end_with_caller()
    classes = arguments.classes.split(",")
    bound_this_process(time_for(arguments.holdout, arguments.imgsz))
    if arguments.model:
        return judge_by_itself(arguments.model, classes, arguments)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "known_good.onnx"
        write_known_good(file, arguments.imgsz, len(classes))
        judge(file, classes, arguments)


def judge_by_itself(file, classes, arguments):
    """Judge a stranger's model. Errors of its run hold words of its own, and its memory is bounded here: none says that
    the machine ran short, so none is tried again for that."""
    try:
        judge(file, classes, arguments)
    except Failure:
        raise
    except Exception as error:
        text = f"{type(error).__name__}: {error}"[:1000]
        raise Failure("internal", text, "see whether a model known to be good can be judged", reporting.BUG) from error


def judge(file, classes, arguments):
    if not is_fit(file, arguments.imgsz, classes) or arguments.holdout is None:
        return
    started = time.monotonic()
    confusion = evaluate(open_session(file, arguments.cores), arguments.holdout, classes, arguments.imgsz)
    report(
        "evaluated",
        rows=sum(map(sum, confusion)),
        correct=sum(confusion[number][number] for number in range(len(classes))),
        confusion=confusion,
        seconds=round(time.monotonic() - started, 3),
    )


if __name__ == "__main__":
    reporting.run(main)
