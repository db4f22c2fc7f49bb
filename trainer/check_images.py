"""Decode every image of an archive to its last pixel: a header can promise what the file does not hold.

    python check_images.py --archive images.zip

Runs when a dataset is prepared, on the platform, in a process of its own with no key. Prints one line for each
image that does not decode (the first 20) and one at the end.
"""

import argparse
import io
import time
import zipfile
from pathlib import Path

import reporting
from reporting import report
from stopping import end_with_caller

SHOWN = 20
# The largest archive's photographs take a slow core less than half of it.
MAX_CPU_SECONDS = 4 * 3_600


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--archive", type=Path, required=True)
    arguments = parser.parse_args()
    end_with_caller()
    from evaluate_image import bound_this_process
    from image_input import open_rgb

    bound_this_process(MAX_CPU_SECONDS)
    started, images, unreadable = time.monotonic(), 0, 0
    with zipfile.ZipFile(arguments.archive) as archive:
        for entry in archive.infolist():
            images += 1
            try:
                open_rgb(io.BytesIO(archive.read(entry)))
            except Exception as error:  # whatever a decoder throws at a damaged file
                unreadable += 1
                if unreadable <= SHOWN:
                    report("unreadable", file=entry.filename, message=f"{type(error).__name__}: {str(error)[:200]}")
    report("decoded", images=images, seconds=round(time.monotonic() - started, 3))


if __name__ == "__main__":
    reporting.run(main)
