import { headerBytes, writeHeader } from '../wire-format.ts';

/** A value as it stands on a topic, whatever its payload. */
export const framed = (schemaId: number, payload: Buffer): Buffer => {
  const header = Buffer.alloc(headerBytes);
  writeHeader(header, 0, schemaId);
  return Buffer.concat([header, payload]);
};
