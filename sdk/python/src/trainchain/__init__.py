"""TrainChain from Python: request a fine-tuning job, follow it, and fetch its result. The wallet signs on this machine."""

from .client import TrainChain
from .errors import TrainChainError
from .job import Job, Progress

__all__ = ["Job", "Progress", "TrainChain", "TrainChainError"]
