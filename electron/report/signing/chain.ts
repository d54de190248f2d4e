import type { SignatureCheck } from '../../../shared/report/report.ts';
import {
  type Certificate,
  isSameCertificate,
  isSelfIssued,
  issued,
  issuingFlaw,
  isWeaklySigned,
  unsuitability,
} from './certificates.ts';
import { areNamesAllowed } from './name-constraints.ts';

export interface ChainFinding {
  readonly chain: SignatureCheck['chain'];
  readonly problems: readonly string[];
  /** Signer first, anchor last; only where it is trusted. */
  readonly path?: readonly Certificate[];
}

/** Certificates in one path, and signatures tried in all: more is a maze made to keep the machine busy. */
const LONGEST_PATH = 8;
const MOST_STEPS = 200;

/**
 * Path from the signer to one of the anchors (RFC 5280 section 6), at time `now`. Revocation is looked at elsewhere, by
 * the lists that a file carries or that are given. `unfit` says why a certificate may not do what it did.
 */
export function findChain(
  signer: Certificate,
  others: readonly Certificate[],
  anchors: readonly Certificate[] | undefined,
  now: Date,
  unfit: (certificate: Certificate) => string | undefined = unsuitability,
): ChainFinding {
  const unsuitable = unfit(signer);
  if (unsuitable !== undefined)
    return { chain: 'unsuitable', problems: [`The signer's certificate may not sign reports: ${unsuitable}.`] };
  if (anchors === undefined) return timeFinding([signer], now) ?? { chain: 'no-anchor-given', problems: [] };

  const paths = pathsTo(anchors, signer, others);
  let best: ChainFinding | undefined;
  for (const path of paths) {
    const found = judge(path, now);
    if (found.chain === 'trusted') return { ...found, path };
    if (best === undefined || best.chain === 'untrusted') best = found;
  }
  return (
    best ?? {
      chain: 'untrusted',
      problems: ["No path leads from the signer's certificate to a trust anchor that was given."],
    }
  );
}

function pathsTo(
  anchors: readonly Certificate[],
  signer: Certificate,
  others: readonly Certificate[],
): readonly Certificate[][] {
  const found: Certificate[][] = [];
  let steps = 0;
  const extend = (path: readonly Certificate[]): void => {
    const last = path[path.length - 1];
    if (last === undefined || path.length > LONGEST_PATH) return;
    if (anchors.some((anchor) => isSameCertificate(anchor, last))) {
      found.push([...path]);
      return;
    }
    for (const candidate of [...anchors, ...others]) {
      if (++steps > MOST_STEPS) return;
      if (path.some((member) => isSameCertificate(member, candidate)) || !issued(candidate, last)) continue;
      extend([...path, candidate]);
    }
  };
  extend([signer]);
  return found;
}

function judge(path: readonly Certificate[], now: Date): ChainFinding {
  const untrusted = (problem: string): ChainFinding => ({ chain: 'untrusted', problems: [problem] });
  for (const [index, certificate] of path.entries()) {
    const isAnchor = index === path.length - 1;
    if (index > 0) {
      const between = path.slice(1, index).filter((member) => !isSelfIssued(member)).length;
      const flaw = issuingFlaw(certificate, between);
      if (flaw !== undefined) return untrusted(`An authority of the path ${flaw} (${certificate.name}).`);
    }
    // What an anchor was signed with proves nothing: it is trusted because it was given.
    if (!isAnchor && isWeaklySigned(certificate))
      return untrusted(`A certificate of the path is signed over a broken hash (${certificate.name}).`);
  }
  const time = timeFinding(path, now);
  if (time !== undefined) return time;
  if (!areNamesAllowed(path)) return untrusted('An authority of the path may not give out the names below it.');
  return { chain: 'trusted', problems: [] };
}

function timeFinding(path: readonly Certificate[], now: Date): ChainFinding | undefined {
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  for (const certificate of path) {
    if (now > certificate.notAfter)
      return {
        chain: 'expired',
        problems: [`The certificate of ${certificate.name} expired on ${day(certificate.notAfter)}.`],
      };
    if (now < certificate.notBefore)
      return {
        chain: 'not-yet-valid',
        problems: [`The certificate of ${certificate.name} is valid only from ${day(certificate.notBefore)}.`],
      };
  }
  return undefined;
}
