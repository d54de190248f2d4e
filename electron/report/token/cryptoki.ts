/**
 * The C interface of PKCS#11 v2.40 (OASIS, "Cryptoki"), as much of it as signing needs. A module is a shared library
 * that a maker of smart cards ships; it is loaded into this process, so only a person at the command line or an
 * administrator's setting may name one. Handles and lengths are CK_ULONG, an `unsigned long` of the platform; on
 * Windows structures are packed to one byte (section 2.1 of the specification).
 */
import koffi from 'koffi';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';

const windows = process.platform === 'win32';
const ulong = 'unsigned long';
const structure = windows ? koffi.pack : koffi.struct;

const ATTRIBUTE = structure({ type: ulong, pValue: 'void *', ulValueLen: ulong });
const MECHANISM = structure({ mechanism: ulong, pParameter: 'void *', ulParameterLen: ulong });
const VERSION = structure({ major: 'uint8', minor: 'uint8' });
const TOKEN_INFO = structure({
  label: koffi.array('uint8', 32),
  manufacturerID: koffi.array('uint8', 32),
  model: koffi.array('uint8', 16),
  serialNumber: koffi.array('uint8', 16),
  flags: ulong,
  counts: koffi.array(ulong, 10),
  hardwareVersion: VERSION,
  firmwareVersion: VERSION,
  utcTime: koffi.array('uint8', 16),
});
const INITIALIZE_ARGS = structure({
  CreateMutex: 'void *',
  DestroyMutex: 'void *',
  LockMutex: 'void *',
  UnlockMutex: 'void *',
  flags: ulong,
  pReserved: 'void *',
});
const OS_LOCKING = 2;

type TypeSpec = Parameters<typeof koffi.array>[0];
const out = (type: TypeSpec) => koffi.out(koffi.pointer(type));
const inout = (type: TypeSpec) => koffi.inout(koffi.pointer(type));

/** Place in CK_FUNCTION_LIST (section 3.6) and parameters; every function returns a CK_RV. */
const functions = {
  C_Initialize: [0, [koffi.pointer(INITIALIZE_ARGS)]],
  C_Finalize: [1, ['void *']],
  C_GetSlotList: [4, ['uint8', 'void *', inout(ulong)]],
  C_GetTokenInfo: [6, [ulong, out(TOKEN_INFO)]],
  C_OpenSession: [12, [ulong, ulong, 'void *', 'void *', out(ulong)]],
  C_CloseSession: [13, [ulong]],
  C_Login: [18, [ulong, ulong, 'void *', ulong]],
  C_Logout: [19, [ulong]],
  C_CreateObject: [20, [ulong, koffi.pointer(ATTRIBUTE), ulong, out(ulong)]],
  C_GetAttributeValue: [24, [ulong, ulong, inout(ATTRIBUTE), ulong]],
  C_FindObjectsInit: [26, [ulong, koffi.pointer(ATTRIBUTE), ulong]],
  C_FindObjects: [27, [ulong, 'void *', ulong, out(ulong)]],
  C_FindObjectsFinal: [28, [ulong]],
  C_SignInit: [42, [ulong, koffi.pointer(MECHANISM), ulong]],
  C_Sign: [43, [ulong, 'void *', ulong, 'void *', inout(ulong)]],
} as const satisfies Record<string, readonly [number, readonly unknown[]]>;
type FunctionName = keyof typeof functions;

/** Return values (section 3.5 and pkcs11t.h) that a person can do something about. */
export const CKR = {
  ok: 0x0,
  functionFailed: 0x6,
  deviceError: 0x30,
  deviceRemoved: 0x32,
  pinIncorrect: 0xa0,
  pinInvalid: 0xa1,
  pinLength: 0xa2,
  pinExpired: 0xa3,
  pinLocked: 0xa4,
  sessionClosed: 0xb0,
  sessionInvalid: 0xb3,
  tokenNotPresent: 0xe0,
  tokenNotRecognized: 0xe1,
  loggedInAlready: 0x100,
  pinNotInitialized: 0x102,
  initializedAlready: 0x191,
} as const;

