/** How parts are started, kept and stopped; here a part is a tiny program that writes a file when it is ready. */
import { once } from 'node:events';
import { appendFile, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { isThere } from '../files.ts';
import { identityOf } from '../process/identity.ts';
import { freePorts, loopback } from '../process/ports.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import type { Part, Service, Task } from './part.ts';
import type { PartStatus } from './status.ts';
import { Supervisor } from './supervisor.ts';

let folder = '';
let history: PartStatus[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
  history = [];
});

const supervise = (...parts: Part[]): Supervisor =>
  new Supervisor({ parts, logs: join(folder, 'logs'), stop: 'in order', onChange: status => history.push(status) });

/** What happened so far, such as "handler ready". */
const told = (...states: readonly PartStatus['state'][]): string[] =>
  [...new Set(history.filter(({ state }) => states.includes(state)).map(({ name, state }) => `${name} ${state}`))];

// What the programs do; they run in the test's folder.
const fs = "const fs = require('node:fs');";
const stay = 'setInterval(() => undefined, 1_000);';
const deaf = "process.on('SIGTERM', () => undefined);";
const obedient = "process.on('SIGTERM', () => process.exit(0));";
const failWhileBroken = `${fs} if (fs.existsSync('broken')) process.exit(1);`;
const failTheFirstTime = `${fs} if (!fs.existsSync('tried')) { fs.writeFileSync('tried', ''); process.exit(1); }`;
const becomeReady = (name: string): string => `require('node:fs').writeFileSync('${name}.ready', ''); ${stay}`;

/** A part that is ready when its program has written its file. */
const service = (name: string, change: Partial<Service> & { readonly script?: string } = {}): Service => {
  const { script = becomeReady(name), ...rest } = change;
  const ready = join(folder, `${name}.ready`);
  return {
    kind: 'service',
    name,
    needs: [],
    ports: [],
    command: async () => {
      await rm(ready, { force: true });
      return { file: process.execPath, args: ['-e', script], cwd: folder };
    },
    isReady: () => isThere(ready),
    stopSignal: 'SIGTERM',
    graceMs: 5_000,
    startAttempts: 1,
    ...rest,
  };
};

const task = (name: string, script: string, needs: readonly string[] = []): Task =>
  ({ kind: 'task', name, needs, command: () => ({ file: process.execPath, args: ['-e', script], cwd: folder }) });

const statusOf = (supervisor: Supervisor, name: string): PartStatus | undefined => supervisor.status.find(part => part.name === name);
const pidOf = (supervisor: Supervisor, name: string): number => statusOf(supervisor, name)?.process?.pid ?? 0;
const stateOf = (supervisor: Supervisor, name: string) => expect.poll(() => statusOf(supervisor, name)?.state);
const isBack = async (supervisor: Supervisor, name: string, formerPid: number): Promise<void> => {
  const isSame = (): boolean => pidOf(supervisor, name) === formerPid;
  await expect.poll(() => [statusOf(supervisor, name)?.state, isSame()]).toEqual(['ready', false]);
};

