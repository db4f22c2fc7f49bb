import { classNames } from "@trainchain/ui";

export interface LossBar {
  name: string;
  /** Nats per token on the held-out rows. */
  loss: number;
  isResult?: boolean;
}

/** Held-out losses side by side, the base model's first: shorter is better. Bars begin at 0, so that lengths compare. */
export function LossBars({ bars, holdoutRows }: { bars: readonly LossBar[]; holdoutRows: number }) {
  const base = bars[0]?.loss ?? 0;
  const worst = Math.max(...bars.map(({ loss }) => loss));
  return (
    <figure className="grid gap-3">
      <figcaption className="text-sm text-muted">
        Loss on {holdoutRows} held-out rows, in nats a token, and beside it the difference to the base model:
        lower is better.
      </figcaption>
      <dl className="grid gap-2">
        {bars.map(({ name, loss, isResult }, index) => (
          <div
            key={name}
            className="grid grid-cols-[1fr_3.5rem_4rem] items-center gap-x-3 gap-y-1 text-sm sm:grid-cols-[14rem_1fr_3.5rem_4rem]"
          >
            <dt className={classNames("col-span-3 sm:col-span-1", isResult && "font-semibold")}>{name}</dt>
            <dd className="contents">
              <svg viewBox="0 0 100 6" preserveAspectRatio="none" className="h-3 w-full" aria-hidden="true">
                <rect
                  width={(100 * loss) / (worst || 1)}
                  height="6"
                  rx="1"
                  className={isResult ? "fill-accent" : "fill-edge"}
                />
              </svg>
              <span className={classNames("text-right tabular-nums", isResult && "font-semibold")}>
                {loss.toFixed(3)}
              </span>
              <span className="text-right text-muted tabular-nums">
                {index > 0 && base > 0 && formatChange(loss / base - 1)}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </figure>
  );
}

function formatChange(share: number): string {
  return share.toLocaleString("en", {
    style: "percent",
    maximumFractionDigits: 1,
    signDisplay: "exceptZero",
  });
}
