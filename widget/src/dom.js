/** Makes elements without markup strings, so that a page may require Trusted Types. */

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes */

/**
 * Functions become listeners (`onclick`); `null` and `false` leave an attribute out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} part  names for the page's `::part()` and, the same, classes for our own style sheet
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, part, attributes = {}, ...children) {
  const element = /** @type {HTMLElementTagNameMap[Tag]} */ (
    document.createElementNS(`http://www.w3.org/${/svg|path/.test(tag) ? "2000/svg" : "1999/xhtml"}`, tag)
  );
  /** @type {Attributes} */
  const all = { ...(part && { class: part, part }), ...attributes };
  for (const [name, value] of Object.entries(all)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value != null && value !== false) element.setAttribute(name, `${value}`);
  }
  fill(element, ...children);
  return element;
}

/**
 * @param {string} part
 * @param {Child} label
 * @param {() => void} onclick
 * @param {Attributes} [attributes]
 */
export const button = (part, label, onclick, attributes) =>
  h("button", part, { type: "button", onclick, ...attributes }, label);

/**
 * @param {Element} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  element.replaceChildren(.../** @type {(Node | string)[]} */ (children.filter(Boolean)));
}

/**
 * A 24 × 24 line drawing, silent to screen readers.
 * @param {string} path
 */
export const icon = (path) =>
  h(/** @type {any} */ ("svg"), "", { viewBox: "0 0 24 24", "aria-hidden": true }, h(/** @type {any} */ ("path"), "", { d: path }));
