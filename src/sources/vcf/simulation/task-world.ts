import type { Random } from '../../../simulation/random.js';
import type { ActionResult } from './action-result.js';
import type { Agenda } from './agenda.js';
import type { FailureBlueprint } from './blueprint.js';
import { allBlueprints } from './blueprints/all-blueprints.js';
import { buildErrors, buildTask } from './build-task.js';
import { instantText } from './instant-text.js';
import { type WireObject, objectsIn, textOf } from './wire-object.js';
import type { Site } from './site.js';
import { canonicalStatus, spelledStatus, spellingOf } from './status-spelling.js';
import { abandon, isDone, reset, stepsOf } from './steps.js';
import { runSteps } from './run-steps.js';
import { failureChances, type TaskOrigin, type TaskRecord } from './task-record.js';

/** So many tasks begun since the start are kept; with those of the start and the credentials tasks that is at most 120. */
const maxLive = 70;
/** No new task begins while so many are under way. */
const maxUnderWay = 7;

/** The ordinary tasks of a site, and what becomes of them as time passes. */
export class TaskWorld {
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #site: Site;
  readonly #records = new Map<string, TaskRecord>();

  constructor(agenda: Agenda, random: Random, site: Site) {
    this.#agenda = agenda;
    this.#random = random;
    this.#site = site;
  }

  /** Every task as the list shows it, in the order in which they came. */
  all(): WireObject[] {
    return [...this.#records.values()].map((record) => record.json);
  }

  get(id: string): WireObject | undefined {
    return this.#records.get(id)?.json;
  }

  /** Puts a task in; it stays as it is until `start`, or until somebody acts on it. */
  add(id: string, json: WireObject, origin: TaskOrigin, failure: FailureBlueprint | null): void {
    this.remove(id);
    this.#records.set(id, { json, origin, failure, spelling: spellingOf(json['status']), phase: 'resting', generation: 0 });
  }

  /** Changes fields of a task; with a new status, whatever it was doing ends. */
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

  /** Begins a task after a delay in milliseconds, at the first step that is not done; without a duration, chance gives one. */
  start(id: string, delayMs: number, durationMs?: number): void {
    const record = this.#records.get(id);
    if (record !== undefined) this.#later(record, 'waiting', delayMs, () => this.#run(record, durationMs));
  }

  /** Begins new tasks for ever, every now and then. */
  keepBusy(): void {
    this.#agenda.after(this.#random.between(6_000, 22_000), () => {
      this.#beginOne();
      this.keepBusy();
    });
  }

  /** Does a failed task again. Its status stays for a few seconds, then it runs from where it failed. */
  retry(id: string): ActionResult {
    const record = this.#records.get(id);
    if (record === undefined) return 'not-found';
    if (canonicalStatus(record.json['status']) !== 'FAILED') return 'wrong-status';
    if (record.json['isRetryable'] === false || record.phase === 'retrying') return 'refused';
    this.#later(record, 'retrying', this.#fewSeconds(), () => {
      for (const step of stepsOf(record.json)) if (!isDone(step.node)) reset(step, this.#agenda.now);
      record.json['errors'] = [];
      delete record.json['completionTimestamp'];
      if ('isCancellable' in record.json) record.json['isCancellable'] = true;
      if ('isRetryable' in record.json) record.json['isRetryable'] = false;
      this.#run(record);
    });
    return 'accepted';
  }

  /** Stops a running task. Its status stays for a few seconds. */
  cancel(id: string): ActionResult {
    const record = this.#records.get(id);
    if (record === undefined) return 'not-found';
    if (canonicalStatus(record.json['status']) !== 'IN_PROGRESS') return 'wrong-status';
    if (record.json['isCancellable'] === false || record.phase === 'cancelling') return 'refused';
    this.#later(record, 'cancelling', this.#fewSeconds(), () => {
      for (const step of stepsOf(record.json)) abandon(step, 'SKIPPED', this.#agenda.now);
      this.#end(record, 'CANCELLED');
    });
    return 'accepted';
  }

  #beginOne(): void {
    const underWay = [...this.#records.values()].filter(({ phase }) => phase !== 'resting');
    if (underWay.length >= maxUnderWay) return;
    const blueprint = this.#random.pick(allBlueprints);
    const json: WireObject = buildTask(blueprint, this.#site, this.#random, this.#agenda.now);
    const status = this.#random.pick(['PENDING', 'Pending', 'QUEUED', 'Queued']);
    const id = textOf(json['id']);
    this.add(id, { ...json, status, isCancellable: this.#random.chance(0.7) }, 'live', blueprint.failure);
    this.start(id, this.#fewSeconds());
    this.#forgetOldest();
  }

  #forgetOldest(): void {
    const live = [...this.#records].filter(([, { origin }]) => origin === 'live');
    const finished = live.filter(([, { phase }]) => phase === 'resting');
    for (const [id] of finished.slice(0, Math.max(0, live.length - maxLive))) this.remove(id);
  }

  #run(record: TaskRecord, durationMs = this.#random.between(20_000, 120_000)): void {
    const steps = stepsOf(record.json).filter(({ node }) => !isDone(node));
    const failure = record.failure !== null && this.#random.chance(failureChances[record.origin]) ? record.failure : null;
    const errors = failure === null ? null : buildErrors(failure, subjectOf(record.json), this.#random);
    const generation = this.#interrupt(record, 'running');
    record.json['status'] = spelledStatus('IN_PROGRESS', record.spelling);
    runSteps({
      agenda: this.#agenda,
      steps,
      durationMs,
      failure: errors === null ? null : { index: this.#random.between(0, Math.max(0, steps.length - 1)), error: errors.step },
      isWanted: () => record.generation === generation,
      done: (result) => {
        if (errors !== null) record.json['errors'] = [errors.task];
        this.#end(record, result);
      },
    });
  }

  #end(record: TaskRecord, status: 'SUCCESSFUL' | 'FAILED' | 'CANCELLED'): void {
    const { json } = record;
    this.#interrupt(record, 'resting');
    json['status'] = spelledStatus(status, record.spelling);
    json['completionTimestamp'] = instantText(this.#agenda.now);
    if ('isCancellable' in json) json['isCancellable'] = false;
    if ('isRetryable' in json) json['isRetryable'] = status === 'FAILED';
  }

  #later(record: TaskRecord, phase: TaskRecord['phase'], delayMs: number, run: () => void): void {
    const generation = this.#interrupt(record, phase);
    this.#agenda.after(delayMs, () => {
      if (record.generation === generation) run();
    });
  }

  #interrupt(record: TaskRecord, phase: TaskRecord['phase']): number {
    record.phase = phase;
    return ++record.generation;
  }

  #fewSeconds(): number {
    return this.#random.between(2_000, 5_000);
  }
}

/** What an error of this task is about. */
function subjectOf(json: WireObject): string {
  const resource = objectsIn(json['resources'])[0] ?? {};
  return textOf(resource['fqdn']) || textOf(resource['name']) || textOf(json['name']);
}
