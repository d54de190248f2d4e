import * as pkijs from 'pkijs';
import { type Certificate, isSelfIssued, parsedExtension } from './certificates.ts';
import { EXTENSION } from './oids.ts';

/** Forms of GeneralName (RFC 5280 section 4.2.1.6) that a person's certificate has and that are compared here. */
const MAIL = 1;
const DIRECTORY = 4;

const MAIL_IN_SUBJECT = '1.2.840.113549.1.9.1';

/**
 * Whether every name below an authority is one it may give out (RFC 5280 section 4.2.1.10). `path` leads from the
 * signer to the anchor; each authority is asked on its own, which is the intersection the standard wants. A name of a
 * form that is constrained but not compared here is not accepted.
 */
export const areNamesAllowed = (path: readonly Certificate[]): boolean =>
  path.every((authority, index) => {
    const parsed = parsedExtension(authority, EXTENSION.nameConstraints);
    if (index === 0 || parsed === undefined) return true;
    if (!(parsed instanceof pkijs.NameConstraints)) return false;
    const { permittedSubtrees = [], excludedSubtrees = [] } = parsed;
    return path
      .slice(0, index)
      .filter((below, depth) => depth === 0 || !isSelfIssued(below))
      .every((below) => isAllowed(below, permittedSubtrees, excludedSubtrees));
  });

function isAllowed(
  certificate: Certificate,
  permitted: readonly pkijs.GeneralSubtree[],
  excluded: readonly pkijs.GeneralSubtree[],
): boolean {
  return namesOf(certificate).every((name) => {
    const within = (tree: pkijs.GeneralSubtree): boolean => tree.base.type === name.type && isWithin(name, tree.base);
    const ofForm = (trees: readonly pkijs.GeneralSubtree[]) => trees.filter((tree) => tree.base.type === name.type);
    const constraining = [...ofForm(permitted), ...ofForm(excluded)];
    if (constraining.length > 0 && name.type !== MAIL && name.type !== DIRECTORY) return false;
    return !excluded.some(within) && (ofForm(permitted).length === 0 || permitted.some(within));
  });
}

interface Name {
  readonly type: number;
  readonly value: unknown;
}

function namesOf(certificate: Certificate): Name[] {
  const { subject } = certificate.parsed;
  const alternative = parsedExtension(certificate, EXTENSION.subjectAlternativeName);
  const mails = subject.typesAndValues
    .filter((entry) => entry.type === MAIL_IN_SUBJECT)
    .map((entry) => ({ type: MAIL, value: entry.value.valueBlock.value as unknown }));
  return [
    ...(subject.typesAndValues.length === 0 ? [] : [{ type: DIRECTORY, value: subject }]),
    ...mails,
    ...(alternative instanceof pkijs.AltName ? alternative.altNames : []),
  ];
}

function isWithin(name: Name, base: pkijs.GeneralName): boolean {
  if (name.type === MAIL)
    return typeof name.value === 'string' && typeof base.value === 'string' && isMailWithin(name.value, base.value);
  return (
    name.value instanceof pkijs.RelativeDistinguishedNames &&
    base.value instanceof pkijs.RelativeDistinguishedNames &&
    isDirectoryWithin(name.value, base.value)
  );
}

/** A mailbox, a host, or with a leading dot all hosts of a domain. */
function isMailWithin(mail: string, base: string): boolean {
  if (base.includes('@')) return mail === base;
  const host = mail.slice(mail.lastIndexOf('@') + 1).toLowerCase();
  const wanted = base.toLowerCase();
  return wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted;
}

/** The base is the beginning of the name; values compare without case and doubled spaces. */
function isDirectoryWithin(name: pkijs.RelativeDistinguishedNames, base: pkijs.RelativeDistinguishedNames): boolean {
  const plain = (value: unknown): string => String(value).trim().replace(/\s+/g, ' ').toLowerCase();
  return base.typesAndValues.every((wanted, index) => {
    const found = name.typesAndValues[index];
    return found?.type === wanted.type && plain(found.value.valueBlock.value) === plain(wanted.value.valueBlock.value);
  });
}
