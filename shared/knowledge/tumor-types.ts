/** Tumor types as a tree, and how far the disease of a statement is from a patient's tumor type (F010). */
import type { EvidenceItem } from './evidence.ts';

/** One row of the OncoTree pack. */
export interface TumorType {
  readonly code: string;
  readonly name: string;
  /** Code of the parent; empty for the root. */
  readonly parent: string;
  /** Codes of earlier versions of OncoTree that this type stands for. */
  readonly formerly?: readonly string[];
}

interface Node {
  readonly code: string;
  readonly name: string;
  /** Nearest first, up to the root. */
  readonly ancestors: readonly string[];
}

interface Distance {
  readonly match: 'same' | 'parent' | 'child' | 'other' | 'unmapped';
  readonly steps: number;
  readonly anyCancer: boolean;
}

export interface TumorTypes {
  /** A code of an earlier version is answered by the type that stands for it, where that is one. */
  tumorType(code: string): Node | undefined;
  /** By its name in lower case. */
  named(name: string): Node | undefined;
  /** Parent, siblings and children, in the order of their codes; the organ's node is no tumor type to be moved to. */
  relatives(code: string): readonly Node[];
  /**
   * `same`: the disease is this type; `parent`: the disease includes this type; `child`: it is a part of it; `other`:
   * neither; `unmapped`: the disease has no tumor type.
   */
  diseaseDistance(disease: EvidenceItem['disease'], code: string): Distance;
}

/** Steps of a distance that no path in the tree gives. */
const FAR = 99;
const ROOT = 'TISSUE';
const BLOOD = ['LYMPH', 'MYELOID'];

export function tumorTypes(rows: readonly TumorType[]): TumorTypes {
  const byCode = new Map(rows.map((row) => [row.code, row]));
  const byName = new Map(rows.map((row) => [row.name.toLowerCase(), row.code]));
  const children = Map.groupBy(rows, ({ parent }) => parent);
  const ancestors = (code: string): string[] => {
    const path: string[] = [];
    for (let at = byCode.get(code)?.parent; at !== undefined && at !== ''; at = byCode.get(at)?.parent) path.push(at);
    return path;
  };
  const successors = Map.groupBy(
    rows.flatMap(({ code, formerly = [] }) => formerly.map((old) => ({ old, code }))),
    ({ old }) => old,
  );
  const node = (stated: string): Node | undefined => {
    const heirs = byCode.has(stated) ? [] : (successors.get(stated) ?? []);
    const code = heirs.length === 1 && heirs[0] !== undefined ? heirs[0].code : stated;
    const row = byCode.get(code);
    return row === undefined ? undefined : { code, name: row.name, ancestors: ancestors(code) };
  };
  return {
    tumorType: node,
    named: (name) => node(byName.get(name) ?? ''),
    relatives(code) {
      const parent = byCode.get(code)?.parent;
      if (parent === undefined) return [];
      const isOrgan = (one: string): boolean => one === ROOT || byCode.get(one)?.parent === ROOT;
      const siblings = isOrgan(code) ? [] : (children.get(parent) ?? []).map((row) => row.code);
      const below = (children.get(code) ?? []).map((row) => row.code);
      return [...new Set([...(isOrgan(parent) ? [] : [parent]), ...siblings, ...below])]
        .filter((one) => one !== code && one !== '')
        .sort()
        .flatMap((one) => node(one) ?? []);
    },
    diseaseDistance({ oncotreeCodes: codes, extent }, code) {
      const path = ancestors(code);
      if (extent === 'any-cancer') return { match: 'parent', steps: path.length, anyCancer: true };
      if (extent === 'any-solid-tumor') {
        const blood = BLOOD.some((one) => one === code || path.includes(one));
        return blood
          ? { match: 'other', steps: FAR, anyCancer: true }
          : { match: 'parent', steps: path.length, anyCancer: true };
      }
      if (codes.length === 0) return { match: 'unmapped', steps: FAR, anyCancer: false };
      const same = codes.includes(code);
      const below = codes
        .map((one) => ancestors(one).indexOf(code))
        .filter((steps) => steps >= 0)
        .sort((a, b) => a - b)[0];
      if (extent === 'subtype') {
        if (same) return { match: 'child', steps: 1, anyCancer: false };
        return below === undefined
          ? { match: 'other', steps: FAR, anyCancer: false }
          : { match: 'child', steps: below + 2, anyCancer: false };
      }
      if (same) return { match: 'same', steps: 0, anyCancer: false };
      const above = path.findIndex((one) => codes.includes(one));
      if (above >= 0) return { match: 'parent', steps: above + 1, anyCancer: false };
      return below === undefined
        ? { match: 'other', steps: FAR, anyCancer: false }
        : { match: 'child', steps: below + 1, anyCancer: false };
    },
  };
}
