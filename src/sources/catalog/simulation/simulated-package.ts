import type { Random } from '../../../simulation/random.js';

/** A package that a simulated catalog offers. */
export interface SimulatedPackage {
  readonly id: string;
  readonly slug: string;
  readonly version: number;
}

const slugs = ['github', 'slack', 'postgres-mcp', 'linear', 'google-workspace', 'datadog'];

export function simulatedPackages(random: Random): readonly SimulatedPackage[] {
  return slugs.map((slug) => ({ id: nanoid(random), slug, version: random.between(1, 9) }));
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** An id in the catalog's form: 26 characters of nanoid. */
export function nanoid(random: Random): string {
  return random.text(26, alphabet);
}
