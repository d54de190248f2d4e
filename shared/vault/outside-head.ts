/** Finds a head of the journal in what somebody kept: the exported file, lines of a report's paper, its code. Pure. */
import { OutsideHead, PrintedHead } from './checkpoint.ts';

const hash = '\\b[0-9a-f]{64}\\b';
/** `checkpoint 211 9f…` of the code, `211:9f…` of the verifier. */
const inOneLine = new RegExp(`(?:^|\\s|checkpoint )(\\d+)[ :](${hash})`, 'm');
/** `211 events, …`, in each language that a report is printed in. */
const size = /(\d+) (?:events|Ereignisse|eventos)\b/;
const vault = /\b[0-9a-f]{32}\b/;

/** `undefined` where there is none, or where hashes stand that may be those of something else. */
export function headIn(text: string): OutsideHead | undefined {
  const file = OutsideHead.safeParse(fromJson(text));
  if (file.success) return file.data;
  const [, treeSize, rootHash] = inOneLine.exec(text) ?? [];
  if (treeSize !== undefined) return PrintedHead.safeParse({ treeSize: Number(treeSize), rootHash }).data;
  // On paper the head of the tree stands before the hash of the last event.
  const [root, head, ...others] = text.match(new RegExp(hash, 'g')) ?? [];
  const events = size.exec(text)?.[1];
  if (events === undefined || others.length > 0) return undefined;
  const printed = { treeSize: Number(events), rootHash: root, headHash: head, vaultId: vault.exec(text)?.[0] };
  return PrintedHead.safeParse(printed).data;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
