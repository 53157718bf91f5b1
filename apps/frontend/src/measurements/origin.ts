/** Where and when one of our own results was measured, in a few words. */
import { fieldsOf, numberIn, type Fields } from './json.ts';

/** Day and minute in UTC, as the result's file name has them. */
export const shortTime = (at: Date): string => at.toISOString().slice(0, 16).replace('T', ' ');

/** Its cores. @throws UnreadableResult */
export const machineOf = (file: Fields): string => {
  const cores = numberIn(fieldsOf(file['machine'] ?? {}, 'machine'), 'cores', 'machine');
  return cores === undefined ? 'unknown machine' : `${String(cores)} cores`;
};

/** What Kafka and PostgreSQL wrote to: /dev/shm is memory on every Linux. */
export const storageOf = (file: Fields): 'RAM disk' | 'disk' =>
  typeof file['dataDir'] === 'string' && file['dataDir'].startsWith('/dev/shm') ? 'RAM disk' : 'disk';
