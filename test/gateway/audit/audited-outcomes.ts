import type { PlaneResponse } from '../../../src/sources/simulation/plane-server.js';
import type { TaskActionOutcome } from '../../../src/model/action.js';
import type { AuditReason } from '../../../src/store/audit-trail.js';
import { isAction, onActions } from '../actions/act.js';
import { type AuditedWorld, perMinute } from './audited-world.js';
import type { Mutation } from './mutations.js';
import { buildPlaneError } from '../../support/plane-errors.js';

/** One outcome of a mutation, and what the audit trail records. */
export interface AuditedOutcome {
  readonly name: string;
  readonly caller: 'sre' | 'busy' | 'reader';
  readonly outcome: TaskActionOutcome;
  readonly because: readonly AuditReason[];
  /** Refused before anything was about to be sent. */
  readonly isRefused: boolean;
  /** Only the audit trail has it, not the history of the task. */
  readonly isOfTrailAlone?: true;
  /** Mutations that can have this outcome; all when absent. */
  readonly only?: (mutation: Mutation) => boolean;
  /** Prepares this outcome; returns the ids and the other fields of the input. */
  prepare(audited: AuditedWorld, mutation: Mutation): Promise<Prepared> | Prepared;
}

export interface Prepared {
  readonly ids: readonly string[];
  readonly input?: Readonly<Record<string, unknown>>;
}

const refused = (
  name: string,
  because: readonly AuditReason[],
  prepare: AuditedOutcome['prepare'],
  more: Partial<AuditedOutcome> = {},
): AuditedOutcome => ({
  name,
  caller: 'sre',
  outcome: 'REJECTED',
  because,
  isRefused: true,
  prepare,
  ...more,
});

const answered = (status: number, outcome: TaskActionOutcome, because: readonly AuditReason[]): AuditedOutcome => ({
  name: `the plane answers ${status}`,
  caller: 'sre',
  outcome,
  because,
  isRefused: false,
  prepare: ({ world }, mutation) => {
    const answer: PlaneResponse = { status, body: buildPlaneError('vcf', status) };
    world.planes['vcf-sfo'].server.fault = onActions((_call, handle) => {
      // The effect shows at once, so that the next action need not wait.
      if (status === 503) handle();
      return answer;
    });
    return { ids: [mutation.possible(world)] };
  },
});

const isBulk = ({ name }: Mutation): boolean => name.endsWith('s');

/** Every outcome of an action in src/gateway/actions. */
export const auditedOutcomes: readonly AuditedOutcome[] = [
  { ...answered(202, 'ACCEPTED', []), name: 'the plane takes it', prepare: ({ world }, { possible }) => ({ ids: [possible(world)] }) },
  answered(404, 'REJECTED', ['NOT_FOUND']),
  answered(409, 'REJECTED', ['CONFLICT']),
  answered(403, 'REJECTED', ['SOURCE_ERROR']),
  answered(503, 'UNKNOWN', ['OUTCOME_UNKNOWN']),
  refused('the task is not there', ['NOT_FOUND'], () => ({ ids: ['vcf-sfo:none'] })),
  refused('the source is not there', ['NOT_FOUND'], () => ({ ids: ['nowhere:none'] })),
  refused('the id is none', ['NOT_FOUND'], () => ({ ids: ['none'] })),
  refused('the caller may not read it', ['NOT_FOUND'], (audited) => ({ ids: [audited.addTask('FAILED', 'vcf-lax')] }), {
    caller: 'reader',
    isOfTrailAlone: true,
  }),
  refused('the caller may only read it', ['DENIED'], ({ world }, { possible }) => ({ ids: [possible(world)] }), { caller: 'reader' }),
  refused('its status does not allow it', ['WRONG_STATUS'], ({ world }, { impossible }) => ({ ids: [impossible(world)] })),
  refused('its plane does not answer', ['SOURCE_UNAVAILABLE'], ({ world }, { possible }) => {
    const id = possible(world);
    world.planes['vcf-sfo'].server.fault = (call, handle) => (isAction(call) ? handle() : { status: 500, body: {} });
    return { ids: [id] };
  }),
  refused('the reason is none', ['BAD_USER_INPUT'], ({ world }, { possible }) => ({
    ids: [possible(world)],
    input: { reason: '\u001b[2J' },
  })),
  refused('the key is none', ['BAD_USER_INPUT'], ({ world }, { possible }) => ({ ids: [possible(world)], input: { idempotencyKey: '' } })),
  refused(
    'the caller has asked for too much',
    ['RATE_LIMITED'],
    async (audited, { possible }) => {
      const ids = Array.from({ length: perMinute }, () => audited.addTask('FAILED'));
      await audited.world.graphql('mutation ($ids: [ID!]!) { retryTasks(input: { ids: $ids }) { results { outcome } } }', { ids }, 'busy');
      return { ids: [possible(audited.world)] };
    },
    { caller: 'busy' },
  ),
  refused(
    'it is more than a caller ever may',
    ['LIMIT_EXCEEDED'],
    ({ world }, { possible }) => ({ ids: Array.from({ length: perMinute + 1 }, () => possible(world)) }),
    { only: isBulk },
  ),
  refused(
    'the ids are too many',
    ['BAD_USER_INPUT'],
    ({ world }, { possible }) => {
      const id = possible(world);
      return { ids: Array.from({ length: 101 }, () => id) };
    },
    { only: isBulk },
  ),
  refused('the key was used with other input', ['KEY_REUSED'], async ({ world }, mutation) => {
    const id = mutation.possible(world);
    const idempotencyKey = id;
    await mutation.ask(world, 'sre', { ids: [id], input: { idempotencyKey, reason: 'another one' } });
    world.passTime(1_000);
    return { ids: [id], input: { idempotencyKey } };
  }),
];
