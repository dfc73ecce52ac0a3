/**
 * Asks Lighthouse about pages: reads lines "PORT ADDRESS" from its standard input, the port of a Chromium that may be
 * debugged, and writes a line of JSON for each: how long the page does not answer, as Lighthouse counts it
 * (`blocking`), the same without what other programs took (`own`), and how long the widget's script ran when it came.
 *
 * Only Lighthouse's command line can report its use and its errors to anybody; called from a program it cannot.
 */
import { createInterface } from "node:readline";
import { navigationGather } from "lighthouse/core/gather/navigation-runner.js";
import { Runner } from "lighthouse/core/runner.js";

const AUDIT = "total-blocking-time";
const config = {
  extends: "lighthouse:default",
  settings: { onlyAudits: [AUDIT], formFactor: "mobile", throttlingMethod: "simulate", disableFullPageScreenshot: true },
};

/**
 * Let each task take the time for which it had a processor. Other programs on this machine take theirs from it, which
 * on a phone that is four times slower would count four times.
 */
function leaveOutOthers({ traceEvents }) {
  const threads = {};
  for (const event of traceEvents) if (event.tts !== undefined) (threads[`${event.pid} ${event.tid}`] ??= []).push(event);
  for (const events of Object.values(threads)) {
    let task = { ts: 0, end: 0, tts: 0 };
    for (const event of events.sort((one, other) => one.ts - other.ts || (other.dur ?? 0) - (one.dur ?? 0))) {
      if (event.ts >= task.end && event.dur) task = { ts: event.ts, end: event.ts + event.dur, tts: event.tts };
      else if (event.ts < task.end) event.ts = task.ts + event.tts - task.tts;
      if (event.dur) event.dur = event.tdur;
    }
  }
}

/** Milliseconds of a phone's processor. */
function scriptTime({ traceEvents }, slower) {
  const ours = traceEvents.filter(({ name, args }) => name === "EvaluateScript" && args.data?.url?.endsWith("/book-now.js"));
  return ours.reduce((sum, { tdur }) => sum + (tdur / 1000) * slower, 0);
}

for await (const line of createInterface({ input: process.stdin })) {
  const [port, address] = line.split(" ");
  const flags = { port: Number(port), logLevel: "silent" };
  const { artifacts, runnerOptions } = await navigationGather(undefined, address, { config, flags });
  const audited = async () => (await Runner.audit(artifacts, { ...runnerOptions, computedCache: new Map() })).lhr;
  const whole = await audited();
  leaveOutOthers(artifacts.Trace);
  const own = await audited();
  const answer = {
    error: [whole, own].map((lhr) => lhr.runtimeError?.message ?? lhr.audits[AUDIT].errorMessage).find(Boolean),
    blocking: whole.audits[AUDIT].numericValue,
    own: own.audits[AUDIT].numericValue,
    script: scriptTime(artifacts.Trace, own.configSettings.throttling.cpuSlowdownMultiplier),
  };
  console.log(JSON.stringify(answer));
}
