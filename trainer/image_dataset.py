"""The dataset archive of an image job, laid out as the trainer package wants it.

The platform's archive holds `train/<class>/<image>` and, where the requester gave one, `val/<class>/<image>`; a plain
archive of one folder a class is taken too. On disk a class is its number, so no folder is named by a stranger.

Images stay as they are but for two: the package leaves out what has a side of fewer than 10 pixels, and it decodes
every image anew in every epoch. Smaller ones are enlarged and much larger ones reduced, as for the network.
"""

import random
import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from PIL import Image

from image_input import open_rgb
from reporting import Failure

IMAGE_ENDINGS = {".png", ".jpg", ".jpeg", ".webp", ".bmp"}
MAX_IMAGE_BYTES = 64 * 2**20
MAX_TOTAL_BYTES = 64 * 2**30
# Share of the training images that is kept aside to choose the best epoch, where the archive names none.
VALIDATION_SHARE = 0.1
# The least side that the package takes.
LEAST_SIDE = 10
# A crop of half an image, the least that training cuts out, still has a pixel for each of the network's.
ROOM_FOR_CROPS = 2


def class_folder(number):
    return f"{number:04d}"


def arrange(archive, folder, classes, seed, imgsz):
    """Unpack into folder/train/<number> and folder/val/<number>; returns the number of images of each."""
    shutil.rmtree(folder, ignore_errors=True)
    for split in ("train", "val"):
        for number in range(len(classes)):
            (folder / split / class_folder(number)).mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as opened:
            unpack(opened, folder, {name: number for number, name in enumerate(classes)}, imgsz)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise Failure("dataset-invalid", f"the archive cannot be read: {error}", "report this with the log") from error
    counts = [count_images(folder / "train" / class_folder(number)) for number in range(len(classes))]
    if 0 in counts:
        message = f"the archive holds no training image of class {classes[counts.index(0)]}"
        raise Failure("dataset-invalid", message, "check --classes against the archive")
    if not any((folder / "val").rglob("*.*")):
        split_validation(folder, seed)
    return {split: count_images(folder / split) for split in ("train", "val")}


def count_images(folder):
    return sum(path.is_file() for path in folder.rglob("*"))


def unpack(archive, folder, numbers, imgsz):
    total = 0
    for position, entry in enumerate(archive.infolist()):
        if entry.is_dir():
            continue
        split, name, ending = place_of(entry, numbers)
        total += entry.file_size
        if entry.file_size > MAX_IMAGE_BYTES or total > MAX_TOTAL_BYTES:
            raise refused(entry, "is larger than an archive's images may be")
        target = folder / split / class_folder(numbers[name]) / f"{position:06d}{ending}"
        with archive.open(entry) as source, target.open("xb") as file:
            shutil.copyfileobj(source, file)
        fit(target, entry, imgsz)


def fit(file, entry, imgsz):
    """Scale an image that the package would leave out, or decode at a size that nobody needs."""
    try:
        with Image.open(file) as header:
            least, most = min(header.size), ROOM_FOR_CROPS * imgsz
        if LEAST_SIDE <= least <= most:
            return
        image = open_rgb(file)
    except Exception as error:  # whatever a decoder throws at a damaged file
        raise refused(entry, f"is no image that can be read ({type(error).__name__})") from error
    scale = (imgsz if least < LEAST_SIDE else most) / least
    image = image.resize([round(side * scale) for side in image.size], Image.Resampling.BILINEAR)
    file.unlink()
    image.save(file.with_suffix(".png"), compress_level=1)


def place_of(entry, numbers):
    """(split, class, ending) of an archive's file."""
    if stat.S_ISLNK(entry.external_attr >> 16) or entry.flag_bits & 1:
        raise refused(entry, "is a link or encrypted")
    *folders, name = PurePosixPath(entry.filename).parts
    split = folders.pop(0) if len(folders) == 2 and folders[0] in ("train", "val") else "train"
    ending = Path(name).suffix.lower()
    if len(folders) != 1 or folders[0] not in numbers or ending not in IMAGE_ENDINGS:
        raise refused(entry, "is no image in the folder of one of --classes")
    return split, folders[0], ending


def refused(entry, why):
    return Failure("dataset-invalid", f"{entry.filename} {why}", "check the job: nothing is trained on such an archive")


def split_validation(folder, seed):
    """Move a share of every class to val/, one image at least. A class's only image is used for both."""
    draw = random.Random(seed)
    for source in sorted((folder / "train").iterdir()):
        files = sorted(source.iterdir())
        target = folder / "val" / source.name
        if len(files) == 1:
            shutil.copy2(files[0], target)
        for file in draw.sample(files, max(1, round(VALIDATION_SHARE * len(files)))) if len(files) > 1 else []:
            file.rename(target / file.name)
