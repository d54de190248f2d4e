import { type Fault, fault } from '../foundation/fault.ts';

/** NIST SP 800-63B-4 section 3.1.1.2: at least 15 characters, long ones welcome, a blocklist, no composition rules. */
export const passwordMinimumCharacters = 15;
export const passwordMaximumCharacters = 256;

/** Long passwords that people do choose: walks over the keyboard, well-known phrases, words of this product. */
const blocked = new Set([
  'passwordpassword',
  'passwordpassword1',
  'passwort12345678',
  'changemechangeme',
  'administrator123',
  'administratoradministrator',
  'letmeinletmeinletmein',
  'iloveyouiloveyou',
  'welcomewelcome123',
  'correcthorsebatterystaple',
  'thequickbrownfox',
  'tobeornottobethatisthequestion',
  'qwertyuiopasdfgh',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  '1qaz2wsx3edc4rfv',
  '1q2w3e4r5t6y7u8i',
  'zaq12wsxcde34rfv',
  'abcdefghijklmnop',
  'abcdefghijklmnopqrstuvwxyz',
  '1234567890123456',
  '12345678901234567890',
  '0123456789012345',
  '9876543210987654',
  'consiliumconsilium',
  'tumorboardtumorboard',
  'molecularboard123',
  'hospitalhospital',
]);

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s._-]+/gu, '');

/** `abcabcabcabcabc` is one short word said often: what counts is the piece that repeats. */
function isOneShortPieceRepeated(text: string): boolean {
  for (let length = 1; length <= 4; length += 1) {
    if (
      text ===
      text
        .slice(0, length)
        .repeat(Math.ceil(text.length / length))
        .slice(0, text.length)
    )
      return true;
  }
  return false;
}

/** The form under which a password is derived, so that the same typing on another keyboard gives the same key. */
export const normalizePassword = (password: string): string => password.normalize('NFKC');

/**
 * The reason a password is refused, or undefined. Pure, so that the screen can say it while typing.
 * @param names what the password must not consist of: board name, user name
 */
export function passwordFault(password: string, names: readonly string[] = []): Fault | undefined {
  const weak = (message: string, remedy: string): Fault =>
    fault('password-weak', message, remedy, { field: 'password' });
  const characters = [...normalizePassword(password)].length;
  if (characters < passwordMinimumCharacters) {
    return weak(
      `The password has ${characters} characters.`,
      `Use at least ${passwordMinimumCharacters}; a sentence of four or five words is easy to remember.`,
    );
  }
  if (characters > passwordMaximumCharacters) {
    return weak(`The password has more than ${passwordMaximumCharacters} characters.`, 'Choose a shorter one.');
  }
  const form = plain(password);
  if (blocked.has(form) || isOneShortPieceRepeated(form)) {
    return weak('The password is among those that are guessed first.', 'Choose words that are your own.');
  }
  const known = names.map(plain).filter((name) => name.length >= 3);
  if (known.some((name) => form.replaceAll(name, '').replaceAll(/\d/gu, '').length < 4)) {
    return weak('The password consists of a name that everybody knows.', 'Choose words that are your own.');
  }
  return undefined;
}
