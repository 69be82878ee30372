import { createHash } from 'node:crypto';

/**
 * A digest of what a plane sent of one task, as JSON text: short, so that it costs less memory than the text, and equal
 * for equal text. A plane that sends the same fields in another order gives another one.
 */
export function fingerprintOf(sent: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sent) ?? '')
    .digest('base64url');
}
