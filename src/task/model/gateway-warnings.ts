import type { MalformedDataWarning } from './malformed-data-warning.js';
import type { StaleDataWarning } from './stale-data-warning.js';
import type { UnmappedStatusWarning } from './unmapped-status-warning.js';
import type { TaskWarning } from './warning.js';

/** The status that a plane sent is none that its table knows. */
export function unmappedStatus(sourceStatus: string | null): UnmappedStatusWarning {
  return {
    __typename: 'UnmappedStatusWarning',
    code: 'UNMAPPED_STATUS',
    message: sourceStatus === null ? 'The plane sent no status.' : 'The plane sent a status that this gateway does not know.',
    sourceStatus,
  };
}

/** Fields (in the plane's names) that could not be read; none when the list is empty. */
export function malformedData(fields: readonly string[]): readonly MalformedDataWarning[] {
  if (fields.length === 0) return [];
  return [
    { __typename: 'MalformedDataWarning', code: 'MALFORMED_DATA', message: 'Some fields that the plane sent could not be read.', fields },
  ];
}

/** The plane does not answer: this is what was last known. */
export function staleData(observedAt: number): StaleDataWarning {
  return {
    __typename: 'StaleDataWarning',
    code: 'STALE_DATA',
    message: 'The plane does not answer; this is what was last known.',
    observedAt,
  };
}

/** The plane no longer has it: this is what was last known. */
export function forgottenData(observedAt: number): StaleDataWarning {
  return {
    __typename: 'StaleDataWarning',
    code: 'STALE_DATA',
    message: 'The plane no longer has this task; this is what was last known.',
    observedAt,
  };
}

const ofGateway: ReadonlySet<string> = new Set(['UnmappedStatusWarning', 'StaleDataWarning', 'MalformedDataWarning']);

/** Whether a warning is the gateway's own; such a one is no change and does not count for `hasWarnings`. */
export function isGatewayWarning(warning: TaskWarning): boolean {
  return ofGateway.has(warning.__typename);
}
