import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** A built file that the pages load. Its name holds a hash of its content. */
export interface Asset {
  readonly file: string;
  readonly type: string;
  /** The same content, compressed by the build; null where that does not pay. */
  readonly gzipFile: string | null;
}

/**
 * The assets in a folder, by name. Only what is in this map is ever opened: a path in a request cannot lead anywhere else.
 * (Not @fastify/static: it needs `require` of an ES module, which Jest refuses below Node 24.9, for a fraction of what it can do.)
 */
export async function readAssets(folder: string): Promise<ReadonlyMap<string, Asset>> {
  const names = new Set(await readdir(folder));
  const assets = new Map<string, Asset>();
  for (const name of names) {
    const type = types.get(extname(name));
    if (type === undefined) continue;
    assets.set(name, { file: join(folder, name), type, gzipFile: names.has(`${name}.gz`) ? join(folder, `${name}.gz`) : null });
  }
  return assets;
}

const types: ReadonlyMap<string, string> = new Map([
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.ttf', 'font/ttf'],
]);
