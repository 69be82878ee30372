import type { Random } from '../../../simulation/random.js';
import { referenceToken } from './reference-token.js';
import type { ErrorJson } from './wire-json.js';

interface PasswordProblem {
  readonly errorCode: string;
  readonly cause: string;
  readonly remediation: string;
}

const locked: PasswordProblem = {
  errorCode: 'ACCOUNT_LOCKED',
  cause: 'The account is locked for 15 minutes after 5 failed log-ins',
  remediation: 'Wait until the account is unlocked, then retry.',
};

/** What goes wrong with passwords, by operation. */
const problems: Readonly<Record<string, PasswordProblem>> = {
  UPDATE: {
    errorCode: 'PASSWORD_REUSED',
    cause: 'The new password is one of the last 5 passwords of the account',
    remediation: 'Choose a password that the account has not had, then retry.',
  },
  REMEDIATE: {
    errorCode: 'PASSWORD_OUT_OF_SYNC',
    cause: 'The account does not accept the password that the inventory holds',
    remediation: 'Give the password that the account has now, then retry.',
  },
};

/** How a credentials task of this operation fails: what the task says, with the error of its subtask nested in it. */
export function passwordErrors(operation: string, random: Random): { task: ErrorJson; subTask: ErrorJson } {
  const { errorCode, cause, remediation } = problems[operation] ?? locked;
  const token = referenceToken(random);
  const subTask: ErrorJson = {
    errorCode,
    errorType: 'ERROR',
    message: 'The password could not be changed',
    remediationMessage: remediation,
    causes: [{ type: 'CredentialsException', message: cause }],
    referenceToken: token,
  };
  const task: ErrorJson = {
    errorCode: `CREDENTIALS_${operation}_FAILED`,
    errorType: 'ERROR',
    message: 'Not every password could be changed',
    remediationMessage: remediation,
    causes: [],
    nestedErrors: [subTask],
    referenceToken: token,
  };
  return { task, subTask };
}
