import { registerEnumType } from 'type-graphql';

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
  description: 'New values may come; treat an unknown one as OTHER.',
  valuesConfig: {
    TIMEOUT: { description: 'No answer within the deadline.' },
    UNREACHABLE: { description: 'DNS or connection failed.' },
    TLS: { description: 'The certificate was refused.' },
    HTTP_STATUS: { description: 'An unexpected status.' },
    NOT_FOUND: { description: 'The plane does not know the path, account or zone.' },
    RATE_LIMITED: { description: 'The plane asked for fewer calls.' },
    UNAUTHENTICATED: { description: 'The plane refused the credentials.' },
    FORBIDDEN: { description: 'The credentials do not suffice.' },
    CIRCUIT_OPEN: { description: 'Not asked: it failed too often a moment ago.' },
    OVERLOADED: { description: 'Not asked: too many calls are waiting for it.' },
    MALFORMED_RESPONSE: { description: 'The answer could not be read.' },
    TOO_LARGE: { description: 'The answer was over the limit.' },
    OTHER: { description: 'Anything else.' },
  },
});
