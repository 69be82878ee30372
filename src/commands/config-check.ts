import { ConfigurationError } from '../config/configuration-error.js';
import type { ConfigurationInput } from '../config/load-configuration.js';
import { readConfiguration } from '../config/read-configuration.js';
import { unsupportedModes } from '../config/unsupported-modes.js';

/** `tributary config check`: 0 when the file is right, 2 when it is not. Modes that this version cannot serve are right, and told. */
export function configCheck(input: Omit<ConfigurationInput, 'text'> & { print(line: string): void }): 0 | 2 {
  try {
    const configuration = readConfiguration(input);
    input.print(`${input.file} is right: ${configuration.sources.length} source(s).`);
    for (const mode of unsupportedModes(configuration)) input.print(`This version does not serve ${mode} yet.`);
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const line of error.message.split('\n')) input.print(line);
    return 2;
  }
}
