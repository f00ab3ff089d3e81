import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The pages: built into `designer/dist`, which the api serves; in development the API is asked through a proxy. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 900 },
  server: { proxy: { '/v1': 'http://127.0.0.1:7800' } },
});
