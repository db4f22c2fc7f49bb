import { useQuery } from "@tanstack/react-query";
import { useLive } from "../../agent/live-state.ts";
import { setupLogQuery } from "../../agent/queries.ts";
import { LogView } from "../../shell/log-view.tsx";

/** Every line of the installation: those from before the window was opened, then those that come. */
export function SetupLog() {
  const { log } = useLive();
  const { data: earlier = [] } = useQuery({ ...setupLogQuery, refetchOnMount: "always" });
  const since = log.filter(({ source }) => source === "environment").map(({ line }) => line);
  const overlap = since.length > 0 ? earlier.lastIndexOf(since[0] ?? "") : -1;
  const lines = overlap < 0 ? [...earlier, ...since] : [...earlier.slice(0, overlap), ...since];
  return <LogView label="Installation log" text={lines.join("\n")} />;
}
