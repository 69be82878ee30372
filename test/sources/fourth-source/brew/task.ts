import { malformedDataWarnings, unmappedStatusWarning } from '../../../../src/model/task-warning.js';
import { formatTaskId } from '../../../../src/model/global-id.js';
import { findRootCause } from '../../../../src/model/failure.js';
import { deriveCompletion, type TaskStatus } from '../../../../src/model/task-status.js';
import type { TranslatedTask } from '../../../../src/model/task.js';
import type { BrewTask, BrewWarning } from './types.js';
import type { BrewItem } from './wire.js';

/** Translates a brew. Pure; never throws. */
export function translateBrew(sourceName: string, { brew, invalidFields, payload }: BrewItem): TranslatedTask<BrewTask> {
  const sourceStatus = brew.state ?? null;
  const status = toBrewTaskStatus(sourceStatus);
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

type BrewState = 'waiting' | 'brewing' | 'done' | 'spilled';

const statusByState: Readonly<Record<BrewState, TaskStatus>> = {
  waiting: 'PENDING',
  brewing: 'RUNNING',
  done: 'SUCCEEDED',
  spilled: 'FAILED',
};

/** UNKNOWN for a state that the manual of the machine does not name. */
function toBrewTaskStatus(state: string | null): TaskStatus {
  return state !== null && isBrewState(state) ? statusByState[state] : 'UNKNOWN';
}

function isBrewState(text: string): text is BrewState {
  return Object.hasOwn(statusByState, text);
}
