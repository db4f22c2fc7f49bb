import { classNames } from "@trainchain/ui";

export interface LossBar {
  name: string;
  /** Nats per token on the held-out rows. */
  loss: number;
  isResult?: boolean;
}

/** Held-out losses side by side: shorter is better. The scale begins below the best, and says so. */
export function LossBars({ bars, holdoutRows }: { bars: readonly LossBar[]; holdoutRows: number }) {
  const losses = bars.map(({ loss }) => loss);
  const best = Math.min(...losses);
  const worst = Math.max(...losses);
  const from = Math.max(0, best - (worst - best || best) * 0.25);
  return (
    <figure className="grid gap-3">
      <figcaption className="text-sm text-muted">
        Loss on {holdoutRows} held-out rows, in nats a token: lower is better. Bars begin at {from.toFixed(2)}
        .
      </figcaption>
      <dl className="grid gap-2">
        {bars.map(({ name, loss, isResult }) => (
          <div
            key={name}
            className="grid grid-cols-[1fr_4rem] items-center gap-x-3 gap-y-1 text-sm sm:grid-cols-[14rem_1fr_4rem]"
          >
            <dt className={classNames("col-span-2 sm:col-span-1", isResult && "font-semibold")}>{name}</dt>
            <dd className="contents">
              <svg viewBox="0 0 100 6" preserveAspectRatio="none" className="h-3 w-full" aria-hidden="true">
                <rect
                  width={(100 * (loss - from)) / (worst - from || 1)}
                  height="6"
                  rx="1"
                  className={isResult ? "fill-accent" : "fill-edge"}
                />
              </svg>
              <span className={classNames("text-right tabular-nums", isResult && "font-semibold")}>
                {loss.toFixed(3)}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </figure>
  );
}
