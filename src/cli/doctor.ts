import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

import type { Command } from 'commander';

import { type Configuration, findUnsupportedSettings, type SourceConfiguration } from '../config/configuration.js';
import { systemClock } from '../lib/scheduler.js';
import { findErrorCode } from '../model/errors.js';
import { isJsonObject, parseJson } from '../model/scalars.js';
import { isCredentialRefusal, SourceProblemError } from '../model/source-problem.js';
import type { TokenIssuer } from '../server/authentication/authentication-settings.js';
import { countJwksKeys } from '../server/authentication/jwks-cache.js';
import { issuerClockLeewayMs } from '../server/authentication/token-verifier.js';
import type { SourceModule } from '../sources/source-module.js';
import type { ListResponse, Source } from '../sources/source.js';
import { checkStore } from '../store/open-store.js';
import { StoreError, type StoreSettings } from '../store/store.js';
import { fetchPublicDocument, inspectServer, type ServerInspection } from '../upstream/public-requests.js';
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
import { explainListenError } from './start-gateway.js';

/** `tributary doctor`: checks what a gateway of this configuration needs from elsewhere. */
export function registerDoctor(program: Command, { modules, io, finish }: CommandContext): void {
  addConfigurationOption(addCommand(program, 'doctor'), ', then the demo')
    .description(
      'Calls every control plane, and prints whether connection, certificate, clock and credentials are good. It checks the address, the store and the issuers of tokens, too.',
    )
    .option('--json', 'Prints one JSON document instead of lines.')
    .addHelpText(
      'after',
      formatExamples('tributary doctor --config tributary.yaml', 'tributary doctor --json') +
        formatExitCodes('All checks passed.', 'A check failed.'),
    )
    .action(async (options: DoctorOptions) => finish(await runDoctor(options, modules, io)));
}

interface DoctorOptions extends ConfigurationOptions {
  readonly json?: true | undefined;
}

interface Check {
  readonly name: 'settings' | 'listen' | 'store' | 'keys' | 'reach' | 'tls' | 'clock' | 'credentials' | 'tasks';
  readonly isOk: boolean;
  readonly detail: string;
}

/** What is checked: the gateway's own address, its store, an issuer of tokens, or a source. */
interface Subject {
  readonly kind: 'server' | 'store' | 'issuer' | 'source';
  readonly name: string;
  /** As it is printed. */
  readonly title: string;
  readonly checks: readonly Check[];
}

/** A plane validates its tokens by the clock, so a larger difference can make them invalid. Milliseconds. */
const maxPlaneClockSkewMs = 60_000;
const dayMs = 86_400_000;

/** An id that no plane has, for planes that cannot list: any response, even "not found", proves the credentials. */
const probeId = 'tributary-doctor-probe';

/** How long the checks of an issuer may take, in milliseconds. */
const issuerTimeoutMs = 5_000;

/** Checks everything at once. */
export async function runDoctor(options: DoctorOptions, modules: readonly SourceModule[], io: Io): Promise<number> {
  const { configuration, demo } = await prepareConfiguration(options, modules, io);
  try {
    const subjects = await Promise.all([
      // The demo takes its address from the command line, and its store is in memory.
      ...(demo === null ? [checkServer(configuration, io), checkConfiguredStore(configuration.store)] : []),
      ...listIssuers(configuration).map((issuer) => checkIssuer(issuer, io)),
      ...configuration.sources.map((source) => checkConfiguredSource(source, io)),
    ]);
    const isOk = subjects.every(({ checks }) => checks.every((check) => check.isOk));
    for (const line of options.json === true ? [formatJson(isOk, subjects)] : subjects.flatMap(formatSubject)) io.out(line);
    return isOk ? exitCode.done : exitCode.failed;
  } finally {
    await demo?.close();
  }
}

function formatSubject({ title, checks }: Subject): readonly string[] {
  return [title, ...checks.map(({ name, isOk, detail }) => `  ${isOk ? 'ok  ' : 'BAD '} ${name.padEnd(12)} ${detail}`)];
}

