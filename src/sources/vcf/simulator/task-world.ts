import type { Random } from '../../simulation/random.js';
import { buildErrors, buildTask, type FailureBlueprint, type Site } from './blueprint.js';
import type { TaskPace } from './pace.js';
import { abandon, isDone, listSteps, reset, runSteps, type VirtualScheduler } from './steps.js';
import {
  canonicalStatus,
  detectSpelling,
  filterObjects,
  formatInstant,
  spellStatus,
  type StatusSpelling,
  toText,
  type WireObject,
} from './wire-format.js';

/** At most this many tasks that started after the simulation are kept; together with all others that is at most 120. */
const maxLiveTasks = 70;

/** The ordinary tasks of a site, which change with time. */
export class SimulatedTasks {
  readonly #scheduler: VirtualScheduler;
  readonly #random: Random;
  readonly #site: Site;
  readonly #pace: TaskPace;
  readonly #records = new Map<string, TaskRecord>();

  constructor(scheduler: VirtualScheduler, random: Random, site: Site, pace: TaskPace) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#site = site;
    this.#pace = pace;
  }

  /** Every task as the list sends it, in insertion order. */
  all(): WireObject[] {
    return [...this.#records.values()].map((record) => record.json);
  }

  get(id: string): WireObject | undefined {
    return this.#records.get(id)?.json;
  }

  /** Adds a task. It does not change until `start`, a retry or a cancel. */
  add(id: string, json: WireObject, origin: TaskOrigin, failure: FailureBlueprint | null): void {
    this.remove(id);
    this.#records.set(id, { json, origin, failure, spelling: detectSpelling(json['status']), phase: 'resting', generation: 0 });
  }

  /** Changes fields of a task. A new status cancels its scheduled changes. */
  set(id: string, fields: WireObject): void {
    const record = this.#records.get(id);
    if (record === undefined) throw new Error('There is no such task to change.');
    Object.assign(record.json, fields);
    if ('status' in fields) this.#interrupt(record, 'resting');
  }

  remove(id: string): void {
    const record = this.#records.get(id);
    if (record !== undefined) record.generation++;
    this.#records.delete(id);
  }

  clear(): void {
    for (const id of this.#records.keys()) this.remove(id);
  }

  /** Starts a task after a delay in milliseconds, at the first unfinished step. The duration is random where absent. */
  start(id: string, delayMs: number, durationMs?: number): void {
    const record = this.#records.get(id);
    if (record !== undefined) this.#schedule(record, 'waiting', delayMs, () => this.#run(record, durationMs));
  }

  /** Keeps starting new tasks at random intervals. */
  keepBusy(): void {
    this.#scheduler.after(this.#pace.chooseInterval(this.#random), () => {
      this.#beginOne();
      this.keepBusy();
    });
  }

  /** Retries a failed task. After a few seconds it runs from where it failed. */
  retry(id: string): SimulatedActionResult {
    const record = this.#records.get(id);
    if (record === undefined) return 'not-found';
    if (canonicalStatus(record.json['status']) !== 'FAILED') return 'wrong-status';
    if (record.json['isRetryable'] === false || record.phase === 'retrying') return 'refused';
    this.#schedule(record, 'retrying', this.#randomShortDelay(), () => {
      const steps = listSteps(record.json);
      const left = steps.filter(({ node }) => !isDone(node));
      for (const step of left) reset(step, this.#scheduler.now);
      record.json['errors'] = [];
      delete record.json['completionTimestamp'];
      if ('isCancellable' in record.json) record.json['isCancellable'] = true;
      if ('isRetryable' in record.json) record.json['isRetryable'] = false;
      const share = left.length / Math.max(1, steps.length);
      this.#run(record, this.#pace.chooseRetryDuration(toText(record.json['type']), share, this.#random));
    });
    return 'accepted';
  }

  /** Cancels a running task. Its status changes after a few seconds. */
  cancel(id: string): SimulatedActionResult {
    const record = this.#records.get(id);
    if (record === undefined) return 'not-found';
    if (canonicalStatus(record.json['status']) !== 'IN_PROGRESS') return 'wrong-status';
    if (record.json['isCancellable'] === false || record.phase === 'cancelling') return 'refused';
    this.#schedule(record, 'cancelling', this.#randomShortDelay(), () => {
      for (const step of listSteps(record.json)) abandon(step, 'SKIPPED', this.#scheduler.now);
      this.#end(record, 'CANCELLED');
    });
    return 'accepted';
  }

  #beginOne(): void {
    const underWay = [...this.#records.values()].filter(({ phase }) => phase !== 'resting');
    if (underWay.length >= this.#pace.maxUnderWay) return;
    const blueprint = this.#pace.chooseBlueprint(this.#random);
    const json: WireObject = buildTask(blueprint, this.#site, this.#random, this.#scheduler.now);
    if (this.#pace.avoidsNames && this.all().some(({ name }) => name === json['name'])) return;
    const status = this.#random.pick(['PENDING', 'Pending', 'QUEUED', 'Queued']);
    const id = toText(json['id']);
    this.add(id, { ...json, status, isCancellable: this.#random.chance(0.7) }, 'live', blueprint.failure);
    this.start(id, this.#randomShortDelay());
    this.#forgetOldest();
  }

  #forgetOldest(): void {
    const live = [...this.#records].filter(([, { origin }]) => origin === 'live');
    const finished = live.filter(([, { phase }]) => phase === 'resting');
    for (const [id] of finished.slice(0, Math.max(0, live.length - maxLiveTasks))) this.remove(id);
  }

  #run(record: TaskRecord, durationMs = this.#pace.chooseDuration(toText(record.json['type']), this.#random)): void {
    const steps = listSteps(record.json).filter(({ node }) => !isDone(node));
    const failure = record.failure !== null && this.#random.chance(failureChances[record.origin]) ? record.failure : null;
    const errors = failure === null ? null : buildErrors(failure, findSubject(record.json), this.#random);
    const generation = this.#interrupt(record, 'running');
    record.json['status'] = spellStatus('IN_PROGRESS', record.spelling);
    runSteps({
      scheduler: this.#scheduler,
      steps,
      durationMs,
      failure: errors === null ? null : { index: this.#random.between(0, Math.max(0, steps.length - 1)), error: errors.step },
      isStillCurrent: () => record.generation === generation,
      done: (result) => {
        if (errors !== null) record.json['errors'] = [errors.task];
        this.#end(record, result);
      },
    });
  }

  #end(record: TaskRecord, status: 'SUCCESSFUL' | 'FAILED' | 'CANCELLED'): void {
    const { json } = record;
    this.#interrupt(record, 'resting');
    json['status'] = spellStatus(status, record.spelling);
    json['completionTimestamp'] = formatInstant(this.#scheduler.now);
    if ('isCancellable' in json) json['isCancellable'] = false;
    if ('isRetryable' in json) json['isRetryable'] = status === 'FAILED';
  }

  #schedule(record: TaskRecord, phase: TaskRecord['phase'], delayMs: number, run: () => void): void {
    const generation = this.#interrupt(record, phase);
    this.#scheduler.after(delayMs, () => {
      if (record.generation === generation) run();
    });
  }

  #interrupt(record: TaskRecord, phase: TaskRecord['phase']): number {
    record.phase = phase;
    return ++record.generation;
  }

  #randomShortDelay(): number {
    return this.#random.between(2_000, 5_000);
  }
}

/** The subject of an error of this task. */
function findSubject(json: WireObject): string {
  const resource = filterObjects(json['resources'])[0] ?? {};
  return toText(resource['fqdn']) || toText(resource['name']) || toText(json['name']);
}

/** An ordinary task of the simulated plane. */
interface TaskRecord {
  /** As the list sends it. */
  readonly json: WireObject;
  readonly origin: TaskOrigin;
  /** How it may fail; null: it never fails. */
  readonly failure: FailureBlueprint | null;
  readonly spelling: StatusSpelling;
  /** `resting`: it does not change until it is retried or cancelled. */
  phase: 'resting' | 'waiting' | 'running' | 'retrying' | 'cancelling';
  /** Scheduled changes of an earlier generation are ignored. */
  generation: number;
}

/** Whether it existed at the start, was started by the plane, or was added by a test. */
type TaskOrigin = 'seed' | 'live' | 'test';

/** Share of runs that fail. Tasks of tests never fail when they are retried. */
const failureChances: Readonly<Record<TaskOrigin, number>> = { seed: 0.15, live: 0.12, test: 0 };

/** Result of an action. `refused`: the status permits it, but something else does not. */
export type SimulatedActionResult = 'accepted' | 'not-found' | 'wrong-status' | 'refused';
