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

const HASH_BYTES = 32;
const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');
/** Room for what is hashed, used again each time: a long journal hashes millions of pairs. */
const leafRoom = Buffer.alloc(1 + HASH_BYTES);
const nodeRoom = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

function leafHash(entry: Uint8Array): Buffer {
  if (entry.length !== HASH_BYTES) return sha256(Buffer.concat([Buffer.of(0), entry]));
  leafRoom.set(entry, 1);
  return sha256(leafRoom);
}
function nodeHash(left: Buffer, right: Buffer): Buffer {
  nodeRoom.set(left, 1);
  nodeRoom.set(right, 1 + HASH_BYTES);
  return sha256(nodeRoom);
}

export function withLeaf(frontier: MerkleFrontier, entry: Uint8Array): MerkleFrontier {
  const nodes = [...frontier.nodes];
  let node = leafHash(entry);
  for (let rest = frontier.size; rest % 2 === 1; rest = Math.floor(rest / 2))
    node = nodeHash(nodes.pop() as Buffer, node);
  return { size: frontier.size + 1, nodes: [...nodes, node] };
}

/**
 * A frontier that grows in place, for going through a whole journal. Its nodes are strings of one byte each, which
 * cost a third of buffers as long.
 */
export function growingFrontier(): {
  /** @param hashes of events, 32 bytes each, of which the one at `at` is added */
  add(hashes: Buffer, at?: number): void;
  frontier(): MerkleFrontier;
} {
  const leaf = Buffer.alloc(1 + HASH_BYTES);
  const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1);
  const nodes: string[] = [];
  let size = 0;
  return {
    add(hashes, at = 0) {
      hashes.copy(leaf, 1, at, at + HASH_BYTES);
      let node = hash('sha256', leaf, 'binary');
      for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
        pair.write(nodes.pop() as string, 1, 'binary');
        pair.write(node, 1 + HASH_BYTES, 'binary');
        node = hash('sha256', pair, 'binary');
      }
      nodes.push(node);
      size += 1;
    },
    frontier: () => ({ size, nodes: nodes.map((node) => Buffer.from(node, 'binary')) }),
  };
}

/** Merkle tree hash; of the empty tree the hash of nothing. */
export const merkleRoot = ({ nodes }: MerkleFrontier): Buffer =>
  nodes.length === 0 ? sha256(Buffer.alloc(0)) : nodes.reduceRight((right, left) => nodeHash(left, right));

export const frontierBytes = ({ nodes }: MerkleFrontier): Buffer => Buffer.concat(nodes);

export function frontierFrom(size: number, bytes: Buffer): MerkleFrontier {
  const nodes = Array.from({ length: bytes.length / 32 }, (_, index) => bytes.subarray(index * 32, index * 32 + 32));
  return { size, nodes };
}

/** The tree hash of a run of entries. */
function rootOf(leaves: readonly Buffer[], from: number, to: number): Buffer {
  if (to - from === 1) return leafHash(leaves[from] as Buffer);
  const split = from + splitOf(to - from);
  return nodeHash(rootOf(leaves, from, split), rootOf(leaves, split, to));
}
/** The largest power of two below n (RFC 6962 section 2.1). */
const splitOf = (n: number): number => 2 ** Math.floor(Math.log2(n - 1));

/**
 * RFC 6962 section 2.1.1: what shows that entry `index` (from 0) stands in the tree of these entries, from the leaf up.
 */
export function inclusionProof(entries: readonly Buffer[], index: number): Buffer[] {
  const path = (from: number, to: number): Buffer[] => {
    if (to - from === 1) return [];
    const split = from + splitOf(to - from);
    return index < split
      ? [...path(from, split), rootOf(entries, split, to)]
      : [...path(split, to), rootOf(entries, from, split)];
  };
  return path(0, entries.length);
}

/** RFC 6962 section 2.1.2: what shows that the tree of the first `size` entries is the beginning of the tree of all. */
export function consistencyProof(entries: readonly Buffer[], size: number): Buffer[] {
  const path = (from: number, to: number, inside: boolean): Buffer[] => {
    if (size === to) return inside ? [] : [rootOf(entries, from, to)];
    const split = from + splitOf(to - from);
    return size <= split
      ? [...path(from, split, inside), rootOf(entries, split, to)]
      : [...path(split, to, false), rootOf(entries, from, split)];
  };
  return size === entries.length ? [] : path(0, entries.length, true);
}

/** RFC 9162 section 2.1.3.2. */
export function isIncluded(
  entry: Uint8Array,
  index: number,
  treeSize: number,
  proof: readonly Buffer[],
  root: Buffer,
): boolean {
  if (index < 0 || index >= treeSize) return false;
  let at = index;
  let last = treeSize - 1;
  let node = leafHash(entry);
  for (const other of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      node = nodeHash(other, node);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else node = nodeHash(node, other);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && node.equals(root);
}

/** RFC 9162 section 2.1.4.2. */
export function isConsistent(
  first: { size: number; root: Buffer },
  second: { size: number; root: Buffer },
  proof: readonly Buffer[],
): boolean {
  if (first.size < 1 || first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && first.root.equals(second.root);
  const isPowerOfTwo = Number.isInteger(Math.log2(first.size));
  const [start, ...rest] = isPowerOfTwo ? [first.root, ...proof] : proof;
  if (start === undefined) return false;
  let at = first.size - 1;
  let last = second.size - 1;
  while (at % 2 === 1) {
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  let old = start;
  let next = start;
  for (const other of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      old = nodeHash(other, old);
      next = nodeHash(other, next);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else next = nodeHash(next, other);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && old.equals(first.root) && next.equals(second.root);
}
