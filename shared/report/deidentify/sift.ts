/**
 * A second look at texts that leave because somebody chose them, and at what files say of themselves: forms that identifiers
 * have. It finds numbers, addresses and titled names, and no bare name of a person.
 */
import type { Category } from './categories.ts';

export const WITHHELD = '[withheld]';

const month =
  '(?:jan(?:uar[yi]?)?|feb(?:ruar[yi]?)?|m(?:är|a)(?:rch|rz)?|apr(?:il)?|ma[iy]|jun[ei]?|jul[yi]?|aug(?:ust)?|sep(?:tember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)';

/** In the order in which they are looked for: an address before the number in it. */
const forms: readonly (readonly [category: Category, form: RegExp])[] = [
  ['F', /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu],
  ['N', /\b(?:https?:\/\/|ftp:\/\/|www\.)\S+/giu],
  ['O', /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/gu],
  ['O', /(?<![\w:])(?:[\da-f]{0,4}:){3,7}[\da-f]{1,4}(?![\w:])/giu],
  ['C', /(?<!\d)\d{4}-\d{2}(?:-\d{2})?(?!\d)/gu],
  ['C', /(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)/gu],
  ['C', new RegExp(`(?<!\\p{L})\\d{1,2}\\.?\\s+${month}\\.?(?:,?\\s+\\d{2,4})?(?!\\p{L})`, 'giu')],
  ['C', new RegExp(`(?<!\\p{L})${month}\\.?\\s+\\d{1,2}(?:st|nd|rd|th)?(?:,?\\s+\\d{4})?(?![\\p{L}\\d])`, 'giu')],
  ['G', /(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)/gu],
  ['A', /(?<!\p{L})(?:Dr|Prof|Mr|Mrs|Ms|Herr|Frau|Sra?)\.?(?:\s+(?:med|h\. ?c)\.?)*(?:\s+\p{Lu}[\p{L}.'’-]*)+/gu],
  // A label and what it names: plates and short numbers have no form of their own.
  [
    'R',
    /(?<!\p{L})(?:MRN|PID|VIN|DOB|SSN|NHS|accession|account|acct|policy|insurance|member|beneficiary|licen[cs]e|certificate|passport|plate|serial|device|pacemaker|tel|phone|fax|fingerprint|voiceprint|zip)(?:\s+(?:no|nr|number|plan|id|code))?\.?[\s:#]*[\p{L}-]{0,4}[\s-]?\p{L}{0,3}[\s-]?\d[\p{L}\d-]*/giu,
  ],
  ['D', /(?<![\p{L}\d.])\+?\(?\d[\d ()/.-]{5,}\d(?![\p{L}\d])/gu],
  ['R', /(?<![\p{L}\d])(?=[\p{L}\d-]*\d{4})[\p{L}\d-]{5,}(?![\p{L}\d])/gu],
];

/** The text without them. */
export const sifted = (text: string): string =>
  forms.reduce((rest, [, form]) => rest.replace(form, WITHHELD), text.normalize('NFC'));
