/** Fills clients/tributary-client/dist, before that package is packed, with what the build made of src/client. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process, { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'clients/tributary-client/dist');

// npm reads the standard output of this script.
execFileSync(execPath, [join(root, 'scripts/build-if-stale.mjs')], { stdio: ['ignore', process.stderr, process.stderr] });
rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, 'client'), { recursive: true });
for (const file of readdirSync(join(root, 'dist/client')).filter((name) => !name.endsWith('.map'))) {
  const text = readFileSync(join(root, 'dist/client', file), 'utf8');
  // The maps lead to sources that are not in the package.
  writeFileSync(join(target, 'client', file), text.replace(/^\/\/# sourceMappingURL=.*\n?/m, ''));
}
for (const file of ['introspection.json', 'introspection.d.ts']) cpSync(join(root, 'dist', file), join(target, file));
cpSync(join(root, 'schema/schema.graphql'), join(target, 'schema.graphql'));
for (const folder of ['operations', 'fragments']) cpSync(join(root, 'schema', folder), join(target, folder), { recursive: true });
