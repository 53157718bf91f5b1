/** What the endpoint reads from its environment. */
import { fileURLToPath } from 'node:url';
import { messagingVariables } from '@bank/messaging';
import { databaseUrl, serviceConfig } from '@bank/service';
import { z } from 'zod';
import { passwordForm, usernameForm } from './identity/credentials.ts';

const besideThisApp = (folder: string): string => fileURLToPath(new URL(`../../${folder}`, import.meta.url));

export const configuration = serviceConfig.extend({
  ...messagingVariables,
  DATABASE_URL: databaseUrl,
  /** The employee that is made, or brought up to date, at start. */
  EMPLOYEE_USERNAME: z.string(usernameForm.words).refine(usernameForm.fits, usernameForm.words),
  EMPLOYEE_PASSWORD: z.string(passwordForm.words).refine(passwordForm.fits, passwordForm.words),
  FRONTEND_DIR: z.string().default(besideThisApp('frontend/dist')),
  RESULTS_DIR: z.string().default(besideThisApp('bench/results')),
  NODE_ENV: z.enum(['development', 'production', 'test'], 'development, production or test').default('development'),
});

export type Configuration = z.output<typeof configuration>;
