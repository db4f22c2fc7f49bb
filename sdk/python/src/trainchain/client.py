"""The platform as one wallet sees it."""

import hashlib
import itertools
import json
import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

from .api import Api, foreign_answer
from .errors import TrainChainError
from .escrow import Escrow
from .job import Job
from .upload import upload_dataset
from .wallet import open_wallet

Note = Callable[[str], None]


class Settings(TypedDict, total=False):
    """What a request may say besides its data, its model and its reward; the platform's defaults are for the rest."""

    contributors: int
    minContributors: int
    rank: Literal[4, 8, 16, 32, 64]
    alpha: int
    epochs: int
    learningRate: float
    maxLength: int
    seed: int
    method: Literal["svd", "exact", "fedavg"]
    proof: Literal["replay", "result"]
    holdoutRows: int
    acceptWithinSeconds: int
    trainingPeriodSeconds: int
    reviewPeriodSeconds: int
    title: str
    description: str


class TrainChain:
    """A platform, with a wallet signed in. The wallet's key stays in this process."""

    def __init__(
        self,
        url: str,
        keystore: str | os.PathLike[str] | None = None,
        *,
        passphrase: str | None = None,
        private_key: str | None = None,
        rpc_url: str | None = None,
        timeout: float = 60.0,
    ) -> None:
        """Opens the wallet (a keystore file of version 3, or WALLET_PRIVATE_KEY) and signs in.

        `rpc_url` is a node of the platform's chain; by default the one that the platform names. `timeout` is seconds.
        """
        self._account = open_wallet(keystore, private_key, passphrase)
        self.api = Api(url, self._account, timeout)
        self.config: dict[str, Any] = self.api.call("GET", "config")
        if any(name not in self.config for name in ("rpcUrl", "chainId", "escrow", "models")):
            raise foreign_answer(200)
        chain = (rpc_url or self.config["rpcUrl"], self.config["chainId"], self.config["escrow"])
        self._escrow = Escrow(*chain, self.api.http)
        self.api.sign_in()

    @property
    def wallet(self) -> str:
        """Its address, checksummed."""
        return self._account.address

    def models(self) -> list[str]:
        """The base models that can be fine-tuned here."""
        return [model["id"] for model in self.config["models"]]

    def job(self, job_id: str | int) -> Job:
        """A job by its number."""
        return Job(str(job_id), self)

    def finetune(
        self,
        dataset: str | os.PathLike[str] | Iterable[Mapping[str, Any]],
        model: str,
        *,
        reward: str | Decimal | int,
        key: str | None = None,
        on_note: Note = lambda text: None,
        **settings: Unpack[Settings],
    ) -> Job:
        """Sends rows, stakes the reward, and returns the job once it is listed.

        `dataset` is a file (.jsonl, .json, .csv, .parquet) or rows. `reward` is the stake for all contributors together,
        in POL, as text or Decimal. Nothing is paid before the platform has checked the rows, and no more than that.

        A request is paid for at most once: asked for again, as after an exception or by a script that is run anew, it
        goes on where it was and returns the same job. The same rows, model, reward and settings are the same request,
        unless its job ended without a result; `key` names it in place of them: under another one all is trained again.
        """
        reward_wei = _wei(reward)
        if model not in self.models():
            raise TrainChainError(
                "invalid-input", f"{model} is not offered here", fix=f"Choose one of {', '.join(self.models())}."
            )
        asked = {"model": model, "rewardWei": str(reward_wei), **settings}
        with _as_file(dataset) as file:
            if key is None:
                key, draft = self._find_alike(_digest(file, asked))
            else:
                draft = self._find(key)
            if draft is None:
                on_note(f"sending {file.name}")
                draft = self._request({"uploadId": upload_dataset(self.api, file), "key": key, **asked})
        on_note("the platform checks the rows, keeps a holdout and seals shards")
        draft = self._prepared(draft["id"])
        _assert_as_asked(draft, reward_wei, settings)
        return Job(self._paid_once(draft, reward_wei, on_note), self)

    def _request(self, body: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"idempotency-key": uuid.uuid4().hex}
        return self.api.call("POST", "jobs/llm-finetune", json=body, headers=headers, repeatable=True)["draft"]

    def _find(self, key: str) -> dict[str, Any] | None:
        """The draft of this request; one whose rows were refused is deleted, because the next may have others."""
        items = self.api.call("GET", "drafts", params={"key": key, "limit": 1})["items"]
        if not items or items[0]["status"] != "failed":
            return items[0] if items else None
        self.api.send("DELETE", f"drafts/{items[0]['id']}")
        return None

    def _find_alike(self, digest: str) -> tuple[str, dict[str, Any] | None]:
        """The key and the draft of a request that is known by what it asks for; a failed job's is not gone on with."""
        for number in itertools.count(1):
            key = f"python-{digest}-{number}"
            draft = self._find(key)
            if draft is None or draft["jobId"] is None or not self.job(draft["jobId"]).has_failed():
                return key, draft
        raise AssertionError("there is always another number")

    def _paid_once(self, draft: Mapping[str, Any], reward_wei: int, on_note: Note) -> str:
        """The number of the draft's job, which is paid for unless an earlier try has done so."""
        stake = draft.get("stake")
        job_id = draft["jobId"] or (stake and stake["jobId"])
        if job_id is not None:
            on_note(f"this request is job {job_id} already: nothing is paid again")
            return job_id
        earlier = None
        if stake is not None:
            became = self._escrow.follow(self.wallet, stake["specCid"], stake["transaction"], stake["nonce"])
            if became == "paid":
                return self._listed(draft["id"], stake["transaction"])
            # Nobody has heard of it: under its number only one of the two can be mined.
            earlier = stake["nonce"] if became == "unknown" else None
        # Counted first: what is mined by then is found below, and what comes later takes this number from us.
        number = self._escrow.next_number(self.wallet) if earlier is None else earlier
        if self._escrow.has_recent(self.wallet, draft["terms"]["specCid"]):
            return self._listed(draft["id"], None)
        on_note(f"staking {Decimal(reward_wei) / 10**18} POL")
        note = partial(self._note_stake, draft["id"])
        transaction = self._escrow.create_job(self._account, draft["terms"], reward_wei, note, number)
        return self._listed(draft["id"], transaction)

    def _prepared(self, draft_id: str) -> dict[str, Any]:
        while True:
            draft = self.api.call("GET", f"drafts/{draft_id}")
            if draft["status"] == "failed":
                told = draft["error"] or {"message": "the dataset could not be prepared"}
                facts = {"draftId": draft_id, "report": draft["report"]}
                raise TrainChainError("dataset-invalid", told["message"], fix=told.get("fix"), facts=facts)
            if draft["status"] != "preparing":
                return draft
            time.sleep(0.5)

    def _note_stake(self, draft_id: str, transaction: str, nonce: int) -> None:
        """Has nobody sign a second stake for the draft, whatever becomes of this one; told before it is sent."""
        stake = {"transaction": transaction, "nonce": nonce}
        self.api.send("PUT", f"drafts/{draft_id}/stake", json=stake, repeatable=True)

    def _listed(self, draft_id: str, transaction: str | None) -> str:
        """The number of the job that a paid draft became; what is mined is not lost, however long that takes."""
        for _ in range(400):
            job_id = self.api.call("GET", f"drafts/{draft_id}")["jobId"]
            if job_id is not None:
                return job_id
            time.sleep(0.3)
        raise TrainChainError(
            "not-ready",
            "the job is paid for and on chain, but not listed yet",
            fix="Ask for the same again later: it goes on, and nothing is paid twice.",
            facts={"transaction": transaction, "draftId": draft_id},
        )


