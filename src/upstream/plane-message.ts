import { type EmbeddedValue, findEmbeddedValues } from '../lib/embedded-values.js';
import { removeInvisible } from '../lib/invisible-text.js';

/** A message of a plane as people read it, and the error code that was inside it. */
export interface PlaneMessage {
  readonly message: string;
  /** Null where the message has none, or only one that says nothing, such as a status of HTTP. */
  readonly code: string | null;
}

/**
 * Reads a message of a plane. Planes pass on the answers of their own services, so that a message may contain JSON, or
 * a dictionary of Python, with the real reason between ids and stack traces. Each of them is replaced by its messages
 * and reasons; one in which there are none stays as it is, but for what nobody sees. It never throws, and its time is linear in the length of the
 * message.
 */
export function readPlaneMessage(text: string): PlaneMessage {
  return readAtDepth(removeInvisible(text), 0);
}

/** Only so much of a message is searched, in UTF-16 units. */
const maxSearchedLength = 8_192;

/** JSON inside the messages of JSON is read down to this depth. */
const maxMessageDepth = 3;

function readAtDepth(text: string, depth: number): PlaneMessage {
  if (depth > maxMessageDepth || !text.includes('{')) return { message: text, code: null };
  const searched = text.slice(0, maxSearchedLength);
  let message = '';
  let code: string | null = null;
  let at = 0;
  for (const embedded of findEmbeddedValues(searched)) {
    const reason = findReason(embedded.value, depth);
    if (reason.texts.length === 0) continue;
    const { before, end } = stripMarksAround(message + searched.slice(at, embedded.start), searched, embedded);
    message = joinWords(before, reason.texts.join(': '));
    code ??= reason.code;
    at = embedded.isTruncated ? text.length : end;
  }
  if (at === 0) return { message: text, code: null };
  return { message: appendRest(message, text.slice(at)), code };
}

const closingMarks: Readonly<Record<string, string>> = { '[': ']', '(': ')', '<': '>', '"': '"', "'": "'", '`': '`' };

/** Quotation marks and brackets around an embedded value say nothing once it is a sentence. */
function stripMarksAround(before: string, text: string, { end }: EmbeddedValue): { readonly before: string; readonly end: number } {
  let [left, right] = [before.trimEnd(), end];
  for (
    let mark = left.at(-1) ?? '';
    Object.hasOwn(closingMarks, mark) && text.charAt(right) === closingMarks[mark];
    mark = left.at(-1) ?? ''
  ) {
    left = left.slice(0, -1).trimEnd();
    right++;
  }
  // Python writes b before bytes.
  return { before: left === 'b' || /\sb$/.test(left.slice(-2)) ? left.slice(0, -1).trimEnd() : left, end: right };
}

function joinWords(before: string, reason: string): string {
  if (before === '') return reason;
  // Only the end is searched: an expression tries every start, and there is an end for each embedded value.
  const ending = before.slice(-40);
  if (/\b(?:and|or|with|is|was)$/.test(ending)) return `${before} ${reason}`;
  return /[\p{L}\p{N})\]"'’”]$/u.test(ending) ? `${before}: ${reason}` : `${before} ${reason}`;
}

function appendRest(message: string, rest: string): string {
  const trimmed = rest.trim();
  if (trimmed === '' || (/^[.!]$/.test(trimmed) && /[.!?]$/.test(message.slice(-1)))) return message;
  return /^[.,;:!?)\]}"'”’]/.test(rest) ? message + rest.trimEnd() : `${message} ${trimmed}`;
}

/** What an embedded value says: the messages and the reasons below them, the outermost first. */
interface Reason {
  readonly texts: readonly string[];
  readonly code: string | null;
}

const noReason: Reason = { texts: [], code: null };

/** Members are compared in lower case, without `_`, `-`, `.` and spaces. Of the first row, one is taken. */
const messageKeys = words('message errormessage msg errormsg detail details errordescription localizedmessage faultstring reason title');
const reasonKeys = words('error exceptionmessage reason cause causedby rootcause fault localizablemessage');
const nestedKeys = words('error errors cause causes nestederrors rootcause fault details messages body response');
const codeKeys = words('errorcode messageid code messagecode messagekey');

/** Of more items in an array, the rest is left out. */
const maxItems = 10;

/** Of more texts in a value, the rest is left out: each is compared with those before it. */
const maxTexts = 20;

