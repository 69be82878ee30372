import { statSync } from 'node:fs';
import { join } from 'node:path';

import { Client } from 'undici';
import { stringify } from 'yaml';

import { folderWith, GatewayProcess, main } from '../../process/gateway-process.js';
import { type GraphQLAnswer, type Json, post } from '../../support/post.js';
import { type Kind, kinds, type OperationName } from '../matrix/fault.js';
import { listTasks, sourceNames, formatSourceOutcome } from '../matrix/operations.js';
import type { Planes } from '../matrix/planes.js';
import { collectSecrets } from '../matrix/collect-secrets.js';
import { noOperationLimits } from '../matrix/no-operation-limits.js';
import { ToxicProxy } from '../toxic-proxy.js';

/** The deadline of each source in milliseconds. */
export const deadlineMs = 2_000;

/** Free space of a nearly full disk in KiB: enough for a few actions. */
const freeKb = 256;

/** The operation of a cell and the kind of plane that it concerns. */
export interface ProcessCellSetup {
  readonly planes: Planes;
  readonly kind: Kind;
  readonly operation: OperationName;
}

/** Consecutive gateway processes with one store, in front of the planes of the matrix; one plane is behind a proxy. */
export class ProcessCell {
  readonly responses: string[] = [];
  readonly log: string[] = [];
  readonly setup: ProcessCellSetup;
  readonly proxy: ToxicProxy;
  readonly #path: string;
  #process: GatewayProcess | null = null;
  #connection: Client | null = null;

  private constructor(setup: ProcessCellSetup, proxy: ToxicProxy) {
    this.setup = setup;
    this.proxy = proxy;
    this.#path = join(folderWith(), 'own.db');
  }

  static async create(setup: ProcessCellSetup): Promise<ProcessCell> {
    return new ProcessCell(setup, await ToxicProxy.start(setup.planes[setup.kind].url));
  }

  /** The current gateway process, or the last one. */
  get process(): GatewayProcess {
    if (this.#process === null) throw new Error('No process was started.');
    return this.#process;
  }

  get host(): string {
    return new URL(this.process.url).host;
  }

  get port(): number {
    return Number(new URL(this.process.url).port);
  }

  /** Starts the next process. A nearly full disk is simulated: the files that it writes can hardly grow beyond those of the store. */
  async start(disk: 'large' | 'nearly full' = 'large'): Promise<void> {
    if (this.#process !== null) this.log.push(this.#process.err);
    const limit = disk === 'large' ? '' : `ulimit -f ${this.#largestKb() + freeKb}; `;
    const command = ['bash', '-c', `${limit}exec "$@"`, 'bash', process.execPath, main] as const;
    const cwd = folderWith({ 'tributary.yaml': this.#configuration() });
    await this.#connection?.destroy();
    this.#process = await GatewayProcess.serve(['serve', '--port', '0'], { cwd, command, hangsAfterMs: 120_000 });
    this.#connection = new Client(new URL(this.process.url).origin);
  }

  /** Sends an operation over one persistent connection. */
  async ask(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphQLAnswer> {
    const answer = await post(this.process.url, { query, variables }, {}, this.#connection ?? undefined);
    this.responses.push(JSON.stringify([answer.data, answer.errors]));
    return answer;
  }

  /** The task ids of each source, once all sources have answered. */
  async ids(): Promise<ReadonlyMap<string, readonly string[]>> {
    let data = await listTasks(this, sourceNames, 0);
    for (let count = 0; count < 50 && data.all.sources.some((source: Json) => formatSourceOutcome(source) !== 'ANSWERED'); count++) {
      data = await listTasks(this, sourceNames, 0);
    }
    return new Map(sourceNames.map((name) => [name, data[name].nodes.map(({ id }: Json) => String(id))]));
  }

  /** Every action request that arrived at the plane. */
  actions(): readonly string[] {
    const sent = this.proxy.arrivals.filter(({ method, path }) => method !== 'GET' && !/^\/(v1\/tokens|service-account-token)/.test(path));
    return sent.map(({ method, path }) => `${method} ${path}`);
  }

  /** The action requests that arrived repeatedly. */
  sentTwice(): readonly string[] {
    return this.actions().filter((action, index, all) => all.indexOf(action) !== index);
  }

  secrets(): readonly string[] {
    const { planes, kind } = this.setup;
    return collectSecrets(planes[kind].settings, this.proxy);
  }

  async close(): Promise<void> {
    await this.#connection?.destroy();
    this.#process?.signal('SIGKILL');
    await this.#process?.ended;
    this.log.push(this.#process?.err ?? '');
    await this.proxy.close();
  }

  /** The largest file of the store; a killed process leaves its write-ahead log. */
  #largestKb(): number {
    const sizes = [this.#path, `${this.#path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
    return Math.ceil(Math.max(...sizes) / 1_024);
  }

  #configuration(): string {
    const { planes, kind: faultyKind } = this.setup;
    const common = { timeoutMs: deadlineMs, poll: { activeMs: 150, idleMs: 150, fullMs: 60_000 } };
    const sources = kinds.map((kind) => {
      const { url, settings } = planes[kind];
      return { name: kind, kind, url: kind === faultyKind ? `http://127.0.0.1:${this.proxy.port}` : url, ...settings, ...common };
    });
    return stringify({
      auth: { mode: 'none' },
      limits: noOperationLimits,
      // Nothing is served from the cache, so that each operation can be interrupted while it waits for its plane.
      reads: { maxAgeMs: 0 },
      store: { kind: 'sqlite', path: this.#path, record: 'watched' },
      sources: [...sources, { name: 'healthy', kind: 'vcf', url: planes.healthy.url, ...planes.healthy.settings, ...common }],
    });
  }
}
