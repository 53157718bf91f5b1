/** Certificates for specs: those of a bank, made by its own script, and some that are wrong. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TlsFiles } from '../tls.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../../../../scripts/create-certs.sh', import.meta.url));

/** Makes an authority in a folder, and a certificate for each name. */
export const makeCertificates = async (folder: string, names: readonly string[]): Promise<void> => {
  await run(script, ['--dir', folder, '--names', names.join(' ')]);
};

/** The files of an identity in a folder. */
export const identityIn = (folder: string, name: string): Required<TlsFiles> => ({
  ca: join(folder, 'ca.pem'),
  cert: join(folder, `${name}.pem`),
  key: join(folder, `${name}.key`),
});

/** Makes a certificate of a folder's authority for a name and 127.0.0.1 that is valid from one day to another, such as 20200131. */
export const makeCertificateFor = async (folder: string, name: string, [from, to]: readonly [string, string]): Promise<Required<TlsFiles>> => {
  const { ca, key } = identityIn(folder, 'ca');
  const place = join(folder, `${name}-${from}`);
  await mkdir(place);
  const made = { ca, cert: join(place, 'made.pem'), key: join(place, 'made.key') };
  const [config, request] = [join(place, 'config'), join(place, 'request')];
  await writeFile(config, ['[req]', 'distinguished_name=subject', '[subject]', '[ca]', 'default_ca=it', '[it]', `database=${place}/index`, `new_certs_dir=${place}`, 'rand_serial=yes', 'default_md=sha256',
    'policy=any', 'copy_extensions=copy', '[any]', 'commonName=supplied', ''].join('\n'));
  await writeFile(join(place, 'index'), '');
  await run('openssl', ['req', '-config', config, '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1',
    '-keyout', made.key, '-out', request]);
  await run('openssl', ['ca', '-batch', '-config', config, '-cert', ca, '-keyfile', key, '-startdate', `${from}000000Z`, '-enddate', `${to}000000Z`, '-notext', '-in', request, '-out', made.cert]);
  return made;
};
