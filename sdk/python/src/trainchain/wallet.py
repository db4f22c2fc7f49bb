"""The wallet: opened from its file, and what it signs to sign in."""

import getpass
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount

from .errors import TrainChainError


def open_wallet(
    keystore: str | os.PathLike[str] | None, private_key: str | None, passphrase: str | None
) -> LocalAccount:
    """Opens a keystore file (version 3), or takes a key; else the key in WALLET_PRIVATE_KEY.

    The passphrase is `passphrase`, else TRAINCHAIN_KEYSTORE_PASSWORD, else asked for on the terminal.
    """
    if keystore is not None:
        known = passphrase if passphrase is not None else os.environ.get("TRAINCHAIN_KEYSTORE_PASSWORD")
        opener = known if known is not None else getpass.getpass(f"Passphrase of {keystore}: ")
        try:
            return Account.from_key(Account.decrypt(json.loads(Path(keystore).read_text()), opener))
        except OSError as error:
            raise _unusable(f"{keystore} cannot be read: {error.strerror}", "Name a file that is there.") from error
        except (ValueError, TypeError, KeyError) as error:
            raise _unusable(
                f"{keystore} does not open", "Check the passphrase, and that it is a keystore of version 3."
            ) from error
    key = private_key if private_key is not None else os.environ.get("WALLET_PRIVATE_KEY")
    if key is None:
        raise _unusable("no wallet is given", "Pass keystore=FILE, or set WALLET_PRIVATE_KEY.")
    try:
        return Account.from_key(key)
    except ValueError:
        # Not chained: its words hold the key.
        raise _unusable("the private key is none", "Give 0x and 64 hexadecimal digits.") from None


def sign_in_message(
    config: Mapping[str, Any], nonce: Mapping[str, str], *, host: str, origin: str, address: str
) -> str:
    """The EIP-4361 text that opens a session at one platform and nowhere else; `address` is checksummed."""
    return "\n".join(
        [
            f"{host} wants you to sign in with your Ethereum account:",
            address,
            "",
            "Sign in to TrainChain. This costs nothing and moves nothing.",
            "",
            f"URI: {origin}",
            "Version: 1",
            f"Chain ID: {config['chainId']}",
            f"Nonce: {nonce['nonce']}",
            f"Issued At: {nonce['issuedAt']}",
            f"Expiration Time: {nonce['expiresAt']}",
            "Resources:",
            f"- eip155:{config['chainId']}:{config['escrow']}",
        ]
    )


def sign_text(account: LocalAccount, text: str) -> str:
    """The signature of a text (EIP-191), as 0x and hexadecimal digits."""
    return "0x" + account.sign_message(encode_defunct(text=text)).signature.hex().removeprefix("0x")


def _unusable(message: str, fix: str) -> TrainChainError:
    return TrainChainError("configuration-invalid", message, fix=fix)
