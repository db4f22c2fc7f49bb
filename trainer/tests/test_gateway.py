"""What the trainer asks its gateway stays on this machine."""

import http.server
import threading

import pytest
from conftest import train_arguments


@pytest.fixture
def proxy():
    """A proxy that refuses private addresses, as those of companies do; its address, and what it was asked for."""
    asked = []

    class Proxy(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def refuse(self):
            asked.append(self.path)
            self.send_error(403)

        do_GET = do_POST = do_CONNECT = refuse

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_the_gateway_is_never_asked_through_a_proxy(proxy, model_folder, gateway, run_script, tmp_path):
    url, asked = proxy
    arguments = train_arguments(model_folder, gateway, tmp_path / "work", max_steps=1)
    code, events = run_script(
        "train_llm.py", arguments, env=dict.fromkeys(["HTTP_PROXY", "http_proxy", "ALL_PROXY"], url)
    )
    assert (code, asked) == (0, []), events[-1]
    assert len(gateway.stored) == len(gateway.submitted) == 1
