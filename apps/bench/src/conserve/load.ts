/** Many producers that send at the same time. */
import { Producer } from '@bank/messaging';
import type { Bank } from '../bank/bank.ts';
import type { Command } from '../bank/commands.ts';

export type LoadOptions = {
  readonly producers: number;
  /** Commands that a producer sends at once; then it waits until they are acknowledged. */
  readonly atOnce: number;
  readonly next: () => Command;
  /** Told how many were sent or are about to be; no more are sent once it says so. */
  readonly isEnough: (sent: number) => boolean;
};

/** Sends commands to a bank until it is enough; resolves when all are acknowledged. @returns how many */
export const load = async ({ connection }: Bank, { producers, atOnce, next, isEnough }: LoadOptions): Promise<number> => {
  let sent = 0;
  const send = async (): Promise<void> => {
    await using producer = await Producer.connect(connection, ['confirm_account_creation', 'confirm_money_transfer']);
    while (!isEnough(sent)) {
      sent += atOnce;
      await producer.send(Array.from({ length: atOnce }, next));
    }
  };
  await Promise.all(Array.from({ length: producers }, send));
  return sent;
};
