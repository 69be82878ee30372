import { BadUserInputError } from '../error/bad-user-input-error.js';
import { SourceProblemError } from '../error/source-problem-error.js';
import { parseId } from '../model/id.js';
import { durationBetween } from '../model/instant.js';
import type { TaskLifecycle } from '../model/lifecycle.js';
import type { Node } from '../model/node.js';
import type { TaskResource } from '../model/resource.js';
import type { TaskStatus } from '../model/status.js';
import type { TaskSubtask } from '../model/subtask.js';
import type { Task } from '../model/task.js';
import type { TaskSourceHealth } from '../source/health.js';
import type { TaskSource } from '../source/task-source.js';
import { countByStatus } from './filter/count-by-status.js';
import type { OperationCost } from './operation-cost.js';
import { compareBy, type Ordering } from './order/ordering.js';
import { type PageArguments, maxPageSize } from './page/page-arguments.js';
import { pageOf } from './page/page.js';
import type { Reader } from './reader.js';
import type { TaskSubtaskConnection } from './page/subtask-connection.js';

/** A subtask, and where it stands among its siblings. */
interface PlacedSubtask {
  readonly subtask: TaskSubtask;
  /** Null comes last. */
  readonly position: number | null;
}

/** The plane's order; ties by id. */
const siblingOrder: Ordering<PlacedSubtask> = {
  field: 'POSITION',
  direction: 'ASC',
  keyOf: ({ position }) => position,
  idOf: ({ subtask }) => ('id' in subtask && typeof subtask.id === 'string' ? subtask.id : ''),
};

const hour = 3_600_000;

/** Single things, and what hangs on them, for one operation. */
export class Tasks {
  readonly #reader: Reader;
  readonly #pollAfterMs: (task: Task) => number;
  readonly #cost: OperationCost;

  /** `pollAfterMs`: when an unfinished task is worth asking for again. */
  constructor(reader: Reader, cost: OperationCost, pollAfterMs: (task: Task) => number) {
    this.#reader = reader;
    this.#cost = cost;
    this.#pollAfterMs = pollAfterMs;
  }

  /** Null when there is no such task, or it may not be read. */
  async one(id: string, maxAgeMs?: number | null): Promise<Task | null> {
    const place = parseId(id);
    return place?.of === 'task' ? this.#read(place.sourceName, place.localId, maxAgeMs) : null;
  }

  async bySourceTaskId(sourceName: string, sourceTaskId: string): Promise<Task | null> {
    return this.#read(sourceName, sourceTaskId);
  }

  /** Null when there is nothing with this id, or it may not be read. */
  async node(id: string): Promise<Node | null> {
    const place = parseId(id);
    if (place === null) return null;
    if (place.of === 'source') return this.source(place.sourceName);
    if (place.of === 'resource') return this.#resource(place.sourceName, place.localId);
    return this.#read(place.sourceName, place.localId);
  }

  nodes(ids: readonly string[]): readonly Promise<Node | null>[] {
    if (ids.length > maxPageSize) throw new BadUserInputError(`ids has at most ${maxPageSize} entries; there were ${ids.length}.`);
    return ids.map((id) => this.node(id));
  }

  source(name: string): TaskSource | null {
    const view = this.#reader.view(name);
    return view === null ? null : this.#reader.describe(view);
  }

  sources(): readonly TaskSource[] {
    return this.#reader.views().map((view) => this.#reader.describe(view));
  }

  /** Null when there is no such source, or it may not be read. */
  async healthOf(sourceName: string): Promise<TaskSourceHealth | null> {
    return this.#reader.healthOf(sourceName);
  }

  parentOf(task: Task): Promise<Task | null> {
    return this.#reader.parentOf(task);
  }

  /** Subtasks that came inside the task, then tasks that name it as their parent. */
  async subtasksOf(
    task: Task,
    args: PageArguments & { readonly statuses?: readonly TaskStatus[] | null | undefined },
  ): Promise<TaskSubtaskConnection> {
    pageOf([], args, siblingOrder);
    const parts = task.parts.map((subtask, position) => ({ subtask, position }));
    const children = (await this.#reader.childrenOf(task)).map((subtask) => ({ subtask, position: subtask.position }));
    const all: readonly PlacedSubtask[] = [...parts, ...children].toSorted(compareBy(siblingOrder));
    const statuses = args.statuses == null ? null : new Set(args.statuses);
    const matching = statuses === null ? all : all.filter(({ subtask }) => statuses.has(subtask.status));
    const { edges, nodes, pageInfo } = pageOf(matching, args, siblingOrder);
    return {
      edges: edges.map(({ cursor, node }) => ({ cursor, node: node.subtask })),
      nodes: nodes.map((node) => node.subtask),
      pageInfo,
      totalCount: matching.length,
      countsByStatus: countByStatus(all.map(({ subtask }) => subtask)),
    };
  }

  /** Milliseconds until it is worth asking again, at most one hour; null when finished. */
  nextPollAfterMs(task: Task): number | null {
    return task.isFinished || task.isForgotten === true ? null : Math.min(this.#pollAfterMs(task), hour);
  }

  /** Milliseconds of wall time so far, or in all when finished; null when the plane's times cannot be trusted. */
  durationOf({ startedAt, createdAt, finishedAt, isFinished }: TaskLifecycle): number | null {
    return durationBetween(startedAt ?? createdAt, isFinished ? finishedAt : this.#reader.since);
  }

  async #read(sourceName: string, sourceTaskId: string, maxAgeMs?: number | null): Promise<Task | null> {
    this.#cost.spendOn(sourceName, sourceTaskId);
    return this.#reader.task(sourceName, sourceTaskId, maxAgeMs);
  }

  async #resource(sourceName: string, localId: string): Promise<TaskResource | null> {
    const view = this.#reader.view(sourceName);
    if (view === null) return null;
    const snapshot = await this.#reader.snapshot(view);
    const resource = view.resource(localId);
    if (snapshot.state === 'unavailable')
      throw new SourceProblemError(snapshot.problem.kind, snapshot.problem.message, {
        ...snapshot.problem,
        retryAfterMs: snapshot.retryAfterMs,
      }).notBefore(view.notAskedForMs);
    return resource ?? null;
  }
}
