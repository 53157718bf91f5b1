/** What the command line says of a program that the bench starts. */
import type { ParseArgsOptionsConfig } from 'node:util';
import { clients, messagingVariables } from '@bank/messaging';

/** Options of Node as they stand in one argument, separated by spaces. */
export const nodeOptionsIn = (text: string): readonly string[] => text.split(' ').filter(option => option !== '');

/**
 * Variables of an environment, each as NAME=VALUE.
 *
 * @throws Error for what is none
 */
export const environmentIn = (pairs: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    pairs.map(pair => {
      const at = pair.indexOf('=');
      if (at < 1) throw new Error(`a variable is NAME=VALUE, not "${pair}"`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );

/** The options of a scenario that has the bank's handler replaced. Not `--env`: that Nx takes for its own. */
export const handlerOptions = { handler: { type: 'string' }, 'with-env': { type: 'string', multiple: true, default: [] } } satisfies ParseArgsOptionsConfig;

/** Whether the bank of a scenario is secured. */
export const securityOptions = { tls: { type: 'boolean', default: false }, secured: { type: 'boolean', default: false } } satisfies ParseArgsOptionsConfig;

/** What a scenario's help says of them. */
export const securityHelp = `  --tls            what security costs: plaintext and secured in turn, as many times as there are runs, both printed, with the ratio
  --secured        only a secured bank: TLS with certificates for both sides, ACLs, a role for each service`;

/** Which Kafka client carries the handler's messages. */
export const clientOptions = { client: { type: 'string', default: 'kafkajs' } } satisfies ParseArgsOptionsConfig;

/** What a scenario's help says of it. */
export const clientHelp = `  --client C       what carries the handler's messages: ${clients.join(', ')} (kafkajs)`;

/**
 * The Kafka client of that name.
 *
 * @throws Error when there is none, or when it is not built here
 */
export const clientIn = (name: string): string => {
  const parsed = messagingVariables.KAFKA_CLIENT.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new Error(`--client is "${name}", it should be: ${parsed.error.issues.map(({ message }) => message).join()}`);
};

/** What a scenario's help says of handlers. */
export const handlerHelp = `  --handler CMD    a shell command that runs in place of our handler, with the same environment
  --with-env N=V   more of the handler's environment, NAME=VALUE; may be given several times`;
