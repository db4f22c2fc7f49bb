/** `0xAb3f…9c2`: a wallet as people recognise it, linked to its explorer page where there is one. */
export function WalletAddress({ address, href }: { address: string; href?: string | null | undefined }) {
  const short = address.length > 13 ? `${address.slice(0, 6)}…${address.slice(-3)}` : address;
  const text = <span className="font-mono text-[0.92em]">{short}</span>;
  if (!href) return text;
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer"
      className="underline decoration-edge/50 underline-offset-4 hover:decoration-current"
    >
      {text}
      <span className="sr-only"> on the block explorer, opens in a new tab</span>
    </a>
  );
}