/** Flags of CK_TOKEN_INFO (section 3.2). */
export const TOKEN_FLAG = {
  initialized: 0x400,
  pinPad: 0x100,
  fewTries: 0x10000,
  lastTry: 0x20000,
  pinLocked: 0x40000,
} as const;

export const CKA = {
  class: 0x0,
  token: 0x1,
  label: 0x3,
  value: 0x11,
  certificateType: 0x80,
  subject: 0x101,
  id: 0x102,
  alwaysAuthenticate: 0x202,
} as const;
export const CKO = { certificate: 1, privateKey: 3 } as const;

/** What a module answered, as a fault in words. */
export function tokenFault(code: number): FaultError {
  const is = (...codes: readonly number[]): boolean => codes.includes(code);
  if (is(CKR.pinIncorrect, CKR.pinInvalid, CKR.pinLength))
    return new FaultError(
      fault(
        'identity-password-wrong',
        'The PIN of the smart card is wrong.',
        'Type it again; after a few wrong tries the card locks itself.',
      ),
    );
  if (is(CKR.pinLocked, CKR.pinExpired, CKR.pinNotInitialized))
    return new FaultError(
      fault(
        'pin-locked',
        'The PIN of the smart card is locked, expired or was never set.',
        'Unlock it with its PUK in the software of its maker.',
      ),
    );
  if (is(CKR.tokenNotPresent, CKR.tokenNotRecognized, CKR.deviceRemoved, CKR.sessionClosed, CKR.sessionInvalid))
    return new FaultError(
      fault(
        'token-missing',
        'The smart card is not in its reader any more; nothing was signed.',
        'Put it back and sign again.',
      ),
    );
  return new FaultError(
    fault(
      'identity-invalid',
      `The smart card refused (PKCS#11 0x${code.toString(16)}).`,
      'Try it in the software of its maker; if it works there, report this number.',
    ),
  );
}

export interface Attribute {
  readonly type: number;
  readonly value: Uint8Array;
}

/** A CK_ULONG as bytes, for attributes that hold one. */
export function ulongBytes(value: number): Buffer {
  const bytes = Buffer.alloc(koffi.sizeof(ulong));
  bytes.writeUIntLE(value, 0, 4);
  return bytes;
}

/** The first `count` CK_ULONGs of a buffer. */
const ulongs = (bytes: Buffer, count: number): number[] =>
  Array.from({ length: count }, (_, at) =>
    koffi.sizeof(ulong) === 8 ? Number(bytes.readBigUInt64LE(at * 8)) : bytes.readUInt32LE(at * 4),
  );

const attributes = (template: readonly Attribute[]) =>
  template.map(({ type, value }) => ({ type, pValue: Buffer.from(value), ulValueLen: value.length }));

export type Cryptoki = ReturnType<typeof openCryptoki>;

/**
 * Loads a module and initialises it. What is opened is closed with `close`.
 *
 * @throws FaultError file-missing, identity-invalid where it is no PKCS#11 module
 */
