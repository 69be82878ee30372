import { translateCatalogTask } from '../../../src/sources/catalog/task.js';
import type { CatalogTask } from '../../../src/sources/catalog/types.js';
import { catalogTaskSchema } from '../../../src/sources/catalog/wire.js';
import type { TranslatedTask } from '../../../src/model/task.js';
import type { JsonObject } from '../../../src/model/scalars.js';
import { parseItem } from '../../../src/sources/parse-item.js';

/** A task with every field that the catalog documents. */
export const full = {
  id: 'tsk-1',
  created_at: '2026-06-01T12:00:00.000001Z',
  operation: 'create',
  status: 'failed',
  updated_at: '2026-06-01T12:00:09.123456Z',
  error_message: 'provider already exists',
  install_id: 'ins-1',
  package_id: 'pkg-1',
  package_slug: 'github',
  package_version: 3,
  links: [{ href: '#provider', rel: 'item', type: 'application/json', titles: { en: 'Provider' }, properties: { shared: true } }],
  warnings: [
    {
      code: 'conflict',
      message: '1 adopted entity will be preserved',
      path: '/zones/z/installs/ins-1',
      request_id: 'req-1',
      status: 409,
      timestamp: '2026-06-01T12:00:01Z',
      details: [{ code: 'conflict', field: '$.a', message: 'adopted' }],
    },
  ],
};

/** A task as the gateway shows it. */
export function translated(payload: JsonObject): TranslatedTask<CatalogTask> {
  const read = parseItem(catalogTaskSchema, payload);
  if (read === null) throw new Error('A task was expected.');
  return translateCatalogTask('cat', read, payload);
}
