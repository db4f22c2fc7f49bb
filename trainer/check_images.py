"""Decode every image of an archive to its last pixel: a header can promise what the file does not hold.

    python check_images.py --archive images.zip

Runs when a dataset is prepared, on the platform, in a process of its own with no key. Prints one line for each
image that does not decode (the first 20) and one at the end. With --known-good it checks an archive of its own in the
same way: where that does well, an archive that ended this process did so by itself.
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
# As many pixels as an archive may have at 28 million a second: WebP takes 22 to 30 million of this a core, JPEG 80.
MAX_CPU_SECONDS = 1_800


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--archive", type=Path)
    which.add_argument("--known-good", action="store_true", help="check an archive made here")
    parser.add_argument("--max-seconds", type=int, default=MAX_CPU_SECONDS, help="CPU time")
    arguments = parser.parse_args()
    end_with_caller()
    from evaluate_image import bound_this_process

    bound_this_process(arguments.max_seconds)
    check(arguments.archive or known_good())


def known_good():
    from PIL import Image

    image, archive = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (8, 8), (200, 3, 4)).save(image, "PNG")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("good/0.png", image.getvalue())
    return archive


def check(file):
    from image_input import open_rgb

    started, images, unreadable = time.monotonic(), 0, 0
    with zipfile.ZipFile(file) as archive:
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
