import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';

import { TributaryError } from './errors.js';

@ObjectType({ description: 'Why a source could not be read, or not completely, or why an action on its control plane failed.' })
export class TaskSourceProblem {
  @Field(() => TaskSourceProblemKind, { description: 'Category of the problem, for programs.' })
  kind!: TaskSourceProblemKind;

  @Field(() => String, { description: 'The problem as a human-readable text; it contains no URL, no credential and no stack trace.' })
  message!: string;

  @Field(() => Int, {
    description: 'HTTP status of the answer of the control plane. Null when there was no answer, or its status is not known.',
    nullable: true,
  })
  httpStatus!: number | null;

  @Field(() => String, {
    description:
      'Reference under which the support of the control plane finds the problem: the referenceToken of SDDC Manager, the correlationID of Astra Control or the request_id of the catalog. Null when there is none.',
    nullable: true,
  })
  referenceToken!: string | null;
}

export const TaskSourceProblemKind = {
  TIMEOUT: 'TIMEOUT',
  UNREACHABLE: 'UNREACHABLE',
  TLS: 'TLS',
  HTTP_STATUS: 'HTTP_STATUS',
  NOT_FOUND: 'NOT_FOUND',
  RATE_LIMITED: 'RATE_LIMITED',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  CIRCUIT_OPEN: 'CIRCUIT_OPEN',
  OVERLOADED: 'OVERLOADED',
  MALFORMED_RESPONSE: 'MALFORMED_RESPONSE',
  TOO_LARGE: 'TOO_LARGE',
  OTHER: 'OTHER',
} as const;
export type TaskSourceProblemKind = keyof typeof TaskSourceProblemKind;

registerEnumType(TaskSourceProblemKind, {
  name: 'TaskSourceProblemKind',
  description: 'Category of a source problem. Values may be added; treat one that you do not know as OTHER.',
  valuesConfig: {
    TIMEOUT: {
      description:
        'The control plane did not answer before the deadline. In a list of several sources it may also be that the list did not wait so long; then the gateway is still reading the source.',
    },
    UNREACHABLE: { description: 'No connection to the control plane could be made or kept: name resolution or the network failed.' },
    TLS: { description: 'No trusted TLS connection could be made, for example because the certificate is not valid.' },
    HTTP_STATUS: {
      description:
        'The control plane answered with an HTTP status that has no category of its own. Answers that a proxy in front of it seems to have sent have this category, too.',
    },
    NOT_FOUND: { description: 'The control plane does not know the path, account or zone of the request.' },
    RATE_LIMITED: { description: 'The control plane limits the rate of requests and refused this one.' },
    UNAUTHENTICATED: { description: 'The control plane did not accept the credentials.' },
    FORBIDDEN: { description: 'The control plane accepted the credentials, but they do not permit the request.' },
    CIRCUIT_OPEN: {
      description: 'The control plane was not contacted, because it failed repeatedly a moment ago and the circuit breaker is open.',
    },
    OVERLOADED: { description: 'The control plane was not contacted, because too many calls to it are waiting already.' },
    MALFORMED_RESPONSE: { description: 'The answer of the control plane does not have the form that its API documents.' },
    TOO_LARGE: { description: 'The answer of the control plane is larger than the configured limit.' },
    OTHER: { description: 'A problem that fits no other category.' },
  },
});

/** A plane that asks for a longer pause is asked again after an hour, as its answer may be a mistake. */
export const maxRetryAfterMs = 3_600_000;

/**
 * Thrown when a plane could not be reached, refused a request or answered in a way that cannot be used. Clients may see
 * the message; `cause` is for the log.
 */
export class SourceProblemError extends TributaryError {
  override readonly name = 'SourceProblemError';
  readonly code = 'SOURCE_UNAVAILABLE';
  readonly problem: TaskSourceProblem;
  override readonly retryAfterMs: number | null;

  constructor(kind: TaskSourceProblemKind, message: string, details: SourceProblemDetails = {}) {
    super(message, { cause: details.cause });
    this.problem = {
      kind,
      message,
      httpStatus: details.httpStatus ?? null,
      referenceToken: details.referenceToken ?? null,
    };
    this.retryAfterMs = details.retryAfterMs == null ? null : Math.min(Math.max(0, Math.ceil(details.retryAfterMs)), maxRetryAfterMs);
  }

  /** The same error with a pause of at least `ms` milliseconds, for a plane that will not be asked for so long. */
  withMinRetryAfter(ms: number): SourceProblemError {
    if (ms <= (this.retryAfterMs ?? 0)) return this;
    const { problem, message, cause } = this;
    return new SourceProblemError(problem.kind, message, { ...problem, retryAfterMs: ms, cause });
  }

  /** Whether the same request may succeed later: with refused credentials it cannot. */
  get isRetryable(): boolean {
    return !this.isCredentialRefusal;
  }

  /** See the function of this name. */
  get isCredentialRefusal(): boolean {
    return isCredentialRefusal(this.problem);
  }
}

/** Whether the plane does not accept the credentials: then nothing that was read with them before may be shown. */
export function isCredentialRefusal({ kind }: TaskSourceProblem): boolean {
  return kind === 'UNAUTHENTICATED' || kind === 'FORBIDDEN';
}

/**
 * A problem that fits no category and has no HTTP status: something inside the gateway, or a call that a plane does not
 * have.
 */
export function createOtherProblem(message: string): TaskSourceProblem {
  return { kind: 'OTHER', message, httpStatus: null, referenceToken: null };
}

/** Optional details of a problem. */
interface SourceProblemDetails {
  /** HTTP status of the answer. */
  readonly httpStatus?: number | null;
  /** Reference for the support of the plane. */
  readonly referenceToken?: string | null;
  /** The pause that the plane asks for, in milliseconds; at most an hour of it is kept. */
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/** The pause for a plane that asks for none, in milliseconds: the default interval of polling unfinished tasks. */
export const defaultRetryAfterMs = 5_000;
