"""A job that was paid for: its progress and its result."""

import io
import json
import tarfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import TrainChainError

if TYPE_CHECKING:
    from .client import TrainChain


PASSING = {"timeout", "too-many-requests", "storage-unavailable", "chain-unavailable", "database-unavailable"}
"""Codes of what passes by itself."""


@dataclass(frozen=True)
class Progress:
    """Where a job is. `share` is how much of the training is done, 0 to 1, over all contributors."""

    job_id: str
    status: str
    """`open`, or how it ended: `completed`, `settled`, `expired`, `cancelled`."""
    text: str
    """What happens next, as a sentence."""
    share: float
    loss: float | None
    """The mean of the contributors' latest training losses, in nats per token."""

    def __str__(self) -> str:
        loss = "" if self.loss is None else f", loss {self.loss:.3f}"
        return f"job {self.job_id}: {self.share:.0%} trained{loss}. {self.text}"


@dataclass(frozen=True)
class Job:
    """A job of one wallet on one platform."""

    id: str
    platform: "TrainChain"

    def view(self) -> dict[str, Any]:
        """The job as the platform shows it (`JobView` in its OpenAPI document)."""
        return self.platform.api.call("GET", f"jobs/{self.id}")

    def progress(self) -> Progress:
        """Where it is now."""
        return _progress_of(self.view())

    def has_failed(self) -> bool:
        """Whether it has ended without a result."""
        view = self.view()
        return view["status"] != "open" and view["resultCid"] is None

    def wait(
        self,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        timeout: float | None = None,
        poll: float = 2.0,
    ) -> "Job":
        """Stays until the job has ended, and returns it; `on_progress` is told of each change.

        Raises TrainChainError `training-failed` where it ended without a result, and `timeout` after `timeout` seconds.
        """
        end = None if timeout is None else time.monotonic() + timeout
        told: Progress | None = None
        while True:
            view = self._view_unless_away()
            if view is not None:
                progress = _progress_of(view)
                if progress != told and on_progress is not None:
                    on_progress(progress)
                told = progress
                if view["resultCid"] is not None:
                    return self
                if view["status"] != "open":
                    raise TrainChainError(
                        "training-failed",
                        f"job {self.id} has ended without a result: {view['status']}",
                        facts={"status": view["status"]},
                    )
            if end is not None and time.monotonic() >= end:
                raise TrainChainError("timeout", f"job {self.id} has not ended yet", fix="Wait for it again.")
            time.sleep(poll)

    def _view_unless_away(self) -> dict[str, Any] | None:
        """A platform that restarts, or a network that is gone, ends no waiting: a job goes on without either."""
        try:
            return self.view()
        except TrainChainError as error:
            if error.code in PASSING:
                return None
            raise

    def receipt(self) -> dict[str, Any]:
        """The receipt of an ended job, which `trainchain result verify` recomputes."""
        return self.platform.api.call("GET", f"jobs/{self.id}/receipt")

    def download(self, folder: str | Path | None = None) -> Path:
        """Writes the result into a folder (by default `job-<number>`) and returns it.

        It holds the adapter, its model card, result.json and receipt.json. What a script needs further is in the card.
        """
        target = Path(folder if folder is not None else f"job-{self.id}")
        bundle = self.platform.api.send("GET", f"jobs/{self.id}/result").content
        target.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(bundle)) as archive:
            for member in archive.getmembers():
                _write(archive, member, target)
        (target / "receipt.json").write_text(json.dumps(self.receipt(), indent=2) + "\n")
        return target


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Writes one file below the folder and nowhere else; what is no plain file is left out."""
    path = (folder / member.name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise TrainChainError("invalid-input", f"the archive has a file outside its folder: {member.name}")
    content = archive.extractfile(member) if member.isfile() else None
    if content is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read())


def _progress_of(view: dict[str, Any]) -> Progress:
    shares, losses = [], []
    for slot in view["slots"]:
        event = (slot.get("progress") or {}).get("event", {})
        if slot["status"] == "submitted":
            shares.append(1.0)
        elif slot["status"] == "accepted":
            done, of = event.get("step"), event.get("steps")
            shares.append(done / of if done is not None and of else 0.0)
        if event.get("loss") is not None:
            losses.append(event["loss"])
    places = view["terms"]["maxContributors"]
    return Progress(
        job_id=view["jobId"],
        status=view["status"],
        text=view["nextStep"]["text"],
        share=1.0 if view["resultCid"] is not None else sum(shares) / places,
        loss=sum(losses) / len(losses) if losses else None,
    )
