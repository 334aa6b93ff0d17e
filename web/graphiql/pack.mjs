// Turns the build into what the Go package embeds: every file that gzip shrinks is kept as .gz only.
// zlib writes no time stamp, so the same build gives the same bytes on the same zlib.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const outDir = process.env.HITOTSU_WEB_OUT ?? '../dist';
const packed = new Set(['.html', '.js', '.css', '.svg', '.ttf', '.json']);

for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !packed.has(extname(entry.name))) continue;
  const file = join(entry.parentPath, entry.name);
  writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  rmSync(file);
}
