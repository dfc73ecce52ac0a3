/** Defines the element and makes every Book Now link of the page open it. */
import { BookNow, dress } from "./element.js";
import { isModified, parseLink } from "./links.js";

/** Elements for bare links: content systems strip `<book-now>` and leave its link. @type {WeakMap<Element, BookNow>} */
const served = new WeakMap();

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
    if (!link || !parseLink(link.href)) return;
    let element = /** @type {BookNow | undefined} */ (link.closest("book-now") ?? served.get(link));
    if (!element) {
      element = new BookNow();
      element.outsideLink = link;
      served.set(link, element);
      dress(link);
    }
    if (!element.isConnected) document.body.append(element);
    act(element, /** @type {Kind} */ (event));
  });
}

// A browser without the newest of what we need keeps the plain link, which works.
if (CSS.supports("color", "color-mix(in srgb, red, red)") && !customElements.get("book-now")) {
  customElements.define("book-now", BookNow);
  onLinks("pointerover", (element) => element.warm());
  onLinks("focusin", (element) => element.warm());
  onLinks("click", (element, /** @type {MouseEvent} */ click) => {
    if (!click.defaultPrevented && !isModified(click) && element.open()) click.preventDefault();
  });
  // Links answer to Enter only, buttons to the space bar as well.
  onLinks("keydown", (element, /** @type {KeyboardEvent} */ press) => {
    if (press.key !== " ") return;
    press.preventDefault();
    element.link?.click();
  });
}
