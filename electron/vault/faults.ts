import { type Fault, FaultError, fault } from '../../shared/foundation/fault.ts';

export const damaged = (what: string): FaultError =>
  new FaultError(
    fault(
      'vault-damaged',
      `${what} is damaged.`,
      'Restore the vault folder from a backup; do not delete anything before.',
    ),
  );

export const lockedFault = (): FaultError =>
  new FaultError(fault('locked', 'The vault is locked.', 'Unlock it with your password.'));

export const erasedFault = (): FaultError =>
  new FaultError(
    fault('not-found', 'The case was erased.', 'Its key no longer exists; import the case anew under another id.'),
  );

/** The key of a case is wrapped for others: a role that opens none, or one whose keys are still to come. */
export const closedFault = (): FaultError =>
  new FaultError(
    fault(
      'forbidden',
      'The keys of the cases were not handed to you.',
      'If your role reads cases, let somebody who reads them unlock once: that hands the keys over.',
    ),
  );

/** What SQLite and the file system say, in words of the closed list. Never their message: it may hold a path or a value. */
function storageFault(code: string): Fault | undefined {
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return fault(
      'vault-in-use',
      'Another Consilium holds this vault open.',
      'Close the other window or command and try again.',
    );
  }
  if (/^SQLITE_(NOTADB|CORRUPT|IOERR_SHORT_READ)/.test(code)) return damaged('The vault database').fault;
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return fault('disk-full', 'The disk is full.', 'Free some space and try again; nothing was stored by half.');
  }
  if (/^SQLITE_(IOERR|CANTOPEN|READONLY|PERM|AUTH)|^(EIO|EACCES|EPERM|EROFS|EFBIG|EMFILE|ENFILE|EBUSY)$/.test(code)) {
    return fault(
      'write-failed',
      'The vault could not be written or read.',
      'Check the disk and its permissions and try again.',
    );
  }
  return undefined;
}

/** What the disk did becomes a fault; anything else is a defect and goes on as it is. */
function translated(error: unknown): unknown {
  if (error instanceof FaultError || typeof error !== 'object' || error === null || !('code' in error)) return error;
  // A quota that is used up has no name in Node, only the number that the system gives (Linux 122, macOS 69).
  const isQuota = 'errno' in error && error.errno === (process.platform === 'darwin' ? -69 : -122);
  // Removing files gives errors without a name as well.
  const isUnnamed = 'syscall' in error && error.syscall === 'rm' && error.code === '';
  const known = storageFault(isQuota ? 'EDQUOT' : isUnnamed ? 'EIO' : String(error.code));
  return known === undefined ? error : new FaultError(known);
}

export function guarded<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw translated(error);
  }
}

export async function guardedAsync<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw translated(error);
  }
}
