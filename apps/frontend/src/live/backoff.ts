/** How long to wait before the next attempt to connect. */
const firstMs = 250;
const mostMs = 5_000;

/**
 * Doubles from 250 ms to 5 s, spread over the upper half so that many browsers do not come back in one instant.
 *
 * @param attempt 0 for the first wait
 * @param random at least 0, below 1
 * @returns milliseconds
 */
export const backoffMs = (attempt: number, random: number): number => Math.min(firstMs * 2 ** attempt, mostMs) * (0.5 + random / 2);
