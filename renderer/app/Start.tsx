import { QueryClientProvider } from '@tanstack/react-query';
import { Component, type ReactNode, useEffect, useState } from 'react';
import { fault } from '../../shared/foundation/fault.ts';
import { App } from './App.tsx';
import { NotAdmittedError } from './carrier.ts';
import { createClient } from './client.ts';
import { ErrorScreen } from './ErrorScreen.tsx';
import { KeyboardProvider } from './keyboard.tsx';
import { createQueryClient } from './queries.ts';
import { type Workstation, WorkstationProvider } from './workstation.tsx';

const notAdmitted = fault(
  'forbidden',
  'This window was not opened by the workstation.',
  'Open the address that the start command printed; it is valid for one launch.',
);
const lost = fault(
  'defect',
  'The connection to the workstation’s core has ended.',
  'Start Consilium again if it was closed, then reload this page.',
);

type State = 'connecting' | 'not-admitted' | 'lost' | Workstation;

/** Connects to the core; everything else waits for it. */
export function Start() {
  const [state, setState] = useState<State>('connecting');
  useEffect(() => {
    let left = false;
    const connect = async () => {
      const client = await createClient(() => setState('lost'));
      const info = await client.workstation.info();
      if (!left) setState({ client, info });
    };
    connect().catch((error: unknown) => {
      if (!left) setState(error instanceof NotAdmittedError ? 'not-admitted' : 'lost');
    });
    return () => {
      left = true;
    };
  }, []);

  switch (state) {
    case 'connecting':
      return null;
    case 'not-admitted':
      return <ErrorScreen fault={notAdmitted} />;
    case 'lost':
      return <ErrorScreen fault={lost} />;
    default:
      return <Workroom workstation={state} />;
  }
}

/** The screens over one connection. Tests put a typed double of the core in its place. */
export function Workroom({ workstation }: { workstation: Workstation }) {
  const [queries] = useState(createQueryClient);
  return (
    <DefectBoundary>
      <WorkstationProvider value={workstation}>
        <QueryClientProvider client={queries}>
          <KeyboardProvider>
            <App />
          </KeyboardProvider>
        </QueryClientProvider>
      </WorkstationProvider>
    </DefectBoundary>
  );
}

/** A defect ends in one screen that says what is safe; it does not leave half a screen behind. */
class DefectBoundary extends Component<{ children: ReactNode }, { defect: boolean }> {
  override state = { defect: false };
  static getDerivedStateFromError() {
    return { defect: true };
  }
  override render() {
    return this.state.defect ? <ErrorScreen /> : this.props.children;
  }
}
