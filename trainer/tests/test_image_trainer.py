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


def test_weights_that_break_off_are_as_good_as_none(tmp_path, monkeypatch):
    import http.server
    import threading

    import yolo_setup

    class Breaking(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"half")

    server = http.server.HTTPServer(("127.0.0.1", 0), Breaking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("TRAINCHAIN_WEIGHTS_DIR", str(tmp_path / "weights"))
    monkeypatch.setattr(yolo_setup, "WEIGHTS_URL", f"http://127.0.0.1:{server.server_port}/{{}}.pt")
    assert yolo_setup.find_pretrained("yolov8n-cls") is None
    assert list((tmp_path / "weights").iterdir()) == []
    server.shutdown()
