/** Passwords that are made once and kept in a folder that only its owner can read. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readOrCreate } from './files.ts';

/** A password that no person types: 192 bits. */
const makePassword = (): string => randomBytes(24).toString('base64url');

/** The password of this name in a folder of secrets; made when it is not there yet. */
export const secretOf = (folder: string, name: string, make = makePassword): Promise<string> => readOrCreate(join(folder, name), make);
