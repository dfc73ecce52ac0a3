/** Talks to the visitor API with requests that need no CORS preflight. */

/** @typedef {import("./types.js").ProblemBody} ProblemBody */

/** Longer than the server ever takes; shorter than a visitor's patience with a dead connection. */
const TIME_LIMIT = 30_000;

/**
 * An error that says why a call gave nothing, in terms of what the visitor can do about it.
 * @param {number} status  0 when no answer came
 * @param {ProblemBody} [body]
 */
const createProblem = (status, body = {}) =>
  Object.assign(Error(body.detail), { status, body, reason: body.reason ?? (status ? "server" : "network") });

/** @typedef {ReturnType<typeof createProblem>} Problem */

/**
 * @param {string} url
 * @param {URLSearchParams | null} [body]
 * @returns {Promise<any>}
 * @throws {Problem}
 */
export async function call(url, body = null) {
  let status = 0;
  let answer;
  try {
    const response = await fetch(url, {
      method: body ? "POST" : "GET",
      body,
      credentials: "omit",
      signal: AbortSignal.timeout(TIME_LIMIT),
    });
    status = response.status;
    answer = await response.json();
  } catch {
    // A proxy's error page is no JSON; what its status says is enough.
  }
  if (status < 400 && answer) return answer;
  throw createProblem(status, answer);
}
