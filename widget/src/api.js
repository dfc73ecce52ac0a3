/** Talks to the visitor API with requests that need no CORS preflight. */

/** @typedef {import("./types.js").ProblemBody} ProblemBody */

/** Longer than the server ever takes; shorter than a visitor's patience with a dead connection. */
const TIME_LIMIT = 30_000;

/** @type {Record<number, string>} */
const REASONS = { 0: "network", 403: "refused", 404: "gone", 409: "taken", 410: "gone", 422: "invalid", 429: "limited" };

/**
 * An error that says why a call gave nothing, in terms of what the visitor can do about it.
 * @param {number} status  0 when no answer came
 * @param {ProblemBody} [body]
 */
const createProblem = (status, body = {}) =>
  Object.assign(Error(body.detail), {
    status,
    body,
    // A conflict without other times is about the event, not about the slot.
    reason: status === 409 && !body.slots ? "gone" : (REASONS[status] ?? "server"),
  });

/** @typedef {ReturnType<typeof createProblem>} Problem */

/**
 * @param {string} url
 * @param {URLSearchParams} [body]
 * @returns {Promise<any>}
 * @throws {Problem}
 */
export async function call(url, body) {
  const method = body ? "POST" : "GET";
  let response;
  try {
    response = await fetch(url, { method, body: body ?? null, credentials: "omit", signal: AbortSignal.timeout(TIME_LIMIT) });
  } catch {
    throw createProblem(0);
  }
  // A proxy's error page is no JSON; what its status says is enough.
  const answer = await response.json().catch(() => {});
  if (response.ok && answer) return answer;
  throw createProblem(response.status, answer);
}
