/** Notices beside the pages, for what is in them without being code: of that Vite makes a list itself. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const notices = {
  'notice.txt': new URL('../../../NOTICE', import.meta.url),
  'licence-of-figtree.txt': new URL(import.meta.resolve('@fontsource-variable/figtree/LICENSE')),
};

/** @returns the plugin that puts the notices into the build */
export const licences = (): Plugin => ({
  name: 'licences',
  generateBundle() {
    for (const [fileName, file] of Object.entries(notices)) this.emitFile({ type: 'asset', fileName, source: readFileSync(fileURLToPath(file)) });
  },
});
