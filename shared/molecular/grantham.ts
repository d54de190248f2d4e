/**
 * Chemical distance of two amino acids (Grantham R, Science 1974;185:862): from composition, polarity and volume of the
 * side chains by the paper's formula, so that no table can hold a slip.
 */
const properties: Readonly<Record<string, readonly [composition: number, polarity: number, volume: number]>> = {
  S: [1.42, 9.2, 32],
  R: [0.65, 10.5, 124],
  L: [0, 4.9, 111],
  P: [0.39, 8, 32.5],
  T: [0.71, 8.6, 61],
  A: [0, 8.1, 31],
  V: [0, 5.9, 84],
  G: [0.74, 9, 3],
  I: [0, 5.2, 111],
  F: [0, 5.2, 132],
  Y: [0.2, 6.2, 136],
  C: [2.75, 5.5, 55],
  H: [0.58, 10.4, 96],
  Q: [0.89, 10.5, 85],
  N: [1.33, 11.6, 56],
  K: [0.33, 11.3, 119],
  D: [1.38, 13, 54],
  E: [0.92, 12.3, 83],
  M: [0, 5.7, 105],
  W: [0.13, 5.4, 170],
};
const [ALPHA, BETA, GAMMA] = [1.833, 0.1018, 0.000399];
const SCALE = 50.723;

/** 5 to 215; `undefined` for letters that are no amino acid of the paper. */
export function granthamDistance(a: string, b: string): number | undefined {
  const [one, other] = [properties[a], properties[b]];
  if (one === undefined || other === undefined) return undefined;
  const [c, p, v] = [one[0] - other[0], one[1] - other[1], one[2] - other[2]];
  return Math.round(SCALE * Math.sqrt(ALPHA * c * c + BETA * p * p + GAMMA * v * v));
}
