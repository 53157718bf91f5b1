/**
 * Builds all images of docker/Dockerfile without Docker, and runs the bank that they make, secured: on a stack of this machine, each
 * service as a user without rights, behind nginx with the page.
 */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createSuite, freePorts, serviceEnvironment, startStack, type ServiceName } from '@bank/stack';
import { dockerFolder, workspace } from '../compose-file.ts';
import { makeCertificates } from '../testing/certificates.ts';
import { startNameServer } from '../testing/name-server.ts';
import { ask, startNginx } from '../testing/nginx.ts';
import { proveRegistryAccess } from './registry-access.ts';
import { startContainer, type Container, type RunOptions } from './container.ts';
import { replay, type Image } from './replay.ts';

const help = `replay: builds the images of docker/Dockerfile without Docker and runs the bank that they make

  npx nx run docker:replay [-- --keep]

  --keep   leave what was built, and say where
  --help   this text

It needs what ./scripts/setup.sh needs, and nginx (on Debian or Ubuntu: apt-get install nginx-light). Run by root, the steps are done as
nobody; else as the user that runs it. Exit code 0 when accounts were opened by the load, behind nginx, and all services ended well.`;

const services = ['synchronizer', 'command-handler', 'graphql-endpoint', 'heartbeat', 'command-generator'] as const satisfies readonly ServiceName[];
const employee = { username: 'employee', password: 'correct-horse-battery' };
const openedWithinMs = 60_000;
const askEveryMs = 250;

