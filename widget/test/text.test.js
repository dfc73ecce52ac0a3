import assert from "node:assert/strict";
import { test } from "node:test";
import { createText, localeFor } from "../src/text.js";

Object.defineProperty(globalThis, "navigator", { value: { language: "en-GB" }, configurable: true });
const text = createText({
  lang: "en",
  free_times: "Free times: {count}",
  next_free: "next is {day}",
});

test("dates are in the words' language, written as where the visitor lives", () => {
  assert.equal(localeFor("en", "en-GB").baseName, "en-GB");
  assert.equal(localeFor("en", "de").baseName, "en-DE");
  assert.equal(localeFor("fa", "fa-IR").calendar, "gregory");
  assert.equal(new Intl.NumberFormat(localeFor("ar", "ar-EG")).format(30), "30");
  /** @param {string} preferred */
  const hour = (preferred) => new Intl.DateTimeFormat(localeFor("en", preferred), { hour: "numeric", timeZone: "UTC" });
  assert.equal(hour("de-DE").format(Date.UTC(2030, 0, 1, 15)), "15");
  assert.equal(hour("en-US").format(Date.UTC(2030, 0, 1, 15)).replace(/\s/, " "), "3 PM");
});

test("a day has its full name and the number of its times", () => {
  assert.equal(text.dayName("2030-01-15"), "Tuesday 15 January");
  assert.equal(text.times(0), "Free times: 0");
  assert.equal(text.times(6), "Free times: 6");
});

test("a device that names no language is taken for one of the words' own", () => {
  assert.equal(localeFor("de", "C").baseName, "de-DE");
});

test("an instant is told in the visitor's zone, with its offset of that season", () => {
  assert.equal(text.time("2024-01-15T09:00:00Z", "Asia/Kathmandu"), "14:45");
  assert.match(text.zone("Asia/Kathmandu", "2024-01-15T09:00:00Z"), /^Asia\/Kathmandu \(GMT\+5:45\)$/);
  assert.match(text.zone("Australia/Lord_Howe", "2024-06-15T09:00:00Z"), /^Australia\/Lord Howe \(GMT\+10:30\)$/);
  assert.match(text.zone("Australia/Lord_Howe", "2024-01-15T09:00:00Z"), /\(GMT\+11\)$/);
});

test("the hour that comes twice can be told apart", () => {
  const twice = ["2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"];
  const [first, second] = twice.map((slot) => text.time(slot, "Europe/Berlin", { timeZoneName: "short" }));
  assert.equal(text.time(twice[0], "Europe/Berlin"), text.time(twice[1], "Europe/Berlin"));
  assert.notEqual(first, second);
});

test("values are put into words, and a missing word is empty", () => {
  assert.equal(text.t("next_free", { day: "Monday" }), "next is Monday");
  assert.equal(text.t("unknown"), "");
});
