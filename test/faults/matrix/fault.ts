import type { NamedHost } from './named-host.js';
import type { ToxicProxy } from '../toxic-proxy.js';
import type { KeyPair } from '../../upstream/certificates.js';

export const kinds = ['catalog', 'astra', 'vcf'] as const;
export type Kind = (typeof kinds)[number];

export const operations = ['list', 'get', 'mutation', 'subscription'] as const;
export type OperationName = (typeof operations)[number];

/** What a fault may use to take effect. */
export interface FaultContext {
  readonly kind: Kind;
  readonly operation: OperationName;
  readonly proxy: ToxicProxy;
  /** The DNS lookup of the plane, for faults with a host name. */
  readonly host: Pick<NamedHost, 'lookup'>;
  /** An origin to which no request may be sent. */
  readonly otherOrigin: string;
  /** Certificates that must be rejected; empty without openssl. */
  readonly badCertificates: readonly KeyPair[];
  /** A seeded random number from 0 to 1. */
  readonly random: () => number;
  /** Sets the wall clock of the gateway. */
  setClock(ms: number): void;
  /** Advances the monotonic clock of the gateway, for example past the open time of a circuit breaker. */
  wait(ms: number): void;
  /** Reads the list, without the cache. */
  read(): Promise<void>;
  /** Registers a function that is called when the cell is closed. */
  atEnd(act: () => unknown): void;
}

/** The allowed outcomes of an operation; null when the cell does not exist. */
export type Expected = readonly string[] | null;

/** A row of the matrix. */
export interface MatrixFault {
  readonly number: number;
  readonly name: string;
  begin(context: FaultContext): unknown;
  /** Additional configuration of the source. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** How the gateway reaches the plane; absent: by IP address over HTTP. */
  readonly reached?: 'by name' | 'with TLS';
  expected(operation: OperationName, kind: Kind): Expected;
  /** Whether repeated reads open the circuit breaker. */
  readonly breaker: 'opens' | 'stays closed' | 'either';
  /** How many requests of one action may arrive, when it is not one. */
  readonly sends?: number;
}

/** The expected outcomes of each operation; that of the mutation applies to planes with actions. */
export interface Expectations {
  readonly list: Expected;
  readonly get: Expected;
  readonly mutation: Expected;
  readonly subscription: Expected;
}

/** Sources without actions reject an action before anything is sent. */
export function expectOutcomes(ofKind: (kind: Kind) => Expectations): MatrixFault['expected'] {
  return (operation, kind) => {
    const outcomes = ofKind(kind)[operation];
    return operation === 'mutation' && kind !== 'vcf' && outcomes !== null ? ['REJECTED TaskActionNotAllowedError'] : outcomes;
  };
}

/** The plane failed: stale data is served, or none. */
export function failed(...problems: readonly string[]): Pick<Expectations, 'list' | 'get' | 'subscription'> {
  return {
    list: [...problems, 'CIRCUIT_OPEN'].flatMap((problem) => [`STALE ${problem}`, `UNAVAILABLE ${problem}`]),
    get: ['STALE', 'SOURCE_UNAVAILABLE'],
    subscription: ['DOWN'],
  };
}

/** The plane rejected the credentials: no stale data is served. */
export function refused(problem: string): Pick<Expectations, 'list' | 'get' | 'subscription'> {
  return { list: [`UNAVAILABLE ${problem}`], get: ['SOURCE_UNAVAILABLE'], subscription: ['DOWN'] };
}

/** The fault has no effect on reads. */
export const unaffected: Pick<Expectations, 'list' | 'get' | 'subscription'> = {
  list: ['ANSWERED'],
  get: ['TASK'],
  subscription: ['QUIET'],
};

export const notSent = ['REJECTED TaskSourceError'];
export const unknown = ['UNKNOWN TaskOutcomeUnknownError'];
export const accepted = ['ACCEPTED'];
