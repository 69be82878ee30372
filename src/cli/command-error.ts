/** Done, failed, or not tried because of the usage or the configuration. */
export const exitCode = { done: 0, failed: 1, usage: 2 } as const;

/** Thrown when a command cannot do what it was asked to; the message is all that the user sees. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: 1 | 2;

  constructor(code: 1 | 2, message: string, cause?: unknown) {
    super(message, { cause });
    this.exitCode = code;
  }
}
