const unknownAuthority = 'is signed by an unknown authority; name it in tls.caFile';

/** What is wrong with the certificate of a server, by the error code of Node.js. */
const certificateFaults: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'has expired'],
  ['CERT_NOT_YET_VALID', 'is not valid yet; check the clocks'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'is for another host name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'is signed by itself; name its authority in tls.caFile'],
  ['SELF_SIGNED_CERT_IN_CHAIN', unknownAuthority],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', unknownAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT', unknownAuthority],
]);

/** What is wrong with TLS to a server, such as "the plane"; null for a code of something else. Without a full stop. */
export function describeTlsError(code: string, server: string): string | null {
  const fault = certificateFaults.get(code);
  if (fault !== undefined) return `The certificate of ${server} ${fault}`;
  const isTls = code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO';
  return isTls ? `No secure connection to ${server} could be agreed on` : null;
}
