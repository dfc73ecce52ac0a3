/** Tells where a Book Now link leads, and which clicks on it are the browser's. */

/** @typedef {import("./types.js").Address} Address */

/**
 * `https://site/zoom/book/ada/intro-call` names the blueprint's base address and the event.
 * @param {string} href
 * @returns {Address | null}
 */
export function parseLink(href) {
  const found = /^(https?:[^?#]+)\/book\/([^/?#]+\/[^/?#]+)/.exec(href);
  return found && { base: found[1], event: found[2] };
}

/**
 * With a modifier, clicks ask the browser for a new tab or a download, and keys for something of its own.
 * @param {MouseEvent | KeyboardEvent} event
 */
export const isModified = ({ metaKey, ctrlKey, shiftKey, altKey }) => metaKey || ctrlKey || shiftKey || altKey;
