/** What makes the commands of one installation its own, and repeatable. */
import { z } from 'zod';

const uuid = 'a UUID, kept for as long as the data of the bank';

/** The variables that describe a run. */
export const runVariables = {
  /** Not to be logged: who knows it knows the ids of the accounts' creation, and these are as good as their tokens. */
  RUN_ID: z.uuid(uuid).toLowerCase(),
  SEED: z.string().default('open-bank-mark'),
};

export type Run = {
  /** Ids of commands derive from it: another run makes other commands. */
  readonly id: string;
  /** What is drawn derives from it: kinds, amounts, shops and accounts. */
  readonly seed: string;
};
