"""Holds CycloneDX documents against their schema, strictly, and prints the names of the components of each."""

import json
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

for path in sys.argv[1:]:
    with open(path) as file:
        text = file.read()
    document = json.loads(text)
    error = JsonStrictValidator(SchemaVersion.from_version(document["specVersion"])).validate_str(text)
    if error is not None:
        sys.exit(f"{path}: {error}")
    print(json.dumps([component["name"] for component in document["components"]]))
