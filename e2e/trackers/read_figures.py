"""Prints what a tracker holds, in its own environment, as JSON: for each run its points [step, loss], in their order.

    python read_figures.py tensorboard FOLDER | trackio PROJECT | wandb FOLDER
"""

import json
import struct
import sys
from collections import defaultdict
from pathlib import Path


def tensorboard(folder):
    """As TensorBoard reads it: a session's start takes back the steps of the files before it."""
    from tensorboardX.proto.event_pb2 import Event, SessionLog

    for path in sorted(Path(folder).glob("*/events*"), key=lambda path: path.stat().st_mtime_ns):
        content, at = path.read_bytes(), 0
        while at < len(content):
            (length,) = struct.unpack_from("<Q", content, at)
            event = Event.FromString(content[at + 12 : at + 12 + length])
            at += 16 + length
            if event.session_log.status == SessionLog.START:
                found[path.parent.name].clear()
            for value in event.summary.value:
                note(path.parent.name, event.step, value.tag, value.simple_value)


def trackio(project):
    from trackio.sqlite_storage import SQLiteStorage

    for run in SQLiteStorage.get_runs(project):
        for point in SQLiteStorage.get_logs(project, run):
            for name, value in point.items():
                note(run, point["step"], name, value)


def wandb(folder):
    from wandb.proto.wandb_internal_pb2 import Record

    for path in Path(folder).glob("wandb/offline-run-*/run-*.wandb"):
        run = None
        for content in blocks(path.read_bytes()):
            record = Record.FromString(content)
            if record.WhichOneof("record_type") == "run":
                run = record.run.display_name
            for item in record.history.item:
                name = item.key or ".".join(item.nested_key)
                note(run, record.history.step.num, name, json.loads(item.value_json))


def blocks(content):
    """The records of a log as LevelDB has it: blocks of 32 KiB, behind a heading of 7 bytes."""
    at, whole = 7, b""
    while at + 7 <= len(content):
        if 32768 - at % 32768 < 7:
            at += 32768 - at % 32768
            continue
        _, length, kind = struct.unpack_from("<IHB", content, at)
        whole += content[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in (1, 4):
            yield whole
            whole = b""


found = defaultdict(list)


def note(run, step, name, value):
    if name == "train/loss":
        found[run].append([step, round(value, 4)])


{"tensorboard": tensorboard, "trackio": trackio, "wandb": wandb}[sys.argv[1]](sys.argv[2])
print(json.dumps(found))
