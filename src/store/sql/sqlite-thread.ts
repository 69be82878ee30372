import { Worker } from 'node:worker_threads';

/** What the worker does. */
type SqliteRequest =
  /** `identity`: of the file that it must be; null for any. */
  | { readonly kind: 'open'; readonly path: string; readonly isReadonly: boolean; readonly identity: string | null }
  /** From now on `begin` fails, with the code STORE_FILE_CHANGED, when another file is at this path, at that of its log or at that of the lock. Its row is the identity of the file. */
  | { readonly kind: 'watch'; readonly path: string; readonly lock: string }
  /** Begins a transaction that writes. */
  | { readonly kind: 'begin' }
  | { readonly kind: 'execute'; readonly statement: string }
  | { readonly kind: 'query'; readonly statement: string; readonly parameters: readonly unknown[] }
  /** Does nothing outside a transaction. */
  | { readonly kind: 'rollback' }
  /** Copies the write-ahead log into the file, as far as no other process reads an older state. It never fails, and does nothing in a transaction. */
  | { readonly kind: 'checkpoint' }
  | { readonly kind: 'close' };

interface SqliteResult {
  readonly rows: readonly unknown[];
  /** Rows that a statement has inserted, updated or deleted. */
  readonly changes: number;
}

/** The thread ended while it was in use, or before it could be. */
export class SqliteThreadError extends Error {
  override readonly name = 'SqliteThreadError';
  readonly code = 'STORE_THREAD_ENDED';
}

interface SqliteThreadOptions {
  readonly isReadonly?: boolean;
  /** Statements that set up each connection. */
  readonly setUp?: readonly string[];
  /** Path of the lock of the gateway: once other files are in the places of those that were opened first, and of this one, transactions are refused. */
  readonly lockPath?: string;
}

interface PendingRequest {
  readonly resolve: (result: SqliteResult) => void;
  readonly reject: (error: Error) => void;
}

type WorkerAnswer =
  | { readonly result: SqliteResult; readonly error?: undefined }
  /** An error of the driver, whose codes would be lost in the copy of an Error. */
  | { readonly error: { readonly name: string; readonly message: string; readonly code: unknown; readonly rawCode: unknown } };

/**
 * A connection to a SQLite file in a thread of its own, so that the event loop goes on while SQLite works or waits for the disk.
 * When the thread ends by itself, what it was asked for fails, and so does the rest until it is opened again.
 */
export class SqliteThread {
  readonly #path: string;
  readonly #options: SqliteThreadOptions;
  /** Those that the worker has not answered yet, in the order of its answers. */
  readonly #pending: PendingRequest[] = [];
  #worker: Worker | null = null;
  /** Of the file that was opened first, where it is watched. */
  #identity: string | null = null;

  constructor(path: string, options: SqliteThreadOptions = {}) {
    this.#path = path;
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#worker !== null;
  }

  /** Starts the thread and opens the file. Rejects when that fails; there is no thread then. */
  async open(): Promise<void> {
    const { isReadonly = false, setUp = [], lockPath } = this.#options;
    this.#start();
    try {
      await this.ask({ kind: 'open', path: this.#path, isReadonly, identity: this.#identity });
      for (const statement of setUp) await this.ask({ kind: 'execute', statement });
      if (lockPath !== undefined) await this.#watch(lockPath);
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  /** Rejects with the error of the driver, or with a SqliteThreadError. */
  ask(request: SqliteRequest): Promise<SqliteResult> {
    const worker = this.#worker;
    if (worker === null) return Promise.reject(new SqliteThreadError('The thread of the database has ended.'));
    return new Promise((resolve, reject) => {
      // It throws where a value cannot be sent to a thread: then no answer will come.
      worker.postMessage(request);
      this.#pending.push({ resolve, reject });
      // An idle thread does not keep the process alive, and one that works does.
      worker.ref();
    });
  }

  /** Closes the file, and resolves when the thread has ended. */
  async close(): Promise<void> {
    if (this.#worker !== null) await this.ask({ kind: 'close' }).catch(() => undefined);
    await this.end();
  }

  /** Ends the thread at once. What was not committed is lost. */
  async end(): Promise<void> {
    await this.#worker?.terminate();
  }

  async #watch(lock: string): Promise<void> {
    const { rows } = await this.ask({ kind: 'watch', path: this.#path, lock });
    this.#identity = String(rows[0]);
  }

  #start(): void {
    const worker = new Worker(new URL('./sqlite-worker.mjs', import.meta.url), { execArgv: [], stdout: false });
    let cause: unknown;
    worker.on('message', (answer: WorkerAnswer) => this.#settle(worker, answer));
    worker.on('error', (error) => (cause = error));
    worker.on('exit', () => this.#ended(worker, cause));
    worker.unref();
    this.#worker = worker;
  }

  #settle(worker: Worker, answer: WorkerAnswer): void {
    const request = this.#pending.shift();
    if (this.#pending.length === 0) worker.unref();
    if (answer.error === undefined) request?.resolve(answer.result);
    else request?.reject(Object.assign(new Error(answer.error.message), answer.error));
  }

  #ended(worker: Worker, cause: unknown): void {
    if (this.#worker === worker) this.#worker = null;
    const error = new SqliteThreadError('The thread of the database has ended.', { cause });
    for (const { reject } of this.#pending.splice(0)) reject(error);
  }
}
