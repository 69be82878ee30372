import { createSecureContext } from 'node:tls';

import type { FastifyBaseLogger } from 'fastify';

import type { Configuration, SourceConfiguration } from '../config/configuration.js';
import { loadConfiguration, readConfiguration } from '../config/load-configuration.js';
import { ConfigurationError } from '../config/problems.js';
import { findErrorCode } from '../model/errors.js';
import { isJsonObject } from '../model/scalars.js';
import type { AuthenticationSettings } from '../server/authentication/authentication-settings.js';
import type { SourceModule } from '../sources/source-module.js';
import { parsePostgresUrl } from '../store/postgres/postgres-url.js';
import type { PostgresStoreSettings, StoreSettings } from '../store/store.js';
import { describeWritableFile, type Io } from './io.js';

/** What can be replaced while a gateway runs. */
interface ReloadTarget {
  /** False when `auth.mode` differs, and then nothing changes. */
  replaceAccess(auth: AuthenticationSettings): boolean;
  /** Trusts none of the public keys of issuers that are known, and reads them again; false where there is no issuer. */
  forgetIssuerKeys(): boolean;
  /** Uses other credentials, certificates and proxy for the source of this name; returns after how many milliseconds, 0 for at once. */
  replaceSource(configuration: SourceConfiguration): number;
  /** Uses another password and other authorities for new connections to the database. */
  replaceStore(settings: StoreSettings): void;
}

/** A configuration, and all that it was read from. */
export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** The configuration file. */
  readonly file: string;
  readonly text: string;
  /** Each file that a `<key>File` names, by its path. */
  readonly files: ReadonlyMap<string, LoadedFile>;
}

interface LoadedFile {
  readonly text: string;
  /** The `fileVersion` from before it was read, so that a change since then is noticed; null: it was not there. */
  readonly version: string | null;
}

/** Reads a configuration. Throws a ConfigurationError with all its problems. */
export function loadWithFiles(
  file: string,
  modules: readonly SourceModule[],
  { environment, readFile, fileVersion }: Io,
): LoadedConfiguration {
  const files = new Map<string, LoadedFile>();
  const remember = (path: string): string => {
    const version = fileVersion(path);
    const text = readFile(path);
    files.set(path, { text, version });
    return text;
  };
  const configuration = readConfiguration({ file, environment, readFile: remember, modules });
  const text = files.get(file)?.text ?? '';
  files.delete(file);
  return { configuration, file, text, files };
}

interface ConfigurationReloadOptions {
  readonly loaded: LoadedConfiguration;
  readonly modules: readonly SourceModule[];
  readonly io: Io;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  readonly target: ReloadTarget;
  /** Milliseconds of a monotonic clock. */
  readonly monotonic: () => number;
}

/** How often the files are checked where no request does, in milliseconds: a revoked key is refused after at most so long. */
const checkMs = 5_000;

/** Requests check the files at most so often, in milliseconds. */
const minCheckMs = 1_000;

/** A file that the configuration names. */
interface WatchedFile {
  /** Null: it was not there. */
  version: string | null;
  /** The content in use. */
  text: string;
  /** A newer content that could not be used yet; null for none. */
  candidate: string | null;
}

/**
 * Takes over what may change while a gateway runs: access, credentials and certificates. The files that the configuration names (secrets,
 * PEM files, the keyring) are read again when they change; the configuration itself when it is told to, by a signal.
 */
export class ConfigurationReload {
  readonly #options: ConfigurationReloadOptions;
  readonly #timer: NodeJS.Timeout;
  #text: string;
  #configuration: Configuration;
  #files: ReadonlyMap<string, WatchedFile>;
  #checkedAt: number;

