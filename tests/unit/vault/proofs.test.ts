import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkProof } from '../../../electron/vault/index.ts';
import {
  consistencyProof,
  emptyFrontier,
  inclusionProof,
  isConsistent,
  isIncluded,
  merkleRoot,
  withLeaf,
} from '../../../electron/vault/merkle.ts';
import { codeOf, create, imported, remove, temporaryFolder } from './support/vault-at.ts';

const entries = Array.from({ length: 70 }, (_, index) => createHash('sha256').update(`entry ${index}`).digest());
const rootAt = (size: number): Buffer => merkleRoot(entries.slice(0, size).reduce(withLeaf, emptyFrontier));

describe('F092 RFC 6962 proofs', () => {
  it('the known vectors of Certificate Transparency give their known root and paths', () => {
    // The eight inputs of the reference implementation's merkle tree test (google/certificate-transparency).
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const leaves = inputs.map((text) => Buffer.from(text, 'hex'));
    expect(merkleRoot(leaves.reduce(withLeaf, emptyFrontier)).toString('hex')).toBe(
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    );
    expect(inclusionProof(leaves, 0).map((node) => node.toString('hex'))).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(consistencyProof(leaves, 1)).toEqual(inclusionProof(leaves, 0));
  });

  it('every entry of every tree up to 70 is proven, and no other entry, place, size or path is', () => {
    for (let size = 1; size <= entries.length; size += 1) {
      const root = rootAt(size);
      for (let index = 0; index < size; index += size > 20 ? 7 : 1) {
        const entry = entries[index] as Buffer;
        const proof = inclusionProof(entries.slice(0, size), index);
        expect(isIncluded(entry, index, size, proof, root)).toBe(true);
        expect(isIncluded(entries[(index + 1) % 70] as Buffer, index, size, proof, root)).toBe(false);
        if (size > 1) {
          expect(isIncluded(entry, (index + 1) % size, size, proof, root)).toBe(false);
          expect(isIncluded(entry, index, size, proof.slice(1), root)).toBe(false);
        }
        expect(isIncluded(entry, index, size, [...proof, root], root)).toBe(false);
      }
      for (let first = 1; first <= size; first += size > 20 ? 5 : 1) {
        const proof = consistencyProof(entries.slice(0, size), first);
        const second = { size, root };
        expect(isConsistent({ size: first, root: rootAt(first) }, second, proof)).toBe(true);
        if (first < size) {
          expect(isConsistent({ size: first, root: rootAt(size) }, second, proof)).toBe(false);
          expect(isConsistent({ size: first, root: rootAt(first) }, { size, root: rootAt(first) }, proof)).toBe(false);
          expect(isConsistent({ size: first, root: rootAt(first) }, second, proof.slice(1))).toBe(false);
        }
      }
    }
  });

  it('an exported proof is checked without the vault; any change of it is found', async () => {
    const folder = temporaryFolder();
    const vault = await create(folder);
    const actor = vault.user.userId;
    vault.append(imported(vault));
    const early = vault.checkpoint(actor);
    for (let index = 0; index < 20; index += 1)
      vault.append({ actor, caseId: null, type: 'settings.changed', payload: { index } });
    const proof = vault.proveEntry(9, actor, early);
    expect(checkProof(proof)).toMatchObject({ ok: true, sequence: 9, againstOutside: false, consistentFrom: 4 });
    expect(checkProof(proof, proof.checkpoint)).toMatchObject({ ok: true, againstOutside: true });
    expect(checkProof(proof, early)).toMatchObject({ ok: true, againstOutside: true });
    expect(checkProof(proof, vault.checkpoint(actor))).toMatchObject({ ok: false });
    expect(checkProof({ nothing: true })).toMatchObject({ ok: false });
    const text = JSON.stringify(proof);
    let changes = 0;
    for (let at = 0; at < text.length; at += 3) {
      const other = `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`;
      let value: unknown;
      try {
        value = JSON.parse(other);
      } catch {
        continue;
      }
      if (JSON.stringify(value) === text) continue;
      changes += 1;
      expect(checkProof(value).ok, other.slice(Math.max(0, at - 40), at + 20)).toBe(false);
    }
    expect(changes).toBeGreaterThan(500);
    expect(await codeOf(() => vault.proveEntry(9999, actor))).toBe('not-found');
    expect(await codeOf(() => vault.proveEntry(1, actor, { ...early, treeSize: 3 }))).toBe('field-invalid');
    vault.lock();
    remove(folder);
  });
});
