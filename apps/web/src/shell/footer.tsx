import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Logo, WalletAddress } from "@trainchain/ui";
import { configQuery } from "../api/open-queries.ts";

const links = [
  { to: "/contributor", label: "Contribute" },
  { to: "/requester", label: "Request a training" },
  { to: "/contributor-pool", label: "Contributor Pool" },
  { to: "/docs", label: "Docs" },
  { to: "/about", label: "About" },
  { to: "/contact", label: "Contact" },
] as const;

export function Footer() {
  const { data: config } = useQuery(configQuery);
  return (
    <footer className="border-t border-line bg-sunken/50">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-x-8 gap-y-4 px-4 py-8 text-sm text-muted sm:px-6">
        <p className="flex items-center gap-2">
          <Logo className="size-5" />
          TrainChain · MIT licence
        </p>
        <ul className="flex flex-wrap gap-x-5 gap-y-2">
          {links.map(({ to, label }) => (
            <li key={to}>
              <Link to={to} className="hover:text-ink hover:underline">
                {label}
              </Link>
            </li>
          ))}
        </ul>
        {config && (
          <p>
            {config.chainName}, escrow{" "}
            <WalletAddress
              address={config.escrow}
              href={config.explorerUrl && `${config.explorerUrl}/address/${config.escrow}`}
            />
          </p>
        )}
      </div>
    </footer>
  );
}
