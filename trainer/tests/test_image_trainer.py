import pytest


@pytest.mark.parametrize(
    ("images", "imgsz", "device", "expected"),
    [
        (20, 32, "cpu", 8),
        (433, 32, "cpu", 32),
        (100_000, 224, "cpu", 64),
        (100_000, 640, "cpu", 8),
        (900, 640, "cuda", 64),
    ],
)
def test_a_step_is_made_of_as_many_images_as_dataset_and_memory_allow(images, imgsz, device, expected):
    from image_trainer import images_a_step

    assert images_a_step(images, imgsz, device) == expected


@pytest.mark.parametrize(
    ("imgsz", "parameters", "threads"), [(32, 1_500_000, 1), (64, 37_000_000, 6), (224, 1_500_000, 6)]
)
def test_small_networks_on_small_pictures_are_trained_by_one_thread(imgsz, parameters, threads, tmp_path):
    from types import SimpleNamespace

    from image_trainer import threads_for

    assert threads_for(SimpleNamespace(imgsz=imgsz, cores=6), parameters) == threads


@pytest.fixture
def release(tmp_path, monkeypatch):
    """A server of weights; `sends` is what it sends, and `length` what it promises."""
    import http.server
    import threading

    import yolo_weights

    class Release(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(server.length or len(server.sends)))
            self.end_headers()
            self.wfile.write(server.sends)

    server = http.server.HTTPServer(("127.0.0.1", 0), Release)
    server.sends, server.length, server.folder = b"weights", None, tmp_path / "weights"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("TRAINCHAIN_WEIGHTS_DIR", str(server.folder))
    monkeypatch.setattr(yolo_weights, "WEIGHTS_URL", f"http://127.0.0.1:{server.server_port}/{{}}.pt")
    yield server
    server.shutdown()
    server.server_close()


def test_weights_that_break_off_are_as_good_as_none(release):
    from yolo_weights import find_pretrained

    release.length = 1000
    assert find_pretrained("yolov8n-cls") is None
    assert list(release.folder.iterdir()) == []


def test_weights_of_another_hash_than_the_pinned_one_are_refused(release, monkeypatch):
    import hashlib

    import yolo_weights
    from reporting import Failure

    monkeypatch.setitem(yolo_weights.PINNED, "yolov8n-cls", hashlib.sha256(b"weights").hexdigest())
    assert yolo_weights.find_pretrained("yolov8n-cls").read_bytes() == b"weights"
    monkeypatch.setitem(yolo_weights.PINNED, "yolo11n-cls", hashlib.sha256(b"others").hexdigest())
    with pytest.raises(Failure, match="yolo11n-cls.pt is not the pretrained network"):
        yolo_weights.find_pretrained("yolo11n-cls")


def test_weights_that_are_not_pinned_stay_what_they_were_when_they_arrived(release):
    from reporting import Failure
    from yolo_weights import find_pretrained

    file = find_pretrained("yolov8n-cls")
    assert find_pretrained("yolov8n-cls") == file
    file.write_bytes(b"changed")
    with pytest.raises(Failure, match="is not the pretrained network"):
        find_pretrained("yolov8n-cls")
    file.unlink()
    release.sends = b"another release"
    with pytest.raises(Failure, match="is not the pretrained network"):
        find_pretrained("yolov8n-cls")
