/** Outcomes of commands as clients see them: with the client's id, not the one on Kafka. */
import type { CommandOutcome } from '../outcome.ts';

export type Answered = CommandOutcome & { readonly commandId: string };

export const answered = (id: string, outcome: CommandOutcome): Answered => ({ ...outcome, commandId: id });
