"""The platform as one wallet sees it."""

import json
import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

from .api import Api
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
        on_note: Note = lambda text: None,
        **settings: Unpack[Settings],
    ) -> Job:
        """Sends rows, stakes the reward, and returns the job once it is listed.

        `dataset` is a file (.jsonl, .json, .csv, .parquet) or rows. `reward` is the stake for all contributors together,
        in POL, as text or Decimal. Nothing is paid before the platform has checked the rows, and no more than that.
        """
        reward_wei = _wei(reward)
        if model not in self.models():
            raise TrainChainError(
                "invalid-input", f"{model} is not offered here", fix=f"Choose one of {', '.join(self.models())}."
            )
        upload_id = self._upload(dataset, on_note)
        body = {"uploadId": upload_id, "model": model, "rewardWei": str(reward_wei), **settings}
        key = {"idempotency-key": uuid.uuid4().hex}
        made = self.api.call("POST", "jobs/llm-finetune", json=body, headers=key, repeatable=True)["draft"]
        on_note("the platform checks the rows, keeps a holdout and seals shards")
        draft = self._prepared(made["id"])
        _assert_as_asked(draft, reward_wei, settings)
        on_note(f"staking {reward} POL")
        on_sent = partial(self._note_stake, draft["id"])
        transaction = self._escrow.create_job(self._account, draft["terms"], reward_wei, on_sent)
        return Job(self._listed(draft["id"], transaction), self)

    def _upload(self, dataset: str | os.PathLike[str] | Iterable[Mapping[str, Any]], on_note: Note) -> str:
        if isinstance(dataset, (str, os.PathLike)):
            file = Path(dataset)
            if not file.is_file():
                raise TrainChainError("invalid-input", f"there is no file {file}")
            on_note(f"sending {file.name}")
            return upload_dataset(self.api, file)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rows.jsonl"
            with file.open("w", encoding="utf-8") as lines:
                for row in dataset:
                    lines.write(json.dumps(dict(row), ensure_ascii=False) + "\n")
            on_note("sending the rows")
            return upload_dataset(self.api, file)

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
        """Has other programs of this wallet sign no second stake for the draft; what is sent is sent, whoever is told."""
        with suppress(TrainChainError):
            stake = {"transaction": transaction, "nonce": nonce}
            self.api.send("PUT", f"drafts/{draft_id}/stake", json=stake, repeatable=True)

    def _listed(self, draft_id: str, transaction: str) -> str:
        """The number of the job that a paid draft became; what is mined is not lost, however long that takes."""
        for _ in range(400):
            job_id = self.api.call("GET", f"drafts/{draft_id}")["jobId"]
            if job_id is not None:
                return job_id
            time.sleep(0.3)
        raise TrainChainError(
            "not-ready",
            "the job is paid for and on chain, but not listed yet",
            fix="Do not request it again: it is listed as soon as the platform sees it.",
            facts={"transaction": transaction, "draftId": draft_id},
        )


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
