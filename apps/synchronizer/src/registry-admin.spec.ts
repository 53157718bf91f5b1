import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSuite, type Suite } from '@bank/stack';
import { BalanceChanged, BalanceChangedV1 } from '@bank/topology';
import { RegistryAdmin } from './registry-admin.ts';

describe('the registry', () => {
  let suite: Suite;
  let registry: RegistryAdmin;
  beforeAll(async () => {
    suite = await createSuite();
    registry = new RegistryAdmin({ registryUrl: suite.env.SCHEMA_REGISTRY_URL });
  });
  afterAll(() => suite[Symbol.asyncDispose]());

  it('tells beforehand what it would refuse, by the level that is set', async () => {
    const subject = `${suite.env.TOPIC_PREFIX}asked`;
    const other = { ...BalanceChangedV1, name: 'Other' };
    expect(await registry.accepts(subject, BalanceChangedV1)).toBe(true);
    await registry.register(subject, BalanceChangedV1);
    await registry.setLevel(subject, ['FULL']);
    expect(await registry.accepts(subject, BalanceChanged)).toBe(true);
    expect(await registry.accepts(subject, other)).toBe(false);
    await registry.setLevel(subject, ['NONE']);
    expect(await registry.accepts(subject, other)).toBe(true);
  });
});
