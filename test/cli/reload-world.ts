import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { pino } from 'pino';
import { stringify } from 'yaml';

import { type Io, isFileWritableByOthers, readFileVersion } from '../../src/cli/io.js';
import { ConfigurationReload, loadWithFiles } from '../../src/cli/reload.js';
import { type RunningGateway, startGateway } from '../../src/cli/start-gateway.js';
import { type PlaneFault, PlaneServer } from '../../src/sources/simulation/plane-server.js';
import { sourceModules } from '../../src/sources/registry.js';
import { idleProbes } from '../support/doubles/idle-probes.js';
import { ManualScheduler } from '../support/doubles/manual-scheduler.js';
import { type Json, post } from '../support/post.js';
import { buildTestSchema } from '../support/test-schema.js';
import { hangMs } from '../support/wait-until.js';
import { createTestIo } from './test-io.js';

/** The outcome of a source that accepts its secret. */
export const answered = { __typename: 'TaskSourceAnswered', problem: null };

export const accountId = '00000000-0000-4000-8000-000000000000';

/** The answer of an Astra Control that has no tasks. */
export const astraList = { status: 200, body: { type: 'application/astra-tasks', version: '1.1', items: [], metadata: {} } };

/** One plane whose secret a test changes, and a gateway that reads its secrets from real files, by a clock of the test's own. */
export class ReloadWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'tributary-reload-'));
  readonly scheduler = new ManualScheduler();
  /** The lines that the gateway writes about its files. */
  readonly lines: string[] = [];
  /** What happens to the files after they were read and before the gateway listens. */
  whileStarting = (): void => undefined;
  plane!: PlaneServer;
  reload!: ConfigurationReload;
  #gateway!: RunningGateway;

  /** `source`: the keys beside name, kind and url. A plane without TLS is started where `url` is absent. */
  async start(
    kind: string,
    source: object,
    answer: PlaneFault,
    configuration: object = {},
    tls?: { key: string; cert: string },
  ): Promise<void> {
    this.plane = await PlaneServer.start(() => ({ status: 404 }), tls);
    this.plane.fault = answer;
    const one = { name: 'plane', kind, url: this.plane.url, timeoutMs: hangMs, ...source };
    this.write('tributary.yaml', stringify({ ...smallest, sources: [one], ...configuration }));
    const { io: testIo } = createTestIo('');
    const io: Io = {
      ...testIo,
      readFile: (path) => readFileSync(path, 'utf8'),
      fileVersion: readFileVersion,
      isWritableByOthers: isFileWritableByOthers,
    };
    const loaded = loadWithFiles(join(this.folder, 'tributary.yaml'), sourceModules, io);
    this.whileStarting();
    const monotonic = (): number => this.scheduler.now;
    this.#gateway = await startGateway({
      configuration: loaded.configuration,
      modules: sourceModules,
      schema: buildTestSchema(sourceModules, loaded.configuration.federation),
      explorerFolder: 'none',
      logger: pino({ level: 'silent' }),
      now: monotonic,
      monotonic,
      scheduler: this.scheduler,
      probes: idleProbes,
      random: () => 0,
      beforeRequest: () => this.reload?.checkFiles(),
    });
    const push = (line: string): void => void this.lines.push(JSON.parse(line).msg.replaceAll(`${this.folder}/`, ''));
    const log = pino({ base: null }, { write: push });
    this.reload = new ConfigurationReload({ loaded, modules: sourceModules, io, log, target: this.#gateway, monotonic });
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** The gateway looks at its files, as it does now and then. */
  checkFiles(): void {
    this.scheduler.now += 1_000;
    this.reload.checkFiles();
  }

  /** What became of the source in a query, a second later. */
  async outcome(): Promise<Json> {
    this.scheduler.now += 1_000;
    const query = '{ tasks(maxAgeMs: 0) { sources { __typename problem { kind } } } }';
    const { data } = await post(`${this.#gateway.origin}/graphql`, { query });
    return data.tasks.sources[0];
  }

  /** What `/readyz?verbose` says a few seconds later. */
  async isStoreUp(): Promise<boolean> {
    this.scheduler.now += 5_000;
    const response = await fetch(`${this.#gateway.origin}/readyz?verbose`);
    const { store }: Json = await response.json();
    return store.status === 'UP';
  }

  async status(key: string): Promise<number> {
    return (await post(`${this.#gateway.origin}/graphql`, { query: '{ __typename }' }, { authorization: `Bearer ${key}` })).status;
  }

  async close(): Promise<void> {
    this.reload.stop();
    await this.#gateway.close();
    await this.plane.close();
    rmSync(this.folder, { recursive: true });
  }
}

export const smallest = { server: { port: 0 }, auth: { mode: 'none' }, store: { kind: 'memory' }, limits: { operationsPerSecond: 0 } };
