/**
 * Packs the built script as servers send it, beside it.
 *
 * Which bytes a packer writes differs between versions of Node and processors, so what unpacks to the script already
 * stays: building an unchanged widget changes no file.
 */
import { readFile, writeFile } from "node:fs/promises";
import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync, gzipSync } from "node:zlib";

const SCRIPT = new URL("../zoom_blueprint/web/static/book-now.js", import.meta.url);
const { BROTLI_PARAM_MODE, BROTLI_MODE_TEXT, BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
const PACKERS = [
  { ending: ".br", pack: brotli, unpack: brotliDecompressSync },
  { ending: ".gz", pack: (/** @type {Buffer} */ script) => gzipSync(script, { level: 9 }), unpack: gunzipSync },
];

/** @param {Buffer} script */
function brotli(script) {
  const params = {
    [BROTLI_PARAM_MODE]: BROTLI_MODE_TEXT,
    [BROTLI_PARAM_QUALITY]: 11,
    [BROTLI_PARAM_SIZE_HINT]: script.length,
  };
  const packed = [brotliCompressSync(script), brotliCompressSync(script, { params })];
  return packed[0].length <= packed[1].length ? packed[0] : packed[1];
}

const script = await readFile(SCRIPT);
for (const { ending, pack, unpack } of PACKERS) {
  const target = new URL(`${SCRIPT}${ending}`);
  const before = await readFile(target).catch(() => Buffer.alloc(0));
  let isSame = false;
  try {
    isSame = unpack(before).equals(script);
  } catch {
    // Missing or broken: packed anew.
  }
  if (!isSame) await writeFile(target, pack(script));
}
