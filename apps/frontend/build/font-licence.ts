/** The licence of the font, which has to be where the font is. The other notices are in public/, and of the code Vite makes a list. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const ofFont = fileURLToPath(import.meta.resolve('@fontsource-variable/figtree/LICENSE'));

/** @returns the plugin that puts the font's licence into the build */
export const fontLicence = (): Plugin => ({
  name: 'font-licence',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'licence-of-figtree.txt', source: readFileSync(ofFont) });
  },
});
