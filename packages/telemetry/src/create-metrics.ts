import { collectDefaultMetrics, Gauge, Registry } from "prom-client";

/** Whatever is counted by reading: the label's values, or one value. */
type Reading = number | readonly { labels: Record<string, string>; value: number }[];

export interface ReadGauge {
  name: string;
  help: string;
  labels?: readonly string[];
  read: () => Promise<Reading>;
}

/** The series of one process: Node's own, and what it adds. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** A series that is read when it is asked for. One that cannot be read is left out: stale figures would deceive. */
export function addReadGauge(registry: Registry, { name, help, labels = [], read }: ReadGauge): void {
  new Gauge({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    async collect() {
      this.reset();
      const reading = await read().catch(() => undefined);
      if (typeof reading === "number") this.set(reading);
      else if (reading === undefined) {
        if (labels.length === 0) this.remove();
      } else for (const { labels: of, value } of reading) this.set(of, value);
    },
  });
}
