"""The agent's loopback gateway: shards come from it in plain, adapters go to it. It holds the keys; Python none."""

import os
import random
import time

import requests

from reporting import MAY_BE_RETRIED, Failure
from saving import sync

ATTEMPTS = 5
CONNECT_SECONDS, READ_SECONDS = 10, 300
LONGEST_ASKED_SECONDS = 300
# Rows and the path's token never leave this machine: no proxy of its environment or system is asked, no .netrc read.
session = requests.Session()
session.trust_env = False


def ask(method, url, file=None, **options):
    """One request, tried again with growing pauses while the gateway is away or overloaded. A file is its body."""
    problem, response = None, None
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(pause_before(attempt, response))
        try:
            with open(file or os.devnull, "rb") as body:
                options |= {"data": body} if file else {}
                response = session.request(method, url, timeout=(CONNECT_SECONDS, READ_SECONDS), **options)
        except requests.RequestException as error:
            problem, response = f"{type(error).__name__}: {error}", None
            continue
        if response.status_code < 400:
            return response
        problem = describe_refusal(response)
        if response.status_code < 500 and response.status_code not in (408, 425, 429):
            raise refusal(url, response, problem)
    fix = "check that the contributor app is running, then start the run again: nothing that was trained is lost"
    raise Failure("storage-unavailable", f"{url} cannot be reached ({problem[:300]})", fix, MAY_BE_RETRIED)


def pause_before(attempt, response):
    """Seconds until the next try: what a busy gateway asked for, else longer each time; spread at random."""
    asked = response.headers.get("Retry-After", "") if response is not None else ""
    if asked.isdecimal():
        return min(int(asked), LONGEST_ASKED_SECONDS) * random.uniform(1, 1.25)
    return 0.25 * 2**attempt * random.uniform(0.5, 1)


def describe_refusal(response):
    try:
        error = response.json()["error"]
        return error["message"] if isinstance(error, dict) else str(error)
    except (ValueError, KeyError, TypeError):
        return f"HTTP {response.status_code}"


def refusal(url, response, problem):
    code = "not-found" if response.status_code == 404 else "invalid-input"
    try:
        error = response.json()["error"]
        return Failure(error["code"], error["message"], error.get("fix") or "see the message")
    except (ValueError, KeyError, TypeError):
        return Failure(code, f"{url} refused: {problem}", "check the job and this slot's state")


def download(api_url, cid, file):
    """Fetch the bytes behind a CID into a file, which appears only when whole."""
    partial = file.with_name(file.name + ".part")
    for attempt in range(ATTEMPTS):
        try:
            with ask("GET", f"{api_url}/ipfs/{cid}", stream=True) as response, partial.open("wb") as target:
                for piece in response.iter_content(2**20):
                    target.write(piece)
            sync(partial)
            partial.replace(file)
            return
        except requests.RequestException as error:
            problem = f"{type(error).__name__}: {error}"
            time.sleep(0.25 * 2**attempt)
    fix = "start the run again; the contributor app's log says why it broke off"
    raise Failure("storage-unavailable", f"{cid} broke off while it was fetched ({problem[:300]})", fix, MAY_BE_RETRIED)


def upload(api_url, file):
    """Store a file; returns its CID."""
    headers = {"Content-Type": "application/octet-stream"}
    return ask("POST", f"{api_url}/ipfs", file=file, headers=headers).json()["cid"]


def submit_adapter(api_url, job_id, wallet, cid):
    body = {"jobId": job_id, "contributorWallet": wallet, "adapterCid": cid}
    ask("POST", f"{api_url}/jobs/submit-adapter", json=body)


def complete(api_url, job_id, wallet, cid):
    """Hand in the stored model of an image job."""
    ask("POST", f"{api_url}/jobs/complete", json={"jobId": job_id, "contributorWallet": wallet, "modelCid": cid})
