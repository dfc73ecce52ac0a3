/** Bundles src/ into the one file that the blueprint serves, and fails when it has grown past its limits. */
import { readFile, writeFile } from "node:fs/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { minify } from "terser";

const TARGET = new URL("../zoom_blueprint/web/static/book-now.js", import.meta.url);
const LIMITS = { minified: 24_000, gzip: 9_000, brotli: 8_000 };

/** Style sheets are imported as minified text, for a constructed CSSStyleSheet. */
const cssAsText = {
  name: "css-as-text",
  /** @param {import("esbuild").PluginBuild} bundler */
  setup(bundler) {
    bundler.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const { outputFiles } = await build({
  absWorkingDir: import.meta.dirname ?? new URL(".", import.meta.url).pathname,
  entryPoints: ["src/index.js"],
  bundle: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  write: false,
  plugins: [cssAsText],
});
// Terser makes it some 3 % smaller than esbuild does.
const { code: text } = await minify(outputFiles[0].text, { ecma: 2020, compress: { passes: 3 } });
const code = Buffer.from(text ?? "");
const sizes = { minified: code.length, gzip: gzipSync(code, { level: 9 }).length, brotli: brotliCompressSync(code).length };

let tooBig = false;
for (const [name, limit] of Object.entries(LIMITS)) {
  const size = sizes[name];
  tooBig ||= size > limit;
  console.log(`${name.padEnd(8)} ${String(size).padStart(6)} of ${limit} bytes${size > limit ? "  TOO BIG" : ""}`);
}
if (tooBig) process.exit(1);
await writeFile(TARGET, code);
