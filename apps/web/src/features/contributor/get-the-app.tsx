import { useQuery } from "@tanstack/react-query";
import { formatBytes } from "@trainchain/protocol";
import { buttonClasses, Card, ExternalLink, Tabs } from "@trainchain/ui";
import { useState } from "react";
import { apiUrl } from "../../api/api-url.ts";
import { type AppPackage, appPackagesQuery, configQuery } from "../../api/open-queries.ts";
import { CommandLine } from "./command-line.tsx";
import { detectSystem, type System } from "./detect-system.ts";

/** `node` is the system as an archive's name has it; `install` what building from source needs. */
const systems: Record<System, { name: string; node: string; shell: string; install: string }> = {
  windows: {
    name: "Windows",
    node: "win32",
    shell: "PowerShell",
    install: "winget install OpenJS.NodeJS.LTS Python.Python.3.12 Git.Git",
  },
  macos: { name: "macOS", node: "darwin", shell: "Terminal", install: "brew install node python git" },
  linux: {
    name: "Linux",
    node: "linux",
    shell: "a terminal",
    install: "sudo apt install python3 git",
  },
};

/** How to get the contributor app on the visitor's own system, and on the others. */
export function GetTheApp() {
  const [system, setSystem] = useState<string>(detectSystem);
  return (
    <Card title="Get the app">
      <Tabs
        label="Your system"
        value={system}
        onChange={setSystem}
        tabs={(Object.keys(systems) as System[]).map((key) => ({
          value: key,
          label: systems[key].name,
          content: <Steps system={key} />,
        }))}
      />
    </Card>
  );
}

function Steps({ system }: { system: System }) {
  const { data: packages = [] } = useQuery(appPackagesQuery);
  const offered = packages.filter((entry) => entry.system === systems[system].node);
  return (
    <div className="grid gap-5 text-sm">
      {offered.map((entry) => (
        <Download key={entry.file} entry={entry} />
      ))}
      {offered.length > 0 && <AfterDownload system={system} file={offered[0]?.file ?? ""} />}
      {offered.length > 0 ? (
        <details>
          <summary className="cursor-pointer text-muted">Or run it from its source</summary>
          <div className="mt-4">
            <FromSource system={system} />
          </div>
        </details>
      ) : (
        <FromSource system={system} />
      )}
    </div>
  );
}

function Download({ entry: { file, processor, sizeBytes, sha256 } }: { entry: AppPackage }) {
  return (
    <div className="grid gap-1">
      <a href={`/app/${file}`} download className={`${buttonClasses()} justify-self-start`}>
        Download for {processor === "arm64" ? "ARM" : "Intel and AMD"} ({formatBytes(sizeBytes)})
      </a>
      <p className="text-xs break-all text-muted">SHA-256 {sha256}</p>
    </div>
  );
}

/** What is typed once the archive is there; where a script does it all, only that. */
function AfterDownload({ system, file }: { system: System; file: string }) {
  const folder = file.replace(/\.(tar\.gz|zip)$/, "");
  if (system === "windows")
    return (
      <div className="grid gap-2">
        <p>Unpack it, and start it for this platform in {systems.windows.shell}:</p>
        <CommandLine command={`.\\${folder}\\trainchain-contributor.exe --api ${apiUrl}`} />
      </div>
    );
  return (
    <div className="grid gap-2">
      <p>Or let a script fetch, check and unpack it. In {systems[system].shell}:</p>
      <CommandLine command={`curl -fsSL ${apiUrl}/app/install.sh | sh -s -- ${apiUrl}`} />
      <p className="text-muted">It ends with the command that starts the app, in a window of its own.</p>
    </div>
  );
}

function FromSource({ system }: { system: System }) {
  const { data: config } = useQuery(configQuery);
  const { shell, install } = systems[system];
  // PowerShell refuses npm's own script on a new system, and takes the `--` out of what it is given.
  const npm = system === "windows" ? "npm.cmd" : "npm";
  return (
    <ol className="grid gap-4">
      <li className="grid gap-2">
        <p>
          Once: <ExternalLink href="https://nodejs.org/en/download">Node 20 or newer</ExternalLink>
          {system === "linux" && " (from there: the one of Debian 12 and Ubuntu 24.04 is older)"}, Python 3.10
          or newer, and Git. In {shell}:
        </p>
        <CommandLine command={install} />
        {system === "windows" && <p>Then open a new PowerShell: this one does not know them yet.</p>}
      </li>
      <li className="grid gap-2">
        <p>
          {config?.sourceUrl
            ? "Get TrainChain:"
            : "Get TrainChain’s source: whoever runs this platform can say where, as it names no address. Go into its folder:"}
        </p>
        <CommandLine
          command={
            config?.sourceUrl
              ? `git clone ${config.sourceUrl} trainchain${system === "windows" ? ";" : " &&"} cd trainchain`
              : "cd trainchain"
          }
        />
      </li>
      <li className="grid gap-2">
        <p>Start the app for this platform. It opens in a window of its own:</p>
        <CommandLine command={`${npm} run contributor -- --api ${apiUrl}`} />
      </li>
      <li className="text-muted">
        Without a screen, <code className="font-mono">{npm} run trainchain -- contributor --help</code> does
        the same from the terminal.
      </li>
    </ol>
  );
}
