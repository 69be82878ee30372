import type { Grant } from '../gateway/access/policy.js';
import type { SourceModule } from '../sources/source-module.js';
import type { SourceConnection } from '../upstream/connections.js';

/** What the configuration file says, checked, with every default filled in. Plain data; it holds secrets: never print it. */
export interface Configuration {
  readonly server: {
    /** IP address or host name to listen on. */
    readonly host: string;
    /** 0 takes a free port. */
    readonly port: number;
    /** Origins whose pages may call; empty: none. */
    readonly cors: readonly string[];
    /** IP addresses and networks whose X-Forwarded-For is believed; empty: nobody's. */
    readonly trustedProxies: readonly string[];
  };
  readonly graphql: {
    readonly introspection: boolean;
    readonly explorer: boolean;
    /** Absent: every document is answered. */
    readonly trustedDocuments?: TrustedDocumentsConfiguration | undefined;
  };
  readonly auth: AuthConfiguration;
  readonly store: StoreConfiguration;
  /** Milliseconds. */
  readonly reads: { readonly maxAgeMs: number; readonly minAgeMs: number };
  /** Whether the subgraph SDL shows `node` and `nodes`, and scope directives. */
  readonly federation: { readonly node: boolean; readonly scopes: boolean };
  readonly limits: LimitsConfiguration;
  /** In the order of the file; at least one. */
  readonly sources: readonly SourceConfiguration[];
}

/** The documents that clients may send. */
export interface TrustedDocumentsConfiguration {
  /** Texts by their ids. */
  readonly documents: ReadonlyMap<string, string>;
  readonly mode: 'off' | 'log' | 'enforce';
  /** Other modes, by the names that clients give themselves. */
  readonly clients: ReadonlyMap<string, 'off' | 'log' | 'enforce'>;
}

export type AuthConfiguration =
  | { readonly mode: 'none' }
  | { readonly mode: 'keys'; readonly keys: readonly CallerKey[]; readonly grants: readonly Grant[] }
  | {
      readonly mode: 'jwt';
      readonly issuers: readonly IssuerConfiguration[];
      readonly rolesClaim: string;
      readonly grants: readonly Grant[];
    };

/** A key of a caller, without the key. */
export interface CallerKey {
  readonly id: string;
  /** Of the key; 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
  readonly roles: readonly string[];
}

/** An issuer of tokens that the gateway trusts. */
export interface IssuerConfiguration {
  /** Compared with the claim `iss` character by character. */
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: URL;
}

export type StoreConfiguration = HistoryRetention &
  (
    | { readonly kind: 'memory' }
    /** The path is relative to the working folder, or absolute. */
    | { readonly kind: 'sqlite'; readonly path: string }
    /** The URL may hold a password. */
    | { readonly kind: 'postgres'; readonly url: string }
  );

interface HistoryRetention {
  /** Milliseconds that history is kept. */
  readonly retentionMs: number;
  /** Whether history is recorded always, or only while somebody watches. */
  readonly record: 'always' | 'watched';
}

/** 0 is no limit. */
export interface LimitsConfiguration {
  readonly bodyKb: number;
  readonly tokens: number;
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly mutationRootFields: number;
  readonly selections: number;
  readonly tasksById: number;
  readonly values: number;
  readonly rawKb: number;
  readonly operationsPerSecond: number;
  readonly actionsPerMinute: number;
  readonly socketsPerCaller: number;
  readonly subscriptionsPerSocket: number;
  readonly sockets: number;
}

export interface SourceConfiguration {
  readonly module: SourceModule;
  readonly connection: Omit<SourceConnection, 'now' | 'steady' | 'random'>;
  /** For `module.create`, unless `passthrough`: then `credentials` is `{ mode: 'passthrough' }`, which no module knows. */
  readonly settings: unknown;
  /** Milliseconds from one poll to the next. */
  readonly poll: { readonly activeMs: number; readonly idleMs: number; readonly fullMs: number };
  /** True: callers send that source's own token. */
  readonly passthrough: boolean;
}

/** What `serve` of this version refuses, by name, although `config check` accepts it; empty when it can serve. */
export function unsupportedModes({ sources }: Configuration): string[] {
  return sources
    .filter(({ passthrough, module }) => passthrough && module.createWithToken === undefined)
    .map(({ connection }) => `credentials.mode: passthrough (source ${connection.name})`);
}

export interface ConfigurationInput {
  /** Its path: for messages, and because relative paths in it begin in its folder. */
  readonly file: string;
  readonly text: string;
  /** For `${NAME}`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The text of a file; called for every `<key>File`. What it throws is told as a problem of that key. */
  readFile(path: string): string;
  /** The kinds of sources that there are; at least one. */
  readonly modules: readonly SourceModule[];
}