function findReason(value: unknown, depth: number): Reason {
  if (Array.isArray(value))
    return joinReasons(value.slice(0, maxItems).map((item: unknown) => (item instanceof Map ? findReason(item, depth) : noReason)));
  if (!(value instanceof Map)) return noReason;
  const members = normalizeKeys(value);
  const main = messageKeys.map((key) => readTextMember(members, key, depth)).find(({ texts }) => texts.length > 0) ?? noReason;
  const below = [
    ...reasonKeys.map((key) => readTextMember(members, key, depth)),
    ...nestedKeys.map((key) => readNestedMember(members, key, depth)),
  ];
  const code = codeKeys.map((key) => toCode(members.get(key))).find((found) => found !== null) ?? null;
  const { texts, code: nestedCode } = joinReasons([main, ...below]);
  const errorCode = main === noReason ? null : toCode(members.get('error'));
  const ownCode = code ?? errorCode ?? nestedCode;
  const reasons = errorCode === null ? texts : texts.filter((text) => text !== errorCode);
  return { texts: reasons.length === 0 && ownCode !== null ? [ownCode] : reasons, code: ownCode };
}

function normalizeKeys(object: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  return new Map([...object].map(([key, value]) => [key.toLowerCase().replace(/[_\-. ]/g, ''), value]));
}

/** A member that is a text; JSON inside it is read too. */
function readTextMember(members: ReadonlyMap<string, unknown>, key: string, depth: number): Reason {
  const value = members.get(key);
  if (typeof value !== 'string') return noReason;
  const { message, code } = readAtDepth(value, depth + 1);
  const text = withoutStackTrace(message).replace(/\s+/gu, ' ').trim();
  return text === '' ? noReason : { texts: [text], code };
}

/** A member that is an object or an array, or a text with JSON in it. */
function readNestedMember(members: ReadonlyMap<string, unknown>, key: string, depth: number): Reason {
  const value = members.get(key);
  if (typeof value === 'string') {
    const reason = value.includes('{') ? readTextMember(members, key, depth) : noReason;
    return reason.texts[0] === value.trim() ? noReason : reason;
  }
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return { texts: value.slice(0, maxItems).map((text) => withoutStackTrace(text).trim()), code: null };
  return findReason(value, depth);
}

/** A text that another one contains says nothing more. */
function joinReasons(reasons: readonly Reason[]): Reason {
  const texts: string[] = [];
  for (const text of reasons.flatMap((reason) => reason.texts)) {
    if (texts.length >= maxTexts) break;
    if (text !== '' && !texts.some((earlier) => earlier.includes(text))) texts.push(text);
  }
  return { texts, code: reasons.find(({ code }) => code !== null)?.code ?? null };
}

/** Java and JavaScript print each frame of a stack as a line that begins with "at". */
function withoutStackTrace(text: string): string {
  const frame = text.search(/(?:^|[\r\n])[ \t]*at [\w$.<>/]{1,300} ?\(/);
  return frame < 1 ? text : text.slice(0, frame);
}

/**
 * Codes that many different failures share, without everything but their letters: as the code of a group they would
 * join what has nothing in common.
 */
const genericCodes: ReadonlySet<string> = new Set(
  words(`error errors exception failure failed fail fault fatal unknown none null undefined other ok internal internalerror internalservererror
    internalexception servererror clienterror systemerror runtimeerror runtimeexception unknownerror unexpectederror generalerror
    genericerror apierror apiexception httperror httpexception serviceerror taskfailed operationfailed requestfailed executionfailed
    workflowfailed badrequest invalidrequest notfound forbidden unauthorized conflict badgateway serviceunavailable gatewaytimeout`),
);

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}

/**
 * Null for a number, which usually is the status of an HTTP response, for what looks like the id of one failure, which
 * would make every failure a group of its own, and for everything else that does not look like a code.
 */
function toCode(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const code = value.trim();
  return /^[A-Za-z][\w.:-]{1,79}$/.test(code) && !containsId(code) && !genericCodes.has(code.toLowerCase().replace(/[^a-z]/g, ''))
    ? code
    : null;
}

/** Whether a part of a code is unique: a UUID, a hash, a long number such as a time, or random letters and digits. */
function containsId(code: string): boolean {
  if (/[\da-f]{8}(?:[-_][\da-f]{4}){3}[-_][\da-f]{12}/i.test(code)) return true;
  return code.split(/[-_.:]/).some((part) => {
    const digitGroups = part.match(/\d+/g) ?? [];
    if (digitGroups.some((digits) => digits.length >= 9)) return true;
    if (/^[\da-f]{12,}$/i.test(part) && digitGroups.length > 0) return true;
    if (part.length >= 16 && digitGroups.length >= 3) return true;
    // Ids of the catalog; of 26 letters and digits, hardly any has as few capitals as a word.
    return part.length === 26 && part.replace(/[^A-Z]/g, '').length > 6 && /[a-z\d]/.test(part);
  });
}
