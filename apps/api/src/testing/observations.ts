interface Document {
  paths: Record<string, Record<string, { responses: Record<string, unknown>; security?: unknown[] }>>;
}

export interface DeclaredRoute {
  method: string;
  path: string;
  statuses: string[];
  needsSession: boolean;
}

/** Compares the statuses that routes were seen to answer with those that they declare. */
export function createObservations() {
  let routes: (DeclaredRoute & { pattern: RegExp })[] = [];
  const seen = new Set<string>();
  return {
    declare(document: unknown): void {
      routes = Object.entries((document as Document).paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { responses, security }]) => ({
          method: method.toUpperCase(),
          path,
          statuses: Object.keys(responses),
          needsSession: security !== undefined,
          pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, "[^/]+")}$`),
        })),
      );
      // A path without parameters is the better match where two fit.
      routes.sort((a, b) => Number(a.path.includes("{")) - Number(b.path.includes("{")));
    },
    routes: (): readonly DeclaredRoute[] => routes,
    note(method: string, path: string, status: number): void {
      const route = routes.find((candidate) => candidate.method === method && candidate.pattern.test(path));
      if (route) seen.add(`${route.method} ${route.path} ${status}`);
    },
    /** Declared and never seen. */
    unseen(): string[] {
      const declared = routes.flatMap(({ method, path, statuses }) =>
        statuses.map((status) => `${method} ${path} ${status}`),
      );
      return declared.filter((entry) => !seen.has(entry));
    },
    /** Seen and never declared; a 500 is a bug of any route and declared by none. */
    undeclared(): string[] {
      return [...seen].filter((entry) => {
        const [method, path, status] = entry.split(" ");
        const route = routes.find((candidate) => candidate.method === method && candidate.path === path);
        return status !== "500" && !route?.statuses.includes(status ?? "");
      });
    },
  };
}
