/** What a card takes and gives, and what a signature in a file looks like. */
import * as asn1js from 'asn1js';
import { HASH_OID } from '../signing/oids.ts';

/** DigestInfo of RFC 8017 section 9.2: what CKM_RSA_PKCS pads and signs. */
export function digestInfo(hash: string, digest: Uint8Array): Buffer {
  const algorithm = new asn1js.Sequence({
    value: [new asn1js.ObjectIdentifier({ value: HASH_OID[hash] ?? '' }), new asn1js.Null()],
  });
  const info = new asn1js.Sequence({
    value: [algorithm, new asn1js.OctetString({ valueHex: Uint8Array.from(digest).buffer })],
  });
  return Buffer.from(info.toBER());
}

/** CKM_ECDSA gives r and s, each as long as the order of the curve; a file holds them as a DER sequence (RFC 3279). */
export function derOfPair(pair: Uint8Array): Uint8Array {
  const half = pair.length / 2;
  const number = (bytes: Uint8Array): asn1js.Integer => {
    const start = bytes.findIndex((byte) => byte !== 0);
    const bare = start < 0 ? new Uint8Array([0]) : bytes.subarray(start);
    // A leading one bit would make it negative.
    const positive = (bare[0] ?? 0) > 0x7f ? Uint8Array.from([0, ...bare]) : Uint8Array.from(bare);
    return new asn1js.Integer({ valueHex: positive.buffer });
  };
  const sequence = new asn1js.Sequence({ value: [number(pair.subarray(0, half)), number(pair.subarray(half))] });
  return new Uint8Array(sequence.toBER());
}
