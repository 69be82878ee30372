import { malformedDataWarnings, unmappedStatusWarning } from '../../../../src/model/task-warning.js';
import { formatTaskId } from '../../../../src/model/global-id.js';
import { findRootCause } from '../../../../src/model/failure.js';
import { deriveCompletion } from '../../../../src/model/task-status.js';
import type { TranslatedTask } from '../../../../src/model/task.js';
import { statusOf } from './status.js';
import type { BrewTask } from './types/task.js';
import type { BrewWarning } from './types/warning.js';
import type { BrewItem } from './wire.js';

/** What a brew is in the gateway's words. Pure; it never throws. */
export function translate(sourceName: string, { brew, invalidFields, payload }: BrewItem): TranslatedTask<BrewTask> {
  const sourceStatus = brew.state ?? null;
  const status = statusOf(sourceStatus);
  const failures = (status === 'FAILED' ? [brew.error || 'It spilled.'] : []).map((message) => ({
    code: null,
    message,
    remediation: null,
    remediationUrl: null,
    referenceToken: null,
    subtaskPath: [],
    causes: [],
  }));
  const warnings: BrewWarning[] = !brew.warning ? [] : [{ __typename: 'BrewWarning', code: null, message: brew.warning, part: 'boiler' }];
  return {
    __typename: 'BrewTask',
    id: formatTaskId(sourceName, brew.id),
    sourceName,
    sourceTaskId: brew.id,
    name: `Brew ${brew.id}`,
    description: null,
    operation: 'brew',
    status,
    sourceStatus,
    ...deriveCompletion(status),
    createdAt: null,
    startedAt: null,
    finishedAt: null,
    updatedAt: null,
    progress: null,
    failures,
    rootCause: findRootCause(failures),
    resources: [],
    warnings: [
      ...warnings,
      ...(status === 'UNKNOWN' ? [unmappedStatusWarning(sourceStatus)] : []),
      ...malformedDataWarnings(invalidFields),
    ],
    parentTaskId: null,
    parts: [],
    position: null,
    payload,
    beans: brew.beans ?? null,
  };
}
