/** The measurements of the bench: a list of the files, and the files. */
import { readdir } from 'node:fs/promises';
import express, { type Express } from 'express';

/** Serves a folder of JSON files under /results/, and what they are compared with under /results/seed/; a folder that is not there has none. */
export const serveResults = (app: Express, { folder, seed }: { readonly folder: string; readonly seed: string }): void => {
  app.get('/results/', async (_request, response) => {
    response.set('cache-control', 'no-cache').json(await filesIn(folder));
  });
  app.use('/results/seed', express.static(seed, { index: false, fallthrough: false, maxAge: 0 }));
  app.use('/results', express.static(folder, { index: false, fallthrough: false, maxAge: 0 }));
};

/** Names begin with the time in UTC, so the newest comes first. */
const filesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    const names = await readdir(folder);
    return names.filter(name => name.endsWith('.json')).sort().reverse();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};
