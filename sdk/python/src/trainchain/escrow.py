"""The escrow on its chain: staking a job, signed here and sent to a node."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

import httpx2
from eth_abi import encode
from eth_account.signers.local import LocalAccount
from eth_utils import keccak, to_checksum_address

from .errors import TrainChainError

FIRST_TERMS = {
    "kind": "uint8",
    "minContributors": "uint8",
    "maxContributors": "uint8",
    "acceptBy": "uint40",
    "trainingPeriod": "uint32",
    "reviewPeriod": "uint32",
    "bondWei": "uint96",
    "aggregator": "address",
    "specCid": "string",
}
"""The Terms of the contract's first version, in their order."""

SECOND_TERMS = {
    "kind": "uint8",
    "minContributors": "uint8",
    "maxContributors": "uint8",
    "permitOnly": "bool",
    "bondBps": "uint16",
    "acceptBy": "uint40",
    "trainingPeriod": "uint32",
    "reviewPeriod": "uint32",
    "aggregator": "address",
    "referee": "address",
    "specCid": "string",
}
"""Those of its second version."""

LOWEST_TIP = {137: 25 * 10**9, 80002: 25 * 10**9}
"""Wei per gas that a network's nodes take at least, whatever they advise."""

LOOKED = 8
"""How many of the newest jobs are looked at: what is older has long been listed by its platform."""

FIRST_JOB_BYTES = 13 * 32
"""Of the contract's first version's answer about a job; the second's is longer."""

PATIENCE = 600.0
"""Seconds in which a transaction should be mined."""


