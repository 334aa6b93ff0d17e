// Collects the npm packages that really end up in the built files, and writes their licences beside them.
// Packages are found by the modules of each chunk, so what is tree-shaken away or only used to build is not named.
// The fonts inside GraphiQL's style sheet are no packages: licences/fonts.txt names them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const LICENCE_FILE = /^(licen[cs]e|notice|thirdpartynotices|ofl|copying)/i;
const RULE = '='.repeat(100);

export function notices(outDir) {
  const roots = new Set();

  return {
    // collect is put into the page's build and into each worker's.
    collect: () => ({
      name: 'hitotsu-notices-collect',
      generateBundle(_options, bundle) {
        for (const item of Object.values(bundle)) {
          for (const id of [...Object.keys(item.modules ?? {}), ...(item.originalFileNames ?? [])]) {
            const root = packageRoot(id);
            if (root) roots.add(root);
          }
        }
      },
    }),

    write: () => ({
      name: 'hitotsu-notices-write',
      closeBundle() {
        writeFileSync(join(outDir, 'THIRD_PARTY_NOTICES.txt'), render([...roots].map(describe)));
      },
    }),
  };
}

// packageRoot gives the folder of the package a module belongs to, nested node_modules included.
function packageRoot(id) {
  const file = id.replace(/^\0/, '').split('?')[0];
  const at = file.lastIndexOf('node_modules/');
  if (at < 0) return null;
  let dir = dirname(resolve(file));
  // Packages may hold package.json files without a name, to mark a folder as ES modules.
  while (dir.includes('node_modules')) {
    const manifest = join(dir, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name) return dir;
    dir = dirname(dir);
  }
  return null;
}

function describe(root) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const texts = readdirSync(root)
    .filter((file) => LICENCE_FILE.test(file))
    .sort()
    .map((file) => readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n').trim());
  return { name, version, license, author: author?.name ?? author, texts };
}

function render(packages) {
  packages.sort((a, b) => (a.name === b.name ? compare(a.version, b.version) : compare(a.name, b.name)));
  const parts = packages.map(({ name, version, license, author, texts }) => {
    const head = [`${name} ${version}`, `Licence: ${license}`, author && `Author: ${author}`].filter(Boolean);
    return [RULE, ...head, '', ...(texts.length ? texts : ['(The package carries no licence file.)'])].join('\n');
  });
  const fonts = [RULE, readFileSync(new URL('licences/fonts.txt', import.meta.url), 'utf8')].join('\n');
  return ['The page at / contains parts of these packages.', '', ...parts, fonts].join('\n');
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
