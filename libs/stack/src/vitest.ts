/** Global set-up for vitest: the stack of the environment when there is one, else one that lives as long as the tests. */
import { startStack } from './stack.ts';
import { environmentOf, findEnvironment } from './testing/environment.ts';

/** Called by vitest before all tests; what it returns is called after them, also when they failed. */
export default async (): Promise<(() => Promise<void>) | undefined> => {
  if (findEnvironment() !== undefined) return undefined;
  const stack = await startStack();
  Object.assign(process.env, environmentOf(stack));
  return async () => stack[Symbol.asyncDispose]();
};
