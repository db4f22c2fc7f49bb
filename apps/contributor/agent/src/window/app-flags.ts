import { Command } from "commander";

export interface AppFlags {
  api?: string;
  rpc?: string;
  escrow?: string;
  data?: string;
  port: string;
  open: boolean;
}

/** The app's command line. */
export function readAppFlags(argv: string[]): AppFlags {
  return new Command("npm run contributor --")
    .description("Earn with this machine: the contributor app, in a window of its own.")
    .option("--api <url>", "the platform (default: API_URL, else http://127.0.0.1:4000)")
    .option("--rpc <url>", "the chain's node (default: RPC_URL, else the platform's)")
    .option(
      "--escrow <address>",
      "the only contract to work with (default: ESCROW_ADDRESS, else the one that the platform named first)",
    )
    .option("--data <dir>", "the app's own folder (default: TRAINCHAIN_APP_DIR, else ~/.trainchain/app)")
    .option("--port <n>", "where its window finds it; another where this one is taken", "4310")
    .option("--no-open", "open no window; print the address")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse(argv, { from: "user" })
    .opts<AppFlags>();
}
