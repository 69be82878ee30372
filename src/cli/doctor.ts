import { SourceProblemError } from '../model/source-problem.js';
import type { SourceModule } from '../sources/source-module.js';
import type { ListResponse, Source } from '../sources/source.js';
import type { SourceConnection } from '../upstream/connections.js';
import { inspectPlane, type PlaneInspection } from '../upstream/public-requests.js';
import { exitCode } from './command-error.js';
import { type ConfigurationOptions, prepareConfiguration } from './config.js';
import type { Io } from './io.js';

interface Check {
  readonly name: 'reach' | 'tls' | 'clock' | 'credentials';
  readonly isOk: boolean;
  readonly detail: string;
}

/** Tokens are judged by the clock: more than this is worth a look. In milliseconds. */
const maxClockSkewMs = 60_000;
const dayMs = 86_400_000;

/** An id that no plane has, for those that cannot list: an answer, even "not found", proves the credentials. */
const probeId = 'tributary-doctor-probe';

/** Checks reach, TLS, clock and credentials of every source, all at once: 0 when all are good, 1 when one is not. */
export async function runDoctor(options: ConfigurationOptions, modules: readonly SourceModule[], io: Io): Promise<number> {
  const { configuration, demo } = await prepareConfiguration(options, modules, io);
  let isGood = true;
  try {
    const examined = configuration.sources.map(async ({ module, connection, settings, passthrough }) => ({
      title: `${connection.name} (${module.kind}, ${connection.displayName})`,
      checks: await checkSource(
        { ...connection, clock: { now: io.now, steady: () => performance.now(), random: Math.random } },
        module,
        passthrough ? null : settings,
      ),
    }));
    for (const { title, checks } of await Promise.all(examined)) {
      io.out(title);
      for (const check of checks) io.out(`  ${check.isOk ? 'ok  ' : 'BAD '} ${check.name.padEnd(12)} ${check.detail}`);
      isGood &&= checks.every((check) => check.isOk);
    }
  } finally {
    await demo?.close();
  }
  return isGood ? exitCode.done : exitCode.failed;
}

async function checkSource(connection: SourceConnection, module: SourceModule, settings: unknown): Promise<readonly Check[]> {
  try {
    const seen = connection.transport.proxy === null ? await checkConnection(connection) : [];
    if (settings === null) return [...seen, { name: 'credentials', isOk: true, detail: 'each caller sends their own' }];
    return [...seen, await checkCredentials(module.create(connection, settings), connection.transport.timeoutMs)];
  } catch (error) {
    if (!(error instanceof SourceProblemError)) throw error;
    return [{ name: error.problem.kind === 'TLS' ? 'tls' : 'reach', isOk: false, detail: error.message }];
  }
}

/** Not for a plane behind a proxy: what is seen there without credentials is the proxy's. */
async function checkConnection(connection: SourceConnection): Promise<readonly Check[]> {
  const inspection = await inspectPlane(connection);
  return [checkReach(inspection), checkTls(inspection, connection.clock.now()), checkClock(inspection)];
}

function checkReach({ latencyMs }: PlaneInspection): Check {
  return { name: 'reach', isOk: true, detail: `answers in ${latencyMs} ms` };
}

function checkTls({ certificate }: PlaneInspection, now: number): Check {
  if (certificate === null) return { name: 'tls', isOk: true, detail: 'none: a loopback address' };
  const days = Math.floor((certificate.validTo.getTime() - now) / dayMs);
  return { name: 'tls', isOk: days >= 7, detail: `certificate by ${certificate.issuer} is good for ${days} more days` };
}

function checkClock({ clockAheadMs }: PlaneInspection): Check {
  if (clockAheadMs === null) return { name: 'clock', isOk: true, detail: 'the plane does not say the time' };
  const seconds = Math.abs(clockAheadMs) / 1000;
  const words = `${seconds} s ${clockAheadMs < 0 ? 'behind' : 'ahead of'} this machine, to the second`;
  return { name: 'clock', isOk: Math.abs(clockAheadMs) <= maxClockSkewMs, detail: words };
}

async function checkCredentials(source: Source, timeoutMs: number): Promise<Check> {
  const request = { signal: AbortSignal.timeout(timeoutMs), cachedTask: () => undefined };
  try {
    if (source.capabilities.list) {
      return checkList(await source.list({ ...request, trackedIds: [] }));
    }
    const answer = (await source.read([probeId], request)).get(probeId) ?? null;
    if (answer instanceof SourceProblemError) throw answer;
    return { name: 'credentials', isOk: true, detail: 'accepted' };
  } catch (error) {
    if (!(error instanceof SourceProblemError)) throw error;
    return { name: 'credentials', isOk: false, detail: error.message };
  } finally {
    await source.connection.close();
  }
}

/** A list that was cut, or that lacks a part which the plane refused, is no proof that all is well. */
function checkList({ tasks: readings, problem, isComplete }: ListResponse): Check {
  const listed = `${readings.length} tasks listed`;
  if (problem !== null) return { name: 'credentials', isOk: false, detail: `in part only, ${listed}: ${problem.message}` };
  if (!isComplete) return { name: 'credentials', isOk: false, detail: `accepted, but not all could be listed: ${listed}` };
  return { name: 'credentials', isOk: true, detail: `accepted: ${listed}` };
}
