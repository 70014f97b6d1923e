// node embed.mjs DIST OUT.cpp: the built files as C++, and the check of what they may weigh.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join, posix } from "node:path";
import { gzipSync } from "node:zlib";

// Gzipped bytes: the script and style that the first page needs, and any other script.
const budgets = { script: 250_000, style: 95_000, chunk: 200_000 };

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".png": "image/png",
};

function filesBelow(folder, prefix = "/") {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(prefix, entry.name);
    if (entry.isDirectory())
      return entry.name === ".vite" ? [] : filesBelow(join(folder, entry.name), path);
    return [{ path, plain: readFileSync(join(folder, entry.name)) }];
  });
}

function describe({ path, plain }) {
  const type = types[extname(path)];
  if (!type) throw new Error(`${path}: no media type is known for it`);
  const zipped = gzipSync(plain, { level: 9 });
  const gzip = zipped.length < plain.length * 0.95 ? zipped : Buffer.alloc(0);
  const hash = createHash("sha256").update(plain).digest("hex").slice(0, 32);
  return { path, type, plain, gzip, hash };
}

// What the page loads before anything is asked of it: the entry and all that it imports at once.
function firstLoad(manifest) {
  const seen = new Set();
  const visit = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    (manifest[key].imports ?? []).forEach(visit);
  };
  Object.keys(manifest)
    .filter((key) => manifest[key].isEntry)
    .forEach(visit);
  const chunks = [...seen].map((key) => manifest[key]);
  return {
    scripts: new Set(chunks.map((chunk) => "/" + chunk.file)),
    styles: new Set(chunks.flatMap((chunk) => chunk.css ?? []).map((file) => "/" + file)),
  };
}

function checkBudgets(assets, manifest) {
  const first = firstLoad(manifest);
  const size = (paths) =>
    assets
      .filter((asset) => paths.has(asset.path))
      .reduce((sum, asset) => sum + asset.gzip.length, 0);
  const rows = [
    ["first-load script", size(first.scripts), budgets.script],
    ["first-load style", size(first.styles), budgets.style],
    ...assets
      .filter((asset) => asset.path.endsWith(".js") && !first.scripts.has(asset.path))
      .map((asset) => [asset.path, asset.gzip.length, budgets.chunk]),
  ];
  for (const [what, bytes, limit] of rows) {
    if (bytes > limit)
      throw new Error(`console: ${what} weighs ${bytes} bytes gzipped; ${limit} are allowed`);
  }
  console.log(
    `console: first load ${rows[0][1]} bytes of script and ${rows[1][1]} of style, gzipped`,
  );
}

function literal(bytes) {
  let text = "";
  let line = "";
  let octal = false;
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
    // A digit after an octal escape would be read as a part of it.
    const digit = byte >= 0x30 && byte <= 0x39;
    if (plain && !(octal && digit)) {
      line += String.fromCharCode(byte);
      octal = false;
    } else {
      line += "\\" + byte.toString(8);
      octal = true;
    }
    if (line.length > 4000) {
      text += `"${line}"\n`;
      line = "";
      octal = false;
    }
  }
  return `${text}"${line}"`;
}

const [dist, out] = process.argv.slice(2);
const assets = filesBelow(dist)
  .map(describe)
  .sort((a, b) => (a.path < b.path ? -1 : 1));
checkBudgets(assets, JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8")));

const view = (bytes) =>
  bytes.length ? `std::string_view(${literal(bytes)}, ${bytes.length})` : "{}";
const rows = assets.map(
  (asset) =>
    `{"${asset.path}", "${asset.type}", "${asset.hash}",\n${view(asset.plain)},\n${view(asset.gzip)}},\n`,
);
writeFileSync(
  out,
  `// Made by web/embed.mjs.
#include "console/asset.hpp"

namespace berth::console {
namespace {
constexpr Asset assets[] = {
${rows.join("")}};
}
std::span<const Asset> built_assets() { return assets; }
} // namespace berth::console
`,
);
