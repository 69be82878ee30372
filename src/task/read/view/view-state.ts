import type { Source } from '../../source/source.js';
import type { SourceHealth } from '../../source/source-health.js';
import type { KnownTasks } from '../known/known-tasks.js';

/** What the parts of a view share. */
export interface ViewState {
  readonly source: Source;
  /** Where it is remembered how reads went. */
  readonly health: SourceHealth;
  readonly known: KnownTasks;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Tells everyone who listens what is known otherwise than before. */
  readonly tell: () => void;
}
