/** What a running bank tells of itself on disk. */
import { z } from 'zod';
import { readIfThere, replaceFile } from '../files.ts';
import { PartStatus } from '../supervisor/status.ts';
import { placesIn } from './folder.ts';

const port = z.int();

export const BankStatus = z.object({
  ports: z.object({
    web: port, registry: port, heartbeat: port, commandGenerator: port, commandHandler: port,
    kafka: port, postgres: port, kafkaController: port,
  }),
  /** The folder of certificates of a secured bank. */
  certificates: z.string().optional(),
  /** Whether the page is served by HTTPS. */
  https: z.boolean().optional(),
  /** The shell command that stands in for the command-handler. */
  handler: z.string().optional(),
  parts: z.array(PartStatus),
});
export type BankStatus = z.infer<typeof BankStatus>;

/** The last status that a bank wrote; undefined when it was stopped, or never ran. */
export const readStatus = async (folder: string): Promise<BankStatus | undefined> => {
  const text = await readIfThere(placesIn(folder).status);
  return text === undefined ? undefined : BankStatus.parse(JSON.parse(text));
};

export const writeStatus = (folder: string, status: BankStatus): void =>
  replaceFile(placesIn(folder).status, `${JSON.stringify(status, undefined, 2)}\n`);
