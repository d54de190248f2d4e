/** Line drawings for the rail and for buttons. They stand beside a word, never instead of one. */
import type { ReactNode } from 'react';

const drawings = {
  worklist: <path d="M4 6h16M4 12h16M4 18h10" />,
  meeting: <path d="M4 5h16v10H4zM12 15v3M7 21l5-3 5 3" />,
  packs: <path d="m12 3 8 4-8 4-8-4zM4 12l8 4 8-4M4 17l8 4 8-4" />,
  people: (
    <>
      <circle cx="9" cy="8" r="3.5" />
      <path d="M2.5 20c0-4 3-6.5 6.5-6.5s6.5 2.5 6.5 6.5M15.5 4.9a3.5 3.5 0 0 1 0 6.2M18 14c2.2.9 3.5 3 3.5 6" />
    </>
  ),
  audit: <path d="M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7" />,
  story: <path d="M4 5h16v14H4zM8 9h8M8 13h5" />,
  intake: <path d="M12 4v10M8 10l4 4 4-4M4 16v4h16v-4" />,
  findings: (
    <>
      <circle cx="11" cy="11" r="6" />
      <path d="m15.5 15.5 5 5" />
    </>
  ),
  integration: <path d="M4 20V4M4 20h16M8 15c3 0 3-7 6-7s3 3 6 3" />,
  options: <path d="M4 6h3M4 12h3M4 18h3M11 6h9M11 12h9M11 18h9" />,
  decision: <path d="m4 12 5 5L20 6" />,
  report: <path d="M6 3h9l4 4v14H6zM15 3v4h4M9 17c2-4 3 2 6-2" />,
  exchange: <path d="M4 8h15M15 4l4 4-4 4M20 16H5M9 12l-4 4 4 4" />,
  theme: (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor" />
    </>
  ),
  lock: <path d="M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3" />,
  help: <path d="M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 18h.01" />,
  panel: <path d="M4 5h16v14H4zM14 5v14" />,
  upload: <path d="M12 16V5M7 10l5-5 5 5M4 20h16" />,
  remove: <path d="m6 6 12 12M18 6 6 18" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof drawings;

export const Icon = ({ name }: { name: IconName }) => (
  <svg viewBox="0 0 24 24" width="1.43em" height="1.43em" aria-hidden="true" focusable="false">
    <g fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round">
      {drawings[name]}
    </g>
  </svg>
);
