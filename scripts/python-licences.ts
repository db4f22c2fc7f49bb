import { spawnSync } from "node:child_process";
import { pythonPath } from "@trainchain/python-env";
import { pythonEnvDir } from "./env.ts";

/** The expression where its author wrote one, else the trove classifiers, else the first line of what is there. */
const script = `
import json
from importlib.metadata import distributions

def licence(about):
    tails = [c.rsplit(" :: ", 1)[1] for c in about.get_all("Classifier", []) if c.startswith("License ::")]
    free = (about.get("License") or "").strip().split("\\n")[0][:60]
    return about.get("License-Expression") or " AND ".join(tails) or free or "none stated"

print(json.dumps([
    {"name": d.metadata["Name"], "version": d.version, "licence": licence(d.metadata)} for d in distributions()
]))`;

/** What classifiers and free text call the licences that have an SPDX name. */
const spdxNames: [RegExp, string][] = [
  [/^(Apache Software License|Apache License.*|Apache( 2\.0( License)?)?)$/i, "Apache-2.0"],
  [/^(The )?MIT( License.*)?$/i, "MIT"],
  [/^((New |Modified )?BSD( License)?|3-Clause BSD License|BSD-3|BSD 3-Clause.*)$/i, "BSD-3-Clause"],
  [/^Python Software Foundation License$/i, "PSF-2.0"],
  [/^ISC License.*$/i, "ISC"],
  [/^GNU Affero General Public License v3 or later.*$/i, "AGPL-3.0-or-later"],
  [/^NVIDIA Proprietary Software$/i, "LicenseRef-NVIDIA-Proprietary"],
  [/^Mozilla Public License 2\.0.*$/i, "MPL-2.0"],
];

export interface PythonLicence {
  name: string;
  version: string;
  licence: string;
}

/** Every package of the Python environment with its licence; none where there is no environment. */
export function listPythonLicences(): PythonLicence[] {
  const { status, stdout } = spawnSync(pythonPath(pythonEnvDir), ["-c", script], { encoding: "utf8" });
  if (status !== 0) return [];
  return (JSON.parse(stdout) as PythonLicence[])
    .map((found) => ({ ...found, licence: found.licence.split(" AND ").map(toSpdx).join(" AND ") }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function toSpdx(licence: string): string {
  return spdxNames.find(([pattern]) => pattern.test(licence))?.[1] ?? licence;
}
