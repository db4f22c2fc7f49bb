"""From an image file to what a classifier takes: the package's own validation transform, without torch.

The shorter side is scaled to the network's size, the middle square is cut out, RGB in [0, 1], channels first
(ultralytics.data.augment.classify_transforms). One function for the trainer's last look at its export and for the
evaluator, so that both judge the same pixels.
"""

import numpy
from PIL import Image, ImageFile, ImageOps

# A file that ends early is damaged, not an image.
ImageFile.LOAD_TRUNCATED_IMAGES = False
# A photograph of the largest cameras; Pillow itself refuses twice as many as a decompression bomb.
MAX_PIXELS = 64_000_000
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2
# The shorter side is scaled to the network's: a strip of one pixel would become a picture of gigabytes.
MAX_ASPECT = 50
FORMATS = ("PNG", "JPEG", "WEBP", "BMP")


def open_rgb(file):
    """Decode a whole image, turned as its EXIF data says; raises what the decoder raises where it is none."""
    with Image.open(file, formats=FORMATS) as image:
        if max(image.size) > MAX_ASPECT * min(image.size):
            raise ValueError(f"it is more than {MAX_ASPECT} times as long as wide: {image.size}")
        image.load()
        turned = ImageOps.exif_transpose(image)
        if turned.mode.startswith("I"):  # 16 bits a channel
            turned = Image.fromarray((numpy.asarray(turned) >> 8).astype(numpy.uint8))
        return turned.convert("RGB")


def to_input(image, imgsz):
    """A float32 array of shape (1, 3, imgsz, imgsz)."""
    scale = imgsz / min(image.size)
    width, height = (max(imgsz, int(side * scale)) for side in image.size)
    image = image.resize((width, height), Image.Resampling.BILINEAR)
    left, top = round((width - imgsz) / 2), round((height - imgsz) / 2)
    square = image.crop((left, top, left + imgsz, top + imgsz))
    return numpy.asarray(square, dtype=numpy.float32).transpose(2, 0, 1)[None] / 255
