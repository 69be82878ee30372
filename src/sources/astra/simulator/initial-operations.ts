import type { AstraState } from '../task.js';
import { appBackup, clone, discovery, type OperationKind, restore, snapshot } from './operation-kinds.js';
import type { OperationScenario } from './operation-script.js';
import type { OperationVariant } from './simulated-operation.js';

/** An operation that exists when the plane starts. */
interface InitialOperation {
  readonly kind: OperationKind;
  readonly scenario: OperationScenario;
  /** The state that it has reached. */
  readonly at: AstraState;
  /** Since it was accepted, in hours; for a lifelike one that runs, for how long it has. */
  readonly hoursAgo: number;
  readonly variant: OperationVariant;
}

/** Each state, each time format, both versions. */
export const fastOperations: readonly InitialOperation[] = [
  {
    kind: appBackup,
    scenario: 'succeeds',
    at: 'completed',
    hoursAgo: 20,
    variant: { version: '1.0', times: 'microseconds', predictsEnd: false },
  },
  {
    kind: snapshot,
    scenario: 'succeeds with warning',
    at: 'completed',
    hoursAgo: 9,
    variant: { version: '1.1', times: 'seconds', predictsEnd: false },
  },
  { kind: restore, scenario: 'fails', at: 'failed', hoursAgo: 5, variant: { version: '1.1', times: 'comma', predictsEnd: false } },
  { kind: discovery, scenario: 'fails', at: 'failed', hoursAgo: 3, variant: { version: '1.0', times: 'seconds', predictsEnd: false } },
  {
    kind: appBackup,
    scenario: 'is cancelled',
    at: 'cancelled',
    hoursAgo: 1,
    variant: { version: '1.1', times: 'seconds', predictsEnd: false },
  },
  {
    kind: appBackup,
    scenario: 'succeeds',
    at: 'running',
    hoursAgo: 0,
    variant: { version: '1.1', times: 'microseconds', predictsEnd: true },
  },
  { kind: clone, scenario: 'pauses', at: 'pausing', hoursAgo: 0, variant: { version: '1.1', times: 'microseconds', predictsEnd: false } },
  { kind: snapshot, scenario: 'pauses', at: 'paused', hoursAgo: 0, variant: { version: '1.1', times: 'comma', predictsEnd: false } },
  {
    kind: appBackup,
    scenario: 'is cancelled',
    at: 'cancelling',
    hoursAgo: 0,
    variant: { version: '1.1', times: 'seconds', predictsEnd: false },
  },
  {
    kind: clone,
    scenario: 'succeeds',
    at: 'notStarted',
    hoursAgo: 0,
    variant: { version: '1.0', times: 'microseconds', predictsEnd: false },
  },
];

const newer: OperationVariant = { version: '1.1', times: 'microseconds', predictsEnd: false };
const older: OperationVariant = { version: '1.0', times: 'seconds', predictsEnd: false };
const predicting: OperationVariant = { ...newer, predictsEnd: true };

/** A day of an account; the plane keeps a task no longer. Applications are backed up at night, and copied by day. */
export const lifelikeOperations: readonly InitialOperation[] = [
  { kind: appBackup, scenario: 'succeeds', at: 'completed', hoursAgo: 22, variant: older },
  { kind: appBackup, scenario: 'succeeds', at: 'completed', hoursAgo: 21.5, variant: newer },
  { kind: appBackup, scenario: 'fails', at: 'failed', hoursAgo: 21, variant: newer },
  { kind: snapshot, scenario: 'succeeds', at: 'completed', hoursAgo: 18, variant: newer },
  { kind: discovery, scenario: 'succeeds', at: 'completed', hoursAgo: 15, variant: older },
  { kind: clone, scenario: 'succeeds', at: 'completed', hoursAgo: 12, variant: newer },
  { kind: snapshot, scenario: 'succeeds with warning', at: 'completed', hoursAgo: 9, variant: { ...newer, times: 'seconds' } },
  { kind: restore, scenario: 'fails', at: 'failed', hoursAgo: 5, variant: { ...newer, times: 'comma' } },
  { kind: discovery, scenario: 'fails', at: 'failed', hoursAgo: 3, variant: older },
  { kind: appBackup, scenario: 'is cancelled', at: 'cancelled', hoursAgo: 1, variant: { ...newer, times: 'seconds' } },
  { kind: appBackup, scenario: 'succeeds', at: 'running', hoursAgo: 0.1, variant: predicting },
  { kind: clone, scenario: 'succeeds', at: 'running', hoursAgo: 0.15, variant: newer },
  { kind: snapshot, scenario: 'pauses', at: 'paused', hoursAgo: 0, variant: { ...newer, times: 'comma' } },
  { kind: restore, scenario: 'succeeds', at: 'notStarted', hoursAgo: 0, variant: older },
];