class Escrow:
    """One contract on one chain, by one node."""

    def __init__(self, rpc_url: str, chain_id: int, address: str, http: httpx2.Client) -> None:
        self._rpc_url, self._chain_id, self._http = rpc_url, chain_id, http
        # Nothing is signed for an address in lower case.
        self._address = to_checksum_address(address)

    def next_number(self, wallet: str) -> int:
        """How many transactions of a wallet are mined: the number of the next one."""
        self._assert_chain()
        return self._count(wallet, "latest")

    def create_job(
        self,
        account: LocalAccount,
        terms: Mapping[str, Any],
        stake_wei: int,
        before_sending: Callable[[str, int], None],
        number: int,
    ) -> str:
        """Signs and sends createJob with the stake, and waits until it is mined; returns the transaction's hash.

        `before_sending` is told the hash and the wallet's number of the transaction; where it raises nothing is sent.
        `number` is the wallet's of the transaction: one that was counted before it was looked for an earlier stake, or
        that an earlier try has signed under, so that only one of the two can be mined.
        """
        self._assert_chain()
        nonce, pending = (self._count(account.address, tag) for tag in ("latest", "pending"))
        if pending > nonce:
            raise TrainChainError(
                "not-ready",
                "a transaction of this wallet is still on its way",
                fix="Wait until it is mined, then try again. It may be this job's stake.",
            )
        if number != nonce:
            raise TrainChainError(
                "not-ready",
                f"the stake is to be the wallet's transaction {number}, and {nonce} are mined",
                fix="Ask for the same again once the wallet's earlier transactions are mined: nothing is paid twice.",
            )
        call = {"from": account.address, "to": self._address, "data": encode_create_job(terms), "value": hex(stake_wei)}
        gas = _number(self._ask("eth_estimateGas", call))
        transaction = {
            **{"chainId": self._chain_id, "nonce": nonce, "to": self._address, "data": call["data"]},
            **{"value": stake_wei, "gas": gas * 5 // 4, "type": 2, **self._fees()},
        }
        signed = account.sign_transaction(transaction)
        before_sending("0x" + signed.hash.hex().removeprefix("0x"), nonce)
        sent = self._ask("eth_sendRawTransaction", "0x" + signed.raw_transaction.hex().removeprefix("0x"))
        return self._mined(sent)

    def follow(self, wallet: str, spec_cid: str, transaction: str, nonce: int) -> Literal["paid", "failed", "unknown"]:
        """What became of a stake that was signed as the wallet's transaction `nonce`; one on its way is waited for.

        `failed` is one in whose place something else was mined, or that was reverted; `unknown` one that the node has
        not heard of: it may have been lost before it was sent.
        """
        self._assert_chain()
        end = time.monotonic() + PATIENCE
        while True:
            # Asked first: what is mined by then has its job.
            mined = self._count(wallet, "latest")
            receipt = self._ask("eth_getTransactionReceipt", transaction)
            # By itself however many jobs were opened since; among the newest also where a dearer one has replaced it.
            if (receipt and int(receipt["status"], 16) == 1) or self.has_recent(wallet, spec_cid):
                return "paid"
            if mined > nonce:
                return "failed"
            if self._ask("eth_getTransactionByHash", transaction) is None:
                return "unknown"
            if time.monotonic() >= end:
                raise _not_mined(transaction)
            time.sleep(0.5)

    def has_recent(self, wallet: str, spec_cid: str) -> bool:
        """Whether one of the newest jobs is this wallet's of this spec, also where no platform lists it yet."""
        count = _number(self._call(keccak(text="jobCount()")[:4]))
        digest = keccak(text=spec_cid)
        for job_id in range(max(1, count - LOOKED + 1), count + 1):
            question = keccak(text="getJob(uint256)")[:4] + encode(["uint256"], [job_id])
            answer = bytes.fromhex(self._call(question).removeprefix("0x"))
            # Of both versions the requester is the second word, and the digest begins the last.
            length = 16 if len(answer) == FIRST_JOB_BYTES else 5
            if answer[44:64].hex() == wallet.lower().removeprefix("0x") and digest.startswith(answer[-32:][:length]):
                return True
        return False

    def _call(self, data: bytes) -> str:
        return self._ask("eth_call", {"to": self._address, "data": "0x" + data.hex()}, "latest")

    def _assert_chain(self) -> None:
        if (actual := _number(self._ask("eth_chainId"))) != self._chain_id:
            url = httpx2.URL(self._rpc_url)
            # Neither user, path nor query: many nodes take a key there.
            node = f"{url.scheme}://{url.netloc.decode()}"
            raise TrainChainError(
                "wrong-network",
                f"{node} is a node of chain {actual}, not of {self._chain_id}",
                fix="Pass rpc_url with a node of that chain.",
            )

    def _fees(self) -> dict[str, int]:
        tip = max(_number(self._ask("eth_maxPriorityFeePerGas")), LOWEST_TIP.get(self._chain_id, 0))
        base = int(self._ask("eth_getBlockByNumber", "latest", False).get("baseFeePerGas", "0x0"), 16)
        return {"maxFeePerGas": 2 * base + tip, "maxPriorityFeePerGas": tip}

    def _count(self, address: str, tag: str) -> int:
        return _number(self._ask("eth_getTransactionCount", address, tag))

    def _mined(self, transaction: str) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            receipt = self._ask("eth_getTransactionReceipt", transaction)
            if receipt is not None:
                if int(receipt["status"], 16) == 1:
                    return transaction
                raise TrainChainError("chain-rejected", f"the transaction {transaction} was reverted")
            time.sleep(0.5)
        raise _not_mined(transaction)

    def _ask(self, method: str, *params: Any) -> Any:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        try:
            answer = self._http.post(self._rpc_url, json=body).json()
        except (httpx2.RequestError, httpx2.InvalidURL, ValueError) as error:
            raise _unavailable() from error
        match answer:
            case {"error": dict(error)}:
                raise _refused(str(error.get("message", "")))
            case {"result": result} if answer.get("error") is None:
                return result
        raise _unavailable()


def encode_create_job(terms: Mapping[str, Any]) -> str:
    """The call createJob with these terms, as 0x and hexadecimal digits; they say themselves of which version they are."""
    fields = FIRST_TERMS if terms.get("bondBps") is None else SECOND_TERMS
    types = f"({','.join(fields.values())})"
    values = tuple(int(terms[name]) if kind.startswith("uint") else terms[name] for name, kind in fields.items())
    return "0x" + (keccak(text=f"createJob({types})")[:4] + encode([types], [values])).hex()


def _not_mined(transaction: str) -> TrainChainError:
    return TrainChainError(
        "not-ready",
        f"the transaction {transaction} is not mined yet",
        fix="Ask for the same again later: it goes on, and nothing is paid twice.",
        facts={"transaction": transaction},
    )


def _number(answer: Any) -> int:
    """An answer that is hexadecimal digits."""
    try:
        return int(answer, 16)
    except (TypeError, ValueError) as error:
        raise _unavailable() from error


def _unavailable() -> TrainChainError:
    return TrainChainError(
        "chain-unavailable",
        "the chain's node does not answer, or not as a node does",
        fix="Check the network, or pass rpc_url with another node.",
    )


def _refused(message: str) -> TrainChainError:
    if any(words in message.lower() for words in ("nonce too low", "already known", "replacement")):
        return TrainChainError(
            "not-ready",
            "another transaction of this wallet has taken this one's place",
            fix="Ask for the same again: it goes on, and nothing is paid twice.",
        )
    if "insufficient funds" in message.lower():
        return TrainChainError(
            "insufficient-funds",
            "the wallet has not enough for stake and gas",
            fix="Send it some of the chain's coins.",
        )
    return TrainChainError("chain-rejected", f"the chain refuses it: {message}")
