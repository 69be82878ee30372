import type { Configuration } from './configuration.js';

/** What `serve` of this version refuses, by name, although `config check` accepts it; empty when it can serve. */
export function unsupportedModes({ sources }: Configuration): string[] {
  return sources
    .filter(({ passthrough, module }) => passthrough && module.createWithToken === undefined)
    .map(({ connection }) => `credentials.mode: passthrough (source ${connection.name})`);
}