  constructor(options: ConfigurationReloadOptions) {
    const { loaded, monotonic } = options;
    this.#options = options;
    this.#text = loaded.text;
    this.#configuration = loaded.configuration;
    this.#files = watch(loaded.files);
    this.#checkedAt = monotonic();
    this.#timer = setInterval(() => this.checkFiles(), checkMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Takes over the files that have changed. One that cannot be used is reported once, and its previous content stays in use. */
  checkFiles(): void {
    const { io, monotonic } = this.#options;
    const now = monotonic();
    if (now - this.#checkedAt < minCheckMs) return;
    this.#checkedAt = now;
    const changed = new Map<string, TextOrProblem>();
    for (const [path, file] of this.#files) {
      const version = io.fileVersion(path);
      if (version === file.version) continue;
      file.version = version;
      warnOfWritable(path, this.#options);
      const read = readText(path, io);
      if (read.kind === 'problem' || read.text !== file.text) changed.set(path, read);
      // What was there in between is on disk no longer.
      else file.candidate = null;
    }
    if (changed.size > 0) this.#takeOverFiles(changed);
  }

  /** Reads the configuration again. Its problems are reported, and then nothing changes. */
  reload(): void {
    const { io, loaded, log, modules } = this.#options;
    try {
      const { configuration, text, files } = loadWithFiles(loaded.file, modules, io);
      for (const path of [loaded.file, ...files.keys()]) warnOfWritable(path, this.#options);
      this.#checkCertificates(configuration);
      this.#text = text;
      this.#files = watch(files);
      this.#apply(configuration, 'signal');
    } catch (error) {
      if (!(error instanceof ConfigurationError || error instanceof UnusableTlsError)) throw error;
      for (const line of error.message.split('\n')) log.error(`The configuration could not be reloaded: ${line}`);
      log.warn('The previous configuration stays in use.');
    }
  }

  #takeOverFiles(changed: ReadonlyMap<string, TextOrProblem>): void {
    for (const [path, read] of changed) {
      const file = this.#files.get(path);
      if (file !== undefined) file.candidate = read.kind === 'text' ? read.text : null;
      if (read.kind === 'problem') this.#reportUnusable(path, read.problem);
    }
    const candidates = new Map(
      [...this.#files].flatMap(([path, { candidate }]) => (candidate === null ? [] : [[path, candidate] as const])),
    );
    const fresh = new Map([...candidates].filter(([path]) => changed.has(path)));
    // A certificate and its key belong together and may be written one after the other.
    if (fresh.size === 0 || this.#tryFiles(candidates) === null || this.#tryFiles(fresh) === null) return;
    for (const [path, text] of fresh) {
      const problem = this.#tryFiles(new Map([[path, text]]));
      if (problem !== null) this.#reportUnusable(path, problem);
    }
  }

  /** Null when the configuration is valid with these contents; then they are in use. */
  #tryFiles(texts: ReadonlyMap<string, string>): string | null {
    const { loaded, io, modules } = this.#options;
    const readFile = (path: string): string => texts.get(path) ?? this.#files.get(path)?.text ?? '';
    try {
      const input = { file: loaded.file, text: this.#text, environment: io.environment, readFile, modules };
      const configuration = loadConfiguration(input);
      this.#checkCertificates(configuration);
      for (const [path, text] of texts) {
        const file = this.#files.get(path);
        if (file !== undefined) Object.assign(file, { text, candidate: null });
      }
      this.#apply(configuration, 'file');
      return null;
    } catch (error) {
      if (error instanceof ConfigurationError) return error.problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
      if (error instanceof UnusableTlsError) return error.message;
      throw error;
    }
  }

  #reportUnusable(path: string, problem: string): void {
    this.#options.log.error(`${path} has changed and cannot be used, so its previous content stays in use: ${problem}.`);
  }

  #checkCertificates({ sources }: Configuration): void {
    for (const source of sources) checkTls(source, this.#sourceInUse(source.common.name));
  }

  #sourceInUse(name: string): SourceConfiguration | undefined {
    return this.#configuration.sources.find(({ common }) => common.name === name);
  }

  /** Takes over what can be, and says so. After a signal it also says what takes a restart. */
  #apply(next: Configuration, cause: 'signal' | 'file'): void {
    const { log, target } = this.#options;
    let mode: readonly string[] = [];
    const lines: string[] = [];
    const previous = this.#configuration;
    if (isSame(previous.auth, next.auth)) {
      if (cause === 'signal') lines.push('The access settings are unchanged.');
    } else if (target.replaceAccess(next.auth)) {
      this.#configuration = { ...this.#configuration, auth: next.auth };
      lines.push('The access settings were reloaded.');
    } else mode = ['auth.mode has changed, which takes a restart.'];
    if (cause === 'signal' && target.forgetIssuerKeys()) lines.push('The keys of the issuers are read again.');
    for (const source of next.sources) lines.push(...this.#applySource(source));
    lines.push(...this.#applyStore(next.store));
    if (cause === 'file' && !isSame(this.#configuration.store, next.store)) mode = [...mode, 'store has changed, which takes a restart.'];
    for (const line of mode) log.warn(line);
    for (const line of lines) log.info(line);
    if (cause === 'signal') for (const line of describeRestarts(this.#configuration, next)) log.warn(line);
  }

  #applyStore(next: Configuration['store']): readonly string[] {
    const previous = this.#configuration.store;
    if (isSame(previous, next) || previous.kind !== 'postgres' || next.kind !== 'postgres') return [];
    const renewed = { ...previous, url: next.url, tls: next.tls };
    // Another server, user or way to authenticate is more than a renewed secret.
    if (isSame(previous, renewed) || !isSame(describeConnection(previous), describeConnection(renewed))) return [];
    this.#configuration = { ...this.#configuration, store: renewed };
    this.#options.target.replaceStore(renewed);
    return ['Of the store, the password and the authorities were reloaded, for new connections.'];
  }

  #applySource(next: SourceConfiguration): readonly string[] {
    const { name } = next.common;
    const previous = this.#sourceInUse(name);
    if (previous === undefined) return [];
    const renewed = withSecretsFrom(next, previous);
    const changes = Object.entries(describeSecrets).flatMap(([what, read]) => (isSame(read(previous), read(renewed)) ? [] : [what]));
    if (changes.length === 0) return [];
    const sources = this.#configuration.sources.map((one) => (one === previous ? renewed : one));
    this.#configuration = { ...this.#configuration, sources };
    const waitMs = this.#options.target.replaceSource(renewed);
    const delay = waitMs === 0 ? '' : ` and are used in ${Math.ceil(waitMs / 1_000)} s, as its secrets change too often`;
    return [`Of the source ${name}, the ${changes.join(' and the ')} were reloaded${delay}.`];
  }
}

/** What of a connection to the database is not secret, and whether there are secrets. */
function describeConnection({ url, tls }: PostgresStoreSettings): unknown {
  const parsed = parsePostgresUrl(url);
  if ('expected' in parsed) return parsed;
  const { password, ...others } = parsed.url;
  return { ...others, hasPassword: password !== undefined, hasAuthorities: tls?.ca !== undefined };
}

/** What of a source is replaced while the gateway runs. */
const describeSecrets: Readonly<Record<string, (source: SourceConfiguration) => unknown>> = {
  credentials: ({ settings }) => readCredentials(settings),
  'certificates of tls': ({ common }) => common.transport.tls,
  'settings of its proxy': ({ common }) => common.transport.proxy,
};

function readCredentials(settings: unknown): unknown {
  return isJsonObject(settings) ? settings['credentials'] : undefined;
}

/** Which plane a source calls, and how it is used: all that secrets belong to. */
function describePlane({ module, passthrough, common, settings }: SourceConfiguration): unknown {
  const others = isJsonObject(settings) ? { ...settings, credentials: null } : settings;
  return { module, passthrough, url: common.transport.url, others };
}

/**
 * A source in use, with the secrets of another configuration. Secrets are only for the plane that they were configured for: another plane,
 * account of it or a change between own credentials and passthrough takes a restart, and until then nothing of the source changes.
 */
function withSecretsFrom(next: SourceConfiguration, inUse: SourceConfiguration): SourceConfiguration {
  if (!isSame(describePlane(next), describePlane(inUse))) return inUse;
  const { tls, proxy } = next.common.transport;
  const common = { ...inUse.common, transport: { ...inUse.common.transport, tls, proxy } };
  const settings = isJsonObject(inUse.settings) ? { ...inUse.settings, credentials: readCredentials(next.settings) } : inUse.settings;
  return { ...inUse, common, settings };
}

/** What differs between the configuration in use and the one in the file. */
function describeRestarts(inUse: Configuration, next: Configuration): readonly string[] {
  const sections = (['server', 'graphql', 'log', 'store', 'reads', 'federation', 'limits'] as const).filter(
    (section) => !isSame(inUse[section], next[section]),
  );
  const names = (one: Configuration): readonly string[] => one.sources.map(({ common }) => common.name);
  const lines = sections.map((section) => `${section} has changed, which takes a restart.`);
  if (!isSame(names(inUse), names(next))) lines.push('The list of sources has changed, which takes a restart.');
  const changed = next.sources.filter((source) => {
    const current = inUse.sources.find(({ common }) => common.name === source.common.name);
    return current !== undefined && !isSame(current, source);
  });
  for (const { common } of changed) lines.push(`Other settings of the source ${common.name} have changed, which takes a restart.`);
  return lines;
}

/** Configurations are plain data, with maps, URLs and the modules of sources. */
function isSame(a: unknown, b: unknown): boolean {
  return toText(a) === toText(b);
}

function toText(value: unknown): string {
  return JSON.stringify(value, (key, member: unknown) => {
    if (key === 'module' && isJsonObject(member)) return member['kind'];
    return member instanceof Map ? [...member] : member;
  });
}

/** Thrown for PEM texts that are well formed and do not work together. */
class UnusableTlsError extends Error {
  override readonly name = 'UnusableTlsError';
  readonly code = 'TLS_UNUSABLE';
}

/** A source that is in use must not be given certificates with which no connection can be opened, such as a new one with the old key. */
function checkTls({ common: { name, transport } }: SourceConfiguration, inUse: SourceConfiguration | undefined): void {
  if (inUse === undefined || isSame(inUse.common.transport.tls, transport.tls)) return;
  try {
    createSecureContext(transport.tls);
  } catch (error) {
    throw new UnusableTlsError(`the certificates and the key of tls of the source ${name} do not work together`, { cause: error });
  }
}

function warnOfWritable(path: string, { io, log }: ConfigurationReloadOptions): void {
  if (io.isWritableByOthers(path)) log.warn(describeWritableFile(path));
}

type TextOrProblem = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'problem'; readonly problem: string };

function readText(path: string, { readFile }: Io): TextOrProblem {
  try {
    return { kind: 'text', text: readFile(path) };
  } catch (error) {
    return { kind: 'problem', problem: `it cannot be read (${findErrorCode(error) ?? 'unknown reason'})` };
  }
}

function watch(files: ReadonlyMap<string, LoadedFile>): ReadonlyMap<string, WatchedFile> {
  return new Map([...files].map(([path, file]) => [path, { ...file, candidate: null }]));
}
