import { Link, useRouterState } from "@tanstack/react-router";
import { CloseIcon, classNames, IconButton, Logo, MenuIcon, ThemeToggle } from "@trainchain/ui";
import { useEffect, useState } from "react";
import { useSession } from "../session/session-context.ts";
import { AccountMenu } from "./account-menu.tsx";

const everybody = [
  { to: "/home", label: "Home" },
  { to: "/contributor-pool", label: "Contributor Pool" },
  { to: "/browse-jobs", label: "Open Jobs" },
] as const;
const connected = [{ to: "/my-requests", label: "My Requests" }] as const;
const more = [
  { to: "/about", label: "About" },
  { to: "/docs", label: "Docs" },
  { to: "/contact", label: "Contact" },
] as const;

/** The site's navigation. On a narrow screen it folds into a menu. */
export function Navbar() {
  const { wallet } = useSession();
  const [open, setOpen] = useState(false);
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: arriving at another page closes the menu
  useEffect(() => setOpen(false), [pathname]);
  const links = [...everybody, ...(wallet ? connected : []), ...more];
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-canvas/90 backdrop-blur-md">
      <nav
        aria-label="Main"
        className="mx-auto flex h-16 max-w-6xl items-center gap-2 px-4 sm:px-6"
        onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
      >
        <Link to="/home" className="mr-4 flex items-center gap-2.5 text-lg font-semibold tracking-tight">
          <Logo />
          TrainChain
        </Link>
        <ul className="hidden items-center gap-1 lg:flex">
          {links.map((link) => (
            <li key={link.to}>
              <NavLink {...link} />
            </li>
          ))}
        </ul>
        <div className="ml-auto flex items-center gap-1.5">
          <ThemeToggle />
          <AccountMenu />
          <IconButton
            label={open ? "Close the menu" : "Open the menu"}
            aria-expanded={open}
            aria-controls="menu"
            className="lg:hidden"
            onClick={() => setOpen(!open)}
          >
            {open ? <CloseIcon /> : <MenuIcon />}
          </IconButton>
        </div>
      </nav>
      <nav id="menu" aria-label="Menu" hidden={!open} className="border-t border-line px-4 pb-4 lg:hidden">
        <ul className="grid gap-1 pt-2">
          {links.map((link) => (
            <li key={link.to}>
              <NavLink {...link} wide />
            </li>
          ))}
        </ul>
      </nav>
    </header>
  );
}

/** The router marks the link of the page that is open with aria-current="page". */
function NavLink({ to, label, wide }: { to: string; label: string; wide?: boolean }) {
  return (
    <Link
      to={to}
      activeOptions={{ exact: false }}
      className={classNames(
        "rounded-control px-3 py-2 text-sm font-medium transition-colors hover:bg-sunken hover:text-ink",
        wide && "block text-base",
      )}
      activeProps={{ className: "bg-accent-soft text-accent-text" }}
      inactiveProps={{ className: "text-muted" }}
    >
      {label}
    </Link>
  );
}
