"""A script that a process runs for itself ends with that process."""

import os
import subprocess
import sys
from pathlib import Path

TRAINER = Path(__file__).parents[1]

SCRIPT = "import sys, time; import stopping; stopping.end_with_caller(); print('up', flush=True); time.sleep(600)"
# Starts the script with its own number as the caller's, and goes once the script is up.
CALLER = f"""import os, subprocess, sys
os.environ["TRAINCHAIN_PARENT_PID"] = str(os.getpid())
child = subprocess.Popen([sys.executable, "-c", {SCRIPT!r}], stderr=subprocess.PIPE)
child.stderr.readline()"""


def test_a_script_whose_caller_is_gone_ends_though_it_has_work_left():
    """It holds the caller's standard output for as long as it lives, so the end of the output is its end."""
    environment = {**os.environ, "PYTHONPATH": str(TRAINER)}
    done = subprocess.run(
        [sys.executable, "-c", CALLER], env=environment, capture_output=True, timeout=60, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
