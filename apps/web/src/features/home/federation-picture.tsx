const shards = [
  { y: 46, loss: "M180 68 C 192 80, 206 86, 232 88", text: "shard 1" },
  { y: 146, loss: "M180 166 C 190 182, 208 186, 232 188", text: "shard 2" },
  { y: 246, loss: "M180 267 C 198 274, 206 286, 232 288", text: "shard 3" },
];

/** One dataset, three shards trained apart, one model: the whole idea as a drawing. */
export function FederationPicture() {
  return (
    <svg
      viewBox="0 0 480 340"
      role="img"
      aria-label="A dataset is split into three sealed shards. Each is trained on another machine. The three adapters are merged into one model."
      className="h-auto w-full"
    >
      <g fill="none" className="stroke-edge" strokeWidth="1.5" strokeDasharray="2 5" strokeLinecap="round">
        {shards.map(({ y }) => (
          <path key={y} d={`M72 170 C 110 170, 100 ${y + 24}, 148 ${y + 24}`} />
        ))}
      </g>
      <g fill="none" className="stroke-accent" strokeWidth="2.5" strokeLinecap="round">
        {shards.map(({ y }) => (
          <path key={y} d={`M266 ${y + 24} C 330 ${y + 24}, 330 170, 392 170`} />
        ))}
      </g>
      <g className="fill-surface stroke-line" strokeWidth="1.5">
        <rect x="14" y="134" width="60" height="72" rx="10" />
        {shards.map(({ y }) => (
          <rect key={y} x="148" y={y - 4} width="118" height="62" rx="12" />
        ))}
      </g>
      <g className="stroke-edge" strokeWidth="2" strokeLinecap="round">
        {[150, 160, 170, 180, 190].map((y, index) => (
          <line key={y} x1="26" x2={index % 2 ? 52 : 62} y1={y} y2={y} />
        ))}
      </g>
      {shards.map(({ y, loss, text }, index) => (
        <g key={text}>
          <text x="162" y={y + 12} className="fill-muted font-mono text-[14px] sm:text-[11px]">
            {text}
          </text>
          <path
            d={loss}
            fill="none"
            strokeWidth="2"
            strokeLinecap="round"
            className={["stroke-series-1", "stroke-series-2", "stroke-series-3"][index]}
            transform="translate(-18 3)"
          />
          <g fill="none" className="stroke-muted" strokeWidth="1.4" strokeLinecap="round">
            <rect x="240" y={y + 30} width="13" height="10" rx="2" />
            <path d={`M243 ${y + 30} v-3 a3.5 3.5 0 0 1 7 0 v3`} />
          </g>
        </g>
      ))}
      <circle cx="420" cy="170" r="34" className="fill-accent-soft" />
      <circle cx="420" cy="170" r="22" className="fill-accent" />
      <path
        d="m411 170 6.5 6.5 12-13"
        fill="none"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-on-accent"
      />
      <text x="44" y="228" textAnchor="middle" className="fill-muted text-[16px] sm:text-[12px]">
        your file
      </text>
      <text x="207" y="330" textAnchor="middle" className="fill-muted text-[16px] sm:text-[12px]">
        other people’s machines
      </text>
      <text x="420" y="228" textAnchor="middle" className="fill-muted text-[16px] sm:text-[12px]">
        your model
      </text>
    </svg>
  );
}
