/** What Docker would send to a build: the files of the workspace that .dockerignore lets through. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import dockerignore from '@balena/dockerignore';

/** The paths of the files, from the root of the workspace. */
export const filesOfContext = (workspace: string): readonly string[] => {
  const rules = dockerignore.default().add(readFileSync(join(workspace, '.dockerignore'), 'utf8'));
  const filesIn = (folder: string): string[] =>
    readdirSync(join(workspace, folder), { withFileTypes: true }).flatMap(entry => {
      const path = join(folder, entry.name);
      if (rules.ignores(path)) return [];
      return entry.isDirectory() ? filesIn(path) : [path];
    });
  return filesIn('');
};
