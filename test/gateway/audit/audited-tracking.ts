import type { AuditReason } from '../../../src/store/audit-trail.js';
import type { AuditedWorld } from './audited-world.js';

/** One outcome of tracking or untracking a task. */
export interface AuditedTracking {
  readonly mutation: 'trackTask' | 'untrackTask';
  readonly action: 'TRACK' | 'UNTRACK';
  readonly name: string;
  readonly caller: 'sre' | 'reader';
  /** Empty when the task was tracked or untracked. */
  readonly because: readonly AuditReason[];
  prepare(audited: AuditedWorld): Promise<PreparedTracking> | PreparedTracking;
}

interface PreparedTracking {
  /** Name of the action in the audit trail. */
  readonly taskId: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const toTrack = (sourceName: string, sourceTaskId: string): PreparedTracking => ({
  taskId: `${sourceName}:${sourceTaskId}`,
  input: { sourceName, sourceTaskId },
});
const toUntrack = (id: string): PreparedTracking => ({ taskId: id, input: { id } });

const newTask = ({ world }: AuditedWorld): string => world.planes['catalog-demo'].addTask({ package_slug: 'nginx' });
const tracked = async (audited: AuditedWorld): Promise<string> => {
  const sourceTaskId = newTask(audited);
  const input = { sourceName: 'catalog-demo', sourceTaskId };
  await audited.world.graphql(
    'mutation ($input: TrackTaskInput!) { trackTask(input: $input) { errors { __typename } } }',
    { input },
    'sre',
  );
  return `catalog-demo:${sourceTaskId}`;
};

type Row = readonly [name: string, caller: AuditedTracking['caller'], because: readonly AuditReason[], prepare: AuditedTracking['prepare']];

const tracking: readonly Row[] = [
  ['it is there', 'sre', [], (audited) => toTrack('catalog-demo', newTask(audited))],
  ['it is tracked', 'sre', [], async (audited) => toTrack('catalog-demo', (await tracked(audited)).slice('catalog-demo:'.length))],
  ['it is not there', 'sre', ['NOT_FOUND'], () => toTrack('catalog-demo', 'none')],
  ['the source is not there', 'sre', ['NOT_FOUND'], () => toTrack('nowhere', 'none')],
  ['the caller may not read the source', 'reader', ['NOT_FOUND'], () => toTrack('vcf-lax', 'none')],
  ['the caller may only read it', 'reader', ['DENIED'], (audited) => toTrack('catalog-demo', newTask(audited))],
  ['the plane lists its tasks', 'sre', ['TRACKING_NOT_NEEDED'], () => toTrack('vcf-sfo', 'none')],
  [
    'the plane does not answer',
    'sre',
    ['SOURCE_UNAVAILABLE'],
    (audited) => {
      audited.world.planes['catalog-demo'].server.fault = () => ({ status: 500, body: {} });
      return toTrack('catalog-demo', newTask(audited));
    },
  ],
];

const untracking: readonly Row[] = [
  ['it is tracked', 'sre', [], async (audited) => toUntrack(await tracked(audited))],
  ['it is not tracked', 'sre', ['NOT_FOUND'], () => toUntrack('catalog-demo:none')],
  ['the id is none', 'sre', ['NOT_FOUND'], () => toUntrack('none')],
  ['the caller may not read the source', 'reader', ['NOT_FOUND'], () => toUntrack('vcf-lax:none')],
  ['the caller may only read it', 'reader', ['DENIED'], async (audited) => toUntrack(await tracked(audited))],
  ['the plane lists its tasks', 'sre', ['TRACKING_NOT_NEEDED'], () => toUntrack('vcf-sfo:none')],
];

export const auditedTracking: readonly AuditedTracking[] = [
  ...tracking.map(
    ([name, caller, because, prepare]) => ({ mutation: 'trackTask', action: 'TRACK', name, caller, because, prepare }) as const,
  ),
  ...untracking.map(
    ([name, caller, because, prepare]) => ({ mutation: 'untrackTask', action: 'UNTRACK', name, caller, because, prepare }) as const,
  ),
];
