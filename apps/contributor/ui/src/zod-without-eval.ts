import { config } from "zod";

// Zod would try `new Function` to speed up parsing; the content security policy refuses it and says so in the console.
config({ jitless: true });
