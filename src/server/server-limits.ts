/** The keys of `limits` of the configuration that the server enforces. 0 is no limit. */
export interface ServerLimits {
  /** Size of a request body, in KiB. */
  readonly bodyKb: number;
  /** Tokens of a document; comments do not count. */
  readonly tokens: number;
  /** Levels of fields of an operation; the root fields are level one. */
  readonly depth: number;
  /** Aliases of an operation, each counted once however often its fragment is spread. */
  readonly aliases: number;
  /** Root fields of a query, by response name; `__typename` does not count. */
  readonly rootFields: number;
  /** Root fields of a mutation, counted in the same way. */
  readonly mutationRootFields: number;
  /** Selections of an operation, with fragments counted wherever they are spread. */
  readonly selections: number;
  /** Operations of one caller per second. */
  readonly operationsPerSecond: number;
  /** Open WebSockets and event streams of one caller. */
  readonly socketsPerCaller: number;
  /** Active subscriptions on one WebSocket. */
  readonly subscriptionsPerSocket: number;
  /** Open WebSockets and event streams of all callers. There may be a quarter as many connections on which nobody is authenticated. */
  readonly sockets: number;
}

/** The limits of a document. */
export type DocumentLimits = Pick<ServerLimits, 'tokens' | 'depth' | 'aliases' | 'rootFields' | 'mutationRootFields' | 'selections'>;
