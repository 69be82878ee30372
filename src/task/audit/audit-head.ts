/** Where a chain ends. */
export interface AuditHead {
  /** Of the last link; 0: there is none. */
  readonly position: number;
  /** Of the last link; before the first one, 64 zeros. */
  readonly hash: string;
}

export const emptyHead: AuditHead = { position: 0, hash: '0'.repeat(64) };
