import { normalizePassword, passwordFault, passwordMinimumCharacters } from '../../shared/vault/password.ts';

export interface PasswordStanding {
  /** 0 to 4, drawn as bars. */
  readonly steps: number;
  readonly words: string;
  readonly accepted: boolean;
}

/** How a password stands, in words, while it is typed. Length is what counts (NIST SP 800-63B-4); the rule is the core's. */
export function passwordStanding(password: string, names: readonly string[]): PasswordStanding {
  const characters = [...normalizePassword(password)].length;
  const fault = passwordFault(password, names);
  if (characters < passwordMinimumCharacters) {
    const missing = passwordMinimumCharacters - characters;
    return {
      steps: characters === 0 ? 0 : 1,
      words: characters === 0 ? `at least ${passwordMinimumCharacters} characters` : `${missing} more to go`,
      accepted: false,
    };
  }
  if (fault !== undefined) return { steps: 1, words: 'easily guessed: choose your own words', accepted: false };
  if (characters < 20) return { steps: 2, words: 'long enough', accepted: true };
  if (characters < 28) return { steps: 3, words: 'good', accepted: true };
  return { steps: 4, words: 'very good', accepted: true };
}
