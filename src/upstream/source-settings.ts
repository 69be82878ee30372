import type { Clock } from '../lib/scheduler.js';
import type { TaskActionKind } from '../model/action.js';

/** What the configuration says of every source, whatever its kind, and the clock that the source goes by. */
export interface SourceSettings {
  readonly name: string;
  readonly displayName: string;
  /** Which actions the operator allows. */
  readonly actions: Readonly<Record<Lowercase<TaskActionKind>, boolean>>;
  readonly transport: TransportSettings;
  readonly listLimits: ListLimits;
  readonly clock: SourceClock;
}

/** How the plane is reached. */
export interface TransportSettings {
  /** Base URL; its path, if any, comes before every route. */
  readonly url: URL;
  /** PEM texts. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** URL of an HTTP proxy; null for none. */
  readonly proxy: URL | null;
  /** Milliseconds that a read or an action may take in all, retries and queues included. */
  readonly timeoutMs: number;
  /** Bytes of one response body; 0 is no limit. */
  readonly maxBodyBytes: number;
}

/** How much of one list is read; 0 is no limit. */
export interface ListLimits {
  readonly maxItems: number;
  readonly maxPages: number;
}

/** The clock of a source. Times that planes report are compared with its `now`. */
export type SourceClock = Pick<Clock, 'now' | 'monotonic' | 'random'>;
