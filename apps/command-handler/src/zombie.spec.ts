/** A handler that freezes in the middle of a batch, loses its place in the group to another, and wakes when that has done its work. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createSuite, startProgram, synchronize } from '@bank/stack';
import { audit } from './testing/audit.ts';
import { countSettled } from './testing/ledger.ts';
import { connectSender, drained, openAccounts, trafficAmong } from './testing/traffic.ts';

const freezer = fileURLToPath(new URL('testing/freeze.ts', import.meta.url));
/** A few batches for each of the two handlers, all of them on the same accounts. */
const commandCount = 5_000;

describe('a handler that freezes', () => {
  it.for([
    ['between locking the accounts and committing', 'locked'],
    ['between committing and publishing', 'committed'],
    ['while it is publishing', 'publishing'],
  ] as const)('%s, is replaced, harms nothing when it wakes, and works again', async ([, step]) => {
    await using suite = await createSuite();
    await synchronize(suite.env);
    const databaseUrl = await suite.createDatabase();
    const env = { ...suite.env, DATABASE_URL: databaseUrl, KAFKA_SESSION_TIMEOUT_MS: '1500' };
    await using successor = await startProgram('command-handler', { env });
    const accounts = await openAccounts(env, 10);
    const freezing = { ...env, FREEZE_AT: step, FREEZE_BATCH: '2' };
    await using zombie = await startProgram('command-handler', { env: freezing, nodeOptions: ['--import', freezer] });
    await using sender = await connectSender(env);

    let sent = 0;
    const isAllSettled = async (): Promise<boolean> => (await countSettled(databaseUrl)) === accounts.length + sent;
    await expect.poll(async () => {
      // On a busy machine the group may think the one that is to freeze dead, and give its work to the other: more waits when it is back.
      if (await isAllSettled()) {
        await sender.send(trafficAmong(accounts, commandCount));
        sent += commandCount;
      }
      return zombie.output();
    }, { timeout: 60_000 }).toContain(`frozen at ${step}`);
    const frozenAt = performance.now();
    await expect.poll(isAllSettled, { timeout: 60_000 }).toBe(true);
    console.info(`frozen at ${step}: its commands were settled ${((performance.now() - frozenAt) / 1_000).toFixed(1)} s later`);
    await drained(env);

    zombie.kill('SIGCONT');
    successor.kill('SIGTERM');
    expect(await successor.exited).toEqual({ code: 0, signal: null });
    // Nobody else is left to settle these.
    await sender.send(trafficAmong(accounts, 1_000));
    await drained(env);
    zombie.kill('SIGTERM');
    expect(await zombie.exited).toEqual({ code: 0, signal: null });
    const { complaints, repeats } = await audit(env, databaseUrl);
    expect(complaints.slice(0, 20)).toEqual([]);
    // The batch that it woke with was told twice.
    expect(repeats).toBeGreaterThan(0);
  });
});
