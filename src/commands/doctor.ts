import { SourceProblemError } from '../task/error/source-problem-error.js';
import type { ListAnswer, Source } from '../task/source/source.js';
import type { SourceConnection, SourceModule } from '../task/source/source-module.js';
import { inspectPlane, type PlaneInspection } from '../upstream/inspect-plane.js';
import { configured, type ConfiguredOptions } from './configured.js';
import { exitCode } from './exit-code.js';
import type { Io } from './io.js';

interface Check {
  readonly name: 'reach' | 'tls' | 'clock' | 'credentials';
  readonly isGood: boolean;
  readonly words: string;
}

/** Tokens are judged by the clock: more than this is worth a look. In milliseconds. */
const tolerableSkewMs = 60_000;
const day = 86_400_000;

/** An id that no plane has, for those that cannot list: an answer, even "not found", proves the credentials. */
const probeId = 'tributary-doctor-probe';

/** Checks reach, TLS, clock and credentials of every source, all at once: 0 when all are good, 1 when one is not. */
export async function doctor(options: ConfiguredOptions, modules: readonly SourceModule[], io: Io): Promise<number> {
  const { configuration, demo } = await configured(options, modules, io);
  let isGood = true;
  try {
    const examined = configuration.sources.map(async ({ module, connection, settings, passthrough }) => ({
      title: `${connection.name} (${module.kind}, ${connection.displayName})`,
      checks: await examine(
        { ...connection, now: io.now, steady: () => performance.now(), random: Math.random },
        module,
        passthrough ? null : settings,
      ),
    }));
    for (const { title, checks } of await Promise.all(examined)) {
      io.out(title);
      for (const check of checks) io.out(`  ${check.isGood ? 'ok  ' : 'BAD '} ${check.name.padEnd(12)} ${check.words}`);
      isGood &&= checks.every((check) => check.isGood);
    }
  } finally {
    await demo?.close();
  }
  return isGood ? exitCode.done : exitCode.failed;
}

async function examine(connection: SourceConnection, module: SourceModule, settings: unknown): Promise<readonly Check[]> {
  try {
    const seen = connection.proxy === null ? await inspect(connection) : [];
    if (settings === null) return [...seen, { name: 'credentials', isGood: true, words: 'each caller sends their own' }];
    return [...seen, await credentials(module.create(connection, settings), connection.timeoutMs)];
  } catch (error) {
    if (!(error instanceof SourceProblemError)) throw error;
    return [{ name: error.problem.kind === 'TLS' ? 'tls' : 'reach', isGood: false, words: error.message }];
  }
}

/** Not for a plane behind a proxy: what is seen there without credentials is the proxy's. */
async function inspect(connection: SourceConnection): Promise<readonly Check[]> {
  const inspection = await inspectPlane(connection);
  return [reach(inspection), tls(inspection, connection.now()), clock(inspection)];
}

function reach({ latencyMs }: PlaneInspection): Check {
  return { name: 'reach', isGood: true, words: `answers in ${latencyMs} ms` };
}

function tls({ certificate }: PlaneInspection, now: number): Check {
  if (certificate === null) return { name: 'tls', isGood: true, words: 'none: a loopback address' };
  const days = Math.floor((certificate.validTo.getTime() - now) / day);
  return { name: 'tls', isGood: days >= 7, words: `certificate by ${certificate.issuer} is good for ${days} more days` };
}

function clock({ clockAheadMs }: PlaneInspection): Check {
  if (clockAheadMs === null) return { name: 'clock', isGood: true, words: 'the plane does not say the time' };
  const seconds = Math.abs(clockAheadMs) / 1000;
  const words = `${seconds} s ${clockAheadMs < 0 ? 'behind' : 'ahead of'} this machine, to the second`;
  return { name: 'clock', isGood: Math.abs(clockAheadMs) <= tolerableSkewMs, words };
}

async function credentials(source: Source, timeoutMs: number): Promise<Check> {
  const request = { signal: AbortSignal.timeout(timeoutMs), known: () => undefined };
  try {
    if (source.capabilities.list) {
      return judge(await source.list({ ...request, trackedIds: [] }));
    }
    const answer = (await source.read([probeId], request)).get(probeId) ?? null;
    if (answer instanceof SourceProblemError) throw answer;
    return { name: 'credentials', isGood: true, words: 'accepted' };
  } catch (error) {
    if (!(error instanceof SourceProblemError)) throw error;
    return { name: 'credentials', isGood: false, words: error.message };
  } finally {
    await source.close();
  }
}

/** A list that was cut, or that lacks a part which the plane refused, is no proof that all is well. */
function judge({ readings, problem, isComplete }: ListAnswer): Check {
  const listed = `${readings.length} tasks listed`;
  if (problem !== null) return { name: 'credentials', isGood: false, words: `in part only, ${listed}: ${problem.message}` };
  if (!isComplete) return { name: 'credentials', isGood: false, words: `accepted, but not all could be listed: ${listed}` };
  return { name: 'credentials', isGood: true, words: `accepted: ${listed}` };
}
