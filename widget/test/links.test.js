import assert from "node:assert/strict";
import { test } from "node:test";
import { isModified, parseLink } from "../src/links.js";

test("a link names the base address and the event", () => {
  const expected = { base: "https://site.example/zoom", event: "ada/intro-call" };
  for (const end of ["", "/", "?utm_source=x", "#top"]) {
    assert.deepEqual(parseLink(`https://site.example/zoom/book/ada/intro-call${end}`), expected);
  }
  assert.deepEqual(parseLink("http://127.0.0.1:5000/book/ada/intro-call"), { base: "http://127.0.0.1:5000", event: "ada/intro-call" });
});

test("other links are left alone", () => {
  for (const href of ["", "https://site.example/zoom/", "https://site.example/?next=/book/a/b", "mailto:a@b.example/book/a/b"]) {
    assert.equal(parseLink(href), null, href);
  }
});

test("a modifier asks for something of the browser's own", () => {
  const plain = { metaKey: false, ctrlKey: false, shiftKey: false, altKey: false };
  assert.equal(isModified(plain), false);
  for (const key of Object.keys(plain)) assert.equal(isModified({ ...plain, [key]: true }), true);
});
