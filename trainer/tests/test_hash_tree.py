import hashlib
import json
from pathlib import Path

import pytest

from hash_tree import leaf_of, root_of

VECTORS = json.loads((Path(__file__).parents[2] / "packages/protocol/src/hash-tree.vectors.json").read_text())


@pytest.mark.parametrize("vector", VECTORS)
def test_a_list_of_files_has_the_root_that_the_agent_and_the_worker_compute(vector, tmp_path):
    file = tmp_path / "content"
    leaves = []
    for content in vector["contents"]:
        file.write_bytes(bytes.fromhex(content))
        leaves.append(leaf_of(file))
    assert [leaf.hex() for leaf in leaves] == vector["leaves"]
    assert root_of(leaves).hex() == vector["root"]


@pytest.mark.parametrize("vector", VECTORS)
def test_a_path_leads_from_its_leaf_to_the_root(vector):
    index, count = vector["path"]["index"], len(vector["leaves"])
    node, siblings = bytes.fromhex(vector["leaves"][index]), [bytes.fromhex(one) for one in vector["path"]["siblings"]]
    while count > 1:
        # The last node of a level of odd length has no sibling there.
        if index % 2 or index + 1 < count:
            pair = (siblings.pop(0), node) if index % 2 else (node, siblings.pop(0))
            node = hashlib.sha256(b"\1" + b"".join(pair)).digest()
        index, count = index // 2, (count + 1) // 2
    assert (node.hex(), siblings) == (vector["root"], [])
