/** Log files of child processes: appended to, one older generation kept. */
import { mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

const mebibyte = 1024 * 1024;
const largestLog = 50 * mebibyte;
/** Enough for the last lines of any log. */
const tailBytes = 64 * 1024;

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Opens a log for appending and returns its file descriptor; one that has grown large first becomes `<path>.1`. */
export const openLog = (path: string): number => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (sizeOf(path) > largestLog) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
};

/** The last lines of a log. */
export const tailOf = async (path: string, lines: number): Promise<string[]> => {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const start = Math.max(0, size - tailBytes);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
  return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-lines);
};
