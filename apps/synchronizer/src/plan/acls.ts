/** Plans Kafka's ACLs: each service may do what topology's access says, and nothing else. */
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import kafkajs, { type AclEntry, type Admin } from 'kafkajs';
import { brokerErrorOf } from '@bank/messaging';
import { access, type ServicePrincipal } from '@bank/topology';
import type { Step } from './plan.ts';

// Node does not see these names in the package's CommonJS: they come with its default.
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

const services = Object.keys(access) as ServicePrincipal[];

const principalOf = (service: ServicePrincipal): string => `User:${service}`;

/** What a service may do, as the ACLs that say so; topics and groups bear a prefix. */
export const aclsOf = (service: ServicePrincipal, prefix: string): readonly AclEntry[] => {
  const { reads, writes, groupPrefix, deletesGroups } = access[service];
  const allow = { principal: principalOf(service), host: '*', permissionType: AclPermissionTypes.ALLOW };
  const onTopic = (topic: string) => ({ resourceType: AclResourceTypes.TOPIC, resourceName: `${prefix}${topic}`, resourcePatternType: ResourcePatternTypes.LITERAL });
  const onGroups = (groups: string) => ({ resourceType: AclResourceTypes.GROUP, resourceName: `${prefix}${groups}`, resourcePatternType: ResourcePatternTypes.PREFIXED });
  return [
    ...reads.map(topic => ({ ...allow, ...onTopic(topic), operation: AclOperationTypes.READ })),
    ...writes.map(topic => ({ ...allow, ...onTopic(topic), operation: AclOperationTypes.WRITE })),
    ...(groupPrefix === null ? [] : [{ ...allow, ...onGroups(groupPrefix), operation: AclOperationTypes.READ }]),
    ...(groupPrefix === null || !deletesGroups ? [] : [{ ...allow, ...onGroups(groupPrefix), operation: AclOperationTypes.DELETE }]),
  ];
};

/** The steps, a service each, and what there is to be told of ACLs that no step touches. */
export type AclPlan = { readonly steps: readonly Step[]; readonly remarks: readonly string[] };

/**
 * Plans the ACLs of all services. Of those that exist only such are removed as stand between a service's own principal and something whose
 * name begins with the prefix: what other principals may do, and what these may do beside this bank, is not ours to forbid, but is told.
 */
export const planAcls = async (admin: Admin, prefix: string): Promise<AclPlan> => {
  const existing = await existingAcls(admin);
  if (existing === 'no authorizer') return { steps: [], remarks: ['the brokers have no authorizer: there are no ACLs, and whoever reaches them may do everything'] };
  const foreign = existing.filter(acl => !services.some(service => isOwn(acl, service, prefix)));
  return {
    steps: services.map(service => stepOf(admin, service, differenceOf(existing, service, prefix))),
    remarks: foreign.map(acl => `no service's of this bank, left as it is: ${acl.principal} ${described(acl)}`),
  };
};

const isOwn = ({ principal, resourceName }: AclEntry, service: ServicePrincipal, prefix: string): boolean =>
  principal === principalOf(service) && resourceName.startsWith(prefix);

export type Difference = { readonly missing: readonly AclEntry[]; readonly superfluous: readonly AclEntry[]; readonly isNew: boolean };

/** What has to be made and removed so that a service may do what topology says; it is new when it may do nothing yet. */
export const differenceOf = (existing: readonly AclEntry[], service: ServicePrincipal, prefix: string): Difference => {
  const wanted = aclsOf(service, prefix);
  const own = existing.filter(acl => isOwn(acl, service, prefix));
  return {
    missing: wanted.filter(acl => !own.some(other => isDeepStrictEqual(acl, other))),
    superfluous: own.filter(acl => !wanted.some(other => isDeepStrictEqual(acl, other))),
    isNew: own.length === 0,
  };
};

const stepOf = (admin: Admin, service: ServicePrincipal, { missing, superfluous, isNew }: Difference): Step => {
  const isAsWanted = missing.length === 0 && superfluous.length === 0;
  return {
    kind: 'acl',
    name: principalOf(service),
    action: isAsWanted ? 'same' : isNew ? 'create' : 'change',
    details: [...missing.map(acl => `+ ${described(acl)}`), ...superfluous.map(acl => `− ${described(acl)}`)],
    apply: async () => {
      if (missing.length > 0) await admin.createAcls({ acl: [...missing] });
      if (superfluous.length > 0) await admin.deleteAcls({ filters: [...superfluous] });
    },
  };
};

const servedWithinMs = 30_000;
const askEveryMs = 50;

/**
 * Waits until a broker goes by the ACLs that were made: a service that is refused ends.
 *
 * @throws Error when that takes longer than half a minute
 */
export const untilObeyed = async (admin: Admin, prefix: string): Promise<void> => {
  const signal = AbortSignal.timeout(servedWithinMs);
  while ((await planAcls(admin, prefix)).steps.some(({ action }) => action !== 'same')) {
    if (signal.aborted) throw new Error(`the brokers do not go by the new ACLs after ${servedWithinMs / 1_000} s`);
    await wait(askEveryMs);
  }
};

const existingAcls = async (admin: Admin): Promise<readonly AclEntry[] | 'no authorizer'> => {
  try {
    // Neither name, principal nor host: all of them.
    const { resources } = await admin.describeAcls({
      resourceType: AclResourceTypes.ANY,
      resourcePatternType: ResourcePatternTypes.ANY,
      operation: AclOperationTypes.ANY,
      permissionType: AclPermissionTypes.ANY,
    });
    return resources.flatMap(({ acls, ...resource }) => acls.map(acl => ({ ...resource, ...acl })));
  } catch (error) {
    if (brokerErrorOf(error) === 'SECURITY_DISABLED') return 'no authorizer';
    throw error;
  }
};

/** An ACL without its principal, as people read it: `read group command-handler*`, `deny write topic heartbeat from 10.0.0.1`. */
const described = ({ permissionType, operation, resourceType, resourceName, resourcePatternType, host }: AclEntry): string => {
  const words = [
    ...(permissionType === AclPermissionTypes.DENY ? ['deny'] : []),
    nameIn(AclOperationTypes, operation),
    nameIn(AclResourceTypes, resourceType),
    resourcePatternType === ResourcePatternTypes.PREFIXED ? `${resourceName}*` : resourceName,
    ...(host === '*' ? [] : ['from', host]),
  ];
  return words.join(' ');
};

/** A value's name in one of kafkajs's lists; those that came later than kafkajs are told by their number. */
const nameIn = (names: object, value: number): string =>
  Object.entries(names).find(([, known]) => known === value)?.[0].toLowerCase().replaceAll('_', ' ') ?? String(value);
