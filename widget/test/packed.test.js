import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

const read = (/** @type {string} */ ending) =>
  readFileSync(new URL(`../../zoom_blueprint/web/static/book-now.js${ending}`, import.meta.url));

for (const { ending, unpack, limit } of [
  { ending: ".br", unpack: brotliDecompressSync, limit: 8_000 },
  { ending: ".gz", unpack: gunzipSync, limit: 9_000 },
]) {
  test(`the script that is sent as ${ending} is the script`, () => {
    assert.ok(unpack(read(ending)).equals(read("")), "run `npm run build`");
  });
  test(`what is sent as ${ending} is within its limit`, () => assert.ok(read(ending).length <= limit));
}