const megabytesOf = async (folder: string): Promise<number> => {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(names.filter(entry => entry.isFile()).map(async entry => (await stat(join(entry.parentPath, entry.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0) / 1_000_000;
};

const build = async (folder: string, target: string, app?: string): Promise<Image> => {
  const into = join(folder, app ?? target);
  await mkdir(into);
  const started = performance.now();
  const image = await replay({ workspace, into, target, home: join(folder, 'home'), ...(app !== undefined && { args: { APP: app } }) });
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(`built ${app ?? target}: ${(await megabytesOf(image.root)).toFixed(1)} MB besides the base image, in ${seconds} s`);
  return image;
};

/** Runs a container to its end. */
const finish = async (image: Image, what: string, options: RunOptions): Promise<void> => {
  const container = startContainer(image, options);
  const code = await container.exited;
  if (code !== 0) throw new Error(`${what} ended with code ${String(code)}\n${container.output()}`);
  console.log(`${what}: ${container.output().trim().split('\n').at(-1) ?? ''}`);
};

const runBank = async (folder: string, images: ReadonlyMap<string, Image>): Promise<void> => {
  await using resources = new AsyncDisposableStack();
  const certificates = makeCertificates('kafka postgres registry web synchronizer command-handler graphql-endpoint heartbeat command-generator');
  resources.defer(() => rm(certificates, { recursive: true }));
  const stack = resources.use(await startStack({ certificates }));
  const suite = resources.use(await createSuite(stack));
  const imageOf = (name: string): Image => {
    const image = images.get(name);
    if (image === undefined) throw new Error(`${name} was not built`);
    return image;
  };
  const environmentOf = (name: ServiceName): Record<string, string> => ({ TOPIC_PREFIX: suite.env.TOPIC_PREFIX, ...serviceEnvironment(stack, name) });
  const running: [name: string, container: Container][] = [];
  const start = async (name: ServiceName, variables: Record<string, string>): Promise<number> => {
    const [port = 0] = await freePorts(1);
    const container = resources.use(startContainer(imageOf(name), { env: { ...environmentOf(name), ...variables, HOST: '127.0.0.1', PORT: String(port) } }));
    await container.healthy();
    console.log(`${name} is healthy`);
    running.push([name, container]);
    return port;
  };

  await finish(imageOf('synchronizer'), 'synchronizer', { env: environmentOf('synchronizer') });
  await proveRegistryAccess({ brokers: stack.brokers, certificates, folder });
  const [handlerDatabase, endpointDatabase] = [await suite.createServiceDatabase(), await suite.createServiceDatabase()];
  await finish(imageOf('command-handler'), 'command-handler migrate', { env: { DATABASE_URL: handlerDatabase.ownerUrl }, args: ['migrate'] });
  await finish(imageOf('graphql-endpoint'), 'graphql-endpoint migrate', { env: { DATABASE_URL: endpointDatabase.ownerUrl }, args: ['migrate'] });
  await start('command-handler', { DATABASE_URL: handlerDatabase.url });
  const endpointPort = await start('graphql-endpoint', {
    DATABASE_URL: endpointDatabase.url, EMPLOYEE_USERNAME: employee.username, EMPLOYEE_PASSWORD: employee.password, TRUSTED_PROXIES: '127.0.0.1',
  });
  await start('command-generator', { RUN_ID: crypto.randomUUID() });
  await start('heartbeat', { HEARTBEAT_BATCH: '10' });

  const [port = 0] = await freePorts(1);
  const names = resources.use(await startNameServer(['127.0.0.1']));
  const web = join(folder, 'nginx');
  await mkdir(web);
  resources.use(await startNginx({
    settings: join(dockerFolder, 'nginx/web.conf'),
    folder: web,
    port,
    changes: {
      'listen 8443': `listen 127.0.0.1:${port}`,
      '/run/secrets': certificates,
      '/usr/share/nginx/html': join(imageOf('web').root, 'usr/share/nginx/html'),
      '127.0.0.11': `127.0.0.1:${names.port}`,
      '$endpoint:8080': `$endpoint:${endpointPort}`,
    },
  }));
  await useBank(port, await readFile(join(certificates, 'ca.pem'), 'utf8'));
  for (const [name, container] of running) {
    const code = await container.stop();
    if (code !== 0) throw new Error(`${name} ended with code ${String(code)} on SIGTERM\n${container.output()}`);
  }
  console.log('all services ended with 0 on SIGTERM');
};

/** Opens the page, logs in as the employee, and waits until the load has opened accounts. */
const useBank = async (port: number, ca: string): Promise<void> => {
  const headers = { 'host': `localhost:${port}`, 'content-type': 'application/json' };
  const page = await ask({ port, ca, path: '/', headers });
  if (page.status !== 200 || !page.body.includes('/assets/')) throw new Error(`the page is not served: ${page.status}\n${page.body}`);
  const graphql = (query: string, cookie = ''): ReturnType<typeof ask> =>
    ask({ port, ca, path: '/graphql', method: 'POST', headers: { ...headers, cookie }, body: JSON.stringify({ query }) });
  const logIn = await graphql(`mutation { logIn(username: "${employee.username}", password: "${employee.password}") { __typename } }`);
  const cookie = logIn.headers['set-cookie']?.[0]?.split(';', 1)[0];
  if (cookie === undefined) throw new Error(`no login: ${logIn.status}\n${logIn.body}`);
  const signal = AbortSignal.timeout(openedWithinMs);
  for (;;) {
    const { body } = await graphql('{ accounts(first: 250) { edges { node { iban balance } } } }', cookie);
    const accounts = body.split('"iban"').length - 1;
    if (accounts >= 20) {
      console.log(`the bank runs: the page is served, the employee sees ${accounts} accounts that the load opened`);
      return;
    }
    if (signal.aborted) throw new Error(`only ${accounts} accounts after ${openedWithinMs / 1_000} s\n${body}`);
    await wait(askEveryMs);
  }
};

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } });
if (values.help) console.log(help);
else {
  const folder = await mkdtemp(join(tmpdir(), 'replay-'));
  await chmod(folder, 0o755);
  try {
    const images = new Map<string, Image>();
    for (const name of services) images.set(name, await build(folder, 'service', name));
    images.set('web', await build(folder, 'web'));
    await runBank(folder, images);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    if (values.keep) console.log(`left in ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}
