import type { ActionLimits } from '../gateway/actions/limits.js';
import type { RecordingMode } from '../gateway/history/recorder.js';
import type { CallerTokenLimits } from '../gateway/caller-tokens.js';
import type { QueryLimits } from '../gateway/query/operation-limits.js';
import type { PollIntervals } from '../gateway/subscriptions/poller.js';
import type { AuthenticationSettings } from '../server/authentication/authentication-settings.js';
import type { TrustedDocuments } from '../server/guards/trusted-documents.js';
import type { ServerLimits } from '../server/server-limits.js';
import type { SourceModule } from '../sources/source-module.js';
import type { StoreSettings } from '../store/store.js';
import type { SourceSettings } from '../upstream/source-settings.js';
import { isLoopback } from '../lib/loopback.js';

/** The configuration file, validated, with every default filled in. It is plain data and holds secrets: never log it. */
export interface Configuration {
  readonly server: {
    /** IP address or host name to listen on. */
    readonly host: string;
    /** 0 takes a free port. */
    readonly port: number;
    /** The path below which the gateway is published, such as `/tributary`; undefined: none. */
    readonly basePath?: string | undefined;
    /** Origins whose web pages may call the API (CORS). */
    readonly cors: readonly string[];
    /** Whether responses are compressed for clients that accept it. */
    readonly compression: boolean;
    /** How long a connection without a request is kept, in milliseconds. */
    readonly keepAliveMs: number;
    /** IP addresses and networks of the reverse proxies whose X-Forwarded-For and X-Forwarded-Host are trusted. */
    readonly trustedProxies: readonly string[];
  };
  readonly graphql: {
    readonly introspection: boolean;
    readonly explorer: boolean;
    /** Undefined: every document is executed. */
    readonly trustedDocuments?: TrustedDocuments | undefined;
  };
  readonly auth: AuthenticationSettings;
  readonly log: LogSettings;
  readonly store: StoreSettings & { readonly record: RecordingMode };
  readonly reads: { readonly maxAgeMs: number; readonly minAgeMs: number; readonly waitMs: number };
  /** Whether the subgraph SDL has `node` and `nodes`, and whether it has scope directives. */
  readonly federation: { readonly node: boolean; readonly scopes: boolean };
  readonly limits: ServerLimits & ActionLimits & QueryLimits & CallerTokenLimits;
  /** At least one, in the order of the file. */
  readonly sources: readonly SourceConfiguration[];
}

/** What a server writes to standard error. */
export interface LogSettings {
  /** Entries below this level are left out. */
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** `auto`: pretty on a terminal, else JSON. */
  readonly format: 'auto' | 'json' | 'pretty';
}

/** One entry of `sources`: the module of its kind, and what the module needs to create the source. */
export interface SourceConfiguration {
  readonly module: SourceModule;
  readonly common: Omit<SourceSettings, 'clock'>;
  /** Passed to `module.create`. With `passthrough` the `credentials` in it are `{ mode: 'passthrough' }`, which is of no use to a module. */
  readonly settings: unknown;
  readonly poll: PollIntervals;
  /** True: every caller sends a token of the plane, and the gateway has no credentials. */
  readonly passthrough: boolean;
}

/** The settings that are valid, but that the modules of this version cannot serve; empty when it can serve all. */
export function findUnsupportedSettings({ sources }: Configuration): string[] {
  return sources
    .filter(({ passthrough, module }) => passthrough && module.createWithToken === undefined)
    .map(({ common }) => `credentials.mode: passthrough (source ${common.name})`);
}

/** What is valid, and dangerous all the same: a sentence for each, for the operator. */
export function findRisks({ server, auth }: Configuration): string[] {
  if (auth.mode === 'none' || isLoopback(server.host) || server.trustedProxies.length > 0) return [];
  const what = auth.mode === 'keys' ? 'keys' : 'tokens';
  return [
    `server.host ${server.host} takes connections from other machines over plain HTTP, on which the ${what} of callers can be read on the way. Let only a proxy with TLS reach the gateway, and name it in server.trustedProxies; or listen on 127.0.0.1.`,
  ];
}

/** What a configuration is loaded from. */
export interface ConfigurationInput {
  /** The path of the file. It is shown in messages, and relative paths in the text begin in its folder. */
  readonly file: string;
  readonly text: string;
  /** The variables for `${NAME}`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Reads a file as text; called for every `<key>File`. An exception becomes a problem of that key. */
  readFile(path: string): string;
  /** The kinds of sources that exist; at least one. */
  readonly modules: readonly SourceModule[];
}
