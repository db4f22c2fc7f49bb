import { mkdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

interface LoginItem {
  path: string;
  content: string;
}

type System = "linux" | "darwin" | "win32";

/**
 * Has the system start a program, without a window, whenever this user logs in; or no more. A file of the user's own
 * does it, so that no other rights are needed and a person finds and removes it where the system shows such programs.
 * @param command the program and its arguments
 */
export async function setStartAtLogin(
  isOn: boolean,
  command: readonly string[],
  home = homedir(),
): Promise<void> {
  const { path, content } = loginItemOf(command, home, process.platform as System);
  if (!isOn) return rm(path, { force: true });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode: 0o600 });
}

/** Where each system looks for what starts with a session, and how it is told what that is. */
export function loginItemOf(command: readonly string[], home: string, system: System): LoginItem {
  if (system === "darwin")
    return {
      path: join(home, "Library", "LaunchAgents", "org.trainchain.contributor.plist"),
      content: launchAgent(command),
    };
  if (system === "win32")
    return {
      path: join(
        home,
        "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/trainchain-contributor.cmd",
      ),
      // The console reads the file by its own code page unless it is told to read UTF-8.
      content: `@chcp 65001 >nul\r\n@start "TrainChain" /min ${command.map((word) => `"${word.replaceAll("%", "%%")}"`).join(" ")}\r\n`,
    };
  return {
    path: join(home, ".config", "autostart", "trainchain-contributor.desktop"),
    content: desktopEntry(command),
  };
}

/** Of freedesktop.org's Desktop Application Autostart and Desktop Entry specifications. */
function desktopEntry(command: readonly string[]): string {
  // Quoted for the Exec key first, then as a string of the file.
  const quoted = (word: string) => `"${word.replaceAll(/["`$\\]/g, "\\$&").replaceAll("%", "%%")}"`;
  const exec = command.map(quoted).join(" ").replaceAll("\\", "\\\\");
  const lines = [
    "[Desktop Entry]",
    "Type=Application",
    "Name=TrainChain contributor",
    `Exec=${exec}`,
    "Terminal=false",
  ];
  return `${lines.join("\n")}\n`;
}

/** Of launchd.plist(5). */
function launchAgent(command: readonly string[]): string {
  const text = (word: string) =>
    word.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const words = command.map((word) => `    <string>${text(word)}</string>`).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>org.trainchain.contributor</string>
  <key>ProgramArguments</key>
  <array>
${words}
  </array>
  <key>RunAtLoad</key>
  <true/>
</dict>
</plist>
`;
}
