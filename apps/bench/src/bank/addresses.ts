/** Where a running bank is, from the file that setup.sh writes. */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { z } from 'zod';

/**
 * Reads a bank's addresses. What the file does not say, such as TLS files or TOPIC_PREFIX, the environment may.
 *
 * @param file `env` in the bank's folder
 * @param variables those that are needed
 * @throws Error when the file cannot be read, or names the variables that are missing or wrong
 */
export const addressesIn = <Variables extends z.ZodType>(file: string, variables: Variables, environment: NodeJS.ProcessEnv): z.output<Variables> => {
  const found = variables.safeParse({ ...environment, ...parseEnv(read(file)) });
  if (found.success) return found.data;
  const problems = found.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`${file} does not tell where a bank is:\n${problems.join('\n')}`);
};

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${file} cannot be read: --bank takes the file "env" in the folder of a bank that setup.sh started`, { cause });
  }
};
