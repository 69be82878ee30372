import type { TaskActionError, TrackTaskError } from '../../model/action-errors.js';
import type { ActionCommand, TaskActionOutcome } from '../../model/action.js';
import type { TaskStatus } from '../../model/task-status.js';
import type { ActionJournal, JournaledAction } from '../../store/action-journal.js';
import type { AuditedAction, AuditReason } from '../../store/audit-trail.js';
import type { Caller } from '../access/caller.js';
import type { RefusalLog } from '../audit/refusal-log.js';
import type { Log } from '../log.js';

/** One action on one task, as the caller requested it. */
export interface ActionRequest {
  readonly mutation: string;
  readonly command: ActionCommand;
  readonly taskId: string;
  readonly reason: string | null;
  /** The claim of the idempotency key; null without a key. */
  readonly claimId: string | null;
  /** Path of the input field that names the task. */
  readonly path: readonly string[];
}

/** A request as journal, audit trail and log know it. */
export type RecordedRequest<Action extends AuditedAction = AuditedAction> = Omit<JournaledAction<Action>, 'caller' | 'at'>;

/** Why an action was refused, and where that is shown. */
export interface RefusalDetails {
  readonly error: TaskActionError | TrackTaskError;
  /** Whether the history of the task shows the refusal; otherwise only the audit trail does. */
  readonly appearsInTaskHistory: boolean;
  /** Reasons for the audit trail; those of the error when absent. */
  readonly refusedFor?: readonly AuditReason[];
}

interface ActionRecorderOptions {
  readonly caller: Caller;
  readonly journal: Pick<ActionJournal, 'recordIntent' | 'recordOutcome'>;
  readonly refusals: RefusalLog;
  readonly log: Log;
  readonly now: () => number;
  /** Errors inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** Records what one caller requests, and what becomes of it, in the journal, the audit trail and the log. */
export class ActionRecorder {
  readonly #options: ActionRecorderOptions;

  constructor(options: ActionRecorderOptions) {
    this.#options = options;
  }

  /**
   * Records an action that is about to be sent. Returns its audit id; null when the store failed, so that nothing may
   * be sent.
   */
  async recordIntent(request: ActionRequest, statusBefore: TaskStatus): Promise<string | null> {
    try {
      return await this.#options.journal.recordIntent({ ...this.#complete(toRecordedRequest(request)), statusBefore });
    } catch (error) {
      this.#options.report(error);
      return null;
    }
  }

  /** Records the outcome of an action whose intent is recorded. The log has it even when the store fails. */
  async recordOutcome(
    request: ActionRequest,
    auditId: string,
    outcome: TaskActionOutcome,
    errors: readonly TaskActionError[],
  ): Promise<void> {
    const { journal, now, report } = this.#options;
    const reasons = errors.flatMap(toAuditReasons);
    this.log(request, auditId, outcome, reasons);
    try {
      await journal.recordOutcome(auditId, outcome, now(), reasons);
    } catch (error) {
      report(error);
    }
  }

  /** Records a refusal. Returns its audit id, or null when it has no entry of its own. */
  async recordRefusal(
    request: RecordedRequest,
    { error, appearsInTaskHistory, refusedFor = toAuditReasons(error) }: RefusalDetails,
  ): Promise<string | null> {
    const [auditId = null] = await this.recordRefusals([{ ...request, refusedFor, appearsInTaskHistory }]);
    return auditId;
  }

  /** Records several refusals together. Returns their audit ids, as `recordRefusal`. */
  recordRefusals(
    refusals: readonly (RecordedRequest & Pick<Required<RefusalDetails>, 'refusedFor' | 'appearsInTaskHistory'>)[],
  ): Promise<readonly (string | null)[]> {
    return this.#options.refusals.record(refusals.map((refusal) => this.#complete(refusal)));
  }

  /** Logs the outcome of a request. */
  log(
    { mutation, taskId, reason }: Pick<RecordedRequest, 'mutation' | 'taskId' | 'reason'>,
    auditId: string,
    outcome: TaskActionOutcome,
    reasons: readonly AuditReason[],
  ): void {
    const { caller, log } = this.#options;
    log.actionFinished({ auditId, caller: caller.id, mutation, taskId, outcome, because: reasons, reason });
  }

  /** Completes the record of a request with its caller and time; there is no other place that does. */
  #complete<Request extends RecordedRequest>(request: Request): Request & { readonly caller: string; readonly at: number } {
    return { ...request, caller: this.#options.caller.id, at: this.#options.now() };
  }
}

/** A request as it is recorded: without the input of the action, which may contain secrets. */
export function toRecordedRequest({ mutation, command, taskId, reason, claimId }: ActionRequest): RecordedRequest<ActionCommand['action']> {
  return { mutation, action: command.action, taskId, reason, claimId };
}

type ErrorWithOneReason = Exclude<TaskActionError | TrackTaskError, { readonly __typename: 'TaskActionNotAllowedError' }>;

const reasonByError: Readonly<Record<ErrorWithOneReason['__typename'], AuditReason>> = {
  TaskNotFoundError: 'NOT_FOUND',
  TaskSourceNotFoundError: 'NOT_FOUND',
  TaskConflictError: 'CONFLICT',
  TaskSourceError: 'SOURCE_ERROR',
  TaskOutcomeUnknownError: 'OUTCOME_UNKNOWN',
  IdempotencyKeyReusedError: 'KEY_REUSED',
  TaskTrackingNotNeededError: 'TRACKING_NOT_NEEDED',
};

function toAuditReasons(error: TaskActionError | TrackTaskError): readonly AuditReason[] {
  return error.__typename === 'TaskActionNotAllowedError' ? error.blockers.map(({ code }) => code) : [reasonByError[error.__typename]];
}
