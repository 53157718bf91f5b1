/** Writes the types of the kit's theme, which type checking needs: resolving the Vite configuration makes the kit's plugin do it. */
import { resolveConfig } from 'vite';

await resolveConfig({ root: `${import.meta.dirname}/..`, logLevel: 'error' }, 'build');
