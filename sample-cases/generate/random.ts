/** Seeded randomness: the same name gives the same draws on every machine, so the cases can be made again byte for byte. */
export interface Random {
  /** 0 inclusive to 1 exclusive. */
  uniform(): number;
  /** Whole number from 0 to `limit` − 1. */
  below(limit: number): number;
  normal(mean?: number, sd?: number): number;
  pick<T>(from: readonly T[]): T;
  /** `count` different members, in the order of the list. */
  sample<T>(from: readonly T[], count: number): T[];
  /** Reads out of `depth` that carry an allele of this fraction. */
  binomial(depth: number, fraction: number): number;
}

/** FNV-1a of the name seeds xorshift128; integer arithmetic only. */
export function seeded(name: string): Random {
  const state = new Uint32Array(4);
  for (let i = 0; i < 4; i++) {
    let hash = 0x811c9dc5 ^ i;
    for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
    state[i] = hash === 0 ? 1 : hash;
  }
  const next = (): number => {
    let [t = 0, , , w = 0] = state;
    t ^= t << 11;
    t ^= t >>> 8;
    w = (w ^ (w >>> 19) ^ t) >>> 0;
    state.copyWithin(0, 1);
    state[3] = w;
    return w;
  };
  for (let i = 0; i < 16; i++) next();
  const uniform = (): number => next() / 0x1_0000_0000;
  const below = (limit: number): number => Math.floor(uniform() * limit);
  // Sum of twelve uniforms (Irwin-Hall): no transcendental function whose last digit could differ between engines.
  const normal = (mean = 0, sd = 1): number => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return mean + sd * sum;
  };
  return {
    uniform,
    below,
    normal,
    pick: (from) => {
      const one = from[below(from.length)];
      if (one === undefined) throw new Error('nothing to pick from');
      return one;
    },
    sample: (from, count) => {
      const order = from.map((_, i) => i);
      for (let i = 0; i < Math.min(count, order.length); i++) {
        const j = i + below(order.length - i);
        const held = order[i] as number;
        order[i] = order[j] as number;
        order[j] = held;
      }
      const chosen = new Set(order.slice(0, count));
      return from.filter((_, i) => chosen.has(i));
    },
    binomial: (depth, fraction) => {
      let reads = 0;
      for (let i = 0; i < depth; i++) if (uniform() < fraction) reads += 1;
      return reads;
    },
  };
}
