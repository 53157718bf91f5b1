/** The workspace as it was at a commit, or as it is with something changed, in a folder of its own that can run beside it. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const workspace = resolve(import.meta.dirname, '../../../..');

export type Tree = AsyncDisposable & {
  readonly folder: string;
  /** A shell command that runs an app of this tree, for `replacement` of a program. */
  readonly commandOf: (app: string) => string;
};

/** Whether the repository has a commit; a shallow clone has but the newest. */
export const hasCommit = (revision: string): Promise<boolean> =>
  run('git', ['cat-file', '-e', `${revision}^{commit}`], { cwd: workspace }).then(() => true, () => false);

/** The apps and libraries at a commit. */
export const treeAt = (revision: string): Promise<Tree> => makeTree(async folder => {
  await run('sh', ['-c', `git archive "$1" apps libs | tar -x -C "$2"`, 'sh', revision, folder], { cwd: workspace });
});

/** The apps and libraries as they stand here, committed or not. */
export const treeOfToday = (): Promise<Tree> => makeTree(async folder => {
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'apps', 'libs'], { cwd: workspace });
  for (const file of stdout.trim().split('\n')) {
    await mkdir(join(folder, dirname(file)), { recursive: true });
    await cp(join(workspace, file), join(folder, file));
  }
});

const makeTree = async (fill: (folder: string) => Promise<void>): Promise<Tree> => {
  const folder = await mkdtemp(join(tmpdir(), 'tree-'));
  await fill(folder);
  await linkPackages(folder);
  return {
    folder,
    commandOf: app => `cd '${folder}' && exec '${process.execPath}' --conditions=@bank/source apps/${app}/src/main.ts`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
};

/** Gives a tree the packages that are installed here, but for the libraries of the workspace: those are its own. */
const linkPackages = async (folder: string): Promise<void> => {
  const packages = join(folder, 'node_modules');
  await mkdir(join(packages, '@bank'), { recursive: true });
  for (const name of await readdir(join(workspace, 'node_modules'))) {
    if (name !== '@bank') await symlink(join(workspace, 'node_modules', name), join(packages, name));
  }
  for (const library of await readdir(join(folder, 'libs'))) await symlink(join(folder, 'libs', library), join(packages, '@bank', library));
};
