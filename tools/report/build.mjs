// Makes the report's page of page.html, style.css, the scripts, uPlot and the font: one text, as a C++ source.
// Usage: node build.mjs OUT.cc (or OUT.html, to look at it).
import { build } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) {
  console.error("usage: node build.mjs OUT.cc");
  process.exit(2);
}

async function bundle(entry) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    charset: "ascii",
    format: "iife",
    target: ["es2020"],
    legalComments: "inline",
    loader: { ".woff2": "dataurl" },
    logLevel: "warning",
  });
  // esbuild has escaped </script and </style already.
  return result.outputFiles[0].text.trim();
}

const parts = { style: await bundle("style.css"), script: await bundle("main.js") };
let page = readFileSync(join(here, "page.html"), "utf8");
for (const [name, text] of Object.entries(parts)) page = page.replace(`@${name}@`, () => text);
for (const mark of ["@results@", "@summary@", "@scenario@"]) {
  if (page.split(mark).length !== 2) throw new Error(`${mark} must stand in the page once`);
}
if (/[^\x00-\x7f]/.test(page)) throw new Error("the page must be ASCII: write other characters as entities or escapes");

if (out.endsWith(".html")) {
  writeFileSync(out, page);
} else {
  const bytes = [...Buffer.from(page, "latin1")];
  const lines = [];
  for (let i = 0; i < bytes.length; i += 64) lines.push(bytes.slice(i, i + 64).join(","));
  writeFileSync(
    out,
    `// Generated from tools/report/ by its build.mjs.
#include "tools/report_page.h"

namespace lockstep::tools {
namespace {
constexpr char kPage[] = {
${lines.join(",\n")}};
}  // namespace

std::string_view report_page() { return {kPage, sizeof(kPage)}; }

}  // namespace lockstep::tools
`,
  );
}
