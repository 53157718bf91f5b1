/** TCP ports on 127.0.0.1: finding free ones, and telling who holds one that is not. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';

/** The only address anything here listens on. */
export const loopback = '127.0.0.1';

/** Listens on a port of 127.0.0.1, for nobody; undefined when it is taken. */
const occupy = (port: number): Promise<Server | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen({ port, host: loopback, exclusive: true }, () => resolve(server));
  });

/** Whether a port of 127.0.0.1 can be listened on. */
export const isFree = async (port: number): Promise<boolean> => {
  const server = await occupy(port);
  if (server) await new Promise(resolve => server.close(resolve));
  return server !== undefined;
};

// Below the range from which systems draw the ports of outgoing connections, so that none of those takes one meanwhile.
const firstBlock = 20_000;
const blockSize = 10;
const blocks = 1_200;
/** For so long a block is its finder's: by then a server listens on what it was given, and who looks sees it. */
const claimedForMs = 60_000;
/** Has no factor in common with the number of blocks, and is more than the ids of processes that start together differ. */
const stride = 101;

/** How many blocks this process has looked at: what it gave out is not listened on yet, and must not be given out again. */
let looked = 0;

/**
 * Free ports for the servers of one stack. Processes that look at the same time look in different places: each starts at its own id. Should
 * two come to one place, the last port of the block, which is given to nobody, tells the second that the first has it.
 *
 * @param count at most nine
 */
export const freePorts = async (count: number): Promise<number[]> => {
  if (count >= blockSize) throw new RangeError(`at most ${blockSize - 1} ports at a time, not ${count}`);
  for (let tries = 0; tries < blocks; tries += 1) {
    const first = firstBlock + ((process.pid + looked++ * stride) % blocks) * blockSize;
    const claim = await occupy(first + blockSize - 1);
    if (!claim) continue;
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) {
      claim.unref();
      setTimeout(() => claim.close(), claimedForMs).unref();
      return ports;
    }
    claim.close();
  }
  throw new Error(`no ${count} free ports in a row between ${firstBlock} and ${firstBlock + blocks * blockSize}`);
};

/** The inodes of the sockets that listen on a port, from a table of proc_net(5). */
const listenersIn = (table: string, port: number): string[] => {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const listening = '0A';
  return table.split('\n').slice(1).flatMap(line => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return local?.endsWith(suffix) && state === listening && inode !== undefined ? [inode] : [];
  });
};

const orEmpty = <T>(reading: Promise<T[]>): Promise<T[]> => reading.catch(() => []);

const openFilesOf = async (pid: string): Promise<string[]> => {
  const descriptors = await orEmpty(readdir(`/proc/${pid}/fd`));
  return Promise.all(descriptors.map(descriptor => readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')));
};

/**
 * Who listens on a port: "process 4711 (java -jar registry.jar)". Where the system does not tell — not Linux, or a process of
 * another user — it is "another process".
 */
export const holderOf = async (port: number): Promise<string> => {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(path => readFile(path, 'utf8').catch(() => '')));
  const sockets = new Set(tables.flatMap(table => listenersIn(table, port)).map(inode => `socket:[${inode}]`));
  const pids = sockets.size === 0 ? [] : (await orEmpty(readdir('/proc'))).filter(name => /^\d+$/.test(name));
  for (const pid of pids) {
    const files = await openFilesOf(pid);
    if (!files.some(file => sockets.has(file))) continue;
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return `process ${pid} (${commandLine.replaceAll('\0', ' ').trim()})`;
  }
  return 'another process';
};

/** A port that is needed is taken; the message says by whom. */
export class PortTakenError extends Error {
  readonly code = 'PORT_TAKEN';
  readonly port: number;

  constructor(port: number, purpose: string, holder: string) {
    super(`port ${port} on ${loopback}, for ${purpose}, is in use by ${holder}`);
    this.name = 'PortTakenError';
    this.port = port;
  }
}

/**
 * Makes sure that ports are free.
 *
 * @throws PortTakenError for the first that is not
 */
export const requireFree = async (ports: readonly number[], purpose: string): Promise<void> => {
  for (const port of ports) {
    if (!(await isFree(port))) throw new PortTakenError(port, purpose, await holderOf(port));
  }
};
