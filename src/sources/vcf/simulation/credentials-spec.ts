import { isWireObject, type WireObject, objectsIn, textOf } from './wire-object.js';
import type { NewPassword } from './credentials-world.js';
import type { Site } from './site.js';
import { credentialsStepsOf } from './steps.js';

/** What is wrong with a CredentialsUpdateSpec that is to retry a task, or the passwords in it. */
export type SpecReading =
  { readonly ok: false; readonly problem: string } | { readonly ok: true; readonly passwords: readonly NewPassword[] };

/** Reads the body of a retry as SDDC Manager checks it, stopping at the first thing that is missing. */
export function readSpec(body: unknown, task: WireObject, site: Site): SpecReading {
  if (!isWireObject(body)) return problem('A credentials update spec is needed');
  const operation = textOf(body['operationType']);
  if (operation === '') return problem('operationType is missing');
  if (operation !== task['type']) return problem(`operationType is ${operation}, that of the task is ${textOf(task['type'])}`);
  const policy = body['autoRotatePolicy'];
  if (operation === 'UPDATE_AUTO_ROTATE_POLICY' && !(isWireObject(policy) && typeof policy['enableAutoRotatePolicy'] === 'boolean')) {
    return problem('autoRotatePolicy.enableAutoRotatePolicy is missing');
  }
  const elements = objectsIn(body['elements']);
  if (elements.length === 0) return problem('elements is missing or empty');
  const passwords: NewPassword[] = [];
  for (const [index, element] of elements.entries()) {
    const reading = readElement(element, `elements[${index}]`, {
      needsPassword: operation === 'UPDATE' || operation === 'REMEDIATE',
      task,
      site,
    });
    if (!reading.ok) return reading;
    passwords.push(...reading.passwords);
  }
  return { ok: true, passwords };
}

interface ElementRules {
  readonly needsPassword: boolean;
  readonly task: WireObject;
  readonly site: Site;
}

function readElement(element: WireObject, at: string, { needsPassword, task, site }: ElementRules): SpecReading {
  if (textOf(element['resourceType']) === '') return problem(`${at}.resourceType is missing`);
  const [name, id] = [textOf(element['resourceName']), textOf(element['resourceId'])];
  if (name === '' && id === '') return problem(`${at}.resourceName is missing`);
  const resourceNames = credentialsStepsOf(task).map(({ node }) => textOf(node['resourceName']));
  const resourceName = resourceNames.find((known) => (name === '' ? site.idOf(known) === id : known === name));
  if (resourceName === undefined) return problem(`${at} names a resource that the task does not have`);
  const credentials = objectsIn(element['credentials']);
  if (credentials.length === 0) return problem(`${at}.credentials is missing or empty`);
  for (const [index, credential] of credentials.entries()) {
    if (textOf(credential['username']) === '') return problem(`${at}.credentials[${index}].username is missing`);
    if (needsPassword && textOf(credential['password']) === '') return problem(`${at}.credentials[${index}].password is missing`);
  }
  const given = credentials.filter(({ password }) => textOf(password) !== '');
  return {
    ok: true,
    passwords: given.map(({ username, password }) => ({ resourceName, username: textOf(username), password: textOf(password) })),
  };
}

function problem(text: string): SpecReading {
  return { ok: false, problem: text };
}
