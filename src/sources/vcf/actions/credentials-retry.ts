import type { SourceInput } from '../../../task/act/action-command.js';
import type { VcfCredentialsElementInput } from '../types/credentials-element-input.js';

/** The mutation that takes what a credentials task needs again. */
export const retryVcfCredentialsTask = 'retryVcfCredentialsTask';

/** What that mutation passes as `ActionCommand.input.value`. */
export interface VcfCredentialsRetry {
  readonly elements: readonly VcfCredentialsElementInput[];
}

/** The input of an action, where it is that of our own mutation; null for any other and for none. */
export function credentialsRetryOf(input: SourceInput | null): VcfCredentialsRetry | null {
  if (input === null || input.kind !== 'VCF' || input.mutation !== retryVcfCredentialsTask) return null;
  return input.value as VcfCredentialsRetry; // Written by that mutation alone, from arguments that GraphQL has checked.
}
