import io
import json
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy
import pytest
from PIL import Image


def test_every_image_is_decoded_to_its_last_pixel(run_script, tmp_path):
    whole = images_of_all_kinds()["plain.bmp"]
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        archive.writestr("a/whole.bmp", whole)
        archive.writestr("a/cut.bmp", whole[: len(whole) // 2])
        # Scaled until its shorter side fits a network, it would be a picture of gigabytes.
        archive.writestr("a/strip.png", encode(Image.new("L", (1, 60_000)), "PNG"))
    code, events = run_script("check_images.py", ["--archive", tmp_path / "images.zip"])
    assert code == 0
    assert [event.get("file", event["event"]) for event in events] == ["a/cut.bmp", "a/strip.png", "decoded"]
    assert events[-1]["images"] == 3


def test_an_archive_that_takes_too_long_ends_the_process_and_one_made_here_does_not(tmp_path):
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        one_bit = encode(Image.new("1", (8_000, 8_000)), "PNG")
        for number in range(20):
            archive.writestr(f"a/{number}.png", one_bit)
    script = Path(__file__).parent.parent / "check_images.py"

    def check(*options):
        command = [sys.executable, str(script), *map(str, options)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert check("--archive", tmp_path / "images.zip", "--max-seconds", 2).returncode == -signal.SIGXCPU
    good = check("--known-good", "--max-seconds", 2)
    assert (good.returncode, json.loads(good.stdout)["images"]) == (0, 1)


def encode(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def images_of_all_kinds():
    """One picture as every kind of file that requesters have."""
    draw = numpy.random.default_rng(0)
    blocks = numpy.kron(draw.integers(0, 255, (5, 6, 3), dtype=numpy.uint8), numpy.ones((8, 8, 1), dtype=numpy.uint8))
    rgb, mask = Image.fromarray(blocks), Image.fromarray(blocks[:, :, 1])
    turned = Image.Exif()
    turned[0x0112] = 6
    clear, grey_clear = rgb.copy(), rgb.convert("LA")
    clear.putalpha(mask)
    grey_clear.putalpha(mask)
    animation = {"save_all": True, "append_images": [rgb.transpose(Image.Transpose.ROTATE_180)]}
    return {
        "grey.png": encode(rgb.convert("L"), "PNG"),
        "16 bits.png": encode(Image.fromarray(blocks[:, :, 0].astype(numpy.uint16) * 257), "PNG"),
        "one bit.png": encode(rgb.convert("1"), "PNG"),
        "palette.png": encode(rgb.quantize(16), "PNG", transparency=3),
        "transparent.png": encode(clear, "PNG"),
        "transparent grey.png": encode(grey_clear, "PNG"),
        "animated.png": encode(rgb, "PNG", **animation),
        "animated.webp": encode(rgb, "WEBP", lossless=True, **animation),
        "inks.jpg": encode(rgb.convert("CMYK"), "JPEG", quality=95),
        "progressive.jpg": encode(rgb, "JPEG", quality=95, progressive=True),
        "turned.jpg": encode(rgb, "JPEG", quality=95, exif=turned),
        "turned.png": encode(rgb, "PNG", exif=turned),
        "plain.bmp": encode(rgb, "BMP"),
        "tiny.png": encode(rgb.resize((7, 8)), "PNG"),
        "large.jpg": encode(rgb.resize((480, 400)), "JPEG", quality=95),
    }


@pytest.mark.parametrize("name", images_of_all_kinds())
def test_what_is_trained_on_is_what_is_judged(name, tmp_path):
    """The package must take every file that the platform takes, and see the pixels that the evaluator sees."""
    from ultralytics.data.utils import check_image
    from ultralytics.utils.patches import imread_unicode

    from image_dataset import arrange
    from image_input import open_rgb, to_input

    original = images_of_all_kinds()[name]
    file = tmp_path / "archive.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for split in ("train", "val"):
            archive.writestr(f"{split}/a/{name}", original)
    assert arrange(file, tmp_path / "images", ["a"], seed=0, imgsz=32) == {"train": 1, "val": 1}
    (arranged,) = (tmp_path / "images" / "train" / "0000").iterdir()
    check_image(str(arranged))
    read = Image.fromarray(imread_unicode(str(arranged))[:, :, ::-1])
    assert 10 <= min(read.size) <= 64
    expected = to_input(open_rgb(io.BytesIO(original)), 32)
    assert numpy.abs(to_input(read, 32) - expected).mean() < 0.02


def test_the_input_is_what_the_package_validates_with(tmp_path):
    from ultralytics.data.augment import classify_transforms

    from image_input import open_rgb, to_input

    for seed, size in enumerate([(40, 32), (33, 90), (64, 64), (20, 31)]):
        file = tmp_path / f"{seed}.png"
        pixels = numpy.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), dtype=numpy.uint8)
        Image.fromarray(pixels).save(file)
        expected = classify_transforms(32)(Image.fromarray(pixels)).numpy()
        assert numpy.abs(to_input(open_rgb(file), 32)[0] - expected).max() < 1e-6, size
