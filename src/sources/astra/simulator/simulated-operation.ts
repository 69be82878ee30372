import type { Random } from '../../simulation/random.js';
import type { AstraState } from '../task.js';
import { completionWarning, discovery, type OperationKind, type OperationStep } from './operation-kinds.js';
import { computeChildProgress, computeProgress, type OperationProgress, type OperationScript } from './operation-script.js';
import type { SimulatedAstraTask, SimulatedAstraTasks } from './task-store.js';

/** Ways in which tasks of the plane differ in form. */
export interface OperationVariant {
  readonly version: '1.0' | '1.1';
  readonly times: TimeFormat;
  /** Whether a running task already has the time at which it is expected to end. */
  readonly predictsEnd: boolean;
}

interface OperationOptions {
  readonly accountId: string;
  readonly kind: OperationKind;
  readonly script: OperationScript;
  readonly variant: OperationVariant;
  /** When the plane accepts it, in milliseconds since 1970. */
  readonly acceptedAt: number;
}

/** One task of an operation: its own, or that of a child. */
interface OperationTask {
  readonly id: string;
  /** Null for the operation's own task. */
  readonly childIndex: number | null;
  startedAt: number | null;
  endedAt: number | null;
}

const nilId = '00000000-0000-0000-0000-000000000000';

/** An operation of the plane: a task and its child tasks. */
export class SimulatedOperation {
  readonly #options: OperationOptions;
  readonly #store: SimulatedAstraTasks;
  readonly #parts: readonly OperationTask[];
  /** Null when the plane started it by itself, or does not report who did (version 1.0). */
  readonly #userId: string | null;
  #elapsedMs = 0;

  constructor(options: OperationOptions, random: Random, store: SimulatedAstraTasks) {
    this.#options = options;
    this.#store = store;
    const childIndexes = [null, ...options.kind.children.keys()];
    this.#parts = childIndexes.map((childIndex) => ({ id: random.uuid(), childIndex, startedAt: null, endedAt: null }));
    const resource = this.#createResource(random);
    const userId = random.uuid();
    this.#userId = options.variant.version === '1.1' && options.kind !== discovery ? userId : null;
    for (const part of this.#parts) store.put(this.#createTask(part, resource));
    this.advance(0, options.acceptedAt);
  }

  get isFinished(): boolean {
    return this.#parts[0]?.endedAt != null;
  }

  get taskCount(): number {
    return this.#parts.length;
  }

  /** Advances by this many milliseconds; `at` is the time after that. */
  advance(ms: number, at: number): void {
    if (this.isFinished) return;
    this.#elapsedMs += ms;
    const whole = computeProgress(this.#options.script, this.#elapsedMs);
    const { children } = this.#options.kind;
    for (const part of this.#parts) {
      const progress = part.childIndex === null ? whole : computeChildProgress(whole, part.childIndex, children.length);
      // What has not started does not change.
      if (part.endedAt === null && progress.state !== 'notStarted') this.#store.change(part.id, this.#buildChanges(part, progress, at));
    }
  }

  /** Removes its tasks, except those that a test froze. */
  discard(): void {
    for (const { id } of this.#parts) this.#store.discard(id);
  }

  #buildChanges(part: OperationTask, { state, percent }: OperationProgress, at: number): Readonly<Record<string, unknown>> {
    const { script, kind, variant } = this.#options;
    const isEnd = state === script.end || state === 'completed' || state === 'cancelled';
    if (part.startedAt === null && !hasNotStarted(state, percent)) part.startedAt = at;
    if (isEnd) part.endedAt = at;
    const warnings = part.childIndex === null && state === 'completed' && script.hasWarning ? [completionWarning] : [];
    const times = {
      ...(part.startedAt === null ? {} : { startTime: this.#formatTime(part.startedAt) }),
      ...(isEnd ? { endTime: this.#formatTime(at) } : {}),
      ...(state === 'cancelled' ? { cancelTime: this.#formatTime(at) } : {}),
      ...(state === 'running' && variant.predictsEnd ? { endTime: this.#formatTime(at + 60_000) } : {}),
    };
    return {
      state,
      stateDetails: state === 'failed' ? [kind.failure] : warnings,
      ...(state === 'notStarted' ? {} : { percentDone: Math.round(percent * 100) / 100 }),
      ...times,
      metadata: this.#buildMetadata(at),
    };
  }

  #createTask(part: OperationTask, resource: Readonly<Record<string, unknown>>): SimulatedAstraTask {
    const { kind, variant, acceptedAt } = this.#options;
    const step: OperationStep = (part.childIndex === null ? null : kind.children[part.childIndex]) ?? kind;
    // The plane sometimes leaves the hint out: here for the last child of a snapshot.
    const hasHint = part.childIndex !== null && step.name !== 'astra.snapshot.hooks.post';
    return {
      type: 'application/astra-task',
      version: variant.version,
      id: part.id,
      name: step.name,
      summary: step.summary,
      description: part.childIndex === null ? kind.description : `${step.summary} of the operation`,
      service: kind.service,
      ...(part.childIndex === null ? {} : { parentTaskID: this.#parts[0]?.id }),
      ...(this.#userId === null ? {} : { userID: this.#userId }),
      ...resource,
      state: 'notStarted',
      // Version 1.0 leaves out `from`.
      stateTransitions: [
        { ...(variant.version === '1.1' ? { from: 'running' } : {}), to: ['paused', 'cancelled'] },
        { from: 'paused', to: ['running', 'cancelled'] },
      ],
      stateDetails: [],
      ...(hasHint ? { orderHint: part.childIndex } : {}),
      metadata: this.#buildMetadata(acceptedAt),
    };
  }

  #createResource(random: Random): Readonly<Record<string, unknown>> {
    const { accountId, kind } = this.#options;
    const [id, app, cluster] = [random.uuid(), random.uuid(), random.uuid()];
    return {
      resourceID: id,
      resourceURI: `/accounts/${accountId}/k8s/v1/apps/${app}/${kind.collection}/${id}`,
      resourceCollectionURI: [`/accounts/${accountId}/topology/v1/managedClusters/${cluster}/apps/${app}/${kind.collection}/${id}`],
    };
  }

  #buildMetadata(changedAt: number): Readonly<Record<string, unknown>> {
    return {
      labels: [{ name: 'astra.netapp.io/labels/read-only/origin', value: this.#options.kind.service }],
      creationTimestamp: this.#formatTime(this.#options.acceptedAt),
      modificationTimestamp: this.#formatTime(changedAt),
      createdBy: this.#userId ?? nilId,
    };
  }

  #formatTime(instant: number): string {
    return formatTime(instant, this.#options.variant.times);
  }
}

function hasNotStarted(state: AstraState, percent: number): boolean {
  return state === 'notStarted' || (state === 'cancelled' && percent === 0);
}

/**
 * Formats in which the plane writes times: the documentation shows microseconds, real replies whole seconds, the schema
 * allows a comma.
 */
type TimeFormat = 'microseconds' | 'comma' | 'seconds';

/** Formats an instant (milliseconds since 1970), in UTC. */
export function formatTime(instant: number, format: TimeFormat): string {
  const iso = new Date(instant).toISOString();
  if (format === 'seconds') return `${iso.slice(0, 19)}Z`;
  const fraction = `${iso.slice(20, 23)}${String((instant * 7) % 1000).padStart(3, '0')}`;
  return `${iso.slice(0, 19)}${format === 'comma' ? ',' : '.'}${fraction}Z`;
}