describe('a start', () => {
  it('brings each part up when what it needs is ready', async () => {
    await using supervisor = supervise(
      { kind: 'step', name: 'download', needs: [], run: () => Promise.resolve() },
      service('server', { needs: ['download'] }),
      task('topics', '', ['server']),
      service('handler', { needs: ['topics'] }),
    );
    await supervisor.start();
    expect(told('ready', 'done')).toEqual(['download done', 'server ready', 'topics done', 'handler ready']);
    const began = history.findIndex(({ name }) => name === 'handler');
    expect(history.slice(0, began).map(({ name, state }) => `${name} ${state}`)).toContain('topics done');
  });

  it('does not make parts wait that need nothing of each other', async () => {
    const bothStarted = (): Promise<boolean> => Promise.resolve(told('starting').length === 2);
    await using supervisor = supervise(service('one', { isReady: bothStarted }), service('other', { isReady: bothStarted }));
    await supervisor.start();
  });

  it('that fails names the part and its log, and leaves nothing running', async () => {
    const failing = service('handler', { needs: ['server'], script: 'console.log("no database"); process.exit(3)' });
    const supervisor = supervise(service('server'), failing);
    await expect(supervisor.start()).rejects.toMatchObject({ message: 'handler ended with code 3', part: 'handler' });
    expect(await readFile(join(folder, 'logs/handler.log'), 'utf8')).toBe('no database\n');
    expect(supervisor.status.map(({ name, state, process }) => ({ name, state, process }))).toEqual([
      { name: 'server', state: 'stopped', process: undefined }, { name: 'handler', state: 'failed', process: undefined },
    ]);
  });

  it('fails when a task does', async () => {
    await using supervisor = supervise(task('topics', 'process.exit(1)'), service('handler', { needs: ['topics'] }));
    await expect(supervisor.start()).rejects.toMatchObject({ message: 'topics ended with code 1', part: 'topics' });
    expect(told('starting')).toEqual(['topics starting']);
  });

  it('fails with the error of a step', async () => {
    const error = new Error('no network');
    await using supervisor = supervise({ kind: 'step', name: 'download', needs: [], run: () => Promise.reject(error) });
    await expect(supervisor.start()).rejects.toBe(error);
  });

  it('fails when a port is taken, and tells by whom', async () => {
    const [port = 0] = await freePorts(1);
    const holder = createServer().listen(port, loopback);
    await once(holder, 'listening');
    await using supervisor = supervise(service('web', { ports: [port] }));
    await expect(supervisor.start()).rejects.toThrow(`web: port ${port} on 127.0.0.1, for web, is in use by`);
    await new Promise(resolve => holder.close(resolve));
  });

  it('is tried as often as the part allows', async () => {
    await using supervisor = supervise(service('server', { script: `${failTheFirstTime} ${becomeReady('server')}`, startAttempts: 2 }));
    await supervisor.start();
    expect(statusOf(supervisor, 'server')).toMatchObject({ state: 'ready', restarts: 1 });
  });

  it('can be stopped while it is under way', async () => {
    await using supervisor = supervise(service('server', { script: stay }), service('handler', { needs: ['server'] }));
    const starting = supervisor.start();
    await expect.poll(() => pidOf(supervisor, 'server')).not.toBe(0);
    const pid = pidOf(supervisor, 'server');
    await Promise.all([expect(starting).rejects.toThrow(/was (stopped|ended)/), supervisor.stop()]);
    expect(identityOf(pid)).toBeUndefined();
  });
});

describe('a part that dies', () => {
  it('is started again, and the others stay', async () => {
    await using supervisor = supervise(service('server'), service('handler', { needs: ['server'] }));
    await supervisor.start();
    const [server, handler] = [pidOf(supervisor, 'server'), pidOf(supervisor, 'handler')];
    process.kill(server, 'SIGKILL');
    await isBack(supervisor, 'server', server);
    expect(pidOf(supervisor, 'handler')).toBe(handler);
    expect(statusOf(supervisor, 'server')).toMatchObject({ restarts: 1, reason: 'was ended by SIGKILL; starts again in 0.2 s' });
  });

  it('comes back at once when somebody asked it to stop', async () => {
    await using supervisor = supervise(service('handler', { script: `${obedient} ${becomeReady('handler')}` }));
    await supervisor.start();
    const pid = pidOf(supervisor, 'handler');
    process.kill(pid, 'SIGTERM');
    await isBack(supervisor, 'handler', pid);
    expect(statusOf(supervisor, 'handler')?.reason).toBe('ended with code 0; starts again in 0 s');
  });

  it('is started again also when the one who is told of it fails', async () => {
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    onTestFinished(() => complaint.mockRestore());
    const diskFull = new Error('no space left on device');
    const onChange = (): never => { throw diskFull; };
    await using supervisor = new Supervisor({ parts: [service('server')], logs: join(folder, 'logs'), stop: 'in order', onChange });
    await supervisor.start();
    const pid = pidOf(supervisor, 'server');
    process.kill(pid, 'SIGKILL');
    await isBack(supervisor, 'server', pid);
    expect(complaint).toHaveBeenCalledWith(diskFull);
  });

  it('again and again is waited for longer and longer', async () => {
    await using supervisor = supervise(service('handler', { script: `${failWhileBroken} ${becomeReady('handler')}` }));
    await supervisor.start();
    await appendFile(join(folder, 'broken'), '');
    process.kill(pidOf(supervisor, 'handler'), 'SIGKILL');
    const reasons = () => history.flatMap(({ state, reason }) => (state === 'restarting' ? [reason] : []));
    await expect.poll(reasons).toEqual([
      'was ended by SIGKILL; starts again in 0.2 s', 'ended with code 1; starts again in 0.4 s', 'ended with code 1; starts again in 0.8 s',
    ]);
    await rm(join(folder, 'broken'));
    await stateOf(supervisor, 'handler').toBe('ready');
  });
});

