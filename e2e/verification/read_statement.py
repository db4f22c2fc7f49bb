"""Reads a file as in-toto's library does a statement with SLSA's provenance, which refuses what their schemas do not
have, and prints what it found: subjects, builder, what the build was made of, and what came up on the way."""

import json
import sys

from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement

with open(sys.argv[1]) as file:
    parsed = json_format.Parse(file.read(), statement_pb2.Statement())
Statement.copy_from_pb(parsed).validate()
predicate = json_format.ParseDict(json_format.MessageToDict(parsed.predicate), provenance_pb2.Provenance())
build, run = predicate.build_definition, predicate.run_details
for resource in [*parsed.subject, *build.resolved_dependencies, *run.byproducts]:
    ResourceDescriptor.copy_from_pb(resource).validate()
print(
    json.dumps(
        {
            "subject": [[one.name, one.digest["sha256"]] for one in parsed.subject],
            "builder": run.builder.id,
            "dependencies": [one.uri for one in build.resolved_dependencies],
            "byproducts": [one.uri or one.digest["sha256"] for one in run.byproducts],
        }
    )
)
