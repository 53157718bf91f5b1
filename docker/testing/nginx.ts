/** A real nginx on our own settings, which are changed only where a container and this machine differ: ports, folders, the name server. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:tls';
import { nobody, unprivileged } from '../replay/replay.ts';

export type Nginx = AsyncDisposable & { readonly accessLog: () => string };

export type NginxOptions = {
  readonly settings: string;
  /** Empty, and open to all. */
  readonly folder: string;
  readonly port: number;
  /** What stands in the settings, and what to put there instead; each has to be found. */
  readonly changes: Readonly<Record<string, string>>;
};

/** Where Debian has it, which is not in everybody's path. */
const program = existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx';

const listensWithinMs = 10_000;
const askEveryMs = 20;

/**
 * Starts nginx as a user without rights, and waits until it listens.
 *
 * @throws Error with what nginx says of its settings when it does not take them
 */
export const startNginx = async ({ settings, folder, port, changes }: NginxOptions): Promise<Nginx> => {
  const file = join(folder, 'nginx.conf');
  const accessLog = join(folder, 'access.log');
  writeFileSync(file, rendered(readFileSync(settings, 'utf8'), { '/dev/stdout': accessLog, '/tmp/': `${folder}/`, ...changes }));
  if ('uid' in unprivileged) chownSync(folder, nobody, nobody);
  const args = ['-e', 'stderr', '-p', folder, '-c', file];
  const test = spawnSync(program, [...args, '-t'], { ...unprivileged, encoding: 'utf8' });
  if (test.error) throw new Error('nginx is missing; on Debian or Ubuntu: apt-get install nginx-light', { cause: test.error });
  if (test.status !== 0) throw new Error(`nginx does not take ${settings}\n${test.stderr}`);
  const child = spawn(program, [...args, '-g', 'daemon off;'], { ...unprivileged, stdio: 'ignore' });
  const exited = once(child, 'exit');
  const signal = AbortSignal.timeout(listensWithinMs);
  while (!(await listens(port))) {
    if (signal.aborted || child.exitCode !== null) throw new Error(`nginx does not listen on ${port}`);
    await wait(askEveryMs);
  }
  return {
    accessLog: () => readFileSync(accessLog, 'utf8'),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
};

/** All at once, so that nothing is changed in what was put in. */
const rendered = (text: string, changes: Readonly<Record<string, string>>): string => {
  for (const from of Object.keys(changes)) if (!text.includes(from)) throw new Error(`the settings of nginx do not hold ${from}`);
  const any = new RegExp(Object.keys(changes).map(from => from.replace(/[$.|+*?()[\]{}\\^]/g, '\\$&')).join('|'), 'g');
  return text.replace(any, from => changes[from] ?? from);
};

const listens = async (port: number): Promise<boolean> => {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };

/** Asks over TLS, and reads the whole answer. */
export const ask = (options: RequestOptions & { readonly body?: string }): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', servername: 'localhost', ...options }, response => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body })).on('error', reject);
    });
    asked.on('error', reject).end(options.body);
  });
