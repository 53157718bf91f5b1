/** What is counted of the generation of commands. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Accounts } from './accounts/accounts.ts';
import type { Command } from './command/command.ts';

const reasons = ['account unknown', 'unreadable'] as const;

/** Why a heartbeat made no command. */
export type Idle = (typeof reasons)[number];

export type Counts = {
  readonly sent: (commands: readonly Command[]) => void;
  readonly idle: (reason: Idle, heartbeats: number) => void;
  /** Whether this instance has the heartbeats; if not, it stands by. */
  readonly active: (isActive: boolean) => void;
};

/** Registers the metrics, and gives what counts them. */
export const countsOf = (accounts: Accounts, metrics: Registry): Counts => {
  const registers = [metrics];
  const sent = new Counter({
    name: 'command_generator_commands_sent_total',
    help: 'Commands that the broker acknowledged, by what they are for',
    labelNames: ['kind'],
    registers,
  });
  const idle = new Counter({
    name: 'command_generator_heartbeats_without_command_total',
    help: 'Heartbeats that made no command, by the reason',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of reasons) idle.inc({ reason }, 0);
  const active = new Gauge({
    name: 'command_generator_active',
    help: 'Whether this instance has the heartbeats (1) or stands by (0)',
    registers,
  });
  new Gauge({
    name: 'command_generator_accounts_known',
    help: 'Accounts that transfers can be made for',
    registers,
    collect() {
      this.set(accounts.size);
    },
  });
  return {
    sent: commands => {
      for (const { kind } of commands) sent.inc({ kind });
    },
    idle: (reason, heartbeats) => idle.inc({ reason }, heartbeats),
    active: isActive => active.set(isActive ? 1 : 0),
  };
};
