import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, addMonths, dayAt, firstWeekdayOf, groupByDay, lastDayOf, sameDayIn, weeksOf } from "../src/days.js";

test("a day is the one that the zone's clock shows", () => {
  assert.equal(dayAt("2024-01-14T18:14:59Z", "Asia/Kathmandu"), "2024-01-14");
  assert.equal(dayAt("2024-01-14T18:15:00Z", "Asia/Kathmandu"), "2024-01-15");
  // Lord Howe moves its clocks by half an hour: UTC+11 in summer, UTC+10:30 in winter.
  assert.equal(dayAt("2024-01-14T13:00:00Z", "Australia/Lord_Howe"), "2024-01-15");
  assert.equal(dayAt("2024-06-14T13:00:00Z", "Australia/Lord_Howe"), "2024-06-14");
  assert.equal(dayAt("2024-06-14T13:30:00Z", "Australia/Lord_Howe"), "2024-06-15");
});

test("Apia has no 30 December 2011", () => {
  assert.equal(dayAt("2011-12-30T09:59:59Z", "Pacific/Apia"), "2011-12-29");
  assert.equal(dayAt("2011-12-30T10:00:00Z", "Pacific/Apia"), "2011-12-31");
});

test("days of 23 and 25 hours hold exactly their own slots", () => {
  // Berlin: clocks forward on 31 March 2024, back on 27 October 2024.
  assert.equal(dayAt("2024-03-30T22:59:59Z", "Europe/Berlin"), "2024-03-30");
  assert.equal(dayAt("2024-03-30T23:00:00Z", "Europe/Berlin"), "2024-03-31");
  assert.equal(dayAt("2024-03-31T21:59:59Z", "Europe/Berlin"), "2024-03-31");
  assert.equal(dayAt("2024-03-31T22:00:00Z", "Europe/Berlin"), "2024-04-01");
  assert.equal(dayAt("2024-10-27T22:59:59Z", "Europe/Berlin"), "2024-10-27");
});

test("slots are sorted and grouped by day", () => {
  const days = groupByDay(["2024-01-15T09:00:00Z", "2024-01-14T18:30:00Z", "2024-01-14T10:00:00Z"], "Asia/Kathmandu");
  assert.deepEqual(
    [...days],
    [
      ["2024-01-14", ["2024-01-14T10:00:00Z"]],
      ["2024-01-15", ["2024-01-14T18:30:00Z", "2024-01-15T09:00:00Z"]],
    ],
  );
});

test("day and month arithmetic crosses years, leap days and short months", () => {
  assert.equal(addDays("2023-12-31", 1), "2024-01-01");
  assert.equal(addDays("2024-03-01", -1), "2024-02-29");
  assert.equal(addMonths("2024-11", 3), "2025-02");
  assert.equal(addMonths("2024-01", -1), "2023-12");
  assert.equal(lastDayOf("2023-02"), "2023-02-28");
  assert.equal(sameDayIn("2024-01-31", 1), "2024-02-29");
  assert.equal(sameDayIn("2024-03-15", -1), "2024-02-15");
});

test("62 days from any day cover the next month's last day", () => {
  for (let day = "2024-01-01"; day < "2028-01-01"; day = addDays(day, 1)) {
    assert.ok(addDays(day, 61) >= lastDayOf(addMonths(day.slice(0, 7), 1)), day);
  }
});

test("a month is laid out in weeks that begin where the locale says", () => {
  const monday = weeksOf("2024-02", 1);
  assert.equal(monday.length, 5);
  assert.deepEqual(monday[0], ["", "", "", "2024-02-01", "2024-02-02", "2024-02-03", "2024-02-04"]);
  assert.deepEqual(monday[4].slice(0, 5), ["2024-02-26", "2024-02-27", "2024-02-28", "2024-02-29", ""]);
  assert.equal(weeksOf("2024-02", 0)[0][4], "2024-02-01");
  assert.equal(weeksOf("2026-02", 0).length, 4);
  assert.deepEqual(weeksOf("2024-09", 6)[0][1], "2024-09-01");
});

test("the first weekday is the locale's, also where the engine does not say", () => {
  for (const [tag, first] of [["en-GB", 1], ["en-US", 0], ["de", 1], ["en", 0]]) {
    const locale = new Intl.Locale(tag);
    assert.equal(firstWeekdayOf(locale), first, tag);
    assert.equal(firstWeekdayOf({ region: locale.maximize().region }), first, `${tag}, silent engine`);
  }
  assert.equal(firstWeekdayOf(new Intl.Locale("ar-EG")), 6);
});
