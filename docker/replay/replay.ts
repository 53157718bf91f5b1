/**
 * Builds what docker/Dockerfile describes without Docker: does its steps, one after the other, in a folder instead of an image and as a
 * user without rights. What it cannot show is the base images themselves.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, lchown, lstat, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { filesOfContext } from './context.ts';
import { parseDockerfile, type Stage } from './dockerfile.ts';

/** The user nobody of every system: it owns nothing. */
export const nobody = 65_534;

export type Image = {
  /** The folder that stands for the root of the file system. */
  readonly root: string;
  /** The folder to start in. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string | undefined;
  readonly entrypoint: readonly string[];
  readonly healthcheck: readonly string[];
};

export type ReplayOptions = {
  readonly workspace: string;
  /** An empty folder; each stage becomes one in it. */
  readonly into: string;
  readonly target: string;
  readonly args?: Readonly<Record<string, string>>;
  /** Where npm keeps what it downloaded; several replays may share it. In `into` when left out. */
  readonly home?: string;
  /** Told of each step before it is done. */
  readonly tell?: (step: string) => void;
};

/** Runs as nobody when that can be chosen, which only root can. */
export const unprivileged = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/**
 * Builds a stage of the Dockerfile and those that it copies from. In the end nobody may write to it, as in the image, which root owns.
 *
 * @throws Error with the output of a step that fails
 */
export const replay = async (options: ReplayOptions): Promise<Image> => {
  const stages = parseDockerfile(await readFile(join(options.workspace, 'docker/Dockerfile'), 'utf8'));
  const tools = await provideNode(options.into);
  const context = filesOfContext(options.workspace);
  const built = new Map<string, Promise<Image>>();
  const build = (name: string): Promise<Image> => {
    const stage = stages.find(candidate => candidate.name === name);
    if (stage === undefined) throw new Error(`the Dockerfile has no stage ${name}`);
    const image = built.get(name) ?? buildStage(stage, { ...options, tools, context, build });
    built.set(name, image);
    return image;
  };
  const image = await build(options.target);
  await take(image.root);
  return image;
};

/** In place of a base image: the Node of the workspace, and the machine's npm, by that Node. */
const provideNode = async (into: string): Promise<string> => {
  const tools = join(into, 'tools');
  await mkdir(tools, { recursive: true });
  await chmod(into, 0o755);
  await symlink(process.execPath, join(tools, 'node'));
  return tools;
};

type Surroundings = ReplayOptions & {
  readonly tools: string;
  readonly context: readonly string[];
  readonly build: (stage: string) => Promise<Image>;
};

const buildStage = async (stage: Stage, { workspace, into, args = {}, home = join(into, 'home'), tools, context, build, tell }: Surroundings): Promise<Image> => {
  const root = join(into, stage.name);
  for (const folder of [root, home]) await own(folder);
  const known: Record<string, string> = {};
  const env: Record<string, string> = {};
  let cwd = '/';
  let user: string | undefined;
  let entrypoint: readonly string[] = [];
  let healthcheck: readonly string[] = [];
  const filled = (text: string): string => text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = known[name] ?? env[name];
    if (value === undefined) throw new Error(`stage ${stage.name}: ${name} is not known`);
    return value;
  });
  const place = (path: string): string => join(root, posix.resolve(cwd, path));

  for (const instruction of stage.instructions) {
    switch (instruction.kind) {
      case 'arg': known[instruction.name] = args[instruction.name] ?? ''; break;
      case 'env': Object.assign(env, instruction.variables); break;
      case 'user': user = instruction.name; break;
      case 'entrypoint': entrypoint = instruction.command; break;
      case 'healthcheck': healthcheck = instruction.command; break;
      case 'label': break;
      case 'workdir':
        cwd = posix.resolve(cwd, filled(instruction.path));
        await own(join(root, cwd));
        break;
      case 'copy': {
        const sources = instruction.sources.map(filled);
        const destination = filled(instruction.destination);
        tell?.(`${stage.name}: COPY ${sources.join(' ')} to ${destination}`);
        if (instruction.from === undefined) await copyFromContext({ workspace, context, sources, destination, to: place(destination) });
        else await copyFromStage((await build(instruction.from)).root, sources, place(destination));
        await own(place(destination));
        break;
      }
      case 'run':
        tell?.(`${stage.name}: RUN ${instruction.command}`);
        await run(instruction.command, { cwd: join(root, cwd), env: { ...surroundings(), ...known, ...env, HOME: home, PATH: `${tools}:${process.env['PATH'] ?? ''}` } });
        break;
    }
  }
  return { root, cwd: join(root, cwd), env, user, entrypoint, healthcheck };
};

/** How npm reaches its registry from this machine, if that is special. */
const surroundings = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => /^npm_config_(registry|cafile)$|_proxy$|^NODE_EXTRA_CA_CERTS$/i.test(entry[0]) && entry[1] !== undefined));

type CopyOptions = {
  readonly workspace: string;
  readonly context: readonly string[];
  readonly sources: readonly string[];
  /** As the Dockerfile spells it: with a slash at its end it is a folder. */
  readonly destination: string;
  readonly to: string;
};

/** A file goes to the destination, or into it when that is a folder; of a folder, what is in it goes there. */
const copyFromContext = async ({ workspace, context, sources, destination, to }: CopyOptions): Promise<void> => {
  for (const source of sources) {
    const files = context.filter(file => file === source || file.startsWith(`${source}/`));
    if (files.length === 0) throw new Error(`COPY ${source}: there is nothing of that name in the context, see .dockerignore`);
    for (const file of files) {
      const isFolder = file !== source;
      const target = isFolder ? join(to, file.slice(source.length)) : destination.endsWith('/') ? join(to, posix.basename(file)) : to;
      await mkdir(dirname(target), { recursive: true });
      await cp(join(workspace, file), target);
    }
  }
};

const copyFromStage = async (root: string, sources: readonly string[], to: string): Promise<void> => {
  // Links between packages of the workspace stay what they are.
  for (const source of sources) await cp(join(root, source), to, { recursive: true, verbatimSymlinks: true });
};

const run = async (command: string, options: { readonly cwd: string; readonly env: Record<string, string> }): Promise<void> => {
  const child = spawn('sh', ['-euc', command], { ...options, ...unprivileged, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`RUN ${command} ended with code ${String(code)}\n${output}`);
};

/** Makes a folder, or gives what is there, to the user that builds. */
const own = async (path: string): Promise<void> => {
  if (!existsSync(path)) await mkdir(path, { recursive: true });
  if ('uid' in unprivileged) await eachIn(path, entry => lchown(entry, nobody, nobody));
};

/** Takes what was built from the user that built it: only read from now on. */
const take = async (root: string): Promise<void> => {
  if ('uid' in unprivileged) await eachIn(root, entry => lchown(entry, 0, 0));
};

const eachIn = async (path: string, act: (entry: string) => Promise<void>): Promise<void> => {
  await act(path);
  if (!(await lstat(path)).isDirectory()) return;
  for (const name of await readdir(path)) await eachIn(join(path, name), act);
};
