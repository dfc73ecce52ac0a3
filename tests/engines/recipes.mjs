/** Bundles the recipe for a framework out of the widget's README, with a page's few lines around it, onto stdout. */
import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import { compileScript, parse } from "vue/compiler-sfc";

const [framework, site] = process.argv.slice(2);
const readme = await readFile(new URL("../../widget/README.md", import.meta.url), "utf8");
const PROPS = `{ event: "ada/intro-call", "data-plan": "pro", onBooked: ({ id }) => (window.heard ??= []).push(id) }`;

/** @param {string} language */
function recipe(language) {
  const found = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readme);
  if (!found) throw new Error(`widget/README.md has no recipe in ${language}`);
  return found[1].replaceAll("https://site.example/zoom", site);
}

function compiledVue() {
  const isCustomElement = (/** @type {string} */ tag) => tag === "book-now";
  const templateOptions = { compilerOptions: { isCustomElement } };
  return compileScript(parse(recipe("vue")).descriptor, { id: "recipe", inlineTemplate: true, templateOptions }).content;
}

const frameworks = {
  react: () => ({
    recipe: recipe("jsx"),
    page: `import { createElement, StrictMode } from "react";
      import { createRoot } from "react-dom/client";
      import { BookNow } from "recipe";
      const button = createElement(BookNow, ${PROPS}, "Book Now");
      createRoot(document.querySelector("#app")).render(createElement(StrictMode, null, button));`,
  }),
  vue: () => ({
    recipe: compiledVue(),
    page: `import { createApp, h } from "vue";
      import BookNow from "recipe";
      createApp({ render: () => h(BookNow, ${PROPS}, () => "Book Now") }).mount("#app");`,
  }),
};
const { recipe: contents, page } = frameworks[framework]();
const folder = import.meta.dirname;
const { outputFiles } = await build({
  stdin: { contents: page, resolveDir: folder },
  bundle: true,
  minify: true,
  write: false,
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [
    {
      name: "recipe",
      setup(bundler) {
        bundler.onResolve({ filter: /^recipe$/ }, ({ path }) => ({ path, namespace: "recipe" }));
        bundler.onLoad({ filter: /./, namespace: "recipe" }, () => ({ contents, loader: "jsx", resolveDir: folder }));
      },
    },
  ],
});
process.stdout.write(outputFiles[0].text);
