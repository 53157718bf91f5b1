/** Plans the registry's subjects: each version in its order, and a level of compatibility that keeps every reader working. */
import avro from 'avsc';
import { subjects, type RecordSchema, type Subject } from '@bank/topology';
import type { RegistryAdmin } from '../registry-admin.ts';
import type { Planned } from './plan.ts';

/** The strictest level first; a registry that does not offer it gets the next. A subject that has either is left as it is. */
const levels = ['FULL_TRANSITIVE', 'FULL'] as const;

/** Plans all subjects of topology; their topics bear a prefix. */
export const planSubjects = (registry: RegistryAdmin, prefix: string): Promise<readonly Planned[]> =>
  Promise.all(subjects().map(subject => planSubject(registry, { ...subject, subject: `${prefix}${subject.subject}` })));

const planSubject = async (registry: RegistryAdmin, { subject, versions }: Subject): Promise<Planned> => {
  const registered = await registry.versionsOf(subject);
  const missing = versions.filter(version => !registered.some(schema => isSame(schema, version)));
  const obstacle = disorder(versions, registered) ?? clash(missing, registered) ?? (await refusal(registry, subject, missing));
  if (obstacle !== undefined) return { obstacle: `subject ${subject} ${obstacle}` };
  const level = await registry.levelOf(subject);
  const hasLevel = levels.some(known => known === level);
  return {
    kind: 'subject',
    name: subject,
    action: registered.length === 0 ? 'create' : missing.length > 0 || !hasLevel ? 'change' : 'same',
    details: [
      ...missing.map(version => `version ${registered.length + missing.indexOf(version) + 1}`),
      ...(hasLevel ? [] : [`compatibility ${level === undefined ? '' : `${level} → `}${levels[0]}`]),
    ],
    apply: async () => {
      if (!hasLevel) await registry.setLevel(subject, levels);
      for (const version of missing) await registry.register(subject, version);
    },
  };
};

/** A version that stands there without an earlier one before it: registered now, that would become the newest. */
const disorder = (versions: readonly RecordSchema[], registered: readonly object[]): string | undefined => {
  const places = versions.map(version => registered.findIndex(schema => isSame(schema, version)));
  const early = places.findIndex((place, at) => place >= 0 && places.slice(0, at).some(earlier => earlier < 0 || earlier > place));
  if (early < 0) return undefined;
  return (
    `holds version ${early + 1} without an earlier one before it: versions are registered in their order, ` +
    'so delete the subject if nothing was written with it, and run this again'
  );
};

/** What Avro says against the missing versions, compared with each registered one. */
const clash = (missing: readonly RecordSchema[], registered: readonly object[]): string | undefined => {
  const why = missing.flatMap(version => registered.flatMap(schema => incompatibility(version, schema)))[0];
  return why === undefined
    ? undefined
    : `holds a version that the new one is not compatible with: ${why}; add fields with defaults, never rename or retype one`;
};

/** What the registry says against them, which would refuse them when all else is changed already. */
const refusal = async (registry: RegistryAdmin, subject: string, missing: readonly RecordSchema[]): Promise<string | undefined> => {
  for (const version of missing) {
    if (await registry.accepts(subject, version)) continue;
    return `holds a version that the registry does not call compatible with the new one, ${version.name}`;
  }
  return undefined;
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
