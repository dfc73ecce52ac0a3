/** Finds the proof of work that a server may ask for, which costs a visitor nothing and a flood of bookings much. */

/**
 * A number after which the SHA-256 of `task:number` begins with so many zero bits, as text; "" where none is asked for,
 * and on plain-http pages, which have no `crypto.subtle`: the server then asks for a mailed code instead.
 * @param {string} task
 * @param {number} [bits]
 */
export async function prove(task, bits) {
  for (let number = 0; bits && crypto.subtle; number++) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${task}:${number}`));
    if (Math.clz32(new DataView(hash).getInt32(0)) >= bits) return `${number}`;
  }
  return "";
}