describe('a part that is taken down', () => {
  it('stays down until it is brought up, and the others stay, also those that need it', async () => {
    await using supervisor = supervise(service('server'), service('handler', { needs: ['server'] }));
    await supervisor.start();
    const [server, handler] = [pidOf(supervisor, 'server'), pidOf(supervisor, 'handler')];
    await supervisor.takeDown('server');
    expect(statusOf(supervisor, 'server')).toMatchObject({ state: 'stopped', process: undefined });
    expect(identityOf(server)).toBeUndefined();
    await supervisor.bringUp('server');
    expect(statusOf(supervisor, 'server')).toMatchObject({ state: 'ready', restarts: 0 });
    expect([pidOf(supervisor, 'handler'), statusOf(supervisor, 'handler')?.state]).toEqual([handler, 'ready']);
  });

  it('is ended in the way it wishes, or by the signal that is chosen', async () => {
    const noting = (signal: string): string => `process.on('${signal}', () => { console.log('${signal}'); process.exit(0); });`;
    await using supervisor = supervise(service('server', { script: `${noting('SIGTERM')} ${noting('SIGQUIT')} ${becomeReady('server')}` }));
    await supervisor.start();
    for (const signal of [undefined, 'SIGQUIT', 'SIGKILL'] as const) {
      await supervisor.takeDown('server', signal);
      await supervisor.bringUp('server');
    }
    expect(await readFile(join(folder, 'logs/server.log'), 'utf8')).toBe('SIGTERM\nSIGQUIT\n');
  });

  it('is not brought up when it is up, or when all was stopped', async () => {
    const supervisor = supervise(service('server'));
    await supervisor.start();
    await expect(supervisor.bringUp('server')).rejects.toThrow('server was not taken down');
    await supervisor.takeDown('server');
    await supervisor.stop();
    await expect(supervisor.bringUp('server')).rejects.toThrow('server was not taken down');
  });
});

describe('a stop', () => {
  it('ends what needs others before those', async () => {
    const [registry, handler] = [service('registry', { needs: ['postgres'] }), service('handler', { needs: ['registry', 'postgres'] })];
    const supervisor = supervise(service('postgres'), registry, handler);
    await supervisor.start();
    await supervisor.stop();
    expect(told('stopping', 'stopped')).toEqual([
      'handler stopping', 'handler stopped', 'registry stopping', 'registry stopped', 'postgres stopping', 'postgres stopped',
    ]);
  });

  it('kills what does not end within its grace', async () => {
    const supervisor = supervise(service('deaf', { script: `${deaf} ${becomeReady('deaf')}`, graceMs: 200 }));
    await supervisor.start();
    const pid = pidOf(supervisor, 'deaf');
    await supervisor.stop();
    expect(identityOf(pid)).toBeUndefined();
  });

  it('ends a part that waits for its restart', async () => {
    const supervisor = supervise(service('handler', { script: `${failWhileBroken} ${becomeReady('handler')}` }));
    await supervisor.start();
    await appendFile(join(folder, 'broken'), '');
    process.kill(pidOf(supervisor, 'handler'), 'SIGKILL');
    await stateOf(supervisor, 'handler').toBe('restarting');
    await supervisor.stop();
    expect(statusOf(supervisor, 'handler')?.state).toBe('stopped');
  });
});
