import { Button, Notice } from "@trainchain/ui";
import { type ReactNode, useEffect, useState } from "react";
import type { Connector } from "wagmi";
import type { BrowserWallet } from "./browser-wallet.ts";

/** The wallets of this browser to choose from, as they appear; `children` say what to do where there is none. */
export function WalletList({
  wallet,
  busyWith,
  onChoose,
  children,
}: {
  wallet: BrowserWallet;
  /** The one that is being asked. */
  busyWith?: Connector | undefined;
  onChoose: (connector: Connector) => void;
  children: ReactNode;
}) {
  const wallets = useWallets(wallet);
  return (
    <>
      {wallets.length === 0 && (
        <Notice tone="info" title="No wallet found in this browser">
          {children}
        </Notice>
      )}
      <ul className="grid gap-2">
        {wallets.map((connector) => (
          <li key={connector.uid}>
            <Button
              variant="secondary"
              size="large"
              className="w-full justify-start"
              busy={busyWith === connector}
              onClick={() => onChoose(connector)}
            >
              {connector.icon && <img src={connector.icon} alt="" className="size-6 rounded" />}
              {connector.name}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function useWallets(wallet: BrowserWallet): readonly Connector[] {
  const [wallets, setWallets] = useState(wallet.wallets);
  useEffect(() => {
    setWallets(wallet.wallets());
    return wallet.watchWallets(setWallets);
  }, [wallet]);
  return wallets;
}
