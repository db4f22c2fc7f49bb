"""The platform's HTTP API, as far as this package needs it."""

import time
from typing import Any

import httpx2
from eth_account.signers.local import LocalAccount

from .errors import TrainChainError
from .wallet import sign_in_message, sign_text

LONGEST_WAIT = 30.0
"""Seconds; a server that wants to be asked later than that is told of instead."""

TRIES = 5


class Api:
    """A session of one wallet. Every failure is a TrainChainError with the server's code, message and fix."""

    def __init__(self, url: str, account: LocalAccount, timeout: float) -> None:
        try:
            self.url = httpx2.URL(url.rstrip("/") + "/")
        except httpx2.InvalidURL as error:
            raise TrainChainError(
                "invalid-input", f"{url} is no address", fix="Give one such as https://api.example.org."
            ) from error
        self.http = httpx2.Client(timeout=timeout)
        self._account = account
        self._token: str | None = None

    def sign_in(self) -> None:
        """Opens the session that later calls are made in; one that ends is opened anew."""
        self._token = None
        config = self.call("GET", "config")
        nonce = self.call("POST", "auth/nonce")
        port = f":{self.url.port}" if self.url.port else ""
        host = f"{self.url.host}{port}"
        origin = f"{self.url.scheme}://{host}"
        message = sign_in_message(config, nonce, host=host, origin=origin, address=self._account.address)
        body = {"message": message, "signature": sign_text(self._account, message)}
        self._token = self.call("POST", "auth/login", json=body)["token"]

    def call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """The JSON of an answer, which is an object."""
        response = self.send(method, path, **options)
        try:
            answer = response.json()
        except ValueError as error:
            raise foreign_answer(response.status_code) from error
        if not isinstance(answer, dict):
            raise foreign_answer(response.status_code)
        return answer

    def send(self, method: str, path: str, *, repeatable: bool = False, **options: Any) -> httpx2.Response:
        """Sends a request; one that a busy server did not look at is sent again when it asks for that.

        Where the network fails, reading is tried again, and what is `repeatable`.
        """
        tries = TRIES if repeatable or method in ("GET", "HEAD") else 1
        given = options.pop("headers", {})
        attempt = 0
        while True:
            attempt += 1
            session = {} if self._token is None else {"authorization": f"Bearer {self._token}"}
            try:
                response = self.http.request(method, self.url.join(path), headers={**session, **given}, **options)
            except httpx2.RequestError as error:
                if attempt >= tries:
                    raise TrainChainError(
                        "timeout",
                        f"the API at {self.url} cannot be reached",
                        fix="Check the address and the network, then try again.",
                    ) from error
                time.sleep(min(2**attempt * 0.25, 5))
                continue
            if response.is_success:
                return response
            if response.status_code == 401 and session and attempt < TRIES:
                self.sign_in()
                continue
            wait = _asked_wait(response)
            if response.status_code not in (429, 503) or attempt >= TRIES or wait > LONGEST_WAIT:
                raise error_of(response)
            time.sleep(wait)


def _asked_wait(response: httpx2.Response) -> float:
    """Seconds after which a server wants to be asked again."""
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdigit() else 1.0


def foreign_answer(status: int) -> TrainChainError:
    """The error for an answer of something else than the API, such as a site that has a page for every address."""
    return TrainChainError(
        "timeout",
        f"the server answered {status}, and not as the platform's API does",
        fix="Check the address: it is the API's, which may have another name than the site.",
    )


def error_of(response: httpx2.Response) -> TrainChainError:
    """The error that an answer carries; one that has none of ours keeps its status."""
    try:
        told = response.json()["error"]
        return TrainChainError(
            told["code"],
            told["message"],
            fix=told.get("fix"),
            facts={"status": response.status_code, "requestId": told.get("requestId")},
        )
    except (ValueError, KeyError, TypeError):
        code = "timeout" if response.status_code >= 500 else "internal"
        return TrainChainError(code, f"the server answered {response.status_code}")
