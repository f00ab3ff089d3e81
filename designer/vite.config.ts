import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { BUDGETS } from './build/budgets.ts';
import { oneLanguage } from './build/one-language.ts';
import { onlyUsedTypes } from './build/only-used-types.ts';
import { sizeBudget } from './build/size-budget.ts';
import { textCheck } from './build/text-check.ts';
import { everyText } from './i18n/every.ts';

/** The pages: built into `designer/dist`, which the api serves; in development the API is asked through a proxy. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    react(),
    textCheck(everyText, (id) => id.startsWith(import.meta.dirname) && /\.tsx?$/.test(id)),
    oneLanguage(),
    onlyUsedTypes(),
    sizeBudget(BUDGETS),
  ],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 900 },
  server: { proxy: { '/v1': 'http://127.0.0.1:7800' } },
});
