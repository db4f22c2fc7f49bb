import { ensureWeb } from "./ensure-web.ts";

/** `node scripts/build-web.ts`: builds the site where it is out of date and prints its folder. VITE_API_URL names an API elsewhere. */
console.log(await ensureWeb((text) => console.error(`• ${text}`)));
