"""The one exception of this package."""

from collections.abc import Mapping
from typing import Any


class TrainChainError(Exception):
    """What happened, to which thing, and what to do about it.

    `code` is one of the platform's (such as `dataset-invalid`, `not-found`, `insufficient-funds`); `fix` says what to
    do, where somebody can; `facts` identify what is concerned and hold no secret.
    """

    def __init__(
        self, code: str, message: str, *, fix: str | None = None, facts: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(f"{message}. {fix}" if fix else message)
        self.code = code
        self.fix = fix
        self.facts = dict(facts or {})
