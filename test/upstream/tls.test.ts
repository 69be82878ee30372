import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { stringify } from 'yaml';

import { runDoctor } from '../../src/cli/doctor.js';
import type { Io } from '../../src/cli/io.js';
import { startGateway } from '../../src/cli/start-gateway.js';
import { loadConfiguration } from '../../src/config/load-configuration.js';
import { AstraSimulator } from '../../src/sources/astra/simulator/astra-simulator.js';
import { CatalogSimulator } from '../../src/sources/catalog/simulator/catalog-simulator.js';
import { sourceModules } from '../../src/sources/registry.js';
import { VcfSimulator } from '../../src/sources/vcf/simulator/vcf-simulator.js';
import { UpstreamClient } from '../../src/upstream/upstream.js';
import { createSourceSettings } from '../support/source-settings.js';
import { type Json, post } from '../support/post.js';
import { buildTestSchema } from '../support/test-schema.js';
import { hangMs } from '../support/wait-until.js';
import { describeWith } from '../support/describe-with-tool.js';
import { Certificates, type KeyPair, openssl } from './certificates.js';
import { buildPlaneError } from '../support/plane-errors.js';

const simulators = { astra: AstraSimulator, catalog: CatalogSimulator, vcf: VcfSimulator };
const valid = ['20260101000000Z', '20991231000000Z'] as const;

/** What is wrong with the certificate of a plane, and the words for it. */
const refused = {
  'for another host name': 'The certificate of the plane is for another host name.',
  'of an unknown authority': 'The certificate of the plane is signed by an unknown authority; name it in tls.caFile.',
  'signed by itself': 'The certificate of the plane is signed by itself; name its authority in tls.caFile.',
  'that has expired': 'The certificate of the plane has expired.',
  'that is not valid yet': 'The certificate of the plane is not valid yet; check the clocks.',
} as const;
type Flaw = keyof typeof refused;
const flaws = Object.entries(refused).map(([flaw, words]) => ({ flaw: flaw as Flaw, words }));

