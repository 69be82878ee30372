/** An operation in flight that waits for its plane. */
export interface PendingOperation {
  /** Its outcome as text. */
  readonly outcome: Promise<string>;
  /** Lets the plane continue. */
  release(): void;
}

/** The operation of a cell. */
export interface ProcessOperation {
  /** Its outcome without a fault. */
  readonly expected: string;
  /** What its client observes when the gateway shuts down, and when it is killed. */
  readonly ended: string;
  readonly killed: string;
  /** Sends it; an action concerns another task each time. It is in flight when this resolves. */
  begin(): Promise<PendingOperation>;
  /** The outcome of an operation in flight when the gateway exits. */
  end(pending: PendingOperation): Promise<string>;
  /** Does what a client without a response does: sends it again with the same key, or subscribes again. */
  resume(): Promise<string>;
  close(): void;
}

/** Sends an operation and waits for its outcome. */
export async function run(operation: ProcessOperation): Promise<string> {
  const { outcome, release } = await operation.begin();
  release();
  return outcome;
}
