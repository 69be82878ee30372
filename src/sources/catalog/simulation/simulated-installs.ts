import type { JsonObject } from '../../../task/scalars/json-object.js';
import type { SimulatedTask } from './simulated-task.js';

const statuses: Readonly<Record<string, string>> = {
  'create completed': 'active',
  'create failed': 'failed',
  'delete pending': 'deleting',
  'delete running': 'deleting',
  'delete completed': 'deleted',
  'delete failed': 'failed',
};

/** The installs that tasks have made or removed, by id, each as its newest task left it. */
export function simulatedInstalls(zoneId: string, tasks: Iterable<SimulatedTask>): ReadonlyMap<string, JsonObject> {
  const installs = new Map<string, JsonObject>();
  for (const { body } of tasks) {
    if (typeof body?.['install_id'] !== 'string') continue;
    const id = body['install_id'];
    installs.set(id, {
      id,
      created_at: installs.get(id)?.['created_at'] ?? body['created_at'],
      updated_at: body['updated_at'],
      zone_id: zoneId,
      package_id: body['package_id'],
      package_slug: body['package_slug'],
      package_version: body['package_version'],
      status: statuses[`${String(body['operation'])} ${String(body['status'])}`] ?? 'pending',
      // The real plane sends what the install was given, secrets among it.
      inputs: { client_id: 'demo', client_secret: 'not-for-other-eyes' },
    });
  }
  return installs;
}
