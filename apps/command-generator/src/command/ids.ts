/** Ids of commands, derived from what caused them: whatever is done twice bears the same id, and the bank does it once. */
import { createHash } from 'node:crypto';
import { commandIdOf, type CommandId } from '@bank/topology';
import type { Run } from './run.ts';

const derived = (run: Run, cause: string, number: number | bigint): CommandId =>
  commandIdOf(createHash('sha256').update(`${run.id}/${cause}/${number}`).digest().subarray(0, 16));

/** The id that opens the account of a beat. Beats start again from 0 with each heartbeat service: the same beat means the same account. */
export const accountId = (run: Run, creationBeat: number): CommandId => derived(run, 'account', creationBeat);

/** The id of an account's first salary. */
export const firstSalaryId = (run: Run, creationBeat: number): CommandId => derived(run, 'salary', creationBeat);

/** The id of a heartbeat's transfer: by its offset, for offsets never come again while beats do. */
export const transferId = (run: Run, heartbeatOffset: bigint): CommandId => derived(run, 'transfer', heartbeatOffset);
