import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Tool } from '../support/describe-with-tool.js';

/** Where the packages are that `npm ci` leaves out and `npm run test:tools` installs. */
export const testToolsFolder = 'test/tools/node_modules';

/** One of these packages, for `describeWith`. */
export function testTool(name: string): Tool {
  return {
    isThere: existsSync(join(testToolsFolder, name, 'package.json')),
    install: `Run "npm run test:tools" (${name} is not in ${testToolsFolder}).`,
  };
}
