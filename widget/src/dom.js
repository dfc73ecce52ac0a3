/** Makes elements without markup strings, so that a page may require Trusted Types. */

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Child | Child[]} Children */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} part  names for the page's `::part()` and, the same, classes for our own style sheet
 * @param {Children} [children]
 * @param {Record<string, unknown>} [properties]
 */
export function h(tag, part, children, properties) {
  const element = Object.assign(document.createElement(tag), { className: part, part }, properties);
  fill(element, children);
  return element;
}

/**
 * @param {string} part
 * @param {Child} label
 * @param {() => void} onclick
 * @param {Record<string, unknown>} [properties]
 */
export const button = (part, label, onclick, properties) => h("button", part, label, { type: "button", onclick, ...properties });

/**
 * @param {Element} element
 * @param {Children} [children]
 */
export const fill = (element, children) =>
  element.replaceChildren(.../** @type {(Node | string)[]} */ ([children].flat().filter(Boolean)));

/** Whether fingers point, as on phones. */
export const isTouched = () => matchMedia("(pointer:coarse)").matches;

/**
 * Sets what has no property in all browsers.
 * @template {Element} Kind
 * @param {Kind} element
 * @param {string} value
 * @param {string} [name]
 */
export function refer(element, value, name = "aria-labelledby") {
  element.setAttribute(name, value);
  return element;
}
