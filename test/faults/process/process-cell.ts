import { statSync } from 'node:fs';
import { join } from 'node:path';

import { Client } from 'undici';
import { stringify } from 'yaml';

import { folderWith, GatewayProcess, main } from '../../process/gateway-process.js';
import { type GraphQLAnswer, type Json, post } from '../../support/post.js';
import { type Kind, kinds, type OperationName } from '../matrix/fault.js';
import { listOf, sourceNames, wordOf } from '../matrix/operations.js';
import type { Planes } from '../matrix/planes.js';
import { collectSecrets } from '../matrix/collect-secrets.js';
import { noOperationLimits } from '../matrix/no-operation-limits.js';
import { ToxicProxy } from '../toxic-proxy.js';

/** Milliseconds that a source has. */
export const deadlineMs = 2_000;

/** What a disk that is nearly full has left, in kibibytes: enough for a few actions. */
const roomKb = 256;

/** Which operation, and the source that it is about. */
export interface ProcessQuestion {
  readonly planes: Planes;
  readonly kind: Kind;
  readonly operation: OperationName;
}

/** Gateways in processes of their own, one after the other, with one store, in front of the planes of the matrix; one plane is behind a proxy. */
export class ProcessCell {
  readonly said: string[] = [];
  readonly log: string[] = [];
  readonly question: ProcessQuestion;
  readonly proxy: ToxicProxy;
  readonly #path: string;
  #process: GatewayProcess | null = null;
  #line: Client | null = null;

  private constructor(question: ProcessQuestion, proxy: ToxicProxy) {
    this.question = question;
    this.proxy = proxy;
    this.#path = join(folderWith(), 'own.db');
  }

  static async make(question: ProcessQuestion): Promise<ProcessCell> {
    return new ProcessCell(question, await ToxicProxy.start(question.planes[question.kind].url));
  }

  /** The one that runs, or ran last. */
  get process(): GatewayProcess {
    if (this.#process === null) throw new Error('None was started.');
    return this.#process;
  }

  get host(): string {
    return new URL(this.process.url).host;
  }

  get port(): number {
    return Number(new URL(this.process.url).port);
  }

  /** The next one; the disk may be nearly full: no file that it writes can become much larger than those of its store are. */
  async start(disk: 'large' | 'nearly full' = 'large'): Promise<void> {
    if (this.#process !== null) this.log.push(this.#process.err);
    const limit = disk === 'large' ? '' : `ulimit -f ${this.#largestKb() + roomKb}; `;
    const command = ['bash', '-c', `${limit}exec "$@"`, 'bash', process.execPath, main] as const;
    const cwd = folderWith({ 'tributary.yaml': this.#configuration() });
    await this.#line?.destroy();
    this.#process = await GatewayProcess.serve(['serve', '--port', '0'], { cwd, command, hangsAfterMs: 120_000 });
    this.#line = new Client(new URL(this.process.url).origin);
  }

  /** Over one connection, that is kept while it is used. */
  async ask(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphQLAnswer> {
    const answer = await post(this.process.url, { query, variables }, {}, this.#line ?? undefined);
    this.said.push(JSON.stringify([answer.data, answer.errors]));
    return answer;
  }

  /** Ids of the tasks of each source, when each has answered. */
  async ids(): Promise<ReadonlyMap<string, readonly string[]>> {
    let data = await listOf(this, sourceNames, 0);
    for (let count = 0; count < 50 && data.all.sources.some((source: Json) => wordOf(source) !== 'ANSWERED'); count++) {
      data = await listOf(this, sourceNames, 0);
    }
    return new Map(sourceNames.map((name) => [name, data[name].nodes.map(({ id }: Json) => String(id))]));
  }

  /** Every action that has arrived at the plane. */
  actions(): readonly string[] {
    const sent = this.proxy.arrivals.filter(({ method, path }) => method !== 'GET' && !/^\/(v1\/tokens|service-account-token)/.test(path));
    return sent.map(({ method, path }) => `${method} ${path}`);
  }

  /** Those of them that have arrived before. */
  sentTwice(): readonly string[] {
    return this.actions().filter((action, index, all) => all.indexOf(action) !== index);
  }

  secrets(): readonly string[] {
    const { planes, kind } = this.question;
    return collectSecrets(planes[kind].settings, this.proxy);
  }

  async close(): Promise<void> {
    await this.#line?.destroy();
    this.#process?.signal('SIGKILL');
    await this.#process?.ended;
    this.log.push(this.#process?.err ?? '');
    await this.proxy.close();
  }

  /** Of the files of the store; what was killed leaves its log of writes behind. */
  #largestKb(): number {
    const sizes = [this.#path, `${this.#path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
    return Math.ceil(Math.max(...sizes) / 1_024);
  }

  #configuration(): string {
    const { planes, kind: sick } = this.question;
    const common = { timeoutMs: deadlineMs, poll: { activeMs: 150, idleMs: 150, fullMs: 60_000 } };
    const sources = kinds.map((kind) => {
      const { url, settings } = planes[kind];
      return { name: kind, kind, url: kind === sick ? `http://127.0.0.1:${this.proxy.port}` : url, ...settings, ...common };
    });
    return stringify({
      auth: { mode: 'none' },
      limits: noOperationLimits,
      // Every operation asks its plane, so that each can be caught while it is under way.
      reads: { maxAgeMs: 0 },
      store: { kind: 'sqlite', path: this.#path, record: 'watched' },
      sources: [...sources, { name: 'well', kind: 'vcf', url: planes.well.url, ...planes.well.settings, ...common }],
    });
  }
}
