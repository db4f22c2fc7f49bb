"""What a busy gateway asks for is done, and nobody comes back at the same moment as all others."""

import http.server
import threading

import gateway as door


class Busy(http.server.BaseHTTPRequestHandler):
    """Refuses twice, saying when to come again, then answers."""

    def do_GET(self):
        self.server.asked += 1
        is_busy = self.server.asked < 3
        self.send_response(429 if is_busy else 200)
        self.send_header("Content-Length", "0")
        if is_busy:
            self.send_header("Retry-After", "7")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_a_busy_gateway_is_asked_again_when_it_wants(monkeypatch):
    slept = []
    monkeypatch.setattr(door.time, "sleep", slept.append)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        server.asked = 0
        threading.Thread(target=server.serve_forever, daemon=True).start()
        response = door.ask("GET", f"http://127.0.0.1:{server.server_port}/x")
        server.shutdown()
    assert (response.status_code, server.asked) == (200, 3)
    assert all(7 <= seconds <= 9 for seconds in slept) and slept[0] != slept[1]


def test_pauses_grow_and_are_spread():
    for attempt in (1, 2, 4):
        drawn = {door.pause_before(attempt, None) for _ in range(100)}
        assert len(drawn) > 50
        assert 0.125 * 2**attempt <= min(drawn) and max(drawn) <= 0.25 * 2**attempt