@contextmanager
def _as_file(dataset: str | os.PathLike[str] | Iterable[Mapping[str, Any]]) -> Iterator[Path]:
    """The dataset as a file; rows are written to one that is removed afterwards."""
    if isinstance(dataset, (str, os.PathLike)):
        file = Path(dataset)
        if not file.is_file():
            raise TrainChainError("invalid-input", f"there is no file {file}")
        yield file
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            for row in dataset:
                lines.write(_line(row))
        yield file


def _line(row: Mapping[str, Any]) -> str:
    try:
        return json.dumps(dict(row), ensure_ascii=False) + "\n"
    except (TypeError, ValueError) as error:
        raise TrainChainError(
            "dataset-invalid",
            "a row is no dictionary of texts",
            fix='Give rows such as {"instruction": "Say it.", "output": "It."}.',
        ) from error


def _digest(file: Path, asked: Mapping[str, Any]) -> str:
    """What tells a request from others, as hexadecimal digits: its rows, and all that is asked of them."""
    with file.open("rb") as rows:
        of_rows = hashlib.file_digest(rows, "sha256").hexdigest()
    words = json.dumps([of_rows, asked], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()[:40]


def _assert_as_asked(draft: Mapping[str, Any], reward_wei: int, settings: Settings) -> None:
    """What is signed is what was asked for, whatever a platform says."""
    terms = draft["terms"]
    asked = {
        "stake": (reward_wei, int(draft["stakeWei"])),
        "bond": (0, int(terms["bondWei"]) + (terms.get("bondBps") or 0)),
        "number of contributors": (settings.get("contributors", 2), terms["maxContributors"]),
    }
    for what, (wanted, found) in asked.items():
        if wanted != found:
            raise TrainChainError(
                "conflict", f"the platform asks for another {what} than was requested; nothing was paid"
            )


def _wei(reward: str | Decimal | int) -> int:
    try:
        wei = Decimal(reward) * 10**18
    except InvalidOperation:
        wei = Decimal(-1)
    if isinstance(reward, float) or not wei.is_finite() or wei <= 0 or wei != int(wei):
        raise TrainChainError(
            "invalid-input", f"the reward {reward!r} is no amount of POL", fix='Give it as text, such as "0.5".'
        )
    return int(wei)
