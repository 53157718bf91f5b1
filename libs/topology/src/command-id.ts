/** The identity of a command: a UUID, 16 bytes in a record, lower-case text as the record's key. One space over both command topics. */

export type CommandId = string & { readonly brand: 'CommandId' };

/** Reads a UUID of any version, in any case; undefined when the text is none. */
export const parseCommandId = (text: string): CommandId | undefined =>
  /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text) ? (text.toLowerCase() as CommandId) : undefined;

/**
 * The command id that stands in a record.
 *
 * @throws RangeError when it is not 16 bytes
 */
export const commandIdOf = (bytes: Uint8Array): CommandId => {
  if (bytes.length !== 16) throw new RangeError(`a command id is 16 bytes, not ${bytes.length}`);
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-') as CommandId;
};

/** The 16 bytes of a command id, as a record holds them. */
export const bytesOf = (id: CommandId): Uint8Array => {
  const hex = id.replaceAll('-', '');
  return Uint8Array.from({ length: 16 }, (_, at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16));
};
