"""The process that runs are forked from."""

import subprocess
import sys
from pathlib import Path

TRAINER = Path(__file__).parents[1]
SERVE = """
import sys
import warm
warm.LOOK_MS, warm.MEMORY = 10, sys.argv[2]
warm.serve(sys.argv[1])
"""


def test_it_ends_by_itself_once_the_machine_is_short_of_memory_and_not_before(tmp_path):
    memory = tmp_path / "meminfo"
    memory.write_text("MemTotal:       1000 kB\nMemAvailable:    500 kB\n")
    arguments = [sys.executable, "-c", SERVE, str(tmp_path / "socket"), str(memory)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(arguments, cwd=TRAINER, text=True, **pipes) as serving:
        assert serving.stdout.readline() == "ready\n"
        for text in ("", "MemTotal: many kB\n"):
            memory.write_text(text)
        assert serving.poll() is None
        memory.write_text("MemTotal:       1000 kB\nMemAvailable:     40 kB\n")
        assert serving.wait() == 0
