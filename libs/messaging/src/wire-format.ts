/** Confluent's wire format: byte 0, the schema's id as four big-endian bytes, Avro binary. */

export const headerBytes = 5;

/** Writes what stands before the Avro binary. */
export const writeHeader = (to: Buffer, at: number, schemaId: number): void => {
  to.writeUInt8(0, at);
  to.writeUInt32BE(schemaId, at + 1);
};

/** The parts of a framed value, or why it is none. */
export const unframed = (value: Buffer | null): { readonly schemaId: number; readonly payload: Buffer } | { readonly reason: string } => {
  if (value === null) return { reason: 'the value is null' };
  if (value.length < headerBytes) return { reason: `the value has ${value.length} bytes, a framed one at least ${headerBytes}` };
  if (value[0] !== 0) return { reason: `the value starts with byte ${String(value[0])} instead of 0` };
  return { schemaId: value.readUInt32BE(1), payload: value.subarray(headerBytes) };
};
