/** Shows what was booked, and brings the join link as soon as there is one. */
import { call } from "./api.js";
import { button, fill, h, icon } from "./dom.js";

/** Seconds after which we stop looking; the link then comes by mail. */
const PATIENCE = 600;

/**
 * A link that came from the server, if it is one that may be followed. (`_blank` gives no opener in these browsers.)
 * @param {string} part
 * @param {string | null} href
 * @param {string} label
 */
const link = (part, href, label) =>
  /^https?:/.test(href ?? "") && h("a", part, { href, target: "_blank" }, label);

/**
 * @param {import("./text.js").Text} text
 * @param {import("./types.js").Booking} booking
 * @param {string} base
 * @param {string} zone
 * @param {() => void} onReady
 * @param {() => void} onAgain
 */
export function createResult(text, booking, base, zone, onReady, onAgain) {
  const { t } = text;
  const pending = booking.status === "pending";
  const heading = h("h3", "result-heading", { tabindex: -1 }, t(pending ? "pending" : "booked"));
  const meeting = h("div", "meeting");
  const isComing = () => !pending && booking.meeting_status === "coming";

  function show() {
    fill(
      meeting,
      isComing() && h("p", "coming strong", {}, t("coming")),
      isComing() && h("p", "muted", {}, booking.meeting_reason),
      booking.meeting_status === "ready" && link("control primary join", booking.join_url, t("join")),
    );
  }
  show();

  const { start, end } = booking;
  const element = h(
    "div",
    "result",
    {},
    h("div", "badge", {}, icon("m5 13 4 4L19 7")),
    heading,
    h("p", "strong", {}, text.span(start, end, zone)),
    h("p", "muted", {}, text.zone(zone, start)),
    h("p", "", {}, t(pending ? "pending_note" : "mail_note")),
    meeting,
    h(
      "div",
      "links",
      {},
      !pending && link("link", booking.ics_url, t("add_to_calendar")),
      link("link", booking.manage_url, t("manage")),
      button("link", t("again"), onAgain),
    ),
  );

  return {
    element,
    heading,
    /** Looks for the link, eagerly at first, until it is there or the result has left the page. */
    async poll() {
      const token = booking.manage_url.split("/bookings/").pop();
      let pause = 1;
      for (let waited = 0; waited < PATIENCE && isComing() && element.isConnected; waited += pause) {
        await new Promise((resolve) => setTimeout(resolve, pause * 1000));
        pause = Math.min(Math.ceil(pause * 1.5), 30);
        try {
          Object.assign(booking, await call(`${base}/api/v1/bookings/${token}`));
        } catch {
          // The booking stands; the next look may be luckier.
        }
        show();
        if (!isComing()) onReady();
      }
    },
  };
}
