import { timerScheduler } from '../../../src/lib/scheduler.js';
import { PlaneServer, type PlaneFault } from '../../../src/sources/simulation/plane-server.js';
import type { GraphQLAnswer, Json } from '../../support/post.js';
import { hangMs } from '../../support/wait-until.js';
import { type PlaneName, World, type WorldOptions } from '../../support/world.js';
import { expectNoLeak } from './canaries.js';

/** One source of each kind; the others stay well. */
export const failingSources = ['catalog-demo', 'astra-demo', 'vcf-sfo'] as const satisfies readonly PlaneName[];

/** In the order of the configuration. */
export const allSources = ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'] as const satisfies readonly PlaneName[];

/** Data of this age is shown no more, in milliseconds. */
export const expiredAfterMs = 301_000;

/** For so many milliseconds a call waits while another one probes whether a plane has recovered. */
const probeWaitMs = 500;

/** No machine is too slow for a probe of a plane that is well. The waits of the upstream layer are timers of the machine. */
class ProbeWaits {
  isPlaneWell = true;
  readonly #real = timerScheduler.after.bind(timerScheduler);

  constructor() {
    timerScheduler.after = (ms, run) => this.#real(ms === probeWaitMs && this.isPlaneWell ? hangMs : ms, run);
  }

  giveBack(): void {
    timerScheduler.after = this.#real;
  }
}

const listOperation = `query ($filter: TaskFilter) {
  tasks(first: 200, filter: $filter) {
    totalCount
    countsByStatus { status count }
    nodes { id status observedAt parent { id } subtasks { totalCount } warnings { __typename ... on StaleDataWarning { code observedAt } } }
    sources { ...outcome }
  }
}
fragment outcome on TaskSourceOutcome {
  __typename taskCount observedAt
  source { name health { status problem { kind } } }
  problem { kind message httpStatus referenceToken }
  ... on TaskSourceAnswered { isComplete malformedCount }
  ... on TaskSourceUnavailable { retryAfterMs }
}`;

/** A world in which one plane is going to fall ill, and a second origin that nobody may ever ask. */
export class FailingWorld {
  readonly world: World;
  readonly faulty: PlaneName;
  readonly elsewhere: PlaneServer;
  readonly #probeWaits = new ProbeWaits();

  private constructor(world: World, faulty: PlaneName, elsewhere: PlaneServer) {
    this.world = world;
    this.faulty = faulty;
    this.elsewhere = elsewhere;
  }

  static async start(
    faulty: PlaneName,
    settings: Readonly<Record<string, unknown>> = {},
    options: WorldOptions = {},
  ): Promise<FailingWorld> {
    const elsewhere = await PlaneServer.start(() => ({ status: 200, body: {} }));
    return new FailingWorld(await World.start({ ...options, sources: { ...options.sources, [faulty]: settings } }), faulty, elsewhere);
  }

  /** Lets something go wrong on the task routes; log-ins stay as they are. Null: all is well again. */
  fall(fault: PlaneFault | null): void {
    this.fallWholly(fault && ((call, handle) => (isLogIn(call.path) ? handle() : fault(call, handle))));
  }

  /** All is well again, and for as long as a circuit breaker may refuse to ask, or the pause lasts that the plane has asked for. */
  recover(pauseMs = 0): void {
    this.fallWholly(null);
    this.world.passTime(Math.max(60_000, pauseMs));
  }

  /** Lets something go wrong on every route. */
  fallWholly(fault: PlaneFault | null): void {
    this.#probeWaits.isPlaneWell = fault === null;
    this.world.planes[this.faulty].server.fault = fault;
  }

  /** Any operation, a while after the one before; nothing leaks, and nothing is masked, whatever it answers. */
  async ask(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphQLAnswer> {
    this.world.passTime(1_500);
    const answer = await this.world.graphql(query, variables);
    expectNoLeak(answer);
    return answer;
  }

  /** All tasks, and what became of each source by its name. */
  async list(filter: Json = null): Promise<{ answer: GraphQLAnswer; tasks: Json; outcomes: Readonly<Record<string, Json>> }> {
    const answer = await this.ask(listOperation, { filter });
    const { tasks } = answer.data;
    return {
      answer,
      tasks,
      outcomes: Object.fromEntries(tasks.sources.map((outcome: Json) => [outcome.source.name, outcome])),
    };
  }

  async health(): Promise<Json> {
    const { data } = await this.ask(
      'query ($name: String!) { taskSource(name: $name) { health { status problem { kind httpStatus } } } }',
      {
        name: this.faulty,
      },
    );
    return data.taskSource.health;
  }

  async close(): Promise<void> {
    await this.world.close();
    await this.elsewhere.close();
    this.#probeWaits.giveBack();
  }
}

/** Ids of the tasks that are not of one source. */
export function idsExcluding(source: PlaneName, tasks: Json): readonly string[] {
  return tasks.nodes.map(({ id }: Json) => String(id)).filter((id: string) => !id.startsWith(`${source}:`));
}

/** Tasks of one source. */
export function tasksOf(source: PlaneName, tasks: Json): readonly Json[] {
  return tasks.nodes.filter(({ id }: Json) => String(id).startsWith(`${source}:`));
}

function isLogIn(path: string): boolean {
  return path === '/service-account-token' || path.startsWith('/v1/tokens');
}
