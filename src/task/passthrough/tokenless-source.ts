import type { ActionAnswer } from '../act/action-answer.js';
import type { ActionCommand } from '../act/action-command.js';
import type { TaskActionBlocker } from '../act/blocker.js';
import { SourceProblemError } from '../error/source-problem-error.js';
import type { Translated } from '../model/translated.js';
import type { TaskSourceCapabilities } from '../source/capabilities.js';
import type { ListAnswer, Source } from '../source/source.js';

/**
 * A source whose callers bring their own tokens, for those who brought none: it says what the source is, asks its plane nothing,
 * and says why.
 */
export class TokenlessSource implements Source {
  readonly name: string;
  readonly kind: string;
  readonly displayName: string;
  readonly timeoutMs: number;
  readonly capabilities: TaskSourceCapabilities;
  readonly finishedTasksChange = true;
  readonly initialTaskIds: readonly string[];
  readonly #template: Source;

  /** `template`: the source with any token; nothing is sent with it. */
  constructor(template: Source) {
    this.#template = template;
    this.name = template.name;
    this.kind = template.kind;
    this.displayName = template.displayName;
    this.timeoutMs = template.timeoutMs;
    this.capabilities = template.capabilities;
    this.initialTaskIds = template.initialTaskIds ?? [];
  }

  isTaskId(localId: string): boolean {
    return this.#template.isTaskId(localId);
  }

  callsToList(knownCount: number | null): number {
    return this.#template.callsToList(knownCount);
  }

  callsToRead(idCount: number): number {
    return this.#template.callsToRead(idCount);
  }

  list(): Promise<ListAnswer> {
    return Promise.reject(this.#problem());
  }

  read(ids: readonly string[]): Promise<ReadonlyMap<string, SourceProblemError>> {
    return Promise.resolve(new Map(ids.map((id) => [id, this.#problem()])));
  }

  effectOf(command: ActionCommand, task: Translated): string | null {
    return this.#template.effectOf(command, task);
  }

  blockersOf(): readonly TaskActionBlocker[] {
    return [{ code: 'SOURCE_UNAVAILABLE', message: this.#problem().message }];
  }

  /** Never called: there is always a blocker. */
  act(): Promise<ActionAnswer> {
    const { problem } = this.#problem();
    return Promise.resolve({ outcome: 'REJECTED', because: 'PROBLEM', problem, isRetryable: false, retryAfterMs: null });
  }

  close(): Promise<void> {
    return this.#template.close();
  }

  #problem(): SourceProblemError {
    return new SourceProblemError('UNAUTHENTICATED', `Send your own token of this source in the header X-Source-Token-${this.name}.`);
  }
}