export function openCryptoki(path: string) {
  const list = functionList(path);
  const size = koffi.sizeof('void *');
  const bound = new Map<FunctionName, ReturnType<typeof koffi.decode>>();
  const bind = (name: FunctionName) => {
    let made = bound.get(name);
    if (made === undefined) {
      const [place, parameters] = functions[name];
      const proto = koffi.proto(ulong, [...parameters]);
      const at = (windows ? 2 : size) + place * size;
      made = koffi.decode(koffi.decode(list, at, 'void *'), proto);
      bound.set(name, made);
    }
    return made;
  };
  /** @throws FaultError where the module does not answer CKR_OK or one of `also` */
  const call = (name: FunctionName, parameters: readonly unknown[], also: readonly number[] = []): number => {
    const code = Number(bind(name)(...parameters));
    if (code !== CKR.ok && !also.includes(code)) throw tokenFault(code);
    return code;
  };
  /** The same beside the event loop: a card computes for seconds, and its owner may have to press a key. */
  const callLong = async (name: FunctionName, parameters: readonly unknown[], also: readonly number[] = []) => {
    const code = await new Promise<number>((resolve, reject) => {
      bind(name).async(...parameters, (error: Error | null, result: number) =>
        error === null ? resolve(Number(result)) : reject(error),
      );
    });
    if (code !== CKR.ok && !also.includes(code)) throw tokenFault(code);
    return code;
  };

  const none = null;
  const started = call(
    'C_Initialize',
    [
      {
        CreateMutex: none,
        DestroyMutex: none,
        LockMutex: none,
        UnlockMutex: none,
        flags: OS_LOCKING,
        pReserved: none,
      },
    ],
    [CKR.initializedAlready],
  );

  return {
    call,
    callLong,

    /** Slots that hold a token which somebody has set up. */
    slots(): number[] {
      const count = [0];
      call('C_GetSlotList', [1, null, count]);
      const width = koffi.sizeof(ulong);
      const found = Buffer.alloc(width * Math.max(Number(count[0]), 1));
      call('C_GetSlotList', [1, found, count]);
      return ulongs(found, Number(count[0])).filter((slot) => (this.token(slot).flags & TOKEN_FLAG.initialized) !== 0);
    },

    token(slot: number): { label: string; serial: string; flags: number } {
      const info: Record<string, unknown> = {};
      call('C_GetTokenInfo', [slot, info]);
      const text = (field: string): string =>
        Buffer.from(info[field] as Uint8Array)
          .toString('utf8')
          .replace(/[\s\0]+$/, '');
      return { label: text('label'), serial: text('serialNumber'), flags: Number(info.flags) };
    },

    session(slot: number): number {
      const handle = [0];
      // CKF_SERIAL_SESSION; nothing is written to the token.
      call('C_OpenSession', [slot, 4, null, null, handle]);
      return Number(handle[0]);
    },

    find(session: number, template: readonly Attribute[]): number[] {
      call('C_FindObjectsInit', [session, attributes(template), template.length]);
      try {
        const width = koffi.sizeof(ulong);
        const most = 64;
        const found = Buffer.alloc(width * most);
        const count = [0];
        call('C_FindObjects', [session, found, most, count]);
        return ulongs(found, Number(count[0]));
      } finally {
        call('C_FindObjectsFinal', [session]);
      }
    },

    /** Undefined where the object has no such attribute, or keeps it to itself. */
    attribute(session: number, object: number, type: number): Buffer | undefined {
      const asked = [{ type, pValue: null as Buffer | null, ulValueLen: 0 }];
      // CKR_ATTRIBUTE_SENSITIVE, CKR_ATTRIBUTE_TYPE_INVALID
      if (call('C_GetAttributeValue', [session, object, asked, 1], [0x11, 0x12]) !== CKR.ok) return undefined;
      const length = Number(asked[0]?.ulValueLen ?? 0);
      if (length <= 0 || length > 1024 * 1024) return undefined;
      const value = Buffer.alloc(length);
      call('C_GetAttributeValue', [session, object, [{ type, pValue: value, ulValueLen: length }], 1]);
      return value;
    },

    close(): void {
      if (started !== CKR.initializedAlready) call('C_Finalize', [null]);
    },
  };
}

/**
 * Modules stay loaded to the end of the process: koffi unloads a library once nothing of JavaScript holds it, and functions
 * taken from the list of pointers do not. A call after that kills the process.
 */
const loaded = new Map<string, ReturnType<typeof koffi.load>>();

function functionList(path: string): unknown {
  try {
    const library = loaded.get(path) ?? koffi.load(path);
    loaded.set(path, library);
    const getList = library.func('C_GetFunctionList', ulong, [koffi.out(koffi.pointer('void *'))]);
    const list: unknown[] = [null];
    if (Number(getList(list)) === CKR.ok && list[0] !== null) return list[0];
  } catch {
    // Said below: a library that is not there and one that is no module are the same to a person.
  }
  throw new FaultError(
    fault(
      'identity-invalid',
      'The file is not a PKCS#11 module of this machine.',
      'Name the library that the maker of the smart card installed, such as opensc-pkcs11.so.',
      { field: 'token' },
    ),
  );
}
