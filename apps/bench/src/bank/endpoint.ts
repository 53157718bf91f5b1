/** The endpoint of a bank as real processes, and its employee, who may follow every account. */
import { runProgram, startProgram, type Program, type ProgramOptions } from '@bank/stack';
import type { Bank } from './bank.ts';

export const employee = { username: 'employee', password: 'a password of the bench' } as const;

export type EndpointOptions = Partial<ProgramOptions> & {
  /** The endpoint's own, with or without what an endpoint has left in it. */
  readonly databaseUrl: string;
};

const optionsFor = ({ env: bankEnv }: Bank, { databaseUrl, env, ...options }: EndpointOptions): ProgramOptions => ({
  ...options,
  env: {
    ...bankEnv,
    DATABASE_URL: databaseUrl,
    EMPLOYEE_USERNAME: employee.username,
    EMPLOYEE_PASSWORD: employee.password,
    FRONTEND_DIR: '/nowhere',
    RESULTS_DIR: '/nowhere',
    ...env,
  },
});

/** Starts an endpoint of a bank and waits until it is ready; it is the caller's to stop. */
export const startEndpoint = (bank: Bank, options: EndpointOptions): Promise<Program> => startProgram('graphql-endpoint', optionsFor(bank, options));

/** Runs a command of the endpoint to its end. */
export const runEndpoint = (bank: Bank, { env, ...options }: EndpointOptions): ReturnType<typeof runProgram> =>
  runProgram('graphql-endpoint', optionsFor(bank, { ...options, env: { PORT: '0', ...env } }));
