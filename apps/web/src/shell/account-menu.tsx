import { Link, useRouterState } from "@tanstack/react-router";
import { Button, classNames, Skeleton, showToast, WalletAddress, WalletIcon } from "@trainchain/ui";
import { useEffect, useId, useRef, useState } from "react";
import { useSession } from "../session/session-context.ts";

const pages = [
  { to: "/requester", label: "New request" },
  { to: "/my-requests", label: "My Requests" },
  { to: "/my-contributions", label: "My Contributions" },
  { to: "/earnings", label: "Earnings" },
  { to: "/my-profile", label: "Profile" },
] as const;

/** The connect button, or the signed-in wallet with what belongs to it. */
export function AccountMenu() {
  const { status, wallet, openConnect } = useSession();
  if (status === "loading") return <Skeleton className="h-9 w-32" />;
  if (!wallet)
    return (
      <Button size="small" className="h-9" icon={<WalletIcon />} onClick={openConnect}>
        Connect
      </Button>
    );
  return <Account wallet={wallet} />;
}

function Account({ wallet }: { wallet: string }) {
  const { signOut } = useSession();
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const id = useId();
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: arriving at another page closes the menu
  useEffect(() => setOpen(false), [pathname]);
  useEffect(() => {
    if (!open) return;
    const closeOutside = (event: PointerEvent) => {
      if (event.target instanceof Node && !menu.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", closeOutside);
    return () => document.removeEventListener("pointerdown", closeOutside);
  }, [open]);

  const leave = async () => {
    setOpen(false);
    await signOut().catch((error: unknown) =>
      showToast(`Signing out failed: ${error instanceof Error ? error.message : error}`, "danger"),
    );
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what is open inside
    <div ref={menu} className="relative" onKeyDown={(event) => event.key === "Escape" && setOpen(false)}>
      <Button
        variant="secondary"
        size="small"
        className="h-9"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <span className="size-2 rounded-full bg-accent" aria-hidden="true" />
        <span className="sr-only">Your wallet </span>
        <WalletAddress address={wallet} />
      </Button>
      <div
        id={id}
        hidden={!open}
        className="absolute right-0 mt-2 w-56 animate-rise rounded-card border border-line bg-surface p-1.5 shadow-float"
      >
        <ul>
          {pages.map(({ to, label }) => (
            <li key={to}>
              <Link to={to} className={itemClasses}>
                {label}
              </Link>
            </li>
          ))}
        </ul>
        <button
          type="button"
          onClick={leave}
          className={classNames(itemClasses, "mt-1 w-full border-t border-line text-left")}
        >
          Sign out
        </button>
      </div>
    </div>
  );
}

const itemClasses =
  "block rounded-control px-3 py-2 text-sm hover:bg-sunken aria-[current=page]:font-semibold";
