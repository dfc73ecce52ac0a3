/** ical.js, which neither writes our calendar files nor is ours, reads in them what the server's tests say they mean. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import ICAL from "ical.js";

const FOLDER = new URL("../../tests/scheduling/invitations/", import.meta.url);
const expected = JSON.parse(readFileSync(new URL("expected.json", FOLDER), "utf8"));
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".ics"));

/** @param {string} content */
function meaningOf(content) {
  const calendar = new ICAL.Component(ICAL.parse(content));
  const [item, ...others] = calendar.getAllSubcomponents("vevent");
  assert.deepEqual(others, []);
  const event = new ICAL.Event(item, { strictExceptions: true });
  /** @param {string} name */
  const text = (name) => item.getFirstPropertyValue(name) ?? "";
  /** @param {ICAL.Time} time */
  const instant = (time) => {
    assert.equal(time.zone, ICAL.Timezone.utcTimezone);
    return time.toString();
  };
  const alarm = item.getFirstSubcomponent("valarm")?.getFirstPropertyValue("trigger");
  return {
    method: calendar.getFirstPropertyValue("method"),
    uid: event.uid,
    sequence: event.sequence,
    status: text("status"),
    start: instant(event.startDate),
    end: instant(event.endDate),
    stamp: instant(text("dtstamp")),
    summary: event.summary,
    description: text("description"),
    location: text("location"),
    url: text("url"),
    organizer: event.organizer,
    organizer_name: item.getFirstProperty("organizer").getFirstParameter("cn"),
    attendees: event.attendees.map((attendee) => ({
      address: attendee.getFirstValue(),
      name: attendee.getFirstParameter("cn"),
      status: attendee.getFirstParameter("partstat"),
    })),
    reminder_minutes: alarm ? -alarm.toSeconds() / 60 : null,
  };
}

test("there is a file for each meaning and a meaning for each file", () => {
  assert.notEqual(files.length, 0);
  assert.deepEqual(files.map((name) => name.replace(".ics", "")).sort(), Object.keys(expected).sort());
});

for (const name of files) {
  test(`${name} means to ical.js what it should`, () => {
    assert.deepEqual(meaningOf(readFileSync(new URL(name, FOLDER), "utf8")), expected[name.replace(".ics", "")]);
  });
}