function formatJson(isOk: boolean, subjects: readonly Subject[]): string {
  const described = subjects.map(({ kind, name, checks }) => ({
    kind,
    name,
    checks: checks.map(({ name: check, isOk: ok, detail }) => ({ check, ok, detail })),
  }));
  return JSON.stringify({ ok: isOk, subjects: described }, null, 2);
}

/** What serve would refuse, although the configuration is valid. */
async function checkServer(configuration: Configuration, io: Io): Promise<Subject> {
  const { server, graphql } = configuration;
  const unsupported = findUnsupportedSettings(configuration).map((setting) => `this version does not serve ${setting}`);
  const missing = graphql.explorer && !io.exists(join(io.explorerFolder, 'explorer.html')) ? ['the explorer is not built'] : [];
  const problems = [...unsupported, ...missing];
  const settings: Check = { name: 'settings', isOk: problems.length === 0, detail: problems.join('; ') || 'can be served' };
  const name = `${server.host}:${server.port}`;
  return { kind: 'server', name, title: `server (${name})`, checks: [settings, await checkListen(server)] };
}

/** An address that a gateway uses already is good, too: it may be the one that is being looked at. */
async function checkListen({ host, port }: Configuration['server']): Promise<Check> {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  const server = createServer();
  try {
    await once(server.listen({ host: address, port }), 'listening');
    return { name: 'listen', isOk: true, detail: 'the address is free' };
  } catch (error) {
    if (findErrorCode(error) === 'EADDRINUSE' && (await isGateway(address, port)))
      return { name: 'listen', isOk: true, detail: 'a gateway is listening' };
    return { name: 'listen', isOk: false, detail: explainListenError(error, address, port) };
  } finally {
    server.close();
  }
}

async function isGateway(address: string, port: number): Promise<boolean> {
  const host = address === '0.0.0.0' || address === '::' ? 'localhost' : address.includes(':') ? `[${address}]` : address;
  try {
    return isJsonObject(parseJson(await fetchPublicDocument(new URL(`http://${host}:${port}/livez`))));
  } catch {
    return false;
  }
}

async function checkConfiguredStore(settings: StoreSettings): Promise<Subject> {
  return { kind: 'store', name: settings.kind, title: `store (${settings.kind})`, checks: [await checkStoreAccess(settings)] };
}

async function checkStoreAccess(settings: StoreSettings): Promise<Check> {
  if (settings.kind === 'memory') return { name: 'store', isOk: true, detail: 'in memory, lost when the process ends' };
  try {
    await checkStore(settings);
    const detail = settings.kind === 'sqlite' ? `${settings.path} can be used` : 'takes writes, and pools no transactions';
    return { name: 'store', isOk: true, detail };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { name: 'store', isOk: false, detail: error.message };
  }
}

function listIssuers({ auth }: Configuration): readonly TokenIssuer[] {
  return auth.mode === 'jwt' ? auth.issuers : [];
}

async function checkIssuer({ issuer, jwksUri }: TokenIssuer, { now }: Io): Promise<Subject> {
  const check = async (): Promise<readonly Check[]> => {
    try {
      const inspection = await inspectServer({ url: jwksUri, tls: {}, timeoutMs: issuerTimeoutMs }, now);
      return [checkReach(inspection), checkTls(inspection, now()), checkClock(inspection, issuerClockLeewayMs), await checkKeys(jwksUri)];
    } catch (error) {
      if (!(error instanceof SourceProblemError)) throw error;
      return [toConnectionCheck(error, 'issuer')];
    }
  };
  return { kind: 'issuer', name: issuer, title: `issuer ${issuer}`, checks: await check() };
}

