import { parseGlobalId } from '../../../src/model/global-id.js';
import { type PlaneName, World } from '../../support/world.js';
import { callers, sourceNames } from './caller-policies.js';

/** One task on every plane, whose name is hidden from callers who may not read its source. */
export interface AccessWorld {
  readonly world: World;
  readonly taskIds: Readonly<Record<PlaneName, string>>;
  /** A resource of this task only; null when it has none. */
  readonly resourceIds: Readonly<Partial<Record<PlaneName, string>>>;
}

/** A text in the name of the task of a source, and in the display name of the source. */
export function buildCanary(source: PlaneName): string {
  return `canary-${source}-canary`;
}

export async function startAccessWorld(): Promise<AccessWorld> {
  const world = await World.start({
    callers,
    configuration: { limits: { operationsPerSecond: 0, actionsPerMinute: 0, socketsPerCaller: 0 } },
    sources: Object.fromEntries(sourceNames.map((name) => [name, { displayName: buildCanary(name) }])),
  });
  const { planes } = world;
  const resources = (source: PlaneName) => [{ resourceId: `res-${source}`, type: 'DOMAIN', name: buildCanary(source) }];
  const failedOn = (source: 'vcf-sfo' | 'vcf-lax') =>
    planes[source].addTask({
      status: 'FAILED',
      name: buildCanary(source),
      resources: resources(source),
      errors: [{ message: buildCanary(source) }],
    });
  const parent = planes['astra-demo'].addTask({ summary: buildCanary('astra-demo'), state: 'running' });
  const taskIds = {
    'catalog-demo': `catalog-demo:${planes['catalog-demo'].addTask({ package_slug: buildCanary('catalog-demo'), status: 'running' })}`,
    'astra-demo': `astra-demo:${parent}`,
    'vcf-sfo': `vcf-sfo:${failedOn('vcf-sfo')}`,
    'vcf-lax': `vcf-lax:${failedOn('vcf-lax')}`,
  };
  const input = { sourceName: 'catalog-demo', sourceTaskId: localIdOf(taskIds['catalog-demo']) };
  await world.graphql('mutation ($input: TrackTaskInput!) { trackTask(input: $input) { errors { __typename } } }', { input }, 'everything');
  return { world, taskIds, resourceIds: { 'vcf-sfo': 'resource:vcf-sfo:res-vcf-sfo', 'vcf-lax': 'resource:vcf-lax:res-vcf-lax' } };
}

/** The id at the plane. */
export function localIdOf(taskId: string): string {
  const id = parseGlobalId(taskId);
  if (id?.kind !== 'task') throw new Error('It is no id of a task.');
  return id.sourceTaskId;
}
