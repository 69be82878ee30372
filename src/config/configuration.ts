import type { Grant } from '../task/access/grant.js';
import type { SourceConnection, SourceModule } from '../task/source/source-module.js';

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
    readonly trustedDocuments?: TrustedDocuments | undefined;
  };
  readonly auth: AuthConfiguration;
  readonly store: StoreConfiguration;
  /** Milliseconds. */
  readonly reads: { readonly maxAgeMs: number; readonly minAgeMs: number };
  /** Whether the subgraph SDL shows `node` and `nodes`, and scope directives. */
  readonly federation: { readonly node: boolean; readonly scopes: boolean };
  readonly limits: Limits;
  /** In the order of the file; at least one. */
  readonly sources: readonly ConfiguredSource[];
}

/** The documents that clients may send. */
export interface TrustedDocuments {
  /** Texts by their ids. */
  readonly documents: ReadonlyMap<string, string>;
  readonly mode: 'off' | 'log' | 'enforce';
  /** Other modes, by the names that clients give themselves. */
  readonly clients: ReadonlyMap<string, 'off' | 'log' | 'enforce'>;
}

export type AuthConfiguration =
  | { readonly mode: 'none' }
  | { readonly mode: 'keys'; readonly keys: readonly CallerKey[]; readonly grants: readonly Grant[] }
  | { readonly mode: 'jwt'; readonly issuers: readonly Issuer[]; readonly rolesClaim: string; readonly grants: readonly Grant[] };

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
export interface Issuer {
  /** Compared with the claim `iss` character by character. */
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: URL;
}

export type StoreConfiguration = KeptHistory &
  (
    | { readonly kind: 'memory' }
    /** The path is relative to the working folder, or absolute. */
    | { readonly kind: 'sqlite'; readonly path: string }
    /** The URL may hold a password. */
    | { readonly kind: 'postgres'; readonly url: string }
  );

interface KeptHistory {
  /** Milliseconds that history is kept. */
  readonly keepMs: number;
  /** Whether history is recorded always, or only while somebody watches. */
  readonly record: 'always' | 'watched';
}

/** 0 is no limit. */
export interface Limits {
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

export interface ConfiguredSource {
  readonly module: SourceModule;
  readonly connection: Omit<SourceConnection, 'now' | 'steady' | 'random'>;
  /** For `module.create`, unless `passthrough`: then `credentials` is `{ mode: 'passthrough' }`, which no module knows. */
  readonly settings: unknown;
  /** Milliseconds from one poll to the next. */
  readonly poll: { readonly activeMs: number; readonly idleMs: number; readonly fullMs: number };
  /** True: callers send that source's own token. */
  readonly passthrough: boolean;
}
