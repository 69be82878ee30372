import type { Random } from '../../../simulation/random.js';

/** The key under which the appliance's log has an error: six characters, as in real ones. */
export function referenceToken(random: Random): string {
  return random.text(6, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
}
