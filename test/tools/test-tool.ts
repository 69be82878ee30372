import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Tool } from '../support/describe-with-tool.js';

/** Where the packages are that `npm ci` leaves out and `npm run test:tools` installs. */
export const testToolsFolder = 'test/tools/node_modules';

/** One of these packages, for `describeWith`; `folder`: the folder in test/tools that has it, where it is not test/tools itself. */
export function testTool(name: string, folder = ''): Tool {
  const packages = folder === '' ? testToolsFolder : join('test/tools', folder, 'node_modules');
  return {
    isThere: existsSync(join(packages, name, 'package.json')),
    install: `Run "npm run test:tools" (${name} is not in ${packages}).`,
  };
}
