import { useQuery } from "@tanstack/react-query";
import { Card, Tabs } from "@trainchain/ui";
import { useState } from "react";
import { apiUrl } from "../../api/api-url.ts";
import { configQuery } from "../../api/open-queries.ts";
import { CommandLine } from "./command-line.tsx";
import { detectSystem, type System } from "./detect-system.ts";

const tools: Record<System, { name: string; shell: string; install: string }> = {
  windows: {
    name: "Windows",
    shell: "PowerShell",
    install: "winget install OpenJS.NodeJS.LTS Python.Python.3.12 Git.Git",
  },
  macos: { name: "macOS", shell: "Terminal", install: "brew install node python git" },
  linux: { name: "Linux", shell: "a terminal", install: "sudo apt install nodejs npm python3 git" },
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
        tabs={(Object.keys(tools) as System[]).map((key) => ({
          value: key,
          label: tools[key].name,
          content: <Steps system={key} />,
        }))}
      />
    </Card>
  );
}

function Steps({ system }: { system: System }) {
  const { data: config } = useQuery(configQuery);
  const { shell, install } = tools[system];
  return (
    <ol className="grid gap-4 text-sm">
      <li className="grid gap-2">
        <p>Once: Node 20 or newer, and Python 3.10 or newer. In {shell}:</p>
        <CommandLine command={install} />
      </li>
      <li className="grid gap-2">
        <p>Get TrainChain{!config?.sourceUrl && ", from where its source is published"}:</p>
        <CommandLine
          command={config?.sourceUrl ? `git clone ${config.sourceUrl} trainchain` : "cd trainchain"}
        />
      </li>
      <li className="grid gap-2">
        <p>Start the app for this platform. It opens in a window of its own:</p>
        <CommandLine command={`npm run contributor -- --api ${apiUrl}`} />
      </li>
      <li className="text-muted">
        Without a screen, <code className="font-mono">npm run trainchain -- contributor --help</code> does the
        same from the terminal.
      </li>
    </ol>
  );
}
