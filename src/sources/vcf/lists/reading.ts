import { fingerprintOf } from '../../../task/source/fingerprint-of.js';
import type { Reading } from '../../../task/source/reading.js';
import type { WireParts } from '../translation/payload.js';
import { translateTask } from '../task.js';

/** A reading of one task. It is looked at closely only where it differs from the one before. */
export function readingOf(sourceName: string, sourceTaskId: string, parts: WireParts, fingerprint = fingerprintOfParts(parts)): Reading {
  return { sourceTaskId, fingerprint, translate: () => translateTask(sourceName, sourceTaskId, parts) };
}

function fingerprintOfParts({ task, credentialsTask }: WireParts): string {
  return `${task === null ? '' : fingerprintOf(task)} ${credentialsTask === null ? '' : fingerprintOf(credentialsTask)}`;
}
