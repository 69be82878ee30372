import type { Command } from 'commander';

import { systemClock } from '../lib/scheduler.js';
import { SourceProblemError } from '../model/source-problem.js';
import type { SourceModule } from '../sources/source-module.js';
import type { ListResponse, Source } from '../sources/source.js';
import { checkStore } from '../store/open-store.js';
import { StoreError, type StoreSettings } from '../store/store.js';
import { inspectPlane, type PlaneInspection } from '../upstream/public-requests.js';
import type { SourceSettings } from '../upstream/source-settings.js';
import {
  addCommand,
  addConfigurationOption,
  type CommandContext,
  type ConfigurationOptions,
  exitCode,
  formatExamples,
  formatExitCodes,
} from './command.js';
import { prepareConfiguration } from './config.js';
import type { Io } from './io.js';

/** `tributary doctor`: checks the connection to every control plane, and to a database server. */
export function registerDoctor(program: Command, { modules, io, finish }: CommandContext): void {
  addConfigurationOption(addCommand(program, 'doctor'), ', then the demo')
    .description(
      'Calls every control plane, and prints whether connection, certificate, clock and credentials are good. It checks a database server, too.',
    )
    .addHelpText(
      'after',
      formatExamples('tributary doctor --config tributary.yaml') + formatExitCodes('All checks passed.', 'A check failed.'),
    )
    .action(async (options: ConfigurationOptions) => finish(await runDoctor(options, modules, io)));
}

interface Check {
  readonly name: 'reach' | 'tls' | 'clock' | 'answer' | 'credentials' | 'store';
  readonly isOk: boolean;
  readonly detail: string;
}

/** Tokens are validated by the clock, so a larger difference can make them invalid. Milliseconds. */
const maxClockSkewMs = 60_000;
const dayMs = 86_400_000;

/** An id that no plane has, for planes that cannot list: any response, even "not found", proves the credentials. */
const probeId = 'tributary-doctor-probe';

/** Checks all sources at once. */
export async function runDoctor(options: ConfigurationOptions, modules: readonly SourceModule[], io: Io): Promise<number> {
  const { configuration, demo } = await prepareConfiguration(options, modules, io);
  let allPassed = true;
  try {
    const { store } = configuration;
    const storeChecks =
      store.kind === 'postgres' ? [checkDatabase(store).then((check) => ({ title: 'store (postgres)', checks: [check] }))] : [];
    const sourceChecks = configuration.sources.map(async ({ module, common, settings, passthrough }) => ({
      title: `${common.name} (${module.kind}, ${common.displayName})`,
      checks: await checkSource({ ...common, clock: { ...systemClock, now: io.now } }, module, passthrough ? null : settings),
    }));
    for (const { title, checks } of await Promise.all([...storeChecks, ...sourceChecks])) {
      io.out(title);
      for (const check of checks) io.out(`  ${check.isOk ? 'ok  ' : 'BAD '} ${check.name.padEnd(12)} ${check.detail}`);
      allPassed &&= checks.every((check) => check.isOk);
    }
  } finally {
    await demo?.close();
  }
  return allPassed ? exitCode.done : exitCode.failed;
}

async function checkDatabase(settings: StoreSettings): Promise<Check> {
  try {
    await checkStore(settings);
    return { name: 'store', isOk: true, detail: 'takes writes, and pools no transactions' };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { name: 'store', isOk: false, detail: error.message };
  }
}

async function checkSource(common: SourceSettings, module: SourceModule, settings: unknown): Promise<readonly Check[]> {
  try {
    const checks = common.transport.proxy === null ? await checkConnection(common) : [];
    if (settings === null) return [...checks, { name: 'credentials', isOk: true, detail: 'each caller sends their own' }];
    return [...checks, await checkCredentials(module.create(common, settings), common.transport.timeoutMs)];
  } catch (error) {
    if (!(error instanceof SourceProblemError)) throw error;
    return [{ name: error.problem.kind === 'TLS' ? 'tls' : 'reach', isOk: false, detail: error.message }];
  }
}

/** Not for a plane behind a proxy, where a connection without credentials would show the proxy instead. */
async function checkConnection(common: SourceSettings): Promise<readonly Check[]> {
  const inspection = await inspectPlane(common);
  return [checkReach(inspection), checkTls(inspection, common.clock.now()), checkClock(inspection)];
}

function checkReach({ latencyMs }: PlaneInspection): Check {
  return { name: 'reach', isOk: true, detail: `answers in ${latencyMs} ms` };
}

function checkTls({ certificate }: PlaneInspection, now: number): Check {
  if (certificate === null) return { name: 'tls', isOk: true, detail: 'none: a loopback address' };
  const days = Math.floor((certificate.validTo.getTime() - now) / dayMs);
  return { name: 'tls', isOk: days >= 7, detail: `certificate by ${certificate.issuer} is valid for ${days} more days` };
}

function checkClock({ clockAheadMs }: PlaneInspection): Check {
  if (clockAheadMs === null) return { name: 'clock', isOk: true, detail: 'the plane does not say the time' };
  const seconds = Math.abs(clockAheadMs) / 1000;
  const difference = `${seconds} s ${clockAheadMs < 0 ? 'behind' : 'ahead of'} this machine, to the second`;
  return { name: 'clock', isOk: Math.abs(clockAheadMs) <= maxClockSkewMs, detail: difference };
}

async function checkCredentials(source: Source, timeoutMs: number): Promise<Check> {
  const request = { signal: AbortSignal.timeout(timeoutMs), cachedTask: () => undefined };
  try {
    if (source.capabilities.list) {
      return checkList(await source.list({ ...request, trackedIds: [] }));
    }
    const result = (await source.read([probeId], request)).get(probeId) ?? null;
    if (result instanceof SourceProblemError) throw result;
    return { name: 'credentials', isOk: true, detail: 'accepted' };
  } catch (error) {
    if (!(error instanceof SourceProblemError)) throw error;
    // Whatever else is wrong with an answer says nothing about the credentials.
    return { name: error.isCredentialRefusal ? 'credentials' : 'answer', isOk: false, detail: error.message };
  } finally {
    await source.upstream.close();
  }
}

/** A list that is truncated, or lacks a part that the plane refused, does not pass. */
function checkList({ tasks, problem, isComplete }: ListResponse): Check {
  const listed = `${tasks.length} tasks listed`;
  if (problem !== null) return { name: 'credentials', isOk: false, detail: `in part only, ${listed}: ${problem.message}` };
  if (!isComplete) return { name: 'credentials', isOk: false, detail: `accepted, but not all could be listed: ${listed}` };
  return { name: 'credentials', isOk: true, detail: `accepted: ${listed}` };
}
