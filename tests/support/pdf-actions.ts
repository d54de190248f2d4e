/** Names that make a PDF do something, outside of the texts it shows. */
const ACTION =
  /\/(JavaScript|JS|Launch|URI|OpenAction|AA|SubmitForm|ImportData|GoToR|GoToE|RichMedia|Rendition|XFA)\b/g;

/** Actions in the objects of a PDF: streams and strings are what is drawn or carried, and are left out. */
export function actionsIn(pdf: Buffer): string[] {
  const bodies = pdf.toString('latin1').replaceAll(/\bstream\r?\n[\s\S]*?endstream/g, '');
  let objects = '';
  for (let at = 0, depth = 0; at < bodies.length; at += 1) {
    const sign = bodies[at];
    if (depth > 0 && sign === '\\') at += 1;
    else if (sign === '(') depth += 1;
    else if (sign === ')' && depth > 0) depth -= 1;
    else if (depth === 0) objects += sign;
  }
  return [...objects.matchAll(ACTION)].map(([name]) => name);
}
