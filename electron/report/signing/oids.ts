/** Names of algorithms and attributes, as the standards number them. */

/** Hashes a signature may stand on; SHA-1 and older are refused (EN 319 312). */
export const HASH_OF: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

export const HASH_OID: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(HASH_OF).map(([oid, hash]) => [hash, oid]),
);

/** How a hash is written for people. */
export const hashName = (hash: string): string => hash.toUpperCase().replace('SHA', 'SHA-');

export interface SignatureScheme {
  readonly key: 'rsa' | 'ec';
  /** Undefined where the digest algorithm of the signer's entry says it (rsaEncryption, RFC 3370 section 3.2). */
  readonly hash: string | undefined;
}

export const SCHEME_OF: Readonly<Record<string, SignatureScheme>> = {
  '1.2.840.113549.1.1.1': { key: 'rsa', hash: undefined },
  '1.2.840.113549.1.1.11': { key: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { key: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { key: 'rsa', hash: 'sha512' },
  '1.2.840.10045.4.3.2': { key: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { key: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { key: 'ec', hash: 'sha512' },
};

export const SCHEME_OID: Readonly<Record<'rsa' | 'ec', Readonly<Record<string, string>>>> = {
  rsa: { sha256: '1.2.840.113549.1.1.11', sha384: '1.2.840.113549.1.1.12' },
  ec: { sha256: '1.2.840.10045.4.3.2', sha384: '1.2.840.10045.4.3.3' },
};

export const CMS = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  /** RFC 3161 section 2.4.2. */
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  encryptedData: '1.2.840.113549.1.7.6',
} as const;

export const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  counterSignature: '1.2.840.113549.1.9.6',
  /** ESS, RFC 2634: by SHA-1, which no longer protects. */
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  /** ESS, RFC 5035. */
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  signatureTimestamp: '1.2.840.113549.1.9.16.2.14',
  /** RFC 6211: the names of the algorithms, under the signature. */
  algorithmProtection: '1.2.840.113549.1.9.52',
} as const;

export const EXTENSION = {
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
} as const;
