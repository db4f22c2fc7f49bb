import { ExternalLink } from "./external-link.tsx";

/** `0xAb3f…9c2`: a wallet as people recognise it, linked to its explorer page where there is one. */
export function WalletAddress({ address, href }: { address: string; href?: string | null | undefined }) {
  const short = address.length > 13 ? `${address.slice(0, 6)}…${address.slice(-3)}` : address;
  const text = <span className="font-mono text-[0.92em]">{short}</span>;
  if (!href) return text;
  return (
    <ExternalLink href={href}>
      {text}
      <span className="sr-only"> on the block explorer, opens in a new tab</span>
    </ExternalLink>
  );
}
