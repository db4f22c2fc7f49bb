import json
import os
import socket
import subprocess
import sys
from pathlib import Path

trainer = Path(__file__).parents[1]

ATTEMPTS = """
import json, socket, sys
def outcome(attempt):
    try:
        attempt()
        return "done"
    except Exception as error:
        return type(error).__name__
own, other, allowed_port, other_port = sys.argv[1:]
print("confined-result" + json.dumps({
    "own folder": outcome(lambda: open(own + "/file", "w").close()),
    "other folder": outcome(lambda: open(other + "/file", "w").close()),
    "reading": outcome(lambda: open(other + "/there").read()),
    "allowed port": outcome(lambda: socket.create_connection(("127.0.0.1", int(allowed_port)), 5).close()),
    "other port": outcome(lambda: socket.create_connection(("127.0.0.1", int(other_port)), 5).close()),
    "listening": outcome(lambda: socket.create_server(("127.0.0.1", 0)).close()),
}))
"""


def test_a_confined_script_writes_to_its_folder_and_connects_to_its_gateway_only(tmp_path):
    own, other, temporary = (tmp_path / name for name in ("work", "other", "temporary"))
    for folder in (own, other, temporary):
        folder.mkdir()
    (other / "there").write_text("readable")
    script = trainer / "__pycache__" / "attempts.py"
    script.parent.mkdir(exist_ok=True)
    script.write_text(ATTEMPTS)
    with socket.create_server(("127.0.0.1", 0)) as allowed, socket.create_server(("127.0.0.1", 0)) as denied:
        ports = [str(server.getsockname()[1]) for server in (allowed, denied)]
        command = [sys.executable, "confined.py", "--write", own, "--connect", ports[0], "__pycache__/attempts.py"]
        ran = subprocess.run(
            [*command, own, other, *ports],
            cwd=trainer,
            # The temporary folder is always writable: it must not be one above the others.
            env={**os.environ, "TMPDIR": str(temporary)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    found = json.loads(ran.stdout.split("confined-result")[1])
    assert found["own folder"] == found["reading"] == found["allowed port"] == "done"
    if "other folders" in ran.stderr:
        assert found["other folder"] == "PermissionError"
    if "other connections" in ran.stderr:
        assert found["other port"] == found["listening"] == "PermissionError"