describeWith(openssl)('TLS', () => {
  let certificates: Certificates;
  let good: KeyPair;
  let bad: Readonly<Record<Flaw, KeyPair>>;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(() => {
    certificates = new Certificates();
    certificates.authority('own-authority');
    certificates.authority('unknown-authority');
    const here = 'IP:127.0.0.1,DNS:localhost';
    good = certificates.server('good', 'own-authority', here, valid);
    bad = {
      'for another host name': certificates.server('other', 'own-authority', 'DNS:plane.example,IP:192.0.2.1', valid),
      'of an unknown authority': certificates.server('unknown', 'unknown-authority', here, valid),
      'signed by itself': certificates.selfSigned('itself'),
      'that has expired': certificates.server('expired', 'own-authority', here, ['20200101000000Z', '20200201000000Z']),
      'that is not valid yet': certificates.server('early', 'own-authority', here, ['20980101000000Z', '20991231000000Z']),
    };
  });
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });
  afterAll(() => certificates.remove());

  /**
   * A plane that shows a certificate, and the configuration of a source that trusts our own authority, or no file at
   * all.
   */
  async function plane(kind: keyof typeof simulators, tls: KeyPair, trust: 'own-authority' | null = 'own-authority') {
    const simulator = await simulators[kind].start({ seed: 1, name: `${kind}-tls`, now: Date.now, tls });
    closing.push(() => simulator.close());
    const file = trust === null ? {} : { tls: { caFile: certificates.file(trust) } };
    const source = { name: 'plane', kind, url: simulator.url, timeoutMs: hangMs, ...simulator.settings, ...file };
    return { simulator, text: stringify({ auth: { mode: 'none' }, server: { port: 0 }, store: { kind: 'memory' }, sources: [source] }) };
  }

  const readFile = (path: string): string => readFileSync(path, 'utf8');

  async function outcome(text: string): Promise<{ readonly outcome: Json; readonly log: readonly string[] }> {
    const log: string[] = [];
    const configuration = loadConfiguration({ file: 'test.yaml', text, environment: {}, readFile, modules: sourceModules });
    const gateway = await startGateway({
      configuration,
      modules: sourceModules,
      schema: buildTestSchema(sourceModules, configuration.federation),
      explorerFolder: 'none',
      logger: pino({ level: 'warn' }, { write: (line: string) => void log.push(line) }),
      now: Date.now,
    });
    closing.push(() => gateway.close());
    const query = '{ tasks(first: 0) { sources { __typename taskCount problem { kind message httpStatus } } } }';
    const { data, errors } = await post(`${gateway.origin}/graphql`, { query });
    expect(errors).toBeUndefined();
    return { outcome: data.tasks.sources[0], log };
  }

  async function examined(text: string): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
    const lines: string[] = [];
    const io: Io = {
      out: (line) => void lines.push(line),
      err: (line) => void lines.push(line),
      readFile: (path) => (path === 'test.yaml' ? text : readFile(path)),
      writeFile: () => undefined,
      exists: () => false,
      fileVersion: () => null,
      isWritableByOthers: () => false,
      isErrTerminal: false,
      notices: [],
      onWarning: () => undefined,
      environment: {},
      now: Date.now,
      explorerFolder: 'none',
      version: '0.0.0',
    };
    const code = await runDoctor({ config: 'test.yaml' }, sourceModules, io);
    return { code, lines: lines.slice(lines.indexOf('plane (vcf, plane)')) };
  }

  test.each(['astra', 'catalog', 'vcf'] as const)('%s with a certificate of an authority in tls.caFile answers', async (kind) => {
    const { text } = await plane(kind, good);
    const { outcome: answered } = await outcome(text);
    expect(answered).toMatchObject({ __typename: 'TaskSourceAnswered', problem: null });
    expect(answered.taskCount).toBeGreaterThan(0);
  });

  test.each(flaws)('a certificate $flaw is refused, in plain words, and nothing is sent', async ({ flaw, words }) => {
    const { simulator, text } = await plane('vcf', bad[flaw]);
    expect((await outcome(text)).outcome).toEqual({
      __typename: 'TaskSourceUnavailable',
      taskCount: 0,
      problem: { kind: 'TLS', message: words, httpStatus: null },
    });
    expect(simulator.server.calls).toEqual([]);
  });

  test('without tls.caFile a private certificate authority is unknown', async () => {
    const { text } = await plane('astra', good, null);
    expect((await outcome(text)).outcome.problem).toMatchObject({ kind: 'TLS', message: refused['of an unknown authority'] });
  });

  test('an action is not sent to a plane whose certificate is refused', async () => {
    const { simulator } = await plane('vcf', bad['that has expired']);
    const ca = readFile(certificates.file('own-authority'));
    const upstream = new UpstreamClient(createSourceSettings(simulator.url, { tls: { ca } }));
    closing.push(() => upstream.close());
    const action = { method: 'PATCH', path: ['v1', 'tasks', '1'], signal: AbortSignal.timeout(60_000) } as const;
    expect(await upstream.deliverOnce(action)).toMatchObject({ kind: 'not-sent', error: { problem: { kind: 'TLS' } } });
    expect(simulator.server.calls).toEqual([]);
  });

  test('https to a plane that speaks http is a TLS problem', async () => {
    const simulator = await AstraSimulator.start({ seed: 1, name: 'plain', now: Date.now });
    closing.push(() => simulator.close());
    const upstream = new UpstreamClient(createSourceSettings(simulator.url.replace('http:', 'https:')));
    closing.push(() => upstream.close());
    await expect(upstream.send({ method: 'GET', path: ['v1'], signal: AbortSignal.timeout(60_000) })).rejects.toMatchObject({
      problem: { kind: 'TLS', message: 'No secure connection to the plane could be agreed on.' },
    });
  });

  describe('tributary doctor', () => {
    test('reports for how long the certificate is valid, and that the credentials are accepted', async () => {
      const { text } = await plane('vcf', good);
      const { code, lines } = await examined(text);
      expect(lines.join('\n')).toMatch(/ok +tls +certificate by own-authority is valid for \d+ more days/);
      expect(lines.join('\n')).toMatch(/ok +credentials +accepted\n +ok +tasks +\d+ tasks listed/);
      expect(code).toBe(0);
    });

    test.each(flaws)('refuses a certificate $flaw with exit code 1', async ({ flaw, words }) => {
      const { simulator, text } = await plane('vcf', bad[flaw]);
      const { code, lines } = await examined(text);
      expect(lines).toEqual(['plane (vcf, plane)', `  BAD  tls          ${words}`]);
      expect(code).toBe(1);
      expect(simulator.server.calls).toEqual([]);
    });

    test('reports that a plane refuses the connection, or the credentials', async () => {
      const refusing = await plane('vcf', good);
      refusing.simulator.server.fault = ({ path }, handle) =>
        path === '/v1/tokens' ? { status: 401, body: buildPlaneError('vcf', 401) } : handle();
      const refusal = await examined(refusing.text);
      expect(refusal.lines.join('\n')).toMatch(/BAD +credentials +The plane refused the user name and password\./);
      expect(refusal.code).toBe(1);

      const gone = await plane('vcf', good);
      await gone.simulator.close();
      const unreachable = await examined(gone.text);
      expect(unreachable.lines).toEqual(['plane (vcf, plane)', '  BAD  reach        The plane refused the connection.']);
      expect(unreachable.code).toBe(1);
    });
  });
});
