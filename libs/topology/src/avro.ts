/** TypeScript types inferred from Avro schemas written as constants, so that a schema and its type cannot drift apart. */

/** The part of Avro that the bank uses. */
export type Schema =
  | 'string'
  | 'long'
  | 'null'
  | FixedSchema
  | EnumSchema
  | TimestampSchema
  | RecordSchema
  | readonly Schema[];

export type FixedSchema = { readonly type: 'fixed'; readonly name: string; readonly namespace: string; readonly size: number };
export type EnumSchema = { readonly type: 'enum'; readonly name: string; readonly namespace: string; readonly symbols: readonly string[] };
export type TimestampSchema = { readonly type: 'long'; readonly logicalType: 'timestamp-millis' };
export type RecordSchema = { readonly type: 'record'; readonly name: string; readonly namespace: string; readonly fields: readonly Field[] };

type Field = { readonly name: string; readonly type: Schema; readonly default?: unknown };

/** The value that a schema describes: `long` is a bigint, for cents pass 2^53; a timestamp is a Date. */
export type ValueOf<S extends Schema> =
  S extends 'string' ? string :
  S extends 'long' ? bigint :
  S extends 'null' ? null :
  S extends FixedSchema ? Uint8Array :
  S extends EnumSchema ? S['symbols'][number] :
  S extends TimestampSchema ? Date :
  S extends RecordSchema ? { readonly [F in S['fields'][number] as F['name']]: ValueOf<F['type']> } :
  S extends readonly (infer Member extends Schema)[] ? (Member extends Schema ? ValueOf<Member> : never) :
  never;
