import { readdirSync, readFileSync } from 'node:fs';

/** Of the example operations, each of which is a tab of the explorer. */
export function operationNames(): readonly string[] {
  return readdirSync('schema/operations')
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => /^(?:query|subscription|mutation) (\w+)/m.exec(readFileSync(`schema/operations/${file}`, 'utf8'))?.[1] ?? file);
}
