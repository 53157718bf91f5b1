/** What the registry answers, as far as the synchronizer looks at it. */
import { z } from 'zod';

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export const versionNumbers = z.array(z.int());
export const version = z.object({ schema: z.string().transform(jsonIn).pipe(z.record(z.string(), z.unknown())) });
export const config = z.object({ compatibilityLevel: z.string() });
export const verdict = z.object({ is_compatible: z.boolean() });
/** For requests of which only matters that they were accepted. */
export const anything = z.unknown();

/** Of an answer that makes no sense, a page of a proxy for example, the beginning tells enough. */
const shownLength = 300;

/** The registry refused or failed a request, or its answer is none. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code = 'REGISTRY_REFUSED';
  readonly status: number;

  constructor(request: string, status: number, answer: string) {
    super(`the schema registry answered ${status} to ${request}: ${answer.slice(0, shownLength)}`);
    this.status = status;
  }
}

/**
 * Reads the answer to a request that was accepted.
 *
 * @throws RegistryError when it is not of the shape that it should have
 */
export const readAnswer = <S extends z.ZodType>(shape: S, { request, status, answer }: { readonly request: string; readonly status: number; readonly answer: string }): z.output<S> => {
  const parsed = shape.safeParse(jsonIn(answer));
  if (!parsed.success) throw new RegistryError(request, status, answer);
  return parsed.data;
};
