import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { waitUntil } from '../support/wait-until.js';
import { testToolsFolder } from '../tools/test-tool.js';

const run = promisify(execFile);

/** A project of somebody else, which has this package, and all others that are installed here, among its own. */
export class Consumer {
  readonly folder = mkdtempSync(join(tmpdir(), 'tributary-consumer-'));
  readonly #lines: string[] = [];
  #child: ChildProcess | null = null;

  /** With what is in a folder of test/clients. `unpacked` is where this package was unpacked to; without it, it is linked as it is here. */
  constructor(example: string, unpacked?: string) {
    cpSync(join('test/clients', example), this.folder, { recursive: true });
    cpSync('test/clients/tsconfig.example.json', join(this.folder, 'tsconfig.json'));
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }');
    mkdirSync(join(this.folder, 'node_modules'));
    for (const installed of ['node_modules', testToolsFolder].filter((folder) => existsSync(folder))) {
      for (const name of readdirSync(installed).flatMap((entry) => listPackages(installed, entry))) {
        const link = join(this.folder, 'node_modules', name);
        mkdirSync(dirname(link), { recursive: true });
        if (!existsSync(link)) symlinkSync(resolve(installed, name), link);
      }
    }
    const own = join(this.folder, 'node_modules/tributary-gateway');
    // A link would be followed, and what the package needs looked for beside where it leads.
    if (unpacked === undefined) symlinkSync(resolve('.'), own);
    else cpSync(unpacked, own, { recursive: true });
  }

  /** What a program of an installed package says, such as `typescript/bin/tsc`. It fails when that does. */
  async program(path: string, ...words: readonly string[]): Promise<string> {
    return this.#run(join('node_modules', path), ...words);
  }

  /** Compiles example.ts, strictly, and runs it: the JSON that it prints, line by line. */
  async example(...words: readonly string[]): Promise<readonly unknown[]> {
    await this.program('typescript/bin/tsc');
    const out = await this.#run('out/example.js', ...words);
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);
  }

  /** Compiles example.ts, strictly, and starts it. `printed` has the JSON that it prints. */
  async start(...words: readonly string[]): Promise<void> {
    await this.program('typescript/bin/tsc');
    const child = spawn(process.execPath, ['out/example.js', ...words], { cwd: this.folder, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    createInterface(child.stdout).on('line', (line) => this.#lines.push(line));
  }

  /** Waits for a line of the program that was started, after those that were waited for before. */
  async printed(isExpected: (line: unknown) => boolean): Promise<void> {
    for (;;) {
      await waitUntil(() => this.#lines.length > 0 || this.#child?.exitCode != null, 'the line that is waited for', 30_000);
      if (this.#lines.length === 0) throw new Error('The program has ended.');
      if (isExpected(JSON.parse(this.#lines.shift() ?? ''))) return;
    }
  }

  remove(): void {
    this.#child?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #run(script: string, ...words: readonly string[]): Promise<string> {
    const { stdout } = await run(process.execPath, [script, ...words], { cwd: this.folder, timeout: 30_000 }).catch(
      (error: { readonly stdout: string; readonly stderr: string }) => {
        throw new Error(`${script} failed:\n${error.stdout}${error.stderr}`);
      },
    );
    return stdout;
  }
}

/** The packages of a scope, some of which may be installed in one folder and some in another; else the entry itself. */
function listPackages(folder: string, entry: string): readonly string[] {
  return entry.startsWith('@') ? readdirSync(join(folder, entry)).map((name) => join(entry, name)) : [entry];
}