async function checkKeys(jwksUri: URL): Promise<Check> {
  try {
    const count = countJwksKeys(await fetchPublicDocument(jwksUri));
    return { name: 'keys', isOk: count > 0, detail: `${count} public keys` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { name: 'keys', isOk: false, detail: `the public keys cannot be read: ${why}` };
  }
}

async function checkConfiguredSource({ module, common, settings, passthrough }: SourceConfiguration, { now }: Io): Promise<Subject> {
  const checks = await checkSource({ ...common, clock: { ...systemClock, now } }, module, passthrough ? null : settings);
  return { kind: 'source', name: common.name, title: `${common.name} (${module.kind}, ${common.displayName})`, checks };
}

async function checkSource(common: SourceSettings, module: SourceModule, settings: unknown): Promise<readonly Check[]> {
  try {
    const checks = common.transport.proxy === null ? await checkConnection(common) : [];
    if (settings === null) return [...checks, { name: 'credentials', isOk: true, detail: 'each caller sends their own' }];
    return [...checks, ...(await checkTasks(module.create(common, settings), common.transport.timeoutMs))];
  } catch (error) {
    if (!(error instanceof SourceProblemError)) throw error;
    return [toConnectionCheck(error, 'plane')];
  }
}

/** Not for a plane behind a proxy, where a connection without credentials would show the proxy instead. */
async function checkConnection(common: SourceSettings): Promise<readonly Check[]> {
  const inspection = await inspectServer(common.transport, common.clock.now);
  return [checkReach(inspection), checkTls(inspection, common.clock.now()), checkClock(inspection, maxPlaneClockSkewMs)];
}

function toConnectionCheck({ problem, message }: SourceProblemError, server: 'plane' | 'issuer'): Check {
  const detail = server === 'plane' ? message : message.replaceAll('The plane', 'The issuer').replaceAll('the plane', 'the issuer');
  return { name: problem.kind === 'TLS' ? 'tls' : 'reach', isOk: false, detail };
}

function checkReach({ latencyMs }: ServerInspection): Check {
  return { name: 'reach', isOk: true, detail: `answers in ${latencyMs} ms` };
}

function checkTls({ certificate }: ServerInspection, now: number): Check {
  if (certificate === null) return { name: 'tls', isOk: true, detail: 'none: a loopback address' };
  const days = Math.floor((certificate.validTo.getTime() - now) / dayMs);
  return { name: 'tls', isOk: days >= 7, detail: `certificate by ${certificate.issuer} is valid for ${days} more days` };
}

/** `maxSkewMs`: by how much the clocks may differ, in milliseconds. */
function checkClock({ clockAheadMs }: ServerInspection, maxSkewMs: number): Check {
  if (clockAheadMs === null) return { name: 'clock', isOk: true, detail: 'it does not say the time' };
  const seconds = Math.abs(clockAheadMs) / 1000;
  const difference = `${seconds} s ${clockAheadMs < 0 ? 'behind' : 'ahead of'} this machine, to the second`;
  return { name: 'clock', isOk: Math.abs(clockAheadMs) <= maxSkewMs, detail: difference };
}

/** Reads tasks, which proves the credentials. What fails for another reason says nothing about them. */
async function checkTasks(source: Source, timeoutMs: number): Promise<readonly Check[]> {
  const request = { signal: AbortSignal.timeout(timeoutMs), cachedTask: () => undefined };
  try {
    if (source.capabilities.list) return checkList(await source.list({ ...request, trackedIds: [] }));
    const result = (await source.read([probeId], request)).get(probeId) ?? null;
    if (result instanceof SourceProblemError) throw result;
    return [accepted];
  } catch (error) {
    if (!(error instanceof SourceProblemError)) throw error;
    return [{ name: error.isCredentialRefusal ? 'credentials' : 'tasks', isOk: false, detail: error.message }];
  } finally {
    await source.upstream.close();
  }
}

const accepted: Check = { name: 'credentials', isOk: true, detail: 'accepted' };

/** A list that is truncated, or lacks a part that the plane refused, does not pass. */
function checkList({ tasks, problem, isComplete }: ListResponse): readonly Check[] {
  const listed = `${tasks.length} tasks listed`;
  if (problem !== null) {
    const detail = `in part only, ${listed}: ${problem.message}`;
    return isCredentialRefusal(problem)
      ? [{ name: 'credentials', isOk: false, detail }]
      : [accepted, { name: 'tasks', isOk: false, detail }];
  }
  const detail = isComplete ? listed : `not all could be listed: ${listed}`;
  return [accepted, { name: 'tasks', isOk: isComplete, detail }];
}
