import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { runVariables } from './run.ts';

it('any RUN_ID is a UUID in lower case, or refused', () => {
  const near = fc.tuple(fc.uuid(), fc.boolean(), fc.nat(36), fc.nat(1), fc.string({ unit: 'binary', maxLength: 2 }))
    .map(([id, isUpper, at, lost, put]) => `${(isUpper ? id.toUpperCase() : id).slice(0, at)}${put}${id.slice(at + lost)}`);
  fc.assert(fc.property(fc.oneof(near, fc.uuid(), fc.string()), text => {
    const parsed = z.object(runVariables).safeParse({ RUN_ID: text });
    if (parsed.success) expect([parsed.data.RUN_ID, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(parsed.data.RUN_ID)]).toEqual([text.toLowerCase(), true]);
    // Its message goes into a log: whoever knows the id knows the ids of all accounts' creation.
    else expect(parsed.error.issues.map(({ message }) => message)).toEqual(['a UUID, kept for as long as the data of the bank']);
  }), { numRuns: 10_000 });
});

it('any UUID of a version that there is, is a RUN_ID', () => {
  fc.assert(fc.property(fc.uuid(), id => z.object(runVariables).safeParse({ RUN_ID: id }).success), { numRuns: 10_000 });
});
