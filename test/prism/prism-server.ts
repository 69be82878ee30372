import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { upstreamFile } from '../support/upstream-files.js';
import { testTool, testToolsFolder } from '../tools/test-tool.js';

/** For `describeWith`. */
export const prism = testTool('@stoplight/prism-cli');

const program = `${testToolsFolder}/@stoplight/prism-cli/dist/index.js`;

/** A mock server made from a plane's own specification. */
export interface PrismServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts Prism with one specification. With a seed its answers are drawn from the schemas, the same for the same
 * request; without one they are the examples of the specification.
 */
export async function startPrism(specification: string, seed: string | null = null): Promise<PrismServer> {
  const mode = seed === null ? [] : ['--dynamic', '--seed', seed];
  const words = [program, 'mock', ...mode, '--host', '127.0.0.1', '--port', '0', upstreamFile(specification)];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await readyUrl(child);
  return {
    url,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** The address in the line that says that it listens; lines behind it are read on, so that the pipe never fills. */
function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`Prism ended with code ${code} before it listened.`)));
    if (child.stdout === null) return;
    createInterface(child.stdout).on('line', (line) => {
      const url = /Prism is listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}
