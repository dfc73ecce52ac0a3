import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { prove } from "../src/proof.js";

test("a proof makes a hash that begins with as many zero bits as were asked for", async () => {
  for (const bits of [1, 8, 12]) {
    const proof = await prove("a token", bits);
    const hash = createHash("sha256").update(`a token:${proof}`).digest();
    assert.ok(Math.clz32(hash.readInt32BE(0)) >= bits, `${bits} bits`);
  }
});

test("where none is asked for, none is sent", async () => {
  assert.equal(await prove("a token", 0), "");
  assert.equal(await prove("a token", undefined), "");
});

test("where the page is no secure context, none is sent", async () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
  try {
    assert.equal(await prove("a token", 12), "");
  } finally {
    Object.defineProperty(globalThis, "crypto", /** @type {PropertyDescriptor} */ (own));
  }
});
