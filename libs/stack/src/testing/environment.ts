/** How a stack's addresses reach the tests: through the environment. */
import { z } from 'zod';
import type { StackAddresses } from '../stack.ts';

const Environment = z.object({ KAFKA_BROKERS: z.string(), SCHEMA_REGISTRY_URL: z.url(), TEST_DATABASE_ADMIN_URL: z.url() });

/** The variables that tell a test where its servers are. */
export type StackEnvironment = z.infer<typeof Environment>;

export const environmentOf = ({ brokers, registryUrl, adminDatabaseUrl }: StackAddresses): StackEnvironment =>
  ({ KAFKA_BROKERS: brokers, SCHEMA_REGISTRY_URL: registryUrl, TEST_DATABASE_ADMIN_URL: adminDatabaseUrl });

/** The stack of the environment, when there is one. */
export const findEnvironment = (env: NodeJS.ProcessEnv = process.env): StackEnvironment | undefined => Environment.safeParse(env).data;
