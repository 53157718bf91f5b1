import vue from '@vitejs/plugin-vue';
import { defaultClientConditions, defineConfig } from 'vite';
import { kit } from './build/kit.ts';
import { fontLicence } from './build/font-licence.ts';

/** The bank that `vite dev` and `vite preview` talk to. */
const bank = process.env['BANK_URL'] ?? 'http://127.0.0.1:8080';
/** The Host header stays that of the page: the bank refuses browsers that come from elsewhere. */
const proxy = {
  '/graphql': { target: bank, changeOrigin: false, ws: true },
  '/results': { target: bank, changeOrigin: false },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [vue(), kit(), fontLicence()],
  resolve: { conditions: ['@bank/source', ...defaultClientConditions] },
  define: { __VUE_OPTIONS_API__: 'false' },
  build: {
    // The content security policy allows no data: URLs.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // Whose code this is made of, served beside it as their licences ask.
    license: { fileName: 'licences.md' },
  },
  server: { host: '127.0.0.1', port: 5173, proxy },
  preview: { host: '127.0.0.1', port: 4173, proxy },
});
