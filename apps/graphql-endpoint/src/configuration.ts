/** What the endpoint reads from its environment. */
import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { messagingVariables } from '@bank/messaging';
import { databaseUrl, serviceConfig, wholeNumber } from '@bank/service';
import proxyAddress from 'proxy-addr';
import { z } from 'zod';
import { passwordForm, usernameForm } from './identity/credentials.ts';

const besideThisApp = (folder: string): string => fileURLToPath(new URL(`../../${folder}`, import.meta.url));

/** Texts between commas, each of which fits. */
const list = (fits: (item: string) => boolean, words: string) =>
  z
    .string()
    .default('')
    .transform(text => text.split(',').map(item => item.trim()).filter(item => item !== ''))
    .refine(items => items.every(fits), words);

const isHost = (text: string): boolean => URL.canParse(`http://${text}`) && new URL(`http://${text}`).hostname === text.toLowerCase();

const isNetwork = (text: string): boolean => {
  try {
    return isIP(text.split('/', 1)[0] ?? '') !== 0 && typeof proxyAddress.compile(text) === 'function';
  } catch {
    return false;
  }
};

/** How often, or how many at once. */
const limit = (usual: number) => wholeNumber('a whole number from 1', { min: 1, max: Number.MAX_SAFE_INTEGER }).default(usual);

/** A time, with decimals or without, of a year at most: no date can tell when a session would end that lasts for much longer. */
const duration = (unit: string, { usual, aYear }: { readonly usual: number; readonly aYear: number }) => {
  const words = `${unit} above 0, at most ${aYear}`;
  return z.string(words).regex(/^\d{1,6}(\.\d{1,6})?$/, words).transform(Number).refine(value => value > 0 && value <= aYear, words).default(usual);
};

export const configuration = serviceConfig.extend({
  ...messagingVariables,
  DATABASE_URL: databaseUrl,
  /** The employee that is made, or brought up to date, at start. */
  EMPLOYEE_USERNAME: z.string(usernameForm.words).refine(usernameForm.fits, usernameForm.words),
  EMPLOYEE_PASSWORD: z.string(passwordForm.words).refine(passwordForm.fits, passwordForm.words),
  FRONTEND_DIR: z.string().default(besideThisApp('frontend/dist')),
  RESULTS_DIR: z.string().default(besideThisApp('bench/results')),
  /** Figures of others, for comparison. */
  SEED_DIR: z.string().default(besideThisApp('bench/seed')),
  /** Host names under which browsers reach the endpoint, besides those of the machine itself. */
  PUBLIC_HOSTS: list(isHost, 'host names without a port, separated by commas'),
  /** Whose X-Forwarded-For and X-Forwarded-Proto are believed. */
  TRUSTED_PROXIES: list(isNetwork, 'IP addresses or networks like 10.0.0.0/8, separated by commas'),
  SESSION_HOURS: duration('hours', { usual: 12, aYear: 8_760 }),
  SESSION_IDLE_MINUTES: duration('minutes', { usual: 60, aYear: 525_600 }),
  WRONG_PASSWORDS_PER_MINUTE: limit(10),
  LOG_INS_PER_ADDRESS_AND_MINUTE: limit(600),
  OPENINGS_PER_ADDRESS_AND_MINUTE: limit(600),
  TRANSFERS_PER_USER_AND_10_SECONDS: limit(200),
  TRANSFERS_PER_ADDRESS_AND_10_SECONDS: limit(2_000),
  SOCKETS: limit(5_000),
  SOCKETS_PER_ADDRESS: limit(2_000),
  SUBSCRIPTIONS_PER_SOCKET: limit(50),
  MESSAGES_PER_SOCKET_AND_10_SECONDS: limit(200),
  NODE_ENV: z.enum(['development', 'production', 'test'], 'development, production or test').default('development'),
});

export type Configuration = z.output<typeof configuration>;
