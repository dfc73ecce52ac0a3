/** Shows what was booked, and brings the join link as soon as there is one. */
import { call } from "./api.js";
import { button, fill, h } from "./dom.js";

/** The longest pause between two looks for the link, in seconds. */
const LONGEST_PAUSE = 300;

/**
 * @param {string} part
 * @param {string | null} href
 * @param {string | null} label  null where there is nothing to link to
 */
const link = (part, href, label) => href && h("a", part, label, { href, target: "_blank" });

/**
 * @param {import("./text.js").Text} text
 * @param {import("./types.js").Booking} booking
 * @param {string} zone
 * @param {() => void} onReady
 * @param {() => void} onAgain
 */
export function createResult(text, booking, zone, onReady, onAgain) {
  const { t } = text;
  const { status, start, end, ics_url, calendar_links, manage_url } = booking;
  const heading = h("h3", "result-heading", t(status), { tabIndex: -1 });
  const meeting = h("div", "meeting");
  const isComing = () => booking.meeting_status === "coming";

  function show() {
    const { join_url, join_name, meeting_reason, passcode } = booking;
    fill(
      meeting,
      isComing()
        ? [h("p", "coming strong", t("coming")), h("p", "muted", meeting_reason)]
        : [link("control primary join", join_url, join_name), passcode && h("p", "passcode", t("passcode", { passcode }))],
    );
  }
  show();

  const element = h("div", "result", [
    h("div", "badge", "✓", { ariaHidden: true }),
    heading,
    h("p", "strong", text.span(start, end, zone)),
    h("p", "muted", text.zone(zone, start)),
    h("p", "", t(`${status}_note`)),
    meeting,
    h("div", "links", [
      ...Object.entries({ file: ics_url, ...calendar_links }).map(([name, href]) => link("link", href, t(name))),
      link("link", manage_url, t("manage")),
      button("link", t("again"), onAgain),
    ]),
  ]);

  return {
    element,
    heading,
    /** Looks for the link, eagerly at first, until it is there or the result has left the page. */
    async poll() {
      const url = manage_url.replace("/bookings/", "/api/v1/bookings/");
      for (let pause = 1; isComing() && element.isConnected; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
        await new Promise((resolve) => setTimeout(resolve, pause * 1000));
        try {
          Object.assign(booking, await call(url));
        } catch {
          // The booking stands; the next look may be luckier.
        }
        show();
        if (!isComing()) onReady();
      }
    },
  };
}
