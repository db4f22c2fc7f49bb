/** What a variable is for, where its schema does not say it; and an example for .env.example where one is needed. */
export const meanings: Record<string, { meaning: string; example?: string }> = {
  DATABASE_URL: {
    meaning:
      "PostgreSQL, one database for all processes; each can have a role of its own (docs/operations.md)",
    example: "postgres://trainchain:PASSWORD@127.0.0.1:5432/trainchain",
  },
  RPC_URL: {
    meaning: "A node of the chain; it may carry a key, and is shown to nobody",
    example: "https://YOUR-NODE",
  },
  CHAIN_ID: { meaning: "80002 is Polygon Amoy, 137 Polygon", example: "80002" },
  ESCROW_ADDRESS: {
    meaning:
      "The contract, from contracts/deployments/CHAINID.json; an agent works with no other (where not set, with the one that the platform named first)",
    example: "0x…",
  },
  START_BLOCK: { meaning: "The block of the contract's deployment, or any earlier one", example: "0" },
  AGGREGATOR_ADDRESS: {
    meaning: "The wallet whose key the worker holds; jobs name it in their terms",
    example: "0x…",
  },
  AGGREGATOR_PRIVATE_KEY: {
    meaning: "Completes and rejects, relays submissions and pays their gas; can never choose who is paid",
    example: "0x…",
  },
  SEALING_SECRET: {
    meaning:
      "32 random bytes in hexadecimal; every key of shards and results derives from it. Keep a copy apart",
    example: "…",
  },
  DATA_DIR: {
    meaning: "Uploads lie here until the worker has taken them over; the worker's temporary files too",
    example: "/var/lib/trainchain",
  },
  PUBLIC_URL: {
    meaning: "Where clients reach the API; sign-in messages must name its origin",
    example: "https://api.example.org",
  },
  EXPLORER_URL: { meaning: "Block explorer that is linked to; the chain's own where not set" },
  HOST: { meaning: "Interface that the API listens on" },
  PORT: { meaning: "Port that the API listens on" },
  MAX_UPLOAD_BYTES: { meaning: "Largest dataset" },
  MAX_ADAPTER_BYTES: { meaning: "Largest adapter" },
  MAX_UNPAID_UPLOADS: {
    meaning: "Uploads that a wallet may have here without a paid job; three times as many for a network",
  },
  MAX_UNPAID_BYTES: { meaning: "The same of their bytes together; twice MAX_UPLOAD_BYTES where not set" },
  UNPAID_DAYS: { meaning: "How long uploads and drafts are kept that nobody pays for" },
  MIN_FREE_BYTES: {
    meaning: "Room that stays free on the disk of uploads: no dataset is taken that would need it",
  },
  MIN_FREE_BYTES_FOR_ADAPTERS: {
    meaning: "The same for adapters: less, so that datasets leave room for what accepted slots deliver",
  },
  SESSION_HOURS: { meaning: "How long a sign-in lasts" },
  LOG_LEVEL: { meaning: "What is logged" },
  POLL_INTERVAL_MS: { meaning: "How often the node is asked for a new block" },
  MAX_WINDOW_BLOCKS: { meaning: "Most blocks asked for at once; fewer where the node refuses" },
  LEGACY_START_BLOCK: { meaning: "The block of that contract's deployment" },
  CONCURRENCY: { meaning: "Tasks that one worker does at once" },
  STORAGE: { meaning: "Where content is kept: a folder here, Pinata, or a kubo node" },
  PINATA_JWT: { meaning: "Key of Pinata" },
  PINATA_GATEWAY_URL: { meaning: "Gateway of Pinata that content is read from" },
  PINATA_GATEWAY_KEY: { meaning: "Key of that gateway, where it asks for one" },
  KUBO_RPC_URL: { meaning: "RPC address of a kubo node" },
  SOURCE_URL: { meaning: "Where the site says its source is" },
  API_URL: {
    meaning: "The platform that a command or an agent talks to",
    example: "https://api.example.org",
  },
  HF_ENDPOINT: { meaning: "The hub that a dataset named hf://owner/name is fetched from" },
  HF_TOKEN: { meaning: "Token of that hub, for datasets that ask for one" },
  WALLET_PRIVATE_KEY: { meaning: "The wallet that signs; rather use --keystore FILE" },
  TRAINCHAIN_KEYSTORE_PASSWORD: { meaning: "Passphrase of that file where nobody is there to type it" },
  TRAINCHAIN_AGENT_DIR: { meaning: "Where the agent keeps its key, its jobs and its checkpoints" },
  TRAINCHAIN_APP_DIR: { meaning: "The same for the app with a window" },
  TRAINCHAIN_ENV_DIR: {
    meaning:
      "Python environment of trainer and evaluator; a worker without it or EVALUATOR_SOCKET does not evaluate",
  },
  EVALUATOR_SOCKET: {
    meaning: "Unix socket of an evaluator of its own user; a worker that has it runs no Python itself",
  },
  TRAINCHAIN_TRAINER_DIR: { meaning: "The trainer's scripts" },
  TRAINCHAIN_MODELS: {
    meaning: "Folders of base models on this machine that no hub has, comma separated",
  },
  AGENT_POLL_MS: { meaning: "How often the agent asks what became of its delivery" },
  AGENT_RELAY_MS: { meaning: "How long it waits for the platform's relay before it sends by itself" },
  AGENT_RETRY_MS: { meaning: "Pause before a failed call is repeated" },
  DEPLOYER_PRIVATE_KEY: { meaning: "Pays the deployment; has no rights in the contract" },
  FEE_BPS: { meaning: "The platform's fee in hundredths of a per cent, fixed for ever" },
  FEE_RECEIVER: { meaning: "The wallet that the fee goes to; the deployer's where not set" },
};
