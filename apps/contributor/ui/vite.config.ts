import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    // No inlined data: everything is a file that the policy allows by its origin.
    assetsInlineLimit: 0,
  },
});
