/** What a grant allows: the first four with a source, the others with the gateway itself. */
export type GrantedAction = 'read' | 'retry' | 'cancel' | 'track' | 'introspect' | 'operate' | 'audit';

/** Rights of the callers that `who` matches. */
export interface Grant {
  /** `sub:<glob>`, `role:<glob>`, `key:<id>` or `*`. */
  readonly who: string;
  readonly actions: readonly GrantedAction[];
  /** Globs over names of sources. */
  readonly sources: readonly string[];
}
