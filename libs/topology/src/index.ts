export type { RecordSchema, Schema, ValueOf } from './avro.ts';
export { access, superUsers, type Access, type ServicePrincipal } from './access.ts';
export * from './records.ts';
export {
  commandHeaders, deadLetterHeaders, fullNameOf, subjectOf, subjects, topics,
  type RecordOn, type RecordTopic, type SchemaOn, type Subject, type TopicName, type ValueOn,
} from './topics.ts';
export { murmur2, partitionOf } from './partition.ts';
export { cents, fitsCents, formatCents, maxCents, minCents, parseCents, type Cents } from './cents.ts';
export { ibanOf, isOwnIban, startsLikeOwnIban, type Iban } from './iban.ts';
export { isToken, tokenOf, type Token } from './token.ts';
export { bytesOf, commandIdOf, parseCommandId, type CommandId } from './command-id.ts';
export { cash, company, hasControlCharacter, lengthOf, limits, reasons, type Reason } from './bank.ts';
