/** Defines the element and makes every Book Now link of the page open it. */
import { BookNow } from "./element.js";
import { h } from "./dom.js";
import { isModified, parseLink } from "./links.js";

/** Elements for bare links: content systems strip `<book-now>` and leave its link. @type {WeakMap<Element, BookNow>} */
const served = new WeakMap();

/** @param {HTMLAnchorElement} link */
function elementOf(link) {
  let element = /** @type {BookNow | undefined} */ (link.closest("book-now") ?? served.get(link));
  if (!element) {
    element = new BookNow();
    element.outsideLink = link;
    served.set(link, element);
  }
  if (!element.isConnected) document.body.append(element);
  return element;
}

/**
 * @template {Event} Kind
 * @param {string} type
 * @param {(element: BookNow, event: Kind) => void} act
 */
function onLinks(type, act) {
  // Listening on the document also serves links that a single-page application brings later.
  document.addEventListener(type, (event) => {
    // The path begins inside the shadow roots of the page's own components; the target would end before them.
    const start = /** @type {Element} */ (event.composedPath()[0]);
    const link = /** @type {HTMLAnchorElement | null | undefined} */ (start.closest?.("a.book-now"));
    if (link && parseLink(link.href)) act(elementOf(link), /** @type {Kind} */ (event));
  });
}

/** @typedef {{q?: Options[]}} Queue */
/** @typedef {Record<string, string> & {event: string}} Options  the attributes of an element */

/** Links for what scripts have opened, by their events. @type {Record<string, HTMLAnchorElement>} */
const links = {};
/** This script's own address tells whose events are meant. */
const base = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.src.split("/widget/")[0];

/** @param {Options} options */
function open(options) {
  const { event } = options;
  const element = elementOf((links[event] ??= h("a", "", "Book Now", { href: `${base}/book/${event}` })));
  for (const name in options) if (options[name]) element.setAttribute(name, options[name]);
  element.open();
}

// A browser without the newest of what we need, which came with this, keeps the plain link, which works.
if ("groupBy" in Map && !customElements.get("book-now")) {
  customElements.define("book-now", BookNow);
  const { BookNow: { q = [] } = {} } = /** @type {{BookNow?: Queue}} */ (window);
  Object.assign(window, { BookNow: { open, q: { push: open } } });
  onLinks("pointerover", (element) => element.warm());
  onLinks("focusin", (element) => element.warm());
  onLinks("click", (element, /** @type {MouseEvent} */ click) => {
    if (click.defaultPrevented || isModified(click)) return;
    // Safari gives no focus to what is clicked, and the dialog gives it back to where it was.
    element.link?.focus();
    if (element.open()) click.preventDefault();
  });
  // Links answer to Enter only, buttons to the space bar as well.
  onLinks("keydown", (element, /** @type {KeyboardEvent} */ press) => {
    if (press.key !== " ") return;
    press.preventDefault();
    element.link?.click();
  });
  q.forEach(open);
}
