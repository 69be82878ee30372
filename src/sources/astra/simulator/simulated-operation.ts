import type { Random } from '../../simulation/random.js';
import type { AstraState } from '../status.js';
import { completionRemark, discovery, type OperationKind, type OperationStep } from './operation-kinds.js';
import { childProgress, type OperationProgress, type OperationScript, progressAt } from './operation-script.js';
import type { SimulatedAstraTask, SimulatedAstraTasks } from './task-store.js';

/** Ways in which tasks of the plane differ in form. */
export interface OperationVariant {
  readonly version: '1.0' | '1.1';
  readonly times: TimeFormat;
  /** A running task already carries the time at which it is expected to end. */
  readonly predictsEnd: boolean;
}

export interface OperationOptions {
  readonly accountId: string;
  readonly kind: OperationKind;
  readonly script: OperationScript;
  readonly form: OperationVariant;
  /** When the plane accepts it, in milliseconds since 1970. */
  readonly acceptedAt: number;
}

/** One task of an operation: the operation's own, or a child. */
interface OperationTask {
  readonly id: string;
  /** Its place among the children; null: the operation's own task. */
  readonly place: number | null;
  startedAt: number | null;
  endedAt: number | null;
}

const nilId = '00000000-0000-0000-0000-000000000000';

/** An operation at the plane: a task and its children, which follow it. */
export class SimulatedOperation {
  readonly #options: OperationOptions;
  readonly #store: SimulatedAstraTasks;
  readonly #parts: readonly OperationTask[];
  /** Null: the plane began it by itself, or does not say who did (version 1.0). */
  readonly #userId: string | null;
  #elapsedMs = 0;

  constructor(options: OperationOptions, random: Random, store: SimulatedAstraTasks) {
    this.#options = options;
    this.#store = store;
    const places = [null, ...options.kind.children.keys()];
    this.#parts = places.map((place) => ({ id: random.uuid(), place, startedAt: null, endedAt: null }));
    const about = this.#resource(random);
    const userId = random.uuid();
    this.#userId = options.form.version === '1.1' && options.kind !== discovery ? userId : null;
    for (const part of this.#parts) store.put(this.#begin(part, about));
    this.advance(0, options.acceptedAt);
  }

  get isOver(): boolean {
    return this.#parts[0]?.endedAt != null;
  }

  get taskCount(): number {
    return this.#parts.length;
  }

  /** Lets so many milliseconds pass, after which it is `at`. */
  advance(ms: number, at: number): void {
    if (this.isOver) return;
    this.#elapsedMs += ms;
    const whole = progressAt(this.#options.script, this.#elapsedMs);
    const { children } = this.#options.kind;
    for (const part of this.#parts) {
      const moment = part.place === null ? whole : childProgress(whole, part.place, children.length);
      if (part.endedAt === null) this.#store.change(part.id, this.#changes(part, moment, at));
    }
  }

  /** The plane forgets all of it, but for what a test holds. */
  discard(): void {
    for (const { id } of this.#parts) this.#store.discard(id);
  }

  #changes(part: OperationTask, { state, percent }: OperationProgress, at: number): Readonly<Record<string, unknown>> {
    const { script, kind, form } = this.#options;
    const isEnd = state === script.end || state === 'completed' || state === 'cancelled';
    if (part.startedAt === null && !hasNotStarted(state, percent)) part.startedAt = at;
    if (isEnd) part.endedAt = at;
    const remarks = part.place === null && state === 'completed' && script.hasRemark ? [completionRemark] : [];
    const times = {
      ...(part.startedAt === null ? {} : { startTime: this.#text(part.startedAt) }),
      ...(isEnd ? { endTime: this.#text(at) } : {}),
      ...(state === 'cancelled' ? { cancelTime: this.#text(at) } : {}),
      ...(state === 'running' && form.predictsEnd ? { endTime: this.#text(at + 60_000) } : {}),
    };
    return {
      state,
      stateDetails: state === 'failed' ? [kind.failure] : remarks,
      ...(state === 'notStarted' ? {} : { percentDone: Math.round(percent * 100) / 100 }),
      ...times,
      metadata: this.#metadata(at),
    };
  }

  #begin(part: OperationTask, resource: Readonly<Record<string, unknown>>): SimulatedAstraTask {
    const { kind, form, acceptedAt } = this.#options;
    const step: OperationStep = (part.place === null ? null : kind.children[part.place]) ?? kind;
    // The plane leaves the hint out now and then: here for the last child of a snapshot.
    const hasHint = part.place !== null && step.name !== 'astra.snapshot.hooks.post';
    return {
      type: 'application/astra-task',
      version: form.version,
      id: part.id,
      name: step.name,
      summary: step.summary,
      description: part.place === null ? kind.description : `${step.summary} of the operation`,
      service: kind.service,
      ...(part.place === null ? {} : { parentTaskID: this.#parts[0]?.id }),
      ...(this.#userId === null ? {} : { userID: this.#userId }),
      ...resource,
      state: 'notStarted',
      // Version 1.0 leaves out where a transition begins.
      stateTransitions: [
        { ...(form.version === '1.1' ? { from: 'running' } : {}), to: ['paused', 'cancelled'] },
        { from: 'paused', to: ['running', 'cancelled'] },
      ],
      stateDetails: [],
      ...(hasHint ? { orderHint: part.place } : {}),
      metadata: this.#metadata(acceptedAt),
    };
  }

  #resource(random: Random): Readonly<Record<string, unknown>> {
    const { accountId, kind } = this.#options;
    const [id, app, cluster] = [random.uuid(), random.uuid(), random.uuid()];
    return {
      resourceID: id,
      resourceURI: `/accounts/${accountId}/k8s/v1/apps/${app}/${kind.collection}/${id}`,
      resourceCollectionURI: [`/accounts/${accountId}/topology/v1/managedClusters/${cluster}/apps/${app}/${kind.collection}/${id}`],
    };
  }

  #metadata(changedAt: number): Readonly<Record<string, unknown>> {
    return {
      labels: [{ name: 'astra.netapp.io/labels/read-only/origin', value: this.#options.kind.service }],
      creationTimestamp: this.#text(this.#options.acceptedAt),
      modificationTimestamp: this.#text(changedAt),
      createdBy: this.#userId ?? nilId,
    };
  }

  #text(instant: number): string {
    return formatTime(instant, this.#options.form.times);
  }
}

function hasNotStarted(state: AstraState, percent: number): boolean {
  return state === 'notStarted' || (state === 'cancelled' && percent === 0);
}

/** Forms in which the plane writes times: the documentation shows microseconds, real replies whole seconds, the schema allows a comma. */
export type TimeFormat = 'microseconds' | 'comma' | 'seconds';

/** An instant (milliseconds since 1970) in one of these forms, in UTC. */
export function formatTime(instant: number, form: TimeFormat): string {
  const iso = new Date(instant).toISOString();
  if (form === 'seconds') return `${iso.slice(0, 19)}Z`;
  const fraction = `${iso.slice(20, 23)}${String((instant * 7) % 1000).padStart(3, '0')}`;
  return `${iso.slice(0, 19)}${form === 'comma' ? ',' : '.'}${fraction}Z`;
}
