/** The identity of a command: a UUID, 16 bytes in a record, lower-case text as the record's key. One space over both command topics. */

export type CommandId = string & { readonly brand: 'CommandId' };

/** Reads a UUID of any version, in any case; undefined when the text is none. */
export const parseCommandId = (text: string): CommandId | undefined =>
  /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text) ? (text.toLowerCase() as CommandId) : undefined;

/** The character code of a hexadecimal digit, lower case: 0 is 0x30, a is 0x61. */
const codeOf = (digit: number): number => (digit < 10 ? 0x30 : 0x61 - 10) + digit;

/** The value of a lower-case hexadecimal digit by its character code: 0 is 0x30, a is 0x61. */
const digitOf = (code: number): number => (code & 0xf) + (code >> 6) * 9;

/** Where the bytes of an id stand in its text, between the dashes. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

/** Where ids become text some ten thousand times a second: the character codes of dashes, and of digits between them. */
const codes = new Array<number>(36).fill(0x2d);

/**
 * The command id that stands in a record.
 *
 * @throws RangeError when it is not 16 bytes
 */
export const commandIdOf = (bytes: Uint8Array): CommandId => {
  if (bytes.length !== 16) throw new RangeError(`a command id is 16 bytes, not ${bytes.length}`);
  for (let at = 0; at < 16; at += 1) {
    const byte = bytes[at] ?? 0;
    const place = places[at] ?? 0;
    codes[place] = codeOf(byte >> 4);
    codes[place + 1] = codeOf(byte & 0xf);
  }
  return String.fromCharCode(...codes) as CommandId;
};

/** The 16 bytes of a command id, as a record holds them. */
export const bytesOf = (id: CommandId): Uint8Array => {
  const bytes = new Uint8Array(16);
  places.forEach((place, at) => {
    bytes[at] = (digitOf(id.charCodeAt(place)) << 4) | digitOf(id.charCodeAt(place + 1));
  });
  return bytes;
};
