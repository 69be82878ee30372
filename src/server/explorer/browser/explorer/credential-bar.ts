import { createElement, type ReactElement, useState, useSyncExternalStore } from 'react';

import { authorizationHeaders, isRefused, noticeRefusal, parseCredential, readCredential, storeCredential } from '../credential.js';
import { Observable } from './observable.js';

/**
 * `unneeded`: nothing was refused and nothing entered. `wanted`: the gateway answered 401, and none was sent. `entered`: it is sent from
 * now on. `accepted` and `refused` say what the gateway made of it.
 */
type CredentialState = 'unneeded' | 'wanted' | 'entered' | 'accepted' | 'refused';

export const credentialState = new Observable<CredentialState>(
  readCredential() === null ? 'unneeded' : isRefused() ? 'refused' : 'entered',
);

/** Learns from the status of a response whether the gateway asks for a credential, or took the one that was sent. */
export function noticeStatus(status: number, wasSent: boolean): void {
  if (status === 401) {
    if (wasSent) noticeRefusal(authorizationHeaders()['authorization']);
    credentialState.set(isRefused() ? 'refused' : 'wanted');
  } else if (status < 400 && wasSent && credentialState.get() !== 'accepted') credentialState.set('accepted');
}

const explanations: Readonly<Record<CredentialState, string>> = {
  unneeded: '',
  wanted: 'This gateway asks for a credential.',
  entered: 'Your credential is sent with every operation of every tab.',
  accepted: 'Your credential is sent with every operation of every tab.',
  refused: 'The gateway refused this credential.',
};

/** The one field for the credential of all tabs. It appears when the gateway asks for one. */
export function CredentialBar(): ReactElement | null {
  const state = useSyncExternalStore(credentialState.subscribe, credentialState.get);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  if (state === 'unneeded') return null;
  const isAsking = state === 'wanted' || state === 'refused';
  const submit = (event: { preventDefault(): void }): void => {
    event.preventDefault();
    const credential = parseCredential(text);
    if (credential === null) return setProblem('A key or token has no blanks, and only letters, digits and signs of ASCII.');
    setProblem('');
    setText('');
    storeCredential(credential);
    credentialState.set('entered');
  };
  const clear = (): void => {
    storeCredential(null);
    setText('');
    credentialState.set('wanted');
  };
  return createElement(
    'form',
    { className: 'credential', 'data-state': state, onSubmit: submit, 'aria-label': 'Credential' },
    createElement('p', { role: 'status' }, problem === '' ? explanations[state] : problem),
    isAsking
      ? createElement('input', {
          type: 'password',
          value: text,
          placeholder: 'API key or token',
          'aria-label': 'API key or token',
          autoComplete: 'off',
          spellCheck: false,
          onChange: ({ target }: { target: { value: string } }) => setText(target.value),
        })
      : null,
    isAsking ? createElement('button', { type: 'submit', className: 'primary' }, 'Use it') : null,
    state === 'wanted' ? null : createElement('button', { type: 'button', onClick: clear }, 'Clear'),
    createElement(
      'span',
      { className: 'hint' },
      'It is kept in this browser tab until that is closed; the browser may write it to its profile.',
    ),
  );
}
