/**
 * What an ONNX file would do, read from its bytes before a runtime sees them: its operators, inputs and outputs. Refused:
 * data outside the file, operators that are not on the list, functions and sparse tensors (onnx.proto3, IR version 8).
 */
import { FaultError, fault } from '../../shared/foundation/fault.ts';

/** Arithmetic on tensors and nothing else: no control flow, no strings, no randomness, no custom domain. */
export const allowedOperators: ReadonlySet<string> = new Set(
  'Add Cast Clip Concat Constant ConstantOfShape CumSum Div Equal Exp Gather GatherElements Greater Identity IsNaN Less LessOrEqual Log MatMul Mul Neg Not Or Pow ReduceMean ReduceSum Reshape Shape Sigmoid Slice Sqrt Squeeze Sub Tanh Transpose Unsqueeze Where'.split(
    ' ',
  ),
);
export interface OnnxSummary {
  readonly operators: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

const refuse = (what: string): FaultError =>
  new FaultError(fault('schema-invalid', `The model file ${what}.`, 'It is not run; ask its publisher for another.'));

type Field = { readonly number: number; readonly value: number; readonly bytes: Uint8Array | undefined };

/** Fields of one protobuf message; a length that leaves the message, or an unknown wire type, is refused. */
function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at];
      if (byte === undefined) throw refuse('is cut off');
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw refuse('is damaged');
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === 0) yield { number, value: varint(), bytes: undefined };
    else {
      const length = wire === 2 ? varint() : wire === 5 ? 4 : wire === 1 ? 8 : Number.NaN;
      if (!(at + length <= message.length)) throw refuse('is cut off or damaged');
      yield { number, value: 0, bytes: message.subarray(at, at + length) };
      at += length;
    }
  }
}

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');
const first = (message: Uint8Array, number: number): string => {
  for (const field of fields(message)) if (field.number === number) return text(field.bytes);
  return '';
};

function checkTensor(tensor: Uint8Array): void {
  for (const { number, value } of fields(tensor))
    if (number === 13 || (number === 14 && value !== 0)) throw refuse('keeps data outside itself (external_data)');
}

function checkNode(node: Uint8Array, operators: Set<string>): void {
  const operator = first(node, 4);
  const domain = first(node, 7);
  if ((domain !== '' && domain !== 'ai.onnx') || !allowedOperators.has(operator))
    throw refuse(`uses the operator ${domain === '' ? '' : `${domain}.`}${operator}, which is not allowed`);
  operators.add(operator);
  for (const attribute of fields(node)) {
    if (attribute.number !== 5 || attribute.bytes === undefined) continue;
    for (const part of fields(attribute.bytes)) {
      if (part.number === 6 || part.number === 11)
        throw refuse('holds a graph inside an operator, which is not allowed');
      if ((part.number === 5 || part.number === 10) && part.bytes !== undefined) checkTensor(part.bytes);
    }
  }
}

/** Fault: schema-invalid, with what is not allowed. Nothing is executed. */
export function inspectOnnx(model: Uint8Array): OnnxSummary {
  const operators = new Set<string>();
  const inputs: string[] = [];
  const outputs: string[] = [];
  let graphs = 0;
  for (const { number, bytes } of fields(model)) {
    if (number === 25) throw refuse('brings functions of its own, which is not allowed');
    if (number !== 7 || bytes === undefined) continue;
    graphs += 1;
    for (const part of fields(bytes)) {
      if (part.bytes === undefined) continue;
      if (part.number === 1) checkNode(part.bytes, operators);
      else if (part.number === 5) checkTensor(part.bytes);
      else if (part.number === 11) inputs.push(first(part.bytes, 1));
      else if (part.number === 12) outputs.push(first(part.bytes, 1));
      else if (part.number === 15) throw refuse('holds sparse tensors, which is not allowed');
    }
  }
  if (graphs !== 1 || inputs.length === 0 || outputs.length === 0) throw refuse('is not a model of the ONNX format');
  return { operators: [...operators].sort(), inputs, outputs };
}
