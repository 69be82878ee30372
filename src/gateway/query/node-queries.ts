import { BadUserInputError } from '../../model/errors.js';
import { type Node, parseGlobalId } from '../../model/global-id.js';
import type { TaskResource } from '../../model/resource.js';
import { computeDuration } from '../../model/scalars.js';
import type { TaskSourceHealth } from '../../model/source-health.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { TaskLifecycle } from '../../model/task-lifecycle.js';
import { createComparator, type Ordering } from '../../model/task-order.js';
import type { TaskSource } from '../../model/task-source.js';
import { countByStatus, sumStatusCounts } from '../../model/task-status.js';
import type { Task, TaskSubtask } from '../../model/task.js';
import type { SubtaskListArguments } from './arguments.js';
import type { AuthorizedReader } from './authorized-reader.js';
import type { TaskLookupBudget } from './operation-limits.js';
import { slicePage } from './pagination.js';
import { maxPageSize, type TaskSubtaskConnection } from './task-connections.js';

/** A subtask, and where it stands among its siblings. */
interface PositionedSubtask {
  readonly subtask: TaskSubtask;
  /** Null comes last. */
  readonly position: number | null;
}

/** The plane's order; ties by id. */
const siblingOrder: Ordering<PositionedSubtask> = {
  field: 'POSITION',
  direction: 'ASC',
  getKey: ({ position }) => position,
  getId: ({ subtask }) => ('id' in subtask && typeof subtask.id === 'string' ? subtask.id : ''),
};

const maxPollAfterMs = 3_600_000;

/** Single things, and what hangs on them, for one operation. */
export class NodeQueries {
  readonly #reader: AuthorizedReader;
  readonly #pollAfterMs: (task: Task) => number;
  readonly #cost: TaskLookupBudget;

  /** `pollAfterMs`: when an unfinished task is worth asking for again. */
  constructor(reader: AuthorizedReader, cost: TaskLookupBudget, pollAfterMs: (task: Task) => number) {
    this.#reader = reader;
    this.#cost = cost;
    this.#pollAfterMs = pollAfterMs;
  }

  /** Null when there is no such task, or it may not be read. */
  async task(id: string, maxAgeMs?: number | null): Promise<Task | null> {
    const place = parseGlobalId(id);
    return place?.kind === 'task' ? this.#read(place.sourceName, place.sourceTaskId, maxAgeMs) : null;
  }

  async bySourceTaskId(sourceName: string, sourceTaskId: string): Promise<Task | null> {
    return this.#read(sourceName, sourceTaskId);
  }

  /** Null when there is nothing with this id, or it may not be read. */
  async node(id: string): Promise<Node | null> {
    const place = parseGlobalId(id);
    if (place === null) return null;
    if (place.kind === 'source') return this.source(place.sourceName);
    if (place.kind === 'resource') return this.#resource(place.sourceName, place.sourceResourceId);
    return this.#read(place.sourceName, place.sourceTaskId);
  }

  nodes(ids: readonly string[]): readonly Promise<Node | null>[] {
    if (ids.length > maxPageSize) throw new BadUserInputError(`ids has at most ${maxPageSize} entries; there were ${ids.length}.`);
    return ids.map((id) => this.node(id));
  }

  source(name: string): TaskSource | null {
    const cache = this.#reader.cache(name);
    return cache === null ? null : this.#reader.describeSource(cache);
  }

  sources(): readonly TaskSource[] {
    return this.#reader.caches().map((cache) => this.#reader.describeSource(cache));
  }

  /** Null when there is no such source, or it may not be read. */
  async healthAfterReads(sourceName: string): Promise<TaskSourceHealth | null> {
    return this.#reader.healthAfterReads(sourceName);
  }

  /** When a task was last read from its plane, in milliseconds since 1970. */
  observedAt(task: Task): number {
    return this.#reader.cache(task.sourceName)?.observedAt(task) ?? task.observedAt;
  }

  readParent(task: Task): Promise<Task | null> {
    return this.#reader.readParent(task);
  }

  /** Subtasks that came inside the task, then tasks that name it as their parent. */
  async pageSubtasks(task: Task, args: SubtaskListArguments): Promise<TaskSubtaskConnection> {
    slicePage([], args, siblingOrder);
    const parts = task.parts.map((subtask, position) => ({ subtask, position }));
    const children = (await this.#reader.readChildren(task)).map((subtask) => ({ subtask, position: subtask.position }));
    const all: readonly PositionedSubtask[] = [...parts, ...children].toSorted(createComparator(siblingOrder));
    const statuses = args.statuses == null ? null : new Set(args.statuses);
    const matching = statuses === null ? all : all.filter(({ subtask }) => statuses.has(subtask.status));
    const { edges, nodes, pageInfo } = slicePage(matching, args, siblingOrder);
    return {
      edges: edges.map(({ cursor, node }) => ({ cursor, node: node.subtask })),
      nodes: nodes.map((node) => node.subtask),
      pageInfo,
      totalCount: matching.length,
      countsByStatus: sumStatusCounts([countByStatus(all.map(({ subtask }) => subtask))]),
    };
  }

  /** Milliseconds until it is worth asking again, at most one hour; null when finished. */
  nextPollAfterMs(task: Task): number | null {
    return task.isFinished || task.isForgotten === true ? null : Math.min(this.#pollAfterMs(task), maxPollAfterMs);
  }

  /** Milliseconds of wall time so far, or in all when finished; null when the plane's times cannot be trusted. */
  computeDuration({ startedAt, createdAt, finishedAt, isFinished }: TaskLifecycle): number | null {
    return computeDuration(startedAt ?? createdAt, isFinished ? finishedAt : this.#reader.since);
  }

  async #read(sourceName: string, sourceTaskId: string, maxAgeMs?: number | null): Promise<Task | null> {
    this.#cost.chargeTask(sourceName, sourceTaskId);
    return this.#reader.task(sourceName, sourceTaskId, maxAgeMs);
  }

  async #resource(sourceName: string, sourceTaskId: string): Promise<TaskResource | null> {
    const cache = this.#reader.cache(sourceName);
    if (cache === null) return null;
    const snapshot = await this.#reader.snapshot(cache);
    const resource = cache.resource(sourceTaskId);
    if (snapshot.kind === 'unavailable')
      throw new SourceProblemError(snapshot.problem.kind, snapshot.problem.message, {
        ...snapshot.problem,
        retryAfterMs: snapshot.retryAfterMs,
      }).withMinRetryAfter(cache.circuitOpenForMs);
    return resource ?? null;
  }
}
