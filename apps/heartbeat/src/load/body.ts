/** What is asked for in a request's body, or what is wrong with it in sentences that say what would be right. */
import type { z } from 'zod';

/** A sentence for each thing that is wrong. */
export type Refused = { readonly errors: readonly string[] };

const examples = '{"batch": 10, "intervalMs": 100} or {"steps": [0, 10, 50], "seconds": 60}';

/** How a strict object tells of fields that it does not have. */
export const unknownFields = (known: string): { readonly error: z.core.$ZodErrorMap } => ({
  error: issue => (issue.code === 'unrecognized_keys' ? `there is no ${issue.keys.join(', ')}, ${known}` : undefined),
});

/** Parses a body by a schema whose fields say, as their error, what they should be. */
export const parseBody = <T extends object>(schema: z.ZodType<T>, body: unknown): T | Refused => {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ code, path: [field], message }) => {
    if (field !== undefined) return `${String(field)} should be ${message}`;
    return code === 'unrecognized_keys' ? message : `the body should be a JSON object, such as ${examples}`;
  });
  // Of a list with several wrong items the same is said of each.
  return { errors: [...new Set(errors)] };
};
