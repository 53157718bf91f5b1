import fc from 'fast-check';
import { expect, it } from 'vitest';
import { config, readAnswer, RegistryError, verdict, version, versionNumbers } from './registry-answer.ts';

const request = 'GET /subjects/some/versions';
const right = fc.constantFrom('[1,2]', '{"schema":"{\\"type\\":\\"record\\"}"}', '{"compatibilityLevel":"FULL"}', '{"is_compatible":true}', '{"error_code":40401,"message":"x"}', '<html>502</html>', '');
const mutated = fc.tuple(right, fc.nat(30), fc.nat(3), fc.string({ unit: 'binary', maxLength: 3 })).map(([text, at, lost, put]) => `${text.slice(0, at)}${put}${text.slice(at + lost)}`);
const answers = fc.oneof(right, mutated, fc.json({ maxDepth: 2 }), fc.json({ maxDepth: 1 }).map(schema => JSON.stringify({ schema })), fc.string({ unit: 'binary' }), fc.constant('x'.repeat(100_000)));

it.each([
  ['the numbers of versions', versionNumbers, (value: unknown) => Array.isArray(value) && value.every(Number.isSafeInteger)],
  ['a version', version, (value: unknown) => typeof (value as { schema: unknown }).schema === 'object' && !Array.isArray((value as { schema: unknown }).schema)],
  ['a level', config, (value: unknown) => typeof (value as { compatibilityLevel: unknown }).compatibilityLevel === 'string'],
  ['a verdict', verdict, (value: unknown) => typeof (value as { is_compatible: unknown }).is_compatible === 'boolean'],
])('any answer is %s, or an error that says to what it was no answer', (_name, shape, makesSense) => {
  fc.assert(fc.property(answers, answer => {
    try {
      expect(makesSense(readAnswer(shape, { request, status: 200, answer }))).toBe(true);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      expect(error.message.startsWith(`the schema registry answered 200 to ${request}: `) && error.message.length < 400).toBe(true);
    }
  }), { numRuns: 10_000 });
});

it('a page of a proxy in place of an answer is told as what it is', () => {
  expect(() => readAnswer(versionNumbers, { request, status: 200, answer: '<html>welcome</html>' }))
    .toThrow('the schema registry answered 200 to GET /subjects/some/versions: <html>welcome</html>');
});
