"""The work folder of a training: one run, its leftovers, and files that are whole or not there."""

import json
import shutil

from saving import sync


def open_run_folder(folder, identity, folders, files):
    """Create a run's folder. What another run has left in it is removed: those of its `folders` and `files`."""
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / "run.json"
    if read_record(record) == identity:
        return
    for name in folders:
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in files:
        (folder / name).unlink(missing_ok=True)
    write_whole(record, json.dumps(identity, indent=2))


def read_record(record):
    """What a run wrote of itself; None where there is nothing, or nothing that can be read."""
    try:
        return json.loads(record.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def write_whole(file, text):
    """Write a file so that it appears whole or not at all, whatever ends the program or the machine."""
    partial = file.with_name(file.name + ".part")
    partial.write_text(text)
    sync(partial)
    partial.replace(file)
