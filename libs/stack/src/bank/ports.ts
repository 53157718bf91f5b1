/** The ports of a bank on 127.0.0.1. */
import type { StackPorts } from '../stack.ts';

export type BankPorts = StackPorts & {
  /** The frontend, GraphQL and the measurements. */
  readonly web: number;
  readonly heartbeat: number;
  readonly commandGenerator: number;
  readonly commandHandler: number;
};

const usual: BankPorts = {
  web: 8080,
  registry: 8081,
  heartbeat: 8082,
  commandGenerator: 8083,
  commandHandler: 8084,
  kafka: 9092,
  postgres: 15432,
  kafkaController: 9093,
};

const firstUnprivileged = 1024;
const last = 65_535;
const count = Object.keys(usual).length;

/**
 * The ports of a bank: the usual ones, or counted up from a base.
 *
 * @throws RangeError when there is no room for them above the base
 */
export const bankPorts = (base?: number): BankPorts => {
  if (base === undefined) return usual;
  if (!Number.isInteger(base) || base < firstUnprivileged || base + count - 1 > last) {
    throw new RangeError(`the base of the ports is a whole number from ${firstUnprivileged} to ${last - count + 1}, not ${base}`);
  }
  return {
    web: base, registry: base + 1, heartbeat: base + 2, commandGenerator: base + 3, commandHandler: base + 4,
    kafka: base + 5, postgres: base + 6, kafkaController: base + 7,
  };
};
