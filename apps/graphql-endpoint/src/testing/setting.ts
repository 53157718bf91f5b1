/** Where a spec plays: topics of its own, a bank that answers on them, a database, and as many endpoints as it starts. */
import { createSuite, startProgram, synchronize, type Program } from '@bank/stack';
import { TestBank } from './bank.ts';

export const employee = { username: 'employee', password: 'a long enough password' } as const;

export type Setting = AsyncDisposable & {
  readonly bank: TestBank;
  readonly databaseUrl: string;
  /** What an endpoint needs to start in this setting. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts an endpoint, with more options for Node when given; what was not disposed of before ends with the setting. */
  start(env?: Readonly<Record<string, string>>, ...nodeOptions: readonly string[]): Promise<Program>;
  /** Makes another database: empty, for an endpoint that begins anew. */
  createDatabase(): Promise<string>;
  /** Makes a database, empty, whose owner migrates it, and whose other role may only read and write. */
  createServiceDatabase(): Promise<{ readonly ownerUrl: string; readonly url: string }>;
};

/** Makes a setting, in which no endpoint runs yet. */
export const createSetting = async (): Promise<Setting> => {
  await using made = new AsyncDisposableStack();
  const suite = made.use(await createSuite());
  const [databaseUrl] = await Promise.all([suite.createDatabase(), synchronize(suite.env)]);
  const bank = made.use(await TestBank.open(suite.env));
  const env = {
    ...suite.env,
    DATABASE_URL: databaseUrl,
    EMPLOYEE_USERNAME: employee.username,
    EMPLOYEE_PASSWORD: employee.password,
    FRONTEND_DIR: '/nowhere',
    RESULTS_DIR: '/nowhere',
    SEED_DIR: '/nowhere',
  };
  const endpoints = made.use(new AsyncDisposableStack());
  const kept = made.move();
  return {
    bank,
    databaseUrl,
    env,
    start: async (more = {}, ...nodeOptions) =>
      endpoints.use(await startProgram('graphql-endpoint', { env: { ...env, ...more }, nodeOptions })),
    createDatabase: () => suite.createDatabase(),
    createServiceDatabase: () => suite.createServiceDatabase(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};
