/** Endpoints that die at a step of their work. */
import type { Channel } from 'node:diagnostics_channel';
import type { Program } from '@bank/stack';
import type { Setting } from './setting.ts';

const killer = new URL('killer.ts', import.meta.url).href;

/** Where an endpoint dies: at a step, or so many milliseconds after it. */
export type Death = { readonly at: Channel; readonly delayMs?: number };

type Doom = { readonly env: Readonly<Record<string, string>>; readonly nodeOptions: readonly string[] };

/** What an endpoint needs to die so. */
export const doomOf = ({ at, delayMs }: Death): Doom => ({
  env: { KILL_CHANNEL: String(at.name), ...(delayMs !== undefined && { KILL_DELAY_MS: String(delayMs) }) },
  nodeOptions: ['--import', killer],
});

/** Starts an endpoint that dies when its work comes to a step. */
export const startDoomed = async (setting: Setting, death: Death): Promise<Program> => {
  const { env, nodeOptions } = doomOf(death);
  return setting.start(env, ...nodeOptions);
};
