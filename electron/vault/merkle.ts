import { hash } from 'node:crypto';

/**
 * RFC 6962 section 2.1 Merkle tree over the event hashes, kept as its frontier: the roots of the complete subtrees from
 * left to right, one per set bit of the size. Appending costs one or two hashes on average and the root log2(n).
 */
export interface MerkleFrontier {
  readonly size: number;
  readonly nodes: readonly Buffer[];
}

export const emptyFrontier: MerkleFrontier = { size: 0, nodes: [] };

const sha256 = (...parts: Uint8Array[]): Buffer => hash('sha256', Buffer.concat(parts), 'buffer');
const leafMark = Buffer.of(0);
const nodeMark = Buffer.of(1);
const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(nodeMark, left, right);

export function withLeaf(frontier: MerkleFrontier, entry: Uint8Array): MerkleFrontier {
  const nodes = [...frontier.nodes];
  let node = sha256(leafMark, entry);
  for (let size = frontier.size; size % 2 === 1; size = Math.floor(size / 2))
    node = nodeHash(nodes.pop() as Buffer, node);
  nodes.push(node);
  return { size: frontier.size + 1, nodes };
}

/** Merkle tree hash; of the empty tree the hash of nothing. */
export const merkleRoot = ({ nodes }: MerkleFrontier): Buffer =>
  nodes.length === 0 ? sha256() : nodes.reduceRight((right, left) => nodeHash(left, right));

export const frontierBytes = ({ nodes }: MerkleFrontier): Buffer => Buffer.concat(nodes);

export function frontierFrom(size: number, bytes: Buffer): MerkleFrontier {
  const nodes = Array.from({ length: bytes.length / 32 }, (_, index) => bytes.subarray(index * 32, index * 32 + 32));
  return { size, nodes };
}
