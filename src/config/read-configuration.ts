import type { Configuration } from './configuration.js';
import { ConfigurationError } from './configuration-error.js';
import { type ConfigurationInput, loadConfiguration } from './load-configuration.js';
import { readTextFile } from './read-text-file.js';

/** Reads the file and loads it. A file that cannot be read is a ConfigurationError too. */
export function readConfiguration(input: Omit<ConfigurationInput, 'text'>): Configuration {
  let text = '';
  const read = readTextFile(input.file, (path) => (text = input.readFile(path)));
  if ('expected' in read) throw new ConfigurationError([{ file: input.file, line: 1, column: 1, path: '', message: read.expected }]);
  return loadConfiguration({ ...input, text });
}
