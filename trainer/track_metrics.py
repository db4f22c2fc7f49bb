"""Hand the figures of trainings to a tracker, on the requester's own machine.

    python track_metrics.py --tracker tensorboard|trackio|wandb --place FOLDER-OR-PROJECT

Each line of standard input is a point in JSON: {"id", "run", "step", "metrics": {name: figure}}. A run is taken up
again by its id where that is known, and none of its steps is told twice. It ends with its input.
"""

import argparse
import json
import signal
import sys
from pathlib import Path


class TensorBoard:
    """Event files, a folder for each run; what an earlier watch wrote of it is taken for superseded."""

    def __init__(self, place):
        self.folder = Path(place)

    def open(self, point):
        from tensorboardX import SummaryWriter

        return SummaryWriter(logdir=str(self.folder / point["run"]), purge_step=0, flush_secs=5)

    def log(self, run, point):
        for name, figure in point["metrics"].items():
            run.add_scalar(name, figure, point["step"])

    def close(self, run):
        run.close()


class Trackio:
    """A project of Trackio, kept on this machine or in the space that TRACKIO_SPACE_ID names."""

    def __init__(self, place):
        self.project = place
        self.last = {}

    def open(self, point):
        import trackio
        from trackio.sqlite_storage import SQLiteStorage

        name = point["run"]
        self.last[name] = SQLiteStorage.get_max_step_for_run(self.project, name)
        return trackio.init(project=self.project, name=name, resume="allow", embed=False)

    def log(self, run, point):
        last = self.last[point["run"]]
        if last is None or point["step"] > last:
            run.log(point["metrics"], step=point["step"])

    def close(self, run):
        run.finish()


class Wandb:
    """A project of Weights & Biases, with this user's key; steps that it knows it leaves out itself."""

    def __init__(self, place):
        self.project = place

    def open(self, point):
        import wandb

        return wandb.init(project=self.project, id=point["id"], name=point["run"], resume="allow", reinit="create_new")

    def log(self, run, point):
        run.log(point["metrics"], step=point["step"])

    def close(self, run):
        run.finish()


TRACKERS = {"tensorboard": TensorBoard, "trackio": Trackio, "wandb": Wandb}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tracker", choices=TRACKERS, required=True)
    parser.add_argument("--place", required=True)
    arguments = parser.parse_args()
    # A terminal interrupts whoever watches too, and with them this input ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tracker = TRACKERS[arguments.tracker](arguments.place)
    runs = {}
    try:
        for line in sys.stdin:
            point = json.loads(line)
            if point["id"] not in runs:
                runs[point["id"]] = tracker.open(point)
            tracker.log(runs[point["id"]], point)
    finally:
        for run in runs.values():
            tracker.close(run)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        # The last line is what is told of a failure.
        sys.exit(f"{type(error).__name__}: {error}")
