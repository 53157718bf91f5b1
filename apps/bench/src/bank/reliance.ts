/** Waiting for what a handler does, which may be one that does nothing. */
import type { Program } from '@bank/stack';

/** Of what a handler wrote, the end tells why it stopped. */
const shownLines = 30;

/**
 * Waits for what a handler has to do.
 *
 * @throws Error with the end of the handler's log when it ends meanwhile, or when waiting fails
 */
export const relyOn = async <T>(handler: Program, wait: () => Promise<T>): Promise<T> => {
  const ended = handler.exited.then(({ code, signal }) => {
    throw new Error(`the handler ended with ${signal ?? `code ${code}`}`);
  });
  try {
    return await Promise.race([wait(), ended]);
  } catch (cause) {
    const log = (await handler.output()).trimEnd().split('\n').slice(-shownLines).join('\n');
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${message}\n${log === '' ? 'The handler wrote nothing.' : `The end of the handler's log:\n${log}`}`, { cause });
  }
};
