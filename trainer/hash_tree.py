"""One hash that commits to a list of files, each of which can be shown to belong to it by a few hashes more.

A leaf is the SHA-256 of a zero byte and a file's content, a node that of a one byte and its two children; a level of
odd length carries its last node up as it is. That is the tree of RFC 6962, section 2.1.
"""

import hashlib


def leaf_of(file):
    """The leaf of a file, 32 bytes."""
    digest = hashlib.sha256(b"\0")
    with open(file, "rb") as source:
        while piece := source.read(2**20):
            digest.update(piece)
    return digest.digest()


def root_of(leaves):
    """The root, 32 bytes, of at least one leaf."""
    level = list(leaves)
    while len(level) > 1:
        last = level[len(level) - len(level) % 2 :]
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs] + last
    return level[0]
