import { TrainChainError } from "@trainchain/protocol";

/** Counts open streams, in all and for each client, and refuses more than allowed. */
export function createStreamSlots({ total, perClient }: { total: number; perClient: number }) {
  const open = new Map<string, number>();
  let all = 0;
  return {
    /** Takes a place; the returned function gives it back. */
    take(client: string): () => void {
      const own = open.get(client) ?? 0;
      if (all >= total || own >= perClient) {
        throw new TrainChainError("too-many-requests", "too many event streams are open", {
          fix: "Close one, or ask GET /jobs/{jobId} from time to time instead.",
          facts: { retryAfterSeconds: 30 },
        });
      }
      all += 1;
      open.set(client, own + 1);
      let given = false;
      return () => {
        if (given) return;
        given = true;
        all -= 1;
        const left = (open.get(client) ?? 1) - 1;
        if (left > 0) open.set(client, left);
        else open.delete(client);
      };
    },
  };
}
