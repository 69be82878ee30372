/** What is refused as too much: the configuration's `limits`, key by key. 0 is no limit. */
export interface ServerLimits {
  /** KiB of a request body. */
  readonly bodyKb: number;
  /** Tokens of a document; comments are none. */
  readonly tokens: number;
  /** Levels of fields of an operation; root fields are the first. */
  readonly depth: number;
  /** Aliases of an operation, each counted once however often its fragment is spread. */
  readonly aliases: number;
  /** Root fields of a query, by their names in the answer; `__typename` is none. */
  readonly rootFields: number;
  /** The same of a mutation. */
  readonly mutationRootFields: number;
  /** Selections of an operation, with fragments counted where they are spread. */
  readonly selections: number;
  /** Operations of one caller in a second. */
  readonly operationsPerSecond: number;
  /** WebSockets and event streams of one caller. */
  readonly socketsPerCaller: number;
  /** Subscriptions on one WebSocket. */
  readonly subscriptionsPerSocket: number;
  /** WebSockets and event streams in all. */
  readonly sockets: number;
}

/** Those that the document itself is held against. */
export type DocumentLimits = Pick<ServerLimits, 'tokens' | 'depth' | 'aliases' | 'rootFields' | 'mutationRootFields' | 'selections'>;
