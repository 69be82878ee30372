import { SourceProblemError } from '../../../task/error/source-problem-error.js';
import type { VcfClient } from '../client.js';
import { Collected } from './collected.js';

/** What became of GET /v1/credentials/tasks. */
export type CredentialsList =
  | {
      readonly isKnown: true;
      readonly collected: Collected;
      /** False when the plane counts more than it gave. */ readonly isComplete: boolean;
    }
  | { readonly isKnown: false; readonly error: SourceProblemError };

/** Asks once; it has no pages. A plane without the list has no credentials tasks. It never rejects for what the plane answers. */
export async function listCredentialsTasks(client: VcfClient, signal: AbortSignal): Promise<CredentialsList> {
  try {
    const collected = new Collected(0);
    const page = await client.credentialsTasks(signal);
    if (page !== null) collected.add(page.elements);
    return { isKnown: true, collected, isComplete: collected.size >= (page?.metadata.totalElements ?? 0) };
  } catch (error) {
    if (error instanceof SourceProblemError) return { isKnown: false, error };
    throw error;
  }
}
