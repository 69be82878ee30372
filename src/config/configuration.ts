import type { RecordingMode } from '../gateway/history/recorder.js';
import type { ReadAges } from '../gateway/query/authorized-reader.js';
import type { GatewayLimits } from '../gateway/query/operation-limits.js';
import type { PollIntervals } from '../gateway/subscriptions/poller.js';
import type { AuthenticationSettings } from '../server/authentication/authentication-settings.js';
import type { ServerLimits } from '../server/guards/server-limits.js';
import type { TrustedDocuments } from '../server/guards/trusted-documents.js';
import type { SourceModule } from '../sources/source-module.js';
import type { StoreSettings } from '../store/store.js';
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
    readonly trustedDocuments?: TrustedDocuments | undefined;
  };
  readonly auth: AuthenticationSettings;
  readonly store: StoreSettings & { readonly record: RecordingMode };
  readonly reads: ReadAges;
  /** Whether the subgraph SDL shows `node` and `nodes`, and scope directives. */
  readonly federation: { readonly node: boolean; readonly scopes: boolean };
  readonly limits: ServerLimits & GatewayLimits;
  /** In the order of the file; at least one. */
  readonly sources: readonly SourceConfiguration[];
}

export interface SourceConfiguration {
  readonly module: SourceModule;
  readonly connection: Omit<SourceConnection, 'now' | 'steady' | 'random'>;
  /** For `module.create`, unless `passthrough`: then `credentials` is `{ mode: 'passthrough' }`, which no module knows. */
  readonly settings: unknown;
  readonly poll: PollIntervals;
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
