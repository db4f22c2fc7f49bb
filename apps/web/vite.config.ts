import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { contentSecurityPolicy } from "./build/content-security-policy.ts";
import { docsPages } from "./build/docs-pages.ts";
import { documentsForModels } from "./build/documents-for-models.ts";
import { earlyStart } from "./build/early-start.ts";
import { siteApiUrl } from "./build/env.ts";

/**
 * What most pages have in common, as one file: a phone's first visit is short of connections, not of bytes. Not what
 * only some of them use, nor what brings a library along.
 */
const everywhere =
  /packages.ui.src.(?!dialog|tabs|tooltip|field|line-chart|pol-text|rating)|protocol.src.errors|@tanstack.(react-)?query|features.job.[\w-]+\.ts$/;

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    docsPages(),
    policyInPage(),
    earlyStart(siteApiUrl),
    documentsForModels(siteApiUrl),
  ],
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    // No inlined data: everything is a file that the policy allows by its origin.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "everywhere", test: everywhere, minShareCount: 2 }] } },
    },
  },
});

/** The policy as a <meta> tag, for hosts that send no headers. */
function policyInPage(): Plugin {
  return {
    name: "policy-in-page",
    apply: "build",
    transformIndexHtml: (html) =>
      html.replace("%CONTENT_SECURITY_POLICY%", contentSecurityPolicy(siteApiUrl)),
  };
}
