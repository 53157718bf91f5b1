import kafkajs, { type AclEntry } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { aclsOf, differenceOf } from './acls.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

const onTopic = (resourceName: string, change: Partial<AclEntry> = {}): AclEntry => ({
  resourceType: AclResourceTypes.TOPIC,
  resourceName,
  resourcePatternType: ResourcePatternTypes.LITERAL,
  principal: 'User:heartbeat',
  host: '*',
  operation: AclOperationTypes.WRITE,
  permissionType: AclPermissionTypes.ALLOW,
  ...change,
});

describe('the ACLs of a service', () => {
  it('bear the prefix, the groups as beginnings of names', () => {
    expect(aclsOf('heartbeat', 'test-')).toEqual([onTopic('test-heartbeat')]);
    expect(aclsOf('command-handler', 'test-').at(-1)).toMatchObject({ resourceName: 'test-command-handler', resourcePatternType: ResourcePatternTypes.PREFIXED });
  });

  it('are missing when they are not there exactly so', () => {
    const others = [
      onTopic('heartbeat', { host: '127.0.0.1' }),
      onTopic('heartbeat', { permissionType: AclPermissionTypes.DENY }),
      onTopic('heartbeat', { resourcePatternType: ResourcePatternTypes.PREFIXED }),
      onTopic('heartbeat', { operation: AclOperationTypes.ALL }),
    ];
    for (const other of others) expect(differenceOf([other], 'heartbeat', '')).toMatchObject({ missing: [onTopic('heartbeat')], superfluous: [other] });
    expect(differenceOf([onTopic('heartbeat')], 'heartbeat', '')).toMatchObject({ missing: [], superfluous: [] });
  });

  it('are those of its own principal', () => {
    const anothers = onTopic('balance_changed', { principal: 'User:command-generator' });
    expect(differenceOf([anothers], 'heartbeat', '').superfluous).toEqual([]);
  });

  it('are those on what bears the prefix: what another bank on the same brokers has given is left', () => {
    const [own, anothers, everything] = [onTopic('test-balance_changed'), onTopic('balance_changed'), onTopic('*')];
    expect(differenceOf([own, anothers, everything], 'heartbeat', 'test-').superfluous).toEqual([own]);
  });
});
