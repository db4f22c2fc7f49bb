"""Uploads by the tus protocol, in pieces that go on where a broken connection left off."""

import base64
import time
from collections.abc import Callable
from pathlib import Path

from .api import TRIES, Api
from .errors import TrainChainError

PIECE = 8 * 2**20
TUS = {"tus-resumable": "1.0.0"}


def upload_dataset(api: Api, file: Path, on_sent: Callable[[int, int], None] = lambda sent, size: None) -> str:
    """Sends a file and returns the upload's id; `on_sent` is told of bytes sent and bytes in all."""
    size = file.stat().st_size
    place = _begin(api, file.name, size)
    sent = failures = 0
    with file.open("rb") as source:
        while sent < size:
            source.seek(sent)
            try:
                sent = _send_piece(api, place, sent, source.read(PIECE))
                failures = 0
            except TrainChainError as error:
                failures += 1
                if error.code not in ("timeout", "conflict") or failures >= TRIES:
                    raise
                time.sleep(min(2**failures * 0.25, 5))
                # What came through of a broken piece counts.
                sent = _offset(api, place)
            on_sent(sent, size)
    return place.rsplit("/", 1)[-1]


def _begin(api: Api, name: str, size: int) -> str:
    metadata = {"filename": name, "purpose": "dataset"}
    coded = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items())
    headers = {**TUS, "upload-length": str(size), "upload-metadata": coded}
    location = api.send("POST", "uploads", headers=headers).headers["location"]
    return f"uploads/{location.rsplit('/', 1)[-1]}"


def _send_piece(api: Api, place: str, offset: int, piece: bytes) -> int:
    headers = {**TUS, "content-type": "application/offset+octet-stream", "upload-offset": str(offset)}
    return int(api.send("PATCH", place, headers=headers, content=piece).headers["upload-offset"])


def _offset(api: Api, place: str) -> int:
    return int(api.send("HEAD", place, headers=TUS).headers["upload-offset"])
