import { defineConfig } from "vite";

// PatternFly's own typefaces and backdrops: we use the system's faces, and plain colours.
const withoutFacesAndBackdrops = {
  name: "without-faces-and-backdrops",
  enforce: "pre",
  transform(code, id) {
    if (!id.endsWith("/dist/styles/base.css")) return null;
    return code
      .replace(/@font-face\s*\{[^}]*\}/g, "")
      .replace(/url\("\.\/assets\/images\/[^"]*"\)/g, "none");
  },
};

const berth = process.env.BERTH_URL ?? "http://127.0.0.1:5000";

export default defineConfig({
  plugins: [withoutFacesAndBackdrops],
  esbuild: { jsx: "automatic" },
  build: {
    outDir: "dist",
    target: "es2022",
    manifest: true,
    modulePreload: { polyfill: false },
    // Inlined files would be data: addresses, which the policy allows for images only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      onwarn(warning, warn) {
        // "use client" in TanStack Query's files means nothing to a bundle for browsers.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
  server: { proxy: { "/v1": berth, "/version": berth } },
});
