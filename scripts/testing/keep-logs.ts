import { join, relative } from "node:path";
import { keepLogsIn } from "@trainchain/testing/child-process";
import { expect } from "vitest";
import { logFolder, root } from "./folders.ts";

// The worlds of the tests remove their folders, logs included: what a failure is explained by lies here too.
keepLogsIn(join(logFolder, relative(root, expect.getState().testPath ?? "unknown")));
