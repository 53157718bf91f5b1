/** `missing`: prints the packages of Debian and Ubuntu that the servers need and this machine lacks, one a line. */
import { findJava, findMaven, MissingToolError } from '../servers/java.ts';

const packageMissingFor = async (find: () => unknown): Promise<string[]> => {
  try {
    await find();
    return [];
  } catch (error) {
    if (error instanceof MissingToolError) return [error.debianPackage];
    throw error;
  }
};

/** @returns the exit code: 0, whether something is missing or not */
export const printMissing = async (): Promise<number> => {
  const missing = [...(await packageMissingFor(() => findJava())), ...(await packageMissingFor(findMaven))];
  process.stdout.write(missing.map(name => `${name}\n`).join(''));
  return 0;
};
