import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it, onTestFinished } from 'vitest';
import { Producer } from '@bank/messaging';
import { startStack } from '@bank/stack';
import { audit } from '../audit/audit.ts';
import { openAccounts } from '../bank/accounts.ts';
import { untilDone } from '../bank/backlog.ts';
import { openBank } from '../bank/bank.ts';
import { randomTransfers } from '../bank/commands.ts';
import { archiveInto, putBack, saveLog, takeBaseBackup } from './base-backup.ts';

it('a bank whose databases are lost goes on from a base backup and the log since, without a commit less', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'backup-'));
  onTestFinished(() => rm(elsewhere, { recursive: true }));
  // PostgreSQL, which is another user when this one is root, passes through.
  await chmod(elsewhere, 0o711);
  await using stack = await startStack();
  const [data, archive, backup] = [join(stack.folder, 'data/postgres'), join(elsewhere, 'archive'), join(elsewhere, 'base')];
  await archiveInto(stack.adminDatabaseUrl, archive);
  await stack.stop('postgres');
  await stack.start('postgres');

  await using bank = await openBank({ stack });
  const handler = await bank.startHandler();
  const accounts = await openAccounts(bank, 20);
  await using producer = await Producer.connect(bank.connection, ['confirm_money_transfer']);
  const random = xoroshiro128plus(Date.now());
  const transfer = (count: number): Promise<void> => producer.send(randomTransfers(accounts, count, random));
  // The handler settles while the backup is taken, and after it.
  await transfer(5_000);
  await takeBaseBackup(stack.adminDatabaseUrl, { data, to: backup });
  await transfer(2_000);
  await untilDone(bank);

  await stack.stop('postgres', 'SIGKILL');
  handler.kill('SIGKILL');
  await saveLog(data, archive);
  await putBack(backup, { data, archive });
  await stack.start('postgres');
  await using restarted = await bank.startHandler();
  expect(restarted.pid).not.toBe(handler.pid);
  await transfer(1_000);
  await untilDone(bank);
  expect(await audit(bank)).toMatchObject({ findings: [], waiting: 0, buried: 0, ids: accounts.length + 8_000 });
});
