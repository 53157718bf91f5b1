/** Plans the registry's subjects: each version in its order, and a level of compatibility that keeps every reader working. */
import avro from 'avsc';
import { subjects, type RecordSchema, type Subject } from '@bank/topology';
import type { RegistryAdmin } from '../registry-admin.ts';
import type { Planned } from './plan.ts';

/** The strictest level first; a registry that does not offer it gets the next. */
const levels = ['FULL_TRANSITIVE', 'FULL'] as const;

/** Plans all subjects of topology; their topics bear a prefix. */
export const planSubjects = (registry: RegistryAdmin, prefix: string): Promise<readonly Planned[]> =>
  Promise.all(subjects().map(subject => planSubject(registry, { ...subject, subject: `${prefix}${subject.subject}` })));

const planSubject = async (registry: RegistryAdmin, { subject, versions }: Subject): Promise<Planned> => {
  const registered = await registry.versionsOf(subject);
  const missing = versions.filter(version => !registered.some(schema => isSame(schema, version)));
  const clash = missing.flatMap(version => registered.flatMap(schema => incompatibility(version, schema)))[0];
  if (clash !== undefined) {
    return { obstacle: `subject ${subject} holds a version that the new one is not compatible with: ${clash}; add fields with defaults, never rename or retype one` };
  }
  const level = await registry.levelOf(subject);
  const hasLevel = levels.some(known => known === level);
  return {
    kind: 'subject',
    name: subject,
    action: registered.length === 0 ? 'create' : missing.length > 0 || !hasLevel ? 'change' : 'same',
    changes: [
      ...missing.map(version => `version ${registered.length + missing.indexOf(version) + 1}`),
      ...(hasLevel ? [] : [`compatibility ${levels[0]}`]),
    ],
    apply: async () => {
      if (!hasLevel) await registry.setLevel(subject, levels);
      for (const version of missing) await registry.register(subject, version);
    },
  };
};

/** Whether two schemas are one to Avro, however they are spelled. */
const isSame = (a: object, b: object): boolean => canonical(a) === canonical(b);

const canonical = (schema: object): string => JSON.stringify(typeOf(schema).schema({ exportAttrs: true }));

const typeOf = (schema: object): avro.Type => avro.Type.forSchema(structuredClone(schema) as avro.Schema, { logicalTypes: {} });

/** Why one of two schemas cannot read what the other wrote; empty when each can. */
const incompatibility = (wanted: RecordSchema, registered: object): readonly string[] => {
  const [ours, theirs] = [typeOf(wanted), typeOf(registered)];
  return [
    () => ours.createResolver(theirs),
    () => theirs.createResolver(ours),
  ].flatMap(resolve => {
    try {
      resolve();
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
};
