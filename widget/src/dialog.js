/** The modal window: a title, a way out, one announcer and a place for the current step. */
import { button, fill, h, refer } from "./dom.js";

/**
 * @param {string | null} label  names the dialog until the event's title is known
 * @param {boolean} isInline  it stands in the page, and there is no way out
 * @param {() => void} onClose
 */
export function createDialog(label, isInline, onClose) {
  const title = h("h2", "title", label, { id: "title", tabIndex: -1, autofocus: !isInline });
  const subtitle = h("p", "subtitle muted");
  const close = button("icon close", "×", () => element.close());
  const status = h("p", "unseen", "", { role: "status" });
  const body = h("div", "body");

  const header = h("header", "header", [h("div", "", [title, subtitle]), !isInline && close]);
  // What is typed here is none of the page's shortcuts.
  const onkeydown = (/** @type {Event} */ event) => event.stopPropagation();
  const element = refer(h("dialog", "dialog", [header, status, body], { onclose: onClose, onkeydown }), "title");

  return {
    element,
    title,
    subtitle,
    /** @param {import("./text.js").Text} text */
    speak(text) {
      element.lang = text.t("lang");
      element.dir = text.t("dir");
      close.ariaLabel = text.t("close");
      return text;
    },
    /** @param {string} message */
    announce(message) {
      fill(status, message);
    },
    /** @param {import("./dom.js").Children} [content]  nothing while it is being fetched */
    show(content) {
      body.ariaBusy = `${!content}`;
      fill(body, content);
      // What was said about the step before is no longer true.
      fill(status);
      body.scrollTop = 0;
    },
  };
}
