import { defineConfig } from 'vite';
import { notices } from './notices.js';

// Where the result goes. The check script builds into a scratch folder and compares.
const outDir = process.env.HITOTSU_WEB_OUT ?? '../dist';

// One collection for the page and its workers: what ends up in any of them is named in the notices.
const collected = notices(outDir);

export default defineConfig({
  // Relative addresses, so that the page also works behind a proxy that adds a path.
  base: './',
  build: {
    outDir,
    emptyOutDir: true,
    sourcemap: false,
    // The editor is one large chunk by nature; it is loaded only once there is a token.
    chunkSizeWarningLimit: 8000,
    // Fonts as files: they are cached by name, and gzip has nothing to do on them.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // Libraries apart from the page's own few lines: a change of those then leaves the large files as they are.
        codeSplitting: {
          groups: [
            { name: 'preload', test: /vite.preload-helper/ },
            { name: 'graphql', test: /node_modules[\\/](graphql|graphql-language-service)[\\/]/ },
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
          ],
        },
      },
      onLog(level, log, handler) {
        // "use client" in React libraries means something to server rendering only.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handler(level, log);
      },
    },
  },
  worker: { format: 'es', plugins: () => [collected.collect()] },
  plugins: [collected.collect(), collected.write()],
});
