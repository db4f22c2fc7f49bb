"""Fetch a base model from its hub, and say what is in the way where it cannot be had.

Everything that training needs of a repository is fetched first, by the hub's own client: what it raises names the
cause by type and status, of which transformers' loaders keep a sentence at most.
"""

import functools
import os
import ssl

import httpx2
from huggingface_hub import constants, snapshot_download
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, HFValidationError, RepositoryNotFoundError

from reporting import MAY_BE_RETRIED, Failure, as_failure

# Configuration, tokenizer and weights; not the other formats in which some repositories keep the same weights again.
FILES = ["*.json", "*.txt", "*.model", "*.jinja", "model.safetensors", "model-*-of-*.safetensors"]
# What a hub answers that is overloaded or down, besides everything from 500 on.
BUSY = (408, 425, 429)


@functools.cache
def fetch(name, revision):
    """Bring a hub's model into the cache; returns what went wrong, or None. A folder and a cache that may not be
    renewed (HF_HUB_OFFLINE) are left as they are."""
    if is_folder(name) or constants.HF_HUB_OFFLINE:
        return None
    try:
        snapshot_download(name, revision=revision, allow_patterns=FILES)
    except Exception as error:  # Nobody lists what a download may raise; what it means is told by explain().
        return error
    return None


def go_offline():
    """From now on this process asks no hub for anything."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    constants.HF_HUB_OFFLINE = True


def is_folder(name):
    return os.path.isdir(name) or os.path.isabs(name) or name.startswith(".")


def explain(name, loading, fetching):
    """What it means that a model did not load: by how its download failed, else by what its loader said."""
    text = (str(fetching or loading).strip() or type(fetching or loading).__name__).split("\n")[0][:400]
    if os.path.isdir(name):
        return Failure("not-found", f"{name} holds no usable model: {text}", "give a complete model folder")
    if is_folder(name):
        return Failure("not-found", f"there is no model folder {name}", "give the path of a model folder")
    if constants.HF_HUB_OFFLINE:
        message = f"{name} is not in the model cache and HF_HUB_OFFLINE is set: {text}"
        return Failure("not-found", message, "go online once to cache it, or give a local path")
    if fetching is None:
        fix = "choose a model whose weights are safetensors that transformers loads without code of its own"
        return Failure("not-found", f"{name} holds no usable model: {text}", fix)
    return explain_download(name, fetching, text)


def explain_download(name, error, text):
    chain = list(causes(error))
    certificate = next((cause for cause in chain if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if certificate or "CERTIFICATE_VERIFY_FAILED" in str(error):
        why = getattr(certificate, "verify_message", "") or "certificate verify failed"
        message = f"{name} could not be downloaded: who answers for {constants.ENDPOINT} has no certificate that this "
        fix = "sign in to the network if it asks for it; where a proxy opens TLS, name its certificate in SSL_CERT_FILE"
        return Failure("storage-unavailable", f"{message}machine trusts ({why})", fix, MAY_BE_RETRIED)
    answer = next((cause for cause in chain if isinstance(cause, HfHubHTTPError)), None)
    status = answer.response.status_code if answer else None
    if isinstance(answer, GatedRepoError) or status == 403:
        fix = "accept its terms on the hub and download it once with your account: the trainer takes it from the cache"
        return Failure("forbidden", f"{name} is given only to those whom its owner admits (HTTP {status})", fix)
    if isinstance(answer, RepositoryNotFoundError) or (status and status < 500 and status not in BUSY):
        message = f"{name} was not found on the hub (HTTP {status}): {text}"
        return Failure("not-found", message, "check its name and revision, or give a local path")
    if isinstance(error, HFValidationError):
        return Failure("not-found", f"{name} is no hub's name for a model: {text}", "give a hub id or a local path")
    as_here = as_failure(error)
    if as_here.code != "internal":
        return as_here
    if status:
        message = f"{name} could not be downloaded: the hub answers HTTP {status}"
    elif any(isinstance(cause, httpx2.ProxyError) for cause in chain):
        message = f"{name} could not be downloaded: the proxy on the way to {constants.ENDPOINT} refuses ({text})"
    else:
        message = f"{name} could not be downloaded: {text}"
    fix = "check the network and try again, or download the model once and use its local path"
    return Failure("storage-unavailable", message, fix, MAY_BE_RETRIED)


def causes(error):
    """An exception and those that led to it, the nearest first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
