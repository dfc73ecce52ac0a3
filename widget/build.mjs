/** Bundles src/ into the one file that the blueprint serves, and fails when it has grown past its limits. */
import { readFile, writeFile } from "node:fs/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { minify } from "terser";

const TARGET = new URL("../zoom_blueprint/web/static/book-now.js", import.meta.url);
const LIMITS = { minified: 24_000, gzip: 9_000, brotli: 8_000 };

/**
 * Names of members that only src/ itself speaks of: nothing of the browser's, of Intl's options, of the visitor API, of
 * what pages may use, and nothing that texts name in braces. They are shortened: a name that is missing here costs a few
 * bytes, a wrong one breaks what the tests in a browser do.
 */
const OWN =
  /^(announce|answer|around|base|busy|check|confirm|control|covers|date|days|element|emit|entered|heading|link|locale|lose|mark|outsideLink|poll|prefill|prepare|problem|reach|refresh|render|say|selected|show|span|speak|submit|subtitle|time|times|today|url|zone|offset|differs|host|enter|relabel|dayName|monthName|shownMonth)$/;

/** Style sheets are imported as minified text, for a constructed CSSStyleSheet. */
const cssAsText = {
  name: "css-as-text",
  /** @param {import("esbuild").PluginBuild} bundler */
  setup(bundler) {
    bundler.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, charset: "utf8" });
      // Only before and after the values of custom properties does esbuild keep what means nothing to us.
      return { contents: code.trim().replace(/(--[\w-]+[:,]) /g, "$1"), loader: "text" };
    });
  },
};

const { outputFiles } = await build({
  absWorkingDir: import.meta.dirname ?? new URL(".", import.meta.url).pathname,
  entryPoints: ["src/index.js"],
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  write: false,
  plugins: [cssAsText],
});
/**
 * Minified by terser, which makes it some 3 % smaller than esbuild does. "Unsafe" are these only on a page that has put
 * other things in the place of built-ins.
 * @param {import("terser").CompressOptions} options
 */
async function minified(options) {
  const { code } = await minify(outputFiles[0].text, {
    ecma: 2020,
    module: true,
    compress: { pure_getters: true, unsafe: true, unsafe_arrows: true, ...options },
    mangle: { properties: { regex: OWN, builtins: true, keep_quoted: true } },
  });
  // Loaded as a script, it leaves no names in the page.
  return Buffer.from(`(()=>{${code}})()`);
}

// Which of equal programs is packed best is chance, worth some 30 bytes.
const variants = [true, false].flatMap((hoist_funs) =>
  [true, false].flatMap((reduce_funcs) => [1, 2, 3, 4].map((passes) => ({ hoist_funs, reduce_funcs, passes }))),
);
const packed = (/** @type {Buffer} */ program) => brotliCompressSync(program).length;
const programs = await Promise.all(variants.map(minified));
const code = programs.reduce((best, one) => (packed(one) < packed(best) ? one : best));
const sizes = { minified: code.length, gzip: gzipSync(code, { level: 9 }).length, brotli: packed(code) };

let tooBig = false;
for (const [name, limit] of Object.entries(LIMITS)) {
  const size = sizes[name];
  tooBig ||= size > limit;
  console.log(`${name.padEnd(8)} ${String(size).padStart(6)} of ${limit} bytes${size > limit ? "  TOO BIG" : ""}`);
}
if (tooBig) process.exit(1);
await writeFile(TARGET, code);
