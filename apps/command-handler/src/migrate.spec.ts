import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSuite, runProgram, startProgram, synchronize, type Suite } from '@bank/stack';
import { Customer, deposit, newId } from './testing/customer.ts';

describe('a handler whose role may only read and write', () => {
  let suite: Suite;
  let ownerUrl = '';
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    suite = await createSuite();
    await synchronize(suite.env);
    const database = await suite.createServiceDatabase();
    ({ ownerUrl } = database);
    env = { ...suite.env, DATABASE_URL: database.url };
  });
  afterAll(() => suite[Symbol.asyncDispose]());

  it('says in one line that its database has to be migrated, and exits with 1', async () => {
    const { code, output } = await runProgram('command-handler', { env: { ...env, PORT: '0' } });
    expect(code).toBe(1);
    expect(output.split('\n').filter(line => line.includes('"fatal"'))).toEqual([expect.stringContaining('run the verb \\"migrate\\" first')]);
  });

  it('settles, and sends again, once the owner has migrated', async () => {
    const migrate = (): ReturnType<typeof runProgram> => runProgram('command-handler', { env: { DATABASE_URL: ownerUrl }, args: ['migrate'] });
    expect(await migrate()).toMatchObject({ code: 0, output: expect.stringMatching(/^migrated: 0001_\S+, 0002_/) as string });
    expect(await migrate()).toMatchObject({ code: 0, output: 'nothing to migrate\n' });
    await using customer = await Customer.connect(env);
    await using handler = await startProgram('command-handler', { env });
    const { iban } = await customer.open();
    expect(await customer.outcome(deposit(newId(), iban, 100_00n))).toBe('confirmed');
    await handler[Symbol.asyncDispose]();
    expect(await runProgram('command-handler', { env, args: ['republish'] })).toMatchObject({ code: 0, output: expect.stringMatching(/sent (\d+) of \1 messages/) as string });
  });
});
